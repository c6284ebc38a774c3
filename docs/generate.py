"""Writes the reference pages from the code they tell of: run by `make docs`; a test compares them with what is committed.

The portal itself never needs this module.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import BaseModel

from docs import merge_fields, who_reads_what
from docs.form_faults import faults_page_lines
from docs.kind_examples import EXAMPLES, FORM
from portal.audit.events import EVENTS
from portal.audit.meanings import MEANINGS
from portal.cli import main
from portal.councils.library import council
from portal.forms import question_kinds
from portal.forms.derived.format_schema import format_schema
from portal.forms.load import load_definition
from portal.forms.model import Question
from portal.settings import Settings

REFERENCE = Path(__file__).parent / "reference"
SHIPPED = "hackney"
LONG_LIST = 8
ONLY_FOR_TESTS = ("testing",)
SETTINGS_OF_KIND = {"list_name": "list"}


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    return {
        "settings.md": settings_page(),
        "commands.md": commands_page(),
        "question-kinds.md": question_kinds_page(),
        "merge-fields.md": merge_fields_page(),
        "who-reads-what.md": who_reads_what_page(),
        "events.md": events_page(),
        "form-faults.md": _page("Faults of a form", "docs/fault_examples.py", *faults_page_lines()),
        "form-format.schema.json": json.dumps(format_schema(), indent=1, ensure_ascii=False) + "\n",
    }


def write() -> None:
    """Write every page whose text has changed."""
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        path = REFERENCE / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.name}")


def _page(title: str, source: str, *lines: str) -> str:
    return "\n".join([f"# {title}", "", f"Made by `make docs` from `{source}`. Do not edit it by hand.", "", *lines]).rstrip() + "\n"


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [_row(heads), "|" + "---|" * len(heads), *(_row(row) for row in rows), ""]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def _code(text: object) -> str:
    return f"`{text}`" if text != "" else ""


# --- settings -----------------------------------------------------------------------------------------------------------


def settings_page() -> str:
    """Each setting: its variable, what it is for, its kind and default."""
    rows = []
    for field in fields(Settings):
        if field.name not in ONLY_FOR_TESTS:
            kind = {bool: "yes or no", int: "whole number", str: "text"}[type(field.default)]
            default = ("yes" if field.default else "no") if isinstance(field.default, bool) else str(field.default)
            rows.append((f"`PORTAL_{field.name.upper()}`", field.metadata["what"], kind, _code(default)))
    return _page(
        "Settings",
        "portal/settings.py",
        "Settings are environment variables, read once at the start. What a council decides is not here but in [its pack](../council-pack.md).",
        "",
        *_table(("variable", "what it is for", "takes", "default"), rows),
        "`make run` also takes `PORT` and `HOST`; so does `portal serve`, where `--port` and `--host` win.",
    )


# --- commands -----------------------------------------------------------------------------------------------------------


def commands_page() -> str:
    """Each command with its options and example."""
    lines = ["Each command ends with status 0 only when it worked. Errors go to standard error: status 1, or 2 when the command was written wrongly.", ""]
    for name, command in commands():
        lines += _command(name, command)
    return _page("Commands", "portal --help", *lines)


def commands(group: click.Group = main, name: str = "portal") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its whole name."""
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {word}")
        elif command is not None:
            yield f"{name} {word}", command


def _command(name: str, command: click.Command) -> list[str]:
    told, example = help_of(command)
    usage = [param.make_metavar(click.Context(command)) for param in command.params if isinstance(param, click.Argument)]
    lines = [f"## {name}", "", told, "", f"    {' '.join([name, '[OPTIONS]', *usage])}", ""]
    rows = [(_code(", ".join(param.opts)), _about(param)) for param in command.params if isinstance(param, click.Option)]
    lines += _table(("option", "what it does"), rows) if rows else []
    return [*lines, f"Example: `{example}`", ""]


def help_of(command: click.Command) -> tuple[str, str]:
    """A command's help in one paragraph, and its example."""
    text = inspect.cleandoc(command.help or "").replace("\b", "")
    told, _, example = text.partition("Example:")
    return " ".join(told.split()), " ".join(example.split())


def _about(option: click.Option) -> str:
    told = [(option.help or "").rstrip(".") + "."]
    told += ["Must be given."] if option.required else []
    told += ["May be repeated."] if option.multiple and "repeated" not in told[0] else []
    if isinstance(option.type, click.Choice):
        told.append(f"One of {', '.join(option.type.choices)}.")
    if option.show_default and option.default is not None:
        told.append(f"Default: {option.default}.")
    if option.envvar and str(option.envvar) not in told[0]:
        told.append(f"Also read from `{option.envvar}`.")
    return " ".join(told)


# --- kinds of question --------------------------------------------------------------------------------------------------


def question_kinds_page() -> str:
    """Each kind of question: keys, value, comparisons, example."""
    lines = [
        "Keys that every kind takes stand in [Writing a form](../writing-forms.md). The value is what is kept, and what a file of answers holds;",
        "its shape is given as JSON Schema, for the example beside it. Long lists of options are cut short here with `…`.",
        "A question with `not_known: true` also takes the value `{\"not_known\": true}`.",
        "",
    ]
    for name, question in example_questions().items():
        lines += _kind(name, question)
    return _page("Kinds of question", "portal/forms/question_kinds", *lines)


def example_questions() -> dict[str, Question]:
    """The example of each kind, loaded as a form would be."""
    lists = council(SHIPPED).shared_lists
    found = {}
    for name in question_kinds.kinds():
        definition = load_definition(FORM + EXAMPLES[name] + "\n", source=f"example of {name}", shared_lists=lists)
        found[name] = definition.pages[0].questions[0]
    return found


def _kind(name: str, question: Question) -> list[str]:
    drawer = question_kinds.kind(name)
    lines = [f"## {name}", "", (inspect.getdoc(type(drawer)) or "").split("\n")[0], ""]
    keys = [(f"`{SETTINGS_OF_KIND.get(key, key)}`", _type_words(field.annotation), _default(field)) for key, field in drawer.settings.model_fields.items()]
    lines += _table(("own key", "takes", "default"), keys) if keys else []
    lines += ["```yaml", f"- {EXAMPLES[name]}", "```", ""]
    if not drawer.has_value:
        return [*lines, "It takes no answer.", ""]
    lines += [f"Value: `{json.dumps(question_kinds.example(question), ensure_ascii=False)}`", ""]
    lines += ["```text", json.dumps(_shortened(question_kinds.json_schema(question)), ensure_ascii=False), "```", ""]
    lines += [f"Comparisons: {', '.join(_code(one) for one in sorted(drawer.comparisons))}", ""]
    parts = drawer.merge_names(question)
    return [*lines, f"Parts in a Word template: {', '.join(_code(one) for one in parts)}", ""] if parts else lines


def _type_words(annotation: Any) -> str:
    plain = {bool: "true or false", int: "whole number", float: "number", str: "text", type(None): "nothing"}
    if annotation in plain:
        return plain[annotation]
    inner = [one for one in get_args(annotation) if one not in (type(None), Ellipsis)]
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return ", ".join(f"`{key}`" for key in annotation.model_fields)
    if not inner:
        return getattr(annotation, "__name__", str(annotation)).lower()
    if all(isinstance(one, str) for one in inner):
        return " or ".join(f"`{one}`" for one in inner)
    words = " or ".join(dict.fromkeys(_type_words(one) for one in inner))
    return f"list of {words}" if str(annotation).startswith(("tuple", "list", "frozenset")) else words


def _default(field: Any) -> str:
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True)
    if value in (None, "", (), {}):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, (tuple, list, frozenset)):
        return "its own list" if len(value) > LONG_LIST or any(not isinstance(one, (str, int)) for one in value) else ", ".join(_code(one) for one in value)
    return _code(value)


def _shortened(schema: Any) -> Any:
    if isinstance(schema, list):
        return [*schema[:LONG_LIST], "…"] if len(schema) > LONG_LIST else [_shortened(one) for one in schema]
    return {key: _shortened(value) for key, value in schema.items()} if isinstance(schema, dict) else schema


# --- merge fields -------------------------------------------------------------------------------------------------------


def merge_fields_page() -> str:
    """Each document of the shipped council with its merge fields."""
    pack = council(SHIPPED)
    lines = [
        f"The documents of the shipped council pack (`{SHIPPED}`). How templates are written: [Writing a Word template](../writing-templates.md).",
        "A field marked *list* is gone through with `{%p for one in name %}`; its own fields stand below it with a dot, with the example of its first item.",
        "Parts of a field are printed with a dot as well: `{{ chair.phone }}`. The examples are of a made-up family.",
        "",
    ]
    lines += merge_fields.sections(pack, _table)
    return _page("Merge fields", f"portal/councils/{SHIPPED}/documents.yaml", *lines)


def who_reads_what_page() -> str:
    """Which role and which copy of a document has which kinds of answer, in the shipped council."""
    return _page("Who reads which answers", f"portal/councils/{SHIPPED}/roles.yaml", *who_reads_what.lines(council(SHIPPED), _table))


# --- audit events -------------------------------------------------------------------------------------------------------


def events_page() -> str:
    """The grammar of the audit trail."""
    rows = [(f"`{name}`", MEANINGS[name], ", ".join(_code(key) for key in keys)) for name, keys in sorted(EVENTS.items())]
    return _page(
        "Events of the audit trail",
        "portal/audit/events.py",
        "Each event is a row of `audit_event`: `at` (UTC), `event`, `actor` (the id of an account, empty for the public), `subject` and `subject_id`",
        "(which record), and `detail`. The keys named here are always in `detail`; there may be more. Rows are never changed or deleted: the database refuses it.",
        "",
        *_table(("event", "what happened", "detail has at least"), rows),
    )


if __name__ == "__main__":
    write()

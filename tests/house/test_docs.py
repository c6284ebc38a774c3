"""The documentation is true: the reference is current and whole, links lead somewhere, commands and examples work as they stand."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from docx import Document
from flask import Flask
from ruamel.yaml import YAML

from docs import generate
from docs.kind_examples import EXAMPLES
from portal.audit.events import EVENTS
from portal.audit.meanings import MEANINGS
from portal.cli import main
from portal.councils.document_model import Binding
from portal.councils.library import council
from portal.documents import merge_data
from portal.forms import check, question_kinds
from portal.forms.load import load_definition
from portal.settings import Settings
from portal.word import check as templates
from portal.word.language import FILTERS
from tests.house.source import ROOT, modules

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
COMMANDS = dict(generate.commands())
OF_TESTS_AND_MACHINES = {"PORTAL_CHROMIUM"}
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FENCE = re.compile(r"```.*?```", re.DOTALL)
_FOLDERS = "portal|docs|tests|examples|doc_templates|migrations|bench|assets|requirements"
_PATH = re.compile(rf"`((?:{_FOLDERS})/[\w./-]*\w/?)`")
_ADDRESS = re.compile(r"`(/[a-z][a-z/-]*)`")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


# --- the generated reference --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(generate.pages()))
def test_a_generated_page_says_what_the_code_says(name: str):
    assert text_of(generate.REFERENCE / name) == generate.pages()[name], f"docs/reference/{name} is out of date: run `make docs`"


def test_every_setting_is_documented():
    page = text_of(generate.REFERENCE / "settings.md")
    assert [name for name in Settings.__dataclass_fields__ if f"`PORTAL_{name.upper()}`" not in page] == ["testing"]


def test_every_command_is_documented():
    page = text_of(generate.REFERENCE / "commands.md")
    assert [name for name in COMMANDS if f"## {name}\n" not in page] == []


def test_every_kind_of_question_is_documented_with_an_example():
    page = text_of(generate.REFERENCE / "question-kinds.md")
    assert sorted(question_kinds.kinds()) == sorted(EXAMPLES)
    assert [name for name in question_kinds.kinds() if f"## {name}\n" not in page] == []


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_the_example_of_a_kind_is_sound(kind: str):
    definition = load_definition(generate.FORM + EXAMPLES[kind] + "\n", source=kind, shared_lists=council("hackney").shared_lists)
    assert [str(fault) for fault in check.faults(definition)] == []
    assert definition.pages[0].questions[0].kind == kind


def test_every_merge_field_is_documented():
    sections = re.split(r"^## ", text_of(generate.REFERENCE / "merge-fields.md"), flags=re.MULTILINE)
    by_document = {section.partition("\n")[0]: section for section in sections}
    missing = [f"{rule.id}.{name}" for rule in council("hackney").documents for name in rule.fields if f"`{name}`" not in by_document[rule.id]]
    assert missing == []


def test_every_audit_event_has_its_meaning():
    assert sorted(MEANINGS) == sorted(EVENTS)


# --- commands -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_command_has_help_with_an_example_that_could_be_typed(name: str):
    told, example = generate.help_of(COMMANDS[name])
    assert told, f"{name} has no help"
    assert f"{name} " in f"{example} ", f"the example of {name} does not show it: {example!r}"
    assert fault_of(example) == ""


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_in_a_page_is_a_real_one(page: Path):
    faults = {line: fault_of(line) for line in command_lines(text_of(page))}
    assert {line: fault for line, fault in faults.items() if fault} == {}


def command_lines(text: str) -> Iterator[str]:
    """Everything that begins with `portal`, in code: blocks, indented lines, and words in backquotes."""
    blocks = [line for block in _FENCE.findall(text) for line in block.splitlines()]
    outside = _FENCE.sub("", text)
    blocks += [line for line in outside.splitlines() if line.startswith("    ")]
    blocks += re.findall(r"`([^`\n]+)`", outside)
    for line in blocks:
        found = re.match(r"\s*(?:sudo -\S+ \S+ )?(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(portal [a-z].*)", line)
        if found:
            yield re.split(r"\s{2,}|\s#", found[1])[0].strip()


def fault_of(line: str) -> str:
    """Why this line is no command that could be typed; '' when it is one."""
    words = [word for word in shlex.split(line) if not re.match(r"[A-Z_]+=", word)][1:]
    command: Any = main
    while words and isinstance(command, click.Group):
        word = words.pop(0)
        command = command.get_command(click.Context(command), word)
        if command is None:
            return f"there is no command {word!r}"
    if not words or words == ["--help"] or words == ["…"] or words == ["[OPTIONS]"]:
        return ""
    context = click.Context(command, info_name=line)
    try:
        values, left, _ = command.make_parser(context).parse_args([word for word in words if word not in ("…", "[OPTIONS]")] + ["x"] * ("…" in words))
    except click.UsageError as error:
        return error.format_message()
    missing = [param.opts[0] for param in command.params if param.required and not values.get(param.name) and "[OPTIONS]" not in words]
    return f"{missing} must be given" if missing else f"{left} is too much" if left else ""


@pytest.mark.parametrize(
    ("line", "said"),
    [("portal fly", "no command 'fly'"), ("portal forms fill X", "--answers"), ("portal council list --quickly", "--quickly"), ("portal forms check a b", "")],
)
def test_a_wrong_command_line_is_noticed(line: str, said: str):
    assert said in fault_of(line) and bool(said) == bool(fault_of(line))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_is_a_real_one(page: Path):
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    assert [name for name in re.findall(r"(?:`|^    )make ([a-z-]+)", text_of(page), re.MULTILINE) if name not in targets] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_setting_in_a_page_is_a_real_one(page: Path):
    known = {f"PORTAL_{name.upper()}" for name in Settings.__dataclass_fields__} | OF_TESTS_AND_MACHINES
    assert sorted(set(re.findall(r"PORTAL_[A-Z_]+\b", text_of(page))) - known) == []


# --- links, files, addresses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path):
    assert [link for link in _LINK.findall(_FENCE.sub("", text_of(page))) if not leads(page, link)] == []


def leads(page: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return link.startswith("https://")
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in anchors(text_of(target)))


def anchors(text: str) -> set[str]:
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in _HEADING.findall(text)}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_is_there(page: Path):
    assert [path for path in _PATH.findall(text_of(page)) if not (ROOT / path).exists()] == []


def test_every_page_is_reached_from_the_index():
    index = (ROOT / "docs" / "README.md").resolve()
    reached, waiting = set(), [ROOT / "README.md", index]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = [(page.parent / link.partition("#")[0]).resolve() for link in _LINK.findall(text_of(page)) if "://" not in link and not link.startswith("#")]
        waiting += [target for target in targets if target.suffix == ".md" and target.exists()]
        waiting += [inner for target in targets if target.is_dir() for inner in target.glob("*.md")]
    assert [name_of(page) for page in PAGES if page.resolve() not in reached] == []


def test_every_address_in_a_page_is_one_of_the_portals(app: Flask):
    known = {re.sub(r"/<.*", "", rule.rule).rstrip("/") or "/" for rule in app.url_map.iter_rules()}
    wrong = {name_of(page): [address for address in _ADDRESS.findall(text_of(page)) if address.rstrip("/") not in known] for page in PAGES}
    assert {page: addresses for page, addresses in wrong.items() if addresses} == {}


# --- examples and manner ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_whole_form_in_a_page_loads_without_faults(page: Path):
    forms = [block for block in re.findall(r"```yaml\n(.*?)```", text_of(page), re.DOTALL) if block.startswith("schema:")]
    for form in forms:
        definition = load_definition(form, source=name_of(page), shared_lists=council("hackney").shared_lists)
        assert [str(fault) for fault in check.faults(definition)] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name != "reference"], ids=name_of)
def test_a_page_written_by_hand_stays_short(page: Path):
    assert len(text_of(page).splitlines()) <= 150


def test_the_pictures_are_small():
    pictures = list((ROOT / "docs" / "pictures").glob("*.png"))
    assert pictures
    assert {picture.name: picture.stat().st_size for picture in pictures if picture.stat().st_size > 150_000} == {}


# --- the guide to templates ---------------------------------------------------------------------------------------------

GUIDE = text_of(ROOT / "docs" / "writing-templates.md")
LETTER = "screening_outcome_letter"


def letter_of(*paragraphs: str) -> bytes:
    made, written = Document(), io.BytesIO()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    made.save(written)
    return written.getvalue()


def letter_shape() -> Any:
    pack = council("hackney")
    return merge_data.shape(pack.documents[LETTER], pack, {paper.id: pack.forms()[paper.form] for paper in pack.papers})


def errors_in(file: bytes) -> list[str]:
    return [str(one) for one in templates.errors(templates.check(file, letter_shape()))]


def test_the_letter_in_the_guide_is_a_sound_template():
    letter = re.search(r"```text\n(.*?)```", GUIDE, re.DOTALL)[1].splitlines()
    assert errors_in(letter_of(*letter)) == []


REFUSED = re.findall(r"^\| `(.+)` \| ", GUIDE.partition("## What is refused")[2], re.MULTILINE)


@pytest.mark.parametrize("tag", REFUSED)
def test_what_the_guide_calls_refused_is_refused(tag: str):
    assert errors_in(letter_of(tag.replace("\\|", "|"))) != []


def test_the_bindings_in_the_guide_are_ones_that_documents_yaml_takes():
    fields = YAML(typ="safe").load(re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)[-1])["fields"]
    assert {name: Binding.model_validate(binding).source for name, binding in fields.items()}["lead"] == "question"


def test_the_guide_names_every_filter():
    other_names = {"count", "d", "e", "escape", "list", "string"}
    assert [name for name in FILTERS if name not in other_names and f"`{name}`" not in GUIDE] == []


# --- cookies ------------------------------------------------------------------------------------------------------------


def test_every_cookie_is_told_to_officers_and_on_the_councils_own_page():
    sources = "".join(path.read_text() for path in modules().values())
    names = set(re.findall(r'"(__Host-\w+)"', sources)) | set(re.findall(r'set_cookie\(\s*"(\w+)"', sources))
    assert names >= {"__Host-portal", "__Host-known", "display"}
    told = [text_of(ROOT / "docs" / "information-governance.md"), council("hackney").service.pages.cookies]
    assert [name for name in sorted(names) for text in told if f"`{name}`" not in text] == []

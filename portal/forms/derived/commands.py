"""`portal forms schema`, `format-schema`, `map`, `sample` and `document`: what is made from a definition."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from portal import timekeeping
from portal.command_line import council_option, stop
from portal.councils import library
from portal.councils.load import CouncilFaults
from portal.errors import PortalError
from portal.forms.answers_json import read_answers_json
from portal.forms.conditions import Facts
from portal.forms.derived.answers_schema import answers_schema
from portal.forms.derived.form_map import form_map
from portal.forms.derived.format_schema import format_schema
from portal.forms.derived.sample import Optional, Sampler
from portal.forms.filling import read_answers
from portal.forms.model import FormDefinition
from portal.settings import Settings

path_option = click.option(
    "--path", "folder", metavar="FOLDER", envvar="PORTAL_COUNCIL_PATH", default="", help="A council's pack in one folder: council/ forms/ documents/ demo/."
)

UNUSABLE = frozenset({"unknown", "shape", "hidden", "no_value", "characters"})
"""What is wrong with answers that cannot be printed; a form that is not finished can."""


@click.command("schema")
@council_option
@path_option
@click.argument("form_id", metavar="FORM")
def schema(council: str, folder: str, form_id: str) -> None:
    """Print the JSON Schema of the answers to a form, for systems that send them.

    \b
    Example:  portal forms schema closure_review --council hackney
    """
    _print(answers_schema(form_of(pack_of(council, folder), form_id)))


@click.command("format-schema")
def schema_of_the_format() -> None:
    """Print the JSON Schema of form definitions, with which editors complete keys and mark wrong ones (also docs/reference/form-format.schema.json).

    \b
    Example:  portal forms format-schema
    """
    _print(format_schema())


@click.command("map")
@council_option
@path_option
@click.argument("form_id", metavar="FORM")
def map_in_words(council: str, folder: str, form_id: str) -> None:
    """Print the map of a form in plain words (Markdown): pages in order, questions, when they are shown, what must be answered.

    \b
    Example:  portal forms map closure_review --council hackney
    """
    pack = pack_of(council, folder)
    roles = {role.id: role.title for role in pack.roles}
    click.echo(form_map(form_of(pack, form_id), roles), nl=False)


@click.command("sample")
@council_option
@path_option
@click.option("--seed", type=int, default=1, show_default=True, help="Another number gives other answers; the same number on the same day the same.")
@click.option("--count", type=click.IntRange(min=1), metavar="K", help="So many sets of answers as a list, with this seed and those that follow; without it, one set.")
@click.option("--optional", type=click.Choice(["none", "some", "all"]), default="some", show_default=True, help="How many of the questions that may be left blank are answered.")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where to write them; without it, on standard output.")
@click.argument("form_id", metavar="FORM")
def sample_answers(council: str, folder: str, form_id: str, *, seed: int, count: int | None, optional: Optional, out: Path | None) -> None:
    """Make up valid answers to a form, as JSON that `portal forms fill` takes. Nobody named in them exists.

    
    Example:  portal forms sample closure_review --seed 7 -o answers.json --council hackney
    """
    pack = pack_of(council, folder)
    try:
        sampler = Sampler(form_of(pack, form_id), facts_now(pack), optional)
        made = [sampler.sample(each) for each in range(seed, seed + (count or 1))]
    except PortalError as error:
        stop(error.message)
    text = _json(made if count else made[0])
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")
        click.echo(f"{out}: {len(made)} {'set' if len(made) == 1 else 'sets'} of answers.")


def facts_now(pack: library.Council) -> Facts:
    """What conditions may ask besides answers when a command judges them: today, the council's features, whether test numbers are taken."""
    settings = Settings.from_environment()
    return Facts(timekeeping.today(), record=pack.service.facts, test_numbers=settings.allow_test_nhs_numbers or settings.demonstration)


@click.command("document")
@council_option
@path_option
@click.argument("form_id", metavar="FORM")
@click.option("--answers", "answers_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.json", help="Answers to print; without it the document says that nothing was answered.")
@click.option("--blank", is_flag=True, help="The form on paper: to be printed and filled in with a pen.")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="OUT.docx", help="Where to write the document.")
def document(council: str, folder: str, form_id: str, answers_file: Path | None, blank: bool, out: Path) -> None:
    """Write a Word document of all answers to a form, or with --blank the form on paper. No template is needed.

    \b
    Example:  portal forms document closure_review --blank -o closure-review.docx --council hackney
    """
    from portal.documents.all_answers import all_answers  # making Word files takes a while to load
    from portal.documents.blank_form import blank_form

    if blank and answers_file:
        stop("Give either --blank or --answers: a blank form has no answers.")
    pack = pack_of(council, folder)
    definition = form_of(pack, form_id)
    try:
        made = blank_form(pack, definition) if blank else all_answers(pack, definition, *_answers(pack, definition, answers_file), {})
    except PortalError as error:
        stop(error.message)
    out.write_bytes(made)
    click.echo(f"{out}: {len(made):,} bytes.")


def _answers(pack: library.Council, definition: FormDefinition, file: Path | None) -> tuple[dict[str, Any], Facts]:
    """The usable answers of a file (an unfinished form prints too), and the facts they are judged with."""
    facts = facts_now(pack)
    if file is None:
        return {}, facts
    answers, problems = read_answers_json(definition, read_answers(file), facts)
    unusable = [problem for problem in problems if problem.code in UNUSABLE]
    if unusable:
        stop("\n".join(f"{file}: {problem.path}: {problem.message}" for problem in unusable))
    return answers, facts


def pack_of(council: str, folder: str) -> library.Council:
    """A council's pack; ends the command where it cannot be read."""
    try:
        return library.council(council, folder or None)
    except CouncilFaults as wrong:
        stop("\n".join(str(fault) for fault in wrong.faults))
    except PortalError as error:
        stop(error.message)


def form_of(pack: library.Council, form_id: str) -> FormDefinition:
    """A form of a pack; ends the command where there is none, or its file has faults."""
    try:
        return pack.form(form_id)
    except PortalError as error:
        stop(error.message)


def _print(data: Any) -> None:
    click.echo(_json(data))


def _json(data: Any) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False)


COMMANDS = (schema, schema_of_the_format, map_in_words, sample_answers, document)

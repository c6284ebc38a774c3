"""`portal forms`: check definitions, and fill a form from a file of answers the way the web does."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click

from portal.command_line import council_option, in_app, stop
from portal.councils import check_forms, check_scenarios, languages, library
from portal.councils.load import CouncilFaults
from portal.errors import PortalError
from portal.forms.answers import visible
from portal.forms.answers_json import read_answers_json
from portal.forms.conditions import Facts
from portal.forms.derived.commands import COMMANDS, facts_now, path_option
from portal.forms.explain import why_at
from portal.forms.filling import described, named_files, read_answers, without
from portal.forms.journey import Journey
from portal.forms.json_places import line_in
from portal.forms.load import DefinitionFaults, load_definition, text_of_file
from portal.forms.model import FormDefinition
from portal.forms.scenarios.commands import test_forms
from portal.forms.translation import texts_of
from portal.forms.translation_file import coverage, short, with_skeletons
from portal.forms.versions.commands import COMMANDS as VERSION_COMMANDS
from portal.forms.yaml_text import Fault

OF_OTHER_ROOMS = {"publish": "portal.submissions.commands:publish"}
"""Commands of this group that need the database, each imported when it is used."""


class FormCommands(click.Group):
    """The group with the commands that other rooms add to it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *OF_OTHER_ROOMS})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in OF_OTHER_ROOMS:
            return super().get_command(ctx, name)
        module, _, attribute = OF_OTHER_ROOMS[name].partition(":")
        return getattr(importlib.import_module(module), attribute)


@click.group(cls=FormCommands)
def forms() -> None:
    """Form definitions: check them, and fill one from a file of answers."""


for command in (*COMMANDS, test_forms, *VERSION_COMMANDS):
    forms.add_command(command)


@forms.command("check")
@council_option
@path_option
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How faults are printed; json is for machines.")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
def check(council: str, folder: str, shape: str, paths: tuple[Path, ...]) -> None:
    """Check form definitions and the scenarios beside them: the files or folders at PATHS, or every form of the council.

    Prints every fault as file:line:column: CODE message, or with --format json as a list of objects on standard output; exit status 1 when there is one.
    The codes are explained in docs/reference/form-faults.md.

    \b
    Example:  portal forms check portal/forms/definitions/hackney/taf_meeting.yaml --council hackney
    """
    pack = _pack(council, folder)
    files = _files(paths) if paths else [pack.form_path(form_id) for form_id in pack.form_ids()]
    if not files:
        stop("There is no form to check: name a file, or a folder that holds some.")
    found: list[Fault] = []
    for path in files:
        faults_here = faults_of(path, pack)
        found += faults_here
        if not wrong_of(faults_here) and shape == "text":
            click.echo(f"{path}: no faults")
    wrong = wrong_of(found)
    if shape == "json":
        click.echo(json.dumps([asdict(fault) for fault in found], indent=1, ensure_ascii=False))
        raise SystemExit(1 if wrong else 0)
    for fault in found:
        if fault.level != "information":
            click.echo(line_of(fault), err=True)
    for file, number in Counter(fault.file for fault in found if fault.level == "information").items():
        click.echo(f"{file}: {number:,} texts have no translation yet (portal forms translations lists them)")
    if wrong:
        stop(f"{len(wrong)} {'fault' if len(wrong) == 1 else 'faults'} in {len({fault.file for fault in wrong})} of {len(files)} forms.")


def wrong_of(found: list[Fault]) -> list[Fault]:
    """The faults that make a form unfit; warnings and information do not."""
    return [fault for fault in found if fault.level == "error"]


@forms.command("translations")
@council_option
@path_option
@click.argument("form_id", metavar="FORM")
@click.argument("code", metavar="[LANGUAGE]", default="")
@click.option("--write", is_flag=True, help="Put an entry for every text into the file, for whoever translates.")
def translations(council: str, folder: str, form_id: str, code: str, write: bool) -> None:
    """Tell how far a form is translated into the languages of the council, or into LANGUAGE: what is missing, and what was made from other English.

    With --write the file beside the form gets an entry for each text: `en` with its English, and its translation to fill in.

    \b
    Example:  portal forms translations request_for_support tr --council hackney
    """
    try:
        pack = _pack(council, folder)
        texts, title = texts_of(pack.form(form_id)), pack.form(form_id).title
        for each in [code] if code else list(pack.service.languages):
            _tell_coverage(pack, form_id, each, texts)
            if write:
                head = {"title": title, "called": languages.spoken_by(pack, each).language.called, "code": each, "name": form_id}
                path = pack.form_path(form_id).with_name(f"{form_id}.{each}.yaml")
                path.write_text(with_skeletons(languages.translation_of(pack, form_id, each), texts, head), "utf-8")
                click.echo(f"{path} has an entry for each of {len(texts):,} texts.")
    except PortalError as error:
        stop(error.message)


def _tell_coverage(pack: library.Council, form_id: str, code: str, texts: dict[str, str]) -> None:
    spoken, held = languages.spoken_by(pack, code).language, languages.translation_of(pack, form_id, code)
    found = coverage(held, texts)
    click.echo(f"{form_id} in {spoken.called} ({code}): {found.done:,} of {found.all:,} texts translated, {len(found.missing):,} missing, {len(found.stale):,} stale")
    for key in found.stale:
        click.echo(f"  stale    {key}: made from {short(held.pairs[key][0] if held else '')}, now {short(texts[key])}")
    for key in found.missing:
        click.echo(f"  missing  {key}: {short(texts[key])}")


@forms.command("fill")
@council_option
@path_option
@click.argument("form_id", metavar="FORM")
@click.option("--answers", "answers_file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON file of answers.")
@click.option("--save", is_flag=True, help="Store the answers as a sent (or, for a staff form, finalised) submission.")
def fill(council: str, folder: str, form_id: str, answers_file: Path, save: bool) -> None:
    """Judge a file of answers as the web would, and store it with --save.

    Prints every problem as file:line: path: CODE message; exit status 1 when there is one. Files are answered as
    [{"path": "report.pdf"}], beside the file of answers.

    \b
    Example:  portal forms fill closure_review --answers examples/hackney/closure_review.json --council hackney
    """
    try:
        pack = _pack(council, folder)
        definition = pack.form(form_id)
        filled = _judged(definition, answers_file, facts_now(pack))
    except PortalError as error:
        stop(error.message)
    if filled.problems:
        text = answers_file.read_text("utf-8")
        for problem in filled.problems:
            where = f"{answers_file}:{line_in(text, problem.path or form_id)}"
            click.echo(f"{where}: {problem.path or form_id}: {problem.code} {problem.message}", err=True)
        if any(problem.code == "test_number" for problem in filled.problems):
            click.echo("Made-up NHS numbers are taken with PORTAL_ALLOW_TEST_NHS_NUMBERS=yes in front of the command, and in the demonstration.", err=True)
        stop(f"{len(filled.problems)} {'problem' if len(filled.problems) == 1 else 'problems'}; nothing was stored.")
    if save:
        _store(form_id, definition, filled)
    else:
        click.echo(f"{definition.title}: {filled.steps} steps, no problems. Nothing was stored; add --save to store it.")


@forms.command("why")
@council_option
@path_option
@click.argument("form_id", metavar="FORM")
@click.argument("name", metavar="PAGE_OR_PATH")
@click.option("--answers", "answers_file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON file of answers.")
def why_shown(council: str, folder: str, form_id: str, name: str, answers_file: Path) -> None:
    """Tell leaf by leaf why a page, or the question at a path, is shown with these answers or not.

    \b
    Example:  portal forms why closure_review children.zara.first_name --answers answers.json --council hackney
    """
    try:
        pack = _pack(council, folder)
        definition, facts = pack.form(form_id), facts_now(pack)
        answers, _ = read_answers_json(definition, read_answers(answers_file), facts)
        told = why_at(definition, name, visible(definition, answers, facts), facts)
    except PortalError as error:
        stop(error.message)
    for line in told:
        click.echo(line)


@dataclass
class Filled:
    """What a file of answers came to: usable answers, files by question, how many steps they lead through, what is wrong."""

    answers: dict[str, Any]
    files: dict[str, list[Path]]
    steps: int
    problems: list[Any] = field(default_factory=list)


def faults_of(path: Path, pack: library.Council) -> list[Fault]:
    """Everything wrong with the definition in a file: its form, or else how its parts fit together and with the council, or else its scenarios."""
    try:
        definition = load_definition(pack.completed(text_of_file(path)), source=str(path), shared_lists=pack.shared_lists)
        found = check_forms.faults_of(pack, definition) or _template_faults(pack, definition) or check_scenarios.faults_beside(path, pack, definition)
        return found + languages.faults_beside(path, pack, definition)
    except DefinitionFaults as wrong:
        return wrong.faults
    except OSError as wrong:
        return [Fault(str(path), 1, 1, "unreadable", f"cannot be read: {wrong.strerror}")]


def _template_faults(pack: library.Council, definition: FormDefinition) -> list[Fault]:
    papers = {paper.id for paper in pack.papers if paper.form == definition.id}
    if not any(papers & rule.papers for rule in pack.documents):
        return []
    from portal.documents.form_templates import template_faults  # reading Word files takes a while to load

    return template_faults(pack, definition)


def line_of(fault: Fault) -> str:
    """A fault as editors and people read it."""
    return f"{fault.file}:{fault.line}:{fault.column}: {fault.code} {fault.message}"


def _pack(council: str, folder: str) -> library.Council:
    try:
        return library.council(council, folder or None)
    except CouncilFaults as wrong:
        stop("\n".join(str(fault) for fault in wrong.faults))
    except PortalError as error:
        stop(error.message)


def _files(paths: tuple[Path, ...]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found += [path / f"{form_id}.yaml" for form_id in library.form_ids(path)] if path.is_dir() else [path]
    return found


def _judged(definition: FormDefinition, answers_file: Path, facts: Facts) -> Filled:
    raw = read_answers(answers_file)
    usable, _ = read_answers_json(definition, raw, facts)
    files = named_files(definition, usable, answers_file.parent)
    answers, problems = read_answers_json(definition, described(raw, files), facts)
    return Filled(answers, files, len(Journey(definition, answers, facts).steps()), problems)


@in_app
def _store(form_id: str, definition: FormDefinition, filled: Filled) -> None:
    from portal.submissions import attachments, drafts, submit  # only --save needs the database
    from portal.submissions.definitions import current_version

    version = current_version(form_id)
    if version.sha256 != definition.sha256:
        stop(f"The file of {form_id} differs from its published version {version.number}: publish it first (portal database upgrade).")
    by = drafts.Writer(label="command line")
    draft = drafts.start(version, by=by, first=drafts.Start(answers=without(filled.answers, filled.files)))
    for path, files in filled.files.items():
        kept = [attachments.add(draft, path, file.name, file.read_bytes()) for file in files]
        drafts.save(draft, _Files({path: kept}), expected_version=draft.version, by=by)
    facts = drafts.facts_for(draft)
    for step in Journey(definition, filled.answers, facts).steps():
        if step.page.type == "interrupt":
            drafts.acknowledge(draft, step.key, by=by)
    try:
        sent = submit.send(draft, draft.idempotency_key, by=by, facts=facts) if definition.audience == "public" else submit.finalise(draft, by=by, facts=facts)
    except submit.NotReady as wrong:
        stop("\n".join(f"{problem.path or form_id}: {problem.code} {problem.message}" for problem in wrong.problems))
    click.echo(f"{definition.title}: stored with the reference {sent.submission.reference}.")


@dataclass(frozen=True)
class _Files:
    """Kept files, as a page hands over what was read from it."""

    values: dict[str, Any]
    incomplete: dict[str, Any] = field(default_factory=dict)
    cleared: tuple[str, ...] = ()

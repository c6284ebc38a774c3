"""The command line of documents: list them, begin or check a template, print one from answers in a file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click

from portal import timekeeping
from portal.command_line import council_option, stop
from portal.councils.check_printed import undecided
from portal.councils.document_model import TEMPLATE_NAME, DocumentRule
from portal.councils.library import Council
from portal.councils.library import council as find_council
from portal.documents.merge_data import FACTS, Material, Sources, shape
from portal.documents.produce import print_from
from portal.documents.scaffold import scaffold
from portal.documents.specimen import specimen_facts
from portal.documents.starter_fields import as_yaml
from portal.errors import PortalError
from portal.forms.answers import visible
from portal.forms.answers_json import read_answers_json
from portal.forms.conditions import Facts
from portal.settings import Settings
from portal.word import accessibility
from portal.word.apart import check_apart
from portal.word.comments import with_comments
from portal.word.fields import Shape
from portal.word.findings import Finding, Place, TemplateRefused
from portal.word.template import compile_template

UNUSABLE = ("unknown", "shape", "hidden", "no_value", "characters")


@click.group()
def documents() -> None:
    """Word documents and their templates."""


@documents.command("list")
@council_option
def list_documents(council: str) -> None:
    """List the council's documents: id, title, form, template.

    \b
    Example:  portal documents list --council hackney
    """
    pack = _council(council)
    for rule in pack.documents:
        click.echo(f"{rule.id:32} {rule.title:44} {pack.papers[rule.paper].form:22} {rule.template}")


@documents.command("check")
@council_option
@click.argument("template", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="TEMPLATE.docx")
@click.option("--form", "form_id", metavar="FORM", default="", help="Compare its fields with the documents bound to this form.")
@click.option("--document", "document_id", metavar="DOCUMENT", default="", help="Compare its fields with this document only.")
@click.option("--comments", type=click.Path(dir_okay=False, path_type=Path), metavar="COPY.docx", help="Write a copy that has every finding as a comment at its place.")
def check_template(council: str, template: Path, form_id: str, document_id: str, comments: Path | None) -> None:
    """Check a Word template: every fault with its place in the document. Warnings alone do not fail.

    \b
    Example:  portal documents check doc_templates/hackney/taf-minutes.docx --form taf_meeting --council hackney
    """
    pack = _council(council)
    rules = _meant(pack, template.name, form_id, document_id)
    found = check_apart(template.read_bytes(), _expected(pack, rules))
    found += [Finding("not_printed", told, Place("template"), "warning") for told in _unprinted(pack, rules)]
    for finding in found:
        click.echo(f"{template}: {finding.level}: {finding}", err=True)
    if comments is not None:
        _write_comments(template, found, comments)
    errors = sum(finding.level == "error" for finding in found)
    if errors:
        stop(f"{template}: {errors} to put right. Open it in Word, go to each place, then check it again.")
    click.echo(f"{template}: no errors, {sum(finding.level == 'warning' for finding in found)} warnings.")


def _write_comments(template: Path, found: list[Finding], to: Path) -> None:
    try:
        to.write_bytes(with_comments(template.read_bytes(), found))
    except TemplateRefused as error:
        stop(f"{template}: no copy with comments could be written: {error.message}")
    click.echo(f"{to}: {len(found)} comments.")


@documents.command("render")
@council_option
@click.argument("document_id", metavar="DOCUMENT")
@click.option("--answers", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True, metavar="FILE.json", help="Answers of the document's form.")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="OUT.docx", help="Where to write the document.")
@click.option("--paper", "others", multiple=True, metavar="PAPER=FILE.json", help="Answers of another paper the document draws on; may be repeated.")
@click.option("--fact", "facts", multiple=True, metavar="NAME=TEXT", help="A fact of the record, such as record.lead_name=…; may be repeated.")
@click.option("--variant", metavar="VARIANT", default="", help="The form in which a family gets it, such as large_print.")
def render_document(council: str, document_id: str, answers: Path, out: Path, others: tuple[str, ...], facts: tuple[str, ...], variant: str) -> None:
    """Print a document from answers in a file, without a database.

    \b
    Example:  portal documents render taf_minutes --answers examples/hackney/taf_meeting.json -o minutes.docx --council hackney
    """
    pack = _council(council)
    rule = _in_variant(pack, _rule(pack, document_id), variant)
    own = material_of_file(pack, rule.paper, answers)
    papers = {paper: material_of_file(pack, paper, Path(file)) for paper, _, file in (one.partition("=") for one in others)}
    known = known_facts(pack, rule, facts)
    try:
        made = print_from(rule, Sources(pack, own, papers, known), compile_template(pack.template_path(rule.template).read_bytes()))
    except PortalError as error:
        stop(f"{document_id}: {error.message}")
    out.write_bytes(made.content)
    for finding in accessibility.findings(made.content):
        click.echo(f"{out}: warning: {finding}", err=True)
    click.echo(f"{out}: {len(made.content):,} bytes.")


@documents.command("scaffold")
@council_option
@click.argument("form_id", metavar="FORM")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT.docx", help="Where to write it (FORM-record.docx here). The name is that of the template.")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def scaffold_template(council: str, form_id: str, out: Path | None, force: bool) -> None:
    """Write a starter Word template of a form: every answer once, on the council's letterhead. Prints the lines for documents.yaml.

    \b
    Example:  portal documents scaffold taf_meeting -o my-minutes.docx --council hackney
    """
    pack = _council(council)
    if form_id not in pack.form_ids():
        stop(f"{pack.id} has no form {form_id!r}; it has: {', '.join(pack.form_ids())}")
    to = out or Path(f"{form_id.replace('_', '-')}-record.docx")
    if not re.fullmatch(TEMPLATE_NAME, to.name):
        stop(f"{to.name}: a template's name has small letters, figures and dashes, begins with a letter and ends in .docx")
    if to.exists() and not force:
        stop(f"{to} is there already: choose another name with -o, or write over it with --force")
    try:
        made = scaffold(pack, pack.form(form_id), to.name)
    except PortalError as error:
        stop(f"{form_id}: {error.message}")
    to.write_bytes(made.template)
    click.echo(as_yaml(made.rule), nl=False)
    click.echo(f"{to}: {len(made.template):,} bytes. Put it among the council's templates and these lines into its documents.yaml, then change it in Word.", err=True)


def _council(name: str) -> Council:
    try:
        return find_council(name, Settings.from_environment().council_path or None)
    except PortalError as error:
        stop(error.message)


def _rule(pack: Council, document_id: str) -> DocumentRule:
    rule = pack.documents.get(document_id)
    if rule is None:
        stop(f"{pack.id} has no document {document_id!r}; it has: {', '.join(one.id for one in pack.documents)}")
    return rule


def _in_variant(pack: Council, rule: DocumentRule, variant: str) -> DocumentRule:
    if not variant:
        return rule
    made = [one.id for one in pack.variants if rule.has_variant(one)]
    if variant not in made:
        stop(f"{rule.id} is not made as {variant!r}; it is made as: {', '.join(made) or 'nothing but itself'}")
    return rule.for_variant(pack.variants[variant])


def _meant(pack: Council, template: str, form_id: str, document_id: str) -> list[DocumentRule]:
    """The documents whose fields a template may use: those made from it, else all of the form."""
    if form_id and form_id not in pack.form_ids():
        stop(f"{pack.id} has no form {form_id!r}; it has: {', '.join(pack.form_ids())}")
    if document_id:
        return [_rule(pack, document_id)]
    rules = [rule for rule in pack.documents if not form_id or pack.papers[rule.paper].form == form_id]
    return [rule for rule in rules if template in rule.own_templates] or (rules if form_id else [])


def _unprinted(pack: Council, rules: list[DocumentRule]) -> list[str]:
    """Questions of the form that these documents never print, where nothing says that they are left out on purpose."""
    names = {rule.id for rule in rules}
    return [fault.message for fault in undecided(pack) if fault.message.partition(" ")[0] in names] if names else []


def _expected(pack: Council, rules: list[DocumentRule]) -> Shape | None:
    """The fields that the templates of these documents may use."""
    if not rules:
        return None
    try:
        definitions = {paper.id: pack.forms()[paper.form] for paper in pack.papers}
        merged: dict[str, Any] = {}
        for rule in rules:
            merged |= shape(rule, pack, definitions)
        return merged
    except PortalError as error:
        stop(error.message)


def material_of_file(pack: Council, paper: str, file: Path) -> Material:
    """The visible answers of a file, as a document of this paper draws on them. Ends the command when the file cannot be used."""
    if pack.papers.get(paper) is None:
        stop(f"{pack.id} has no paper {paper!r}; it has: {', '.join(one.id for one in pack.papers)}")
    try:
        definition = pack.form(pack.papers[paper].form)
        raw = json.loads(file.read_text("utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        stop(f"{file}: this is not a JSON file that can be read: {error}")
    except PortalError as error:
        stop(error.message)
    known = Facts(timekeeping.today(), record=pack.service.facts, test_numbers=True)
    answers, problems = read_answers_json(definition, raw, known)
    unusable = [problem for problem in problems if problem.code in UNUSABLE]
    if unusable:
        stop("\n".join(f"{file}: {problem.path}: {problem.message}" for problem in unusable))
    return Material(definition, visible(definition, answers, known).answers, known)


def known_facts(pack: Council, rule: DocumentRule, given: tuple[str, ...]) -> dict[str, str]:
    """Facts of a record for a document made without one: specimens, and those given as NAME=TEXT."""
    known = specimen_facts(pack, rule, timekeeping.today())
    for one in given:
        name, _, text = one.partition("=")
        if name not in FACTS:
            stop(f"there is no fact {name!r}; there are {', '.join(FACTS)}")
        known[name] = text
    return known



"""The door of Word templates: which are in force, their fields and specimens; bring a changed one, go back, take the supplier's. Deciding is `proposed_routes`."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import needs
from portal.accounts import sign_in_state
from portal.designer import proposals, proposed_routes, specimens, starter, told, word_templates
from portal.designer.proposals import EARLIER, SUPPLIER, UPLOAD, TemplateHostile
from portal.designer.word_templates import WordTemplate
from portal.documents import contract
from portal.errors import NotFound, PortalError
from portal.publishing import content
from portal.security import as_download
from portal.submissions.uploads.names import shown_name
from portal.word.check import errors
from portal.word.package import MAX_FILE

blueprint = Blueprint("word_templates", __name__, url_prefix="/word-templates")
BLUEPRINTS = (blueprint, proposed_routes.doors)
WORD = proposed_routes.WORD


@blueprint.get("")
@needs("template.change")
def every() -> str:
    """All Word templates of the council, and what waits for somebody."""
    templates = word_templates.every()
    waits = {one.name for one in templates if word_templates.waiting(one) is not None}
    checked = {one.name: len(proposals.undecided(one)) for one in templates}
    return render_template("designer/every.html", templates=templates, in_force=word_templates.in_force(templates), waits=waits, checked=checked)


@blueprint.get("/<slug:template_name>")
@needs("template.change", word_templates.find)
def one(template: WordTemplate) -> str:
    """One template: what is in force, what was, and where to bring a changed one."""
    return _page(template, [])


@blueprint.post("/<slug:template_name>")
@needs("template.change", word_templates.find)
def upload(template: WordTemplate) -> Response | tuple[str, int]:
    """Check a changed template that somebody brings."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(template, [{"text": "Choose a Word file", "href": "#file"}]), 422
    return _propose(template, sent.stream.read(MAX_FILE + 1), shown_name(sent.filename), UPLOAD)


@blueprint.post("/<slug:template_name>/supplier")
@needs("template.change", word_templates.find)
def look_at_supplier(template: WordTemplate) -> Response | tuple[str, int]:
    """Check the supplier's new version, to be compared with the one in force."""
    file = word_templates.waiting(template)
    if file is None:
        return _page(template, [{"text": "The supplier has nothing new: somebody may have taken it meanwhile", "href": "#in-force"}]), 409
    return _propose(template, file, template.file, SUPPLIER)


@blueprint.post("/<slug:template_name>/versions/<int:version_number>/check")
@needs("template.change", word_templates.find)
def look_at_earlier(template: WordTemplate, version_number: int) -> Response | tuple[str, int]:
    """Check an earlier version, to go back to it."""
    return _propose(template, _file(template, version_number), f"Version {version_number}", EARLIER)


@blueprint.get("/<slug:template_name>/versions/<int:version_number>.docx")
@needs("template.change", word_templates.find)
def download(template: WordTemplate, version_number: int) -> Response:
    """A version as Word, to change it or to keep it."""
    return as_download(_file(template, version_number), template.file, WORD)


@blueprint.get("/<slug:template_name>/merge-fields")
@needs("template.change", word_templates.find)
def merge_fields(template: WordTemplate) -> str:
    """What may be printed: each field with its meaning, its question and an example."""
    fields = [(rule, contract.fields_told(template.council, rule)) for rule in template.rules]
    return render_template("designer/merge_fields.html", template=template, fields=fields)


@blueprint.get("/<slug:template_name>/starter.docx")
@needs("template.change", word_templates.find)
def begin(template: WordTemplate) -> Response:
    """A plain template that prints every field once, to begin from."""
    return as_download(starter.starter(template), f"starter-{template.file}", WORD)


@blueprint.get("/<slug:template_name>/specimen")
@needs("template.change", word_templates.find)
def specimen(template: WordTemplate) -> str:
    """The template in force, filled in for a made-up family, as pages."""
    pages, why_none = proposed_routes.pages_of(_specimen(template))
    return render_template("designer/specimen.html", template=template, pages=pages, why_no_pages=why_none)


@blueprint.get("/<slug:template_name>/specimen.docx")
@needs("template.change", word_templates.find)
def specimen_as_word(template: WordTemplate) -> Response:
    """The same as Word."""
    return as_download(_specimen(template), f"specimen-{template.file}", WORD)


@blueprint.get("/<slug:template_name>/specimen/page-<int:page_number>.png")
@needs("template.change", word_templates.find)
def specimen_page(template: WordTemplate, page_number: int) -> Response:
    """One of its pages."""
    return proposed_routes.as_picture(_specimen(template), page_number)


def _specimen(template: WordTemplate) -> bytes:
    found = specimens.in_force(template)
    if found is None:
        raise NotFound("No template is in force")
    return found


def _file(template: WordTemplate, number: int) -> bytes:
    version = next((put.version for put in word_templates.history(template) if put.version.number == number), None)
    if version is None:
        raise NotFound(f"There is no version {number} of this template")
    return content(version.sha256)


def _propose(template: WordTemplate, file: bytes, called: str, origin: str) -> Response | tuple[str, int]:
    me = sign_in_state.me().id
    try:
        proposed = proposals.propose(template, file, called=called, origin=origin, by=me)
    except TemplateHostile as refused:
        proposals.note_refused(template, refused, by=me)
        said = [f"{called} was refused and not kept: {finding.message}" + (f" ({told.where(finding)})" if told.where(finding) else "") for finding in refused.findings]
        return _page(template, [{"text": words, "href": "#file"} for words in said]), 422
    return redirect(url_for("proposed_templates.look", proposed_id=proposed.id), 303)


def _page(template: WordTemplate, wrong: list[dict[str, str]]) -> str:
    undecided = proposals.undecided(template)
    return render_template(
        "designer/one.html",
        template=template,
        history=word_templates.history(template),
        waits=word_templates.waiting(template) is not None,
        undecided=[(one, len(errors(proposals.findings_of(one)))) for one in undecided],
        days=proposals.KEPT.days,
        does_not_fit=_does_not_fit(template),
        errors=wrong,
    )


def _does_not_fit(template: WordTemplate) -> str:
    """Why no document can be made with the template in force, or ''."""
    try:
        specimens.in_force(template)
    except PortalError as error:
        return error.message
    return ""

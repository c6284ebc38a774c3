"""Whether the Word templates of a form fit what its documents bind: every field a template prints is bound, every bound field is printed."""

from __future__ import annotations

from collections.abc import Iterator

from portal.councils.document_model import DocumentRule
from portal.councils.library import Council
from portal.documents.merge_data import BindingBroken, shape
from portal.documents.template_in_use import file_in_use
from portal.forms.model import FormDefinition
from portal.forms.yaml_text import Fault
from portal.word.check import errors
from portal.word.fields import trees_of, unknown_fields, unused_fields
from portal.word.findings import TemplateRefused
from portal.word.template import compile_template


def template_faults(council: Council, definition: FormDefinition) -> list[Fault]:
    """Faults of the templates of all documents that draw on this form; a template that cannot be read is told by its own check."""
    definitions = {paper.id: definition if paper.form == definition.id else council.form(paper.form) for paper in council.papers}
    papers = {paper.id for paper in council.papers if paper.form == definition.id}
    found: list[Fault] = []
    for position, rule in enumerate(council.documents):
        if papers & rule.papers:
            found += _faults(council, position, rule, definitions)
            for template in rule.templates.values():
                found += _unknown(council, rule, template, definitions)
    return sorted(set(found))


def _unknown(council: Council, rule: DocumentRule, template: str, definitions: dict[str, FormDefinition]) -> Iterator[Fault]:
    """A variant may leave things out, such as an easy-read letter; it prints nothing that is not bound."""
    path = council.template_path(template)
    try:
        fields, compiled = shape(rule, council, definitions), compile_template(file_in_use(council, template))
    except (BindingBroken, TemplateRefused):
        return
    for finding in errors(unknown_fields(trees_of(compiled), fields)):
        yield Fault(str(path), 1, 1, "unbound_field", f"{finding}: the document {rule.id} of documents.yaml binds no such field")


def _faults(council: Council, position: int, rule: DocumentRule, definitions: dict[str, FormDefinition]) -> Iterator[Fault]:
    """The template in force fits. That every bound field is printed is asked of the pack alone: whoever changes a letter may leave something out."""
    yield from _unknown(council, rule, rule.template, definitions)
    path = council.template_path(rule.template)
    try:
        fields, compiled = shape(rule, council, definitions), compile_template(path.read_bytes())
    except (BindingBroken, TemplateRefused):
        return
    texts = council.files.texts["documents"]
    for name in unused_fields(trees_of(compiled), fields):
        message = f"the document {rule.id} binds {name}, which {rule.template} never prints: print it, or take the binding away"
        yield texts.fault(("documents", position, "fields", name), "unprinted_field", message, of_key=True)

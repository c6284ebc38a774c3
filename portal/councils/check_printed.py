"""Whether every answer of a form reaches its documents: a question is bound, or the document says why it is not printed.

A list that contradicts itself is a fault. A question that nobody decided about is only told: a form may grow before its documents do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from portal.councils.document_model import Binding, DocumentRule
from portal.councils.examined import Examined
from portal.councils.library import Council
from portal.forms import question_kinds
from portal.forms.model import FormDefinition
from portal.forms.yaml_text import Fault


def undecided(council: Council) -> list[Fault]:
    """Questions with an answer that a document of their form neither prints nor names under `not_printed`, at that document."""
    pack = Examined(council)
    return [
        pack.fault("documents", ("documents", position), "not_printed", f"{document.id} does not print {name}: bind it, or name it under `not_printed` with the reason")
        for position, document, form in _documents(pack)
        for name, question in form.index.questions.items()
        if question_kinds.kind(question.kind).has_value and name not in _bound(document, form) | _left_out(document).keys()
    ]


def left_out(pack: Examined) -> Iterator[Fault]:
    """What stands under `not_printed` is a question of the form, and is not printed."""
    for position, document, form in _documents(pack):
        bound = _bound(document, form)
        for question, why in _left_out(document).items():
            at = ("documents", position, "not_printed", why)
            yield from pack.question("documents", at, document.paper, question, outside_repeats=False)
            if question in bound:
                yield pack.fault("documents", at, "printed_after_all", f"{question} is printed by {document.id}: take it out of `not_printed`")


def _documents(pack: Examined) -> Iterator[tuple[int, DocumentRule, FormDefinition]]:
    for position, document in enumerate(pack.council.documents):
        form = pack.form_of(document.paper)
        if form is not None:
            yield position, document, form


def _left_out(document: DocumentRule) -> dict[str, str]:
    return {question: why for why, questions in document.not_printed.items() for question in questions}


def _bound(document: DocumentRule, form: FormDefinition) -> set[str]:
    return set(_named(document, form, document.fields.values()))


def _named(document: DocumentRule, form: FormDefinition, bindings: Iterable[Binding]) -> Iterator[str]:
    for binding in bindings:
        if binding.paper in ("", document.paper):
            sections = binding.sections.split()
            yield from (question.id for page in form.pages if binding.sections == "all" or page.section in sections for question in page.questions)
            yield binding.question
            yield from _named(document, form, binding.fields.values())


RULES: tuple[Callable[[Examined], Iterator[Fault]], ...] = (left_out,)

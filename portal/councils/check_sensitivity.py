"""Rules of the kinds of answer for roles and documents: they name kinds there are, and whoever finishes a form reads all of it. Those for forms are `check_kept_as`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from portal.councils import sensitivity
from portal.councils.document_model import Binding, DocumentRule
from portal.councils.examined import Examined
from portal.councils.library import Council
from portal.councils.model import Everything
from portal.forms.condition_tree import Condition
from portal.forms.model import FormDefinition, Question
from portal.forms.yaml_text import Fault, Location


def roles(pack: Examined) -> Iterator[Fault]:
    """A role reads kinds there are, and something when it sees records; each kind is read by somebody."""
    kinds = pack.council.sensitivities
    for position, role in enumerate(pack.council.files.values["roles"].roles):
        at = ("roles", position)
        for place, kind in enumerate(role.reads):
            if kind != Everything:
                yield from pack.unknown("roles", (*at, "reads", place), "kind of answer", kind, kinds.ids)
        if kinds and role.sees != "none" and not role.reads:
            yield pack.fault("roles", (*at, "id"), "reads_nothing", f"{role.id} sees records but `reads` no kind of answer, so that every answer is held back: add `reads`")
    for position, kind in enumerate(kinds):
        if not any({kind.id, Everything} & set(role.reads) for role in pack.council.roles):
            yield pack.fault("roles", ("sensitivities", position, "id"), "nobody_reads", f"no role reads {kind.id}")


def finishing(pack: Examined) -> Iterator[Fault]:
    """Who may finalise a form reads every kind of answer in it."""
    for position, role in enumerate(pack.council.files.values["roles"].roles):
        reader = sensitivity.of_roles(pack.council, [role])
        for paper in pack.council.papers if reader is not None else ():
            form = pack.form_of(paper.id)
            if form is None or "finalise" not in role.rights_on(paper.id):
                continue
            unread = sorted({question.kept_as for question in form.index.questions.values()} - reader.reads)  # type: ignore[union-attr]
            if unread:
                message = f"{role.id} may finalise {paper.id} but does not read {', '.join(unread)}, which the form {form.id} asks for"
                yield pack.fault("roles", ("roles", position, "id"), "finalises_unread", message)


def documents(pack: Examined) -> Iterator[Fault]:
    """Copies name kinds there are; what a document must have its copies may hold, and each field is in some copy."""
    for position, document in enumerate(pack.council.documents):
        at: Location = ("documents", position)
        copies = [(at, document), *(((*at, "copies", place), document.for_copy(copy.id)) for place, copy in enumerate(document.copies))]
        for where, copy in copies:
            for place, kind in enumerate(copy.reads or ()):
                if kind != Everything:
                    yield from pack.unknown("documents", (*where, "reads", place), "kind of answer", kind, pack.council.sensitivities.ids)
        yield from _told(pack, (*at, "when"), document.when, document.paper, [copy for _, copy in copies], "is made")
        for name, binding in document.fields.items():
            yield from _field(pack, (*at, "fields", name), binding, [copy for _, copy in copies])


def _field(pack: Examined, at: Location, binding: Binding, copies: list[DocumentRule]) -> Iterator[Fault]:
    for name, inner in binding.fields.items():
        yield from _field(pack, (*at, "fields", name), inner if inner.paper else inner.model_copy(update={"paper": binding.paper}), copies)
    paper = binding.paper or copies[0].paper
    yield from _told(pack, (*at, "when"), binding.when, paper, copies, "prints it")
    form = pack.form_of(paper)
    question = form.index.questions.get(binding.question.rpartition(".")[2]) if form is not None and binding.question else None
    if question is None:
        return
    without = [copy for copy in copies if not _holds(pack, copy, question)]
    if len(without) == len(copies):
        yield pack.fault("documents", at, "never_printed", f"{binding.question} is kept as {question.kept_as}, which no copy of this document may hold: take the field away, or see `copies` in roles.yaml")
    elif without and binding.required:
        yield pack.fault("documents", at, "required_held_back", f"{binding.question} is required, but kept as {question.kept_as}, which the copy “{without[0].title}” may not hold")


def _told(pack: Examined, at: Location, condition: Condition | None, paper: str, copies: list[DocumentRule], what: str) -> Iterator[Fault]:
    """A condition tells a copy's reader what it asks for: that it is true can be seen from what is there."""
    form = pack.form_of(paper)
    if condition is None or form is None:
        return
    asked = [form.index.questions[name] for kind, name in sorted(form.index.references(condition)) if kind == "question" and name in form.index.questions]
    for question in asked:
        for copy in copies:
            if not _holds(pack, copy, question):
                yield pack.fault("documents", at, "told_by_when", f"“{copy.title}” {what} only because of {question.id}, which is kept as {question.kept_as} and is told so: ask for another question, or see `copies` in roles.yaml")
                break


def may_tell(council: Council) -> list[Fault]:
    """Answers that a copy leaves out, and on which it hangs whether a question that it prints is asked at all: at that document. Told, and no fault, since only the council
    knows whether it gives anything away; if it does, both are to be kept as the same kind."""
    pack = Examined(council)
    found = []
    for position, document in enumerate(council.documents):
        form = pack.form_of(document.paper)
        asked: dict[str, dict[str, None]] = {}
        for name in _questions_of(document.fields.values(), document.paper) if form is not None else ():
            for other in _deciding(form, name) if name in form.index.questions else ():
                if any(_holds(pack, copy, form.index.questions[name]) and not _holds(pack, copy, form.index.questions[other]) for copy in document.every_copy):
                    asked.setdefault(other, {})[name] = None
        at = ("documents", position)
        found += [pack.fault("documents", at, "may_tell", f"a copy of {document.id} leaves {other} out, and asks for {', '.join(names)} only as it was answered") for other, names in asked.items()]
    return found


def _questions_of(bindings: Iterable[Binding], paper: str) -> Iterator[str]:
    for binding in bindings:
        if binding.paper in ("", paper):
            yield binding.question
            yield from _questions_of(binding.fields.values(), paper)


def _deciding(form: FormDefinition, name: str) -> set[str]:
    """Every question on which it hangs whether this one is asked, through others too."""
    found: set[tuple[str, str]] = set()
    waiting = [("question", name)]
    while waiting:
        more = set(form.index.needed(waiting.pop())) - found
        found |= more
        waiting += more
    return {other for kind, other in found if kind == "question"}


def _holds(pack: Examined, copy: DocumentRule, question: Question) -> bool:
    reader = sensitivity.of_copy(pack.council, copy)
    return reader is None or question.kept_as in reader.reads


RULES: tuple[Callable[[Examined], Iterator[Fault]], ...] = (roles, finishing, documents)

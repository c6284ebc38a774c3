"""Rules of the kinds of answer for forms: a question is kept as something the council names, and is read by nobody who does not read where its answer is taken from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portal.councils.examined import Examined
from portal.councils.model import Everything
from portal.forms.check import questions_at
from portal.forms.condition_tree import nearest
from portal.forms.model import PERSONAL, FormDefinition, Question
from portal.forms.yaml_text import Fault, Location

_FORM = "form"


def named(pack: Examined) -> Iterator[Fault]:
    """A form and its questions name kinds of answer that roles.yaml has."""
    for form in pack.forms.values():
        places: list[tuple[Location, str]] = [(("defaults",), form.defaults.sensitivity)]
        places += [(at, question.sensitivity) for at, _, question in questions_at(form) if question.sensitivity]
        known = list(pack.council.sensitivities.ids) or [PERSONAL]
        for at, kind in places:
            if kind not in known:
                there = f"there are: {', '.join(known)}" if pack.council.sensitivities else "roles.yaml has no `sensitivities`"
                place = (*at, "sensitivity") if form.as_written(*map(str, at)) or at != ("defaults",) else ()
                yield form.fault(place, "unknown_sensitivity", f"{kind} is no kind of answer of this council{nearest(kind, known)} ({there})")


def prefills(pack: Examined) -> Iterator[Fault]:
    """What is filled in from another form is read by nobody who does not read it there."""
    for form in pack.forms.values():
        for at, _, question in questions_at(form):
            source = _source(pack, question.prefill.source) if question.prefill is not None and question.prefill.fill else None
            if source is not None and not _readers(pack, question) <= _readers(pack, source):
                more = ", ".join(sorted(_readers(pack, question) - _readers(pack, source)))
                message = f"takes its answer from {source.id}, which is kept as {source.kept_as}, and is kept as {question.kept_as}, which more read ({more})"
                yield form.fault((*at, "prefill", "from"), "prefill_tells", message)


def _source(pack: Examined, name: str) -> Question | None:
    place, _, rest = name.partition(".")
    form: FormDefinition | None = pack.form_of(rest.partition(".")[0]) if place == _FORM else None
    return form.index.questions.get(rest.rpartition(".")[2]) if form is not None else None


def _readers(pack: Examined, question: Question) -> set[str]:
    """The roles that read it, and the audiences whose copies may hold it."""
    kind = pack.council.sensitivities.get(question.kept_as)
    return {role.id for role in pack.council.roles if {question.kept_as, Everything} & set(role.reads)} | {f"copies for {one}" for one in (kind.copies if kind else ())}


RULES: tuple[Callable[[Examined], Iterator[Fault]], ...] = (named, prefills)

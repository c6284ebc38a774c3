"""Whether the parts of a definition fit together: one small rule each, every fault with a stable code and its place.

Shape and types were judged by `load`; rules about conditions stand in `check_conditions`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from portal.forms import question_kinds
from portal.forms.check_changes import CHANGE_RULES, retired_options
from portal.forms.check_conditions import CONDITION_RULES
from portal.forms.check_shown import shown
from portal.forms.check_unused import UNUSED_RULES, unused_conditions
from portal.forms.condition_tree import AllOf, AnotherAnswer, AnyOf, Compare, Condition, Not, nearest, walk
from portal.forms.item_labels import PLACEHOLDER
from portal.forms.model import FormDefinition, Page, Prefill, Question, Repeat
from portal.forms.record_bindings import BINDING, PERSON_FACTS, PREFILL, SUBMISSION_FACTS
from portal.forms.retention_terms import TERM, is_longer
from portal.forms.route import LIST_NAME
from portal.forms.yaml_text import Fault, Location

CheckRule = Callable[[FormDefinition], Iterator[Fault]]

_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_OPTION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\Z")
_LONGEST_ID = 60


def faults(definition: FormDefinition, *, used: Collection[str] = ()) -> list[Fault]:
    """Everything wrong with how the parts of a definition fit together, in order of place; empty when it may be published.

    `used` are names of conditions that are used outside the form, by its council's files.
    """
    found = {fault for rule in RULES for fault in rule(definition)}
    return sorted(found | set(unused_conditions(definition, used)))


def questions_at(definition: FormDefinition) -> Iterator[tuple[Location, Page, Question]]:
    """Every question with its place in the file and its page."""
    for position, page in enumerate(definition.pages):
        for place, question in enumerate(page.questions):
            yield ("pages", position, "questions", place), page, question


def _ids_at(definition: FormDefinition) -> Iterator[tuple[str, Location, str]]:
    yield "form", ("id",), definition.id
    for position, section in enumerate(definition.sections):
        yield "section", ("sections", position, "id"), section.id
    for position, page in enumerate(definition.pages):
        yield "page", ("pages", position, "id"), page.id
    for repeat in definition.repeats:
        yield "repeat", ("repeats", repeat.id), repeat.id
    for at, _, question in questions_at(definition):
        yield "question", (*at, "id"), question.id
    for name in definition.conditions:
        yield "condition", ("conditions", name), name


def bad_ids(definition: FormDefinition) -> Iterator[Fault]:
    """Ids are short and snake_case; options may also have capitals, digits first and hyphens."""
    for what, at, found in _ids_at(definition):
        of_key = what in ("repeat", "condition")
        if not _ID.match(found) or len(found) > _LONGEST_ID:
            message = f"the {what} id {found!r} must be snake_case: small letters, digits and _, a letter first, at most {_LONGEST_ID}"
            yield definition.fault(at, "bad_id", message, of_key=of_key)
        if what == "page" and found.startswith(LIST_NAME):
            yield definition.fault(at, "reserved_id", f"a page id must not start with {LIST_NAME!r}: the lists of repeats do")
    for at, _, question in questions_at(definition):
        for position, option in enumerate(getattr(question.settings, "options", ())):
            if not _OPTION_ID.match(option.id) or len(option.id) > _LONGEST_ID:
                yield definition.fault((*at, "options", position, "id"), "bad_id", f"the option id {option.id!r} must be letters, digits, _ or -")


def duplicate_ids(definition: FormDefinition) -> Iterator[Fault]:
    """Questions and repeats share one set of names; pages, sections and conditions have their own."""
    seen: dict[tuple[str, str], str] = {}
    for what, at, found in _ids_at(definition):
        names = "question" if what == "repeat" else what
        if (names, found) in seen:
            yield definition.fault(at, "duplicate_id", f"the {what} id {found!r} is already that of a {seen[names, found]}")
        seen.setdefault((names, found), what)


def question_in_two_repeats(definition: FormDefinition) -> Iterator[Fault]:
    """A question belongs to the items of one repeat."""
    repeats: dict[str, str] = {}
    for at, page, question in questions_at(definition):
        other = repeats.setdefault(question.id, page.repeat)
        if other != page.repeat:
            message = f"{question.id!r} is asked in {_place(other)} and again in {_place(page.repeat)}: give one another id"
            yield definition.fault((*at, "id"), "question_in_two_repeats", message)


def retired_ids(definition: FormDefinition) -> Iterator[Fault]:
    """An id that was taken out of use never comes back."""
    for what, at, found in _ids_at(definition):
        if what in ("question", "repeat") and found in definition.retired:
            yield definition.fault(at, "retired_id", f"the {what} id {found!r} is retired: older answers still carry it, choose another")
    gone = retired_options(definition)
    for at, _, question in questions_at(definition) if gone else ():
        for position, option in enumerate(getattr(question.settings, "options", ())):
            if (question.id, option.id) in gone:
                message = f"the option id {option.id!r} of {question.id!r} is retired: older answers still carry it, choose another"
                yield definition.fault((*at, "options", position, "id"), "retired_id", message)


def unknown_sections(definition: FormDefinition) -> Iterator[Fault]:
    """Every page stands in a section of the form, and there are pages."""
    known = [section.id for section in definition.sections]
    for position, page in enumerate(definition.pages):
        if page.section not in known:
            message = f"the page names the section {page.section!r}, which there is not{nearest(page.section, known)}"
            yield definition.fault(("pages", position, "section"), "unknown_section", message)
    if not definition.pages:
        yield definition.fault(("pages",), "no_pages", "a form has at least one page")


def page_contents(definition: FormDefinition) -> Iterator[Fault]:
    """A page asks or says something; a stop page has a condition."""
    for position, page in enumerate(definition.pages):
        at = ("pages", position)
        if page.type == "questions" and not page.questions and not page.guidance:
            yield definition.fault(at, "empty_page", f"the page {page.id!r} has neither questions nor guidance")
        if page.type == "stop" and page.when is None:
            yield definition.fault(at, "stop_always", f"the stop page {page.id!r} has no `when`: nobody would get past it")
        if page.type == "stop" and page.questions:
            yield definition.fault((*at, "questions"), "stop_asks", f"the stop page {page.id!r} asks questions: their answers would never be sent")


def unknown_repeats(definition: FormDefinition) -> Iterator[Fault]:
    """Pages and repeats name repeats that exist; every repeat has a page."""
    known = list(definition.index.repeats)
    for position, page in enumerate(definition.pages):
        if page.repeat and page.repeat not in known:
            message = f"the page names the repeat {page.repeat!r}, which there is not{nearest(page.repeat, known)}"
            yield definition.fault(("pages", position, "repeat"), "unknown_repeat", message)
        if page.layout == "together" and not page.repeat:
            yield definition.fault(("pages", position, "layout"), "layout_without_repeat", "`layout: together` is for pages with a `repeat`")
    for repeat in definition.repeats:
        for key, other in (("inside", repeat.inside), ("over", repeat.over)):
            if other and other not in known:
                message = f"{repeat.id!r} is {key} {other!r}, which is no repeat{nearest(other, known)}"
                yield definition.fault(("repeats", repeat.id, key), "unknown_repeat", message)
        if not definition.index.pages_of_repeat[repeat.id]:
            yield definition.fault(("repeats", repeat.id), "repeat_unused", f"no page asks anything of the repeat {repeat.id!r}", of_key=True)


def repeat_nesting(definition: FormDefinition) -> Iterator[Fault]:
    """One level of nesting; what a repeat runs over stands outside repeats; a minimum is below the maximum."""
    repeats = definition.index.repeats
    for repeat in definition.repeats:
        at = ("repeats", repeat.id)
        outer, over = repeats.get(repeat.inside), repeats.get(repeat.over)
        if outer is not None and (outer.inside or outer.id == repeat.id):
            yield definition.fault((*at, "inside"), "nested_too_deep", f"{repeat.id!r} is nested in {outer.id!r}, which is nested itself: one level only")
        if over is not None and (over.inside or over.id == repeat.id or _runs_in_circle(repeat, repeats)):
            yield definition.fault((*at, "over"), "over_nested", f"{repeat.id!r} must run over a repeat that stands outside repeats")
        if repeat.where is not None and not repeat.over:
            yield definition.fault((*at, "where"), "where_without_over", "`where` filters the repeat that `over` names; there is no `over`")
        if repeat.min > repeat.max or repeat.min < 0:
            yield definition.fault((*at, "min"), "min_above_max", f"min {repeat.min} does not go with max {repeat.max}")
        if repeat.over and repeat.min:
            yield definition.fault((*at, "min"), "min_of_over", f"{repeat.id!r} has as many items as {repeat.over!r}: take `min` away")


def item_labels(definition: FormDefinition) -> Iterator[Fault]:
    """The label of an item is made of questions of that item, or of the items it stands in or runs over."""
    index = definition.index
    for repeat in definition.repeats:
        reach = {*index.chain(repeat.id), *(index.overs(repeat.id))}
        for found in PLACEHOLDER.finditer(repeat.item_label):
            first, second = found.groups()
            page = index.page_of.get(second or first)
            if page is None or page.repeat not in reach or (second and page.repeat != first):
                message = f"item_label has {found.group()}, which is no question of {' or '.join(sorted(reach))}"
                yield definition.fault(("repeats", repeat.id, "item_label"), "bad_item_label", message)
        if "{" in PLACEHOLDER.sub("", repeat.item_label) or "}" in PLACEHOLDER.sub("", repeat.item_label):
            message = "item_label takes {question} or {repeat.question} and no other braces"
            yield definition.fault(("repeats", repeat.id, "item_label"), "bad_item_label", message)


def record_bindings(definition: FormDefinition) -> Iterator[Fault]:
    """A binding is two words; those that the record reads are known ones, and facts of a person stand where a person does."""
    for at, page, question in questions_at(definition):
        if not question.record:
            continue
        place = (*at, "record")
        group, _, fact = question.record.partition(".")
        known = {"person": PERSON_FACTS, "submission": SUBMISSION_FACTS}.get(group)
        if not BINDING.match(question.record):
            yield definition.fault(place, "bad_binding", f"a binding is two words, such as person.first_name, not {question.record!r}")
        elif known is not None and fact not in known:
            message = f"the record has no {question.record!r}{nearest(fact, sorted(known))} ({group}: {', '.join(sorted(known))})"
            yield definition.fault(place, "unknown_binding", message)
        elif group == "person" and not _stands_for_person(definition, page.repeat):
            message = f"{question.record!r} is about a person, but the items here stand for nobody: set `people` on the repeat"
            yield definition.fault(place, "binding_without_person", message)


def prefills(definition: FormDefinition) -> Iterator[Fault]:
    """A prefill names its source the way prefills are spelt, and chooses among the items of a source by themselves."""
    asked: list[tuple[Location, Prefill | None]] = [(at, question.prefill) for at, _, question in questions_at(definition)]
    asked += [(("repeats", repeat.id), repeat.prefill) for repeat in definition.repeats]
    for at, prefill in asked:
        if prefill is not None and not PREFILL.match(prefill.source):
            message = f"a prefill is from record.<fact>, record.<list>.<fact> or form.<paper>.<path>, not {prefill.source!r}"
            yield definition.fault((*at, "prefill", "from"), "bad_prefill", message)
        if prefill is not None and prefill.where is not None:
            yield from _prefill_where(definition, at, prefill.where)


def _prefill_where(definition: FormDefinition, at: Location, where: Condition) -> Iterator[Fault]:
    if at[0] != "repeats":
        yield definition.fault((*at, "prefill", "where"), "where_without_items", "`where` chooses among items: it is for the prefill of a repeat")
        return
    for place, part in walk(where):
        if not isinstance(part, AllOf | AnyOf | Not | Compare) or (isinstance(part, Compare) and isinstance(part.value, AnotherAnswer)):
            message = "`where` of a prefill looks at one item of its source: all, any, not, and a question compared with a plain value"
            yield definition.fault((*at, "prefill", "where", *place), "where_too_wide", message)


def question_settings(definition: FormDefinition) -> Iterator[Fault]:
    """The keys of a question do not contradict each other or its kind."""
    for at, _, question in questions_at(definition):
        kind = question_kinds.kind(question.kind)
        for message in kind.settings_faults(question):
            yield definition.fault(at, "settings", f"{question.id}: {message}")
        if kind.has_value:
            continue
        for key in ("required", "not_known", "later", "record", "prefill", "rules"):
            if getattr(question, key):
                yield definition.fault((*at, key), "no_answer", f"{question.id} is text to read and takes no `{key}`", of_key=True)


def sending(definition: FormDefinition) -> Iterator[Fault]:
    """A form for the public says how it is sent."""
    if definition.audience == "public" and "send" not in definition.model_fields_set:
        yield definition.fault((), "send_missing", "a form for the public needs `send`: its button, declaration and reference_prefix")
    if not re.fullmatch(r"[A-Z]{1,8}", definition.send.reference_prefix):
        message = f"reference_prefix is one to eight capital letters, not {definition.send.reference_prefix!r}"
        yield definition.fault(("send", "reference_prefix"), "bad_prefix", message)


def retention(definition: FormDefinition) -> Iterator[Fault]:
    """What is kept is kept for a number with y, m, w or d; a question's own term is shorter than its form's, and of no fact of the record."""
    for name, length in definition.defaults.retain.items():
        if not TERM.match(length):
            yield definition.fault(("defaults", "retain", name), "bad_retention", f"keep for a number of y, m, w or d, such as 25y, not {length!r}")
    sent = definition.defaults.retain.get("sent", "")
    for at, _, question in questions_at(definition):
        if question.retain and not TERM.match(question.retain):
            yield definition.fault((*at, "retain"), "bad_retention", f"keep for a number of y, m, w or d, such as 2y, not {question.retain!r}")
        elif question.retain and (question.record or question.prefill):
            message = f"{question.id} stands in the family's record too, and is kept as long as that: take `retain` away"
            yield definition.fault((*at, "retain"), "retain_in_record", message)
        elif question.retain and TERM.match(sent) and not is_longer(sent, question.retain):
            yield definition.fault((*at, "retain"), "retain_too_long", f"the form is kept for {sent}, so {question.id} cannot be kept for {question.retain}")


def _stands_for_person(definition: FormDefinition, repeat_id: str) -> bool:
    index = definition.index
    chain = {*index.chain(repeat_id), *index.overs(repeat_id)}
    return any(index.repeats[name].people for name in chain if name in index.repeats)


def _runs_in_circle(repeat: Repeat, repeats: dict[str, Repeat]) -> bool:
    seen: set[str] = set()
    current: Repeat | None = repeat
    while current is not None and current.over:
        if current.id in seen:
            return True
        seen.add(current.id)
        current = repeats.get(current.over)
    return False


def _place(repeat_id: str) -> str:
    return f"the repeat {repeat_id!r}" if repeat_id else "no repeat"


RULES: Iterable[CheckRule] = (
    bad_ids,
    duplicate_ids,
    question_in_two_repeats,
    retired_ids,
    unknown_sections,
    page_contents,
    unknown_repeats,
    repeat_nesting,
    item_labels,
    record_bindings,
    prefills,
    question_settings,
    sending,
    retention,
    *CONDITION_RULES,
    shown,
    *UNUSED_RULES,
    *CHANGE_RULES,
)
"""Every rule, each a function of a definition; a new one is written and added here."""

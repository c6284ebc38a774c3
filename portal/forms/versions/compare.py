"""What is different between two versions of a form, in the order of the newer one. What becomes of one person's answers is `upgrade`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portal.forms import question_kinds
from portal.forms.model import FormDefinition, Page, Repeat
from portal.forms.versions.change import HARMLESS, LOSES_ANSWER, NEEDS_ANSWER, Change, Effect
from portal.forms.versions.compare_questions import changes_of_question, is_demanded
from portal.forms.versions.declared import spelt_out
from portal.forms.versions.pair import Pair, is_wider, pair_of
from portal.forms.versions.quoted import quoted


def compare(old: FormDefinition, new: FormDefinition) -> tuple[Change, ...]:
    """Every difference that somebody could notice; empty for two versions that ask the same in the same way."""
    return changes_of(pair_of(old, new))


def changes_of(pair: Pair) -> tuple[Change, ...]:
    """The differences of a pair, kept with it."""
    if "changes" not in pair.__dict__:
        pair.__dict__["changes"] = tuple(change for rule in RULES for change in rule(pair))
    return pair.__dict__["changes"]


def _of_form(pair: Pair) -> Iterator[Change]:
    old, new = pair.old, pair.new
    if old.title != new.title:
        yield Change("title_changed", HARMLESS, new.id, f"The form is called {quoted(new.title)}, no longer {quoted(old.title)}", f"This form is now called {quoted(new.title)}")
    if old.send.declaration != new.send.declaration:
        yield Change("declaration_changed", HARMLESS, new.id, "The declaration before sending has other words", "What you confirm before sending has changed")
    if (old.send.button, old.send.reference_prefix) != (new.send.button, new.send.reference_prefix):
        yield Change("sending_changed", HARMLESS, new.id, "The button for sending, or what references begin with, is different")
    if [(one.id, one.title) for one in old.sections] != [(one.id, one.title) for one in new.sections]:
        yield Change("sections_changed", HARMLESS, new.id, "The sections have other titles or another order")
    if old.defaults != new.defaults:
        yield Change("defaults_changed", HARMLESS, new.id, "How sensitive answers are, or how long they are kept, is different")


def _of_questions(pair: Pair) -> Iterator[Change]:
    for name, question in pair.new.index.questions.items():
        if name in pair.kept:
            yield from changes_of_question(pair, name)
        elif question_kinds.kind(question.kind).has_value:
            required = is_demanded(question)
            words = f"{quoted(question.label)} is asked, {'and must be answered' if required is True else 'and must be answered by some' if required else 'but need not be answered'}"
            yield Change("question_added", NEEDS_ANSWER if required else HARMLESS, name, words, f"There is a new question: {quoted(question.label)}")
        else:
            yield Change("text_added", HARMLESS, name, f"The text {quoted(question.label)} is new")
    for question in pair.removed:
        if question_kinds.kind(question.kind).has_value:
            yield Change("question_removed", LOSES_ANSWER, question.id, f"{quoted(question.label)} is no longer asked")
        else:
            yield Change("text_removed", HARMLESS, question.id, f"The text {quoted(question.label)} is gone")


def _of_pages(pair: Pair) -> Iterator[Change]:
    for old, new in _pages(pair):
        if new is None:
            if old is not None and old.type != "questions":
                yield Change("page_removed", HARMLESS, old.id, f"The page {quoted(old.title)} is gone")
        elif old is None:
            if new.type != "questions":
                yield _new_stop(new)
        else:
            yield from _of_page(pair, old, new)


def _pages(pair: Pair) -> Iterator[tuple[Page | None, Page | None]]:
    """Every page of either version with the one of the same id in the other, in the order of the new version."""
    for page in pair.new.index.pages.values():
        yield pair.old.index.pages.get(page.id), page
    for page in pair.old.index.pages.values():
        if page.id not in pair.new.index.pages:
            yield page, None


def _new_stop(page: Page) -> Change:
    if page.type == "stop":
        return Change("stop_added", NEEDS_ANSWER, page.id, f"A page that ends the way is new: {quoted(page.title)}")
    return Change("interruption_added", NEEDS_ANSWER, page.id, f"A page that must be read is new: {quoted(page.title)}", f"There is something new to read: {quoted(page.title)}")


def _of_page(pair: Pair, old: Page, new: Page) -> Iterator[Change]:
    if old.title != new.title:
        yield Change("page_title_changed", HARMLESS, new.id, f"The page {quoted(old.title)} is called {quoted(new.title)}")
    if old.guidance != new.guidance:
        effect = NEEDS_ANSWER if new.type == "interrupt" else HARMLESS
        yield Change("guidance_changed", effect, new.id, f"The text on the page {quoted(new.title)} is different", f"The text on the page {quoted(new.title)} has changed" if new.type == "interrupt" else "")
    if (old.layout, old.section) != (new.layout, new.section):
        yield Change("page_moved", HARMLESS, new.id, f"The page {quoted(new.title)} stands in another section, or is laid out differently")
    if old.type != new.type:
        yield _new_stop(new) if new.type != "questions" else Change("page_type_changed", HARMLESS, new.id, f"The page {quoted(new.title)} no longer interrupts or ends the way")
    elif new.type != "questions" and _when_of(pair, old, new):
        yield Change("page_shown_changed", NEEDS_ANSWER, new.id, f"The page {quoted(new.title)} is shown on another condition")


def _when_of(pair: Pair, old: Page, new: Page) -> bool:
    return spelt_out(old.when, pair.old, pair.declared) != spelt_out(new.when, pair.new)


def _of_repeats(pair: Pair) -> Iterator[Change]:
    for name, repeat in pair.new.index.repeats.items():
        if name in pair.repeats:
            yield from _of_repeat(pair, name, *pair.repeats[name])
        else:
            effect: Effect = NEEDS_ANSWER if repeat.min else HARMLESS
            yield Change("group_added", effect, name, f"The group {quoted(repeat.title)} is new", f"There is a new part: {quoted(repeat.title)}")
    for repeat in pair.removed_repeats:
        yield Change("group_removed", LOSES_ANSWER, repeat.id, f"The group {quoted(repeat.title)} is gone, with all its answers")


def _of_repeat(pair: Pair, name: str, old: Repeat, new: Repeat) -> Iterator[Change]:
    title = quoted(new.title)
    if name in pair.regrouped:
        yield Change("group_rearranged", LOSES_ANSWER, name, f"The items of {title} come from elsewhere than before, or stand in another group", f"{title} is asked in another way")
    if new.min > old.min:
        yield Change("least_raised", NEEDS_ANSWER, name, f"{title} needs at least {new.min}, before at least {old.min}", f"{title} now needs at least {new.min}")
    if new.max < old.max:
        yield Change("most_lowered", NEEDS_ANSWER, name, f"{title} takes at most {new.max}, before {old.max}; more are kept until somebody takes them out", f"{title} now takes at most {new.max}")
    if new.min < old.min or new.max > old.max:
        yield Change("limits_widened", HARMLESS, name, f"{title} takes from {new.min} to {new.max}, before from {old.min} to {old.max}")
    if (old.title, old.item, old.item_label, old.add) != (new.title, new.item, new.item_label, new.add):
        yield Change("group_words_changed", HARMLESS, name, f"{title} has another title, or its items are named differently")
    if (old.people, old.prefill) != (new.people, new.prefill):
        yield Change("group_filing_changed", HARMLESS, name, f"{title} is filled in or kept on the record in another way")
    effect = showing_of_repeat(pair, name)
    if effect is not None:
        yield Change("group_shown_changed", effect, name, f"{title} is asked on another condition", f"{title} is asked of different people now")


def showing_of_repeat(pair: Pair, name: str) -> Effect | None:
    """What it does that a kept repeat is shown on another condition; None where it is not."""
    before, now = pair.repeat_shown_before(name), pair.repeat_shown_now(name)
    if before == now:
        return None
    wider = is_wider(before[0], now[0]) and all(any(is_wider(one, other) for other in now[1:]) for one in before[1:])
    if not wider or _is_counted(pair, name):
        return LOSES_ANSWER
    asked = (question for page in pair.new.index.pages_of_repeat[name] for question in page.questions)
    return NEEDS_ANSWER if any(is_demanded(question) is not False for question in asked) or pair.new.index.repeats[name].min else HARMLESS


def _is_counted(pair: Pair, name: str) -> bool:
    """Whether some condition of either version looks at the items of this repeat, or of one that runs over it or stands in it."""
    for definition, of in ((pair.old, pair.repeats[name][0].id), (pair.new, name)):
        index = definition.index
        those = {("repeat", other) for other in index.repeats if of in (*index.chain(other), *index.overs(other))}
        conditions = [each.when for each in (*index.pages.values(), *index.questions.values())] + [repeat.where for repeat in index.repeats.values()]
        if any(index.references(condition) & those for condition in conditions):
            return True
    return False


RULES: tuple[Callable[[Pair], Iterator[Change]], ...] = (_of_form, _of_pages, _of_repeats, _of_questions)

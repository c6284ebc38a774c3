"""What is different about one question that both versions ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from portal.forms import question_kinds
from portal.forms.condition_tree import Condition
from portal.forms.model import Option, Question, Rule
from portal.forms.versions.answer_kinds import ONE_CHOICE, parts_gone, route
from portal.forms.versions.change import HARMLESS, LOSES_ANSWER, NEEDS_ANSWER, Change, Effect
from portal.forms.versions.declared import spelt_out
from portal.forms.versions.pair import Kept, Pair, is_wider
from portal.forms.versions.quoted import listed, quoted

FOR_THE_EYE = frozenset({"inline", "spellcheck", "rows", "width", "prefix", "suffix", "type_ahead", "labels", "list_name", "options", "text"})
"""Settings of kinds that change no answer; options and texts have changes of their own."""

KINDS_IN_WORDS = {"yes_no": "yes or no", "radios": "one choice", "select": "one choice from a list", "checkboxes": "choices to tick", "text": "a line of text", "long_text": "text"}


def changes_of_question(pair: Pair, name: str) -> tuple[Change, ...]:
    """Every difference of a kept question, by its present id."""
    return tuple(change for rule in RULES for change in rule(pair, name, pair.kept[name]))


def is_demanded(question: Question) -> bool | None:
    """Whether an answer is demanded from everybody whom it is asked: True, False, or None where a condition decides."""
    if question.later or question.required is False:
        return False
    return True if question.required is True else None


def _words(pair: Pair, name: str, kept: Kept) -> Iterator[Change]:
    old, new = kept
    if old.label != new.label:
        words = f"{quoted(old.label)} is now asked as {quoted(new.label)}"
        yield Change("label_changed", HARMLESS, name, words, words)
    if (old.hint, old.short, old.errors, old.autocomplete) != (new.hint, new.short, new.errors, new.autocomplete):
        yield Change("help_changed", HARMLESS, name, f"The hint or the error messages of {quoted(new.label)} are different")
    text = (getattr(old.settings, "text", ""), getattr(new.settings, "text", ""))
    if text[0] != text[1] and question_kinds.kind(new.kind).has_value and old.kind == new.kind:
        words = f"What {quoted(new.label)} confirms has other words, so what was ticked before does not count"
        yield Change("statement_changed", LOSES_ANSWER, name, words, f"The words you confirm at {quoted(new.label)} have changed")
    elif text[0] != text[1]:
        yield Change("text_changed", HARMLESS, name, f"The text {quoted(new.label)} has other words")
    if (old.record, old.prefill) != (new.record, new.prefill):
        yield Change("filing_changed", HARMLESS, name, f"{quoted(new.label)} is filled in or kept on the record in another way")
    if old.sensitivity != new.sensitivity:
        yield Change("sensitivity_changed", HARMLESS, name, f"{quoted(new.label)} is kept as {new.sensitivity or 'the form says'}, before as {old.sensitivity or 'the form said'}")


def _place(pair: Pair, name: str, kept: Kept) -> Iterator[Change]:
    if not _answers(kept):
        return
    if name in pair.moved:
        words = f"{quoted(kept.new.label)} is asked of other items than before, so its answers cannot go along"
        if name in pair.declared.moves:
            words = f"{quoted(kept.new.label)} {_moved(pair, name)}; elsewhere whoever gave it decides where it belongs"
        yield Change("question_regrouped", LOSES_ANSWER, name, words, f"{quoted(kept.new.label)} is asked anew")
        return
    if pair.page_before(name).id != pair.new.index.page_of[name].id:
        yield Change("question_moved", HARMLESS, name, f"{quoted(kept.new.label)} stands on the page {quoted(pair.new.index.page_of[name].title)}")
    effect = showing_of(pair, name)
    if effect == LOSES_ANSWER:
        words = f"{quoted(kept.new.label)} is asked on another condition; where it is asked no more, its answer is set aside"
        yield Change("question_shown_changed", LOSES_ANSWER, name, words, f"{quoted(kept.new.label)} is asked of different people now")
    elif effect is not None:
        yield Change("question_shown_changed", effect, name, f"{quoted(kept.new.label)} is asked of more people", f"{quoted(kept.new.label)} is asked of more people now")


def _moved(pair: Pair, name: str) -> str:
    """Where the answers to a moved question go by themselves."""
    move = pair.declared.moves[name]
    if move.out_of:
        return "is no longer asked of each item, so an answer goes along where all items gave the same"
    title = quoted(pair.new.index.repeats[move.into].title)
    return f"is asked in {title} now, so an answer goes to {'every item' if move.each else 'the item where there is one alone'}"


def showing_of(pair: Pair, name: str) -> Effect | None:
    """What it does that a kept question is shown on another condition; None where it is not."""
    before, now = pair.shown_before(name), pair.shown_now(name)
    if before == now:
        return None
    if not (is_wider(before.page, now.page) and is_wider(before.own, now.own)) or pair.hang_on(("question", name)):
        return LOSES_ANSWER
    return HARMLESS if is_demanded(pair.kept[name].new) is False else NEEDS_ANSWER


def _kind(pair: Pair, name: str, kept: Kept) -> Iterator[Change]:
    old, new = kept
    if old.kind == new.kind:
        gone = parts_gone(old, new)
        if gone:
            yield Change("parts_removed", LOSES_ANSWER, name, f"{quoted(new.label)} no longer asks for {', '.join(gone).replace('_', ' ')}", f"{quoted(new.label)} asks for less")
        return
    words = f"{quoted(new.label)} asks for {_kind_words(new)}, before for {_kind_words(old)}"
    yield Change("kind_changed", _effect_of_kind(pair, name, kept), name, words, f"{quoted(new.label)} is answered in another way now")


def _effect_of_kind(pair: Pair, name: str, kept: Kept) -> Effect:
    old, new = kept
    if not _answers(kept):
        return NEEDS_ANSWER if not question_kinds.kind(old.kind).has_value and is_demanded(new) is not False else HARMLESS
    match route(old, new):
        case "as_it_is":
            return HARMLESS
        case "as_list":
            return HARMLESS
        case "typed_again" | "in_words":
            return LOSES_ANSWER if pair.hang_on(("question", name)) or _turns_twice(old) else NEEDS_ANSWER
    return LOSES_ANSWER


def _turns_twice(question: Question) -> bool:
    """Whether the words of one option are the id of another, so that an answer cannot be told from its words."""
    options = question_kinds.kind(question.kind).options(question)
    ids = {option.id for option in options}
    return any(option.label != option.id and option.label in ids for option in options)


def _kind_words(question: Question) -> str:
    return KINDS_IN_WORDS.get(question.kind, question.kind.replace("_", " "))


def _choices(pair: Pair, name: str, kept: Kept) -> Iterator[Change]:
    old, new = _options(kept.old), _options(kept.new)
    if not new or not old:
        return
    label = quoted(kept.new.label)
    mapped = {option: pair.declared.options[name, option] for option in old if (name, option) in pair.declared.options}
    removed = [option for option in old if option not in new and mapped.get(option, "") not in new]
    if removed and route(kept.old, kept.new) != "in_words":
        words = listed([old[option].label for option in removed])
        yield Change("option_removed", LOSES_ANSWER, name, f"{words} can no longer be chosen at {label}", f"{words} can no longer be chosen at {label}")
    for before, now in mapped.items():
        if now in new:
            words = f"{quoted(old[before].label)} at {label} has become {quoted(new[now].label)}"
            yield Change("option_mapped", _effect_of_map(pair, name, kept, now, mapped), name, words, words)
    added = [option for option in new if option not in old and option not in mapped.values()]
    if added:
        yield Change("option_added", HARMLESS, name, f"{listed([new[option].label for option in added])} can be chosen at {label}", f"{listed([new[option].label for option in added])} can be chosen at {label}")
    yield from _same_options(pair, name, label, [(option, new[each]) for each, option in old.items() if each in new])


def _effect_of_map(pair: Pair, name: str, kept: Kept, now: str, mapped: dict[str, str]) -> Effect:
    """Two options that became one may no longer be told apart by what hangs on them."""
    merged = now in _options(kept.old) or list(mapped.values()).count(now) > 1
    if merged and pair.hang_on(("question", name)):
        return LOSES_ANSWER
    return NEEDS_ANSWER if kept.new.kind == "checkboxes" and (_options(kept.new)[now].exclusive or _settings(kept.new).get("max")) else HARMLESS


def _same_options(pair: Pair, name: str, label: str, both: list[tuple[Option, Option]]) -> Iterator[Change]:
    words = [f"{quoted(old.label)} at {label} now reads {quoted(new.label)}" for old, new in both if old.label != new.label]
    if words:
        more = f" (and {len(words) - 1} more)" if len(words) > 1 else ""
        yield Change("option_label_changed", HARMLESS, name, words[0] + more, words[0] + more)
    if any((old.hint, old.group, old.write_in, old.counts_as) != (new.hint, new.group, new.write_in, new.counts_as) for old, new in both):
        yield Change("option_help_changed", HARMLESS, name, f"The hints, headings or counting of options at {label} are different")
    if any(spelt_out(old.when, pair.old, pair.declared) != spelt_out(new.when, pair.new) or (new.exclusive and not old.exclusive) for old, new in both):
        yield Change("option_offered_changed", NEEDS_ANSWER, name, f"Some options at {label} are offered on another condition, or only alone", f"Some choices at {label} may no longer fit")


def _limits(pair: Pair, name: str, kept: Kept) -> Iterator[Change]:
    old, new = kept
    label = quoted(new.label)
    if old.not_known != new.not_known and new.not_known:
        yield Change("not_known_added", HARMLESS, name, f"{label} can be answered with “Not known”")
    elif old.not_known != new.not_known:
        yield Change("not_known_removed", LOSES_ANSWER, name, f"{label} can no longer be answered with “Not known”", f"{label} can no longer be answered with “Not known”")
    if old.kind == new.kind:
        before, now = _settings(old), _settings(new)
        different = [key for key in now if key not in FOR_THE_EYE and before.get(key) != now[key]]
        if different:
            limits = ", ".join(f"{key.replace('_', ' ')} {_limit(now[key])}, before {_limit(before.get(key))}" for key in different)
            effect = LOSES_ANSWER if new.kind in ("scale", *ONE_CHOICE) else NEEDS_ANSWER
            yield Change("limits_changed", effect, name, f"{label} takes other answers ({limits})", f"{label} takes other answers now")
    added = [rule for rule in new.rules if _rule(rule, pair, True) not in [_rule(each, pair, False) for each in old.rules]]
    if added:
        yield Change("rules_changed", NEEDS_ANSWER, name, f"There are other rules for the answer to {label}", f"There are other rules for the answer to {label}")
    elif len(old.rules) != len(new.rules):
        yield Change("rules_dropped", HARMLESS, name, f"There are fewer rules for the answer to {label}")


def _limit(value: Any) -> str:
    if isinstance(value, tuple | list | frozenset):
        return " ".join(str(each).replace("_", " ") for each in value)
    return {True: "yes", False: "no", None: "none"}.get(value, str(value)) if isinstance(value, bool | None) else str(value)


def _rule(rule: Rule, pair: Pair, is_new: bool) -> tuple[str, Any]:
    value = rule.value
    if not is_new and hasattr(value, "question"):
        return rule.comparison, (pair.declared.name(value.question), value.plus)
    return rule.comparison, (value.question, value.plus) if hasattr(value, "question") else value


def _demand(pair: Pair, name: str, kept: Kept) -> Iterator[Change]:
    before, now = _required(kept.old), _required(kept.new)
    if isinstance(before, Condition):
        before = spelt_out(before, pair.old, pair.declared)
    if isinstance(now, Condition):
        now = spelt_out(now, pair.new)
    if before == now:
        return
    label = quoted(kept.new.label)
    if now is False:
        yield Change("required_dropped", HARMLESS, name, f"{label} need not be answered any more")
    elif before is not True:
        who = "must be answered" if now is True else "must be answered by others than before"
        yield Change("required_raised", NEEDS_ANSWER, name, f"{label} {who}", f"{label} must be answered now")
    else:
        yield Change("required_narrowed", HARMLESS, name, f"{label} must be answered by some only")


def _required(question: Question) -> bool | Condition:
    return False if question.later else question.required


def _options(question: Question) -> dict[str, Option]:
    return {option.id: option for option in question_kinds.kind(question.kind).options(question)}


def _settings(question: Question) -> dict[str, Any]:
    return {key: getattr(question.settings, key) for key in type(question.settings).model_fields} if question.settings is not None else {}


def _answers(kept: Kept) -> bool:
    return all(question_kinds.kind(each.kind).has_value for each in kept)


RULES: tuple[Callable[[Pair, str, Kept], Iterator[Change]], ...] = (_words, _place, _kind, _choices, _limits, _demand)

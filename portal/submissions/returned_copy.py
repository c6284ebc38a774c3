"""The copy of a returned form that its author edits: what may be changed in it, keeping it, and the changes as they would be merged.

Asking, merging and accepting are `returns`. Only what was asked may change, and what the author's own changes make necessary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from portal import timekeeping
from portal.forms import answers as answer_paths
from portal.forms import question_kinds
from portal.forms.conditions import Facts, item_of
from portal.forms.journey import Journey, Step
from portal.forms.model import FormDefinition
from portal.forms.paths import is_empty, item_id_of, new_item_id, path_of, split_item_path, split_path
from portal.forms.validate import Problem, problems
from portal.submissions.changes import Changes, State, Written, clashes, differences, state_of, typed
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Clashed, Reading, Saved, TooManyItems, Writer, check_seen
from portal.submissions.items_gone import kept_elsewhere, read_elsewhere
from portal.submissions.models import ReturnRound, Submission


@dataclass(frozen=True)
class Editable:
    """What the author may change now, in the form's order.

    `reasons` are the reviewer's, by path; paths without one became necessary by a change. `lists` are the paths of repeats whose items
    may be added and removed, `warnings` the steps of interruptions that a change leads to and that were not read yet.
    """

    journey: Journey
    paths: tuple[str, ...]
    lists: tuple[str, ...]
    reasons: Mapping[str, str]
    warnings: tuple[Step, ...]

    def may_change(self, path: str) -> bool:
        """Whether the answer at this path is open."""
        return path in self.paths


def editable(one: ReturnRound, submission: Submission, facts: Facts) -> Editable:
    """What may be changed in the copy: what was asked as far as it is shown, what shows only since the changes, and what they made wrong."""
    definition = definition_of(submission)
    before, now = journeys(one, submission, facts)
    reasons = {each["path"]: each["reason"] for each in one.asked}
    were = _shown(before)
    troubled = {problem.path for problem in new_problems(one, submission, facts)}
    open_paths = tuple(path for path in _shown(now) if path in reasons or path not in were or path in troubled)
    fresh = now.visible.repeats - before.visible.repeats
    lists = tuple(
        path_of(scope, name)
        for name, scope in sorted(now.visible.repeats, key=lambda pair: (list(definition.index.repeats).index(pair[0]), pair[1]))
        if not definition.index.repeats[name].over and (path_of(scope, name) in reasons or (name, scope) in fresh or path_of(scope, name) in troubled)
    )
    known = {step.key for step in before.steps()} | set(one.acknowledged)
    warnings = tuple(step for step in now.steps() if step.page.type == "interrupt" and step.key not in known)
    return Editable(now, open_paths, lists, reasons, warnings)


def journeys(one: ReturnRound, submission: Submission, facts: Facts) -> tuple[Journey, Journey]:
    """The way through the form with the answers before this round, and with those of the copy."""
    definition, read = definition_of(submission), {**submission.data.acknowledged, **one.acknowledged}
    return (
        Journey(definition, one.base, facts, acknowledged=submission.data.acknowledged),
        Journey(definition, one.answers, facts, incomplete=one.incomplete, acknowledged=read),
    )


def new_problems(one: ReturnRound, submission: Submission, facts: Facts) -> list[Problem]:
    """What stands in the way of handing the copy back. What was wrong before and was not asked about is nobody's fault now."""
    definition = definition_of(submission)
    known_read = submission.data.acknowledged
    before = {_mark(problem) for problem in problems(definition, one.base, facts, acknowledged=known_read)}
    asked = {each["path"] for each in one.asked}
    now = problems(definition, one.answers, facts, one.incomplete, acknowledged={**known_read, **one.acknowledged})
    return [problem for problem in now if problem.path in asked or _mark(problem) not in before]


def save(one: ReturnRound, submission: Submission, reading: Reading, *, expected_version: int, by: Writer, facts: Facts) -> Saved:
    """Keep what a page holds in the copy, valid or not; answers that are not open are left as they are.

    Raises Clashed when somebody else wrote to the same questions since the page was read (nothing is kept then).
    """
    definition = definition_of(submission)
    may = editable(one, submission, facts)
    sent: State = {**dict.fromkeys(reading.cleared), **reading.values, **{path: typed(raw) for path, raw in reading.incomplete.items()}}
    now = state_of(definition, one.answers, one.incomplete)
    since = [Written(each["tab"], each["changes"]) for each in one.saves if each["version"] > expected_version]
    found, own, _ = clashes({path: value for path, value in sent.items() if may.may_change(path)}, now, since, by.tab)
    if found:
        raise Clashed(found)
    changed = {path: value for path, value in own.items() if now.get(path) != value and (value is not None or path in now)}
    if changed:
        _put(one, definition, changed, facts)
        note_save(one, by, differences(now, state_of(definition, one.answers, one.incomplete)))
    return Saved(one.version, tuple(changed))


def acknowledge(one: ReturnRound, submission: Submission, step_key: str, *, by: Writer, facts: Facts) -> None:
    """Note that a warning to which the changes led was read."""
    if any(step.key == step_key for step in editable(one, submission, facts).warnings):
        one.acknowledged = {**one.acknowledged, step_key: timekeeping.now().isoformat()}
        note_save(one, by, {})


def add_item(one: ReturnRound, submission: Submission, repeat_path: str, *, by: Writer, facts: Facts, press: str = "") -> str:
    """One more item in a list that is open; answers its id, '' where the list is not open. A `press` that comes twice adds one item.

    Raises TooManyItems at the form's maximum.
    """
    definition = definition_of(submission)
    if repeat_path not in editable(one, submission, facts).lists:
        return ""
    repeat = definition.index.repeats[split_path(repeat_path)[1]]
    held = answer_paths.get(one.answers, repeat_path) or []
    filled = {item["_id"] for item in held if not is_empty(item)}  # whoever presses on an old page when its item is filled in wants another one
    ids = (item_id_of(f"{one.id} {press} {repeat_path} {times}") for times in count())
    item_id = next(item_id for item_id in ids if item_id not in filled) if press else new_item_id()
    if item_of(held, item_id) is not None:
        return item_id
    if len(held) >= repeat.max:
        raise TooManyItems(f"There can be at most {repeat.max}. Remove one before you add another")
    _change_items(one, definition, by, answer_paths.add_missing_items(definition, answer_paths.add_item(one.answers, repeat_path, item_id), facts))
    return item_id


def remove_item(one: ReturnRound, submission: Submission, item_path: str, *, by: Writer, facts: Facts) -> None:
    """Take an item out of a list that is open; of another list nothing is taken. Raises NoSuchItem, HoldsUnseen."""
    *outer, (repeat_id, _) = split_item_path(item_path)
    if path_of(tuple(outer), repeat_id) not in editable(one, submission, facts).lists:
        return
    definition = definition_of(submission)
    check_seen(definition, one.answers, one.incomplete, item_path)
    one.acknowledged = read_elsewhere(definition, one.acknowledged, item_path)
    _change_items(one, definition, by, answer_paths.remove_item(one.answers, item_path), kept_elsewhere(definition, one.incomplete, item_path))


def restore_item(one: ReturnRound, submission: Submission, item_path: str, *, by: Writer, facts: Facts) -> None:
    """Put an item back that was taken out of the copy, as the record has it; nothing where there is none or its list is not open."""
    *outer, (repeat_id, item_id) = split_item_path(item_path)
    repeat_path = path_of(tuple(outer), repeat_id)
    if repeat_path not in editable(one, submission, facts).lists:
        return
    was = item_of(answer_paths.get(one.base, repeat_path), item_id)
    held = answer_paths.get(one.answers, repeat_path) or []
    if was is not None and item_of(held, item_id) is None:
        order = [each["_id"] for each in answer_paths.get(one.base, repeat_path)]
        back = sorted([*held, was], key=lambda item: order.index(item["_id"]) if item["_id"] in order else len(order))
        _change_items(one, definition_of(submission), by, answer_paths.put(one.answers, repeat_path, back))


def removed_items(one: ReturnRound, repeat_path: str) -> list[str]:
    """The ids of the record's items that are not in the copy's list any more."""
    held = {item["_id"] for item in answer_paths.get(one.answers, repeat_path) or ()}
    return [item["_id"] for item in answer_paths.get(one.base, repeat_path) or () if item["_id"] not in held]


def carry_on(one: ReturnRound, earlier: ReturnRound, submission: Submission, facts: Facts) -> None:
    """Take what the author had changed in an earlier round's copy over into this one's, as far as it is still open."""
    definition = definition_of(submission)
    for path in (each["path"] for each in one.asked if _is_list(definition, each["path"])):
        held = answer_paths.get(earlier.answers, path)
        if held is not None:
            one.answers = answer_paths.put(one.answers, path, held)
    edits = differences(state_of(definition, one.base, {}), state_of(definition, earlier.answers, earlier.incomplete))
    waiting = {path: after for path, (_, after) in edits.items() if not _is_list(definition, path)}
    while waiting:
        fits = {path: waiting.pop(path) for path in editable(one, submission, facts).paths if path in waiting}
        if not fits:
            return
        _put(one, definition, fits, facts)


def follow(one: ReturnRound, submission: Submission) -> None:
    """Take over what the record was given meanwhile, where the copy says nothing else."""
    definition = definition_of(submission)
    base = state_of(definition, one.base, {})
    theirs = differences(base, state_of(definition, submission.data.answers, {}))
    mine = differences(base, state_of(definition, one.answers, one.incomplete))
    values = {path: after for path, (_, after) in theirs.items() if path not in mine and after is not None and not _is_list(definition, path)}
    one.answers = answer_paths.merge(definition, one.answers, values)
    one.base, one.base_version = submission.data.answers, submission.version


def merged(one: ReturnRound, submission: Submission, facts: Facts) -> tuple[dict[str, Any], list[str]]:
    """The record's answers as the copy has them, without those that its changes hide; and the paths of these."""
    before, now = journeys(one, submission, facts)
    gone = [path for path in now.visible.hidden if path not in before.visible.hidden]
    lists = [path_of(scope, name) for name, scope in before.visible.repeats - now.visible.repeats]
    left = answer_paths.merge(now.definition, one.answers, {}, gone)
    return answer_paths.merge(now.definition, left, {}, sorted(lists, reverse=True)), gone


def note_save(one: ReturnRound, by: Writer, changes: Changes) -> None:
    """Count one change of the copy and keep who made it."""
    one.version += 1
    told = {"version": one.version, "tab": by.tab, "by_id": by.id, "by": by.label, "at": timekeeping.now().isoformat(), "changes": changes}
    one.saves = [*one.saves, told]


def _change_items(one: ReturnRound, definition: FormDefinition, by: Writer, answers: dict[str, Any], incomplete: dict[str, Any] | None = None) -> None:
    before = state_of(definition, one.answers, one.incomplete)
    one.answers, one.incomplete = answers, one.incomplete if incomplete is None else incomplete
    note_save(one, by, differences(before, state_of(definition, answers, one.incomplete)))


def _put(one: ReturnRound, definition: FormDefinition, changed: State, facts: Facts) -> None:
    unfinished = {path: value["typed"] for path, value in changed.items() if isinstance(value, dict) and value.keys() == {"typed"}}
    values = {path: value for path, value in changed.items() if value is not None and path not in unfinished}
    cleared = [path for path in changed if path not in values]
    one.answers = answer_paths.add_missing_items(definition, answer_paths.merge(definition, one.answers, values, cleared), facts)
    one.incomplete = {path: raw for path, raw in one.incomplete.items() if path not in changed} | unfinished


def _shown(journey: Journey) -> dict[str, None]:
    """The paths of all questions shown, in the order of the form."""
    return dict.fromkeys(_in_order(journey))


def _in_order(journey: Journey) -> Iterator[str]:
    for step in journey.steps():
        for block in journey.blocks(step):
            yield from (path_of(block.scope, question.id) for question in block.questions if question_kinds.kind(question.kind).has_value)


def _is_list(definition: FormDefinition, path: str) -> bool:
    return split_path(path)[1] in definition.index.repeats


def _mark(problem: Problem) -> tuple[str, str, str]:
    return problem.path, problem.code, problem.step_key if not problem.path else ""

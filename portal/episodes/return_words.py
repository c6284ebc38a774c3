"""Returns in words and rows for pages: what can be ticked, what was asked, what changed word by word, who is told. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from portal.db import db
from portal.episodes import notices
from portal.episodes.models import Episode, Paper
from portal.forms.answers import get
from portal.forms.conditions import Facts
from portal.forms.item_labels import item_label
from portal.forms.journey import Journey
from portal.forms.model import FormDefinition
from portal.forms.paths import path_of, split_path
from portal.forms.summary import SummaryRow, SummarySection
from portal.forms.word_diff import Piece, pieces
from portal.submissions import resume, returned_copy
from portal.submissions.definitions import definition_of
from portal.submissions.models import ReturnRound, Submission
from portal.submissions.submission_words import label_of, words_of

LIST = "list"
"""The kind of a row that stands for a list of items as a whole."""


@dataclass(frozen=True)
class AskedRow:
    """A question that is asked about: its label with its item, its answer, and the reason."""

    path: str
    label: str
    text: str
    reason: str


@dataclass(frozen=True)
class ChangedRow:
    """A question of a round: why it was asked ('' where a change brought it up), and its answer before and after, word by word."""

    path: str
    label: str
    reason: str
    before: str
    after: str
    pieces: list[Piece]
    is_changed: bool


def with_lists(sections: Sequence[SummarySection], definition: FormDefinition) -> list[SummarySection]:
    """The rows with one more for each list, on its first block, so that items can be asked for or taken out."""
    told: set[str] = set()
    found = []
    for section in sections:
        blocks = []
        for block in section.blocks:
            path = _list_path(block, definition)
            rows = block.rows
            if path and path not in told:
                told.add(path)
                repeat = definition.index.repeats[split_path(path)[1]]
                rows = (SummaryRow(path, repeat.id, f"{repeat.title}: add or take out {_a(repeat.item)}", "", LIST, block.step_key), *rows)
            blocks.append(replace(block, rows=rows))
        found.append(replace(section, blocks=tuple(blocks)))
    return found


def _list_path(block: Any, definition: FormDefinition) -> str:
    if block.scope and block.rows:
        name = block.scope[-1][0]
        return "" if definition.index.repeats[name].over else path_of(block.scope[:-1], name)
    if not block.rows and block.step_key:
        name = block.step_key.partition("/")[0].removeprefix("list_")
        return path_of(block.scope, name) if name in definition.index.repeats and not definition.index.repeats[name].over else ""
    return ""


def rows_asked(submission: Submission, sections: Sequence[SummarySection], asked: Mapping[str, str]) -> list[AskedRow]:
    """What was ticked, in the order of the form; paths that are not there are left out."""
    definition = definition_of(submission)
    rows = {row.path: (block.title if block.scope else "", row) for section in with_lists(sections, definition) for block in section.blocks for row in block.rows}
    return [
        AskedRow(path, f"{row.label} ({item})" if item and row.kind != LIST else row.label, row.text, asked[path]) for path, (item, row) in rows.items() if path in asked
    ]


def rows_changed(one: ReturnRound, submission: Submission, facts: Facts) -> list[ChangedRow]:
    """Every question of a round with what came back; while it is open, only what was asked and how it stands in the record."""
    before, now = returned_copy.journeys(one, submission, facts)
    reasons = {each["path"]: each["reason"] for each in one.asked}
    paths = list(dict.fromkeys([*reasons, *one.changes]))
    order = {name: place for place, name in enumerate([*now.definition.index.repeats, *now.definition.index.questions])}
    paths.sort(key=lambda path: (order.get(split_path(path)[1], len(order)), path))
    return [_changed(one, path, reasons.get(path, ""), (before, now)) for path in paths]


def _changed(one: ReturnRound, path: str, reason: str, ways: tuple[Journey, Journey]) -> ChangedRow:
    before, now = ways
    is_open = one.status in ("open", "taken_back", "replaced", "overtaken")
    old, new = one.changes.get(path) or [get(one.base, path)] * 2
    is_list = split_path(path)[1] in now.definition.index.repeats
    texts = [_items(way, path, value) if is_list else words_of(way, path, value) for way, value in ((before, old), (now, new))]
    label = now.definition.index.repeats[split_path(path)[1]].title if is_list else label_of(before if is_open or new is None else now, path)
    return ChangedRow(path, label, reason, texts[0], texts[1], pieces(*texts), path in one.changes)


def _items(way: Journey, path: str, ids: Any) -> str:
    """The labels of a list's items, one a line."""
    scope, name = split_path(path)
    held = [one["_id"] if isinstance(one, dict) else one for one in ids or ()]
    return "\n".join(item_label(way.definition, way.visible.answers, (*scope, (name, item_id))) for item_id in held)


def told(submission: Submission, paper: Paper, *, ahead: bool = False) -> str:
    """Who hears of a return by e-mail, in words; `ahead` for what will happen."""
    verb = "will go" if ahead else "goes"
    if submission.audience != "public":
        return f"An e-mail with the reference and a link {verb} to {submission.author_label or 'the author'}."
    episode = db.session.get_one(Episode, paper.episode_id)
    if notices.must_not_tell_referrer(episode):
        return "The sender must not be told, so no e-mail is sent."
    key = resume.key_of(submission)
    if key is None or not key.email:
        return "The sender gave no e-mail address: call them. They need their link and code, or you can answer for them."
    return f"An e-mail with the reference and a link {verb} to whoever sent the request. They also need their code."


def _a(word: str) -> str:
    return f"an {word}" if word[:1] in "aeiou" else f"a {word}"

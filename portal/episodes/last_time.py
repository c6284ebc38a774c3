"""A paper beside the one before it: each answer with last time's, who said it and when, and what changed in plain words. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.db import db
from portal.episodes import papers, written
from portal.episodes.models import Paper
from portal.forms import held_back
from portal.forms.answers import get
from portal.forms.conditions import is_answered
from portal.forms.item_labels import item_label
from portal.forms.journey import Block, Journey
from portal.forms.model import FormDefinition, Question, Repeat, Scope
from portal.forms.paths import path_of
from portal.forms.question_kinds import is_not_known, kind, text_of
from portal.forms.word_diff import Piece, pieces
from portal.submissions import drafts
from portal.submissions.definitions import definition_of
from portal.submissions.models import Submission

TOLD = frozenset({"radios", "select", "yes_no", "checkboxes", "date", "number"})
"""Kinds of question whose change is told in the summary with both answers; of texts only how many changed."""
FORM = "form"
KINDS = ("meeting", "review", "record")
"""Kinds of paper that are offered beside the one before."""


@dataclass(frozen=True)
class Scores:
    """Two points on a scale: `was` and `now` (None for no answer), the ends with their words, and the change in words."""

    was: int | None
    now: int | None
    low: int
    high: int
    low_words: str
    high_words: str
    words: str

    def place(self, point: int) -> float:
        """Where a point stands on a drawing 240 wide, with 12 left free at either end."""
        return 12 + 216 * (point - self.low) / max(1, self.high - self.low)


@dataclass(frozen=True)
class Row:
    """One question: its answer last time and now in words, who gave each and when; `kind` is same, changed, new, gone or waiting."""

    label: str
    kind: str
    was: str
    now: str
    said_then: tuple[str, datetime] | None = None
    said_now: tuple[str, datetime] | None = None
    pieces: tuple[Piece, ...] = ()
    scores: Scores | None = None


@dataclass(frozen=True)
class Part:
    """The rows of one page or one item; `is_new` and `is_gone` of an item that is in one of the two only.

    `is_alone` says that its list begins anew each time, so that there is nothing to hold an item against.
    """

    title: str
    rows: tuple[Row, ...]
    is_new: bool = False
    is_gone: bool = False
    is_alone: bool = False

    def is_shown(self, left_out: Collection[str]) -> bool:
        """Whether it has a row that is of none of these kinds."""
        return any(row.kind not in left_out for row in self.rows)


@dataclass(frozen=True)
class Sections:
    """A section's title with its parts."""

    title: str
    parts: tuple[Part, ...]

    def is_shown(self, left_out: Collection[str]) -> bool:
        """Whether it has a row that is of none of these kinds."""
        return any(part.is_shown(left_out) for part in self.parts)


@dataclass
class Compared:
    """The whole view: sections with parts, and what changed in plain words."""

    sections: list[Sections] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Side:
    """One of the two papers: its way through the form, and who last said what."""

    journey: Journey
    said: Mapping[str, tuple[str, datetime]]

    def words(self, path: str, question: Question) -> str:
        """The answer at a path in words; '' for none."""
        value = get(self.journey.visible.answers, path)
        return text_of(question, value) if is_answered(value) else ""


def before(paper: Paper, submission: Submission) -> Paper | None:
    """The paper to show beside this one: the newest finished one of its kind from before, else of a kind that it takes answers from."""
    own = definition_of(submission)
    sources = [rule.source.split(".")[1] for rule in _prefills(own) if rule.source.startswith(f"{FORM}.")]
    until = submission.sent_at or paper.started_at
    for wanted in dict.fromkeys([paper.paper, *sorted(set(sources), key=sources.count, reverse=True)]):
        query = select(Paper).join(Submission, Submission.id == Paper.submission_id).where(Paper.episode_id == paper.episode_id, Paper.paper == wanted)
        query = query.where(Submission.status.in_(papers.DONE), Submission.sent_at < until, Paper.id != paper.id)
        found = db.session.scalars(query.order_by(Submission.sent_at.desc(), Paper.started_at.desc()).limit(1)).first()
        if found is not None:
            return found
    return None


def side(submission: Submission, roles: frozenset[str]) -> Side:
    """One of the two papers, as somebody with these roles sees it."""
    journey = Journey(definition_of(submission), drafts.answers_of(submission), drafts.facts_for(submission, roles))
    return Side(journey, written.last_by_path(drafts.history(submission)))


def compare(now: Side, then: Side, then_paper: str) -> Compared:
    """Every answered question of the paper beside last time's; `then_paper` is the council's id of the earlier paper."""
    return _Comparing(now, then, then_paper).result()


class _Comparing:
    def __init__(self, now: Side, then: Side, then_paper: str) -> None:
        self.now, self.then, self.then_paper = now, then, then_paper
        self.definition, self.old = now.journey.definition, then.journey.definition
        self.is_same_form = self.definition.id == self.old.id
        self.texts = 0

    def result(self) -> Compared:
        found = Compared()
        for section in self.definition.sections:
            parts = [part for step in self.now.journey.steps() if step.page.section == section.id for block in self.now.journey.blocks(step) for part in self._part(block, found)]
            parts += list(self._gone(section.id, found))
            if parts:
                found.sections.append(Sections(section.title, tuple(parts)))
        if self.texts:
            found.told.append(f"{self.texts} {'text has' if self.texts == 1 else 'texts have'} other words")
        return found

    def _part(self, block: Block, found: Compared) -> Iterator[Part]:
        is_alone = bool(block.scope) and not self._is_carried(self._repeat(block.scope))
        is_new = bool(block.scope) and not is_alone and not self._was_there(block.scope)
        rows = tuple(row for row in (self._row(block, question, found) for question in block.questions if kind(question.kind).has_value) if row is not None)
        if not rows:
            return
        title = block.title if not block.scope else f"{block.page.title}: {block.title}"
        if is_new and self._is_first_page(block):
            found.told.append(f"New in “{self._repeat(block.scope).title}”: {block.title}")
        yield Part(title, rows, is_new=is_new, is_alone=is_alone or is_new)

    def _row(self, block: Block, question: Question, found: Compared) -> Row | None:
        path = path_of(block.scope, question.id)
        other = self._before(block.scope, question)
        old = self.old.index.questions.get(other.rpartition(".")[2]) if other else None
        was, now = (self.then.words(other, old) if old is not None else ""), self.now.words(path, question)
        if not was and not now:
            return None
        state = "waiting" if not now else "new" if not was else "same" if was == now else "changed"
        is_told = not held_back.is_held(question) and (old is None or not held_back.is_held(old))
        scores = self._scores(path, other, question) if question.kind == "scale" and is_told else None
        differing = tuple(pieces(was, now)) if state == "changed" and is_told and question.kind in ("text", "long_text") else ()
        if state == "changed":
            self._tell(block, question, Row(question.label, state, was, now, scores=scores), found)
        return Row(question.label, state, was, now, self.then.said.get(other) if was else None, self.now.said.get(path) if now else None, differing, scores)

    def _tell(self, block: Block, question: Question, row: Row, found: Compared) -> None:
        about = f"{block.title}, “{question.label}”" if block.scope else f"“{question.label}”"
        if question.prefill is not None and question.prefill.fill and not question.prefill.confirm:
            return
        if row.scores is not None:
            found.told.append(f"{about}: {row.scores.words}")
        elif question.kind in TOLD:
            found.told.append(f"{about}: was {_short(row.was)}, is now {_short(row.now)}")
        else:
            self.texts += 1

    def _scores(self, path: str, other: str, question: Question) -> Scores:
        settings = question.settings
        was, now = (self._point(side, where) for side, where in ((self.then, other), (self.now, path)))
        if was is None or now is None:
            words = f"{now} (not scored last time)" if was is None else f"{was} last time, not scored yet"
        elif was == now:
            words = f"{now}, the same as last time"
        else:
            end = settings.labels.high if now > was else settings.labels.low
            towards = f", towards “{end}”" if end else ""
            words = f"from {was} to {now}, {'up' if now > was else 'down'} {abs(now - was)}{towards}"
        return Scores(was, now, settings.min, settings.max, settings.labels.low, settings.labels.high, words)

    def _point(self, side: Side, path: str) -> int | None:
        value = get(side.journey.visible.answers, path) if path else None
        return value if isinstance(value, int) and not is_not_known(value) else None

    def _before(self, scope: Scope, question: Question) -> str:
        """Where last time's answer to this question stands in the earlier paper; '' for nowhere."""
        named = question.prefill.source.split(".") if question.prefill is not None else []
        if self.is_same_form and (question.prefill is None or named[:2] != [FORM, self.then_paper] or question.id == named[-1]):
            return path_of(scope, question.id) if question.id in self.old.index.questions else ""
        if named[:2] == [FORM, self.then_paper] and len(named) > 2:
            *repeats, name = named[2:]
            if len(repeats) == len(scope):
                old_scope = tuple((repeat, item_id) for repeat, (_, item_id) in zip(self._owners(repeats, name), scope, strict=True))
                return path_of(old_scope, name)
        return ""

    def _owners(self, repeats: Sequence[str], name: str) -> tuple[str, ...]:
        """The repeats the earlier form keeps this question in: a list that runs over another holds further answers about the same items."""
        chain = self.old.index.chain_of_question(name) if name in self.old.index.questions else ()
        return tuple(chain) if len(chain) == len(repeats) else tuple(repeats)

    def _source(self, repeat: Repeat) -> str:
        """The earlier form's list that holds the same items; '' for none."""
        named = repeat.prefill.source.split(".") if repeat.prefill is not None else []
        if named[:2] == [FORM, self.then_paper]:
            return named[-1]
        return repeat.id if self.is_same_form else ""

    def _was_there(self, scope: Scope) -> bool:
        repeat = self._repeat(scope)
        source = self._source(repeat)
        if not source or len(scope) > 1:
            return True
        return any(item["_id"] == scope[-1][1] for item in self.then.journey.visible.answers.get(source, ()))

    def _gone(self, section_id: str, found: Compared) -> Iterator[Part]:
        """Items of last time that are in no list of this section's any more."""
        if not self.is_same_form:
            return
        for repeat in self.definition.repeats:
            if repeat.over or repeat.inside or self._source(repeat) != repeat.id or not self._is_in(repeat, section_id):
                continue
            held = {item["_id"] for item in self.now.journey.visible.answers.get(repeat.id, ())}
            for item in self.then.journey.visible.answers.get(repeat.id, ()):
                if item["_id"] not in held:
                    scope = ((repeat.id, item["_id"]),)
                    label = item_label(self.old, self.then.journey.visible.answers, scope)
                    if self._is_carried(repeat):
                        found.told.append(f"No longer in “{repeat.title}”: {label}")
                    yield Part(f"{repeat.title}: {label}", tuple(self._old_rows(scope)), is_gone=self._is_carried(repeat), is_alone=True)

    def _old_rows(self, scope: Scope) -> Iterator[Row]:
        for question in self.old.index.questions_of_repeat[scope[-1][0]]:
            path = path_of(scope, question.id)
            words = self.then.words(path, question) if kind(question.kind).has_value else ""
            if words:
                yield Row(question.label, "gone", words, "", self.then.said.get(path))

    def _is_carried(self, repeat: Repeat) -> bool:
        """Whether the items of a list are those of last time, and not begun anew each time."""
        while repeat.over:
            repeat = self.definition.index.repeats[repeat.over]
        return repeat.prefill is not None

    def _is_in(self, repeat: Repeat, section_id: str) -> bool:
        """Whether the repeat's first page stands in this section."""
        pages = self.definition.index.pages_of_repeat[repeat.id]
        return bool(pages) and pages[0].section == section_id

    def _is_first_page(self, block: Block) -> bool:
        repeat = self._repeat(block.scope)
        return not repeat.over and self.definition.index.pages_of_repeat[repeat.id][0].id == block.page.id

    def _repeat(self, scope: Scope) -> Repeat:
        return self.definition.index.repeats[scope[-1][0]]


def _prefills(definition: FormDefinition) -> Iterator[Any]:
    for part in (*definition.repeats, *definition.index.questions.values()):
        if part.prefill is not None:
            yield part.prefill


def _short(words: str) -> str:
    return f"“{', '.join(words.splitlines())}”"

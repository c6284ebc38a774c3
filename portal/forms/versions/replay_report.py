"""What a replay found, as plain data and as lines of words: alarms first, then counts by question. No answers, and names of nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from portal.forms.check_shown import shown
from portal.forms.model import FormDefinition
from portal.forms.versions.looked_at import Place
from portal.forms.versions.replay import (
    ASKED,
    INTERRUPTED,
    LOST,
    MISSING,
    NOT_ASKED,
    NOT_STOPPED,
    STOPPED,
    Replay,
)

HEADINGS = {
    ASKED: "Would have been asked though they were not",
    NOT_ASKED: "Would not have been asked though they were",
    MISSING: "An answer that must be given would be missing",
    STOPPED: "Would have met a stop page",
    NOT_STOPPED: "Would no longer have met a stop page",
    INTERRUPTED: "Would have met an interruption",
    LOST: "An answer would have no place",
}


@dataclass(frozen=True)
class Alarm:
    """Something that must not pass unseen. `code` is `dead` (the linter's), `unreachable`, `asked_of_nobody` or `never_true`."""

    code: str
    id: str
    words: str

    @property
    def is_grave(self) -> bool:
        """Whether people who were asked would not be, or nobody ever can be."""
        return self.code in ("dead", "unreachable")


@dataclass(frozen=True)
class Counted:
    """So many submissions (and drafts among them) for which one question or page is different."""

    what: str
    id: str
    label: str
    number: int
    drafts: int
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a replay found."""

    form: str
    sent: int
    drafts: int
    unchanged: int
    unreadable: int
    alarms: tuple[Alarm, ...]
    counted: tuple[Counted, ...]

    @property
    def number(self) -> int:
        """How many submissions and drafts were led through."""
        return self.sent + self.drafts

    @property
    def grave(self) -> tuple[Alarm, ...]:
        """The alarms that stand in the way of publishing unseen."""
        return tuple(alarm for alarm in self.alarms if alarm.is_grave)

    def data(self, *, references: bool = False) -> dict[str, Any]:
        """Plain data, for machines and for keeping; references only where asked for, by whoever may see them."""
        made = asdict(self)
        if not references:
            for counted in made["counted"]:
                del counted["references"]
        return made

    def lines(self, *, references: bool = False) -> Iterator[str]:
        """The report for people who do not read JSON."""
        yield f"{self.sent:,} sent and {self.drafts:,} open {'draft' if self.drafts == 1 else 'drafts'} were led through {self.form}; for {self.unchanged:,} nothing would be different."
        if self.unreadable:
            yield f"{self.unreadable:,} could not be: the text of their version is gone."
        for alarm in self.alarms:
            yield f"{'ALARM' if alarm.is_grave else 'NOTE'}: {alarm.words}"
        for what, heading in HEADINGS.items():
            found = [counted for counted in self.counted if counted.what == what]
            if found:
                yield from ("", f"{heading}:")
                yield from (_line(counted, references) for counted in found)


def _line(counted: Counted, references: bool) -> str:
    drafts = f" ({counted.drafts:,} of them drafts)" if counted.drafts else ""
    examples = f"  such as {', '.join(counted.references)}" if references and counted.references else ""
    return f"  {counted.number:>7,}{drafts}  {counted.label} [{counted.id}]{examples}"


def report(replay: Replay, unreadable: int = 0) -> Report:
    """What a replay that is over found."""
    tally = replay.tally
    counted = [
        Counted(what, name, _label(replay, name), number, tally.drafts[what][name], tuple(tally.references[what, name]))
        for what in HEADINGS
        for name, number in sorted(tally.counts[what].items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return Report(replay.new.id, replay.sent, replay.drafts, replay.unchanged, unreadable, tuple(_alarms(replay)), tuple(counted))


def _label(replay: Replay, name: str) -> str:
    index = replay.new.index
    if name in index.questions:
        return index.questions[name].label
    return index.pages[name].title if name in index.pages else name.replace("_", " ")


def _alarms(replay: Replay) -> Iterator[Alarm]:
    new = replay.new
    yield from (Alarm("dead", fault.code, f"line {fault.line}: {fault.message}") for fault in shown(new))
    number = replay.sent + replay.drafts
    known = replay.known_before()
    for name in sorted(replay.now.with_value, key=list(new.index.questions).index):
        before, now = replay.asked_before[name], replay.asked_now[name]
        label = f"“{new.index.questions[name].label}” [{name}]"
        if before and not now:
            yield Alarm("unreachable", name, f"{label} was asked of {before:,} and would now be asked of nobody")
        elif number and not now and name not in known:
            yield Alarm("asked_of_nobody", name, f"{label} is new, and none of these {number:,} would be asked it")
    before = replay.came_true_before()
    for place in sorted((before & replay.now.all_places) - replay.now.came_true):
        yield Alarm("never_true", "/".join(place[1:]), f"{_condition(new, place)} came true before and would for nobody now")


def _condition(definition: FormDefinition, place: Place) -> str:
    kind, name, *rest = place
    words = {
        "page": "the condition of the page", "question": "the condition of the question", "required": "what demands an answer to",
        "option": "the condition of an option of", "items": "what chooses the items of", "named": "the condition",
    }  # fmt: skip
    return f"{words[kind]} {name!r}{f' ({rest[0]!r})' if rest else ''}"

"""The time machine: past submissions and open drafts are led through another version, to see what would have been. It counts, and keeps no answers.

Where the submissions come from is not known here, nor who may see their references.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.forms.conditions import Facts
from portal.forms.model import FormDefinition
from portal.forms.versions.looked_at import Met, Onlooker, Place
from portal.forms.versions.pair import pair_of
from portal.forms.versions.upgrade import upgrade

MOST_REFERENCES = 5
"""So many references are kept as examples of one thing."""

ASKED, NOT_ASKED, STOPPED, NOT_STOPPED, INTERRUPTED, MISSING, LOST = (
    "newly_asked", "no_longer_asked", "would_stop", "would_no_longer_stop", "would_be_interrupted", "would_be_missing", "answer_lost",
)  # fmt: skip
"""What can be different for one submission, each told by the id of a question or page."""


@dataclass(frozen=True)
class Past:
    """One submission or draft as it is stored: its reference ('' for a draft), answers with the version they were given to, and what was known."""

    reference: str
    is_draft: bool
    definition: FormDefinition
    answers: Mapping[str, Any]
    facts: Facts
    erased: frozenset[str] = frozenset()


@dataclass
class Tally:
    """Counts by what is different and of which part; the first references that showed it."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    drafts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    references: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, what: str, names: Iterable[str], past: Past) -> None:
        """One submission is different in this way, for these parts."""
        for name in names:
            self.counts[what][name] += 1
            if past.is_draft:
                self.drafts[what][name] += 1
            kept = self.references[what, name]
            if past.reference and len(kept) < MOST_REFERENCES:
                kept.append(past.reference)


class Replay:
    """Leads submissions through one new version, one after the other. All ids are those of the new version where it has the part."""

    def __init__(self, new: FormDefinition):
        self.new = new
        self.tally = Tally()
        self.sent = self.drafts = self.unchanged = 0
        self.versions: Counter[str] = Counter()
        self.asked_before: Counter[str] = Counter()
        self.asked_now: Counter[str] = Counter()
        self.now = Onlooker(new)
        self._before: dict[int, tuple[FormDefinition, Onlooker]] = {}

    def add(self, past: Past) -> None:
        """Lead one submission through."""
        self.versions[past.definition.sha256] += 1
        if past.is_draft:
            self.drafts += 1
        else:
            self.sent += 1
        before = self._in_present_ids(self._onlooker(past.definition).look(past.answers, past.facts), past.definition)
        upgraded = upgrade(past.answers, {}, past.definition, self.new)
        after = self.now.look(upgraded.answers, past.facts)
        self.asked_before.update(before.asked)
        self.asked_now.update(after.asked)
        different = {
            ASKED: after.asked - before.asked,
            NOT_ASKED: (before.asked - after.asked) & self.new.index.questions.keys(),
            STOPPED: after.stops - before.stops,
            NOT_STOPPED: (before.stops - after.stops) & self.new.index.pages.keys(),
            INTERRUPTED: after.interrupts - before.interrupts,
            MISSING: after.missing - before.missing - past.erased,
            LOST: {lost.path.rpartition(".")[2] for lost in upgraded.lost},
        }
        self.unchanged += not any(different.values())
        for what, names in different.items():
            self.tally.note(what, names, past)

    def came_true_before(self) -> set[Place]:
        """The conditions of earlier versions that came true for somebody, by present ids."""
        found: set[Place] = set()
        for definition, onlooker in self._before.values():
            declared = pair_of(definition, self.new).declared
            found.update((kind, declared.name(name), *rest) if kind != "page" else (kind, name) for kind, name, *rest in onlooker.came_true)
        return found

    def known_before(self) -> set[str]:
        """The questions of any earlier version that was met, by present ids."""
        return {pair_of(definition, self.new).declared.name(name) for definition, _ in self._before.values() for name in definition.index.questions}

    def _onlooker(self, definition: FormDefinition) -> Onlooker:
        found = self._before.get(id(definition))
        if found is None:
            found = self._before[id(definition)] = (definition, Onlooker(definition))
        return found[1]

    def _in_present_ids(self, met: Met, old: FormDefinition) -> Met:
        name = pair_of(old, self.new).declared.name
        return Met(frozenset(map(name, met.asked)), frozenset(map(name, met.missing)), met.stops, met.interrupts)

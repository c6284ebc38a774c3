"""Publishing the next version of a form: what is wrong with it, what is different, what happens to each open draft, and who decided that.

Nothing broken is published, and nothing while it is undecided what becomes of a draft. The council's rule stands in its
service.yaml (`drafts.new_version`); a person may decide otherwise for one publication. Taking drafts over is `carrying`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from portal import publishing
from portal.councils import check as council_check
from portal.councils import check_forms
from portal.errors import RuleBroken
from portal.files import store
from portal.forms.load import DefinitionFaults, load_definition
from portal.forms.model import FormDefinition
from portal.forms.versions import Change, compare, faults_between
from portal.forms.versions.change import EFFECTS
from portal.forms.yaml_text import Fault
from portal.publishing.in_force import council_in_force
from portal.publishing.models import CarryOver, PublishedVersion
from portal.submissions import carrying
from portal.submissions.carrying import ASK, CARRY, KEEP
from portal.submissions.definitions import by_hash

Gate = Callable[[FormDefinition], list[Fault]]
"""What else keeps a checked form from being published: templates and scenarios, which are tried by rooms above this one."""

Decision = Mapping[str, str]
"""What becomes of drafts by what the version does to them: effect to carry, keep or ask."""

WORDS = {
    "harmless": "nothing is lost and nothing more is asked of them",
    "needs_answer": "they must answer something more, or put something right",
    "loses_answer": "they have given an answer that has no place any more",
}


class NotSound(RuleBroken):
    """The version has faults; `faults` holds every one."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class Undecided(RuleBroken):
    """Neither the council's rule nor the publisher says what becomes of some drafts; `effects` names which."""

    def __init__(self, counts: Mapping[str, int], effects: list[str]) -> None:
        each = "; ".join(f"{counts.get(effect, 0):,} {'draft' if counts.get(effect) == 1 else 'drafts'}: {WORDS[effect]}" for effect in effects)
        super().__init__(f"Nothing was published: say first whether these drafts are carried over or kept on their version ({each})")
        self.effects = effects


@dataclass(frozen=True)
class Proposal:
    """A text that may become the next version of a form, and what is known of it. `drafts` counts open ones on other versions, by number.

    `current` is the number of the version in force, 0 for none. `outlook` counts those drafts by what this version does to each; None
    where nobody has looked.
    """

    form_id: str
    name: str
    text: str
    sha256: str
    current: int
    current_sha256: str
    definition: FormDefinition | None
    faults: list[Fault] = field(default_factory=list)
    changes: tuple[Change, ...] = ()
    drafts: Mapping[int, int] = field(default_factory=dict)
    outlook: Mapping[str, int] | None = None

    @property
    def is_new(self) -> bool:
        """Whether it differs from the version in force."""
        return self.current_sha256 != self.sha256

    @property
    def number(self) -> int:
        """The number it would have, or has."""
        return self.current + 1 if self.is_new else self.current

    @property
    def open_drafts(self) -> int:
        """How many drafts are open on other versions."""
        return sum(self.drafts.values())


@dataclass(frozen=True)
class Published:
    """What came of publishing. `carry_over` is None where no draft was open."""

    version: PublishedVersion
    carry_over: CarryOver | None


def proposal(form_id: str, text: str, *, source: str = "") -> Proposal:
    """What is to be known of this text (with the council's lists and texts in it) as the next version of a form. Reads no draft."""
    council = council_in_force()
    name = f"{council.id}/{form_id}"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    current = publishing.current("form", name)
    found = Proposal(form_id, name, text, sha256, *((current.number, current.sha256) if current else (0, "")), None, drafts=carrying.drafts_by_version(name, sha256))
    try:
        definition = load_definition(text, source=source or f"{form_id}.yaml", shared_lists=council.shared_lists)
    except DefinitionFaults as wrong:
        return replace(found, faults=wrong.faults)
    faults = [fault for fault in check_forms.faults_of(council, definition) if fault.level == "error"]
    if definition.id != form_id:
        faults = [*faults, definition.fault(("id",), "form_name", f"the form calls itself {definition.id}, but it is to be {form_id}")]
    changes: tuple[Change, ...] = ()
    if current is not None and current.sha256 != sha256:
        before = by_hash(current.sha256, form_id)
        faults = sorted({*faults, *faults_between(before, definition)})
        changes = compare(before, definition)
    return replace(found, definition=definition, faults=faults, changes=changes)


def proposal_of_pack(form_id: str) -> Proposal:
    """The same for the text in the council's pack, which must fit the pack's other files as well. Raises FormUnknown."""
    council = council_in_force()
    path = council.form_path(form_id)
    found = proposal(form_id, council.form_text(form_id), source=str(path))
    if not found.is_new:
        return found
    return replace(found, faults=sorted({*found.faults, *(fault for fault in council_check.faults(council) if fault.level == "error")}))


def looked_at(found: Proposal, progress: Callable[[int], None] = lambda _: None) -> Proposal:
    """The proposal with every open draft looked at; `progress` is told how many after each batch. Writes nothing."""
    assert found.definition is not None
    counts: Counter[str] = Counter()
    after = ""
    while rows := carrying.open_drafts(found.name, found.sha256, after=after):
        counts.update(carrying.outcome_of(row, found.definition).effect for row in rows)
        after = rows[-1].id
        progress(sum(counts.values()))
    return replace(found, outlook=dict(counts))


def begin_looking(found: Proposal, *, by: str = "") -> CarryOver:
    """Let the worker look at the open drafts, for a page that cannot wait."""
    store().keep(found.text.encode())
    return carrying.begin(found.name, found.sha256, 0, {}, by=by)


def rule() -> dict[str, str]:
    """What the council's files say becomes of drafts, by effect."""
    return council_in_force().service.drafts.new_version.model_dump()


def decided(counts: Mapping[str, int], wanted: Decision | None = None) -> dict[str, str]:
    """Carry or keep for every effect: as wanted, else by the council's rule. Drafts there are none of are kept if they turn up. Raises Undecided."""
    found = rule() | {effect: way for effect, way in (wanted or {}).items() if way in (CARRY, KEEP)}
    left = [effect for effect in EFFECTS if found[effect] == ASK and counts.get(effect)]
    if left:
        raise Undecided(counts, left)
    return {effect: KEEP if found[effect] == ASK else found[effect] for effect in EFFECTS}


def publish(found: Proposal, wanted: Decision | None = None, *, by: str = "") -> Published:
    """Publish a proposal whose drafts were looked at, and begin with the drafts. What is in force already is not published twice.

    Raises NotSound, Undecided, publishing.PublishedMeanwhile.
    """
    if found.faults:
        raise NotSound(found.faults)
    decision = decided(found.outlook if found.outlook is not None else dict.fromkeys(EFFECTS, found.open_drafts), wanted)
    version = publishing.publish("form", found.name, found.text, by=by, after=found.current)
    if not found.open_drafts:
        return Published(version, None)
    return Published(version, carrying.begin(found.name, version.sha256, version.number, decision, by=by))


def publish_by_rule(form_id: str, gate: Gate) -> tuple[PublishedVersion | None, str]:
    """Publish the text of a pack that was checked whole, where the council's rule decides everything: the version that is new, or why it waits.

    ('' for neither.) One that may not follow the version in force, that `gate` holds back or that was overtaken has to wait. A first version has none to wait
    behind, and nobody is half-way through it: only the checks of the whole pack hold it.
    """
    council = council_in_force()
    text, name = council.form_text(form_id), f"{council.id}/{form_id}"
    current = publishing.current("form", name)
    if current is None:
        return publishing.publish("form", name, text, after=0), ""
    if current.sha256 == hashlib.sha256(text.encode()).hexdigest():
        return None, ""
    found = proposal_of_pack(form_id)
    if found.definition is not None and not found.faults:
        found = replace(found, faults=gate(found.definition))
    if found.faults:
        return None, "\n".join(str(fault) for fault in found.faults)
    try:
        return publish(_for_rule(found)).version, ""
    except (Undecided, publishing.PublishedMeanwhile) as error:
        return None, error.message


def _for_rule(found: Proposal) -> Proposal:
    """Look at the drafts only where the rule leaves something open."""
    return looked_at(found) if found.open_drafts and ASK in rule().values() else replace(found, outlook={})

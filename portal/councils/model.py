"""The shape of a council's files, as frozen closed values: one class per file and its parts (service.yaml: `service_model`, documents.yaml: `document_model`).

Reading them is `load`, judging whether they fit each other is `check`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StrictBool, StrictInt, model_validator

from portal.forms.condition_tree import Condition

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[str, Field(min_length=1)]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
AnyPaper = "*"
Everything = "*"
"""Every kind of answer (`reads` in the council's roles and documents), those a council adds later among them."""

StageKind = Literal["waiting", "active", "closing", "closed"]
PaperKind = Literal["request", "screening", "record", "meeting", "review", "letter", "sign_off"]
PaperEvent = Literal["sent", "finalised", "returned", "returned_answered", "returned_accepted"]
PaperRight = Literal["view", "start", "edit", "finalise", "return"]
Audience = Literal["family", "professional", "file", "referrer"]
ClockEvent = Literal[
    "request_received", "stage_entered", "transition", "paper_finalised", "paper_returned", "paper_returned_answered",
    "paper_returned_accepted", "answer", "lead_set", "document_issued", "recorded",
]  # fmt: skip


class Part(BaseModel):
    """Every part of a council's files: unknown keys are refused, values do not change."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    _english: frozenset[str] = PrivateAttr(frozenset())

    def lang_of(self, name: str) -> str:
        """The language of one of its texts: "en" where it has no translation into the language this part was put in, else ''."""
        return "en" if name in self._english else ""

    def say_in_english(self, names: Iterable[str]) -> None:
        """Note which texts stay English; only who translates a council's texts does, on a copy."""
        self._english = frozenset(names)


# workflow.yaml --------------------------------------------------------------------------------------------------------


class Stage(Part):
    """Where an episode stands. The first stage of the file is the one an episode opens in."""

    id: Id
    title: Words
    kind: StageKind
    hint: str = ""


class PaperRule(Part):
    """A use of a form on an episode. `signs` names the paper this one signs off; `not_author` bars that paper's author."""

    id: Id
    title: Words
    form: Id
    kind: PaperKind
    many: StrictBool = False
    start_at: tuple[Id, ...] = ()
    signs: str = ""
    not_author: StrictBool = False


class Occasion(Part):
    """What happened to a paper: sent, finalised, returned for changes, handed back with them, or these accepted. "*" is any paper (in notices)."""

    paper: Id | Literal["*"]
    event: PaperEvent


class Sets(Part):
    """Which answers of the paper become facts of the episode; `signed` takes them from the paper that was signed off."""

    team: str = ""
    level: str = ""
    signed: StrictBool = False


class TransitionRule(Part):
    """A move between stages: when something happens to a paper and `when` is true, or by hand.

    `when_signed` looks at the answers of the paper that a sign-off signed.
    """

    id: Id
    title: Words
    from_: tuple[Id, ...] = Field(alias="from", min_length=1)
    to: Id
    on: Occasion | None = None
    by_hand: StrictBool = False
    when: Condition | None = None
    when_signed: Condition | None = None
    sets: Sets = Sets()
    reason_required: StrictBool = False
    reasons: str = ""

    @model_validator(mode="after")
    def _has_one_cause(self) -> Self:
        if (self.on is None) == (not self.by_hand):
            raise ValueError("a transition has either `on` (a paper) or `by_hand: true`")
        if self.on is None and (self.when is not None or self.when_signed is not None or self.sets.model_fields_set):
            raise ValueError("`when`, `when_signed` and `sets` speak of the answers of a paper, so they need `on`")
        return self


class Receiver(Part):
    """The team in whose tray a new request lands, when `when` is true of the request's answers."""

    team: Id
    when: Condition | None = None


class Workflow(Part):
    """workflow.yaml. Of `receivers` the first that holds takes a new request; without one it waits for everybody who sees all."""

    stages: tuple[Stage, ...] = Field(min_length=1)
    papers: tuple[PaperRule, ...] = Field(min_length=1)
    receivers: tuple[Receiver, ...] = ()
    transitions: tuple[TransitionRule, ...] = ()


# clocks.yaml and calendar.yaml ----------------------------------------------------------------------------------------


class Target(Part):
    """How long: exactly one unit. Hours are elapsed hours, all others count days in London."""

    hours: Annotated[StrictInt, Field(ge=1)] | None = None
    working_days: Annotated[StrictInt, Field(ge=0)] | None = None
    days: Annotated[StrictInt, Field(ge=0)] | None = None
    weeks: Annotated[StrictInt, Field(ge=1)] | None = None
    months: Annotated[StrictInt, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _has_one_unit(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("a target has exactly one of hours, working_days, days, weeks, months")
        return self

    @property
    def unit(self) -> str:
        """hours, working_days, days, weeks or months."""
        return next(iter(self.model_fields_set))

    @property
    def amount(self) -> int:
        """How many of the unit."""
        return getattr(self, self.unit)


class Trigger(Part):
    """What starts or stops a clock. `answer` takes the date answered in a paper; `recorded` is noted by a person, by its name."""

    event: ClockEvent
    stage: str = ""
    transition: str = ""
    paper: str = ""
    question: str = ""
    document: str = ""
    name: str = ""


class Varies(Part):
    """A target that an answer chooses: option id to target. The clock's own target holds until it is answered."""

    paper: Id
    question: Words
    targets: dict[str, Target]


class ClockRule(Part):
    """A time limit. `teams` limits it to those teams (empty: all); `amber_at` is the share of the time after which it warns."""

    id: Id
    title: Words
    starts: tuple[Trigger, ...] = Field(min_length=1)
    target: Target
    varies: Varies | None = None
    stops: tuple[Trigger, ...] = Field(min_length=1)
    renews: StrictBool = False
    teams: tuple[Id, ...] = ()
    amber_at: Annotated[float, Field(gt=0, lt=1)] = 0.8
    tells: tuple[Id, ...] = ()
    on_breach: str = ""
    note: str = ""
    source: Words


class Clocks(Part):
    """clocks.yaml. `recordings` are the things a person notes, by the name that triggers use, with their titles."""

    clocks: tuple[ClockRule, ...]
    recordings: dict[Id, Words] = {}


class ClosureDay(Part):
    """A day on which the council is closed beside the bank holidays."""

    date: Day
    title: Words


class OfficeHours(Part):
    """When the office answers, for people to read and for showing whether it is open."""

    opens: ClockTime
    closes: ClockTime
    text: Words


class Calendar(Part):
    """calendar.yaml. `region` is the part of the United Kingdom whose bank holidays count."""

    region: Literal["ENG", "WLS", "SCT", "NIR"]
    extra_closure_days: tuple[ClosureDay, ...] = ()
    office_hours: OfficeHours


# teams.yaml and roles.yaml --------------------------------------------------------------------------------------------


class TeamContact(Part):
    """A post that families are told of: no letter leaves without one for each (HFS-2.2b)."""

    title: Words
    name: str = ""
    telephone: str = ""


class Team(Part):
    """A team that families are allocated to or that screens requests. Its telephone, when empty, is the hub's."""

    id: Id
    title: Words
    service: str = ""
    telephone: str = ""
    email: str = ""
    allocates: StrictBool = True
    postcodes: tuple[str, ...] = ()
    contacts: tuple[TeamContact, ...] = ()


class Teams(Part):
    """teams.yaml."""

    teams: tuple[Team, ...] = Field(min_length=1)


class Sensitivity(Part):
    """A kind of answer that not everybody reads. `held_back` says why in plain words and whom to ask; `copies` are the audiences whose
    copies of documents may hold it (the file's own holds everything)."""

    id: Id
    title: Words
    held_back: Words
    copies: tuple[Audience, ...] = ()


class Role(Part):
    """What a role reaches (`sees`), may do (`may`), may do with papers (a paper id or "*" to rights), and which kinds of answer it `reads`."""

    id: Id
    title: Words
    sees: Literal["none", "own", "team", "all"]
    may: tuple[str, ...] = ()
    papers: dict[str, tuple[PaperRight, ...]] = {}
    reads: tuple[Id | Literal["*"], ...] = ()
    hint: str = ""

    def rights_on(self, paper_id: str) -> frozenset[str]:
        """The rights on one paper: its own line where it has one, else the line for all papers."""
        return frozenset(self.papers.get(paper_id, self.papers.get(AnyPaper, ())))


class Roles(Part):
    """roles.yaml. `sensitivities` are the kinds of answer that questions name as their `sensitivity`; without any, nothing is held back."""

    sensitivities: tuple[Sensitivity, ...] = ()
    roles: tuple[Role, ...] = Field(min_length=1)


# notices.yaml, wording.yaml, lists.yaml and decisions.yaml ------------------------------------------------------------


class Notice(Part):
    """An e-mail: no personal detail, only placeholders. `on` and `when` send it to `to` when a paper is finalised or returned.

    `author` is whoever filled the paper in (its sender, or a person with an account), `reviewer` whoever returned it.
    """

    subject: Words
    body: Words
    to: Literal["person", "referrer", "lead", "team", "author", "reviewer"] = "person"
    on: Occasion | None = None
    when: Condition | None = None


class AvoidedWord(Part):
    """Words that screens, documents and letters do not use, and what to say instead (HFS-P9)."""

    words: tuple[Words, ...] = Field(min_length=1)
    instead: Words


class Wording(Part):
    """wording.yaml: paragraphs used in documents, the council's own names for things, words to avoid, and the reading age letters aim at (0: none)."""

    texts: dict[Id, Words]
    labels: dict[Id, Words] = {}
    avoided: tuple[AvoidedWord, ...] = ()
    reading_age: Annotated[StrictInt, Field(ge=0, le=21)] = 0


class ListItem(Part):
    """One thing of a list. `counts_as` names the item of the list it is reported under; `write_in` lets words be added (ethnicity and language only)."""

    id: Id
    label: Words
    hint: str = ""
    group: str = ""
    exclusive: StrictBool = False
    write_in: StrictBool = False
    counts_as: str = ""
    notes: str = ""

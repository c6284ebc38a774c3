"""The shape of a file of scenarios, `<form_id>.tests.yaml`, as plain frozen values. Reading it is `read`, playing it `play`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from pydantic import Field

from portal.forms.model import Part
from portal.forms.yaml_text import Fault, Location, YamlText


class ExpectedProblem(Part):
    """One thing to put right: the path of the answer, and the code of what is wrong with it."""

    at: str
    code: str


class NextStep(Part):
    """Where the sent form takes the family: which paper it is, at which stage it comes, and what follows.

    `move` is the move that is made ("none" for no move); `stage` and `team` are where the family stands then, `level` its level of need.
    """

    paper: str = ""
    at: str = ""
    move: str = ""
    stage: str = ""
    team: str = ""
    level: str = ""


class DocumentText(Part):
    """What a document made from these answers says, and what it must not say. Blanks and line breaks count as one blank."""

    says: tuple[str, ...] = ()
    says_not: tuple[str, ...] = ()


class Expectation(Part):
    """What comes of the answers. Problems, stop page and interruptions not named here must not turn up.

    `pages` is the whole way in order, `seen` and `not_seen` some of its pages. A question of a repeat may be named for one item
    (`children.zara.school`) or by its id alone, which then stands for any item. `documents` are named by id, or for one
    reader's copy as `document.copy`.
    """

    pages: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    not_seen: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()
    problems: tuple[ExpectedProblem, ...] = ()
    stop: str = ""
    interrupts: tuple[str, ...] = ()
    next: NextStep | None = None
    documents: dict[str, DocumentText] = {}
    no_documents: tuple[str, ...] = ()


class Scenario(Part):
    """Answers in, and what is expected of them. `name` says in plain words what the scenario protects.

    The answers are those written here, those of an example (`from: file.json`) or of an earlier scenario (`from: its_id`), with those under
    `set` put over them and those under `leave_out` taken away. `papers` are other papers of the same family, by their id, as examples.
    """

    id: str
    name: str
    source: str = Field(default="", alias="from")
    answers: dict[str, Any] = {}
    changes: dict[str, Any] = Field(default={}, alias="set")
    leave_out: tuple[str, ...] = ()
    today: str = ""
    facts: dict[str, Any] = {}
    roles: tuple[str, ...] = ()
    papers: dict[str, str] = {}
    expect: Expectation = Expectation()


class ScenarioParts(Part):
    """A whole file. `today` is the day on which everything in it happens."""

    schema_: int = Field(alias="schema")
    form: str
    today: str
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True)
class ScenarioFile:
    """A file of scenarios with the text it was read from, so that what is wrong can be told with its place."""

    parts: ScenarioParts
    yaml: YamlText

    @cached_property
    def _places(self) -> dict[int, Location]:
        """Where each scenario stands; those with faults never come this far, so all are there in the order of the file."""
        return {id(scenario): ("scenarios", place) for place, scenario in enumerate(self.parts.scenarios)}

    def day_of(self, scenario: Scenario) -> date:
        """The day on which a scenario happens."""
        return date.fromisoformat(scenario.today or self.parts.today)

    def line_of(self, scenario: Scenario) -> int:
        """The line on which a scenario begins."""
        return self.yaml.place(self._places[id(scenario)])[0]

    def fault(self, scenario: Scenario, at: Location, code: str, message: str, *, of_key: bool = False) -> Fault:
        """A fault at a place within one scenario."""
        return self.yaml.fault((*self._places[id(scenario)], *at), code, message, of_key=of_key)

"""The shape of a council's demo.yaml: who signs in, and what happened to which made-up family, day by day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from portal.errors import PortalError
from portal.forms.kept_reading import read


class StoryRefused(PortalError):
    """demo.yaml is missing or cannot be used; the message names the file and every place."""


class Part(BaseModel):
    """Unknown keys are refused, values do not change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(Part):
    """Somebody who signs in."""

    name: str
    email: str
    roles: tuple[str, ...]
    teams: tuple[str, ...] = ()


class Allocation(Part):
    """Which team and lead (by e-mail address) a family is given."""

    team: str
    lead: str = ""


class Answers(Part):
    """Which example answers a paper takes, the day they were written for, and further answers by question id."""

    file: str = ""
    as_of: date | None = None
    also: dict[str, Any] = {}
    without: tuple[str, ...] = ()


class Step(Part):
    """One thing that happened: a request sent, a paper, a move by hand, an allocation, a note or documents of the last paper.

    `day` counts from today (so it is 0 or less), `by` is an e-mail address of `people`; `finish: false` leaves a paper as a draft.
    Documents are issued to whom `given` names, after `approved_by` where the council asks for that; else they stay to be checked.
    """

    day: Annotated[int, Field(le=0)]
    time: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "10:00"
    by: str = ""
    request: str = ""
    paper: str = ""
    move: str = ""
    reason: str = ""
    allocate: Allocation | None = None
    note: str = ""
    documents: tuple[str, ...] = ()
    given: str = ""
    approved_by: str = ""
    answers: Answers = Answers()
    finish: bool = True


class Story(Part):
    """One family. `names` are changed in every answer it uses; `about` says what it shows."""

    about: str
    names: dict[str, str] = {}
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


class Demonstration(Part):
    """The whole file."""

    password: Annotated[str, Field(min_length=12)]
    people: Annotated[tuple[Person, ...], Field(min_length=1)]
    stories: tuple[Story, ...]


def read_story(path: Path) -> Demonstration:
    """Read and check the file. Raises StoryRefused, or yaml_text.YamlFaults for text that is no YAML."""
    if not path.is_file():
        raise StoryRefused(f"{path} is missing: a council's demonstration is told there")
    try:
        return Demonstration.model_validate(read(path.read_text(encoding="utf-8"), str(path)).data)
    except ValidationError as error:
        places = [f"{path}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise StoryRefused("\n".join(places)) from error

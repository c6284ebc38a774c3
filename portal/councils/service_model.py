"""The shape of service.yaml: who a council is, what its public pages say, and what it switches on."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from portal.councils.model import Id, Part, Words

LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


class Contact(Part):
    """Someone to reach. At least one of telephone, e-mail and address is given."""

    title: Words
    telephone: str = ""
    email: str = ""
    address: str = ""
    hours: str = ""
    text: str = ""

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if not (self.telephone or self.email or self.address):
            raise ValueError("give a telephone, an e-mail or an address")
        return self


class Level(Part):
    """A level of need. `can_request` is false for one that leads to signposting instead of a request (EHH-1)."""

    id: Id
    number: Annotated[StrictInt, Field(ge=1, le=9)]
    title: Words
    meaning: Words
    response: Words
    examples: tuple[Words, ...] = ()
    can_request: StrictBool = True


class Way(Part):
    """One way in on the start page. `form` is the form it leads to; without one it is a page of text (`text`)."""

    id: Id
    title: Words
    text: Words
    form: str = ""
    button: str = ""
    at_hand: tuple[Words, ...] = ()
    answers: dict[str, Any] = {}


class Link(Part):
    """A page elsewhere."""

    title: Words
    address: Annotated[str, Field(pattern=r"^https?://")]


class StartPage(Part):
    """The public start page, in Markdown."""

    title: Words
    lead: Words
    ways: tuple[Way, ...] = Field(min_length=1)
    links: tuple[Link, ...] = ()
    after_sending: Words


class Pages(Part):
    """The pages every public service has, in Markdown."""

    privacy: Words
    cookies: Words
    accessibility: Words


class NewVersion(Part):
    """What becomes of open drafts when a new version of their form is published, by what it does to each: `carry` takes the draft
    over, `keep` leaves it on the version it was started with, `ask` lets nothing be published until a person has decided."""

    harmless: Literal["carry", "keep", "ask"] = "carry"
    needs_answer: Literal["carry", "keep", "ask"] = "carry"
    loses_answer: Literal["carry", "keep", "ask"] = "ask"


class Publishing(Part):
    """What scenarios must prove before a form is published anew, in per cent: its branches taken, and each comparison of its larger
    conditions seen true and seen false. A scenario that fails always holds the form back; 0 asks for no scenarios."""

    branches: Annotated[StrictInt, Field(ge=0, le=100)] = 100
    leaves: Annotated[StrictInt, Field(ge=0, le=100)] = 0


class Drafts(Part):
    """How long an unsent draft is kept, and when its writer is reminded, in days; and what a new version does to it."""

    expire_after_days: Annotated[StrictInt, Field(ge=1, le=365)]
    remind_before_days: Annotated[StrictInt, Field(ge=0)] = 7
    new_version: NewVersion = NewVersion()


class Features(Part):
    """What a council switches on."""

    upn: StrictBool = False


class Offer(Part):
    """A language that public pages can be read in beside English; `missing` says how loudly the linter tells what has no translation."""

    missing: Literal["information", "warning"] = "information"


class Service(Part):
    """service.yaml: who the council is and what its public pages say."""

    name: Words
    short_name: Words
    portal_name: Words
    colour: Colour
    font: str = ""
    numbers_confirmed: StrictBool = False
    privacy_notice_version: Words
    emergency: Contact
    hub: Contact
    out_of_hours: Contact | None = None
    designated_officer: Contact
    complaints: Contact
    levels: tuple[Level, ...] = Field(min_length=1)
    start: StartPage
    pages: Pages
    drafts: Drafts
    publishing: Publishing = Publishing()
    features: Features = Features()
    languages: dict[LanguageCode, Offer] = {}

    @property
    def facts(self) -> dict[str, str]:
        """What conditions of forms may ask of the council, as `{record: service.upn, is: "yes"}`: its features, on or off."""
        return {f"service.{name}": "yes" if on else "no" for name, on in self.features.model_dump().items()}

    def text(self, path: str) -> str | None:
        """The text at a path of this file, such as `hub.telephone`; None where there is no text."""
        value: Any = self
        for step in path.split("."):
            value = getattr(value, step, None) if step in getattr(type(value), "model_fields", {}) else None
        return value if isinstance(value, str) else None

"""The shape of a form definition, as plain frozen values. Reading YAML is `load`, judging a definition is `check`."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, PrivateAttr, model_validator

from portal.forms.condition_tree import Condition, read_truth
from portal.forms.index import Index
from portal.forms.yaml_text import Fault, Location, YamlText

Demand = Annotated[bool | Condition, PlainValidator(read_truth)]
"""True, false or a condition."""

Scope = tuple[tuple[str, str], ...]
"""Where an answer stands: pairs of repeat id and item id, outermost first; empty outside repeats."""

PERSONAL = "personal"
"""What answers are kept as where neither question nor form says anything."""


class Part(BaseModel):
    """Every part of a definition: unknown keys are refused, values do not change."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    _lang: str = PrivateAttr("")

    @property
    def lang(self) -> str:
        """The language of its texts where it is not that of the form: "en" for a part of a translated form that has no translation."""
        return self._lang

    def say_in(self, language: str) -> None:
        """Note the language of its texts; only who translates a form does, on a copy."""
        self._lang = language


class Option(Part):
    """One thing that can be chosen. `exclusive` clears the other boxes; `group` is the heading it stands under;
    `write_in` asks for words beside it (ethnicity and language only); `counts_as` names the national code a local one is counted under."""

    id: str
    label: str
    hint: str = ""
    group: str = ""
    exclusive: bool = False
    write_in: bool = False
    counts_as: str = ""
    when: Condition | None = None


class Rule(Part):
    """One further demand on an answer, such as `{not_after: today}`; the comparison is one its kind offers."""

    comparison: str
    value: Any = None
    message: str = ""


class Prefill(Part):
    """Where a first answer comes from (`record.<fact>` or `form.<paper>.<path>`) and whether a person must confirm it.

    `confirm: each` asks for every answer by itself, for judgements; `fill: false` fills nothing in and only names what the answer is shown
    beside. For items of a repeat, `where` is what must be true of an item there; its questions are those of the source.
    """

    source: str = Field(alias="from")
    confirm: bool | Literal["each"] = True
    fill: bool = True
    where: Condition | None = None


class Question(Part):
    """One question. `settings` holds the keys of its own kind, in the model that its drawer declares."""

    id: str
    kind: str
    label: str
    hint: str = ""
    short: str = ""
    required: Demand = False
    when: Condition | None = None
    not_known: bool = False
    later: bool = False
    record: str = ""
    prefill: Prefill | None = None
    sensitivity: str = ""
    retain: str = ""
    rules: tuple[Rule, ...] = ()
    errors: dict[str, str] = {}
    autocomplete: str = ""
    settings: Any = None

    _default: str = PrivateAttr(PERSONAL)

    @property
    def kept_as(self) -> str:
        """Which kind of answer this is, of those the council names: what it says itself, else what its form says of all."""
        return self.sensitivity or self._default

    def keep_as(self, sensitivity: str) -> None:
        """Note what its form says of questions that do not say it themselves; only the form does."""
        self._default = sensitivity

    @property
    def words(self) -> str:
        """The words error messages use for this question: `short`, or else the label with a small first letter."""
        if self.short or self.label[1:2].isupper() or self.label[:2] in ("I ", "I'", "I’"):
            return self.short or self.label.rstrip("?")
        return (self.label[:1].lower() + self.label[1:]).rstrip("?")


class Repeat(Part):
    """A repeating group. `inside` nests it in another; `over` makes one item per item of another, keeping its ids."""

    id: str
    title: str
    item: str
    add: str = ""
    min: int = 0
    max: int = 50
    item_label: str = ""
    inside: str = ""
    over: str = ""
    where: Condition | None = None
    people: Literal["", "child", "adult", "professional", "other"] = ""
    prefill: Prefill | None = None


class Page(Part):
    """A page of questions, a stop page or an interruption. `layout: together` shows all items of its repeat at once."""

    id: str
    section: str
    title: str
    type: Literal["questions", "stop", "interrupt"] = "questions"
    when: Condition | None = None
    guidance: str = ""
    repeat: str = ""
    layout: Literal["each", "together"] = "each"
    questions: tuple[Question, ...] = ()


class Section(Part):
    """A heading of the task list."""

    id: str
    title: str
    summary: str = ""


class Send(Part):
    """The last step: its button, the declaration agreed to, and the letters a reference starts with."""

    button: str = "Send"
    declaration: str = ""
    reference_prefix: str = "F"


class Defaults(Part):
    """What holds for every question that does not say otherwise."""

    sensitivity: str = PERSONAL
    retain: dict[str, str] = {}


class Rename(Part):
    """A question or repeat that goes by a new id; its answers go with it."""

    old: str = Field(alias="from")
    new: str = Field(alias="to")


class MapOption(Part):
    """An option of a question that another one stands for now."""

    question: str
    old: str = Field(alias="from")
    new: str = Field(alias="to")


class Move(Part):
    """A question that is asked in a group of items now (`into`), or no longer in one (`out_of`).

    Into a group, an earlier answer goes to its item where there is one alone, and with `each` to every item. Out of a group, it goes along
    where all items gave the same answer. Where that does not decide it, whoever fills the form in does.
    """

    question: str
    into: str = ""
    out_of: str = ""
    each: bool = False


class DeclaredChange(Part):
    """What a new version does to earlier answers, in words a machine can follow; one of these."""

    rename: Rename | None = None
    map_option: MapOption | None = None
    move: Move | None = None


class FormDefinition(Part):
    """A whole form. Look-ups by id are in `index`; `sha256` is the hash of the text it was read from."""

    schema_: int = Field(alias="schema")
    id: str
    title: str
    summary: str = ""
    audience: Literal["public", "staff"]
    defaults: Defaults = Defaults()
    send: Send = Send()
    conditions: dict[str, Condition] = {}
    retired: tuple[str, ...] = ()
    sections: tuple[Section, ...]
    repeats: tuple[Repeat, ...] = ()
    pages: tuple[Page, ...]
    changes: dict[str, tuple[DeclaredChange, ...]] = {}
    sha256: str = ""

    _yaml: YamlText | None = PrivateAttr(None)
    _language: str = PrivateAttr("en")

    @model_validator(mode="after")
    def _tells_its_questions(self) -> Self:
        for page in self.pages:
            for question in page.questions:
                question.keep_as(self.defaults.sensitivity)
        return self

    @property
    def language(self) -> str:
        """The language the form is in: "en", or that of the translation it was made by."""
        return self._language

    def speak(self, language: str) -> None:
        """Note the language of the whole form; only who translates a form does, on a copy."""
        self._language = language

    def remember(self, yaml: YamlText) -> None:
        """Keep the text this was read from, so that faults found later can be placed in it."""
        self._yaml = yaml

    def fault(self, at: Location, code: str, message: str, *, of_key: bool = False) -> Fault:
        """A fault at a place of the text this was read from; of a definition made otherwise, at its beginning."""
        yaml = self._yaml or YamlText(self.id)
        return yaml.fault(at, code, message, of_key=of_key)

    def as_written(self, *keys: str) -> Any:
        """What the text has under these keys, one inside the other, as plain data; None where it has nothing there."""
        found: Any = self._yaml.data if self._yaml else None
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def model_copy(self, **changes: Any) -> FormDefinition:
        """A copy with changes, which makes an index of its own."""
        copy = super().model_copy(**changes)
        copy.__dict__.pop("index", None)
        return copy

    @cached_property
    def index(self) -> Index:
        """Parts by id, and the order in which to judge them; made at the first look."""
        return Index(self)

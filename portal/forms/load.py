"""From YAML text to a `FormDefinition`: shape and types. Whether its parts fit together is for `check`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from portal.errors import PortalError
from portal.forms import check_named, question_kinds
from portal.forms.borrowed_text import filled, still_borrowed
from portal.forms.condition_tree import ConditionFault, nearest, read_another_answer
from portal.forms.kept_reading import read
from portal.forms.model import (
    DeclaredChange,
    Defaults,
    FormDefinition,
    MapOption,
    Move,
    Option,
    Page,
    Part,
    Prefill,
    Question,
    Rename,
    Repeat,
    Rule,
    Section,
    Send,
)
from portal.forms.part_reader import PartReader, keys_of
from portal.forms.yaml_text import MOST_BYTES, Fault, Location, YamlFaults, YamlText

SharedLists = Mapping[str, Sequence[Any]]
"""Lists that forms share, by name (`languages`), each a sequence of options or of their data."""

AnyPart = TypeVar("AnyPart", bound=Part)

_QUESTION_KEYS = frozenset(keys_of(Question)) - {"settings"}
_KEPT = 200
_parsed: dict[tuple[str, str], FormDefinition] = {}


class DefinitionFaults(PortalError):
    """A text is no form definition; `faults` holds everything found wrong, in order of place."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults: list[Fault] = sorted(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def text_of_file(path: Path) -> str:
    """The text of a definition's file. Raises DefinitionFaults for files too large or not in UTF-8; OSError where it cannot be read."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    return decoded(content, str(path))


def decoded(content: bytes, source: str) -> str:
    """The text of a definition's bytes. Raises DefinitionFaults for any encoding but UTF-8, and for files too large."""
    if len(content) > MOST_BYTES:
        raise DefinitionFaults([Fault(source, 1, 1, "too_large", f"is larger than {MOST_BYTES:,} bytes")])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as wrong:
        before = content[: wrong.start]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        raise DefinitionFaults([Fault(source, line, column, "encoding", "is not UTF-8: save the file as UTF-8")]) from wrong


def load_definition(text: str, *, source: str = "the text", shared_lists: SharedLists | None = None) -> FormDefinition:
    """The definition in this text. Raises DefinitionFaults with every fault of form, each with line and column.

    A published text brings the shared lists it names with it, under `council_lists`; they win over those given here.
    It brings the council's texts that it borrows under `council_texts`.
    What was read is kept in memory by the hash of the text (and of the shared lists it names), whatever its source.
    """
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    shared = {name: tuple(options) for name, options in (shared_lists or {}).items()}
    kept = (digest, hashlib.sha256(json.dumps(shared, default=repr, sort_keys=True).encode()).hexdigest())
    if kept not in _parsed:
        definition = _parse(text, source, shared, digest)
        if len(_parsed) >= _KEPT:
            _parsed.pop(next(iter(list(_parsed))), None)
        _parsed[kept] = definition
    return _parsed[kept]


def _parse(text: str, source: str, shared: SharedLists, digest: str) -> FormDefinition:
    try:
        yaml = read(text, source)
    except YamlFaults as wrong:
        raise DefinitionFaults(wrong.faults) from wrong
    reader = _FormReader(yaml, shared)
    definition = reader.form(digest)
    if definition is None or reader.faults:
        raise DefinitionFaults({*reader.faults, *check_named.faults(yaml, reader.sound)})
    definition.remember(yaml)
    return definition


class _FormReader(PartReader):
    """Reads the parts of one form, collecting every fault."""

    def __init__(self, yaml: YamlText, shared: SharedLists):
        super().__init__(yaml)
        self.shared = shared
        self.lists: dict[str, tuple[Option, ...]] = {}
        self.sound: dict[str, Question] = {}
        """Questions read without a fault, by id."""

    def form(self, digest: str) -> FormDefinition | None:
        data = self.yaml.data
        if not isinstance(data, dict):
            self.fault((), "shape", "is not a form: a form is a mapping that starts with `schema: 1`")
            return None
        if data.get("schema", 1) != 1:
            self.fault(("schema",), "schema", f"has schema {data['schema']!r}; this portal reads schema 1")
        data = self.with_texts(data)
        self.lists = self.named("lists", data, self.options)
        self.shared = {**self.shared, **self.named("council_lists", data, self.options)}
        made: dict[str, Any] = {"sections": self.each("sections", data, lambda each, at: self.part(Section, each, at))}
        made["pages"] = self.each("pages", data, self.page)
        made["changes"] = self.named("changes", data, self.changes)
        made["repeats"] = tuple(self.named("repeats", data, self.repeat).values())
        if "send" in data:
            made["send"] = self.part(Send, data["send"], ("send",))
        if "defaults" in data:
            made["defaults"] = self.part(Defaults, data["defaults"], ("defaults",))
        made["sha256"] = digest
        return self.part(FormDefinition, data, (), made=made, also=("lists", "council_lists", "council_texts"), never=("sha256",))

    def with_texts(self, data: dict[str, Any]) -> dict[str, Any]:
        """The data with the council's texts where the form borrows them."""
        texts = data.get("council_texts", {})
        if not isinstance(texts, dict) or not all(isinstance(each, str) for each in texts.values()):
            self.fault(("council_texts",), "shape", "`council_texts` is a mapping of names to texts")
            return data
        whole = filled(data, texts)
        for at, name in still_borrowed(whole):
            self.fault(at, "unknown_text", f"borrows {{service.{name}}}, which is no text of the council's service.yaml")
        return whole

    def page(self, data: Any, at: Location) -> Page | None:
        made = {}
        if isinstance(data, dict) and "questions" in data:
            made["questions"] = self.each("questions", data, self.question, at)
        return self.part(Page, data, at, made=made)

    def repeat(self, data: Any, at: Location) -> Repeat | None:
        made = {"id": at[-1], **self.prefill(data, at)}
        return self.part(Repeat, data, at, made=made, never=("id",))

    def question(self, data: Any, at: Location) -> Question | None:
        if not isinstance(data, dict):
            return self.part(Question, data, at)
        name = data.get("kind")
        if not isinstance(name, str) or name not in question_kinds.kinds():
            if name is not None:
                self.fault((*at, "kind"), "unknown_kind", f"has the kind {name!r}, which is none{nearest(str(name), list(question_kinds.kinds()))}")
            self.part(Question, {key: each for key, each in data.items() if key in _QUESTION_KEYS}, at, made=self._inner(data, at))
            return None
        model = question_kinds.kind(name).settings
        common = {key: each for key, each in data.items() if key in _QUESTION_KEYS}
        own = {key: each for key, each in data.items() if key not in _QUESTION_KEYS}
        before = len(self.faults)
        settings = self.part(model, own, at, made=self._choices(model, own, at), also=tuple(sorted(_QUESTION_KEYS)))
        made = self.part(Question, common, at, made={**self._inner(data, at), "settings": settings}, never=("settings",))
        if made is not None and len(self.faults) == before and self._is_whole(data.get("list")):
            self.sound[made.id] = made
        return made

    def _is_whole(self, name: Any) -> bool:
        """Whether no option of the form's list of this name was left out for a fault."""
        lists = self.yaml.data.get("lists")
        written = lists.get(name) if isinstance(lists, dict) and isinstance(name, str) else None
        return not isinstance(written, list) or len(written) == len(self.lists.get(name, ()))

    def _inner(self, data: dict[str, Any], at: Location) -> dict[str, Any]:
        made = self.prefill(data, at)
        if "rules" in data:
            made["rules"] = self.each("rules", data, self.rule, at)
        return made

    def _choices(self, model: type, own: dict[str, Any], at: Location) -> dict[str, Any]:
        if "options" not in model.model_fields:
            return {}
        if "list" in own and "options" in own:
            self.fault((*at, "list"), "list_and_options", "has both `list` and `options`: keep one", of_key=True)
        if "options" in own:
            return {"options": self.options(own["options"], (*at, "options"))}
        if "list" not in own:
            return {}
        return {"options": self._listed(own["list"], (*at, "list"))}

    def _listed(self, name: Any, at: Location) -> tuple[Option, ...]:
        known = {**self.lists, **{f"council.{each}": options for each, options in self.shared.items()}}
        if not isinstance(name, str) or name not in known:
            self.fault(at, "unknown_list", f"names the list {name!r}, which there is not{nearest(str(name), list(known))}")
            return ()
        return tuple(each if isinstance(each, Option) else Option.model_validate(each) for each in known[name])

    def options(self, data: Any, at: Location) -> tuple[Option, ...]:
        if not isinstance(data, list):
            self.fault(at, "shape", "is a list of options such as {id: …, label: …}")
            return ()
        return self.sequence(data, at, lambda each, place: self.part(Option, each, place))

    def rule(self, data: Any, at: Location) -> Rule | None:
        if not isinstance(data, dict):
            return self.part(Rule, data, at)
        comparisons = [key for key in data if key != "message"]
        if len(comparisons) != 1:
            self.fault(at, "rule", "a rule has one comparison, such as `not_after: today`, and may have a `message`")
            return None
        message = {"message": data["message"]} if "message" in data else {}
        made = {"comparison": comparisons[0], "value": self.rule_value(data[comparisons[0]], (*at, comparisons[0]))}
        return self.part(Rule, message, at, made=made, never=("comparison", "value"))

    def rule_value(self, value: Any, at: Location) -> Any:
        if not isinstance(value, dict):
            return value
        faults: list[ConditionFault] = []
        other = read_another_answer(value, (), faults)
        for fault in faults:
            self.fault((*at, *fault.where), fault.code, fault.message)
        return other

    def changes(self, data: Any, at: Location) -> tuple[DeclaredChange, ...]:
        if not isinstance(data, list):
            self.fault(at, "shape", "is a list of changes such as {rename: {from: …, to: …}}")
            return ()
        return self.sequence(data, at, self.change)

    def change(self, data: Any, at: Location) -> DeclaredChange | None:
        models: dict[str, type[Part]] = {"rename": Rename, "map_option": MapOption, "move": Move}
        named = [key for key in models if isinstance(data, dict) and key in data]
        found = self.part(DeclaredChange, data, at, made={key: self.part(models[key], data[key], (*at, key)) for key in named})
        if found is not None and len(named) != 1:
            self.fault(at, "change_shape", "is one change: {rename: {from: …, to: …}} or {map_option: {question: …, from: …, to: …}} or {move: {question: …, into: …}}")
            return None
        return found

    def prefill(self, data: Any, at: Location) -> dict[str, Any]:
        if not isinstance(data, dict) or "prefill" not in data:
            return {}
        return {"prefill": self.part(Prefill, data["prefill"], (*at, "prefill"))}

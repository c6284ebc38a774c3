"""What a document prints: plain data gathered from a form's shown answers, the record's facts and the council's texts.

Only what documents.yaml binds is there. Hidden answers never are: every answer read here has passed `answers.visible`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.councils import sensitivity
from portal.councils.document_model import Binding, DocumentRule
from portal.councils.library import Council
from portal.documents import answer_tables, printed_facts
from portal.documents.later_forms import LaterForm
from portal.documents.pictures import first_picture
from portal.errors import RuleBroken
from portal.forms import held_back, question_kinds, summary
from portal.forms.answers import get
from portal.forms.conditions import Facts, evaluate, item_of
from portal.forms.model import FormDefinition, Question, Scope
from portal.word.fields import IMAGE, LEFT_OUT, OPTIONAL, TEXT, Shape
from portal.word.formatted import as_typed, of_markdown

FACTS = {
    "document.title": "title of the document, as the council calls it",
    "document.issued_on": "day the document is produced",
    "document.issued_by": "name of the person producing it",
    "submission.reference": "reference of the form that was sent or finalised",
    "submission.sent_on": "day the form was sent or finalised",
    "submission.sent_at": "day and time the form was sent or finalised",
    "submission.sent_by": "who sent or finalised it",
    "submission.form": "title of the form",
    "submission.version": "number of the form's version and of its last change",
    "request.reference": "reference of the request that opened the period of support, or came in last",
    "request.referrer_name": "who sent that request",
    "request.referrer_organisation": "their organisation",
    "record.reference": "reference of the period of support",
    "record.family_name": "last names of the children",
    "record.children_names": "first and last names of the children, joined",
    "record.team_name": "name of the team",
    "record.team_telephone": "telephone of the team, or of the hub where it has none",
    "record.lead_name": "name of the lead professional",
    "record.opened_on": "day the period of support began",
    "record.closed_on": "day it ended",
}
"""Facts a document may print, beside answers and the council's texts."""

KEPT_CONFIDENTIAL = "Address kept confidential"
_SECTION_SHAPE = [{"title": TEXT, "blocks": [{"title": TEXT, "kind": TEXT, "rows": [{"label": TEXT, "text": TEXT, "kind": TEXT}], "unanswered": TEXT}]}]


class BindingBroken(RuleBroken):
    """documents.yaml binds a merge field to something that is not there; the message names the document and the field."""


class WordsMissing(RuleBroken):
    """The document may not go out while something is empty; `missing` names every such thing in words."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(f"It cannot be produced while this is missing: {'; '.join(missing)}")
        self.missing = missing


@dataclass(frozen=True)
class Material:
    """A form with its shown answers, to gather from; `later` is the version that documents bind to where this is an earlier one."""

    definition: FormDefinition
    answers: Mapping[str, Any]
    facts: Facts
    later: LaterForm | None = None

    def own(self, name: str) -> str:
        """This version's id of a question or repeat that a binding names."""
        return self.later.own(name) if self.later else name

    def is_only_later(self, name: str) -> bool:
        """Whether a question or repeat is asked by the later version alone."""
        index = self.definition.index
        asked = {*self.later.definition.index.questions, *self.later.definition.index.repeats} if self.later else ()
        return name in asked and self.own(name) not in {*index.questions, *index.repeats}


@dataclass(frozen=True)
class Sources:
    """Everything a document may draw on. `papers` are the newest finished forms of the episode, by the council's id of their use.

    `read_file` answers the bytes of an attachment by their hash; without it no picture is printed, and a `required` one counts as there where something is attached.
    """

    council: Council
    own: Material
    papers: Mapping[str, Material] = field(default_factory=dict)
    known: Mapping[str, Any] = field(default_factory=dict)
    read_file: Callable[[str], bytes] | None = None


def gather(rule: DocumentRule, sources: Sources) -> dict[str, Any]:
    """The data of one document: every merge name is there, an empty one with the words its binding gives.

    Answers that this copy may not hold (`councils.sensitivity`) are not there: the field is empty, without the words for no answer.
    Raises BindingBroken; WordsMissing with everything that its `required` bindings find empty.
    """
    gatherer = _Gatherer(rule, sources)
    with held_back.reading(sensitivity.of_copy(sources.council, rule)):
        data = {name: gatherer.value(name, binding, ()) for name, binding in rule.fields.items()}
    if gatherer.missing:
        raise WordsMissing(tuple(dict.fromkeys(gatherer.missing)))
    return data


def shape(rule: DocumentRule, council: Council, definitions: Mapping[str, FormDefinition]) -> Shape:
    """What that data looks like, for checking a template; `definitions` are forms by the council's id of their use. Raises BindingBroken."""
    return {name: _shape(rule, name, binding, council, definitions, "") for name, binding in rule.fields.items()}


class _Gatherer:
    """Gathers the values of one document."""

    def __init__(self, rule: DocumentRule, sources: Sources) -> None:
        self.rule = rule
        self.sources = sources
        self.missing: list[str] = []
        self.left_out = printed_facts.left_out(rule, sources.council)

    def value(self, name: str, binding: Binding, scope: Scope) -> Any:
        """The value of one binding, inside the item that `scope` names; what is required and empty is noted in `missing`."""
        material = self._material(name, binding)
        found = self._value(name, binding, material, scope)
        if binding.kind == "rich_text":
            words = found["text"] if isinstance(found, dict) else found
            found = of_markdown(words) if binding.wording or binding.service else as_typed(words)
        skipped = material is not None and binding.when is not None and not binding.repeat and not _holds(binding, material, scope)
        is_there = found.get("text", True) if isinstance(found, dict) else found or self._is_unread(name, binding, material, scope)
        if binding.required and not skipped and not is_there:
            self.missing.append(self._label(binding, material))
        return found

    def _value(self, name: str, binding: Binding, material: Material | None, scope: Scope) -> Any:
        if material is None or (binding.when is not None and not binding.repeat and not _holds(binding, material, scope)):
            return [] if binding.repeat or binding.sections or binding.part == "lines" else binding.empty or ""
        if binding.repeat:
            return self._items(name, binding, material, scope)
        if binding.sections:
            return self._sections(binding, material)
        if binding.kind == "image":
            return self._picture(name, binding, material, scope) or binding.empty or ""
        if binding.question:
            return self._answer(name, binding, material, scope)
        if binding.fact in self.left_out:
            return ""
        return _text_of(self.rule, name, binding, self.sources) or binding.empty or ""

    def _label(self, binding: Binding, material: Material | None) -> str:
        if not binding.question:
            return FACTS.get(binding.fact, binding.fact or binding.repeat or binding.wording or binding.service)
        if material is None:
            return f"a finished form “{self.sources.council.papers[binding.paper].title}”"
        asking = material.later.definition if material.later and material.is_only_later(binding.question) else material.definition
        return f"“{asking.index.questions[binding.question if asking is not material.definition else material.own(binding.question)].label}”"

    def _material(self, name: str, binding: Binding) -> Material | None:
        if not binding.paper or binding.paper == self.rule.paper:
            return self.sources.own
        if self.sources.council.papers.get(binding.paper) is None:
            raise _broken(self.rule, name, f"there is no paper {binding.paper!r}")
        return self.sources.papers.get(binding.paper)

    def _items(self, name: str, binding: Binding, material: Material, scope: Scope) -> list[dict[str, Any]]:
        if material.is_only_later(binding.repeat):
            return []
        repeat = _repeat(self.rule, name, material.definition, material.own(binding.repeat))
        holder: Any = material.answers
        for outer, item_id in scope if repeat.inside else ():
            holder = item_of(holder.get(outer), item_id) or {}
        found = []
        for item in holder.get(repeat.id) or ():
            inner = (*(scope if repeat.inside else ()), (repeat.id, item["_id"]))
            if binding.when is None or _holds(binding, material, inner):
                found.append({key: self.value(f"{name}.{key}", one, inner) for key, one in binding.fields.items()})
        return found

    def _answer(self, name: str, binding: Binding, material: Material, scope: Scope) -> Any:
        if material.later is not None and material.is_only_later(binding.question):
            question, raw = material.later.definition.index.questions[binding.question], None
        else:
            question = _question(self.rule, name, material.definition, material.own(binding.question))
            raw = _raw_answer(material, question, scope)
        if held_back.is_held(question):
            return _nothing(question, binding)
        if binding.part == "id":
            return _ids(raw) or binding.empty or ""
        merged = question_kinds.merge_value(question, raw)
        if _is_hidden(self.rule, question, raw, self.sources.council):
            merged = {**dict.fromkeys(merged, ""), "text": KEPT_CONFIDENTIAL}
        if binding.part == "lines":
            whole = merged["text"] if isinstance(merged, dict) else merged
            return [line for line in whole.splitlines() if line.strip()] or ([binding.empty] if binding.empty else [])
        if binding.part:
            return merged[binding.part] or binding.empty or ""
        if isinstance(merged, dict):
            return merged if merged["text"] else merged | {"text": binding.empty or ""}
        return merged or binding.empty or ""

    def _picture(self, name: str, binding: Binding, material: Material, scope: Scope) -> dict[str, Any] | str | None:
        """Only the file's own copy shows a picture: no proof can read what is in one."""
        raw = self._attached(name, binding, material, scope)
        if self.sources.read_file is None or not raw:
            return None
        label = material.definition.index.questions[material.own(binding.question)].label
        return first_picture(raw, self.sources.read_file, width=binding.width, alt=label)

    def _attached(self, name: str, binding: Binding, material: Material, scope: Scope) -> list[Any]:
        if self.rule.audience != "file" or material.is_only_later(binding.question):
            return []
        question = _question(self.rule, name, material.definition, material.own(binding.question))
        raw = _raw_answer(material, question, scope) if not held_back.is_held(question) else None
        return raw if isinstance(raw, list) else []

    def _is_unread(self, name: str, binding: Binding, material: Material | None, scope: Scope) -> bool:
        """Whether a picture may be in what is attached, which is not read here."""
        return binding.kind == "image" and self.sources.read_file is None and material is not None and bool(self._attached(name, binding, material, scope))

    def _sections(self, binding: Binding, material: Material) -> list[dict[str, Any]]:
        wanted = None if binding.sections == "all" else binding.sections.split()
        found = summary.sections(material.definition, material.answers, material.facts)
        return [self._section(section, material) for section in found if wanted is None or section.id in wanted]

    def _section(self, section: summary.SummarySection, material: Material) -> dict[str, Any]:
        return {"title": section.title, "blocks": answer_tables.tables(section, lambda row: self._row_text(row, material))}

    def _row_text(self, row: summary.SummaryRow, material: Material) -> str:
        question = material.definition.index.questions[row.question_id]
        if _is_hidden(self.rule, question, get(material.answers, row.path), self.sources.council):
            return KEPT_CONFIDENTIAL
        return row.text


def _nothing(question: Question, binding: Binding) -> Any:
    """What stands in a copy for an answer it may not hold: nothing, in the shape of the binding."""
    names = question_kinds.kind(question.kind).merge_names(question) if not binding.part else ()
    return [] if binding.part == "lines" else {**dict.fromkeys(names, ""), "text": ""} if names else ""


def _is_hidden(rule: DocumentRule, question: Question, raw: Any, council: Council) -> bool:
    """Whether an address is one that must stay confidential in a copy that leaves the file. A letter carries its reader's own address."""
    is_letter = council.papers[rule.paper].kind == "letter"
    return question.kind == "address" and isinstance(raw, dict) and bool(raw.get("confidential")) and rule.audience != "file" and not is_letter


def _text_of(rule: DocumentRule, name: str, binding: Binding, sources: Sources) -> str:
    if binding.wording:
        text = sources.council.wording.texts.get(binding.wording)
        if text is None:
            raise _broken(rule, name, f"wording.yaml has no text {binding.wording!r}")
        return text
    if binding.service:
        return _of_service(rule, name, binding.service, sources.council)
    if binding.fact not in FACTS:
        raise _broken(rule, name, f"there is no fact {binding.fact!r}; there are {', '.join(FACTS)}")
    return str(sources.known.get(binding.fact) or "")


def _of_service(rule: DocumentRule, name: str, path: str, council: Council) -> str:
    value: Any = council.service
    for step in path.split("."):
        value = getattr(value, step) if step in getattr(type(value), "model_fields", ()) else None
    if not isinstance(value, str):
        raise _broken(rule, name, f"service.yaml has no text at {path!r}")
    return value


def _raw_answer(material: Material, question: Question, scope: Scope) -> Any:
    """The answer for the item of `scope`: of the same repeat, of one that runs over it or that it runs over, or of the whole form."""
    index = material.definition.index
    holder: Any = material.answers
    for repeat_id in index.chain_of_question(question.id):
        item_id = next((item_id for outer, item_id in scope if outer == repeat_id or _is_over(index, outer, repeat_id)), None)
        holder = item_of(holder.get(repeat_id), item_id) if item_id else None
        if holder is None:
            return None
    return holder.get(question.id)


def _is_over(index: Any, one: str, other: str) -> bool:
    return index.repeats[one].over == other or index.repeats[other].over == one


def _holds(binding: Binding, material: Material, scope: Scope) -> bool:
    assert binding.when is not None
    if material.later is not None:
        return material.later.holds(binding.when, scope)
    return evaluate(binding.when, material.answers, scope, material.facts, material.definition) is True


def _ids(raw: Any) -> str:
    if isinstance(raw, list):
        return " ".join(str(one) for one in raw)
    return "not_known" if question_kinds.is_not_known(raw) else str(raw) if isinstance(raw, (str, int, float)) else ""


def _shape(rule: DocumentRule, name: str, binding: Binding, council: Council, definitions: Mapping[str, FormDefinition], repeat: str) -> Shape:
    if binding.sections:
        return _SECTION_SHAPE
    if not (binding.question or binding.repeat):
        _text_of(rule, name, binding, Sources(council, None, known={}))  # type: ignore[arg-type]
        return LEFT_OUT if binding.fact and any(binding.fact in printed_facts.left_out(one, council) for one in rule.every_copy) else TEXT
    definition = definitions.get(binding.paper or rule.paper)
    if definition is None:
        raise _broken(rule, name, f"there is no paper {binding.paper!r}")
    if binding.repeat:
        _repeat(rule, name, definition, binding.repeat)
        return [{key: _shape(rule, f"{name}.{key}", one, council, definitions, binding.repeat) for key, one in binding.fields.items()}]
    question = _question(rule, name, definition, binding.question)
    if binding.kind == "image" and question.kind != "file":
        raise _broken(rule, name, f"{question.id!r} takes no files; `kind: image` prints a picture that somebody attached")
    asked_in = definition.index.page_of[question.id].repeat
    outside = asked_in and asked_in not in definition.index.chain(repeat) and not (repeat and _is_over(definition.index, repeat, asked_in))
    if outside:
        raise _broken(rule, name, f"{question.id!r} is asked once for each of {asked_in!r}: bind it inside `repeat: {asked_in}`")
    leaf = LEFT_OUT if _is_left_out(rule, question, council) else TEXT if _is_never_empty(binding, question, definition) else OPTIONAL
    if binding.kind != "text":
        return IMAGE if binding.kind == "image" else leaf
    if binding.part == "lines":
        return [TEXT]
    names = question_kinds.kind(question.kind).merge_names(question)
    if binding.part and binding.part != "id" and binding.part not in names:
        raise _broken(rule, name, f"{question.id!r} has no part {binding.part!r}; it has {', '.join((*names, 'id', 'lines'))}")
    return leaf if binding.part or not names else dict.fromkeys(names, TEXT) | {"text": leaf}


def _is_left_out(rule: DocumentRule, question: Question, council: Council) -> bool:
    """Whether some copy of the document may not hold the answer."""
    readers = (sensitivity.of_copy(council, one) for one in rule.every_copy)
    return any(reader is not None and question.kept_as not in reader.reads for reader in readers)


def _is_never_empty(binding: Binding, question: Question, definition: FormDefinition) -> bool:
    """Whether words stand in for no answer, or whether a finished form cannot be without one."""
    asked_always = question.required is True and question.when is None and definition.index.page_of[question.id].when is None and not question.later
    return bool(binding.empty) or binding.required or asked_always and binding.when is None and not binding.paper


def _question(rule: DocumentRule, name: str, definition: FormDefinition, question_id: str) -> Question:
    question = definition.index.questions.get(question_id)
    if question is None:
        raise _broken(rule, name, f"the form {definition.id} has no question {question_id!r}")
    return question


def _repeat(rule: DocumentRule, name: str, definition: FormDefinition, repeat_id: str) -> Any:
    repeat = definition.index.repeats.get(repeat_id)
    if repeat is None:
        raise _broken(rule, name, f"the form {definition.id} has no repeating group {repeat_id!r}")
    return repeat


def _broken(rule: DocumentRule, name: str, what: str) -> BindingBroken:
    return BindingBroken(f"documents.yaml, document {rule.id}, field {name}: {what}")

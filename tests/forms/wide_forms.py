"""Forms of every kind of question made at random from a number, and answers that fill every question, shown or not. Not a council's."""

from __future__ import annotations

import json
from datetime import date
from random import Random
from typing import Any

from portal.forms import question_kinds
from portal.forms.conditions import Facts
from portal.forms.load import load_definition
from portal.forms.model import FormDefinition
from tests.forms.asking import asked

OPTIONS = [{"id": each, "label": each.title()} for each in ("one", "two", "three")]
KEYS: dict[str, dict[str, Any]] = {
    "radios": {"options": OPTIONS},
    "select": {"options": OPTIONS},
    "checkboxes": {"options": [*OPTIONS, {"id": "none", "label": "None", "exclusive": True}]},
    "number": {"min": 0, "max": 9},
    "statement": {"text": "It is **so**."},
    "guidance": {"text": "Read *this*."},
    "date": {"partial": True, "estimated": True},
    "ethnicity": {},
    "language": {},
}
KINDS = tuple(question_kinds.kinds())
FACT, ROLE = "level", "screener"
"""A fact of the record and a role that conditions ask for."""

CANARY = "Canary"
"""What every text that a person could have written begins with."""


def wide_form(seed: int, *, audience: str = "staff") -> FormDefinition:
    """A sound form: every condition fits what it looks at. It may hold questions that are never shown."""
    return load_definition(json.dumps(wide_text(seed, audience=audience), indent=1), source=f"wide-{seed}.yaml")


def wide_text(seed: int, *, audience: str = "staff") -> dict[str, Any]:
    """Its definition as data."""
    return _Making(Random(seed)).form(audience)


class _Making:
    """Makes one form, part after part: conditions look only at what stands before them."""

    def __init__(self, random: Random):
        self.random = random
        self.asked: dict[str, list[dict[str, Any]]] = {"": [], "children": [], "again": [], "adults": [], "links": []}
        self.named: dict[str, Any] = {}
        self.number = 0

    def form(self, audience: str) -> dict[str, Any]:
        pages = [page for place in self._places() for page in self._pages(place)]
        used = {page["repeat"] for page in pages if "repeat" in page}
        repeats = {
            "children": {"title": "Children", "item": "child", "min": self.random.randint(0, 1), "max": 3, "people": "child"},
            "adults": {"title": "Adults", "item": "adult", "max": 3},
            "links": {"title": "Links", "item": "link", "inside": "adults", "over": "children"},
            "again": {"title": "Children again", "item": "child", "over": "children"},
        }
        for name in ("links", "again"):
            if self.asked["children"] and self.random.random() < 0.5:
                repeats[name]["where"] = self._leaf(self.asked["children"])
        return {
            "schema": 1, "id": "wide", "title": "A wide form", "audience": audience, "conditions": self.named,
            "send": {"button": "Send", "declaration": "It is so.", "reference_prefix": "WIDE"},
            "sections": [{"id": "one", "title": "One"}, {"id": "two", "title": "Two"}],
            "repeats": {name: repeat for name, repeat in repeats.items() if name in used},
            "pages": pages,
        }  # fmt: skip

    def _places(self) -> list[str]:
        chosen = [""]
        if self.random.random() < 0.7:
            chosen.append("children")
            if self.random.random() < 0.4:
                chosen.append("again")
        if self.random.random() < 0.5:
            chosen.append("adults")
            if "children" in chosen and self.random.random() < 0.7:
                chosen.append("links")
        return [*chosen, ""]

    def _pages(self, place: str) -> list[dict[str, Any]]:
        made = []
        for _ in range(self.random.randint(1, 2)):
            page: dict[str, Any] = {"id": f"p{self._next()}", "section": self.random.choice(["one", "two"]), "title": f"Page {self.number}"}
            if place:
                page["repeat"] = place
                if self.random.random() < 0.3 and place != "links":
                    page["layout"] = "together"
            if self._seen(place) and self.random.random() < 0.5:
                page["when"] = self._condition(place, 2)
            if not place and "when" in page and self.random.random() < 0.15:
                made.append(page | {"type": self.random.choice(["stop", "interrupt"]), "guidance": "Read this."})
                continue
            page["questions"] = [self._question(place) for _ in range(self.random.randint(1, 4))]
            made.append(page)
        return made

    def _question(self, place: str) -> dict[str, Any]:
        kind = self.random.choice(KINDS)
        question: dict[str, Any] = {"id": f"q{self._next()}", "kind": kind, "label": f"Question {self.number}", **json.loads(json.dumps(KEYS.get(kind, {})))}
        seen = self._seen(place)
        if seen and self.random.random() < 0.6:
            question["when"] = self._condition(place, 2)
        if question_kinds.kind(kind).has_value:
            question["required"] = self._condition(place, 1) if seen and self.random.random() < 0.3 else self.random.random() < 0.3
            question["not_known"] = self.random.random() < 0.2
            if place == "children" and kind == "text":
                question["record"] = "person.last_name"
            self.asked[place].append(question)
        if seen and kind in ("radios", "select") and self.random.random() < 0.3:
            question["options"][0]["when"] = self._condition(place, 1)
        return question

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _seen(self, place: str) -> list[dict[str, Any]]:
        """The questions a condition of this place can look at by name."""
        around = {"": ("",), "children": ("children", ""), "again": ("again", "children", ""), "adults": ("adults", ""), "links": ("links", "adults", "children", "")}[place]
        return [question for each in around for question in self.asked[each]]

    def _condition(self, place: str, depth: int) -> dict[str, Any]:
        way = self.random.choice(["leaf", "leaf", "leaf", "all", "any", "not", "items", "who", "named"] if depth else ["leaf"])
        if way == "who":
            return self.random.choice([{"role": ROLE}, {"record": FACT, "gte": 3}, {"record": FACT, "answered": False}])
        if way == "named" and self.asked[""]:
            name = f"named_{len(self.named)}"
            self.named[name] = self._leaf(self.asked[""])
            return {"use": name}
        if way == "not":
            return {"not": self._condition(place, depth - 1)}
        if way in ("all", "any"):
            return {way: [self._condition(place, depth - 1) for _ in range(self.random.randint(1, 3))]}
        items = [each for each in ("children", "adults") if self.asked[each] and not place]
        if way == "items" and items:
            repeat = self.random.choice(items)
            match = self._leaf(self.asked[repeat])
            return self.random.choice([{"any_item": repeat, "match": match}, {"every_item": repeat, "match": match}, {"count": repeat, "match": match, "gte": 1}, {"count": repeat, "lt": 2}])
        return self._leaf(self._seen(place))

    def _leaf(self, seen: list[dict[str, Any]]) -> dict[str, Any]:
        question = self.random.choice(seen)
        kind = question_kinds.kind(question["kind"])
        comparison = self.random.choice(sorted(kind.comparisons - {"within_days"}))
        value = True if comparison == "answered" else self._value(question, comparison)
        if comparison != "answered" and kind.comparison_fault(asked_of(question), comparison, value):
            return {"question": question["id"], "answered": self.random.random() < 0.7}
        return {"question": question["id"], comparison: value}

    def _value(self, question: dict[str, Any], comparison: str) -> Any:
        if question["kind"] == "date":
            return self.random.choice(["today", "today-1y", "2019-05-04"])
        if question["kind"] in ("number", "scale"):
            return self.random.randint(0, 9)
        options = question_kinds.kind(question["kind"]).options(asked_of(question))
        one = self.random.choice(options).id if options else "x"
        return [one] if comparison == "in" else one


def facts_for(seed: int, today: date) -> Facts:
    """Facts for the form of this number: half of the people who fill it in have the role, and of most the record knows the fact."""
    return Facts(today, roles=frozenset({ROLE} if seed % 2 else ()), record={FACT: seed % 5} if seed % 3 else {})


def asked_of(question: dict[str, Any]) -> Any:
    """The question of this data alone."""
    return asked(question["kind"], **KEYS.get(question["kind"], {}))


def next_text(seed: int) -> dict[str, Any]:
    """A later version of the form of this number: ids of questions and a group have other names, questions that nothing looks at are gone, and kinds change."""
    random, data = Random(-seed), wide_text(seed)
    said = json.dumps(data)
    asked = [(page, question) for page in data["pages"] for question in page.get("questions", ())]
    unused = [(page, question) for page, question in asked if said.count(f'"{question["id"]}"') == 1 and len(page["questions"]) > 1]
    for page, question in random.sample(unused, min(2, len(unused))):
        if len(page["questions"]) > 1:
            page["questions"].remove(question)
            data.setdefault("retired", []).append(question["id"])
    texts = [question for page in data["pages"] for question in page.get("questions", ()) if question["kind"] in ("text", "phone", "yes_no") and "when" not in question]
    for question in random.sample(texts, min(1, len(texts))):
        if said.count(f'"{question["id"]}"') == 1:
            question["kind"] = "long_text"
    ids = [question["id"] for page in data["pages"] for question in page.get("questions", ())]
    renamed = {name: f"{name}_new" for name in random.sample(ids, min(3, len(ids)))} | {"children": "kids"}
    if "children" not in data["repeats"]:
        del renamed["children"]
    written = json.dumps(data)
    for old, new in renamed.items():
        written = written.replace(f'"{old}"', f'"{new}"')
    return json.loads(written) | {"changes": {"2": [{"rename": {"from": old, "to": new}} for old, new in renamed.items()]}}


def filled(form: FormDefinition, seed: int) -> dict[str, Any]:
    """Answers to every question of the form, shown or not; texts are canaries that tell their question. Files are left out."""
    random = Random(seed)
    ids = [f"c{number}" for number in range(random.randint(1, 2))]

    def holder(repeat_id: str, mark: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for question in form.index.questions_of_repeat[repeat_id]:
            value = _answer(question, f"{CANARY}{question.id}x{mark}x", random)
            if value is not None:
                made[question.id] = value
        for repeat in form.index.repeats_inside[repeat_id]:
            made[repeat.id] = [{"_id": one, **holder(repeat.id, f"{mark}{one}")} for one in ids]
        return made

    return holder("", "")


def _answer(question: Any, canary: str, random: Random) -> Any:
    kind = question_kinds.kind(question.kind)
    if not kind.has_value or question.kind == "file" or random.random() < 0.1:
        return None
    if question.kind in ("text", "long_text"):
        return canary
    options = [option.id for option in kind.options(question)]
    if question.kind in ("radios", "select", "yes_no"):
        return random.choice(options)
    if question.kind == "checkboxes":
        return [random.choice(options)]
    value = question_kinds.example(question)
    if question.kind in ("person", "signature"):
        return {key: canary if key in ("first_name", "last_name", "name", "organisation") and text else text for key, text in value.items()}
    if question.kind == "address":
        return {**value, "lines": [canary]}
    return value

"""Small forms made at random, and all the answers that each of them can have: to hold what is said of a form against what comes to pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import strategies as st

from portal.forms import question_kinds
from portal.forms.load import load_definition
from portal.forms.model import FormDefinition

OUTSIDE, INSIDE = ("a", "b", "c", "d"), ("x", "y")
VALUES: dict[str, list[Any]] = {
    "yes_no": ["yes", "no"],
    "radios": ["one", "two", "three"],
    "checkboxes": [["one"], ["two"], ["one", "two"], ["none"]],
    "number": [0, 1, 2],
}
KEYS: dict[str, dict[str, Any]] = {
    "yes_no": {},
    "radios": {"options": [{"id": each, "label": each} for each in ("one", "two", "three")]},
    "checkboxes": {"options": [{"id": "one", "label": "1"}, {"id": "two", "label": "2"}, {"id": "none", "label": "0", "exclusive": True}]},
    "number": {"min": 0, "max": 2},
}
ITEMS = 2


def comparison(draw: Any, question: dict[str, Any]) -> dict[str, Any]:
    """A comparison that the question takes."""
    kind = question["kind"]
    if draw(st.integers(0, 4)) == 0:
        return {"question": question["id"], "answered": draw(st.booleans())}
    if kind == "number":
        return {"question": question["id"], draw(st.sampled_from(["is", "is_not", "lt", "lte", "gt", "gte"])): draw(st.integers(-1, 3))}
    options = ["yes", "no"] if kind == "yes_no" else [each["id"] for each in question["options"]]
    one = st.sampled_from(options)
    if draw(st.integers(0, 3)) == 0:
        return {"question": question["id"], "in": draw(st.lists(one, min_size=1, max_size=2, unique=True))}
    return {"question": question["id"], "has" if kind == "checkboxes" else draw(st.sampled_from(["is", "is_not"])): draw(one)}


def condition(draw: Any, here: list[dict[str, Any]], of_items: list[dict[str, Any]], depth: int = 2) -> dict[str, Any]:
    """A condition over the questions that can be seen, and over items where there are some."""
    ways = (["leaf", "leaf"] if here else []) + (["all", "any", "not"] if depth and here else []) + (["items"] if of_items else [])
    way = draw(st.sampled_from(ways))
    if way == "leaf":
        return comparison(draw, draw(st.sampled_from(here)))
    if way == "not":
        return {"not": condition(draw, here, of_items, depth - 1)}
    if way in ("all", "any"):
        return {way: [condition(draw, here, of_items, depth - 1) for _ in range(draw(st.integers(1, 3)))]}
    match = condition(draw, [*of_items, *here], [], 1)
    over = draw(st.sampled_from(["any_item", "every_item", "count", "count all"]))
    if over == "count all":
        return {"count": "items", draw(st.sampled_from(["gte", "is", "lt"])): draw(st.integers(0, 3))}
    return {"count": "items", "match": match, draw(st.sampled_from(["gte", "is", "lt"])): draw(st.integers(0, 2))} if over == "count" else {over: "items", "match": match}


@st.composite
def small_forms(draw: Any, *, repeats: bool = True) -> FormDefinition:
    """A form of two to four questions on pages of one or two, with or without a repeat of one or two more."""
    asked: list[dict[str, Any]] = []
    of_items: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = []
    names = iter(OUTSIDE)
    left = draw(st.integers(2, 4))
    with_items = repeats and draw(st.booleans())
    if with_items:
        left = min(left, 2)
    while left > 0:
        page: dict[str, Any] = {"id": f"p{len(pages)}", "section": "s", "title": "Page"}
        if asked and draw(st.booleans()):
            page["when"] = condition(draw, asked, of_items)
        if asked and draw(st.integers(0, 5)) == 0:
            pages.append(page | {"type": "stop", "when": page.get("when") or comparison(draw, draw(st.sampled_from(asked)))})
            continue
        inside = with_items and not of_items and draw(st.booleans())
        questions = []
        for name in list(INSIDE[: draw(st.integers(1, 2))]) if inside else [next(names) for _ in range(min(left, draw(st.integers(1, 2))))]:
            kind = draw(st.sampled_from(sorted(VALUES)))
            question = {"id": name, "kind": kind, "label": name, **json.loads(json.dumps(KEYS[kind]))}
            if draw(st.booleans()) and kind in ("yes_no", "radios"):
                question["not_known"] = True
            seen = [*asked, *questions] if inside or not questions else [*asked, *questions]
            if seen and draw(st.booleans()):
                question["when"] = condition(draw, seen, [] if inside else of_items)
            if seen and draw(st.booleans()):
                question["required"] = draw(st.booleans()) or condition(draw, seen, [] if inside else of_items)
            if seen and kind == "radios" and draw(st.integers(0, 2)) == 0:
                question["options"][0]["when"] = condition(draw, seen, [] if inside else of_items)
            questions.append(question)
        if inside:
            of_items = questions
            page["repeat"] = "items"
        else:
            asked += questions
            left -= len(questions)
        pages.append(page | {"questions": questions})
    form: dict[str, Any] = {"schema": 1, "id": "small", "title": "Small", "audience": "staff", "sections": [{"id": "s", "title": "S"}]}
    if of_items:
        form["repeats"] = {"items": {"title": "Items", "item": "item", "max": ITEMS}}
    return load_definition(json.dumps(form | {"pages": pages}, indent=1), source="small.yaml")


def all_answers(form: FormDefinition) -> Iterator[dict[str, Any]]:
    """Every set of answers to a small form: each question with each value or none, and up to two items."""
    outside = [page_question for page in form.pages if not page.repeat for page_question in page.questions]
    inside = [question for page in form.pages if page.repeat for question in page.questions]
    holders = list(_holders(outside))
    if not form.repeats:
        yield from holders
        return
    items = list(_holders(inside))
    for answers in holders:
        for count in range(ITEMS + 1):
            for chosen in product(items, repeat=count):
                yield answers | {"items": [{"_id": f"i{place}", **item} for place, item in enumerate(chosen)]}


def _holders(questions: list[Any]) -> Iterator[dict[str, Any]]:
    choices = [[None, *VALUES[question.kind], *([dict(question_kinds.NOT_KNOWN)] if question.not_known else [])] for question in questions]
    for values in product(*choices):
        yield {question.id: value for question, value in zip(questions, values, strict=True) if value is not None}

"""Pairs of small forms, the second made from the first by a few edits as somebody would make them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from portal.forms import check
from portal.forms.load import load_definition
from portal.forms.model import FormDefinition
from tests.forms.small_forms import KEYS, VALUES, comparison, small_forms

UNSOUND = {"unknown_question", "unknown_option", "wrong_comparison", "cycle", "out_of_reach", "settings", "no_pages", "empty_page", "repeat_unused", "unknown_repeat", "retired_id",
           "stop_always", "bad_item_label", "min_above_max", "question_in_two_repeats", "duplicate_id", "change_id_in_use", "change_unknown", "change_option_unknown",
           "change_option_in_use", "change_without_options", "change_twice", "change_move"}  # fmt: skip
"""Faults with which no version is published; small forms may still hold conditions that are never true."""


def data_of(form: FormDefinition) -> dict[str, Any]:
    """The text of a small form as plain data."""
    return json.loads(json.dumps(form.as_written()))


def form_of(data: dict[str, Any]) -> FormDefinition:
    """The form of such data."""
    return load_definition(json.dumps(data, indent=1), source="small.yaml")


def is_sound(form: FormDefinition) -> bool:
    """Whether this could be published, but for conditions that are never true."""
    return not {fault.code for fault in check.faults(form)} & UNSOUND


@st.composite
def successors(draw: Any, form: FormDefinition, *, number: int = 2, edits: int = 3) -> FormDefinition:
    """A later version of a form."""
    data = data_of(form)
    for _ in range(draw(st.integers(1, edits))):
        _edit(draw, data, number)
    made = form_of(data)
    assume(is_sound(made))
    return made


@st.composite
def pairs(draw: Any) -> tuple[FormDefinition, FormDefinition]:
    """A form and a later version of it."""
    old = draw(small_forms())
    return old, draw(successors(old))


def _asked(data: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(page, question) for page in data["pages"] for question in page.get("questions", ())]


def _edit(draw: Any, data: dict[str, Any], number: int) -> None:
    asked = _asked(data)
    if not asked:
        return
    page, question = draw(st.sampled_from(asked))
    others = [each for where, each in asked if each is not question and not where.get("repeat")]
    way = draw(st.sampled_from(["label", "remove", "add", "kind", "option gone", "option new", "option mapped", "rename", "required", "when", "when gone", "not known", "move", "limits", "items", "regroup"]))
    if way == "label":
        question["label"] += " (again)"
    elif way == "remove" and len(page["questions"]) > 1:
        page["questions"].remove(question)
        data.setdefault("retired", []).append(question["id"])
    elif way == "add":
        page["questions"].append({"id": f"n{number}", "kind": "yes_no", "label": "New", "required": draw(st.booleans())})
    elif way == "kind":
        kind = draw(st.sampled_from([*VALUES, "text", "long_text", "select"]))
        for key in ("options", "min", "max"):
            question.pop(key, None)
        question.update(kind=kind, **json.loads(json.dumps(KEYS["radios"] if kind == "select" else KEYS.get(kind, {}))))
    elif way == "option gone" and len(question.get("options", ())) > 2:
        question["options"].pop(draw(st.integers(0, len(question["options"]) - 1)))
    elif way == "option new" and "options" in question:
        question["options"].append({"id": f"o{number}", "label": "Other"})
    elif way == "option mapped" and len(question.get("options", ())) > 2:
        gone = question["options"].pop(draw(st.integers(0, len(question["options"]) - 1)))
        _declare(data, number, {"map_option": {"question": question["id"], "from": gone["id"], "to": draw(st.sampled_from(question["options"]))["id"]}})
        _call_otherwise(data, question["id"], gone["id"], data["changes"][str(number)][-1]["map_option"]["to"])
    elif way == "rename":
        _rename(data, question["id"], f"{question['id']}{number}", number)
    elif way == "required":
        question["required"] = draw(st.booleans())
    elif way == "when" and others:
        question["when"] = comparison(draw, draw(st.sampled_from([each for each in others if each["kind"] in VALUES] or others))) if all(each["kind"] in VALUES for each in others) else {"question": others[0]["id"], "answered": True}
    elif way == "when gone":
        draw(st.sampled_from([page, question])).pop("when", None) if page.get("type") != "stop" else None
    elif way == "not known" and question["kind"] in ("yes_no", "radios"):
        question["not_known"] = not question.get("not_known", False)
    elif way == "move":
        data["pages"].append(data["pages"].pop(data["pages"].index(page)))
    elif way == "limits" and question["kind"] == "number":
        question["max"] = draw(st.integers(0, 3))
    elif way == "regroup" and len(page["questions"]) > 1:
        _regroup(draw, data, number, page, question)
    elif way == "items" and "repeats" in data:
        data["repeats"]["items"].update(max=draw(st.integers(1, 3)), min=draw(st.integers(0, 1)))


def _regroup(draw: Any, data: dict[str, Any], number: int, page: dict[str, Any], question: dict[str, Any]) -> None:
    """Ask a question inside the group instead of outside, or the other way round, and mostly say so."""
    others = [each for each in data["pages"] if each.get("questions") and bool(each.get("repeat")) != bool(page.get("repeat"))]
    if not others:
        return
    page["questions"].remove(question)
    there = draw(st.sampled_from(others))
    there["questions"].append(question)
    move = {"out_of": page["repeat"]} if page.get("repeat") else {"into": there["repeat"], **({"each": True} if draw(st.booleans()) else {})}
    if draw(st.integers(0, 3)):
        _declare(data, number, {"move": {"question": question["id"], **move}})


def _declare(data: dict[str, Any], number: int, change: dict[str, Any]) -> None:
    data.setdefault("changes", {}).setdefault(str(number), []).append(change)


def _rename(data: dict[str, Any], old: str, new: str, number: int) -> None:
    earlier = data.pop("changes", {})
    text = json.dumps(data).replace(f'"id": "{old}"', f'"id": "{new}"').replace(f'"question": "{old}"', f'"question": "{new}"')
    data.clear()
    data.update(json.loads(text))
    if earlier:
        data["changes"] = earlier
    _declare(data, number, {"rename": {"from": old, "to": new}})


def _call_otherwise(value: Any, question: str, gone: str, now: str) -> None:
    """Let conditions ask for the option that another has become."""
    if isinstance(value, dict):
        if value.get("question") == question and "map_option" not in value:
            for key in ("is", "is_not", "has", "in"):
                if value.get(key) == gone:
                    value[key] = now
                elif isinstance(value.get(key), list):
                    value[key] = list(dict.fromkeys(now if each == gone else each for each in value[key]))
        for key, each in value.items():
            if key != "changes":
                _call_otherwise(each, question, gone, now)
    elif isinstance(value, list):
        for each in value:
            _call_otherwise(each, question, gone, now)

"""The answers of the stories told in the browser: made from the examples of the council, about the family of the short request."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal import timekeeping
from portal.demo_answers import fitted
from tests.submissions.filler import example

AS_OF = date(2026, 6, 12)
THE_HOLTS = {
    "Amara Okafor-Reid": "Jamie Holt",
    "Ifeoma Okafor": "Carly Holt",
    "Okafor-Reid": "Holt",
    "Okafor": "Holt",
    "Amara": "Jamie",
    "Ifeoma": "Carly",
}


def told(name: str, *, most: int = 1, **also: Any) -> dict[str, Any]:
    """Example answers about the Holts, written this week, with at most so many items in each repeating group."""
    answers = fitted(example("hackney", name), as_of=AS_OF, on=timekeeping.today(), names=THE_HOLTS)
    return _shortened(answers, most) | also


def _shortened(answers: dict[str, Any], most: int) -> dict[str, Any]:
    def short(value: Any) -> Any:
        if isinstance(value, list) and value and isinstance(value[0], dict) and "_id" in value[0]:
            return [{key: short(each) for key, each in item.items()} for item in value[:most]]
        return value

    return {key: short(value) for key, value in answers.items()}

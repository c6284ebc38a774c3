"""What checking a form of a thousand questions costs after it was parsed: chains of conditions, conditions of every kind, items."""

from __future__ import annotations

import time

from portal.councils.library import council
from portal.forms.check import faults
from portal.forms.load import load_definition
from portal.forms.model import FormDefinition

QUESTIONS = 1000
ROUNDS = 3
_HEAD = "schema: 1\nid: long\ntitle: Long\naudience: staff\nsections: [{id: one, title: One}]\n"
_KINDS = ("yes_no", "number, min: 0, max: 9", "date", "checkboxes, options: [{id: a, label: A}, {id: b, label: B}, {id: c, label: C}]")


def _chained(step: int) -> FormDefinition:
    lines = []
    for number in range(QUESTIONS):
        if number % 20 == 0:
            lines.append(f"  - id: p{number}\n    section: one\n    title: Page {number}\n    questions:")
        other = number - step
        when = f', when: {{question: q{other}, is: "yes"}}' if 0 <= other < QUESTIONS else ""
        lines.append(f"      - {{id: q{number}, kind: yes_no, label: Question {number}, required: true{when}}}")
    return load_definition(_HEAD + "pages:\n" + "\n".join(lines))


def _mixed() -> FormDefinition:
    """Every question looks at others of several kinds, through `any`, `all`, `not`, counts and items; pages have conditions too."""
    lines = ["repeats: {items: {title: Items, item: item, max: 9}}", "pages:", "  - {id: first, section: one, title: First, repeat: items, questions: [{id: own, kind: yes_no, label: Own}]}"]
    for number in range(QUESTIONS):
        if number % 10 == 0:
            when = f"\n    when: {{any: [{_leaf(number - 20)}, {{count: items, gte: 2}}]}}" if number >= 40 else ""
            lines.append(f"  - id: p{number}\n    section: one\n    title: Page {number}{when}\n    questions:")
        when = ""
        if number >= 8 and number % 2:
            two = f"{{any: [{_leaf(number - 3)}, {{not: {_leaf(number - 5)}}}]}}"
            when = f', when: {{all: [{_leaf(number - 1)}, {two}, {{any: [{_leaf(number - 8)}, {{any_item: items, match: {{question: own, is: "yes"}}}}]}}]}}'
        lines.append(f"      - {{id: q{number}, kind: {_KINDS[number % 4]}, label: Question {number}{when}}}")
    return load_definition(_HEAD + "\n".join(lines))


def _leaf(number: int) -> str:
    return (
        f'{{question: q{number}, is: "yes"}}',
        f"{{question: q{number}, gte: {number % 9}}}",
        f'{{question: q{number}, before: "today-1y"}}',
        f"{{question: q{number}, has: b}}",
    )[number % 4]


def linter() -> None:
    """Times the linter on each form and prints milliseconds and how many faults there are."""
    forms = {"1,000 questions, each shown by the last": _chained(1), "1,000, each shown by the next": _chained(-1), "1,000, conditions of every kind": _mixed()}
    pack = council("hackney")
    largest = max((pack.form(form_id) for form_id in pack.form_ids()), key=lambda form: len(form.index.questions))
    forms[f"{largest.id}, {len(largest.index.questions)} questions"] = largest
    print(f"\n{'linter, after parsing':<60} {'CPU ms':>8} {'faults':>7}")
    for name, form in forms.items():
        times, found = [], 0
        for _ in range(ROUNDS):
            fresh = form.model_copy()
            began = time.process_time()
            found = len(faults(fresh))
            times.append(time.process_time() - began)
        print(f"{name:<60} {min(times) * 1e3:8.0f} {found:7d}")


if __name__ == "__main__":
    linter()

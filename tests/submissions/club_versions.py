"""The holiday club's form over the years: what each version changed, so that all three classes of change are there."""

from __future__ import annotations

from typing import Any

from portal.submissions import drafts, new_version
from portal.submissions.drafts import Start
from portal.submissions.models import Submission
from portal.submissions.new_version import Proposal
from tests.submissions.made_up import CLUB, REFERRER, published

FORM = "holiday_club"
NAME = f"hackney/{FORM}"
FIRST = CLUB
HARMLESS = CLUB.replace("label: Which badge?", "label: Which swimming badge?")
NEEDS = CLUB.replace("label: Last name,", "label: Last name, required: true,")
SECOND = (
    HARMLESS.replace("id: first_name,", "id: given_name,").replace("{first_name} {last_name}", "{given_name} {last_name}").replace("{children.first_name}", "{children.given_name}")
    + 'changes: {"2": [{rename: {from: first_name, to: given_name}}]}\n'
)
"""The first name has another id, and one label other words."""
THIRD = (
    SECOND.replace("retired: [old_question]", "retired: [old_question, goggles, which_town]")
    .replace("\n      - {id: which_town, kind: text, label: Which town do you live in?, short: the town, when: {question: lives_here, is: \"no\"}, required: true}", "")
    .replace("\n  - {id: too_far, section: start, type: stop, title: This club is too far away, when: {question: which_town, is: Farland}}", "")
    .replace("{id: goggles, kind: number, label: How many goggles?, required: {count: children, gte: 2}}", "{id: armbands, kind: yes_no, label: Does anybody need armbands?, required: true}")
    .replace(', {id: unsure, label: Not sure}]', "]")
    .replace('{rename: {from: first_name, to: given_name}}]', '{rename: {from: first_name, to: given_name}}], "3": [{map_option: {question: swims, from: unsure, to: "no"}}]')
)
"""The town and the goggles are asked no more, armbands are, and "Not sure" has become "No"."""

MOVED = (
    FIRST.replace("\n      - {id: lives_here, kind: yes_no, label: Do you live in the town?, required: true}", "\n      - {id: lives_here, kind: yes_no, label: Do you live in the town?, required: true}\n      - {id: shoes, kind: text, label: Which size of shoes?}")
)
"""The club asks once for a size of shoes; in a later version it asks for each child."""
MOVED_IN = FIRST.replace("- {id: last_name, kind: text, label: Last name", "- {id: shoes, kind: text, label: Which size of shoes?}\n      - {id: last_name, kind: text, label: Last name") + 'changes: {"2": [{move: {question: shoes, into: children}}]}\n'

ASHA = {"lives_here": "yes", "children": [{"_id": "c1", "first_name": "Asha", "last_name": "Patel", "collected": "yes", "swims": "yes", "badge": "Bronze"}], "first_day": "2030-07-29"}
FAR = {"lives_here": "no", "which_town": "Nearby", "children": [{"_id": "c1", "first_name": "Ravi", "collected": "no", "swims": "unsure"}], "first_day": "2030-07-29"}


def a_draft(answers: dict[str, Any], text: str = FIRST, *, key: str = "") -> Submission:
    """A draft of this version with these answers."""
    return drafts.start(published(text, FORM), by=REFERRER, first=Start(answers=answers, key=key))


def proposed(text: str) -> Proposal:
    """This text as the next version, with the open drafts looked at."""
    found = new_version.proposal(FORM, text)
    assert found.faults == [], "\n".join(map(str, found.faults))
    return new_version.looked_at(found)

HELD_TO = """schema: 1
form: holiday_club
today: "2026-06-15"
scenarios:
  - id: lives_here
    name: Whoever lives here goes on
    answers: {lives_here: "yes", children: [{_id: c1, first_name: Asha, last_name: Patel, collected: "yes", swims: "yes", badge: Bronze}], first_day: "2030-07-29"}
    expect: {not_seen: [too_far]}
"""
"""A scenario that the first version and the harmless one keep."""

"""Forms of a thousand questions: the work grows with the questions, not with their square, and no chain is too long."""

import pytest

from portal.forms import answers
from portal.forms.answers import visible
from portal.forms.check import faults
from portal.forms.conditions import Judge
from portal.forms.journey import Journey
from portal.forms.load import load_definition
from portal.forms.validate import problems
from tests.forms.holiday_club import FACTS


def chained(count, *, backwards=False):
    """A form where each question needs the one before it (or, backwards, the one after it)."""
    lines = ["schema: 1", "id: long", "title: Long", "audience: staff", "sections: [{id: one, title: One}]", "pages:"]
    for number in range(count):
        if number % 20 == 0:
            lines.append(f"  - id: p{number}\n    section: one\n    title: Page {number}\n    questions:")
        other = number + 1 if backwards else number - 1
        when = f', when: {{question: q{other}, is: "yes"}}' if 0 <= other < count else ""
        lines.append(f"      - {{id: q{number}, kind: yes_no, label: Question {number}, required: true{when}}}")
    return load_definition("\n".join(lines))


@pytest.fixture
def judged(monkeypatch):
    """How many conditions are judged."""
    counted = {"judged": 0}
    judge = Judge.judge

    def counting(self, condition, scope=()):
        counted["judged"] += 1
        return judge(self, condition, scope)

    monkeypatch.setattr(Judge, "judge", counting)
    return counted


@pytest.mark.parametrize("backwards", [False, True])
def test_a_chain_of_a_thousand_questions_is_shown_to_its_end_and_hidden_from_its_break(backwards):
    form = chained(1000, backwards=backwards)
    given = {f"q{number}": "yes" for number in range(1000)}
    assert faults(form) == []
    assert len(visible(form, given, FACTS).answers) == 1000
    broken = visible(form, {**given, "q500": "no"}, FACTS)
    assert len(broken.answers) == (500 if backwards else 501)
    assert len(broken.hidden) == (500 if backwards else 499)


def test_each_condition_is_judged_once_to_find_what_is_shown(judged):
    form = chained(1000)
    visible(form, {f"q{number}": "yes" for number in range(1000)}, FACTS)
    assert judged["judged"] == 999


def test_a_page_of_a_long_form_judges_no_more_than_what_is_shown(judged):
    form = chained(1000)
    way = Journey(form, {f"q{number}": "yes" for number in range(1000)}, FACTS)
    way.blocks(way.find("p500"))
    way.after(way.find("p500"))
    assert judged["judged"] == 999


def test_twice_the_items_are_twice_the_work(judged):
    text = """
schema: 1
id: items
title: Items
audience: staff
sections: [{id: one, title: One}]
repeats: {pets: {title: Pets, item: pet, max: 200}}
pages:
  - {id: p, section: one, title: P, repeat: pets, questions: [{id: pet, kind: yes_no, label: Pet}, {id: why, kind: text, label: Why, when: {question: pet, is: "no"}}]}
"""
    form = load_definition(text)
    work = []
    for count in (50, 100):
        judged["judged"] = 0
        given = {"pets": [{"_id": f"p{number}", "pet": "no", "why": "x"} for number in range(count)]}
        assert problems(form, given, FACTS) == []
        work.append(judged["judged"])
    assert work[1] == 2 * work[0]


def test_many_items_keep_their_order_when_one_is_moved():
    given = {}
    for number in range(60):
        given = answers.add_item(given, "pets", f"p{number}")
    moved = answers.move_item(given, "pets.p59", -59)
    assert [item["_id"] for item in moved["pets"]][:3] == ["p59", "p0", "p1"]

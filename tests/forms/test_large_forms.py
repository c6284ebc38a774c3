"""Forms of a thousand questions: the work grows with the questions, not with their square, and no chain is too long."""

import pytest
from werkzeug.datastructures import MultiDict

from portal.forms import answers
from portal.forms.answers import visible
from portal.forms.check import faults
from portal.forms.conditions import Judge
from portal.forms.journey import Journey
from portal.forms.load import load_definition
from portal.forms.page_form import build
from portal.forms.validate import problems, problems_on
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
    assert len(visible(form, {f"q{number}": "yes" for number in range(1000)}, FACTS).questions) == 1000
    assert judged["judged"] == 999


def test_a_page_of_a_long_form_judges_no_more_than_what_it_hangs_on(judged):
    form = chained(1000)
    way = Journey(form, {f"q{number}": "yes" for number in range(1000)}, FACTS)
    step = way.find("p500")
    assert len(way.blocks(step)[0].questions) == 20
    assert way.after(step).page.id == "p520" and way.before(step).page.id == "p480"
    assert judged["judged"] == 520, "each of the questions up to the first of the next page, once"


def spread(count):
    """A form of pages of 20 questions: on each, every fourth hangs on the first of the page; every tenth page may not be shown, one ends the way."""
    lines = ["schema: 1", "id: long", "title: Long", "audience: public", "sections: [{id: one, title: One}]", "pages:"]
    lines.append("  - {id: home, section: one, title: Home, questions: [{id: here, kind: yes_no, label: Here, required: true}]}")
    lines.append('  - {id: away, section: one, title: Away, type: stop, when: {question: here, is: "no"}}')
    for number in range(count):
        if number % 20 == 0:
            when = 'when: {question: here, is: "yes"}, ' if number % 200 == 0 else ""
            lines.append(f"  - id: p{number}\n    section: one\n    title: Page {number}\n    {when and when.rstrip(', ')}\n    questions:")
        when = f', when: {{question: q{number - number % 20}, is: "yes"}}' if number % 4 == 3 else ""
        lines.append(f"      - {{id: q{number}, kind: yes_no, label: Question {number}{when}}}")
    return load_definition("\n".join(lines))


@pytest.mark.parametrize("given", ["nothing", "everything"])
def test_a_page_of_a_thousand_questions_is_as_much_work_as_one_of_twenty(judged, given):
    """What is decided to show a page, to read it when it is posted, and to find what comes before and after."""
    work = {}
    for count in (20, 1000):
        form = spread(count)
        answers_given = {"here": "yes"} | ({f"q{number}": "yes" for number in range(count)} if given == "everything" else {})
        judged["judged"] = 0
        way = Journey(form, answers_given, FACTS)
        page = build(form, way.blocks(way.find("p0")), answers_given, {}, FACTS, formdata=MultiDict([("_shown", "q0"), ("q0", "yes")]))
        page.read()
        way.before(way.find("p0")), way.after(way.find("p0")), problems_on(way, way.find("p0"))
        work[count] = judged["judged"], len(way.visible._settled)
    assert work[1000][0] <= work[20][0] + 2
    assert work[1000][1] <= work[20][1] + 2


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

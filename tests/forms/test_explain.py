"""Why something is shown, leaf by leaf."""

import pytest

from portal.forms.answers import visible
from portal.forms.condition_tree import parse
from portal.forms.explain import NothingThere, line_of, why, why_at
from tests.forms.holiday_club import FACTS, THE_PATELS, holiday_club


def told(raw, scope=()):
    shown = visible(holiday_club(), THE_PATELS, FACTS).answers
    return [line_of(reason).removeprefix("  ") for reason in why(holiday_club(), parse(raw), shown, scope, FACTS)]


def test_a_condition_is_told_by_the_labels_of_the_form():
    condition = {"all": [{"question": "lives_here", "is": "yes"}, {"not": {"question": "which_town", "is": "Farland"}}, {"question": "goggles", "gte": 2}]}
    assert told(condition) == [
        "all of these: no",
        "  “Do you live in the town?” is Yes: yes (answered: Yes)",
        "  not this: unknown",
        "    “Which town do you live in?” is Farland: unknown",
        "  “How many goggles?” is 2 or more: no (answered: 1)",
    ]


def test_named_conditions_and_items_are_gone_into():
    assert told({"use": "somebody_swims"}) == [
        "the condition “somebody_swims”: yes",
        "  for at least one child: yes",
        "    “Can the child swim?” is Yes: yes (answered: Yes)",
        "    “Can the child swim?” is Yes: no (answered: No)",
    ]


def test_counts_roles_facts_and_answered_are_told():
    assert told({"count": "children", "gte": 2}) == ["the number of items in “Children” is 2 or more: yes"]
    assert told({"role": "leader"}) == ["you have the role “leader”: no"]
    assert told({"record": "level", "in": [2, 3]}) == ["in the record, “level” is one of 2 or 3: unknown"]
    assert told({"question": "last_day", "answered": False}) == ["“Last day” is not answered: yes"]
    assert told({"every_item": "children", "match": {"question": "first_name", "answered": True}})[0] == "for every child: yes"


def test_a_page_and_a_question_of_an_item_tell_why_they_are_shown_or_not():
    seen = visible(holiday_club(), THE_PATELS, FACTS)
    assert why_at(holiday_club(), "children.c2.badge", seen, FACTS) == [
        "children.c2.badge is not shown",
        "the question is shown when:",
        "  “Can the child swim?” is Yes: no (answered: No)",
    ]
    assert why_at(holiday_club(), "pool", seen, FACTS)[:3] == ["pool is shown", "its page is shown when:", "  the condition “somebody_swims”: yes"]
    with pytest.raises(NothingThere, match="no page 'garden'"):
        why_at(holiday_club(), "garden", seen, FACTS)

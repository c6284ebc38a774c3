"""Conditions in three values: what makes them true, false or unknown, in and outside repeats."""

import json
from datetime import date

import pytest

from portal.forms.condition_tree import AllOf, Compare, ConditionFaults, Not, parse
from portal.forms.conditions import Facts, evaluate, holds_of
from tests.forms.holiday_club import FACTS, THE_PATELS, TODAY, holiday_club

C1 = (("children", "c1"),)
C2 = (("children", "c2"),)
MEERA_AND_ASHA = (("adults", "a1"), ("may_collect", "c1"))


def judge(raw, answers=None, scope=(), facts=FACTS):
    return evaluate(parse(raw), THE_PATELS if answers is None else answers, scope, facts, holiday_club())


def test_an_answer_is_compared_and_a_missing_one_is_unknown():
    assert judge({"question": "lives_here", "is": "yes"}) is True
    assert judge({"question": "lives_here", "is": "no"}) is False
    assert judge({"question": "which_town", "is": "Farland"}) is None


def test_an_item_of_another_form_is_judged_by_itself():
    item = {"status": "not_done", "by": "2026-05-01", "who": ""}
    told = {
        True: ['{"question": "status", "in": ["not_done", "late"]}', '{"question": "by", "before": "today"}', '{"question": "who", "answered": false}'],
        False: ['{"not": {"question": "status", "is": "not_done"}}', '{"all": [{"question": "status", "is": "done"}, {"question": "who", "is": "Ann"}]}'],
        None: ['{"question": "who", "is": "Ann"}', '{"any": [{"question": "status", "is": "done"}, {"question": "who", "is": "Ann"}]}'],
    }
    assert {verdict: {holds_of(parse(json.loads(text)), item, TODAY) for text in texts} for verdict, texts in told.items()} == {True: {True}, False: {False}, None: {None}}
    with pytest.raises(TypeError, match="judged of an item alone"):
        holds_of(parse({"role": "coach"}), item, TODAY)


def test_answered_is_never_unknown():
    assert judge({"question": "which_town", "answered": True}) is False
    assert judge({"question": "which_town", "answered": False}) is True
    assert judge({"question": "lives_here", "answered": True}) is True


def test_not_known_is_an_answer_that_decides_nothing_else():
    answers = {"children": [{"_id": "c1", "badge": {"not_known": True}}]}
    assert judge({"question": "badge", "answered": True}, answers, C1) is True
    assert judge({"question": "badge", "is": "Gold"}, answers, C1) is None
    assert judge({"question": "badge", "is_not": "Gold"}, answers, C1) is None


TABLES = {
    "all": {"TT": True, "TF": False, "TU": None, "FT": False, "FF": False, "FU": False, "UT": None, "UF": False, "UU": None, "T": True, "F": False, "U": None},
    "any": {"TT": True, "TF": True, "TU": True, "FT": True, "FF": False, "FU": None, "UT": True, "UF": None, "UU": None, "T": True, "F": False, "U": None},
}  # fmt: skip
LEAVES = {
    "T": {"question": "lives_here", "is": "yes"},
    "F": {"question": "lives_here", "is": "no"},
    "U": {"question": "which_town", "is": "Farland"},
}


@pytest.mark.parametrize("join", TABLES)
def test_all_and_any_keep_unknown_apart_from_false(join):
    assert {parts: judge({join: [LEAVES[part] for part in parts]}) for parts in TABLES[join]} == TABLES[join]


def test_not_unknown_is_unknown():
    assert [judge({"not": LEAVES[part]}) for part in "TFU"] == [False, True, None]
    assert judge({"not": {"not": LEAVES["U"]}}) is None


def test_inside_a_repeat_a_name_means_the_same_item():
    assert judge({"question": "swims", "is": "yes"}, scope=C1) is True
    assert judge({"question": "swims", "is": "yes"}, scope=C2) is False
    assert judge({"question": "swims", "is": "yes"}) is None
    assert judge({"question": "lives_here", "is": "yes"}, scope=C2) is True


def test_an_item_that_runs_over_another_sees_that_item_and_the_one_it_stands_in():
    assert judge({"question": "first_name", "is": "Asha"}, scope=MEERA_AND_ASHA) is True
    assert judge({"question": "adult_name", "is": "Meera Patel"}, scope=MEERA_AND_ASHA) is True
    assert judge({"question": "may", "is": "yes"}, scope=MEERA_AND_ASHA) is True


def test_any_item_and_every_item():
    swims = {"question": "swims", "is": "yes"}
    named = {"question": "first_name", "answered": True}
    assert judge({"any_item": "children", "match": swims}) is True
    assert judge({"every_item": "children", "match": swims}) is False
    assert judge({"every_item": "children", "match": named}) is True


ITEMS = {"T": {"swims": "yes"}, "F": {"swims": "no"}, "U": {}}


@pytest.mark.parametrize(
    ("items", "some", "every", "count"),
    [("", False, None, 0), ("T", True, True, 1), ("F", False, False, 0), ("U", None, None, 0), ("TU", True, None, 1), ("FU", None, False, 0), ("TF", True, False, 1), ("TTU", True, None, 2)],
)
def test_over_items_that_are_answered_in_part_or_not_there(items, some, every, count):
    """Over no items any_item is false and every_item unknown; a count is never unknown, and counts only those known to match."""
    swims = {"question": "swims", "is": "yes"}
    answers = {"children": [{"_id": f"c{place}", **ITEMS[each]} for place, each in enumerate(items)]}
    assert judge({"any_item": "children", "match": swims}, answers) is some
    assert judge({"every_item": "children", "match": swims}, answers) is every
    assert judge({"count": "children", "match": swims, "is": count}, answers) is True
    assert judge({"count": "children", "match": swims, "gt": count}, answers) is False
    assert judge({"count": "children", "is": len(items)}, answers) is True


def test_from_outside_a_nested_repeat_counts_the_items_of_all_its_outer_items():
    answers = {"adults": [{"_id": "a1", "may_collect": [{"_id": "c1"}]}, {"_id": "a2", "may_collect": [{"_id": "c1"}, {"_id": "c2"}]}]}
    assert judge({"count": "may_collect", "is": 3}, answers) is True
    assert judge({"count": "may_collect", "is": 2}, answers, (("adults", "a2"),)) is True


def test_a_named_condition_is_judged_where_it_is_used():
    assert judge({"use": "somebody_swims"}) is True
    assert judge({"use": "no_such_condition"}) is None


def test_roles_and_facts_of_the_record():
    facts = Facts(TODAY, roles=frozenset({"leader"}), record={"level": 3, "opened_on": "2026-04-30", "needs": ["speech"]})
    assert judge({"role": "leader"}, facts=facts) is True
    assert judge({"role": "visitor"}, facts=facts) is False
    assert judge({"record": "level", "gte": 3}, facts=facts) is True
    assert judge({"record": "opened_on", "before": "today"}, facts=facts) is True
    near = (TODAY - date(2026, 4, 30)).days
    assert [judge({"record": "opened_on", "within_days": days}, facts=facts) for days in (near - 1, near, near + 1)] == [False, True, True]
    assert judge({"record": "needs", "has": "speech"}, facts=facts) is True
    assert judge({"record": "needs", "in": ["speech"]}, facts=facts) is False
    assert judge({"record": "closed_on", "before": "today"}, facts=facts) is None
    assert judge({"record": "closed_on", "answered": False}, facts=facts) is True
    assert judge({"record": "level", "before": "today"}, facts=facts) is None


def test_a_date_is_compared_with_the_day_of_the_facts():
    later = Facts(today=date(2027, 1, 1))
    assert judge({"question": "first_day", "after": "today"}) is True
    assert judge({"question": "first_day", "after": "today"}, facts=later) is False


def test_an_answer_may_be_compared_with_another_one_and_dates_with_one_moved():
    later = {"question": "last_day", "after": {"question": "first_day", "plus": "2w"}}
    assert judge(later, {"first_day": "2026-07-27", "last_day": "2026-08-11"}) is True
    assert judge(later, {"first_day": "2026-07-27", "last_day": "2026-08-10"}) is False
    assert judge(later, {"last_day": "2026-08-10"}) is None
    assert judge({"question": "last_day", "is": {"question": "first_day"}}, {"first_day": "2026-07-27", "last_day": "2026-07-27"}) is True
    earlier = {"question": "first_day", "before": {"question": "last_day", "plus": "-1d"}}
    assert judge(earlier, {"first_day": "2026-07-27", "last_day": "2026-07-28"}) is False


def test_reading_gives_frozen_trees():
    read = parse({"all": [{"question": "a", "is": "x"}, {"not": {"question": "b", "lt": 3}}]})
    assert read == AllOf((Compare("a", "is", "x"), Not(Compare("b", "lt", 3))))
    assert hash(read) == hash(parse({"all": [{"question": "a", "is": "x"}, {"not": {"question": "b", "lt": 3}}]}))


def faults_of(raw):
    with pytest.raises(ConditionFaults) as caught:
        parse(raw)
    return [(fault.where, fault.code, fault.message) for fault in caught.value.faults]


def test_every_fault_of_a_condition_is_found_and_placed():
    found = faults_of({"any": [{"question": "a", "iz": "x"}, {"question": ""}, "text", {"al": []}, {"count": "c", "gte": "2"}]})
    assert [(where, code) for where, code, _ in found] == [
        (("any", 0, "iz"), "unknown_key"),
        (("any", 1), "condition_comparison"),
        (("any", 1, "question"), "condition_value"),
        (("any", 2), "condition_shape"),
        (("any", 3), "condition_subject"),
        (("any", 4, "gte"), "condition_value"),
    ]
    assert 'did you mean "is"?' in found[0][2]
    assert 'did you mean "all"?' in found[4][2]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (None, "a condition is a mapping"),
        ({"question": "a", "is": "x", "lt": 3}, "one comparison at a time"),
        ({"question": "a", "use": "b"}, "one subject"),
        ({"all": []}, "a list of one or more conditions"),
        ({"any_item": "children"}, "needs `match`"),
        ({"question": "a", "is": [{"deep": 1}]}, "compare with plain text"),
        ({"question": "a", "is": {"deep": 1}}, "unknown key 'deep'"),
        ({"question": "a", "after": {"question": "b", "plus": "84"}}, "`plus` is a number of d, w, m or y"),
        ({"use": "x", "match": {}}, "unknown key 'match'"),
    ],
)
def test_what_is_no_condition_says_why(raw, words):
    assert words in faults_of(raw)[0][2]

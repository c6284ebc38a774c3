"""The answers in rows of words, as check answers, documents and exports show them."""

from portal.forms import answers, summary
from tests.forms.holiday_club import FACTS, THE_PATELS, a_form, a_page, holiday_club


def told(given, form=None, **more):
    return {
        section.id: [(block.title, [(row.label, row.text) for row in block.rows]) for block in section.blocks]
        for section in summary.sections(form or holiday_club(), given, FACTS, **more)
    }


def row(given, path, **more):
    blocks = (block for section in summary.sections(holiday_club(), given, FACTS, **more) for block in section.blocks)
    return next(row for block in blocks for row in block.rows if row.path == path)


def test_answers_stand_in_sections_and_blocks_with_one_block_for_each_item():
    assert told(THE_PATELS) == {
        "start": [("Where you live", [("Do you live in the town?", "Yes")])],
        "family": [
            ("Asha Patel", [("First name", "Asha"), ("Last name", "Patel"), ("Is the child collected?", "Yes"), ("Can the child swim?", "Yes"), ("Which badge?", "")]),
            ("Ravi", [("First name", "Ravi"), ("Last name", ""), ("Is the child collected?", "No"), ("Can the child swim?", "No")]),
            ("Meera Patel", [("Name", "Meera Patel")]),
            ("Meera Patel: Asha", [("May this adult collect the child?", "Yes")]),
        ],
        "days": [("Which days", [("First day", "27 July 2026"), ("Last day", "")])],
        "pool": [("The pool", [("How many goggles?", "1")])],
    }


def test_an_item_tells_which_group_it_stands_in_and_whether_it_is_short():
    family = {section.id: section for section in summary.sections(holiday_club(), THE_PATELS, FACTS)}["family"]
    groups = [(block.title, block.group) for block in family.blocks]
    assert groups == [("Asha Patel", "Children"), ("Ravi", "Children"), ("Meera Patel", "Adults"), ("Meera Patel: Asha", "Adults")]
    assert all(block.is_short for block in family.blocks)
    long = answers.put(THE_PATELS, "children.c1.last_name", "Patel " * 40)
    told_long = summary.sections(holiday_club(), long, FACTS)
    assert [block.is_short for section in told_long for block in section.blocks if block.group == "Children"] == [False, True]


def test_a_hidden_answer_is_in_no_row():
    rows = summary.rows(holiday_club(), {**THE_PATELS, "which_town": "SECRET"}, FACTS)
    assert all("SECRET" not in row.text and row.path != "which_town" for row in rows)


def test_a_row_leads_back_to_the_step_that_asks_it():
    assert row(THE_PATELS, "children.c2.swims").step_key == "child_swims/c2"


def test_rows_tell_what_is_missing_not_known_and_unfinished():
    given = answers.put(THE_PATELS, "children.c1.badge", {"not_known": True})
    assert row(given, "children.c1.badge").not_known is True
    assert row(given, "children.c1.badge").text == "Not known"
    assert row(answers.put(THE_PATELS, "first_day", None), "first_day").missing is True
    assert row(THE_PATELS, "last_day").missing is False
    assert row(THE_PATELS, "goggles", incomplete={"goggles"}).incomplete is True


def test_an_empty_repeat_leads_to_its_list():
    family = next(section for section in summary.sections(holiday_club(), {**THE_PATELS, "adults": []}, FACTS) if section.id == "family")
    assert [(block.title, block.step_key) for block in family.blocks if not block.rows] == [("Adults", "list_adults")]


def test_text_to_read_is_no_answer():
    form = a_form(a_page("{id: g, kind: guidance, label: Read this, text: Some words}", "{id: a, kind: text, label: A, sensitivity: special}"))
    rows = summary.rows(form, {"a": "x"}, FACTS)
    assert [(row.question_id, row.sensitivity) for row in rows] == [("a", "special")]

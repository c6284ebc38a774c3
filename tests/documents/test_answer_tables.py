"""Which answers share a table in a printed form, so that a record is read and filed without leafing through headings."""

from __future__ import annotations

from portal.documents.answer_tables import tables
from portal.forms.summary import SummaryBlock, SummaryRow, SummarySection

CHILD, OTHER, ADULT = ("children", "c1"), ("children", "c2"), ("adults", "a1")


def row(label: str, text: str) -> SummaryRow:
    return SummaryRow(label, label, label, text, "text", "")


def block(title: str, *rows: tuple[str, str], scope=(), group: str = "") -> SummaryBlock:
    return SummaryBlock(title, scope, tuple(row(*one) for one in rows), group=group)


def made(*blocks: SummaryBlock) -> list[dict]:
    return tables(SummarySection("why", "Why now", blocks), lambda one: one.text)


def lines(table: dict) -> list[str]:
    return [f"{one['kind']}|{one['label']}|{one['text']}" for one in table["rows"]]


def test_the_pages_of_a_section_share_a_table_below_their_titles():
    table, *others = made(block("Danger", ("Is anyone in danger?", "No")), block("What happens", ("What?", "Rows"), ("Since when?", "May")), block("Your part", ("Do you stay?", "Yes")))
    assert others == []
    assert lines(table) == ["|Is anyone in danger?|No", "heading|What happens|", "|What?|Rows", "|Since when?|May", "heading|Your part|", "|Do you stay?|Yes"]


def test_a_page_named_like_its_section_or_its_question_has_no_title_of_its_own():
    table = made(block("Why now", ("What?", "Rows"), ("Since when?", "May")), block("Do you stay?", ("Do you stay?", "Yes")))[0]
    assert [one["label"] for one in table["rows"]] == ["What?", "Since when?", "Do you stay?"]


def test_a_long_answer_takes_the_whole_width():
    assert made(block("", ("What?", "x" * 150), ("Why?", "x" * 151)))[0]["rows"][1]["kind"] == "long"
    assert made(block("", ("What?", "x" * 150)))[0]["rows"][0]["kind"] == ""


def test_a_child_has_a_table_of_its_own_and_what_follows_has_a_heading():
    many = [(f"Question {number}?", "Yes") for number in range(9)]
    child, other, after = made(block("Sam Brown", *many, scope=(CHILD,)), block("Ada Brown", *many, ("Empty?", ""), scope=(OTHER,)), block("The school", ("Which?", "Hill")))
    assert [child["title"], other["title"], after["title"]] == ["Sam Brown", "Ada Brown", "The school"]
    assert (child["unanswered"], other["unanswered"]) == ("", "Empty?")
    assert lines(after) == ["|Which?|Hill"]


def test_short_items_are_one_row_each_without_saying_their_name_again():
    events = [block(name, ("When?", "May"), ("What happened", name), ("Who", ""), scope=((("events", name)),), group="Important events") for name in ("A move", "A birth")]
    (table,) = made(*events)
    assert (table["title"], table["kind"]) == ("Important events", "items")
    assert lines(table) == ["|A move|When? May\nNot answered: Who", "|A birth|When? May\nNot answered: Who"]


def test_no_answer_is_taken_for_the_name_of_an_item_because_its_letters_stand_in_it():
    people = [block("Norma Noble", ("First name", "Norma"), ("Last name", "Noble"), ("Job", "Nurse"), ("Seen", "No"), scope=(("people", str(at)),), group="People") for at in (1, 2)]
    assert made(*people)[0]["rows"][0]["text"] == "Job: Nurse\nSeen: No"


def test_what_an_adult_is_to_each_child_stands_in_the_adults_own_table():
    adult = block("Ada Brown", *[(f"Question {number}?", "Yes") for number in range(9)], scope=(ADULT,))
    links = [block(f"Ada Brown: {name}", ("Is the child's", "Mother"), ("Lives with?", "Yes"), scope=(ADULT, ("links", name))) for name in ("Sam", "Kim")]
    (table,) = made(adult, *links)
    assert lines(table)[9:] == ["long|Sam|Is the child's: Mother  ·  Lives with? Yes", "long|Kim|Is the child's: Mother  ·  Lives with? Yes"]


def test_a_list_that_is_empty_says_so():
    assert lines(made(block("Events"))[0]) == ["|Events|None recorded"]
    adult = block("Ada Brown", ("Job", "Nurse"), scope=(ADULT,))
    assert lines(made(adult, SummaryBlock("Children of this adult", (ADULT,)))[0]) == ["|Job|Nurse", "|Children of this adult|None recorded"]

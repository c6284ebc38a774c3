"""The map of a form reads as sentences: every kind of condition, every shipped form, no ids and no brackets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from portal.councils import library
from portal.forms import question_kinds
from portal.forms.condition_tree import COMPARISONS, COUNT_COMPARISONS, SUBJECTS, parse
from portal.forms.derived.condition_words import ConditionWords
from portal.forms.derived.form_map import ASKED, form_map
from tests.forms.holiday_club import a_form, holiday_club

PACKS = {"hackney": library.council("hackney"), "marlowe_vale": library.council("", Path(__file__).parents[1] / "packs/marlowe_vale")}
FORMS = [(name, form_id) for name, pack in PACKS.items() for form_id in pack.form_ids()]

ASKING = """
- id: first
  section: one
  title: First
  questions:
    - {id: wants, kind: yes_no, label: Do you want help?, not_known: true}
    - {id: place, kind: radios, label: Where?, options: [{id: home, label: At home}, {id: school, label: At school}, {id: else, label: Elsewhere}]}
    - {id: needs, kind: checkboxes, label: Needs, options: [{id: a, label: Housing}, {id: b, label: Money}]}
    - {id: many, kind: number, label: How many?}
    - {id: born, kind: date, label: Date of birth}
    - {id: due, kind: date, label: Due on}
    - {id: starts, kind: time, label: When does it start?}
    - {id: home, kind: address, label: Address}
    - {id: read, kind: statement, label: I have read this}
    - {id: town, kind: text, label: Town}
- {id: pets, section: one, title: Pets, repeat: pets, questions: [{id: name, kind: text, label: Name}, {id: cat, kind: yes_no, label: Is it a cat?}]}
"""
ABOVE = """
repeats: {pets: {title: Your pets, item: animal}}
conditions:
  cats: {question: cat, is: "yes"}
  long_one: {any: [{question: many, is: 1}, {question: many, is: 3}, {question: many, is: 5}, {question: many, is: 7}, {question: many, is: 9}]}
"""
SENTENCES = [
    ({"question": "wants", "is": "yes"}, "“Do you want help?” is “Yes”"),
    ({"question": "wants", "is": "not_known"}, "“Do you want help?” is “Not known”"),
    ({"question": "wants", "is_not": "yes"}, "“Do you want help?” has an answer other than “Yes”"),
    ({"not": {"question": "wants", "is": "yes"}}, "“Do you want help?” has an answer other than “Yes”"),
    ({"not": {"not": {"question": "wants", "is": "yes"}}}, "“Do you want help?” is “Yes”"),
    ({"question": "wants", "answered": True}, "“Do you want help?” has an answer"),
    ({"not": {"question": "wants", "answered": True}}, "“Do you want help?” has no answer"),
    ({"question": "place", "in": ["home", "school"]}, "“Where?” is “At home” or “At school”"),
    ({"not": {"question": "place", "in": ["home", "school"]}}, "“Where?” has an answer, but not “At home” or “At school”"),
    ({"question": "needs", "has": "a"}, "“Needs” includes “Housing”"),
    ({"not": {"question": "needs", "has": "a"}}, "“Needs” has an answer, but without “Housing”"),
    ({"question": "needs", "in": ["a", "b"]}, "“Needs” includes “Housing” or “Money”"),
    ({"question": "many", "gte": 1200}, "“How many?” is 1,200 or more"),
    ({"not": {"question": "many", "gte": 2}}, "“How many?” is less than 2"),
    ({"question": "many", "lte": 2}, "“How many?” is 2 or less"),
    ({"question": "many", "gt": 2}, "“How many?” is more than 2"),
    ({"question": "many", "lt": 2}, "“How many?” is less than 2"),
    ({"question": "born", "before": "today"}, "“Date of birth” is before today"),
    ({"question": "born", "not_after": "today-19y"}, "“Date of birth” is 19 years ago or longer"),
    ({"question": "born", "after": "today-1y"}, "“Date of birth” is less than 1 year ago"),
    ({"question": "due", "not_before": "today+2w"}, "“Due on” is at least 2 weeks from today"),
    ({"question": "born", "before": "2026-05-04"}, "“Date of birth” is before 4 May 2026"),
    ({"question": "born", "within_days": 7}, "“Date of birth” is within 7 days of today"),
    ({"question": "due", "after": {"question": "born", "plus": "84d"}}, "“Due on” is after 84 days after “Date of birth”"),
    ({"question": "due", "not_before": {"question": "born"}}, "“Due on” is on or after “Date of birth”"),
    ({"question": "starts", "before": "12:30"}, "“When does it start?” is before “12:30”"),
    ({"question": "home", "has": "no_fixed_address"}, "“Address” includes “no fixed address”"),
    ({"question": "read", "is": True}, "“I have read this” is ticked"),
    ({"question": "town", "is": "Leafham"}, "“Town” is “Leafham”"),
    ({"role": "social_worker"}, "the person filling the form has the role “Social worker”"),
    ({"not": {"role": "head_of_all"}}, "the person filling the form does not have the role “head of all”"),
    ({"record": "level", "in": ["two", "three"]}, "“level” on the family's record is “two” or “three”"),
    ({"record": "closed_on", "answered": False}, "“closed on” on the family's record is not known"),
    ({"record": "service.upn", "is": "yes"}, "the council has switched on “upn”"),
    ({"any_item": "pets", "match": {"use": "cats"}}, "for at least one animal, “Is it a cat?” is “Yes”"),
    ({"not": {"any_item": "pets", "match": {"use": "cats"}}}, "for every animal (or there is none), “Is it a cat?” has an answer other than “Yes”"),
    ({"every_item": "pets", "match": {"use": "cats"}}, "for every animal (and there is one), “Is it a cat?” is “Yes”"),
    ({"count": "pets", "gte": 2}, "“Your pets” has at least 2 entries"),
    ({"count": "pets", "is": 0}, "“Your pets” has no entry"),
    ({"not": {"count": "pets", "gte": 1}}, "“Your pets” has no entry"),
    ({"count": "pets", "match": {"use": "cats"}, "lte": 3}, "“Your pets” has at most 3 entries for which “Is it a cat?” is “Yes”"),
    ({"use": "long_one"}, "“long one” holds"),
    ({"all": [{"question": "wants", "is": "yes"}, {"question": "many", "gt": 2}]}, "“Do you want help?” is “Yes” and “How many?” is more than 2"),
    ({"not": {"any": [{"question": "wants", "is": "yes"}, {"question": "many", "gt": 2}]}}, "“Do you want help?” has an answer other than “Yes” and “How many?” is 2 or less"),
]


def told(raw):
    return ConditionWords(a_form(ASKING, above=ABOVE), {"social_worker": "Social worker"}).lines(parse(raw), "Shown when")


@pytest.mark.parametrize(("raw", "words"), SENTENCES, ids=[words for _, words in SENTENCES])
def test_a_condition_reads_as_a_sentence(raw, words):
    assert told(raw) == [f"Shown when {words}"]


def test_every_kind_of_condition_and_comparison_is_among_the_sentences():
    def words_in(raw):
        for key, value in raw.items() if isinstance(raw, dict) else ():
            yield key
            for each in value if isinstance(value, list) else [value]:
                yield from words_in(each)

    said = {word for raw, _ in SENTENCES for word in words_in(raw)}
    assert {*SUBJECTS, *COMPARISONS} - said == set()
    assert set(COUNT_COMPARISONS) == {"is", "is_not", "lt", "lte", "gt", "gte"}


def test_a_larger_condition_is_a_list_of_points():
    assert told({"all": [{"question": "wants", "is": "yes"}, {"any": [{"question": "many", "gt": 2}, {"count": "pets", "gte": 1}]}, {"use": "long_one"}]}) == [
        "Shown when all of these hold:",
        "  - “Do you want help?” is “Yes”",
        "  - “How many?” is more than 2 or “Your pets” has an entry",
        "  - “long one” holds",
    ]
    assert told({"any_item": "pets", "match": {"all": [{"use": "cats"}, {"question": "name", "answered": True}]}}) == [
        "Shown when for at least one animal, all of these hold:",
        "  - “Is it a cat?” is “Yes”",
        "  - “Name” has an answer",
    ]


def test_a_whole_map_reads_like_this():
    lines = form_map(holiday_club()).splitlines()
    assert lines[0] == "# Ask for a place at the holiday club"
    assert "### 2. This club is too far away" in lines and "**The form ends here; nothing can be sent.**" in lines
    place = lines.index("### 4. About the child")
    assert lines[place + 2 : place + 8] == [
        "Asked for each child (at least 1, at most 4).",
        "",
        "- **First name** (one line of text, at most 30 characters)",
        "  - Must be answered.",
        "- **Last name** (one line of text, at most 250 characters)",
        "  - May be left blank.",
    ]
    assert "Asked for each child under “Children”, for each adult, all on one page." in lines
    assert "Only for a child for whom “Is the child collected?” is “Yes”" in lines
    assert "  - The answer must be on or after today" in lines and "  - The answer must be on or after “First day”" in lines
    assert "  - Must be answered when “Children” has at least 2 entries" in lines


def test_a_long_named_condition_is_explained_once_at_the_end():
    form = a_form(ASKING + '- {id: last, section: one, title: Last, when: {use: long_one}, questions: [{id: z, kind: text, label: Z, when: {not: {use: long_one}}}]}\n', above=ABOVE)
    text = form_map(form)
    assert text.count("“long one” holds when one of these holds:") == 1 and "## Conditions called by a name" in text
    assert "Shown when “long one” is known not to hold" in text


def test_every_kind_of_question_has_plain_words():
    assert set(ASKED) == set(question_kinds.kinds())


@pytest.mark.parametrize(("name", "form_id"), FORMS)
def test_the_map_of_a_shipped_form_tells_every_page_and_question_and_no_id(name, form_id):
    pack = PACKS[name]
    form = pack.form(form_id)
    text = form_map(form, {role.id: role.title for role in pack.roles})
    headings = [line for line in text.splitlines() if line.startswith("### ")]
    assert headings == [f"### {number}. {page.title}" for number, page in enumerate(form.pages, start=1)]
    assert [question.label for page in form.pages for question in page.questions if f"- **{question.label}** (" not in text] == []
    assert re.findall(r"\b[a-z]+_[a-z_]+\b", text) == []
    assert [line for line in text.splitlines() if "None" in re.sub(r"“[^”]*”|\bNone of these\b|Choices:.*", "", line)] == []
    html = MarkdownIt("commonmark", {"html": False}).render(text)
    assert (html.count("<h1>"), html.count("<h3>")) == (1, len(form.pages))

"""The page of both texts: word by word, for staff and for two tabs of one public draft; theirs, mine, or one text made of both; all without a script."""

from __future__ import annotations

import pytest

from portal.db import db
from portal.submissions import drafts
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start, Writer
from tests.submissions.filler import PageSeen, example
from tests.submissions.made_up import held_by, reading

SHORT = "request_for_support.short"
THEIRS = "Jamie is late on most days. The school has called twice."
MINE = "Jamie is late on most days. His gran has offered to bring him."


@pytest.fixture
def home(client):
    """The address of a public draft of this browser."""
    return f"/fill/{held_by(client, lambda: drafts.start(current_version('request_for_support'), by=Writer(), first=Start(example('hackney', SHORT))))}"


def fields_of(client, address):
    page = PageSeen(client.get(address).text, address)
    return page.fields(page.form())


def clashing(client, home, theirs=THEIRS, mine=MINE, name="worry_words"):
    """The page of both texts after two tabs of one browser answered the same question."""
    address = f"{home}/situation"
    first, second = fields_of(client, address), fields_of(client, address)
    assert client.post(address, data=first | {name: theirs}).status_code in (303, 422)
    answer = client.post(address, data=second | {name: mine})
    assert answer.status_code == 409
    return PageSeen(answer.text, address)


@pytest.fixture
def asked(client, home):
    """The name of a question for words on the page of the situation."""
    page = PageSeen(client.get(f"{home}/situation").text, "")
    return next(one.get("name") for one in page.tree.iter("textarea"))


def settled(client, page, **choices):
    form = page.form("/settle")
    return client.post(form.get("action"), data=page.fields(form) | choices)


def answer(app, home, name):
    with app.app_context():
        value = drafts.find(home.split("/")[2]).data.answers.get(name)
        db.session.rollback()
        return value


def test_two_tabs_of_a_public_draft_see_both_texts_with_the_differing_words_marked(client, home, asked):
    page = clashing(client, home, name=asked)
    assert page.heading == "The same answers were changed somewhere else"
    assert (page.text("theirs-1"), page.text("mine-1")) == (THEIRS, MINE)
    marks = [("".join(one.itertext()), one.tag) for one in page.tree.get_element_by_id("mine-1").iter("ins", "del")]
    assert marks and all(tag == "ins" and words.startswith("[only here: ") and words.endswith("]") for words, tag in marks)
    said = "".join(page.tree.get_element_by_id("mine-1").itertext())
    assert "late on most days." in said and not any("late on most" in words for words, _ in marks)


@pytest.mark.parametrize(("choice", "kept"), [("theirs", THEIRS), ("mine", MINE)])
def test_one_of_both_texts_is_chosen(app, client, home, asked, choice, kept):
    answered = settled(client, clashing(client, home, name=asked), **{"keep-1": choice})
    assert answered.status_code == 303 and answered.location.startswith(home)
    assert answer(app, home, asked) == kept


def test_one_text_is_made_of_both_and_can_be_changed(app, client, home, asked):
    page = clashing(client, home, name=asked)
    offered = page.fields(page.form("/settle"))["together-1"]
    assert offered == ["Jamie is late on most days. The school has called twice. His gran has offered to bring him."]
    settled(client, page, **{"keep-1": "together", "together-1": "Late on most days; school called, gran helps."})
    assert answer(app, home, asked) == "Late on most days; school called, gran helps."


def test_nothing_is_chosen_for_anybody(app, client, home, asked):
    page = clashing(client, home, name=asked)
    assert not [one for one in page.tree.iter("input") if one.get("type") == "radio" and one.get("checked") is not None]
    again = settled(client, page, **{"together-1": "Words changed already"})
    assert again.status_code == 422
    page = PageSeen(again.text, "")
    assert page.tree.get_element_by_id("keep-1") is not None and "Choose what should stand for" in again.text
    assert (page.text("theirs-1"), page.text("mine-1")) == (THEIRS, MINE)
    assert page.fields(page.form("/settle"))["together-1"] == ["Words changed already"]
    assert answer(app, home, asked) == THEIRS


def test_a_text_of_both_that_is_too_long_is_kept_as_typed_and_told_where_it_is_asked(app, client, home, asked):
    words = "late " * 2000
    settled(client, clashing(client, home, name=asked), **{"keep-1": "together", "together-1": words})
    with app.app_context():
        assert drafts.find(home.split("/")[2]).data.incomplete[asked][""] == [words]
        db.session.rollback()


def test_a_third_text_saved_while_somebody_chooses_is_shown_and_not_overwritten(app, client, home, asked):
    page = clashing(client, home, name=asked)
    with app.app_context():
        draft = drafts.find_to_change(home.split("/")[2])
        drafts.save(draft, reading({asked: "A third text."}), expected_version=draft.version, by=Writer(tab="third"))
        db.session.commit()
    again = settled(client, page, **{"keep-1": "mine"})
    assert again.status_code == 409
    page = PageSeen(again.text, "")
    assert (page.text("theirs-1"), page.text("mine-1")) == ("A third text.", MINE)
    assert answer(app, home, asked) == "A third text."


def test_an_answer_that_was_taken_back_elsewhere_is_a_choice_too(app, client, home, asked):
    page = clashing(client, home, theirs="", name=asked)
    assert page.text("theirs-1") == "No answer" and "together-1" not in page.fields(page.form("/settle"))
    settled(client, page, **{"keep-1": "mine"})
    assert answer(app, home, asked) == MINE


@pytest.mark.parametrize("value", ["7", "{", "null", '{"typed": 3}', "[" * 5000, '"x"'])
def test_a_page_of_both_texts_that_was_tampered_with_makes_nothing_of_it(app, client, home, asked, value):
    before = answer(app, home, asked)
    for path in ("no.such", "danger", asked, "", "a.b.c.d"):
        sent = client.post(f"{home}/settle", data={"version": "99", "path-1": path, "value-1": value, "keep-1": "together", "together-1": ""})
        assert sent.status_code in (303, 409)
        assert client.post(f"{home}/settle", data={"version": "99", "path-1": path, "value-1": value}).status_code == 422
    assert answer(app, home, asked) in (before, None)

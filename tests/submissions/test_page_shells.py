"""What stands around the questions of a page is drawn once, and is the same, letter by letter, as the template writes it each time."""

from __future__ import annotations

import pytest
from flask import render_template
from jinja2 import Environment
from markupsafe import Markup

from portal.submissions import page_routes
from portal.submissions.page_shells import Shells
from tests.submissions.test_public_journey import FORM, filler

TEMPLATE = "<h1>{{ title }}</h1>{% if note %}<p title='{{ note }}'>{{ note }}</p>{% endif %}{{ body }}"


def counted(source: str):
    template = Environment(autoescape=True).from_string(source)
    drawn: list[dict] = []

    def draw(**values):
        drawn.append(values)
        return template.render(**values)

    return Shells(draw), drawn, template


def test_a_page_is_drawn_once_and_then_filled_as_the_template_fills_it():
    shells, drawn, template = counted(TEMPLATE)
    for note in ("Fish & chips", "<b>\"quoted'</b>", "\ue000note&\ue001", "two\nlines"):
        texts = {"note": note, "body": Markup("<i>kept</i>")}
        assert shells({"title": "A & B"}, texts) == template.render(title="A & B", **texts)
    assert len(drawn) == 1


def test_another_title_or_a_text_that_is_missing_is_another_page():
    shells, drawn, template = counted(TEMPLATE)
    for title, note in (("One", "a"), ("Two", "a"), ("Two", "")):
        assert shells({"title": title}, {"note": note, "body": Markup("x")}) == template.render(title=title, note=note, body=Markup("x"))
    assert len(drawn) == 3


def test_what_stands_around_the_values_tells_pages_apart():
    shells, drawn, _ = counted(TEMPLATE)
    for spoken in ("English", "Turkish", "English"):
        shells({"title": "One"}, {"body": Markup("x")}, spoken)
    assert len(drawn) == 2


@pytest.mark.parametrize("source", ["{{ note | upper }}", "{{ note | safe }}", "{{ note | e | e }}", "{% if note == 'x' %}x{% endif %}", "nothing"])
def test_a_text_that_is_not_put_in_as_it_is_leaves_the_page_to_the_template(source):
    shells, _, template = counted(source)
    for note in ("a & b", "x"):
        assert shells({}, {"note": note}) == template.render(note=note)


@pytest.mark.parametrize("display", ["", "large-high"])
@pytest.mark.parametrize("spoken", ["en", "tr"])
def test_every_page_of_a_request_is_what_its_template_writes(app, client, monkeypatch, display, spoken):
    drawn = page_routes.page_in_shell
    compared = []

    def both(template, settled, texts):
        page = drawn(template, settled, texts)
        assert page == render_template(template, **settled, **texts)
        assert drawn(template, settled, texts) == page
        compared.append(settled["heading"])
        return page

    monkeypatch.setattr(page_routes, "page_in_shell", both)
    client.set_cookie("display", display)
    client.get(f"/language/{spoken}")
    person = filler(app, client, "request_for_support")
    person.fill(person.start(FORM))
    assert len(set(compared)) > 30
    kept = app.extensions["portal.shells"]["submissions/page.html"]._kept
    assert kept and all(kept.values()), "no page of it is left to the template"


def test_what_one_person_typed_is_on_no_page_of_another(app, client):
    first, second = app.test_client(), app.test_client()
    pages = []
    for browser in (first, second):
        home = browser.post("/start/request-for-support", data={}).location
        pages.append((home.split("/")[2], browser.get(home).text))
    (one, page_of_one), (other, page_of_other) = pages
    assert one in page_of_one and other in page_of_other
    assert one not in page_of_other and other not in page_of_one

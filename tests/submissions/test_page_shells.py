"""What stands around the questions of a page is drawn once, and is the same, letter by letter, as the template writes it each time."""

from __future__ import annotations

import re

import pytest
from flask import render_template
from jinja2 import Environment
from markupsafe import Markup

from portal.submissions import page_routes, page_shells, routes, sending_routes
from portal.submissions.page_shells import Shells
from portal.submissions.shell_routes import page_in_shell
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


def test_an_id_is_found_wherever_it_stands_and_is_each_readers_own():
    shells, drawn, template = counted("<a href='/fill/{{ here() }}?back=%2Ffill%2F{{ here() }}'>{{ note }}</a>")
    for own in ("aaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbb"):
        template.globals["here"] = lambda own=own: own
        assert shells({}, {"note": "x"}, (), {"draft": own}) == template.render(note="x") == f"<a href='/fill/{own}?back=%2Ffill%2F{own}'>x</a>"
    assert len(drawn) == 1


def _draft(page) -> str:
    return re.search(r"/fill/([a-z2-7]{20})", page.url)[1]


@pytest.fixture
def compared(app, monkeypatch):
    """Draw every page of shells by its template too and compare; answers which were met."""
    met: list[tuple[str, str]] = []

    def both(template, settled, texts, ids=page_shells.NO_IDS, draw=render_template):
        page = page_in_shell(template, settled, texts, ids, draw)
        assert page == draw(template, **settled, **texts)
        assert page_in_shell(template, settled, texts, ids, draw) == page
        met.append((template, settled.get("heading", "")))
        return page

    for door in (page_routes, sending_routes, routes):
        monkeypatch.setattr(door, "page_in_shell", both)
    return met


@pytest.mark.parametrize("display", ["", "large-high"])
@pytest.mark.parametrize("spoken", ["en", "tr"])
def test_every_page_of_a_request_is_what_its_template_writes(app, client, compared, display, spoken):
    client.set_cookie("display", display)
    client.get(f"/language/{spoken}")
    person = filler(app, client, "request_for_support")
    first = person.start(FORM)
    client.get("/")
    person.fill(first)
    client.get(f"/fill/{_draft(first)}/check")
    client.get("/")
    assert {template for template, _ in compared} == {f"submissions/{name}.html" for name in ("start", "page", "check")}
    assert len(set(compared)) > 30
    for kept in app.extensions["portal.shells"].values():
        assert kept._kept and all(kept._kept.values()), "no page of it is left to the template"


def test_cookies_that_ask_for_no_look_there_is_do_not_fill_the_memory(app, client):
    for made_up in ("", "x-y", "huge-loud", "medium-standard", "medium", "-standard", "small-high-x"):
        client.set_cookie("display", made_up)
        page = client.get("/")
        assert 'class="govuk-template govuk-template--rebranded' in page.text
    kept = app.extensions["portal.shells"]["submissions/start.html"]._kept
    assert len(kept) == 2, "medium and standard, and small"
    client.set_cookie("display", "large-high")
    large = client.get("/").text
    assert "portal-text-large portal-contrast" in large and len(kept) == 3
    client.delete_cookie("display")
    assert "portal-text-large" not in client.get("/").text


def test_a_new_version_of_a_form_and_another_language_have_pages_of_their_own(app, client, compared):
    person = filler(app, client, "request_for_support")
    first = person.start(FORM)
    draft = _draft(first)
    person.fill(first)
    english = client.get(f"/fill/{draft}/check").text
    client.get("/language/tr")
    turkish = client.get(f"/fill/{draft}/check").text
    client.get("/language/en")
    assert turkish != english and 'lang="tr"' in turkish
    kept = app.extensions["portal.shells"]["submissions/check.html"]
    again = client.get(f"/fill/{draft}/check").text
    assert again == english and len(kept._kept) == 2
    settled = {"layout": "layout/public.html", "is_public": True, "heading": "Check your answers before you send", "may_send": True, "send_lang": ""}
    with app.test_request_context("/"):
        old, new = (page_in_shell("submissions/check.html", settled | {"button": words, "declaration": words}, {"answers": Markup("x")}) for words in ("Send it", "Ask for help"))
    assert "Send it" in old and "Send it" not in new and "Ask for help" in new


def test_what_one_person_typed_is_on_no_page_of_another(app, client):
    first, second = app.test_client(), app.test_client()
    pages = []
    for browser in (first, second):
        home = browser.post("/start/request-for-support", data={}).location
        pages.append((home.split("/")[2], browser.get(home).text))
    (one, page_of_one), (other, page_of_other) = pages
    assert one in page_of_one and other in page_of_other
    assert one not in page_of_other and other not in page_of_one

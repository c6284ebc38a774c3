"""The other components: error summary, notes, questions that came into view, answers in rows, task list, guidance."""

from __future__ import annotations

from datetime import date

import html5lib
import pytest
from flask import Flask, render_template_string
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.datastructures import MultiDict

from portal.forms import summary
from portal.forms.conditions import Facts
from portal.forms.guidance_text import guidance_html
from portal.forms.journey import Journey
from portal.forms.page_form import SHOWN, build
from tests.forms.holiday_club import FACTS, THE_PATELS, a_form, a_page, holiday_club

TODAY = date(2026, 5, 4)


@pytest.fixture(scope="module")
def app():
    app = Flask("components")
    app.jinja_options = {"undefined": ChainableUndefined}
    app.jinja_loader = ChoiceLoader([PackageLoader("portal"), PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})])
    with app.test_request_context():
        yield app


def drawn(source: str, **values):
    html = render_template_string(f"<!DOCTYPE html><html lang=en><head><title>x</title></head><body>{source}</body></html>", **values)
    return html, list(html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html).iter())


def test_the_error_summary_links_each_error_and_is_absent_without(app):
    source = '{% from "components/errors.html" import error_summary %}{{ error_summary(errors) }}'
    html, elements = drawn(source, errors=[{"text": "Enter A & B", "href": "#a"}, {"text": "No link"}])
    assert "Enter A &amp; B" in html
    assert [each.get("href") for each in elements if each.tag == "a"] == ["#a"]
    assert "govuk-error-summary" not in drawn(source, errors=[])[0]


def test_questions_that_came_into_view_are_listed_with_links(app):
    definition = a_form(a_page("{id: told, kind: yes_no, label: Told?}", "{id: why, kind: text, label: Why not?, when: {question: told, is: 'no'}}"))
    journey = Journey(definition, {}, Facts(TODAY))
    form = build(definition, journey.blocks(journey.find_key("page")), {}, {}, Facts(TODAY), formdata=MultiDict([("told", "no"), (SHOWN, "told")]))
    form.read()
    html, elements = drawn('{% from "components/errors.html" import revealed %}{{ revealed(form) }}', form=form)
    assert [(each.get("href"), each.text) for each in elements if each.tag == "a"] == [("#why", "Why not?")]
    assert "One more question" in html


def test_answers_in_rows_have_change_links_that_say_what_they_change(app):
    sections = summary.sections(holiday_club(), {**THE_PATELS, "first_day": None}, FACTS)
    source = '{% from "components/summary_list.html" import summary_sections %}<h1>x</h1>{{ summary_sections(sections, change) }}'
    html, elements = drawn(source, sections=sections, change=lambda row: f"/change/{row.step_key}")
    text = html5lib.parse(html, namespaceHTMLElements=False)
    links = ["".join(each.itertext()) for each in text.iter("a")]
    assert "Change First name, Asha Patel" in links
    assert "Needs an answer" in html
    assert [each.tag for each in elements if each.tag == "h2"]
    assert not [each for each in drawn(source, sections=sections, change=None)[1] if each.tag == "a"]


def test_the_task_list_tells_how_far_each_section_is(app):
    states = Journey(holiday_club(), {"lives_here": "yes"}, FACTS).sections()
    html, elements = drawn('{% from "components/task_list.html" import task_list %}{{ task_list(states, address) }}', states=states, address=lambda state: f"/{state.section.id}")
    links = {each.text: each.get("aria-describedby") for each in elements if each.tag == "a"}
    ids = {each.get("id") for each in elements}
    assert set(links.values()) <= ids
    assert "Before you start" in links and "Completed" in html and "Not started" in html


def test_guidance_is_safe_html_in_the_dress_of_the_pages():
    html = guidance_html("# Danger\n\nCall **999** or [us](tel:01632960001)\n\n- one\n- two")
    assert html == (
        '<h2 class="govuk-heading-m">Danger</h2>\n<p class="govuk-body">Call <strong>999</strong> or <a href="tel:01632960001" class="govuk-link">us</a></p>\n'
        '<ul class="govuk-list govuk-list--bullet">\n<li>one</li>\n<li>two</li>\n</ul>\n'
    )


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "[x](data:text/html,x)", '<img src=x onerror="x">', "![x](https://example.org/x.png)", "<b onclick=x>x</b>"],
)
def test_guidance_lets_nothing_run(text):
    elements = list(html5lib.parse(str(guidance_html(text)), namespaceHTMLElements=False).iter())
    assert not [each for each in elements if each.tag in ("script", "img", "b")]
    assert not [name for each in elements for name in each.attrib if name.startswith("on")]
    assert not [each.get("href") for each in elements if (each.get("href") or "").startswith(("javascript", "data"))]


def test_no_guidance_is_nothing():
    assert guidance_html("") == guidance_html(" \n") == guidance_html(None) == ""

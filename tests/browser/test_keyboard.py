"""The request with a keyboard alone: skip link, order of Tab, the error summary and where its links lead."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portal.councils.library import council
from tests.browser.going import go, until
from tests.browser.hands import FOCUSED, Keys
from tests.browser.referrer import holding, steps_of
from tests.submissions.filler import example

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]

REQUEST = council("hackney").forms()["request_for_support"]
SHORT = "request_for_support.short"
DESCRIBED = """() => {
    const said = []
    for (let one = document.activeElement; one && one.tagName !== 'FORM'; one = one.parentElement)
        for (const id of (one.getAttribute('aria-describedby') || '').split(' ').filter(Boolean)) said.push(document.getElementById(id).textContent)
    return said.join(' ').replace(/\\s+/g, ' ')
}"""
"""What a screen reader tells about the control that has the focus: its own description and those of the groups around it."""


def focused(page):
    return page.evaluate(FOCUSED)


def test_the_first_key_offers_to_skip_to_the_main_part_and_then_the_page_is_read_downwards(served, open_page):
    page = open_page()
    draft = holding(served, page, SHORT)
    page.goto(next(step.address for step in steps_of(served, draft) if step.name == "about_you"))
    page.keyboard.press("Tab")
    assert focused(page)["text"] == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    page.keyboard.press("Tab")
    order, tops = [], []
    while focused(page)["text"] != "See all sections":
        order.append(focused(page)["name"] or focused(page)["text"])
        tops.append(page.evaluate("document.activeElement.getBoundingClientRect().top + scrollY"))
        page.keyboard.press("Tab")
    wanted = ["your_name", "your_job", "your_organisation", "organisation_type", "your_email", "your_phone", "how_you_know", "sender_extras", "sender_extras"]
    assert order == [*wanted, "Save and continue", "then"]
    assert tops == sorted(tops)


def test_every_control_shows_where_the_focus_is(served, open_page):
    page = open_page()
    draft = holding(served, page, SHORT)
    page.goto(next(step.address for step in steps_of(served, draft) if step.name == "child"))
    seen = """() => {
        const one = document.activeElement, label = one.nextElementSibling
        const marks = [one, label].filter(Boolean).flatMap((each) => [getComputedStyle(each), getComputedStyle(each, '::before')])
        return marks.some((style) => (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none')
    }"""
    page.locator("main input:visible").first.focus()
    for _ in range(12):
        assert page.evaluate(seen), f"nothing shows that {focused(page)} has the focus"
        page.keyboard.press("Tab")


@pytest.mark.parametrize("step", ["home", "child", "child_learning", "adult_links", "situation", "talk", "agreement_of_adults"])
def test_each_line_of_the_error_summary_leads_to_one_control_that_can_be_typed_in_or_chosen(served, open_page, step):
    page = open_page()
    draft = holding(served, page, SHORT)
    address = next(one.address for one in steps_of(served, draft) if one.name == step)
    page.goto(address)
    page.evaluate("""() => {
        for (const one of document.querySelectorAll('main form input, main form textarea, main form select'))
            if (one.type === 'checkbox' || one.type === 'radio') one.checked = false
            else if (one.type !== 'hidden') one.value = ''
    }""")
    go(page.get_by_role("button", name="Save and continue", exact=True))
    assert page.title().startswith("Error: ")
    until(page, "document.activeElement.classList.contains('govuk-error-summary')")
    links = page.locator(".govuk-error-summary__list a")
    assert links.count()
    ready_for_type_ahead(page)
    for number in range(links.count()):
        target = links.nth(number).get_attribute("href")[1:]
        assert page.locator(f'[id="{target}"]').count() == 1, target
        links.nth(number).focus()
        page.keyboard.press("Enter")
        one = focused(page)
        assert one["id"] == target and one["tag"] in ("INPUT", "SELECT", "TEXTAREA"), (target, one)
        assert links.nth(number).inner_text() in page.evaluate(DESCRIBED), f"{target} is not described by its error"


def ready_for_type_ahead(page):
    """Long lists have become boxes to type in."""
    until(page, "[...document.querySelectorAll('select[data-type-ahead]')].every(one => one.id.endsWith('-select'))")


def test_what_is_typed_in_a_long_list_takes_the_likeliest_and_nonsense_takes_nothing(served, open_page):
    page = open_page()
    draft = holding(served, page, SHORT)
    page.goto(next(step.address for step in steps_of(served, draft) if step.name == "child"))
    ready_for_type_ahead(page)
    box = page.get_by_role("combobox", name="Language", exact=True)
    chosen = page.locator("select[name$='.language-code']")
    for typed, value, shown in (("eng", "en", "English"), ("Somal", "so", "Somali"), ("qqqq", "", "qqqq"), ("english", "en", "English")):
        box.fill("")
        box.press_sequentially(typed)
        box.press("Tab")
        expect(chosen).to_have_value(value)
        expect(box).to_have_value(shown)


def test_a_danger_is_shown_and_read_before_the_request_goes_on_by_keyboard(served, open_page):
    page = open_page()
    page.goto("/")
    go(page.get_by_role("button", name="Start a request"))
    page.wait_for_url("**/fill/**")
    teacher = Keys(page, REQUEST, example("hackney", SHORT) | {"danger": "yes", "phoned": "no"})
    teacher.answer_page()
    assert page.inner_text("h1") == "Call 999 now"
    assert "999" in page.inner_text("main")
    teacher.answer_page()
    assert page.inner_text("h1") == "Have you already phoned about this?"

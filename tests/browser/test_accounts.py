"""Signing in and looking after accounts, in a real browser: keyboard, errors, axe."""

from __future__ import annotations

import pyotp
import pytest

from portal.accounts import reset, users
from portal.db import db
from tests.accounts import people
from tests.browser.conftest import axe_faults, picture
from tests.browser.going import go

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]


def sign_in(page):
    """Both steps, as somebody who sets their app up."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(people.address("Ada Example"))
    page.get_by_label("Password").fill(people.PASSWORD)
    go(page.get_by_role("button", name="Sign in"))
    page.get_by_label("Code").fill(pyotp.TOTP(page.locator("#text-key").inner_text().replace(" ", "")).now())
    go(page.get_by_role("button", name="Finish"))


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_signs_in_and_adds_a_colleague(served, open_page, scripts):
    people.add(served.app)
    page = open_page(scripts=scripts)
    sign_in(page)
    go(page.get_by_role("button", name="Add an account"))
    page.get_by_label("Name").fill("Bo Example")
    go(page.get_by_role("button", name="Add the account"))
    assert page.title().startswith("Error: Add an account")
    page.get_by_label("E-mail address").fill("bo.example@example.org")
    page.get_by_label("Administrator", exact=True).check()
    go(page.get_by_role("button", name="Add the account"))
    assert "Bo Example has an account now" in page.inner_text("main")
    go(page.get_by_role("button", name="Sign out"))
    assert "You have signed out" in page.inner_text("main")


def test_an_error_takes_the_keyboard_to_its_question(served, open_page):
    page = open_page()
    page.goto("/sign-in")
    go(page.get_by_role("button", name="Sign in"))
    page.locator(".govuk-error-summary a").get_by_text("Enter your password").click()
    assert page.evaluate("document.activeElement.id") == "password"


@pytest.mark.parametrize("width", [1200, 320])
def test_axe_finds_nothing_on_any_page_of_accounts(served, open_page, width):
    user_id = people.add(served.app)
    with served.app.app_context():
        other = users.add(users.Details("Bo Example", "bo.example@example.org", ("administrator",)))
        users.disable(other)
        token = reset.make_token(users.find(user_id))
        db.session.commit()
        other_id = other.id
    page = open_page(width=width)
    found = []

    def look(name):
        picture(page, f"accounts-{name}-{width}")
        found.extend(axe_faults(page))
        assert width > 320 or page.evaluate("document.documentElement.scrollWidth") <= 320, f"{name} is wider than a phone"

    for path in ("/sign-in", "/forgotten-password", "/forgotten-password/sent", "/nothing-here", "/new-password", f"/new-password/{token}"):
        page.goto(path)
        look(path.split("/")[1] + ("-form" if token in path else ""))
    page.goto("/sign-in")
    go(page.get_by_role("button", name="Sign in"))
    look("sign-in-errors")
    page.get_by_label("E-mail address").fill(people.address("Ada Example"))
    page.get_by_label("Password").fill(people.PASSWORD)
    go(page.get_by_role("button", name="Sign in"))
    look("enrol")
    page.get_by_label("Code").fill("1")
    go(page.get_by_role("button", name="Finish"))
    look("enrol-errors")
    page.get_by_label("Code").fill(pyotp.TOTP(page.locator("#text-key").inner_text().replace(" ", "")).now())
    go(page.get_by_role("button", name="Finish"))
    for path in ("/users", f"/users/{other_id}", f"/users/{user_id}", "/account", "/account/password", "/failed-work", "/forms-and-rules", "/forms-and-rules/sign-off/scenarios", "/audit", "/staff/"):
        page.goto(path)
        look(path.strip("/").replace("/", "-")[:20])
        if path.endswith("/scenarios"):
            go(page.get_by_role("button", name="Try the scenarios"))
            look("scenarios-tried")
    page.goto("/users/add")
    look("add")
    go(page.get_by_role("button", name="Add the account"))
    look("add-errors")
    go(page.get_by_role("button", name="Sign out"))
    page.get_by_label("E-mail address").fill(people.address("Ada Example"))
    page.get_by_label("Password").fill(people.PASSWORD)
    go(page.get_by_role("button", name="Sign in"))
    look("code")
    page.get_by_label("Code").fill("1")
    go(page.get_by_role("button", name="Go on"))
    look("code-errors")
    assert found == []

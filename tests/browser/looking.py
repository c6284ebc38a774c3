"""Looking at a page as the suite does: axe, and no sideways scrolling, on a wide screen and on a narrow telephone."""

from __future__ import annotations

import os
import re

from playwright.sync_api import Page

from tests.browser.conftest import axe_faults, picture
from tests.browser.going import go

WIDE, NARROW = 1200, 320
CLEAR = """() => {
    for (const one of document.querySelectorAll('main form input, main form textarea, main form select')) {
        if (one.type === 'hidden' || one.type === 'file') continue
        if (one.type === 'checkbox' || one.type === 'radio') one.checked = false
        else one.value = ''
    }
}"""


class Looker:
    """Looks at the page that is open and keeps what is wrong with it. Each look has a name of its own."""

    def __init__(self, page: Page, prefix: str) -> None:
        self.page = page
        self.prefix = prefix
        self.names: list[str] = []
        self.found: list[str] = []

    def look(self, name: str) -> None:
        """Hold the open page to the rules at both widths."""
        self.names.append(name)
        for width in (WIDE, NARROW):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.found += [f"{name} at {width}: {fault}" for fault in axe_faults(self.page)]
            if os.environ.get("PORTAL_PICTURES"):
                picture(self.page, f"{self.prefix}-{re.sub('[^a-z0-9]+', '-', name.lower())}-{width}")
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > NARROW:
            self.found.append(f"{name}: {wide} pixels wide on a telephone")
        self.page.set_viewport_size({"width": WIDE, "height": 900})

    def visit(self, address: str, name: str = "") -> None:
        """Open an address and look."""
        self.page.goto(address)
        self.look(name or address)

    def press(self, words: str) -> None:
        """Press a button and wait for the page that comes."""
        go(self.page.locator("main").get_by_role("button", name=words, exact=True).first)

    def press_and_see_errors(self, words: str, name: str) -> None:
        """Press a button that must show errors, with the focus on their summary, and look."""
        self.press(words)
        assert self.page.title().startswith("Error: "), f"{name}: {self.page.title()}"
        self.look(f"{name} with errors")

    def empty_and_errors(self, button: str, name: str) -> None:
        """Clear every answer, press on, look at the errors if there are any, and at the empty page."""
        address = self.page.url
        self.page.evaluate(CLEAR)
        self.press(button)
        if self.page.url == address and self.page.locator(".govuk-error-summary").count():
            self.look(f"{name} with errors")
        self.visit(address, f"{name} empty")

    def spoilt_and_empty(self, spoil: str, button: str, name: str) -> None:
        """Run the script `spoil`, press on and look at the errors if there are any; clear every answer, press on and look at the empty page."""
        address = self.page.url
        self.page.evaluate(spoil)
        self.press(button)
        if self.page.locator(".govuk-error-summary").count():
            self.look(f"{name} with errors")
        self.page.goto(address)
        self.page.evaluate(CLEAR)
        self.press(button)
        self.visit(address, f"{name} empty")

    def judge(self) -> None:
        """Fail, naming everything that was wrong on any page looked at."""
        assert self.names, "nothing was looked at"
        assert not self.found, "\n".join(self.found)

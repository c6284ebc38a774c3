"""The public's first pages in Turkish, filled and with errors: axe finds nothing, nothing is wider than a telephone, and words that stay English say so."""

from __future__ import annotations

import pytest

from tests.browser.going import go
from tests.browser.looking import Looker
from tests.browser.referrer import holding, steps_of

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]

ENGLISH_WORDS = """() => {
    const words = / (the|and|you|your|with|it|is|for|this|we|can|what) /i
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found = []
    while (walker.nextNode()) {
        const one = walker.currentNode
        if (['SCRIPT', 'STYLE'].includes(one.parentElement.tagName)) continue
        if (words.test(` ${one.textContent.trim()} `) && one.parentElement.closest('[lang]').lang === 'tr') found.push(one.textContent.trim())
    }
    return found
}"""
"""Texts with a word that only English has, which are not marked as English."""


class TurkishLooker(Looker):
    """Looks for English words, too, that a screen reader would speak as Turkish."""

    def look(self, name: str) -> None:
        """Hold the open page to the rules of every page, and its words to their languages."""
        super().look(name)
        assert self.page.locator("html").get_attribute("lang") == "tr", name
        self.found += [f"{name}: English, not marked as English: {words}" for words in self.page.evaluate(ENGLISH_WORDS)]

    def press_and_see_errors(self, words: str, name: str) -> None:
        """Press a button that must show errors, and look."""
        self.press(words)
        assert self.page.title().startswith("Hata: "), f"{name}: {self.page.title()}"
        self.look(f"{name} with errors")


def test_the_first_pages_and_their_errors(served, open_page):
    page = open_page()
    draft = holding(served, page)
    page.goto("/")
    go(page.get_by_role("link", name="Türkçe"))
    looker = TurkishLooker(page, "turkish")
    looker.look("start")
    ways = page.locator("main a[href^='/start/']").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    for address in [*ways, "/display", "/left", "/nothing-here"]:
        looker.visit(address)
    looker.visit(f"/fill/{draft}", "task list")
    looker.visit(f"/fill/{draft}/check", "check")
    for step in steps_of(served, draft)[:6]:
        looker.visit(step.address, step.name)
        if page.get_by_role("button", name="Kaydet ve devam et", exact=True).count():
            looker.empty_and_errors("Kaydet ve devam et", step.name)
    looker.visit(f"/fill/{draft}/save", "save")
    looker.judge()

"""Going from page to page as somebody on a slow machine does: what leads elsewhere is over when the page that comes is there, whole."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def go(target: Locator) -> None:
    """Press a button or follow a link that leads to another page, and wait until that page has come with its scripts."""
    with target.page.expect_navigation():
        target.click()


def press_key(page: Page, key: str) -> None:
    """Press a key that leads to another page, and wait likewise."""
    with page.expect_navigation():
        page.keyboard.press(key)


def until(page: Page, script: str) -> None:
    """Wait until this is true on the page (its policy forbids playwright's own way of waiting)."""
    for _ in range(1200):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {script}")

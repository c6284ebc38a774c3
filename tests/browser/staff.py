"""What members of staff do at a browser, page by page: sign in with both steps, open a family, start, fill and finish papers, produce documents."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pyotp
from docx.oxml.ns import qn
from playwright.sync_api import Page

from tests.browser.going import go
from tests.browser.hands import Hands
from tests.cast import PASSWORD, Member


def signed_in(open_page: Callable[..., Page], member: Member, **window: Any) -> Page:
    """A new browser in which this person has signed in and set their authenticator app up."""
    page = open_page(**window)
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(member.email)
    page.get_by_label("Password").fill(PASSWORD)
    go(page.get_by_role("button", name="Sign in"))
    page.get_by_label("Code").fill(pyotp.TOTP(page.locator("#text-key").inner_text().replace(" ", "")).now())
    go(page.get_by_role("button", name="Finish"))
    page.wait_for_url("**/staff/**")
    return page


def open_family(page: Page, who: str) -> None:
    """Find the family in the work list and open it."""
    page.goto("/staff/")
    go(page.get_by_role("link", name=who).first)


def start(page: Page, title: str) -> None:
    """Press the button that starts a paper; the long page opens."""
    go(page.get_by_role("button", name=f"Start {title}", exact=True))
    page.wait_for_url("**/fill/**")


def finish(hands: Hands) -> None:
    """Save the long page, say that what was carried over is still right, read the answers through and finish."""
    page = hands.page
    hands.press("Save")
    say_still_right(page)
    hands.press("Save, check and finish")
    assert not page.locator("#missing").count(), page.locator("#missing").inner_text()
    hands.press(hands.definition.send.button)
    page.wait_for_url("**/staff/papers/**")


def say_still_right(page: Page) -> None:
    """Press each button that says carried answers are still right: of a part, or of one judgement."""
    for _ in range(60):
        waiting = page.locator("button[name='then'][value^='right']")
        if not waiting.count():
            return
        told = waiting.first.get_attribute("value")
        go(waiting.first)
        assert not page.locator(f"button[name='then'][value='{told}']").count(), told


def produced(page: Page, title: str) -> docx.document.Document:
    """Produce a document of the paper that is open, download it and open it with python-docx."""
    go(page.get_by_role("link", name="Produce or download documents"))
    go(page.get_by_role("button", name=f"Produce: {title}"))
    page.get_by_text(re.compile(f"{re.escape(title)}(: large print)? has been produced")).wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile(f"^(Word document: {re.escape(title)}|Download as Word)")).first.click()
    return opened(Path(waiting.value.path()))


def check_names(page: Page) -> None:
    """Tick every name in the document that is open, and mark it as checked."""
    for box in page.locator('input[name="cleared"]').all():
        box.check()
    go(page.get_by_role("button", name="These may stand: mark as checked"))
    page.get_by_text("has been checked").wait_for()


def issue(page: Page, recipient: str, way: str = "By post") -> None:
    """Issue the document that is open; the log then names its reader."""
    page.get_by_label("Who gets it?", exact=True).fill(recipient)
    page.get_by_label(way).check()
    go(page.get_by_role("button", name="Issue and log"))
    page.get_by_text(f"it is in the log that {recipient} got it").wait_for()


def opened(path: Path) -> docx.document.Document:
    """A downloaded document as python-docx reads it."""
    return docx.Document(io.BytesIO(path.read_bytes()))


def words_of(document: docx.document.Document) -> str:
    """All its words: body, tables, headers and footers."""
    parts = [document.element.body]
    for section in document.sections:
        parts += [section.header._element, section.footer._element]
    paragraphs = [paragraph for part in parts for paragraph in part.iter(qn("w:p"))]
    return "\n".join("".join(piece.text or "" for piece in paragraph.iter(qn("w:t"))) for paragraph in paragraphs)

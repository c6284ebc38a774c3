"""`python -m bench.keystrokes`: typing on the long page of a meeting with forty people invited and forty actions, in Chromium, as a minute-taker does.

Two things are timed inside the browser: from a key to the picture that shows it, and from an automatic save being sent to its answer being read.
"""

from __future__ import annotations

import logging
import os
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import update

from portal import create_app, start_up
from portal.command_line import kept
from portal.db import db
from portal.settings import Settings
from portal.submissions import drafts
from portal.submissions.models import SubmissionData
from tests import cast as everybody
from tests.browser.conftest import chromium
from tests.episodes import cast
from tests.safety.killable import Killable, free_port

ROWS = 40
KEYS = 240
SAVES = 30
WRITER = everybody.Member("Tom Minutes", ())
WATCH = """() => {
    window.painted = []
    document.addEventListener('input', event => {
        requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => painted.push(performance.now() - event.timeStamp); channel.port2.postMessage(0) })
    }, true)
}"""


def settings(folder: Path, port: int) -> Settings:
    """A portal of its own in a folder that goes away, with durable writes as in real use."""
    return Settings(
        council="hackney", data_dir=str(folder / "data"), secret_key="b" * 48, base_url=f"http://127.0.0.1:{port}", mail="outbox",
        mail_from="early.help@example.org", demonstration=True, allow_test_nhs_numbers=True,
    )  # fmt: skip


def prepared(own: Settings) -> tuple[str, tuple[str, str]]:
    """A meeting with that many rows; answers the address of its long page, and the cookie of who fills it in."""
    app = create_app(own)
    start_up.migrate(app)
    start_up.publish_shipped(app)
    with kept(app):
        episode = cast.allocated()
        draft = cast.started(episode, "meeting", cast.person(WRITER.name)).submission_id
        answers = dict(drafts.find(draft).data.answers)
        answers["actions"] = [{"_id": f"action{number}", "action_what": f"Action {number}: ring the school and write down what was agreed"} for number in range(ROWS)]
        answers["attendees"] = [{"_id": f"person{number}", "attendee_name": f"Person {number}", "attendee_job": "Made-up service"} for number in range(ROWS)]
        db.session.execute(update(SubmissionData).where(SubmissionData.submission_id == draft).values(answers=answers))
    cookie = everybody.session_cookie(app, WRITER)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return f"/fill/{draft}/all", cookie


def boxes(page: Page) -> list[str]:
    """The ids of the boxes for what each action is."""
    return page.locator('input[name^="actions."][name$=".action_what"], textarea[name^="actions."][name$=".action_what"]').evaluate_all("all => all.map(one => one.id)")


def keys_painted(page: Page) -> list[float]:
    """Type into one row after another; milliseconds from each key to the picture that shows it."""
    page.evaluate(WATCH)
    places = boxes(page)
    for number in range(KEYS // 12):
        page.locator(f'[id="{places[number % len(places)]}"]').focus()
        page.keyboard.type("made up text", delay=35)
    page.wait_for_timeout(300)
    return page.evaluate("painted")


def saves_acknowledged(page: Page) -> list[float]:
    """Type a little, wait for the save, again and again; milliseconds from each automatic save to its answer."""
    places = boxes(page)
    page.evaluate("performance.clearResourceTimings()")
    for number in range(SAVES):
        page.locator(f'[id="{places[number % len(places)]}"]').focus()
        with page.expect_response("**/autosave*"):
            page.keyboard.type(" more", delay=20)
        page.wait_for_timeout(100)
    return page.evaluate("performance.getEntriesByType('resource').filter(one => one.name.includes('/autosave')).map(one => one.responseEnd - one.startTime)")


def line(name: str, times: Sequence[float], goal: str) -> str:
    """One row of the table: how many, and milliseconds at the middle, at 95 % and at worst."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"{name:<42} {len(ordered):6d} {statistics.median(ordered):8.1f} {p95:8.1f} {ordered[-1]:8.1f}   {goal}"


def main() -> None:
    """The whole table."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        own = settings(Path(folder), free_port())
        address, (name, value) = prepared(own)
        portal = Killable(own, Path(folder) / "log.txt")
        browser = playwright.chromium.launch(executable_path=chromium(), chromium_sandbox=os.geteuid() != 0, args=["--disable-gpu", "--disable-dev-shm-usage"])
        try:
            portal.start("granian")
            context = browser.new_context(base_url=own.base_url, viewport={"width": 1200, "height": 900}, locale="en-GB")
            context.add_cookies([{"name": name, "value": value, "url": own.base_url}])
            page = context.new_page()
            page.goto(address)
            shown = page.locator('input[name="_shown"]').count()
            print(f"\nTyping on a page of {shown} questions, {ROWS} people and {ROWS} actions (load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors)")
            print(f"{'milliseconds in Chromium':<42} {'count':>6} {'p50':>8} {'p95':>8} {'worst':>8}   goal")
            print(line("from a key to the picture that shows it", keys_painted(page), "p95 at most 50"))
            print(line("from an automatic save to its answer", saves_acknowledged(page), "at most 300"))
        finally:
            browser.close()
            portal.kill()


if __name__ == "__main__":
    main()

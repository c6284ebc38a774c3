"""A real Chromium against a really served portal. Every page visited is held to axe's WCAG 2.2 AA rules; any script error fails."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask, template_rendered
from flask import request as asked
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from portal import create_app
from portal.db import db
from tests.browser.walks import LOOKS
from tests.conftest import COMPILED

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
QUICKLY = "resultTypes: ['violations'], selectors: false, preload: false"
"""Only what is asked of axe is made: what it would fetch before is for rules about films, sound and turned screens, which no page of ours comes under."""

UPSTREAM_EXCEPTION = ("aria-allowed-attr", "govuk-radios__input", "govuk-checkboxes__input")
"""GOV.UK's own conditional radios carry aria-expanded on purpose: alphagov/govuk-frontend issues 979 and 2823."""

expect.set_options(timeout=60_000)

PICTURES = Path(os.environ.get("PORTAL_PICTURES", "test-results/pages"))


class Quiet(WSGIRequestHandler):
    """Serves without writing a line per request."""

    def log(self, *_: Any, **__: Any) -> None:
        """Say nothing."""


def chromium() -> str:
    """The browser's program. Raises RuntimeError saying how to install it."""
    program = os.environ.get("PORTAL_CHROMIUM") or shutil.which("chromium")
    if not program:
        raise RuntimeError("Chromium is not installed. On Debian: apt-get install --no-install-recommends chromium libatomic1 fonts-liberation")
    return program


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a worker."""
    flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    how = {"executable_path": chromium(), "args": [*flags, "--disable-sync", "--disable-dev-shm-usage"], "timeout": 120_000}
    with sync_playwright() as playwright:
        try:
            made = playwright.chromium.launch(chromium_sandbox=os.geteuid() != 0, **how)
        except Error:  # a container may allow its users no sandbox; only pages of our own are opened
            made = playwright.chromium.launch(chromium_sandbox=False, **how)
        yield made
        made.close()


@dataclass
class Served:
    """A portal that is being served, and what its pages complained about."""

    app: Flask
    address: str
    complaints: list[str] = field(default_factory=list)
    drawn: dict[str, tuple[str, str]] = field(default_factory=dict)
    looked_at: set[str] = field(default_factory=set)

    def draws(self, _: Flask, template: Any, **__: Any) -> None:
        """Keep by which route and template the page of this address was drawn last."""
        self.drawn[asked.path] = (asked.endpoint or "", template.name)

    def seen(self, address: str) -> None:
        """Keep that somebody looked at the page of this address: its route and its template."""
        self.looked_at.update(self.drawn.get(urlsplit(address).path, ()))


class Slowly:
    """Serves as a slow machine does: every answer late, and pages and scripts in two pieces with a pause between them.

    `SLOW_PAGES=0.2` (seconds) finds tests that read a page before it has come; `SLOW_SCRIPTS=6` has the browser compute six times slower.
    """

    def __init__(self, app: Any, pause: float) -> None:
        self.app = app
        self.pause = pause

    def __call__(self, environ: Any, start_response: Any) -> Iterator[bytes]:
        """Answer in two pieces."""
        time.sleep(self.pause / 2)
        answer = self.app(environ, start_response)
        try:
            content = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        half = len(content) // 2
        yield content[:half]
        time.sleep(self.pause)
        yield content[half:]


def as_asked(app: Flask) -> Any:
    """The portal as it is served: at once, or as slowly as the environment asks for."""
    pause = float(os.environ.get("SLOW_PAGES", 0))
    return Slowly(app, pause) if pause else app


SERVED: dict[str, Served] = {}
"""What is being served, by the host in its addresses."""


@pytest.fixture
def served(settings: Any, request: pytest.FixtureRequest) -> Iterator[Served]:
    """The portal under test on a free loopback port, with CSRF protection on as for real. Holds a walk to the pages it is listed with."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = COMPILED
    portal = Served(app, "")
    template_rendered.connect(portal.draws, app)
    server = make_server("127.0.0.1", 0, as_asked(app), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    portal.address = f"http://127.0.0.1:{server.server_port}"
    SERVED[urlsplit(portal.address).netloc] = portal
    yield portal
    server.shutdown()
    thread.join(60)
    server.server_close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    missed = set(LOOKS.get(f"{request.node.path.stem}::{request.node.originalname}", ())) - portal.looked_at
    assert not missed, f"walks.py says that this walk looks at {sorted(missed)}"


@pytest.fixture
def open_page(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """Opens a new person's browser: `open_page(width=320, scripts=False)`. Console errors fail the test at its end."""
    contexts: list[BrowserContext] = []

    def opened(*, width: int = 1200, height: int = 900, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=served.address, viewport={"width": width, "height": height}, java_script_enabled=scripts, locale="en-GB", accept_downloads=True
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        if os.environ.get("SLOW_SCRIPTS"):
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": float(os.environ["SLOW_SCRIPTS"])})
        page.on("console", lambda message: served.complaints.append(message.text) if message.type == "error" and "status of 4" not in message.text else None)
        page.on("pageerror", lambda error: served.complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert served.complaints == []


def axe_faults(page: Page) -> list[str]:
    """What axe finds on this page, but for the one listed exception."""
    SERVED[urlsplit(page.url).netloc].seen(page.url)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    violations = page.evaluate(f"axe.run(document, {{runOnly: {RULES}, {QUICKLY}}}).then(answer => answer.violations)")
    found = []
    for violation in violations:
        for node in violation["nodes"]:
            html = node["html"]
            if violation["id"] == UPSTREAM_EXCEPTION[0] and any(name in html for name in UPSTREAM_EXCEPTION[1:]):
                continue
            found.append(f"{page.url} {violation['id']}: {violation['help']}: {html[:200]}")
    return found


def picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page under test-results/pages."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(PICTURES / f"{name}.png"), full_page=True)

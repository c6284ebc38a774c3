"""`python -m bench.request_costs`: what each request of the five-page referral costs the portal itself, and where it goes.

One person, one thread, no web server: CPU of this thread, so that other work on the machine is counted only as far as it slows the
processor down. `database` is what runs inside SQLAlchemy's connections and commits, `page` inside templates, `rest` everything else.
"""

from __future__ import annotations

import gc
import gzip
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from jinja2 import Template
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from bench import five_pages
from bench.journey import PAGES, hidden
from portal import create_app
from portal.db import db

JOURNEYS = 60
OF_THE_TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@dataclass
class Cost:
    """What one kind of request cost each time: CPU seconds, those of its parts, and statements."""

    cpu: list[float] = field(default_factory=list)
    parts: dict[str, float] = field(default_factory=dict)
    statements: int = 0

    def line(self, kind: str) -> str:
        """One row of the table; parts are means, in ms."""
        database, page = (self.parts.get(part, 0) / len(self.cpu) for part in ("database", "page"))
        rest = statistics.mean(self.cpu) - database - page
        values = " ".join(f"{value * 1e3:9.2f}" for value in (statistics.median(self.cpu), min(self.cpu), database, page, rest))
        return f"{kind:<26} {values} {self.statements / len(self.cpu):11.1f}"


class Meter:
    """Counts for the kind of request at hand; what is inside a part is not counted again for a part inside it."""

    def __init__(self) -> None:
        self.costs: dict[str, Cost] = {}
        self.kind, self._part = "", ""

    @property
    def cost(self) -> Cost:
        """Of the kind at hand."""
        return self.costs.setdefault(self.kind, Cost())

    def note(self, *told: Any) -> None:
        """A statement is asked."""
        self.cost.statements += not told[2].lstrip().startswith(OF_THE_TRANSACTION)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the time inside for this part."""
        if self._part:
            yield
            return
        self._part, begun = name, time.thread_time()
        try:
            yield
        finally:
            self._part = ""
            self.cost.parts[name] = self.cost.parts.get(name, 0) + time.thread_time() - begun

    def watch(self, owner: type, method: str, part: str) -> None:
        """Let this method count for a part."""
        inner = getattr(owner, method)

        def counted(*values: Any, **named: Any) -> Any:
            with self.part(part):
                return inner(*values, **named)

        setattr(owner, method, counted)


class Person:
    """Somebody's browser, without a browser and without a server."""

    def __init__(self, app: Flask, meter: Meter) -> None:
        self.app, self.meter = app, meter
        self.cookies: dict[str, str] = {}

    def ask(self, kind: str, path: str, values: dict[str, str] | None = None) -> tuple[bytes, str]:
        """The page, and where it leads. Raises RuntimeError for an answer that is neither 200 nor 303."""
        environ, told = self._environ(path, values), []
        self.meter.kind, begun = kind, time.thread_time()
        page = b"".join(self.app.wsgi_app(environ, lambda status, headers, error=None: told.extend((status, headers))))  # type: ignore[arg-type]
        self.meter.cost.cpu.append(time.thread_time() - begun)
        if not told[0].startswith(("200", "303")):
            raise RuntimeError(f"{path} answered {told[0]}")
        for name, value in told[1]:
            if name == "Set-Cookie":
                cookie, _, kept = value.partition(";")[0].partition("=")
                self.cookies[cookie] = kept
        headers = dict(told[1])
        return gzip.decompress(page) if headers.get("Content-Encoding") == "gzip" else page, headers.get("Location", "")

    def _environ(self, path: str, values: dict[str, str] | None) -> dict[str, Any]:
        body = urlencode(values).encode() if values is not None else b""
        return {
            "REQUEST_METHOD": "GET" if values is None else "POST", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1", "HTTP_ACCEPT_ENCODING": "gzip",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "", "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
        }  # fmt: skip


def one_journey(person: Person) -> None:
    """The whole referral."""
    page, _ = person.ask("first page", "/")
    _, place = person.ask("start", "/start/five-pages", {"csrf_token": hidden(page)["csrf_token"]})
    home = "/".join(place.split("/")[:3])
    for name, values in PAGES:
        page, _ = person.ask("GET a page (5)", f"{home}/{name}")
        person.ask("POST a page (5)", f"{home}/{name}", hidden(page) | values)
    page, _ = person.ask("check answers", f"{home}/check")
    person.ask("send", f"{home}/send", hidden(page))


def measured(app: Flask, journeys: int) -> dict[str, Cost]:
    """What each kind of request costs, once everything is warm."""
    meter = Meter()
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", meter.note)
    watched: tuple[tuple[type, str, str], ...] = ((Connection, "execute", "database"), (Session, "commit", "database"), (Template, "render", "page"))
    before = [(owner, method, getattr(owner, method)) for owner, method, _ in watched]
    for owner, method, part in watched:
        meter.watch(owner, method, part)
    try:
        _repeat(lambda: one_journey(Person(app, meter)), 5)
        meter.costs.clear()
        gc.collect()
        gc.freeze()
        _repeat(lambda: one_journey(Person(app, meter)), journeys)
    finally:
        for owner, method, inner in before:
            setattr(owner, method, inner)
    return meter.costs


def _repeat(work: Callable[[], None], times: int) -> None:
    for _ in range(times):
        work()


def main(journeys: int = JOURNEYS) -> None:
    """The table."""
    with tempfile.TemporaryDirectory() as name:
        five_pages.prepare(Path(name))
        costs = measured(create_app(five_pages.settings(Path(name))), journeys)
    print(f"\nCPU of each request of a five-page referral, in ms, {journeys} referrals")
    print(f"{'':<26} {'median':>9} {'least':>9} {'database':>9} {'page':>9} {'rest':>9} {'statements':>11}")
    for kind, cost in costs.items():
        print(cost.line(kind))
    whole = sum(sum(cost.cpu) for cost in costs.values()) / journeys
    print(f"a whole referral: {whole * 1e3:.1f} ms, {1 / whole:.0f} a second from one processor of its own without a web server")


if __name__ == "__main__":
    main()

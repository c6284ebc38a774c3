"""`make bench`: what a page, a save, a send and a Word document cost, as ratios measured side by side in one run.

Pages are timed in one process through the WSGI app, next to a bare Flask page; documents next to docxtpl used as its manual says.
Read the ratios: absolute figures are those of this machine at this moment.
"""

from __future__ import annotations

import io
import json
import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from sqlalchemy import event, update

from portal import create_app, start_up
from portal.command_line import kept
from portal.councils.library import council
from portal.db import db
from portal.documents.commands import known_facts, material_of_file
from portal.documents.merge_data import Sources, gather
from portal.settings import Settings
from portal.submissions.models import SubmissionData
from portal.word.package import DEFLATE
from portal.word.render import render
from portal.word.template import compile_template

ROOT = Path(__file__).parents[1]
ROUNDS = 7
COUNCIL = "hackney"
FORM = "request_for_support"


@dataclass
class Measured:
    """Times of one kind of request: CPU and wall seconds of each, SQL statements of the last."""

    name: str
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    statements: int = 0

    def line(self, bare: Measured) -> str:
        """One row of the table."""
        cpu, wall = sorted(self.cpu), sorted(self.wall)
        ratio = statistics.median(cpu) / statistics.median(bare.cpu)
        p95 = wall[min(len(wall) - 1, int(len(wall) * 0.95))]
        return f"{self.name:<42} {statistics.median(cpu) * 1e3:8.2f} {statistics.median(wall) * 1e3:8.2f} {p95 * 1e3:8.2f} {self.statements:6d} {ratio:9.1f}"


def settings(folder: str) -> Settings:
    """A portal of its own in a folder that goes away, with durable writes as in real use."""
    return Settings(
        council=COUNCIL, data_dir=folder, secret_key="b" * 48, base_url="http://localhost", mail="outbox", mail_from="early.help@example.org",
        demonstration=True, allow_test_nhs_numbers=True, testing=True,
    )  # fmt: skip


def bare_flask() -> FlaskClient:
    """The least a Flask page can cost."""
    app = Flask("bare")
    app.add_url_rule("/", "page", lambda: "<!DOCTYPE html><html lang=en><title>Bare</title><h1>Bare</h1>")
    return app.test_client()


class Counter:
    """Counts SQL statements, without those of the transaction itself."""

    def __init__(self, app: Flask) -> None:
        self.count = 0
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._seen)

    def _seen(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split(None, 1)[0].upper() not in ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"):
            self.count += 1


def timed(measured: Measured, request: Callable[[], Any], counter: Counter | None = None, *, status: tuple[int, ...] = (200, 303)) -> Any:
    """One request, timed. Raises RuntimeError when it is not answered as expected."""
    before = counter.count if counter else 0
    wall, cpu = time.perf_counter(), time.process_time()
    response = request()
    measured.cpu.append(time.process_time() - cpu)
    measured.wall.append(time.perf_counter() - wall)
    if response.status_code not in status:
        raise RuntimeError(f"{measured.name} answered {response.status_code}")
    measured.statements = counter.count - before if counter else 0
    return response


def start_draft(app: Flask, client: FlaskClient, answers: dict[str, Any]) -> str:
    """A draft started over the web as a referrer would, then given a whole set of answers."""
    response = client.post(f"/start/{FORM.replace('_', '-')}", data={})
    draft = response.headers["Location"].split("/fill/")[1].split("/")[0]
    with kept(app):
        db.session.execute(update(SubmissionData).where(SubmissionData.submission_id == draft).values(answers=answers))
    return draft


def pages(app: Flask) -> None:
    """Times the referrer's pages and prints them next to a bare Flask page."""
    client, bare = app.test_client(), bare_flask()
    counter = Counter(app)
    answers = json.loads((ROOT / f"examples/{COUNCIL}/{FORM}.short.json").read_text())
    draft = start_draft(app, client, answers)
    steps = [("start page", "/"), ("task list", f"/fill/{draft}"), ("page of questions", f"/fill/{draft}/about-you"), ("check answers", f"/fill/{draft}/check")]
    floor = Measured("bare Flask page")
    gets = {path: Measured(f"GET {name}") for name, path in steps}
    save, send = Measured("POST save a page"), Measured("POST send the request")
    for _ in range(ROUNDS):
        for _ in range(20):
            timed(floor, lambda: bare.get("/"))
        for path, measured in gets.items():
            for _ in range(6):
                timed(measured, partial(client.get, path), counter)
        for _ in range(6):
            timed(save, lambda: client.post(f"/fill/{draft}/about-you", data={"your_name": "Rosa Lindqvist"}), counter, status=(200, 303, 422))
        sender = app.test_client()
        own = start_draft(app, sender, answers)
        key = sender.get(f"/fill/{own}/check").text.split('name="key" value="')[1].split('"')[0]
        timed(send, partial(sender.post, f"/fill/{own}/send", data={"key": key}), counter, status=(303,))
    print(f"\n{'request':<42} {'CPU ms':>8} {'p50 ms':>8} {'p95 ms':>8} {'SQL':>6} {'x bare':>9}")
    for measured in (floor, *gets.values(), save, send):
        print(measured.line(floor))


def documents() -> None:
    """Times each kind of Word document next to docxtpl on the same template and data."""
    pack = council(COUNCIL)
    print(f"\nChanged parts are packed with {DEFLATE}.")
    print(f"{'document':<42} {'ours ms':>8} {'docxtpl':>8} {'x faster':>9}")
    for rule in pack.documents:
        example = ROOT / f"examples/{COUNCIL}/{pack.papers[rule.paper].form}.json"
        data = gather(rule, Sources(pack, material_of_file(pack, rule.paper, example), {}, known_facts(pack, rule, ())))
        template = pack.template_path(rule.template).read_bytes()
        compiled = compile_template(template)
        rounds = [_round(partial(render, compiled, data), partial(docxtpl_naive, template, data)) for _ in range(ROUNDS)]
        fast, slow = (statistics.median(times) for times in zip(*rounds, strict=True))
        print(f"{rule.id:<42} {fast * 1e3:8.2f} {slow * 1e3:8.2f} {statistics.median(theirs / ours for ours, theirs in rounds):9.1f}")


def _round(ours: Callable[[], bytes], theirs: Callable[[], bytes]) -> tuple[float, float]:
    """CPU seconds of one document, ours and docxtpl's: each makes it over and over for a while, one right after the other."""
    found = []
    for times, make in ((40, ours), (3, theirs)):
        make()
        begun = time.process_time()
        for _ in range(times):
            make()
        found.append((time.process_time() - begun) / times)
    return found[0], found[1]


def docxtpl_naive(template: bytes, data: dict[str, Any]) -> bytes:
    """A document made the way docxtpl's manual says, a new object each, values escaped."""
    document = DocxTemplate(io.BytesIO(template))
    document.render(data, SandboxedEnvironment(undefined=StrictUndefined, autoescape=True), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def main() -> None:
    """The whole table."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings(folder))
        app.config["WTF_CSRF_ENABLED"] = False
        start_up.migrate(app)
        start_up.publish_shipped(app)
        pages(app)
        documents()


if __name__ == "__main__":
    main()

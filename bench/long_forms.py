"""`python -m bench.long_forms`: what a page costs in a form of a thousand questions, next to one in a form of twenty, and both next to a bare Flask page.

Every fourth question hangs on another of its page, every tenth page on the first question, one page ends the way; all are answered.
"""

from __future__ import annotations

import logging
import statistics
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from flask import session
from flask.testing import FlaskClient

from bench import five_pages
from bench.run import Counter, Measured, bare_flask, timed
from portal import create_app, publishing
from portal.access import hold_draft
from portal.db import db
from portal.submissions import drafts
from portal.submissions.drafts import Start, Writer

SIZES = (20, 1000)
ROUNDS = 7
HEAD = """schema: 1
id: long_{count}
title: Long
audience: public
sections: [{{id: one, title: One}}]
pages:
  - {{id: home, section: one, title: Home, questions: [{{id: here, kind: yes_no, label: Here, required: true}}]}}
  - {{id: away, section: one, title: Away, type: stop, when: {{question: here, is: "no"}}}}
"""


def form_of(count: int) -> str:
    """A form of so many questions, twenty on a page."""
    lines = [HEAD.format(count=count)]
    for number in range(count):
        first = number - number % 20
        if number == first:
            when = ', when: {question: here, is: "yes"}' if number % 200 == 0 else ""
            lines.append(f"  - id: p{number}\n    section: one\n    title: Page {number}")
            lines.append(f"    {when.removeprefix(', ')}\n    questions:" if when else "    questions:")
        shown = f', when: {{question: q{first}, is: "yes"}}' if number % 4 == 3 else ""
        lines.append(f"      - {{id: q{number}, kind: yes_no, label: Question {number}{shown}}}")
    return "\n".join(lines)


def draft_of(client: FlaskClient, count: int) -> str:
    """The address of the first page of a filled-in draft of that form, held by this browser."""
    with client.application.test_request_context():
        version = publishing.publish("form", f"marlowe_vale/long_{count}", form_of(count))
        answers = {"here": "yes"} | {f"q{number}": "yes" for number in range(count)}
        draft = drafts.start(version, by=Writer(), first=Start(answers=answers))
        db.session.commit()
        address, draft_id = f"/fill/{draft.id}/p0", draft.id
        hold_draft(draft_id)
        held = dict(session["drafts"])
    with client.session_transaction() as cookie:
        cookie["drafts"] = cookie.get("drafts", {}) | held
    return address


def main() -> None:
    """The table, and how many times the longer form costs."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as name:
        five_pages.prepare(Path(name))
        app = create_app(five_pages.settings(Path(name)))
        app.config["WTF_CSRF_ENABLED"] = False
        client, bare, counter = app.test_client(), bare_flask(), Counter(app)
        address = {count: draft_of(client, count) for count in SIZES}
        floor = Measured("bare Flask page")
        gets = {count: Measured(f"GET a page of {count} questions") for count in SIZES}
        posts = {count: Measured(f"POST a page of {count} questions") for count in SIZES}
        for round_number in range(ROUNDS):
            for _ in range(20):
                timed(floor, lambda: bare.get("/"))
            for each in range(6):
                for count in SIZES:
                    timed(gets[count], partial(client.get, address[count]), counter)
                    values = {f"q{number}": "yes" for number in range(20)} | {"q1": ("yes", "no")[(round_number * 6 + each) % 2], "version": "999999"}
                    timed(posts[count], partial(_post, client, address[count], values), counter)
    print(f"\n{'request':<42} {'CPU ms':>8} {'p50 ms':>8} {'p95 ms':>8} {'SQL':>6} {'x bare':>9}")
    for measured in (floor, *gets.values(), *posts.values()):
        print(measured.line(floor))
    for what, measured in (("GET", gets), ("POST", posts)):
        short, long = (statistics.median(measured[count].cpu) for count in SIZES)
        print(f"{what}: a page of {SIZES[1]:,} questions costs {long / short:.2f} times one of {SIZES[0]}")


def _post(client: FlaskClient, address: str, values: dict[str, Any]) -> Any:
    return client.post(address, data=values | {"_shown": [name for name in values if name.startswith("q")]})


if __name__ == "__main__":
    main()

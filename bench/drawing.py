"""`python -m bench.drawing`: ten questions drawn by the macros and from compiled drawings, one right after the other, and what making a drawing costs."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date

from portal import create_app
from portal.forms.conditions import Facts
from portal.forms.drawn_questions import Drawings
from portal.forms.journey import Block
from portal.forms.load import load_definition
from portal.forms.page_form import build
from portal.settings import Settings

ROUNDS = 15
FORM = """
schema: 1
id: ten
title: Ten components
audience: public
sections: [{id: one, title: One}]
lists:
  five: [{id: a, label: One of them}, {id: b, label: Another, hint: With a hint}, {id: c, label: A third}, {id: d, label: A fourth}, {id: e, label: A fifth}]
  ten: [{id: a, label: A}, {id: b, label: B}, {id: c, label: C}, {id: d, label: D}, {id: e, label: E}, {id: f, label: F}, {id: g, label: G}, {id: h, label: H}, {id: i, label: I}, {id: j, label: J}]
pages:
  - id: page
    section: one
    title: Page
    questions:
      - {id: first_name, kind: text, label: First name, required: true}
      - {id: last_name, kind: text, label: Last name}
      - {id: born, kind: date, label: Date of birth, hint: "For example, 27 3 2019"}
      - {id: one_of, kind: radios, label: One of five, list: five}
      - {id: any_of, kind: checkboxes, label: Any of five, list: five}
      - {id: from_list, kind: select, label: From a list, list: ten}
      - {id: in_words, kind: long_text, label: In your words, max_words: 300}
      - {id: safe, kind: yes_no, label: Is the child safe?, not_known: true}
      - {id: phone, kind: phone, label: Phone number}
      - {id: told, kind: statement, label: I have read the privacy notice}
"""


def _timed(draw: Callable[[], object], times: int) -> float:
    begun = time.process_time()
    for _ in range(times):
        draw()
    return (time.process_time() - begun) / times


def main() -> None:
    """Prints milliseconds of both and how many times faster compiled drawings are."""
    form = load_definition(FORM)
    page = form.pages[0]
    answers = {"first_name": "Asha & co", "born": "2019-05-04", "one_of": "b", "any_of": ["a", "c"], "in_words": "She has stopped coming.\nWhy?", "safe": "yes"}
    fields = list(build(form, [Block(page, (), page.title, page.questions)], answers, {}, Facts(date(2026, 5, 4))))
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(council="hackney", data_dir=folder, secret_key="b" * 48, base_url="http://localhost", mail="outbox", demonstration=True, testing=True))
        drawings: Drawings = app.jinja_env.globals["drawn_question"]
        first = _timed(lambda: [Drawings(drawings.draw)(field) for field in fields], 1)
        rounds = [
            (_timed(lambda: [drawings(field) for field in fields], 200), _timed(lambda: [drawings.draw(field, False) for field in fields], 3))
            for _ in range(ROUNDS)
        ]
    fast, slow = (statistics.median(times) for times in zip(*rounds, strict=True))
    print(f"\nten questions: macros {slow * 1e3:.2f} ms, compiled {fast * 1e3:.3f} ms: {statistics.median(two / one for one, two in rounds):.0f} times faster; made once in {first * 1e3:.0f} ms")


if __name__ == "__main__":
    main()

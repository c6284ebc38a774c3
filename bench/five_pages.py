"""The five-page form of the journey bench, in a copy of the made-up council's pack; and the portals that serve it: one as it is,
one that draws every question by the macros, and a bare Flask page as the floor. Run by granian as `bench.five_pages:app`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from flask import Flask

from portal import create_app, start_up
from portal.serving import share_memory
from portal.settings import Settings

PACK = Path(__file__).parents[1] / "tests" / "packs" / "marlowe_vale"
KIND = "BENCH_KIND"
KINDS = ("portal", "macros", "bare")
FORM = """
schema: 1
id: five_pages
title: Five pages
audience: public
send: {button: Send, declaration: This is true as far as I know., reference_prefix: FIVE}
conditions:
  worried: {question: worries, has: other}
sections: [{id: child, title: The child}, {id: worry, title: The worry}]
pages:
  - {id: name, section: child, title: "Child's name", questions: [{id: child_name, kind: text, label: "Child's name", required: true, max_length: 100}]}
  - {id: born, section: child, title: Date of birth, questions: [{id: born_on, kind: date, label: Date of birth, required: true, rules: [{not_after: today}]}]}
  - id: safety
    section: worry
    title: Safety
    questions:
      - {id: safe, kind: radios, label: Is the child safe?, required: true, options: [{id: "yes", label: "Yes"}, {id: "no", label: "No"}, {id: unsure, label: Not sure}]}
  - id: ring
    section: worry
    title: Ring 999
    type: stop
    when: {question: safe, is: "no"}
  - id: kinds
    section: worry
    title: Worries
    questions:
      - id: worries
        kind: checkboxes
        label: What are you worried about?
        required: true
        options: [{id: home, label: Home}, {id: school, label: School}, {id: health, label: Health}, {id: money, label: Money}, {id: other, label: Something else}]
      - {id: other_worry, kind: text, label: What else?, required: true, when: {use: worried}}
  - {id: words, section: worry, title: In your words, questions: [{id: in_words, kind: long_text, label: What happened?, required: true, max_words: 300}]}
"""
WAY = "    - {id: five, title: Five pages, text: For measuring., form: five_pages, button: Start}\n"
PAPER = "  - {id: five, title: Five pages, form: five_pages, kind: request, many: true, start_at: [new_in]}\n"


def make_pack(folder: Path) -> Path:
    """The made-up council's pack with the form of five pages, and a way in to it."""
    pack = folder / "marlowe_vale"
    shutil.copytree(PACK, pack, dirs_exist_ok=True)
    (pack / "forms" / "five_pages.yaml").write_text(FORM)
    for name, after, line in (("service", "  ways:\n", WAY), ("workflow", "papers:\n", PAPER)):
        file = pack / "council" / f"{name}.yaml"
        file.write_text(file.read_text().replace(after, after + line, 1))
    return pack


def settings(folder: Path, base_url: str = "http://localhost") -> Settings:
    """Settings of a portal for the pack in this folder, with its data beside it."""
    return Settings(
        council="marlowe_vale", council_path=str(folder / "marlowe_vale"), data_dir=str(folder / "data"), secret_key="b" * 48, base_url=base_url,
        mail="outbox", mail_from="early.help@example.org", demonstration=True, allow_test_nhs_numbers=True,
    )  # fmt: skip


def prepare(folder: Path) -> None:
    """Pack, tables and published forms."""
    make_pack(folder)
    app = create_app(settings(folder))
    start_up.migrate(app)
    start_up.publish_shipped(app)


def bare() -> Flask:
    """The least a Flask page can cost."""
    app = Flask("bare")
    app.add_url_rule("/", "page", lambda: "<!DOCTYPE html><html lang=en><title>Bare</title><h1>Bare</h1>")
    return app


def served(kind: str) -> Flask:
    """One of the kinds, with settings from the environment, and its memory settled as `portal serve` settles it."""
    if kind == "bare":
        return bare()
    app = create_app()
    if kind == "macros":
        del app.jinja_env.globals["drawn_question"]
    share_memory()
    return app


def __getattr__(name: str) -> Flask:
    if name == "app":
        return served(os.environ[KIND])
    raise AttributeError(name)

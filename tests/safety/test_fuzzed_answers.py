"""Answers that nobody means: posted to every page of shipped forms and of forms made at random. Each yields a page, never a fault of the server."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.db import db
from portal.forms import question_kinds
from portal.forms.journey import Journey
from portal.forms.paths import path_of
from portal.submissions import drafts
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Start, Writer
from portal.submissions.filling_routes import step_url
from tests.documents.shipped import pack_of
from tests.forms.wide_forms import filled, wide_form, wide_text
from tests.safety.hostile_requests import TEXTS
from tests.submissions.made_up import held_by, published

NORMAL, PARTS = 2_000, 8
LONG = 100_000
A_DRAFT = 60
"""So many sets are posted to one draft."""

BUTTONS = ("", "save", "back", "later", "check", "x")
OFTEN_OF_US = ("/autosave", "/all", "/items/add", "/items/remove", "/items/move", "/settle", "/check", "/send")


def started(app: Flask, client: FlaskClient, random: Random) -> str:
    """A draft of a shipped form, as if all were for the public, or of one made at random; half of them are filled in."""
    pack = pack_of("hackney")
    if random.random() < 0.5:
        seed = random.randrange(10**6)
        text, form_id, answers = json.dumps(wide_text(seed, audience="public"), indent=1), "wide", filled(wide_form(seed), seed)
    else:
        form_id = random.choice(pack.form_ids())
        text = pack.form_text(form_id).replace("audience: staff", "audience: public", 1)
        answers = json.loads((pack.places.examples / f"{form_id}.json").read_text())
    kept = answers if random.random() < 0.5 else {}
    return held_by(client, lambda: drafts.start(published(text, form_id), by=Writer(), first=Start(answers=kept)))


def steps_of(app: Flask, draft_id: str) -> tuple[int, list[tuple[str, list[str]]]]:
    """The version of the draft, and the address of each step with the names of its inputs."""
    with app.test_request_context():
        draft = drafts.find(draft_id)
        if draft is None or not draft.is_draft:
            return 0, []
        definition = definition_of(draft)
        journey = Journey(definition, drafts.answers_of(draft), drafts.facts_for(draft))
        found = [(step_url(draft, step), [name for block in journey.blocks(step) for question in block.questions for name in names(question, path_of(block.scope, question.id))]) for step in journey.steps()]
        version = draft.version
        db.session.rollback()
    return version, found


def names(question: Any, path: str) -> list[str]:
    return [f"{path}.{part}" if part else path for part in (*question_kinds.kind(question.kind).parts(question), "not_known")]


def answers_to(random: Random, fields: list[str], version: int) -> dict[str, Any]:
    """A set of answers: the page's own inputs, mostly with junk, sometimes twice or with none; and the hidden inputs it has."""
    data: dict[str, Any] = {"version": str(version), "tab": "a tab", "then": random.choice(BUTTONS), "_shown": fields[:3]}
    for name in fields:
        if random.random() < 0.75:
            value = random.choice((*TEXTS, *SENSIBLE))
            data[name] = value if random.random() < 0.9 else [value, random.choice(TEXTS)]
    for name in random.sample(sorted(data), k=min(len(data), random.choice((0, 0, 0, 1)))):
        del data[name]
    if random.random() < 0.2:
        data[random.choice(("version", "tab", "repeat", "item", "path-1", "value-1", "keep-1", "danger", "children.x.y", "__proto__"))] = random.choice(TEXTS)
    return {name: [str(each) for each in value] if isinstance(value, list) else value for name, value in data.items()}


SENSIBLE = ("yes", "no", "1", "12", "2024", "one", "two", "given", "written", "en", "white_british", "today", "Rosa")


def fuzzed(app: Flask, seed: int, number: int) -> Counter[int]:
    """Post so many sets of answers; answers how many had which status."""
    random, counted = Random(seed), Counter[int]()
    client = FlaskClient(app, app.response_class)
    draft_id = ""
    for one in range(number):
        if one % A_DRAFT == 0:
            draft_id = started(app, client, random)
            version, steps = steps_of(app, draft_id)
        elif one % 6 == 0:
            version, steps = steps_of(app, draft_id)
        if not steps:
            draft_id = started(app, client, random)
            version, steps = steps_of(app, draft_id)
        address, fields = random.choice(steps)
        if random.random() < 0.12:
            address = f"/fill/{draft_id}{random.choice(OFTEN_OF_US)}"
        data = answers_to(random, fields, version)
        response = client.post(address, data=data)
        counted[response.status_code] += 1
        assert response.status_code < 500, f"set {one} of {seed}: {response.status_code} to {address} with {data}\n{response.text[:500]}"
    return counted


ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@ON_SQLITE
@pytest.mark.parametrize("part", range(PARTS))
def test_every_set_of_answers_yields_a_page(app, part, record_property):
    counted = fuzzed(app, part, NORMAL // PARTS)
    assert sum(counted.values()) == NORMAL // PARTS
    assert counted[303] + counted[302] > 5 and counted[422] + counted[200] > 5, counted
    record_property("counted", f"fuzzed sets of answers, part {part}: {sum(counted.values()):,}, each yields a page")


@pytest.mark.long
@ON_SQLITE
@pytest.mark.parametrize("part", range(50))
def test_every_one_of_a_hundred_thousand_sets_yields_a_page(app, part):
    fuzzed(app, 1000 + part, LONG // 50)

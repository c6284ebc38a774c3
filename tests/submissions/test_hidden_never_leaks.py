"""No answer to a question that is not shown is on a page, in a document, in what is sent, or among what a search finds: for forms made at random."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from itertools import islice

from flask.testing import FlaskClient
from sqlalchemy import select

from portal import timekeeping
from portal.db import db
from portal.documents.all_answers import all_answers
from portal.documents.material import of_submission
from portal.forms import answers as stored
from portal.forms.answers import visible
from portal.forms.conditions import Facts
from portal.forms.derived.sample import SampleImpossible, Sampler
from portal.forms.journey import Journey
from portal.publishing.in_force import council_in_force
from portal.submissions import drafts, submit
from portal.submissions.drafts import Start, Writer
from portal.submissions.filling_routes import step_url
from portal.submissions.models import Submission, SubmissionData, SubmissionPerson
from tests.forms.wide_forms import CANARY, filled, wide_form, wide_text
from tests.submissions.made_up import held_by, published

SEEDS = range(200)


def facts() -> Facts:
    return Facts(timekeeping.today(), record=council_in_force().service.facts, test_numbers=True)


def canaries(value) -> set[str]:
    return {word for word in json.dumps(value).split('"') if word.startswith(CANARY)}


def with_hidden(seed: int) -> bool:
    """Whether a form made of this number hides some text that was written."""
    form = wide_form(seed, audience="public")
    answers = filled(form, seed)
    known = Facts(timekeeping.today())
    return bool(canaries(answers) - canaries(visible(form, answers, known).answers)) and not any(page.type == "stop" for page in form.pages)


@cache
def hiding(number: int) -> list[int]:
    """The first so many numbers whose form hides something."""
    return list(islice((seed for seed in SEEDS if with_hidden(seed)), number))


def test_no_page_of_a_draft_shows_what_is_hidden(app):
    for seed in hiding(8):
        look_at_pages(app, seed)


def look_at_pages(app, seed):
    """Fetch every page of a draft with these answers."""
    client = FlaskClient(app, app.response_class)
    form = wide_form(seed, audience="public")
    answers = filled(form, seed)

    def made() -> Submission:
        return drafts.start(published(json.dumps(wide_text(seed, audience="public"), indent=1), "wide"), by=Writer(), first=Start(answers=answers))

    draft_id = held_by(client, made)
    with app.test_request_context():
        draft = drafts.find(draft_id)
        shown = canaries(visible(form, answers, drafts.facts_for(draft)).answers)
        addresses = [step_url(draft, step) for step in Journey(form, answers, drafts.facts_for(draft)).steps()]
    hidden = canaries(answers) - shown
    texts = [client.get(address, follow_redirects=True).text for address in (*addresses, f"/fill/{draft_id}", f"/fill/{draft_id}/check")]
    assert [canary for canary in hidden if any(canary in text for text in texts)] == []
    assert [canary for canary in shown if not any(canary in text for text in texts)] == [], "what is shown is on some page: the search means something"


@cache
def sendable() -> list[tuple[int, dict]]:
    """Forms that can be sent, with valid answers and something hidden put in beside them."""
    found = []
    known = Facts(timekeeping.today(), test_numbers=True)
    for seed in hiding(30):
        form = wide_form(seed, audience="public")
        try:
            answers = Sampler(form, known).sample(seed)
        except SampleImpossible:
            continue
        more = filled(form, seed)
        put = answers
        for question in form.index.questions_of_repeat[""]:
            if question.id not in answers and question.id in more and (question.id, ()) not in visible(form, put, known).questions:
                put = stored.put(put, question.id, more[question.id])
        if visible(form, put, known).answers == visible(form, answers, known).answers and canaries(put) - canaries(answers):
            found.append((seed, put))
        if len(found) == 6:
            break
    return found


def test_what_was_hidden_is_neither_sent_nor_printed_nor_found(in_app):
    assert len(sendable()) == 6
    for seed, answers in sendable():
        send_and_look(seed, answers)


def send_and_look(seed, answers):
    """Send such answers, and look where they went."""
    form = wide_form(seed, audience="public")
    draft = drafts.start(published(json.dumps(wide_text(seed, audience="public"), indent=1), "wide"), by=Writer(), first=Start(answers=answers))
    for step in Journey(form, answers, drafts.facts_for(draft)).steps():
        drafts.acknowledge(draft, step.key, by=Writer())
    hidden = canaries(answers) - canaries(visible(form, answers, drafts.facts_for(draft)).answers)
    assert hidden
    assert not hidden & canaries(of_submission(draft).answers), "what documents are bound to"
    sent = submit.send(draft, draft.idempotency_key, by=Writer(), facts=facts()).submission
    db.session.flush()
    kept = json.dumps(db.session.get_one(SubmissionData, sent.id).answers)
    people = " ".join(f"{one.first_name} {one.last_name} {one.folded}" for one in db.session.scalars(select(SubmissionPerson)))
    with zipfile.ZipFile(io.BytesIO(all_answers(council_in_force(), form, answers, facts(), {}))) as archive:
        printed = archive.read("word/document.xml").decode()
    for canary in hidden:
        assert canary not in kept
        assert canary.lower() not in people.lower()
        assert canary not in printed

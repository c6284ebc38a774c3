"""Receives a request: a family, its people and an episode under today's rules. Once for each submission, however often asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal import audit
from portal.db import db
from portal.episodes import clocks, rules, transitions
from portal.episodes.models import Episode, Paper
from portal.families import consents, people
from portal.forms.model import FormDefinition
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import answers_of
from portal.submissions.models import Submission

LEVEL = "submission.level"
REFERRER = "submission.referrer_name"


def receive(submission: Submission) -> Episode | None:
    """The episode of this request, made now if there is none. None when the form is no request by the council's files."""
    paper = db.session.scalars(select(Paper).where(Paper.submission_id == submission.id)).first()
    if paper is not None:
        return db.session.get_one(Episode, paper.episode_id)
    rule = rules.request_of_form(submission.form_id)
    if rule is None:
        return None
    definition, answers = definition_of(submission), answers_of(submission)
    family, people_of_items = people.make_family(definition, answers, council=submission.council, source=submission.id)
    consents.record(family, definition, answers, source=submission.id, people=people_of_items)
    episode = Episode(
        council=submission.council,
        family_id=family.id,
        reference=submission.reference,
        stage=rules.stages().first.id,
        team=rules.receiving_team(definition, answers),
        level=bound_answer(definition, answers, LEVEL),
        rules_number=rules.number_in_force(),
    )
    db.session.add(episode)
    db.session.flush()
    db.session.add(Paper(episode_id=episode.id, submission_id=submission.id, paper=rule.id, started_by=submission.author_id))
    detail = {"family": family.id, "submission": submission.id, "rules": episode.rules_number}
    audit.record("episode.opened", subject="episode", subject_id=episode.id, actor=submission.author_id, detail=detail)
    clocks.on_received(episode)
    transitions.open_at(episode, episode.stage, submission_id=submission.id, by_label=submission.author_label or bound_answer(definition, answers, REFERRER))
    return episode


def bound_answer(definition: FormDefinition, answers: Mapping[str, Any], binding: str) -> str:
    """The first text answered to a question, outside repeats, with this binding; '' for none."""
    for question in definition.index.questions_of_repeat[""]:
        value = answers.get(question.id)
        if question.record == binding and isinstance(value, str) and value:
            return value
    return ""

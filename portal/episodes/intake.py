"""Receives a request: a family, its people and an episode under today's rules. Once for each submission, however often asked."""

from __future__ import annotations

from sqlalchemy import select

from portal import audit
from portal.councils.moves import Answered, bound_answer, opening, request_paper
from portal.db import db
from portal.episodes import clocks, rules, transitions
from portal.episodes.models import Episode, Paper
from portal.families import consents, people
from portal.publishing.in_force import council_in_force
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import answers_of
from portal.submissions.models import Submission

REFERRER = "submission.referrer_name"


def receive(submission: Submission) -> Episode | None:
    """The episode of this request, made now if there is none. None when the form is no request by the council's files."""
    paper = db.session.scalars(select(Paper).where(Paper.submission_id == submission.id)).first()
    if paper is not None:
        return db.session.get_one(Episode, paper.episode_id)
    council = council_in_force()
    rule = request_paper(council, submission.form_id)
    if rule is None:
        return None
    definition, answers = definition_of(submission), answers_of(submission)
    opened = opening(council, rule, Answered(definition, answers, rules.facts_for(None)))
    family, people_of_items = people.make_family(definition, answers, council=submission.council, source=submission.id)
    consents.record(family, definition, answers, source=submission.id, people=people_of_items)
    episode = Episode(
        council=submission.council,
        family_id=family.id,
        reference=submission.reference,
        stage=opened.stage,
        team=opened.team,
        level=opened.level,
        rules_number=rules.number_in_force(),
    )
    db.session.add(episode)
    db.session.flush()
    db.session.add(Paper(episode_id=episode.id, submission_id=submission.id, paper=opened.paper, started_by=submission.author_id))
    detail = {"family": family.id, "submission": submission.id, "rules": episode.rules_number}
    audit.record("episode.opened", subject="episode", subject_id=episode.id, actor=submission.author_id, detail=detail)
    clocks.on_received(episode)
    transitions.open_at(episode, episode.stage, submission_id=submission.id, by_label=submission.author_label or bound_answer(definition, answers, REFERRER))
    return episode

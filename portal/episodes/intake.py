"""Receives a request: a family, its people and an episode under today's rules. Once for each submission, however often asked."""

from __future__ import annotations

from portal import audit
from portal.councils.moves import Answered, bound_answer, opening, request_paper
from portal.db import db
from portal.episodes import clocks, papers, rules, transitions
from portal.episodes.models import Episode, Paper
from portal.families import consents, people
from portal.publishing.in_force import council_in_force
from portal.rows import add_object
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import answers_of
from portal.submissions.models import Submission

REFERRER = "submission.referrer_name"


def receive(submission: Submission) -> tuple[Episode, Paper] | None:
    """The episode of this request, made now if there is none, and its paper there. None when the form is no request by the council's files."""
    paper = papers.of_submission(submission.id)
    return (db.session.get_one(Episode, paper.episode_id), paper) if paper is not None else _begin(submission)


def _begin(submission: Submission) -> tuple[Episode, Paper] | None:
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
        clocks=[],
    )
    add_object(episode)
    paper = Paper(episode_id=episode.id, submission_id=submission.id, paper=opened.paper, started_by=submission.author_id)
    add_object(paper)
    detail = {"family": family.id, "submission": submission.id, "rules": episode.rules_number}
    audit.record("episode.opened", subject="episode", subject_id=episode.id, actor=submission.author_id, detail=detail)
    clocks.on_received(episode)
    transitions.open_at(episode, episode.stage, submission_id=submission.id, by_label=submission.author_label or bound_answer(definition, answers, REFERRER))
    return episode, paper

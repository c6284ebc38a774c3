"""Reading what documents are made of from the database: a submission's frozen answers, its episode's facts, the template in force."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from portal import publishing, timekeeping
from portal.accounts.models import User
from portal.councils import sensitivity
from portal.councils.document_model import Binding, DocumentRule
from portal.councils.library import Council
from portal.db import db
from portal.documents.later_forms import later_form
from portal.documents.merge_data import Material, Sources
from portal.documents.named import Known
from portal.episodes import record_facts
from portal.episodes.models import Episode, Paper
from portal.families.models import FamilyMember, Person
from portal.families.people import members
from portal.files import store
from portal.forms import held_back, question_kinds
from portal.forms.answers import visible
from portal.forms.conditions import Facts
from portal.publishing.in_force import council_in_force
from portal.publishing.models import PublishedVersion
from portal.submissions import drafts
from portal.submissions.definitions import definition_of
from portal.submissions.models import Submission

_DAYS = ("opened_on", "closed_on")


def episode_of(submission: Submission) -> Episode | None:
    """The episode whose paper this submission is, or None for one that no episode has taken in."""
    return db.session.scalar(select(Episode).join(Paper, Paper.episode_id == Episode.id).where(Paper.submission_id == submission.id))


def of_submission(submission: Submission) -> Material:
    """A submission's form and shown answers. Conditions that ask for today look at the day it was sent, so that papers stay as they were."""
    definition = definition_of(submission)
    now = drafts.facts_for(submission)
    facts = Facts(_day_of(submission), now.roles, now.record, now.test_numbers)
    answers = visible(definition, drafts.answers_of(submission), facts).answers
    return Material(definition, answers, facts, later_form(definition, answers, council_in_force().forms().get(submission.form_id), facts))


def _day_of(submission: Submission) -> date:
    return timekeeping.london(submission.sent_at).date() if submission.sent_at else timekeeping.today()


def sources(rule: DocumentRule, submission: Submission, by: User | None, on: date | None = None) -> Sources:
    """Everything a document of this submission may draw on, as on that day (today)."""
    council = council_in_force()
    wanted, groups = _drawn_on(rule)
    episode = episode_of(submission) if wanted or groups else None
    papers = _newest_papers(episode, wanted) if episode is not None and wanted else {}
    known = _submission_facts(rule, submission, by) | {"document.issued_on": timekeeping.show_date(on or timekeeping.today())}
    if episode is not None and "record" in groups:
        known |= _record_facts(episode, by, council)
    if episode is not None and "request" in groups:
        with held_back.reading(sensitivity.of_copy(council, rule)):
            known |= _request_facts(episode, council)
    return Sources(council, of_submission(submission), papers, known, store().read)


def draws_on_form_alone(rule: DocumentRule) -> bool:
    """Whether a document says nothing of its episode: what the record holds and other papers of it change."""
    return not any(_drawn_on(rule))


def _drawn_on(rule: DocumentRule) -> tuple[set[str], set[str]]:
    """The other papers a document draws on, and which facts of its episode: "record", "request"."""
    bindings = _bindings(rule)
    return {binding.paper for binding in bindings} - {"", rule.paper}, {binding.fact.partition(".")[0] for binding in bindings} & {"record", "request"}


def _bindings(rule: DocumentRule) -> list[Binding]:
    """Every binding of a document, those inside repeats too."""
    found: list[Binding] = []
    waiting = list(rule.fields.values())
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1].fields.values()
    return found


def _newest_papers(episode: Episode, wanted: set[str]) -> dict[str, Material]:
    query = (
        select(Paper.paper, Submission)
        .join(Submission, Submission.id == Paper.submission_id)
        .where(Paper.episode_id == episode.id, Paper.paper.in_(wanted), Submission.status.in_(("sent", "final")))
        .order_by(Submission.sent_at, Paper.started_at)
    )
    newest = dict(db.session.execute(query).tuples().all())
    return {paper: of_submission(submission) for paper, submission in newest.items()}


def _submission_facts(rule: DocumentRule, submission: Submission, by: User | None) -> dict[str, str]:
    sent = submission.sent_at
    return {
        "document.title": rule.title,
        "document.issued_by": by.name if by else "",
        "submission.reference": submission.reference or "",
        "submission.sent_on": timekeeping.show_date(sent) if sent else "",
        "submission.sent_at": timekeeping.show_moment(sent) if sent else "",
        "submission.sent_by": submission.author_label,
        "submission.form": definition_of(submission).title,
        "submission.version": f"{submission.form_number}.{submission.version}",
    }


def _record_facts(episode: Episode, by: User | None, council: Council) -> dict[str, str]:
    facts: dict[str, Any] = record_facts.of(episode, by=by).facts
    team = council.teams.get(episode.team)
    shown = {name: timekeeping.show_date(date.fromisoformat(facts[name])) if facts.get(name) else "" for name in _DAYS}
    shown |= {name: str(facts.get(name) or "") for name in ("reference", "family_name", "children_names", "team_name", "lead_name")}
    shown["team_telephone"] = (team.telephone if team else "") or council.service.hub.telephone
    return {f"record.{name}": text for name, text in shown.items()}


def _request_facts(episode: Episode, council: Council) -> dict[str, str]:
    """Who sent the newest request of the episode, by the form's own bindings to the record."""
    requests = [paper.id for paper in council.papers if paper.kind == "request"]
    query = select(Submission).join(Paper, Paper.submission_id == Submission.id).where(Paper.episode_id == episode.id, Paper.paper.in_(requests))
    submission = db.session.scalars(query.where(Submission.status == "sent").order_by(Submission.sent_at.desc()).limit(1)).first()
    if submission is None:
        return {}
    return {"request.reference": submission.reference or ""} | sender_facts(of_submission(submission))


def sender_facts(request: Material) -> dict[str, str]:
    """Name and organisation of who sent a request: the first shown question that the form binds to each."""
    found = {}
    for name in ("referrer_name", "referrer_organisation"):
        asked = [question for question in request.definition.index.questions.values() if question.record == f"submission.{name}"]
        texts = (question_kinds.text_of(question, request.answers.get(question.id)) for question in asked)
        found[f"request.{name}"] = next((text for text in texts if text), "")
    return found


def known_people(episode: Episode | None) -> list[Known]:
    """Everybody of the family, as the record has them."""
    return [Known(person.first_name, person.last_name, member.role) for member, person in _family(episode)]


def confidential_addresses(episode: Episode | None) -> list[tuple[str, dict[str, Any]]]:
    """The addresses of the record that are to stay confidential, with whose they are."""
    return [(person.full_name, person.facts["address"]["value"]) for _, person in _family(episode) if person.has_confidential_address]


def must_not_be_told(episode_id: str | None) -> list[str]:
    """The names of those in the family who must not be told."""
    episode = db.session.get(Episode, episode_id) if episode_id else None
    return [person.full_name for member, person in _family(episode) if member.must_not_be_told]


def _family(episode: Episode | None) -> Sequence[tuple[FamilyMember, Person]]:
    return members(episode.family_id) if episode is not None else []


def template_bytes(rule: DocumentRule) -> bytes:
    """The Word template in force: the published version, or the pack's own file while none is published. Raises TemplateUnknown."""
    sha256 = _published(rule)
    return publishing.content(sha256) if sha256 else council_in_force().template_path(rule.template).read_bytes()


def template_sha256(rule: DocumentRule) -> str:
    """The hash of the same. Raises TemplateUnknown."""
    return _published(rule) or hashlib.sha256(template_bytes(rule)).hexdigest()


_PUBLISHED = (
    select(PublishedVersion.sha256)
    .where(PublishedVersion.kind == "template", PublishedVersion.name == bindparam("name"))
    .order_by(PublishedVersion.number.desc())
    .limit(1)
)
"""Made once: it is asked for every document."""


def _published(rule: DocumentRule) -> str:
    """The hash of the template that is published, or ''."""
    if db.session.autoflush:
        db.session.flush()
    return db.session.connection().execute(_PUBLISHED, {"name": f"{council_in_force().id}/{rule.template}"}).scalar() or ""

"""The forms used on an episode: which may be started, starting one, and who may not sign off. Filling them is `submissions`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select

from portal import audit
from portal.accounts.models import User
from portal.councils.model import PaperRule
from portal.db import db
from portal.episodes import record_facts, rules
from portal.episodes.models import Episode, Paper
from portal.episodes.prefill import prefill
from portal.errors import Conflict, NotFound, RuleBroken
from portal.families import holds
from portal.families.models import FamilyHold
from portal.rows import first_held
from portal.submissions import drafts, returns
from portal.submissions.definitions import current_definition, current_version
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import Revision, Submission

OPEN, DONE = ("draft",), ("sent", "final")


class PaperNotNow(RuleBroken):
    """This paper cannot be started at the stage the episode stands at, or there is nothing for it to sign off."""


class PaperOpenAlready(Conflict):
    """A draft of this paper is open already, or it is done and is made only once."""


class ReturnWaits(PaperNotNow):
    """The paper was returned for changes and has not come back, so it cannot be signed off now."""


class SignOffByAuthor(RuleBroken):
    """Whoever wrote in a paper cannot sign it off (HFS-3.9)."""


class PaperHeld(RuleBroken):
    """Nothing of a family's record is deleted while a hold stands."""


def start(paper_id: str, episode: Episode, *, by: User, key: str = "", answers: Mapping[str, Any] | None = None) -> Paper:
    """A draft of this paper, begun with what the record knows already. The same `key` again answers the paper it made.

    `answers` that are known already win over what the record offers.

    Raises rules.RuleMissing, PaperNotNow, PaperOpenAlready, SignOffByAuthor.
    """
    rule = rules.paper(paper_id)
    db.session.refresh(episode, with_for_update=True)  # two presses at once come one after the other
    made = _started_with(key, episode) if key else None
    if made is not None:
        return made
    existing = of_episode(episode)
    why_not = refusal(rule, episode, existing)
    if why_not is not None:
        raise why_not
    about = to_sign(rule, episode)
    if about is not None and rule.not_author:
        check_not_author(about, by)
    number = 1 + sum(paper.paper == rule.id for paper, _ in existing)
    record = record_facts.of(episode, by=by, signs=about, number=number)
    first = prefill(current_definition(rule.form), record)
    known = answers or {}
    sources = {path: source for path, source in first.sources.items() if path.partition(".")[0] not in known}
    begin = Start({**first.answers, **known}, sources, record.facts, key)
    draft = drafts.start(current_version(rule.form), by=Writer(by.id, by.name), first=begin)
    made = Paper(episode_id=episode.id, submission_id=draft.id, paper=rule.id, about_id=about.id if about else None, started_by=by.id)
    db.session.add(made)
    db.session.flush()
    detail = {"paper": rule.id, "submission": draft.id}
    audit.record("paper.started", subject="episode", subject_id=episode.id, actor=by.id, detail=detail)
    return made


def _started_with(key: str, episode: Episode) -> Paper | None:
    query = select(Paper).join(Submission, Submission.id == Paper.submission_id)
    return db.session.scalars(query.where(Submission.idempotency_key == key, Paper.episode_id == episode.id)).first()


def refusal(rule: PaperRule, episode: Episode, existing: Sequence[tuple[Paper, Submission]]) -> RuleBroken | Conflict | None:
    """Why this paper cannot be started on the episode now, or None when it can."""
    if episode.stage not in rule.start_at or episode.attached_to_id is not None:
        return PaperNotNow(f"“{rule.title}” cannot be started while the family is at “{rules.stage_title(episode.stage)}”.")
    mine = [submission.status for paper, submission in existing if paper.paper == rule.id]
    if not rule.many and any(status in OPEN for status in mine):
        return PaperOpenAlready(f"“{rule.title}” has been started already. Continue the one that is open.")
    if rule.signs:
        about = to_sign(rule, episode)
        return _not_signable(about) if about else PaperNotNow(f"There is no finished “{rules.paper_title(rule.signs)}” waiting to be signed off.")
    return None


def check_may_sign(about: Paper) -> None:
    """Raise ReturnWaits while the paper to be signed is with its author."""
    why_not = _not_signable(about)
    if why_not is not None:
        raise why_not


def _not_signable(about: Paper) -> ReturnWaits | None:
    if returns.current(about.submission_id) is None:
        return None
    return ReturnWaits(f"“{rules.paper_title(about.paper)}” was returned for changes and has not come back. It can be signed off then.")


def to_sign(rule: PaperRule, episode: Episode) -> Paper | None:
    """The newest finished paper this sign-off is for, unless it was signed as it now stands; None for other papers.

    One that was changed after a return waits for a signature again.
    """
    if not rule.signs:
        return None
    finished = (
        select(Paper)
        .join(Submission, Submission.id == Paper.submission_id)
        .where(Paper.episode_id == episode.id, Paper.paper == rule.signs, Submission.status.in_(DONE))
        .order_by(Submission.sent_at.desc(), Paper.started_at.desc())
    )
    newest = db.session.scalars(finished.limit(1)).first()
    if newest is None:
        return None
    signed = select(Submission.sent_at).join(Paper, Submission.id == Paper.submission_id).where(Paper.about_id == newest.id, Submission.status.in_(DONE))
    signed_at = db.session.scalars(signed.order_by(Submission.sent_at.desc()).limit(1)).first()
    changed_at = returns.last_changed(newest.submission_id) if signed_at else None
    return None if signed_at and (changed_at is None or changed_at < signed_at) else newest


def check_not_author(about: Paper, by: User) -> None:
    """Raise SignOffByAuthor when this person wrote in the paper, as its author or in any saved revision."""
    submission = db.session.get_one(Submission, about.submission_id)
    wrote = select(Revision.id).where(Revision.submission_id == submission.id, Revision.by_id == by.id)
    if submission.author_id == by.id or db.session.scalars(wrote.limit(1)).first() is not None:
        raise SignOffByAuthor(f"You wrote in “{rules.paper_title(about.paper)}”. Someone else must sign it off.")


def of_episode(episode: Episode) -> list[tuple[Paper, Submission]]:
    """Every paper of the episode with its submission, newest first. Answers are not read."""
    query = select(Paper, Submission).join(Submission, Submission.id == Paper.submission_id).where(Paper.episode_id == episode.id)
    return [tuple(row) for row in db.session.execute(query.order_by(Paper.started_at.desc(), Paper.id))]


def check_not_held(submission_id: str) -> None:
    """Raise PaperHeld while a hold stands on the family whose paper this submission is."""
    family_id = db.session.scalar(_family_of(submission_id))
    _refuse_held(holds.of_family(family_id) if family_id else ())


def check_not_held_to_change(submission_id: str) -> None:
    """The same before it is deleted: from here to the end of the transaction no hold is placed, and its request goes to no other family."""
    family_id = db.session.scalar(_family_of(submission_id).with_for_update(of=Episode))
    _refuse_held(holds.of_family_to_change(family_id) if family_id else ())


def _family_of(submission_id: str) -> Select[tuple[str]]:
    return select(Episode.family_id).join(Paper, Paper.episode_id == Episode.id).where(Paper.submission_id == submission_id)


def _refuse_held(standing: Sequence[FamilyHold]) -> None:
    if standing:
        raise PaperHeld("The family’s records are held, so this form cannot be deleted. You can leave it as it is. If it must go, ask an administrator")


def startable(episode: Episode) -> list[PaperRule]:
    """The rules of the papers that can be started now, in the order of the file. Who may is decided in `access`."""
    existing = of_episode(episode)
    return [rule for rule in rules.papers() if refusal(rule, episode, existing) is None]


def find(paper_id: str) -> Paper:
    """The paper with this id. Raises NotFound."""
    paper = db.session.get(Paper, paper_id)
    if paper is None:
        raise NotFound("no paper has this id")
    return paper


_OF_SUBMISSION = select(Paper.__table__).where(Paper.submission_id == bindparam("submission_id"))


def of_submission(submission_id: str) -> Paper | None:
    """The paper a submission belongs to, or None when it is on no episode."""
    return first_held(Paper, _OF_SUBMISSION, {"submission_id": submission_id})

"""Attaching a request to a family already known, by hand, and undoing it exactly. Never guesses who is the same person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from portal import audit
from portal.accounts.models import User
from portal.db import db
from portal.episodes.models import Clock, Episode, Paper, RequestAttachment
from portal.errors import NotFound, RuleBroken
from portal.families import holds
from portal.families.models import Consent, Family, FamilyMember
from portal.timekeeping import now


class AttachingRefused(RuleBroken):
    """The request cannot be attached there, or the attachment cannot be undone any more; the message says why."""


def attach(episode: Episode, family: Family, *, by: User, reason: str, into: Episode | None = None) -> RequestAttachment:
    """Move a request's episode, people and consents to `family`; with `into`, its papers join that episode and its own stops counting.

    Raises AttachingRefused for the same family, another family's episode, a closed one, without a reason, or while the request's own family is held.
    """
    db.session.refresh(episode, with_for_update=True)
    _check(episode, family, into, reason)
    _check_not_held(episode.family_id, to=family.id)
    made = RequestAttachment(
        episode_id=episode.id,
        from_family_id=episode.family_id,
        to_family_id=family.id,
        to_episode_id=into.id if into else None,
        reason=reason.strip(),
        by_id=by.id,
    )
    made.moved = _moved(episode, whole_family=_is_only_episode(episode))
    _move_people(made.moved, family.id)
    episode.family_id = family.id
    if into is not None:
        episode.attached_to_id = into.id
        _move_papers(made.moved["papers"], into.id)
        for clock in _clocks(made.moved):
            clock.stopped_at, clock.stopped_because = now(), "The request was attached to another period of support"
    db.session.add(made)
    db.session.flush()
    detail = {"from_family": made.from_family_id, "to_family": family.id, "to_episode": made.to_episode_id or "", "reason": made.reason}
    audit.record("request.attached", subject="episode", subject_id=episode.id, actor=by.id, detail=detail)
    return made


def undo(made: RequestAttachment, *, by: User, reason: str) -> Episode:
    """Put everything back where it was. Raises AttachingRefused when it was undone before, was attached again, without a reason, or while a hold stands."""
    episode = db.session.get_one(Episode, made.episode_id, with_for_update=True)
    db.session.refresh(made)
    if made.undone_at is not None:
        raise AttachingRefused("This was undone before.")
    if latest_of(episode) is not made:
        raise AttachingRefused("This request was attached again afterwards. Undo the later attachment first.")
    if not reason.strip():
        raise AttachingRefused("Say why the request does not belong here.")
    _check_not_held(episode.family_id, to=made.from_family_id)
    _move_people(made.moved, made.from_family_id)
    episode.family_id = made.from_family_id
    if made.to_episode_id is not None:
        episode.attached_to_id = None
        _move_papers(made.moved["papers"], episode.id)
        for clock in _clocks(made.moved):
            clock.stopped_at, clock.stopped_because = None, ""
    made.undone_at, made.undone_by_id, made.undone_reason = now(), by.id, reason.strip()
    db.session.flush()
    detail = {"attachment": made.id, "family": made.from_family_id, "reason": made.undone_reason}
    audit.record("request.detached", subject="episode", subject_id=episode.id, actor=by.id, detail=detail)
    return episode


def find(attachment_id: str) -> RequestAttachment:
    """The attachment with this id. Raises NotFound."""
    made = db.session.get(RequestAttachment, attachment_id)
    if made is None:
        raise NotFound("no attachment has this id")
    return made


def latest_of(episode: Episode) -> RequestAttachment | None:
    """The attachment of this request that holds now, or None."""
    query = select(RequestAttachment).where(RequestAttachment.episode_id == episode.id, RequestAttachment.undone_at.is_(None))
    return db.session.scalars(query.order_by(RequestAttachment.at.desc(), RequestAttachment.id)).first()


def into_episode(episode: Episode) -> Sequence[RequestAttachment]:
    """The attachments that joined other requests to this episode and still hold, oldest first."""
    query = select(RequestAttachment).where(RequestAttachment.to_episode_id == episode.id, RequestAttachment.undone_at.is_(None))
    return db.session.scalars(query.order_by(RequestAttachment.at)).all()


def _check(episode: Episode, family: Family, into: Episode | None, reason: str) -> None:
    if episode.attached_to_id is not None:
        raise AttachingRefused("This request is part of another period of support already. Undo that first.")
    if episode.family_id == family.id:
        raise AttachingRefused("This request belongs to that family already.")
    if episode.council != family.council:
        raise NotFound("no family of this council has this id")
    if into is not None and (into.family_id != family.id or into.attached_to_id is not None):
        raise AttachingRefused("That period of support is not one of this family's.")
    if into is not None and into.closed_at is not None:
        raise AttachingRefused("That period of support is closed. Attach the request to the family instead.")
    if not reason.strip():
        raise AttachingRefused("Say how you know that it is the same family.")


def _check_not_held(family_id: str, *, to: str) -> None:
    """A hold stands on a family and would not go along with what is moved away from it; none is placed until the move is committed."""
    if holds.of_family_to_change(family_id, to=to):
        raise AttachingRefused("The records of the family that this request belongs to now are held, so it cannot be moved. Ask an administrator to lift the hold first.")


def _is_only_episode(episode: Episode) -> bool:
    others = select(Episode.id).where(Episode.family_id == episode.family_id, Episode.id != episode.id)
    return db.session.scalars(others.limit(1)).first() is None


def _moved(episode: Episode, *, whole_family: bool) -> dict[str, list[str]]:
    """What goes with the request: everything of its family, or only what its own papers brought when the family has other episodes."""
    papers = db.session.execute(select(Paper.id, Paper.submission_id).where(Paper.episode_id == episode.id)).all()
    submissions = [row.submission_id for row in papers]
    members = select(FamilyMember.id).where(FamilyMember.family_id == episode.family_id)
    consents = select(Consent.id).where(Consent.family_id == episode.family_id)
    if not whole_family:
        members = members.where(FamilyMember.source_submission_id.in_(submissions))
        consents = consents.where(Consent.source_submission_id.in_(submissions))
    running = select(Clock.id).where(Clock.episode_id == episode.id, Clock.met_at.is_(None), Clock.stopped_at.is_(None))
    return {
        "papers": [row.id for row in papers],
        "members": list(db.session.scalars(members)),
        "consents": list(db.session.scalars(consents)),
        "clocks": list(db.session.scalars(running)),
    }


def _move_people(moved: dict[str, list[str]], family_id: str) -> None:
    db.session.execute(update(FamilyMember).where(FamilyMember.id.in_(moved["members"])).values(family_id=family_id))
    db.session.execute(update(Consent).where(Consent.id.in_(moved["consents"])).values(family_id=family_id))


def _move_papers(paper_ids: list[str], episode_id: str) -> None:
    db.session.execute(update(Paper).where(Paper.id.in_(paper_ids)).values(episode_id=episode_id))


def _clocks(moved: dict[str, list[str]]) -> Sequence[Clock]:
    return db.session.scalars(select(Clock).where(Clock.id.in_(moved["clocks"]))).all()

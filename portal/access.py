"""Who may do what to which record, and why not. The one place that decides; every view passes through it.

A role of the council's files says what it `sees` (none, own, team or all), what it `may` do, and what it may do with each of the
council's papers. Three answers are given to those who may not: 403 when no role of theirs has the action at all; 404, exactly as
for something that does not exist, when they may not see the record; 403 when they see it but may not do this to it. Each is audited.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request
from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from portal import audit
from portal.accounts import sign_in_state
from portal.accounts.held_drafts import hold_draft, holds_draft, is_held, let_go, let_go_of_all, was_left
from portal.accounts.models import User
from portal.accounts.roles import roles_of
from portal.db import db
from portal.episodes import papers
from portal.episodes.models import Episode, Paper
from portal.errors import Forbidden, NotFound, PortalError
from portal.forms import held_back
from portal.forms.held_back import Reader
from portal.publishing.in_force import council_in_force
from portal.reach import (
    any_reach,
    episodes_of,
    paper_and_episode,
    paper_of,
    reach,
    reaches,
    reader_of,
    reader_of_lists,
    unread_by_roles,
)
from portal.submissions.models import Submission

ACTIONS = {
    "worklist.view": "see the work list",
    "family.view": "see a family",
    "family.edit": "change a family's details",
    "people.search": "search for people",
    "episode.move": "move an episode to another stage",
    "episode.allocate": "give an episode to a team or lead",
    "request.attach": "attach a request to another family",
    "document.produce": "produce a document",
    "document.download": "download a document",
    "document.approve": "approve a document",
    "document.withdraw": "withdraw a document",
    "user.list": "see who has an account",
    "user.edit": "add, change and disable accounts",
    "outbox.view": "see e-mails that were written",
    "job.list": "see work that failed",
    "job.retry": "try failed work again",
    "audit.view": "see who did what",
    "retention.hold": "see what is past its term, and hold a family's records",
    "definition.view": "see forms and rules",
    "definition.publish": "publish a new version of a form",
    "template.change": "change the Word templates",
    "question.why": "see why a question is asked",
}
"""What a role may be allowed to do (`may` in the council's roles), with the words for it."""

OF_THE_SYSTEM = frozenset({"user.list", "user.edit", "outbox.view", "job.list", "job.retry", "audit.view", "retention.hold", "definition.view", "definition.publish", "template.change"})
"""Actions on things that hang on no family: the role alone decides."""

PAPER_ACTIONS = {"paper.view": "view", "paper.start": "start", "paper.edit": "edit", "paper.finalise": "finalise", "paper.return": "return"}
"""What a role may be allowed to do with a paper (`papers` in the council's roles). The record is a Paper, or an Episode with `paper`."""

SUBMISSION_ACTIONS = {"submission.view": "view", "submission.edit": "edit", "submission.send": "finalise", "submission.change": "edit"}
"""The same for what is being filled in or was sent; `submission.change` is answering what was returned for changes.
Whoever started a public draft in this browser may do all of it."""

PUBLIC = frozenset({  # fmt: skip
    "accounts.check_enrol", "accounts.check_second_step", "accounts.check_sign_in", "accounts.enrol", "accounts.forgotten_password",
    "accounts.new_password", "accounts.open_password_link", "accounts.password_link_sent", "accounts.second_step", "accounts.send_password_link",
    "accounts.set_password", "accounts.sign_in", "accounts.sign_out", "documents.blank", "health.alive", "health.ready", "languages.choose",
    "pages.choose_display", "pages.display", "pages.static_file", "pages.text_page", "submissions.check_resume", "submissions.leave",
    "submissions.left", "submissions.resume_page", "submissions.start", "submissions.start_page", "submissions.way",
})
"""Endpoints that anybody may use. A test compares it with the views marked `@public`."""

__all__ = ["ACTIONS", "Decision", "can", "check", "hold_draft", "holds_draft", "let_go", "let_go_of_all", "needs", "public", "signed_in", "start",
           "visible_episodes", "visible_submissions"]  # fmt: skip

NOT_HERE = "There is nothing at this address, or you may not see it"


class SignInNeeded(PortalError):
    """Nobody is signed in here, or the sign-in has run out; after signing in the person comes back."""

    status = 401


class DraftLeft(PortalError):
    """This browser held the draft (`submission_id`) but was left for too long; the link and code bring it back."""

    status = 403

    def __init__(self, message: str, submission_id: str) -> None:
        super().__init__(message)
        self.submission_id = submission_id


class RouteUndeclared(RuntimeError):
    """A view that says neither `@public`, `@signed_in` nor `@needs(…)`: it answers nobody."""


@dataclass(frozen=True)
class Decision:
    """The answer, the reason in words, and whether even the record's existence stays unsaid."""

    allowed: bool
    reason: str = ""
    hidden: bool = False

    def __bool__(self) -> bool:
        return self.allowed


YES = Decision(True)
HIDDEN = Decision(False, NOT_HERE, hidden=True)


# --- deciding ---------------------------------------------------------------------------------------------------------


def can(user: User | None, action: str, record: Any = None, *, paper: str = "") -> Decision:
    """Whether this person may do this to this record. `paper` is the council's id of a paper to be started on an Episode.

    A record is an Episode, Paper, Submission, Family, Person, User, or anything with an `episode_id`, `submission_id` or `family_id`;
    what has a `made_by` and none of these is for whoever made it.
    Raises LookupError for an action that is not known.
    """
    _check_known(action)
    held = _held_submission(record) if action in SUBMISSION_ACTIONS else None
    if held is not None:
        return YES if action in ("submission.view", "submission.change") or held.is_draft else Decision(False, "This has been sent and cannot be changed here")
    if user is None:
        return HIDDEN
    able = [role for role in roles_of(user) if _has(role, action, paper)]
    if not able:
        return Decision(False, f"None of your roles may {_words(action)}")
    if record is None or action in OF_THE_SYSTEM:
        return YES
    decision = _on_record(user, able, action, record, paper)
    return _not_above(user, record) if decision and hasattr(record, "sensitivities") else decision


def visible_episodes(user: User, action: str = "family.view") -> Select[tuple[Episode]]:
    """Select the episodes on which this person may do `action`."""
    return select(Episode).where(any_reach(user, [role for role in roles_of(user) if _has(role, action)]))


def visible_submissions(user: User) -> Select[tuple[Submission]]:
    """Select the submissions this person may view: those that are papers of episodes in reach."""
    within = [and_(reach(user, role), _papers_where(role, "view")) for role in roles_of(user)]
    on_episode = select(Submission).join(Paper, Paper.submission_id == Submission.id).join(Episode, Episode.id == Paper.episode_id)
    return on_episode.where(or_(false(), *within))


def _held_submission(record: Any) -> Submission | None:
    """The public submission that the record is or hangs on, if this browser holds it."""
    submission_id = record.id if isinstance(record, Submission) else getattr(record, "submission_id", None)
    if not submission_id or not holds_draft(submission_id):
        return None
    submission = record if isinstance(record, Submission) else db.session.get(Submission, submission_id)
    return submission if submission is not None and submission.audience == "public" else None


def _on_record(user: User, able: list[Any], action: str, record: Any, paper: str) -> Decision:
    kind, episode = paper_and_episode(record)
    episodes = None if episode else episodes_of(record)
    if episodes is not None:
        if db.session.scalar(select(episodes.where(any_reach(user, able)).exists())):
            return YES
        seen = db.session.scalar(select(episodes.where(any_reach(user, roles_of(user))).exists()))
        return _not_this_one(action) if seen else HIDDEN
    if episode is None:
        mine = record.author_id if isinstance(record, Submission) else getattr(record, "made_by", None)
        return YES if mine == user.id else HIDDEN
    seeing = [role for role in roles_of(user) if reaches(user, role, episode) and (not kind or "view" in role.rights_on(kind))]
    if not seeing:
        return HIDDEN
    if any(_has(role, action, paper or kind) and reaches(user, role, episode) for role in able):
        return _not_own_work(user, action, record, kind)
    return _not_this_one(action)


def _not_own_work(user: User, action: str, record: Any, kind: str) -> Decision:
    """Refuse to finalise a sign-off of one's own paper where the council's workflow says `not_author`."""
    if action not in ("paper.finalise", "submission.send"):
        return YES
    rule = council_in_force().papers.get(kind)
    if rule is None or not rule.signs or not rule.not_author:
        return YES
    sign_off = record if isinstance(record, Paper) else paper_of(record.id)
    signed = db.session.get(Paper, sign_off.about_id) if sign_off is not None and sign_off.about_id else None
    try:
        if signed is not None:
            papers.check_not_author(signed, user)
    except papers.SignOffByAuthor as error:
        return Decision(False, error.message)
    return YES


def _not_above(user: User, document: Any) -> Decision:
    """Refuse a document that holds kinds of answer which are held back from this person: it cannot be shown in part."""
    unread = unread_by_roles(user, document, document.sensitivities)
    return YES if unread is None else Decision(False, unread)


def _not_this_one(action: str) -> Decision:
    return Decision(False, f"Your role lets you see this, but not {_words(action)}")


def _words(action: str) -> str:
    return ACTIONS.get(action) or f"{action.partition('.')[2]} this form"


# --- what a role allows, and how far it reaches -----------------------------------------------------------------------


def _has(role: Any, action: str, paper: str = "") -> bool:
    verb = PAPER_ACTIONS.get(action) or SUBMISSION_ACTIONS.get(action)
    if verb is None:
        return action in role.may
    return verb in role.rights_on(paper) if paper else any(verb in verbs for verbs in role.papers.values())


def _papers_where(role: Any, verb: str) -> ColumnElement[bool]:
    allowed = [paper for paper, verbs in role.papers.items() if verb in verbs and paper != "*"]
    if verb not in role.papers.get("*", ()):
        return Paper.paper.in_(allowed)
    return Paper.paper.not_in([paper for paper, verbs in role.papers.items() if verb not in verbs])


# --- the guard in front of every view ---------------------------------------------------------------------------------


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Anybody may use this view. Its endpoint must be in PUBLIC."""
    view.access_rule = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Everybody who is signed in may use this view: it shows people only what is theirs."""

    @functools.wraps(view)
    def guarded(**values: Any) -> Any:
        if sign_in_state.person() is None:
            raise SignInNeeded("Sign in to see this page")
        return view(**values)

    guarded.access_rule = "signed in"  # type: ignore[attr-defined]
    return guarded


def needs(action: str, finder: Callable[[str], Any] | None = None, *, by: str = "", reads_answers: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Only those who may do `action` reach the view. With a `finder` the view receives the record as its first argument.

    The finder is called with the URL value named `by` (default: the first); None or NotFound mean there is no such record.
    The URL's other values go to the view by name. A view that says `reads_answers=False` can read none: it is not asked which its reader may.
    """
    _check_known(action)

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def guarded(**values: Any) -> Any:
            person = _person_for(action)
            if finder is None:
                _allow(can(person, action), action)
                held_back.read_as(_reader(person, action, None))
                return view(**values)
            if person is not None and not (action in SUBMISSION_ACTIONS and any(is_held(str(value)) for value in values.values())):
                _allow(can(person, action), action)
            record_id = values.pop(by or next(iter(values)))
            record = _found(finder, record_id)
            _allow(_decide(person, action, record), action, record_id)
            if reads_answers:
                held_back.read_as(_reader(person, action, record))
            return view(record, **values)

        guarded.access_rule = action  # type: ignore[attr-defined]
        return guarded

    return guard


def check(action: str, record: Any = None, *, paper: str = "") -> None:
    """Inside a guarded view: refuse, audited, unless whoever is signed in may do this too. Raises NotFound or Forbidden.

    From here on no answer is read that would be held back on this record.
    """
    person = _person_for(action)
    _allow(can(person, action, record, paper=paper), action, getattr(record, "id", ""))
    read = _reader(person, action, record)
    if read is not None:
        held_back.read_as(read.narrowed(held_back.reader()))


def _reader(person: User | None, action: str, record: Any) -> Reader | None:
    """As whom the answers are read by whoever passed the guard. Without an account only what this browser holds is reached, and is read whole."""
    if person is None or (record is not None and _held_submission(record) is not None):
        return None
    return reader_of(person, record) if record is not None else reader_of_lists(person, [role for role in roles_of(person) if _has(role, action)])


def start(app: Flask) -> None:
    """Close every undeclared view, let nobody read an answer before the guard says as whom, and let pages ask `may('action', record)`."""
    app.before_request(_refuse_undeclared)
    app.before_request(lambda: held_back.read_as(held_back.NOBODY))
    app.teardown_request(lambda error: held_back.read_as(None))
    app.add_template_global(lambda action, record=None: bool(can(sign_in_state.person(), action, record)), "may")


def _refuse_undeclared() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and not hasattr(view, "access_rule"):
        raise RouteUndeclared(f"the view {request.endpoint} says neither @public, @signed_in nor @needs(…)")


def _person_for(action: str) -> User | None:
    person = sign_in_state.person()
    if person is None and (action not in SUBMISSION_ACTIONS or sign_in_state.token()):
        raise SignInNeeded("Sign in to see this page")
    return person


def _found(finder: Callable[[str], Any], record_id: str) -> Any:
    try:
        return finder(record_id)
    except NotFound:
        return None


def _decide(person: User | None, action: str, record: Any) -> Decision:
    if record is None:
        return HIDDEN
    submission_id = record.id if isinstance(record, Submission) else getattr(record, "submission_id", "")
    if action in SUBMISSION_ACTIONS and is_held(submission_id):
        if person is None and was_left(submission_id):
            raise DraftLeft("You have been away for an hour. Use the link in your e-mail and your code to go on", submission_id)
        if not was_left(submission_id):
            hold_draft(submission_id)
    return can(person, action, record)


def _allow(decision: Decision, action: str, record_id: str = "") -> None:
    if decision.allowed:
        return
    person = sign_in_state.person()
    why = "hidden" if decision.hidden else "role"
    audit.refused(
        "access.refused",
        subject="address",
        subject_id=record_id,
        actor=person.id if person else None,
        detail={"action": action, "path": request.path, "why": why},
    )
    raise NotFound(NOT_HERE) if decision.hidden else Forbidden(decision.reason)


def _check_known(action: str) -> None:
    if action not in ACTIONS and action not in PAPER_ACTIONS and action not in SUBMISSION_ACTIONS:
        known = ", ".join([*ACTIONS, *PAPER_ACTIONS, *SUBMISSION_ACTIONS])
        raise LookupError(f"there is no action {action!r}; there are {known}")

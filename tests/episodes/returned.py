"""Returning papers in tests: asking, editing the copy, handing back, through the real verbs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.accounts.models import User
from portal.episodes import papers, returning
from portal.episodes.models import Episode, Paper
from portal.submissions import drafts, returned_copy, returns
from portal.submissions.drafts import Writer
from portal.submissions.models import ReturnRound
from portal.submissions.returns import Asked

REFERRER = Writer()


@dataclass(frozen=True)
class Typed:
    """What a page holds."""

    values: dict[str, Any] = field(default_factory=dict)
    incomplete: dict[str, Any] = field(default_factory=dict)
    cleared: tuple[str, ...] = ()


def paper_of(episode: Episode, kind: str) -> Paper:
    """The newest paper of this kind."""
    return next(paper for paper, _ in papers.of_episode(episode) if paper.paper == kind)


def returned(paper: Paper, by: User, message: str = "", after: str = "", **reasons: str) -> ReturnRound:
    """Return a paper, asking about these questions (`__` stands for a dot) with these reasons."""
    asked = [Asked(path.replace("__", "."), reason) for path, reason in reasons.items()]
    facts = drafts.facts_for(drafts.find(paper.submission_id), by.roles)
    return returning.ask(paper, asked, message, by=by, facts=facts, after=after)


def edit(one: ReturnRound, by: Writer = REFERRER, version: int | None = None, cleared: tuple[str, ...] = (), **values: Any) -> Any:
    """Write these answers into the copy (`__` stands for a dot)."""
    submission = drafts.find(one.submission_id)
    typed = Typed({path.replace("__", "."): value for path, value in values.items()}, cleared=cleared)
    return returned_copy.save(one, submission, typed, expected_version=one.version if version is None else version, by=by, facts=drafts.facts_for(submission))


def hand_back(one: ReturnRound, note: str = "", by: User | None = None) -> None:
    """Hand the copy back."""
    submission = drafts.find_to_change(one.submission_id)
    writer = Writer(by.id, by.name) if by else REFERRER
    returning.answer(one, submission, note, by=writer, user=by, facts=drafts.facts_for(submission, by.roles if by else ()))


def open_paths(one: ReturnRound) -> list[str]:
    """The paths that may be changed now."""
    submission = drafts.find(one.submission_id)
    return list(returned_copy.editable(one, submission, drafts.facts_for(submission)).paths)


def answers_of(paper: Paper) -> dict[str, Any]:
    """The record's answers as they stand."""
    return drafts.find(paper.submission_id).data.answers


def rounds_of(paper: Paper) -> list[ReturnRound]:
    """Every round of a paper."""
    return list(returns.rounds_of(paper.submission_id))

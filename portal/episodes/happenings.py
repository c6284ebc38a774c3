"""What happened to a paper, as one value that transitions, clocks and consents are told of. Holds no rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.accounts.models import User
from portal.forms.model import FormDefinition

SENT = "sent"
FINALISED = "finalised"
RETURNED = "returned"
RETURNED_ANSWERED = "returned_answered"
RETURNED_ACCEPTED = "returned_accepted"


@dataclass(frozen=True)
class Signed:
    """The paper that a sign-off is for: its form and its answers."""

    definition: FormDefinition
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class PaperHappening:
    """What happened to a paper: which, with which form and answers, by whom (None for the public), and what it signs, if any.

    Of a return, `round_id` and `reviewer_id` say which and who asked, `changed` which questions it changed.
    """

    paper: str
    event: str
    submission_id: str
    definition: FormDefinition
    answers: Mapping[str, Any]
    by: User | None = None
    signed: Signed | None = None
    round_id: str = ""
    reviewer_id: str | None = None
    changed: frozenset[str] | None = None

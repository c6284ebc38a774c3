"""What happened to a paper, as one value that transitions, clocks and consents are told of. Holds no rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.accounts.models import User
from portal.forms.model import FormDefinition

SENT = "sent"
FINALISED = "finalised"


@dataclass(frozen=True)
class Signed:
    """The paper that a sign-off is for: its form and its answers."""

    definition: FormDefinition
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class PaperHappening:
    """A paper was sent or finalised: which, with which form and answers, by whom (None for the public), and what it signs, if any."""

    paper: str
    event: str
    submission_id: str
    definition: FormDefinition
    answers: Mapping[str, Any]
    by: User | None = None
    signed: Signed | None = None

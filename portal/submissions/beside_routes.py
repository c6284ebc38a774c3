"""What staff see beside a question while they fill a form in: which answers were carried over, and, with the right, why it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from portal import access
from portal.accounts import sign_in_state
from portal.forms.explain import NothingThere, Reason, told_at
from portal.forms.journey import Journey
from portal.forms.paths import split_path
from portal.submissions import drafts, still_right
from portal.submissions.filling_routes import door, journey_of, layout_of, note_reading, place_of
from portal.submissions.models import Submission
from portal.submissions.still_right import Carried
from portal.submissions.submission_words import label_of

STAFF = "layout/staff.html"


@dataclass(frozen=True)
class Beside:
    """Beside the questions of one page: carried answers that wait, by path, and whether whoever looks may see why questions are asked."""

    draft: Submission
    journey: Journey
    carried: Mapping[str, Carried]
    may_ask_why: bool

    def why(self, path: str) -> str:
        """The address that tells why this is asked; '' for what is always asked, and for those who may not see it."""
        index = self.journey.definition.index
        name = split_path(path)[1]
        has_condition = index.questions[name].when is not None or index.page_of[name].when is not None
        return url_for("submissions.why", submission_id=self.draft.id, at=path) if self.may_ask_why and has_condition else ""

    def together(self, paths: Sequence[str]) -> int:
        """How many of these answers may be confirmed with one press."""
        return sum(path in self.carried and not self.carried[path].apart for path in paths)

    def apart(self, paths: Sequence[str]) -> int:
        """How many of these answers must be confirmed one by one."""
        return sum(path in self.carried and self.carried[path].apart for path in paths)


def beside(draft: Submission, journey: Journey) -> Beside | None:
    """What stands beside the questions of this draft; None on public pages."""
    if layout_of(draft) != STAFF:
        return None
    may_ask_why = bool(access.can(sign_in_state.person(), "question.why", draft))
    return Beside(draft, journey, still_right.waiting_for_reader(journey, draft.data.prefilled), may_ask_why)


@door.get("/staff/why/<record_id:submission_id>")
@access.needs("question.why", drafts.find)
def why(submission: Submission) -> str:
    """Why a question is asked or not with these answers, part by part."""
    access.check("submission.view", submission)
    note_reading(submission)
    journey = journey_of(submission)
    path = request.args.get("at", "")
    told = told_at(journey.definition, path, journey.visible, journey.facts)
    if split_path(path)[1] not in journey.definition.index.questions:
        raise NothingThere(f"{journey.definition.id} has no question at this path")
    back = url_for("submissions.all_questions", submission_id=submission.id) if submission.is_draft else place_of(submission)
    parts = [(what, _tree(reasons)) for what, reasons in told.parts]
    return render_template("submissions/why.html", label=label_of(journey, path), told=told, parts=parts, back=back)


def _tree(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Reasons with the parts of each inside it."""
    roots: list[dict[str, Any]] = []
    way: list[dict[str, Any]] = []
    for reason in reasons:
        one: dict[str, Any] = {"reason": reason, "inside": []}
        del way[reason.depth :]
        (way[-1]["inside"] if way else roots).append(one)
        way.append(one)
    return roots

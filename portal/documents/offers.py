"""Which documents can be produced from a form as it stands now, and in words why the others cannot. Produces nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.accounts.models import User
from portal.councils.document_model import DocumentRule, VariantRule
from portal.documents import material, produce, variants
from portal.documents.held_kinds import held_kinds
from portal.documents.merge_data import WordsMissing, gather
from portal.forms.explain import Reason, why
from portal.publishing.in_force import council_in_force
from portal.reach import unread_by_roles
from portal.submissions.models import Submission

UNFINISHED = "Documents are made once the form has been sent or finalised. This one is still being filled in."
TAKEN_BACK = "This was withdrawn by the person who sent it, so no documents are made from it."


@dataclass(frozen=True)
class Offer:
    """One document (or reader's copy) of the council for this form; `reason` says why it cannot be produced now, '' when it can.

    `variants` are the other forms it can be made in, `asked` the one its form asks for.
    """

    rule: DocumentRule
    reason: str
    copy: str = ""
    variants: tuple[VariantRule, ...] = ()
    asked: str = ""


def of(submission: Submission, by: User) -> list[Offer]:
    """Every document of this form's papers, in the council's order."""
    papers = [paper.id for paper in council_in_force().papers if paper.form == submission.form_id]
    due = [rule.id for rule in produce.rules_for(submission)]
    return [
        _offer(rule.for_copy(copy), submission, copy, _reason(rule.for_copy(copy), submission, by, is_due=rule.id in due))
        for rule in council_in_force().documents
        if rule.paper in papers
        for copy in [one.id for one in rule.copies] or [""]
    ]


def _offer(rule: DocumentRule, submission: Submission, copy: str, reason: str) -> Offer:
    found = () if reason else tuple(variants.offered(rule))
    return Offer(rule, reason, copy, found, variants.asked(rule, submission) if found else "")


def has_template(submission: Submission) -> bool:
    """Whether the council has a document made for this form."""
    papers = [paper.id for paper in council_in_force().papers if paper.form == submission.form_id]
    return any(rule.paper in papers for rule in council_in_force().documents)


def has_all_answers(submission: Submission) -> bool:
    """Whether the document of all answers is offered: for a finished form that has no template."""
    return submission.status in ("sent", "final") and not has_template(submission)


def reason(rule: DocumentRule, submission: Submission, by: User) -> str:
    """Why this document cannot be produced from this form now, in words, or ''."""
    return _reason(rule, submission, by, is_due=rule.id in {one.id for one in produce.rules_for(submission)})


def _reason(rule: DocumentRule, submission: Submission, by: User, *, is_due: bool) -> str:
    if submission.status in ("draft", "withdrawn"):
        return UNFINISHED if submission.is_draft else TAKEN_BACK
    if not is_due:
        return _not_called_for(rule, submission)
    sources = material.sources(rule, submission, by)
    unread = unread_by_roles(by, submission, held_kinds(rule, sources))
    if unread is not None:
        return f"{unread}."
    try:
        gather(rule, replace(sources, read_file=None))
    except WordsMissing as error:
        return f"{error.message}."
    return ""


def _not_called_for(rule: DocumentRule, submission: Submission) -> str:
    """The parts of the rule's condition that these answers do not meet."""
    assert rule.when is not None
    own = material.of_submission(submission)
    reasons = why(own.definition, rule.when, own.answers, (), own.facts)
    leaves = [one for one, after in zip(reasons, [*reasons[1:], None], strict=True) if after is None or after.depth <= one.depth]
    unmet = [one for one in leaves if one.outcome is not True] or leaves
    return f"It is made when {'; '.join(_told(one) for one in unmet)}."


def _told(reason: Reason) -> str:
    return f"{reason.words} (here it is “{reason.answer}”)" if reason.answer else reason.words

"""From draft to reader: a document is checked by a person, approved where the council asks for it, issued once, and logged. The edge commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from portal import audit, timekeeping
from portal.accounts.models import User
from portal.councils.document_model import DocumentRule
from portal.db import db
from portal.documents import material, merge_data, named, plain_words, produce, proof, proving, variants
from portal.documents.models import Document, Sharing
from portal.documents.plain_words import Plainness
from portal.episodes import clocks
from portal.episodes.models import Episode
from portal.errors import Conflict, PortalError, RuleBroken
from portal.names import folded
from portal.publishing.in_force import council_in_force
from portal.submissions.models import Submission
from portal.word import reading

DRAFT, CHECKED, APPROVED, ISSUED = "draft", "checked", "approved", "issued"


GONE = "The council no longer makes this document, this copy of it or this form of it, so nobody can say what must stay out of it"
CURE = "Withdraw this one, and produce it again if it is still needed"


class NotNow(Conflict):
    """Somebody was quicker, or a step before this one is missing; the message says which."""


class NamesUnchecked(RuleBroken):
    """Names stand in the document that nobody has looked at."""


class Leaks(RuleBroken):
    """The copy holds something its reader must not see; nothing is issued. `found` are the places."""

    def __init__(self, found: Sequence[proof.Leak]) -> None:
        super().__init__("This copy cannot be issued: it holds what its reader must not see. Put the answers right, then produce it again")
        self.found = found


class NotByItsWriter(RuleBroken):
    """The council asks that somebody else approves."""


class MustNotBeTold(RuleBroken):
    """The recipient is somebody who must not be told."""


class RecipientMissing(RuleBroken):
    """A document is issued to somebody, in some way."""


class WaysUnknown(RuleBroken):
    """The council knows no such way of sending."""


@dataclass(frozen=True)
class Given:
    """To whom something is given and how; `reason` is why it is shared where that needs saying, or why it is not."""

    recipient: str
    way: str
    reason: str = ""


@dataclass(frozen=True)
class Examined:
    """What a person looks at before a document is issued: its words and how plain they are, who is named in it, and what must not be in it but is; `unproved` as for a proof."""

    texts: tuple[str, ...]
    names: tuple[named.Named, ...]
    leaks: tuple[proof.Leak, ...]
    withheld: int
    plainness: Plainness
    unproved: str


def rule_of(document: Document) -> DocumentRule | None:
    """The council's rule for this copy and variant, or None where the council has dropped it since."""
    rule = council_in_force().documents.get(document.document_id)
    try:
        return variants.of_rule(rule.for_copy(document.copy), document.variant) if rule is not None else None
    except KeyError:
        return None


def examine(document: Document) -> Examined:
    """Read the document as it is kept. The proof is made anew each time from the record as it is now."""
    content = produce.content(document)
    texts = reading.paragraphs(content)
    rule = rule_of(document)
    submission = db.session.get_one(Submission, document.submission_id)
    if rule is None:
        return Examined(tuple(texts), (), (), 0, Plainness(None, ()), GONE)
    sources = proving.sources_of(document, rule, submission)
    episode = material.episode_of(submission)
    template = proving.template_of(document, rule)
    proved = proof.prove(rule, sources, content, partial(proving.remade, rule, template), material.confidential_addresses(episode))
    known = named.known_in([sources.own, *sources.papers.values()]) + material.known_people(episode)
    names = named.named(texts, known, _fixed_words(template))
    return Examined(tuple(texts), tuple(names), proved.leaks, proved.withheld, _plainness(rule, texts), proved.unproved)


def _plainness(rule: DocumentRule, texts: Sequence[str]) -> Plainness:
    """How plain it is for a family; professionals are not written to by these rules."""
    wording = council_in_force().wording
    return plain_words.judge(texts, wording.avoided, wording.reading_age) if rule.audience == "family" else Plainness(None, ())


def _fixed_words(template: bytes) -> str:
    """What stands in every such document: the template's own words and the council's."""
    council = council_in_force()
    teams = " ".join(f"{team.title} {' '.join(contact.title for contact in team.contacts)}" for team in council.teams)
    return " ".join([*(reading.paragraphs(template) if template else ()), council.name, teams, *council.wording.texts.values()])


def check(document: Document, cleared: set[str], by: User) -> None:
    """Somebody looked at it: each name in `cleared` may stand. Raises NamesUnchecked, Leaks, NotNow."""
    _still(document, DRAFT)
    found = _proved(document)
    left = [one.name for one in found.names if one.name not in cleared]
    if left:
        raise NamesUnchecked(f"Tick each name that may stand in this copy. Not ticked: {', '.join(left)}")
    document.state = CHECKED
    document.cleared = sorted(one.name for one in found.names)
    document.checked_by, document.checked_by_label, document.checked_at = by.id, by.name, timekeeping.now()
    audit.record("document.checked", subject="document", subject_id=document.id, actor=by.id, detail={"document": document.document_id, "names": len(found.names)})


def needs_approval(document: Document) -> bool:
    """Whether a second person must agree before it is issued."""
    rule = rule_of(document)
    return rule is not None and rule.issue is not None and rule.issue.approval != "none"


def approval_refused(document: Document, by: User) -> str:
    """Why this person may not approve it, in words, or ''."""
    rule = rule_of(document)
    if rule is None or rule.issue is None or rule.issue.approval != "not_writer":
        return ""
    writers = {document.produced_by, document.checked_by, *produce.writers_of(document)}
    return "Somebody else approves what you wrote, produced or checked" if by.id in writers else ""


def approve(document: Document, by: User) -> None:
    """A second person agrees. Raises NotByItsWriter, NotNow."""
    _still(document, CHECKED)
    _still_made(document)
    refused = approval_refused(document, by)
    if refused:
        raise NotByItsWriter(refused)
    document.state = APPROVED
    document.approved_by, document.approved_by_label, document.approved_at = by.id, by.name, timekeeping.now()
    audit.record("document.approved", subject="document", subject_id=document.id, actor=by.id, detail={"document": document.document_id})


def is_ready(document: Document) -> bool:
    """Whether it may be issued now, as far as its steps go."""
    return not document.is_withdrawn and rule_of(document) is not None and document.state == (APPROVED if needs_approval(document) else CHECKED)


def recipient_of(document: Document) -> str:
    """The reader's name as the document has it, where the council says which field holds it and that can be worked out; else ''."""
    rule = rule_of(document)
    if rule is None or rule.issue is None or not rule.issue.recipient:
        return ""
    submission = db.session.get_one(Submission, document.submission_id)
    try:
        value = merge_data.gather(rule, material.sources(rule, submission, None))[rule.issue.recipient]
    except PortalError:
        return ""
    return value if isinstance(value, str) else ""


def issue(document: Document, given: Given, by: User) -> Sharing:
    """Give it to its reader: it never changes again, and the log says who got it. Raises Leaks, MustNotBeTold, RecipientMissing, NotNow."""
    _still_made(document)
    _still(document, APPROVED if needs_approval(document) else CHECKED)
    _may_have_it(document, given)
    _proved(document)
    document.state = ISSUED
    document.recipient = given.recipient.strip()
    document.issued_at = timekeeping.now()
    audit.record("document.issued", subject="document", subject_id=document.id, actor=by.id, detail={"document": document.document_id, "sha256": document.sha256})
    row = _log(document, given, by)
    if document.episode_id is not None:
        clocks.on_document(db.session.get_one(Episode, document.episode_id), document.document_id)
    return row


def give_again(document: Document, given: Given, by: User) -> Sharing:
    """The same bytes for one more reader of the same copy. Raises MustNotBeTold, RecipientMissing, NotNow."""
    _still(document, ISSUED)
    _may_have_it(document, given)
    return _log(document, given, by)


def decide_not_to_share(document: Document, given: Given, by: User) -> Sharing:
    """Log that somebody does not get it, and why. Raises RecipientMissing."""
    if not given.recipient.strip() or not given.reason.strip():
        raise RecipientMissing("Enter who does not get it, and why")
    return _log(document, given, by, was_shared=False)


def shared(document: Document) -> Sequence[Sharing]:
    """The log of this document, newest first."""
    return db.session.scalars(select(Sharing).where(Sharing.document_id == document.id).order_by(Sharing.shared_at.desc(), Sharing.id)).all()


def _may_have_it(document: Document, given: Given) -> None:
    if not given.recipient.strip():
        raise RecipientMissing("Enter who gets it")
    if given.way not in council_in_force().ways:
        raise WaysUnknown("Choose how it reaches them")
    asked = f" {folded(given.recipient)} "
    for name in material.must_not_be_told(document.episode_id):
        if folded(name) and f" {folded(name)} " in asked:
            raise MustNotBeTold(f"{name} must not be told, so this cannot be issued to them. Choose somebody else")


def _log(document: Document, given: Given, by: User, *, was_shared: bool = True) -> Sharing:
    row = Sharing(
        episode_id=document.episode_id,
        document_id=document.id,
        was_shared=was_shared,
        what=document.title,
        recipient=given.recipient.strip(),
        way=council_in_force().ways.get(given.way, ""),
        reason=given.reason.strip(),
        shared_at=timekeeping.now(),
        shared_by=by.id,
        shared_by_label=by.name,
    )
    db.session.add(row)
    db.session.flush()
    audit.record("document.shared", subject="document", subject_id=document.id, actor=by.id, detail={"document": document.document_id, "sharing": row.id, "shared": was_shared})
    return row


def _proved(document: Document) -> Examined:
    """What is in it, proved. Raises Leaks, NotNow."""
    found = examine(document)
    if found.leaks:
        raise Leaks(found.leaks)
    if found.unproved:
        raise NotNow(f"{found.unproved}. {CURE}")
    return found


def _still_made(document: Document) -> None:
    if rule_of(document) is None:
        raise NotNow(f"{GONE}. {CURE}")


def _still(document: Document, state: str) -> None:
    """Hold the row and make sure that nobody was quicker."""
    db.session.flush()
    db.session.refresh(document, with_for_update=True)
    if document.is_withdrawn:
        raise NotNow("This document has been withdrawn")
    if document.state != state:
        raise NotNow(f"This document is {document.state} now. Look at it again before you go on")

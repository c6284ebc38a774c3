"""The people and families that the access matrix is tried with: somebody of every role, and one family in each relation to them.

Every role tries four families: one that they lead themselves, one of their team that a colleague leads, one of another team, and
one that does not exist. Each family has every kind of paper, finished and as a draft, with documents, a file and everything else
that an address may name.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from portal import create_app, start_up, timekeeping
from portal.accounts import sign_in, users
from portal.accounts.models import User
from portal.accounts.roles import roles_on_file
from portal.db import db
from portal.designer import specimens, word_templates
from portal.designer.models import ProposedTemplate
from portal.documents.models import BulkRun, Document
from portal.episodes.models import Episode, Paper, RequestAttachment
from portal.families.models import FamilyMember, PersonChange
from portal.files import store
from portal.jobs.models import Job
from portal.notifications import compose
from portal.publishing.in_force import council_in_force
from portal.settings import current_settings
from portal.submissions import attachments, drafts, submit
from portal.submissions.definitions import current_version, definition_of
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import ReturnRound, Submission
from tests.conftest import settings_for
from tests.episodes import cast
from tests.word.word_files import docx, p

OWN, TEAM, OTHER, MISSING = "own", "team", "other", "missing"
PLACES = (OWN, TEAM, OTHER, MISSING)
NOBODY, DISABLED, SENDER = "nobody", "disabled", "sender"
NO_ID = "a" * 20
THEIRS, ELSEWHERE = "family_support_units", "hub"
"""The team of everybody who tries, and another one."""

PUBLIC_FORM = "request_for_support"


@dataclass(frozen=True)
class World:
    """The app, a cookie for everybody who tries, and for every place the ids that go into addresses."""

    app: Flask
    cookies: dict[str, str]
    ids: dict[str, dict[str, str]]
    roles: dict[str, str]


def make(folder: Path) -> World:
    """A demonstration's portal (so that the outbox is there and no codes are asked for) with these people and families."""
    app = create_app(settings_for(folder, demonstration=True, testing=False))
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=False)
    start_up.migrate(app)
    start_up.publish_shipped(app)
    with app.app_context():
        roles = {role_id: _user(f"Of role {role_id}", role_id).id for role_id in roles_on_file()}
        gone = _user("Gone", "hub_manager")
        colleague = _user("A colleague", "lead_professional")
        ids = {OWN: _family(colleague, THEIRS), TEAM: _family(colleague, THEIRS), OTHER: _family(None, ELSEWHERE), MISSING: {}}
        ids[OWN] |= _of_sender(sent=True) | _of_sender(sent=False)
        ids[OTHER] |= _of_sender(sent=True) | _of_sender(sent=False)
        ids[OWN] |= _of_a_template()
        cookies = {role_id: _cookie(app, {"_user_id": sign_in.begin(db.session.get_one(User, user_id))}) for role_id, user_id in roles.items()}
        cookies[DISABLED] = _cookie(app, {"_user_id": sign_in.begin(gone)})
        held = dict.fromkeys((ids[OWN]["sender_draft"], ids[OWN]["sender_sent"]), int(timekeeping.now().timestamp()))
        cookies |= {SENDER: _cookie(app, {"drafts": held}), NOBODY: ""}
        gone.disabled_at = timekeeping.now()
        db.session.commit()
    return World(app, cookies, ids, roles)


def let_lead(world: World, role_id: str) -> None:
    """Make this role's person the lead of the family that is their own."""
    with world.app.app_context():
        db.session.get_one(Episode, world.ids[OWN]["episode_id"]).lead_id = world.roles.get(role_id)
        db.session.commit()


def _user(name: str, role_id: str) -> User:
    return users.add(users.Details(name, f"{name.lower().replace(' ', '.').replace('_', '.')}@example.org", (role_id,), (THEIRS,)))


def _cookie(app: Flask, values: dict[str, object]) -> str:
    return f"{app.config['SESSION_COOKIE_NAME']}={SecureCookieSessionInterface().get_signing_serializer(app).dumps(values)}"


def _family(lead: User | None, team: str) -> dict[str, str]:
    """A family in support, with a finished paper and a draft of every kind, written by nobody who tries."""
    episode = cast.received()
    episode.stage, episode.team, episode.lead_id = "closing", team, lead.id if lead else None
    db.session.flush()
    writer = cast.person("Sita Manager")
    member = db.session.scalars(select(FamilyMember).where(FamilyMember.family_id == episode.family_id)).first()
    change = PersonChange(person_id=member.person_id, by_id=writer.id, by_label=writer.name, reason="made up", changes={})
    moved = RequestAttachment(episode_id=episode.id, from_family_id=episode.family_id, to_family_id=episode.family_id, reason="made up", moved={kind: [] for kind in ("papers", "members", "consents", "clocks")})
    job = Job(name="made.up", payload={}, status="failed", run_at=timekeeping.now(), created_at=timekeeping.now())
    letter = compose.notify("receipt", "head@example.org", reference=episode.reference, link="/")
    run = BulkRun(council="hackney", document_id="made_up", title="Made up", made_by=writer.id)
    db.session.add_all([change, moved, job, run])
    db.session.flush()
    found = {"family_id": episode.family_id, "episode_id": episode.id, "member_id": member.id, "change_id": change.id, "request_attachment_id": moved.id}
    found |= {"run_id": run.id, "user_id": writer.id, "job_id": str(job.id), "notification_id": letter.id}
    for rule in council_in_force().papers:
        found |= _papers(rule.id, rule.form, episode, writer)
    kept = attachments.add(drafts.find(found["draft of meeting"]), "files", "paper.txt", b"A made-up paper")
    returned = ReturnRound(submission_id=found["final of meeting"], number=1, status="answered", base_version=1, asked_by_label=writer.name, answered_at=timekeeping.now())
    db.session.add(returned)
    db.session.flush()
    return found | {"attachment_id": kept["id"], "round_id": returned.id}


def _papers(kind: str, form_id: str, episode: Episode, writer: User) -> dict[str, str]:
    """A draft and a finished paper of this kind, and a document of each sort made from it."""
    found = {}
    for state in ("draft", "final"):
        row = drafts.start(current_version(form_id), by=Writer(writer.id, writer.name))
        paper = Paper(episode_id=episode.id, submission_id=row.id, paper=kind, started_by=writer.id)
        db.session.add(paper)
        if state == "final":
            row.status, row.sent_at, row.reference = "final", timekeeping.now(), f"MADE-{row.id[:8].upper()}"
        db.session.flush()
        found |= {f"{state} of {kind}": row.id, f"{state} paper of {kind}": paper.id}
    if kind == "meeting":
        found["item"] = _item(drafts.find(found["draft of meeting"]))
    for rule in council_in_force().documents:
        if rule.paper == kind:
            found[f"document {rule.id}"] = _document(rule.id, found[f"final of {kind}"], episode.id)
    return found


def _of_a_template() -> dict[str, str]:
    """A Word template that somebody proposed, whose specimen has been drawn."""
    sha256 = store().keep(docx(p("A made-up template")))
    row = ProposedTemplate(
        name="hackney/closure-letter-parent.docx", origin="upload", file_name="made-up.docx", sha256=sha256, comments_sha256=sha256, specimen_sha256=sha256,
        checked={"findings": [], "words": [], "against": ""}, proposed_by="",
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    for one in (store().read(sha256), specimens.in_force(word_templates.named(row.name))):
        pages = current_settings().data_path / "cache" / "specimens" / hashlib.sha256(one).hexdigest()
        pages.mkdir(parents=True)
        (pages / "page-1.png").write_bytes(b"a picture")
    return {"proposed_id": row.id, "version_number": "1", "page_number": "1"}


def _item(draft: Submission) -> str:
    """The path of an item that can be moved and removed."""
    repeat = next(one for one in definition_of(draft).repeats if not one.over and not one.inside)
    while len(draft.data.answers.get(repeat.id) or ()) <= repeat.min:
        drafts.add_item(draft, repeat.id, by=Writer())
    return f"{repeat.id}.{draft.data.answers[repeat.id][0]['_id']}"


def _document(rule_id: str, submission_id: str, episode_id: str) -> str:
    sha256 = store().keep(docx(p("A made-up document")))
    row = Document(
        council="hackney", document_id=rule_id, title="Made up", file_name="made-up.docx", episode_id=episode_id, submission_id=submission_id, revision=1,
        sha256=sha256, template_sha256=sha256, data_sha256=sha256, engine_version="made up", sensitivities=[],
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


def _of_sender(*, sent: bool) -> dict[str, str]:
    """Something a person without an account fills in or has sent, with a file."""
    draft = drafts.start(current_version(PUBLIC_FORM), by=Writer(), first=Start(cast.example(f"{PUBLIC_FORM}.short.json")))
    kept = attachments.add(draft, "files", "paper.txt", b"A made-up paper")
    item = _item(draft) if not sent else ""
    if sent:
        submit.send(draft, draft.idempotency_key, by=Writer(), facts=drafts.facts_for(draft))
    state = "sent" if sent else "draft"
    return {f"sender_{state}": draft.id, f"sender_{state}_file": kept["id"], f"sender_{state}_item": item}



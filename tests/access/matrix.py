"""Every guarded address by everybody who could try it, for a family in reach of some, one out of reach of most, and none at all (R10).

`python -m tests.access.matrix` writes the table anew; look at what changed before keeping it.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select
from werkzeug.routing import Rule

import portal.audit
from portal import create_app, start_up
from portal.accounts import sign_in, users
from portal.accounts.models import User
from portal.db import db
from portal.demo import load_demonstration
from portal.designer.models import ProposedTemplate
from portal.documents import pdf, produce
from portal.documents.models import BulkRun
from portal.episodes import papers
from portal.episodes.models import Episode, Paper, RequestAttachment
from portal.families.models import FamilyMember, PersonChange
from portal.jobs.models import Job
from portal.notifications import compose
from portal.submissions.models import Attachment, ReturnRound, Submission
from portal.timekeeping import now
from tests.conftest import settings_for

TABLE = Path(__file__).with_name("matrix.tsv")
NOBODY, DISABLED, OUTSIDER = "nobody", "disabled", "outsider"
PLACES = ("near", "far", "missing")
SLUGS = {"transition_id": "close", "paper_id": "meeting", "document_id": "minutes", "name": "a-page", "section_id": "a-section", "form_id": "sign_off", "template_name": "taf_minutes", "item": "x", "inner": "y"}
MISSING = "a" * 20


def demonstration(folder: str) -> Flask:
    """The demonstration, with one family's papers complete and one just received."""
    app = create_app(dataclasses.replace(settings_for(Path(folder)), demonstration=True))
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=False)
    start_up.migrate(app)
    start_up.publish_shipped(app)
    with app.app_context():
        load_demonstration()
        db.session.commit()
    return app


def people(app: Flask) -> dict[str, str]:
    """Who tries, by their role (or what they are), with the cookie of their session."""
    cookies = {NOBODY: ""}
    with app.app_context():
        for user in db.session.scalars(select(User).order_by(User.id)):
            cookies["+".join(sorted(user.roles))] = _cookie(app, user)
        outsider = users.add(users.Details("Ola Outsider", "ola@example.org", ("family_member",)))
        gone = users.add(users.Details("Dag Disabled", "dag@example.org", ("hub_manager",)))
        cookies |= {OUTSIDER: _cookie(app, outsider), DISABLED: _cookie(app, gone)}
        gone.disabled_at = now()
        db.session.commit()
    return dict(sorted(cookies.items()))


def _cookie(app: Flask, user: User) -> str:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'_user_id': sign_in.begin(user)})}"


def ids(app: Flask) -> dict[str, dict[str, str]]:
    """For each place, the ids to put into addresses: `near` is complete, `far` was just received by another team."""
    with app.app_context():
        episodes = list(db.session.scalars(select(Episode).order_by(Episode.opened_at)))
        near = next(one for one in episodes if one.lead_id and one.closed_at is None)
        far = next(one for one in episodes if one.team != near.team and one.lead_id is None and papers.startable(one))
        found = {"near": _of_episode(near), "far": _of_episode(far), "missing": {}}
        db.session.commit()
        return found


def _of_episode(episode: Episode) -> dict[str, str]:
    somebody = db.session.scalars(select(User).order_by(User.id)).first()
    paper, submission = next((p, s) for p, s in papers.of_episode(episode) if s.status != "draft" and produce.rules_for(s))
    document = produce.produce(produce.rules_for(submission)[0].id, submission, users.with_email("gloria.stanhope@example.org"))
    file = Attachment(submission_id=paper.submission_id, path="files", name="a.txt", size=1, media_type="text/plain", sha256="0" * 64)
    moved = RequestAttachment(episode_id=episode.id, from_family_id=episode.family_id, to_family_id=episode.family_id, reason="made up", by_id=None)
    job = Job(name="notifications.send", payload={"notification_id": "x"}, status="failed", run_at=now(), created_at=now())
    letter = compose.notify("receipt", "head@example.org", reference=episode.reference, link="/")
    member = db.session.scalars(select(FamilyMember).where(FamilyMember.family_id == episode.family_id).order_by(FamilyMember.position)).first()
    change = PersonChange(person_id=member.person_id, by_id=somebody.id, by_label="Made up", reason="made up", changes={})
    returned = ReturnRound(submission_id=paper.submission_id, number=1, status="answered", base_version=submission.version, asked_by_label="Made up", answered_at=now())
    template = ProposedTemplate(name="hackney/taf-minutes.docx", origin="upload", file_name="made-up.docx", sha256="0" * 64, checked={"findings": [], "words": [], "against": ""}, proposed_by="")
    run = BulkRun(council=episode.council, document_id="made_up", title="Made up", made_by=users.with_email("lorna.pym@example.org").id)
    db.session.add_all([file, moved, job, change, returned, run, template])
    db.session.flush()
    return {
        "family_id": episode.family_id,
        "member_id": member.id,
        "change_id": change.id,
        "episode_id": episode.id,
        "submission_id": paper.submission_id,
        "draft_id": _draft(episode),
        "paper_id": paper.id,
        "document_id": document.id,
        "attachment_id": file.id,
        "round_id": returned.id,
        "request_attachment_id": moved.id,
        "user_id": somebody.id,
        "notification_id": letter.id,
        "job_id": str(job.id),
        "run_id": run.id,
        "proposed_id": template.id,
        "version_number": "1",
    }


def _draft(episode: Episode) -> str:
    """A form being filled in on the episode: one that is open, or the first that can be started now."""
    open_one = select(Paper.submission_id).join(Submission, Submission.id == Paper.submission_id)
    found = db.session.scalars(open_one.where(Paper.episode_id == episode.id, Submission.status == "draft")).first()
    if found is not None:
        return found
    starter = db.session.get_one(User, episode.lead_id) if episode.lead_id else users.with_email("gloria.stanhope@example.org")
    return papers.start(papers.startable(episode)[0].id, episode, by=starter).submission_id


def rows(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every guarded address and method."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if app.view_functions[rule.endpoint].access_rule != "public":
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule, method


def address(app: Flask, rule: Rule, place: dict[str, str]) -> str:
    """This rule's address for one place."""
    values = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        if kind in ("RecordId", "IntegerConverter"):
            key = f"request_{name}" if name == "attachment_id" and rule.endpoint.startswith("attaching.") else name
            key = "draft_id" if rule.rule.startswith("/fill/") and name == "submission_id" else key
            values[name] = place.get(key, "999999" if kind == "IntegerConverter" else MISSING)
        else:
            values[name] = "no_such_thing" if name in ("form_id", "template_name") and not place else SLUGS[name]
    return rule.build({name: int(v) if v.isdigit() and len(v) < 12 else v for name, v in values.items()})[1]


def table(app: Flask) -> list[str]:
    """The whole matrix as lines: address, then for each person what near, far and missing answered."""
    cookies, places = people(app), ids(app)
    lines = ["\t".join(["address", *cookies])]
    refused: list[str] = []
    with (
        mock.patch.object(portal.audit, "refused", lambda name, **facts: refused.append(facts["detail"]["why"])),
        mock.patch.object(db.session, "commit", db.session.rollback),
        mock.patch.object(pdf, "to_pdf", lambda *a, **k: b""),
    ):
        client = app.test_client(use_cookies=False)
        for rule, method in rows(app):
            cells = []
            wanted = PLACES if rule.arguments else PLACES[:1]
            for cookie in cookies.values():
                cells.append(" ".join(_outcome(client, method, address(app, rule, places[place]), cookie, refused) for place in wanted))
            lines.append("\t".join([f"{method} {rule.rule}", *cells]))
    return lines


def _outcome(client: Any, method: str, path: str, cookie: str, refused: list[str]) -> str:
    refused.clear()
    answer = client.open(path, method=method, headers={"Accept": "application/json", "Cookie": cookie})
    if answer.status_code == 401:
        return "sign-in"
    why = refused[0] if refused else ""
    return {"role": "403", "hidden": "404"}.get(why, "in")


def main() -> None:
    """Write the table."""
    with tempfile.TemporaryDirectory() as folder:
        TABLE.write_text("\n".join(table(demonstration(folder))) + "\n")


if __name__ == "__main__":
    main()

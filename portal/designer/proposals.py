"""Proposing a Word template, putting it in force, letting it go: what people do. What is found about it is `look`; the edge commits."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from portal import audit, jobs, publishing, timekeeping
from portal.db import db
from portal.designer import specimens
from portal.designer.look import is_hostile
from portal.designer.models import ProposedTemplate
from portal.designer.word_templates import WordTemplate, named
from portal.documents import kept_code
from portal.errors import Conflict, NotFound, RuleBroken
from portal.files import store
from portal.publishing.models import PublishedVersion
from portal.settings import current_settings
from portal.submissions.uploads import FileRefused, virus_scan
from portal.word.apart import apart, too_costly
from portal.word.check import CHECK_VERSION, errors
from portal.word.findings import Finding, Place
from portal.word.package import MAX_FILE
from portal.word.template import ENGINE_VERSION

UPLOAD, SUPPLIER, EARLIER = "upload", "supplier", "earlier"
SECONDS, PATIENCE = 6, 30
"""How long looking at a file may take: of the processor, and until somebody who waits is told."""

NO_NOTE = "Enter what is new and why"
KEPT = timedelta(days=30)
"""How long a template is kept that nobody put in force."""


class TemplateHostile(RuleBroken):
    """The file holds what no template may: nothing of it was kept. `findings` says why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(finding.message for finding in findings))
        self.findings = findings


class NotSound(RuleBroken):
    """It has faults to put right first."""


class Outdated(Conflict):
    """What it was checked against has changed, or it is in force already."""


class NoteMissing(RuleBroken):
    """A version is put in force with a word of why, for whoever looks back."""


def find(proposed_id: str) -> ProposedTemplate | None:
    """A proposed template, or None."""
    return db.session.get(ProposedTemplate, proposed_id)


def undecided(template: WordTemplate) -> list[ProposedTemplate]:
    """Those that nobody has put in force or let go, newest first."""
    query = select(ProposedTemplate).where(ProposedTemplate.name == template.name, ProposedTemplate.number == 0)
    return list(db.session.scalars(query.order_by(ProposedTemplate.proposed_at.desc(), ProposedTemplate.id)))


def findings_of(proposed: ProposedTemplate) -> list[Finding]:
    """What its check found, errors first."""
    return sorted((Finding.from_data(one) for one in proposed.checked["findings"]), key=lambda finding: finding.level)


def propose(template: WordTemplate, file: bytes, *, called: str, origin: str, by: str) -> ProposedTemplate:
    """Check a file and keep it with what was found. The transaction of the caller is let go of meanwhile. Raises TemplateHostile, BindingBroken."""
    db.session.rollback()
    found, comments, specimen = _looked_at(template, file, called)
    proposed = ProposedTemplate(
        name=template.name,
        origin=origin,
        file_name=called,
        sha256=store().keep(file),
        checked=found,
        comments_sha256=store().keep(comments) if comments else "",
        specimen_sha256=store().keep(specimen) if specimen else "",
        proposed_by=by,
        proposed_at=timekeeping.now(),
        number=0,
    )
    db.session.add(proposed)
    db.session.flush()
    detail = {"name": template.name, "origin": origin, "errors": len(errors(findings_of(proposed)))}
    audit.record("template.proposed", subject="template", subject_id=proposed.sha256, actor=by, detail=detail)
    return proposed


def note_refused(template: WordTemplate, refused: TemplateHostile, *, by: str) -> None:
    """Keep that somebody brought a file of which nothing was kept."""
    detail = {"name": template.name, "why": sorted({finding.code for finding in refused.findings})}
    audit.record("template.refused", subject="template", actor=by, detail=detail)


def _looked_at(template: WordTemplate, file: bytes, called: str) -> tuple[dict[str, Any], bytes, bytes]:
    """What is kept of a check, and the two files it made."""
    if len(file) > MAX_FILE:
        raise TemplateHostile([Finding("too_large", f"the file is larger than {MAX_FILE // 1_000_000} MB: make its pictures smaller", Place("file"))])
    try:
        virus_scan.scan(file, called, current_settings().clamd)
    except FileRefused as refused:
        words = refused.message if refused.code == "virus" else "it could not be checked for viruses just now: try again in a few minutes"
        raise TemplateHostile([Finding(refused.code, words, Place("file"))]) from refused
    more: dict[str, Any] = {"shape": template.shape(), "data": specimens.made_up(template), "more": [one.as_data() for one in template.unprinted()]}
    if template.is_for_families:
        wording = template.council.wording
        more["plain"] = {"avoided": [[list(one.words), one.instead] for one in wording.avoided], "reading_age": wording.reading_age}
    answer = apart("portal.designer.look:look", file, more, seconds=SECONDS, patience=PATIENCE)
    if answer is None:
        raise TemplateHostile([too_costly(SECONDS)])
    found = [Finding.from_data(one) for one in answer["findings"]]
    if is_hostile(found):
        raise TemplateHostile(errors(found))
    kept = {"findings": answer["findings"], "words": answer["words"], "against": against(template)}
    return kept, base64.b64decode(answer["comments"]), base64.b64decode(answer["specimen"])


def against(template: WordTemplate) -> str:
    """What a check hangs on beside the file: the fields of its documents, the engine, and the rules of the check itself."""
    return hashlib.sha256(f"{ENGINE_VERSION} {CHECK_VERSION} {json.dumps(template.shape(), sort_keys=True)}".encode()).hexdigest()


def is_outdated(proposed: ProposedTemplate, template: WordTemplate) -> bool:
    """Whether the council's documents or the portal changed since it was checked."""
    return proposed.checked["against"] != against(template)


def check_again(proposed: ProposedTemplate, *, by: str) -> ProposedTemplate:
    """The same file, checked against what holds now, in the place of this one. Raises what `propose` raises; `forget_refused` is for that."""
    template, file = named(proposed.name), store().read(proposed.sha256)
    proposed_id, called, origin = proposed.id, proposed.file_name, proposed.origin
    made = propose(template, file, called=called, origin=origin, by=by)
    db.session.execute(delete(ProposedTemplate).where(ProposedTemplate.id == proposed_id, ProposedTemplate.number == 0))
    return made


def forget_refused(proposed_id: str, template: WordTemplate, refused: TemplateHostile, *, by: str) -> bool:
    """Forget one that is refused now that it is checked again. One that could not be looked at for viruses just now stays. Answers whether it went."""
    note_refused(template, refused, by=by)
    if all(finding.code == "not_scanned" for finding in refused.findings):
        return False
    db.session.execute(delete(ProposedTemplate).where(ProposedTemplate.id == proposed_id, ProposedTemplate.number == 0))
    return True


def put_in_force(proposed: ProposedTemplate, *, after: int, note: str, by: str) -> PublishedVersion:
    """Publish it as the next version. `after` is the number of the version it was compared with.

    Raises NotSound, NoteMissing, Outdated, PublishedMeanwhile.
    """
    template = named(proposed.name)
    if proposed.number:
        raise Outdated(f"This was put in force as version {proposed.number}. Go back to it in the history")
    if errors(findings_of(proposed)):
        raise NotSound("It cannot be put in force: put right what was found, then upload it again")
    if not note.strip():
        raise NoteMissing(NO_NOTE)
    if is_outdated(proposed, template):
        raise Outdated("The council's documents or the portal's own checks have changed since this was checked. Check it again first")
    before = publishing.current("template", template.name)
    if before is not None and before.sha256 == proposed.sha256:
        raise Outdated("This very file is in force already")
    file = store().read(proposed.sha256)
    kept_code.compiled(file)
    version = publishing.publish("template", template.name, file, by=by, after=after, note=note.strip())
    proposed.number = version.number
    detail = {"name": template.name, "number": version.number, "origin": proposed.origin}
    audit.record("template.put_in_force", subject="template", subject_id=version.sha256, actor=by, detail=detail)
    return version


def let_go(proposed: ProposedTemplate, *, by: str) -> None:
    """Forget one that is not in force; its files are swept. Raises NotFound for one that became a version."""
    if proposed.number:
        raise NotFound("This has been put in force and stays in the history")
    audit.record("template.let_go", subject="template", subject_id=proposed.sha256, actor=by, detail={"name": proposed.name})
    db.session.delete(proposed)


@jobs.task("templates.expire", every=timedelta(days=1))
def expire(payload: dict[str, Any], *, job_id: int) -> None:
    """Forget what nobody has put in force for so long."""
    db.session.execute(delete(ProposedTemplate).where(ProposedTemplate.number == 0, ProposedTemplate.proposed_at < timekeeping.now() - KEPT))

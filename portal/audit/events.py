"""The grammar of audit events: every name that may be recorded, with the detail each must carry."""

from __future__ import annotations

EVENTS: dict[str, tuple[str, ...]] = {
    "access.refused": ("action", "path"),
    "attachment.added": (),
    "attachment.read": (),
    "attachment.removed": (),
    "definition.published": ("kind", "name", "number"),
    "job.failed": ("name",),
    "job.retried": ("name",),
    "resume.link_made": (),
    "resume.locked": (),
    "resume.opened": (),
    "resume.wrong_code": (),
    "submission.corrected": (),
    "submission.deleted": ("why",),
    "submission.finalised": ("reference", "form", "number"),
    "submission.hidden_answers_dropped": ("paths",),
    "submission.interrupted": ("page",),
    "submission.late_answers": ("paths",),
    "submission.read": (),
    "submission.saved": ("action", "version"),
    "submission.sent": ("reference", "form", "number"),
    "submission.started": ("form",),
    "submission.stopped": ("page",),
    "submission.withdrawn": ("reference",),
}
"""Event name to the keys its detail must have. Other rooms' events are added here, one line each, in alphabetical order."""

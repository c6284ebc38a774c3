"""The grammar of audit events: every name that may be recorded, with the detail each must carry."""

from __future__ import annotations

EVENTS: dict[str, tuple[str, ...]] = {
    "access.refused": ("action", "path"),
    "definition.published": ("kind", "name", "number"),
    "job.failed": ("name",),
    "job.retried": ("name",),
}
"""Event name to the keys its detail must have. Other rooms' events are added here, one line each, in alphabetical order."""

"""The council whose rules this portal runs: read once per app."""

from __future__ import annotations

from flask import current_app

from portal.councils.library import Council, council
from portal.settings import Settings


def council_of(settings: Settings) -> Council:
    """The council pack these settings name. Raises the library's errors for one that is missing or broken."""
    return council(settings.council, settings.council_path or None)


def council_in_force() -> Council:
    """The running app's council."""
    extensions = current_app.extensions
    if "portal.council" not in extensions:
        extensions["portal.council"] = council_of(extensions["portal.settings"])
    return extensions["portal.council"]


def form_of_council(form_id: str) -> str | None:
    """The id, where the council has such a form."""
    return form_id if form_id in council_in_force().form_ids() else None

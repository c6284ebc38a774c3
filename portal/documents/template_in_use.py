"""The Word file that documents are made of, for what is checked before anything is published: the one in force, or on the command line the pack's own."""

from __future__ import annotations

from flask import has_app_context

from portal import publishing
from portal.councils.library import Council
from portal.settings import current_settings


def file_in_use(council: Council, name: str) -> bytes:
    """The template in force where this council's portal runs, else the pack's file. Raises TemplateUnknown."""
    if has_app_context() and current_settings().council == council.id:
        version = publishing.current("template", f"{council.id}/{name}")
        if version is not None:
            return publishing.content(version.sha256)
    return council.template_path(name).read_bytes()

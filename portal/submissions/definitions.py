"""The form a submission was started with, found by content hash and kept in memory; and the one that new drafts start with."""

from __future__ import annotations

from functools import lru_cache

from portal import language, publishing
from portal.councils.languages import form_in
from portal.councils.library import Council
from portal.errors import NotFound
from portal.forms.load import load_definition
from portal.forms.model import FormDefinition
from portal.publishing.in_force import council_in_force
from portal.publishing.models import PublishedVersion
from portal.submissions.models import Submission


class FormNotPublished(NotFound):
    """No version of this form is published for this council."""


def definition_of(submission: Submission) -> FormDefinition:
    """The very version this submission was started with. Raises files.FileMissing when its text is gone."""
    return by_hash(submission.form_sha256, submission.form_id)


def by_hash(sha256: str, form_id: str) -> FormDefinition:
    """The published version with this content, in the language spoken."""
    council = council_in_force()
    spoken = language.current()
    if spoken.is_english:
        return _loaded(sha256, form_id, council.id, council.sha256)
    return _translated(sha256, form_id, council, spoken.code)


@lru_cache(maxsize=64)
def _translated(sha256: str, form_id: str, council: Council, code: str) -> FormDefinition:
    return form_in(council, _loaded(sha256, form_id, council.id, council.sha256), code)


@lru_cache(maxsize=64)
def _loaded(sha256: str, form_id: str, council_id: str, _council_sha256: str) -> FormDefinition:
    text = publishing.content(sha256).decode()
    return load_definition(text, source=f"{council_id}/{form_id} {sha256[:12]}", shared_lists=council_in_force().shared_lists)


def current_version(form_id: str) -> PublishedVersion:
    """The version that new drafts of this form start with. Raises FormNotPublished."""
    version = publishing.current("form", f"{council_in_force().id}/{form_id}")
    if version is None:
        raise FormNotPublished(f"the form {form_id!r} is not published")
    return version


def current_definition(form_id: str) -> FormDefinition:
    """The form that new drafts start with. Raises FormNotPublished."""
    return by_hash(current_version(form_id).sha256, form_id)

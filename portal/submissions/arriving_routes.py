"""Files that come with a post: judged and put on the disk before the record is held for writing, so that nobody else waits for it. No view of its own."""

from __future__ import annotations

from typing import Any

from flask import g, request

from portal.access import can
from portal.accounts import sign_in_state
from portal.db import db
from portal.submissions import attachments, drafts
from portal.submissions.attachments import TakenIn
from portal.submissions.models import Submission
from portal.submissions.uploads import FileRefused


def find_to_change(submission_id: str) -> Submission | None:
    """The submission held for writing, as `drafts.find_to_change` has it, after the files of this post were taken in.

    Reading a file, its inspection and the virus scanner may take many seconds. Nothing has been written when they begin, and
    strangers' files are not looked at.
    """
    if any(upload.filename for upload in _uploads()):
        found = drafts.find(submission_id)
        may = found is not None and can(sign_in_state.person(), "submission.view", found)
        db.session.rollback()
        if may:
            g.files_taken_in = {id(upload): _taken_in(upload) for upload in _uploads() if upload.filename}
    return drafts.find_to_change(submission_id)


def taken_in(upload: Any) -> TakenIn:
    """What became of this upload. Raises FileRefused."""
    outcome = g.get("files_taken_in", {}).get(id(upload)) or _taken_in(upload)
    if isinstance(outcome, FileRefused):
        raise outcome
    return outcome


def _uploads() -> list[Any]:
    return [upload for uploads in request.files.listvalues() for upload in uploads]


def _taken_in(upload: Any) -> TakenIn | FileRefused:
    content = upload.stream.read()
    upload.stream.seek(0)
    try:
        return attachments.take_in(upload.filename or "", content)
    except FileRefused as refused:
        return refused

"""Copies that were rendered for whoever sent a form, kept for a day: what was sent does not change, and a second download need not gather it again.

A copy is locked with a key made of everything it is made of: both rows of the form, its definition, the template, the council's rules, the day and
this code. Whatever of that is another finds nothing. Where answers were erased nobody can make the key any more, also before the file is swept away.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import inspect

from portal import jobs, language, sealed_files, timekeeping
from portal.councils.document_model import DocumentRule
from portal.documents import material, produce
from portal.documents.produce import Printed
from portal.publishing.in_force import council_in_force
from portal.settings import Settings, current_settings
from portal.submissions.models import Submission
from portal.word.looks import LOOKS_VERSION
from portal.word.template import ENGINE_VERSION

KEPT_FOR = timedelta(days=1)
_CODE = ("accounts", "councils", "documents", "episodes", "forms", "submissions", "word")
"""Rooms that decide what a copy says."""

_ONCE = 12


def printed(rule: DocumentRule, submission: Submission) -> Printed:
    """The same as `produce.printed` for nobody in particular, from what was kept where it can be. Raises what that raises."""
    made_of = _made_of(rule, submission)
    if made_of is None:
        return produce.printed(rule, submission)
    settings = current_settings()
    found = hmac.digest(settings.secret_key.encode(), b"copy of a form" + made_of, "sha512")
    path, key = _folder(settings) / found[:24].hex(), found[32:]
    copy = _kept(path, key, settings)
    if copy is None:
        copy = produce.printed(rule, submission)
        _keep(path, key, copy, settings)
    return copy


def _made_of(rule: DocumentRule, submission: Submission) -> bytes | None:
    """A hash of everything the copy is made of; None where that is more than the form itself, or said in another language."""
    council = council_in_force()
    if rule is not council.documents.get(rule.id) or not material.draws_on_form_alone(rule) or not language.current().is_english:
        return None
    settings, later = current_settings(), council.forms().get(submission.form_id)
    rows = [[getattr(one, name) for name in _names(type(one))] for one in (submission, submission.data)]
    beside = (
        rule.id, council.id, council.sha256, later.sha256 if later else "", material.template_sha256(rule), timekeeping.today(),
        settings.allow_test_nhs_numbers or settings.demonstration, ENGINE_VERSION, LOOKS_VERSION, _code(),
    )  # fmt: skip
    return hashlib.sha256(json.dumps([rows, beside], default=str).encode()).digest()


@cache
def _names(model: type[Any]) -> list[str]:
    """Every column, so that one that is added tomorrow counts too."""
    return [column.key for column in inspect(model).column_attrs]


@cache
def _code() -> str:
    digest = hashlib.sha256()
    for room in _CODE:
        for file in sorted(Path(__file__).parents[1].joinpath(room).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _folder(settings: Settings) -> Path:
    return Path(settings.data_dir, "cache", "copies")


def _kept(path: Path, key: bytes, settings: Settings) -> Printed | None:
    content = sealed_files.kept(path, settings.secret_key)
    if content is None:
        return None
    try:
        about, _, document = AESGCM(key).decrypt(content[:_ONCE], content[_ONCE:], None).partition(b"\n")
    except InvalidTag:
        return None
    file_name, template_sha256, data_sha256, sensitivities = json.loads(about)
    return Printed(document, file_name, template_sha256, data_sha256, tuple(sensitivities))


def _keep(path: Path, key: bytes, copy: Printed, settings: Settings) -> None:
    about = json.dumps([copy.file_name, copy.template_sha256, copy.data_sha256, copy.sensitivities]).encode()
    once = os.urandom(_ONCE)
    sealed_files.keep(path, once + AESGCM(key).encrypt(once, about + b"\n" + copy.content, None), settings.secret_key)


@jobs.task("documents.sweep_copies", every=timedelta(hours=6))
def sweep(payload: dict[str, Any], *, job_id: int) -> None:
    """Remove what was kept for longer than a day."""
    oldest = (timekeeping.now() - KEPT_FOR).timestamp()
    for file in _folder(current_settings()).glob("*"):
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)

"""Templates as a start of the portal finds them: the supplier's new files are published, unless a person has decided what is in force."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

from portal import publishing
from portal.councils.library import Council
from portal.designer import word_templates
from portal.documents import kept_code
from portal.settings import Settings
from portal.word.check import check, errors

logger = logging.getLogger(__name__)
WAITS = "The shipped Word template %s is new and waits: somebody has put another one in force. Look at both under “Word templates”."
NO_LONGER_FITS = "The Word template %s that somebody put in force does not fit its documents any more, which cannot be made with it: %s"


def publish(council: Council, settings: Settings) -> None:
    """Publish each file of the pack that is new, and tell of those that wait and of those in force that fit no more. The pack's files have been checked."""
    for path in sorted(Path(council.templates_dir).glob("*.docx")):
        name, file = f"{council.id}/{path.name}", path.read_bytes()
        latest = publishing.current("template", name)
        if latest is None or not latest.published_by:
            publishing.publish("template", name, file)
        kept_code.compiled_for(settings, file)
    for template in word_templates.every():
        _tell(template, settings)


def _tell(template: word_templates.WordTemplate, settings: Settings) -> None:
    if word_templates.waiting(template) is not None:
        logger.warning(WAITS, template.file)
    latest, shipped = publishing.current("template", template.name), template.shipped()
    if latest is None or (shipped is not None and latest.sha256 == hashlib.sha256(shipped).hexdigest()):
        return
    file = publishing.content(latest.sha256)
    wrong = errors(check(file, template.shape()))
    if wrong:
        logger.warning(NO_LONGER_FITS, template.file, "; ".join(map(str, wrong)))
    else:
        kept_code.compiled_for(settings, file)

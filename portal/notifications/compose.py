"""Writing an e-mail from a council's notice. It can carry a reference, a link, when the link ends and the council's name: there is no
way to put a person's details in. Sending is in `send`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from portal import jobs
from portal.accounts.sealing import seal, unseal
from portal.councils.languages import language_of, notice_in
from portal.db import db, new_id
from portal.errors import NotFound, PortalError
from portal.language import speaking
from portal.notifications.models import Notification
from portal.publishing.in_force import council_in_force
from portal.settings import current_settings
from portal.timekeeping import show_moment

PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
REFERENCE = re.compile(r"[A-Z0-9-]{0,40}")
PURPOSE = "link in an e-mail"


class NoticeUnknown(PortalError):
    """The council's notices have no e-mail of this id."""


class NoticeRefused(PortalError):
    """An e-mail that would carry something else than a reference, a link of this portal, its end and the council's name."""


class NotificationMissing(NotFound):
    """There is no such e-mail."""


def notify(notice_id: str, recipient: str, *, reference: str = "", link: str = "", expires: datetime | None = None, spoken: str = "") -> Notification:
    """Write the e-mail and have it sent, in the caller's transaction. `link` is an address of this portal, or its path; `expires` is its end, `spoken` the
    code of a language to write it in where the council has it in that language.

    Raises NoticeUnknown or NoticeRefused.
    """
    council = council_in_force()
    notice = notice_in(council, notice_id, spoken)
    if notice is None:
        raise NoticeUnknown(f"The council's notices.yaml has no {notice_id!r}; it has {', '.join(council_in_force().notices)}")
    if not REFERENCE.fullmatch(reference):
        raise NoticeRefused(f"{reference!r} is no reference: capital letters, digits and hyphens only")
    with speaking(language_of(council, spoken if notice is not council.notices[notice_id] else "")):
        ends = show_moment(expires) if expires else ""
    words = {"reference": reference, "council": council.name, "link": "{link}", "expires": ends}
    notification_id = new_id()
    notification = Notification(
        id=notification_id,
        notice=notice_id,
        recipient=_one_address(recipient),
        subject=" ".join(_fill(notice.subject, words, notice_id).split()),
        body=_fill(notice.body, words, notice_id),
        reference=reference,
        sealed_link=seal(_own_link(link), PURPOSE) if link else "",
        message_id=f"<{notification_id}@{_host()}>",
    )
    db.session.add(notification)
    jobs.enqueue("notifications.send", {"notification_id": notification_id}, unique_key=f"notification:{notification_id}")
    return notification


def body_of(notification: Notification) -> str:
    """The e-mail's text with its link; where the link was forgotten after sending, words that say so."""
    link = unseal(notification.sealed_link, PURPOSE) if notification.sealed_link else "(link not kept)"
    return notification.body.replace("{link}", link)


def find(notification_id: str) -> Notification:
    """The e-mail with this id. Raises NotificationMissing."""
    notification = db.session.get(Notification, notification_id)
    if notification is None:
        raise NotificationMissing("There is no such e-mail")
    return notification


def newest(limit: int = 200) -> Sequence[Notification]:
    """The e-mails written last, newest first."""
    return db.session.scalars(select(Notification).order_by(Notification.created_at.desc(), Notification.id).limit(limit)).all()


def _fill(text: str, words: dict[str, str], notice_id: str) -> str:
    strange = sorted({name for name in PLACEHOLDER.findall(text) if not words.get(name)})
    if strange:
        allowed = ", ".join(sorted(words))
        raise NoticeRefused(f"{notice_id} asks for {', '.join(strange)}, which is not known here; an e-mail can carry {allowed} only")
    return PLACEHOLDER.sub(lambda found: words[found[1]], text)


def _one_address(recipient: str) -> str:
    try:
        return validate_email(recipient, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise NoticeRefused("The recipient is not one e-mail address") from error


def _own_link(link: str) -> str:
    base = current_settings().base_url.rstrip("/")
    whole = f"{base}{link}" if link.startswith("/") and not link.startswith("//") else link
    if not whole.startswith(f"{base}/") or re.search(r"[\s<>\"]", whole):
        raise NoticeRefused("An e-mail links to this portal only")
    return whole


def _host() -> str:
    return urlsplit(current_settings().base_url).hostname or "localhost"

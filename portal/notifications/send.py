"""Sending e-mails, as jobs of the worker: at least once, always with the same Message-ID. Writing them is in `compose`."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from portal import jobs, timekeeping
from portal.accounts import reset
from portal.accounts.models import User
from portal.accounts.sealing import unseal
from portal.db import db
from portal.errors import PortalError
from portal.notifications.compose import body_of, find, notify
from portal.settings import Settings, current_settings

TIMEOUT_SECONDS = 30
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailNotTaken(PortalError):
    """The mail server did not take an e-mail; the job tries again later. The message names nobody."""


@jobs.task("notifications.send")
def send(payload: dict[str, Any], *, job_id: int) -> None:
    """Send one e-mail, or keep it for the outbox page. A second copy goes out only if the worker dies between the two."""
    settings = current_settings()
    notification = find(payload["notification_id"])
    if notification.status != "waiting":
        return
    if settings.mail == "outbox":
        notification.status, notification.sent_at = "kept", timekeeping.now()
        return
    message = message_of(notification.id)
    db.session.rollback()  # nobody's writing waits for a mail server
    hand_over(message, settings)
    notification = find(payload["notification_id"])
    notification.status, notification.sent_at, notification.sealed_link = "sent", timekeeping.now(), ""


@jobs.task("notifications.password_link")
def send_password_link(payload: dict[str, Any], *, job_id: int) -> None:
    """Send a link to whoever has this address; do nothing when nobody has."""
    made = reset.ask(unseal(payload["email"], "password link"))
    if made is not None:
        user, token = made
        notify("password_reset", user.email, link=reset.address_of(token), expires=timekeeping.now() + reset.WITHIN)


@jobs.task("notifications.account_link")
def send_account_link(payload: dict[str, Any], *, job_id: int) -> None:
    """Send a link to set a password to the owner of an account."""
    user = db.session.get(User, payload["user_id"])
    if user is not None and user.is_active:
        token = reset.make_token(user, within=reset.INVITED_WITHIN)
        notify("invitation", user.email, link=reset.address_of(token), expires=timekeeping.now() + reset.INVITED_WITHIN)


@jobs.task("notifications.password_changed")
def tell_password_changed(payload: dict[str, Any], *, job_id: int) -> None:
    """Tell the owner of an account that its password was changed, so that they can act if it was not them."""
    user = db.session.get(User, payload["user_id"])
    if user is not None:
        notify("password_changed", user.email, link="/forgotten-password")


def message_of(notification_id: str) -> EmailMessage:
    """The e-mail as it is sent. Its headers cannot be added to: line breaks are refused."""
    notification = find(notification_id)
    message = EmailMessage()
    message["Subject"] = notification.subject
    message["From"] = current_settings().mail_from
    message["To"] = notification.recipient
    message["Date"] = format_datetime(notification.created_at)
    message["Message-ID"] = notification.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body_of(notification))
    return message


def hand_over(message: EmailMessage, settings: Settings) -> None:
    """Give the e-mail to the mail server of the settings. Raises MailNotTaken."""
    parts = urlsplit(settings.mail)
    host, secure = parts.hostname or "localhost", parts.scheme == "smtps"
    try:
        with _connection(host, parts.port or (465 if secure else 587), secure) as server:
            if not secure and (server.has_extn("starttls") or parts.username) and host not in LOOPBACK:
                server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
    except smtplib.SMTPResponseException as error:
        raise MailNotTaken(f"The mail server answered {error.smtp_code}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailNotTaken(f"The mail server could not be used: {type(error).__name__}") from None


def _connection(host: str, port: int, secure: bool) -> smtplib.SMTP:
    if secure:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    server.ehlo()
    return server

"""The door of the outbox: a demonstration shows the administrator the e-mails it would have sent."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from portal.access import needs
from portal.notifications import compose, notices, send
from portal.notifications.models import Notification
from portal.settings import current_settings

blueprint = Blueprint("notifications", __name__, url_prefix="/outbox")
BLUEPRINTS = (blueprint,)
TASKS = (send.send, send.send_password_link, send.send_account_link, send.tell_password_changed, notices.write)


@blueprint.before_request
def only_in_the_demonstration() -> None:
    """Elsewhere there is no such page."""
    if not current_settings().demonstration:
        abort(404)


@blueprint.get("")
@needs("outbox.view")
def outbox() -> str:
    """The e-mails written last."""
    return render_template("notifications/outbox.html", notifications=compose.newest())


@blueprint.get("/<record_id:notification_id>")
@needs("outbox.view", compose.find)
def one_email(notification: Notification) -> str:
    """One e-mail with its link."""
    return render_template("notifications/one_email.html", notification=notification, body=compose.body_of(notification))

"""What must be true before the portal serves: settings it may really run with, tables at the newest migration, shipped files published."""

from __future__ import annotations

import hashlib
import logging
import secrets
import sqlite3
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from portal import db as database
from portal import publishing
from portal.accounts.models import User
from portal.application import migrations_folder
from portal.councils.check import require_sound
from portal.db import db
from portal.designer import shipped
from portal.documents.pack import check_templates
from portal.errors import PortalError
from portal.publishing.in_force import council_of
from portal.publishing.models import PublishedVersion
from portal.scenarios import in_the_way
from portal.settings import Settings
from portal.submissions import new_version

logger = logging.getLogger(__name__)
NOT_PUBLISHED = "The form %s goes on in its version, the file is not published: %s\nLook at it and decide:  portal forms publish %s --council %s"


STAMPED = (".py", ".yaml", ".docx")
"""The files that preparing hangs on, by their endings."""


class StartRefused(PortalError):
    """The portal may not start; the message lists every reason with its cure."""


def refusals(settings: Settings) -> Iterator[str]:
    """Every reason why a real start must not happen with these settings."""
    if settings.demonstration:
        yield "PORTAL_DEMONSTRATION is on: a real start never shares settings with the demonstration. Unset it."
    if len(settings.secret_key) < 32:
        yield "PORTAL_SECRET_KEY is missing or shorter than 32 characters. Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
    if not settings.base_url:
        yield "PORTAL_BASE_URL is missing: the address people use, such as https://earlyhelp.example.gov.uk"
    elif not settings.is_https or not settings.trusted_proxies:
        yield "Plain http is refused: set PORTAL_BASE_URL to an https:// address and PORTAL_TRUSTED_PROXIES to the number of TLS proxies in front"
    if not settings.mail.startswith(("smtp://", "smtps://")):
        yield "PORTAL_MAIL is missing: smtp://user:password@host:port (receipts and resume links are sent by e-mail)"
    if not settings.mail_from:
        yield "PORTAL_MAIL_FROM is missing: the sender address of e-mails"
    if not settings.emergency_numbers_confirmed:
        yield "PORTAL_EMERGENCY_NUMBERS_CONFIRMED is not yes: check the telephone numbers in the council's service.yaml, then set it"


def check_real_start(settings: Settings) -> None:
    """Raise StartRefused naming everything that is missing for a real start."""
    found = list(refusals(settings))
    if found:
        raise StartRefused("The portal did not start.\n" + "\n".join(f"- {reason}" for reason in found))


def check_no_demonstration_users() -> None:
    """Raise StartRefused when the database holds the demonstration's users."""
    if db.session.query(User.id).filter(User.is_demonstration).first() is not None:
        raise StartRefused("This database holds demonstration users. Use a fresh PORTAL_DATA_DIR or PORTAL_DATABASE_URL.")


def migrate(app: Flask) -> None:
    """Bring the tables to the newest migration."""
    from flask_migrate import upgrade

    keep_again(app)
    know_migrations(app)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context():
        upgrade()


def keep_again(app: Flask) -> None:
    """Where a disk failed while the portal ran: write afresh what is in the database, and let the portal save again. Raises StartRefused."""
    try:
        with app.app_context():
            database.keep_again()
    except sqlite3.OperationalError as error:
        raise StartRefused(f"The database cannot be written ({error}). Look at the disk, stop every process of the portal, then start it again.") from error


def know_migrations(app: Flask) -> None:
    """Let flask-migrate find the migrations of this app. It is loaded only for them, since it is large and serving needs none of it."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=migrations_folder(), render_as_batch=True, compare_type=True)


def publish_shipped(app: Flask) -> int:
    """Check the council's pack, then publish its forms, templates and rules where they changed. Answers how many are new.

    A form with open drafts is published where the council's rule says what becomes of each; any other stays on its version, and what it
    waits for is told. Raises the pack's own errors with file, line and column: nothing broken is published.
    """
    council = council_of(app.extensions["portal.settings"])
    require_sound(council)
    check_templates(council)
    with app.app_context():
        before = db.session.query(publishing.models.PublishedVersion).count()
        shipped.publish(council, app.extensions["portal.settings"])
        for form_id in sorted(council.forms()):
            _, waits = new_version.publish_by_rule(form_id, partial(in_the_way, council))
            if waits:
                logger.warning(NOT_PUBLISHED, form_id, waits, form_id, council.id)
        publishing.publish("council", council.id, council.rules_text())
        db.session.commit()
        return db.session.query(publishing.models.PublishedVersion).count() - before


def prepare(app: Flask) -> None:
    """Make the tables and publish what is shipped, unless this very portal, pack and database were prepared before."""
    keep_again(app)
    if _was_prepared(app):
        return
    migrate(app)
    publish_shipped(app)
    if _all_in_force(app):
        _stamp_file(app).write_text(_stamp(app))


def _all_in_force(app: Flask) -> bool:
    """Whether every shipped form is the one in force; one that waits for a decision is told of at every start."""
    council = council_of(app.extensions["portal.settings"])
    with app.app_context():
        found = {form_id: publishing.current("form", f"{council.id}/{form_id}") for form_id in council.form_ids()}
        hashes = {form_id: hashlib.sha256(council.form_text(form_id).encode()).hexdigest() for form_id in found}
        return all(version is not None and version.sha256 == hashes[form_id] for form_id, version in found.items())


def _was_prepared(app: Flask) -> bool:
    file = _stamp_file(app)
    return file.is_file() and file.read_text() == _stamp(app) != ""


def _stamp_file(app: Flask) -> Path:
    return app.extensions["portal.settings"].data_path / "cache" / "prepared"


def _stamp(app: Flask) -> str:
    """What preparing hangs on: the portal's own files, the pack's, and which tables and versions the database has; '' for a database without."""
    settings = app.extensions["portal.settings"]
    try:
        with app.app_context():
            tables = db.session.scalar(text("SELECT version_num FROM alembic_version"))
            versions = db.session.execute(select(func.count(), func.max(PublishedVersion.id))).one()
            db.session.rollback()
    except SQLAlchemyError:
        return ""
    places = council_of(settings).places
    digest = hashlib.sha256(repr((settings.database, settings.council, tables, tuple(versions), sys.version)).encode())
    folders = {Path(__file__).parent, Path(migrations_folder()), places.files, places.forms, places.templates}
    for file in sorted(file for folder in folders for file in folder.rglob("*") if file.suffix in STAMPED):
        digest.update(f"{file} ".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def kept_secret(folder: Path) -> str:
    """The demonstration's secret key, made once and kept in its data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "secret.key"
    if not file.exists():
        file.write_text(secrets.token_urlsafe(48))
        file.chmod(0o600)
    return file.read_text()

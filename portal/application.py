"""Building the application: the only module that knows every room. It joins them and holds no rule of its own."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, Response
from flask.logging import default_handler
from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemBytecodeCache, PackageLoader, PrefixLoader

from portal import audit, health_routes, language_routes, pages, security
from portal import db as database
from portal.db import db
from portal.files import FileStore
from portal.forms import drawn_questions, kept_reading
from portal.settings import SettingRefused, Settings
from portal.submissions import row_shells

DOORS = (
    "accounts",
    "notifications",
    "jobs",
    "audit",
    "publishing",
    "submissions",
    "families",
    "episodes",
    "documents",
    "designer",
    "retention",
)
"""Rooms with a `routes` module; each lists its blueprints in `BLUEPRINTS`."""

TABLES = ("audit", "jobs", "publishing", "accounts", "submissions", "families", "episodes", "documents", "notifications", "designer")
"""Rooms with a `models` module."""


class Portal(Flask):
    """Flask with one unit of work: a view that returns is committed once, one that raises leaves nothing behind."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: none here is asynchronous, and Flask asks it of every one at every request."""
        return func

    def redirect(self, location: str, code: int = 302) -> Response:
        """An answer that leads elsewhere. Browsers follow it; whoever does not is shown where it leads."""
        return self.response_class(location, status=code, headers={"Location": location}, content_type="text/plain; charset=utf-8")

    def dispatch_request(self) -> Response:
        try:
            response = self.make_response(super().dispatch_request())
            if db.session.registry.has():
                db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        return response


def build(settings: Settings | None = None) -> Flask:
    """The portal for these settings (default: the environment's). Raises SettingRefused for ones that cannot serve."""
    settings = settings or Settings.from_environment()
    if len(settings.secret_key) < 32:
        raise SettingRefused("PORTAL_SECRET_KEY must be at least 32 characters: make one with  python3 -c 'import secrets; print(secrets.token_urlsafe(48))'")
    app = Portal("portal", static_folder=None)
    app.extensions["portal.settings"] = settings
    app.extensions["portal.files"] = FileStore(settings.data_path / "files")
    settings.data_path.mkdir(parents=True, exist_ok=True)
    kept_reading.keep_in(settings.data_path / "cache" / "readings", settings.secret_key)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True, "pool_pre_ping": settings.database.startswith("postgresql")},
        TESTING=settings.testing,
        DEMONSTRATION=settings.demonstration,
        IDLE_MINUTES=30,
    )
    security.protect(app, settings)
    database.start(app)
    _set_templates_up(app, settings)
    _open_rooms(app)
    app.after_request(_write_noted_reads)
    return app


def migrations_folder() -> str:
    """The folder of database migrations."""
    return str(Path(__file__).parent.parent / "migrations")


def _set_templates_up(app: Flask, settings: Settings) -> None:
    app.jinja_options = {"undefined": ChainableUndefined}
    app.jinja_env.template_class = pages.SharedTemplate
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader([PackageLoader("portal"), PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})])
    cache = settings.data_path / "cache" / "pages"
    cache.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(cache))
    pages.start(app, settings)
    language_routes.start(app)
    drawn_questions.start(app.jinja_env)
    row_shells.start(app.jinja_env)


def _open_rooms(app: Flask) -> None:
    for room in TABLES:
        importlib.import_module(f"portal.{room}.models")
    app.register_blueprint(health_routes.doors)
    for room in DOORS:
        for blueprint in importlib.import_module(f"portal.{room}.routes").BLUEPRINTS:
            app.register_blueprint(blueprint)
    for name in ("accounts.sign_in_state", "access", "error_pages"):
        importlib.import_module(f"portal.{name}").start(app)
    importlib.import_module("portal.housekeeping")
    importlib.import_module("portal.retention.run")


def _write_noted_reads(response: Response) -> Response:
    audit.write_pending()
    return response


logging.getLogger("portal").addHandler(default_handler)
"""Warnings and errors go to standard error, where whoever runs the portal keeps them."""

"""Settings of one running portal, read once from `PORTAL_…` environment variables. Councils' own choices are not here."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from flask import current_app

from portal.errors import PortalError


class SettingRefused(PortalError):
    """A setting has a value that cannot be used; the message names it and what is allowed."""


def _setting(default: Any, what: str) -> Any:
    return field(default=default, metadata={"what": what})


@dataclass(frozen=True)
class Settings:
    """Each field is the environment variable `PORTAL_` + its name in capitals."""

    council: str = _setting("", "Name of the council pack to run, for example the name of a folder in portal/councils")
    council_path: str = _setting("", "Folder of a council pack kept elsewhere (council/ forms/ documents/ demo/)")
    data_dir: str = _setting("data", "Folder for the database, kept files and caches")
    database_url: str = _setting("", "SQLAlchemy URL; empty means SQLite in the data folder; postgresql+psycopg://… for PostgreSQL")
    secret_key: str = _setting("", "Secret of at least 32 characters that signs sessions and encrypts stored credentials")
    base_url: str = _setting("", "Address people use, such as https://earlyhelp.example.gov.uk; used in e-mail links")
    mail: str = _setting("", "smtp://user:password@host:port, smtps://…, or 'outbox' to keep e-mails on a page (demonstration only)")
    mail_from: str = _setting("", "Sender address of e-mails")
    demonstration: bool = _setting(False, "Demonstration mode: made-up people, no second factor, outbox page")
    emergency_numbers_confirmed: bool = _setting(False, "The council has confirmed the emergency telephone numbers in its pack")
    trusted_proxies: int = _setting(0, "Number of reverse proxies in front whose forwarded headers are believed")
    allow_test_nhs_numbers: bool = _setting(False, "Accept NHS numbers of the 999 test range")
    clamd: str = _setting("", "host:port of a clamd virus scanner; empty means uploads are not scanned")
    testing: bool = _setting(False, "Set by the test suite only")

    @classmethod
    def from_environment(cls, **over: Any) -> Settings:
        """Read every setting; keyword arguments win. Raises SettingRefused naming the variable and what it takes."""
        values: dict[str, Any] = {}
        for f in fields(cls):
            text = os.environ.get(f"PORTAL_{f.name.upper()}")
            if text is not None:
                values[f.name] = _read(f.name, text, type(f.default))
        return cls(**(values | over))

    @property
    def data_path(self) -> Path:
        """The data folder, absolute."""
        return Path(self.data_dir).resolve()

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data_path / 'portal.db'}"

    @property
    def is_https(self) -> bool:
        """Whether people reach this portal over https."""
        return self.base_url.startswith("https://")


def _read(name: str, text: str, kind: type) -> Any:
    if kind is bool:
        if text.lower() not in ("1", "true", "yes", "0", "false", "no", ""):
            raise SettingRefused(f"PORTAL_{name.upper()} is {text!r}: write yes or no")
        return text.lower() in ("1", "true", "yes")
    if kind is int:
        if not text.isdigit():
            raise SettingRefused(f"PORTAL_{name.upper()} is {text!r}: write a whole number")
        return int(text)
    return text


def current_settings() -> Settings:
    """The settings of the running app."""
    return current_app.extensions["portal.settings"]

"""Everybody the tests know by name: every role of the practice (domain.md A4), in Hackney's words, and those without an account.

Accounts are made with the real verbs, signed in through the real pages (`tests.browser.staff`) or by beginning a session.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from portal.accounts import passwords, sign_in, users
from portal.db import db

PASSWORD = "kettle meadow fifty-two"
UNITS = "family_support_units"


@dataclass(frozen=True)
class Member:
    """Somebody with an account: name, roles and teams."""

    name: str
    roles: tuple[str, ...]
    teams: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """Their address, made of their name."""
        return f"{self.name.lower().replace(' ', '.')}@example.org"


HEAD_TEACHER = "Deborah Ashworth-Lane"
"""Sends requests; has no account."""

CHILD, PARENT = "Jamie Holt", "Carly Holt"
"""The family of the short request; without an account too."""

SCREENER = Member("Gloria Stanhope", ("screener",), ("hub", "mash"))
HUB_MANAGER = Member("Bernard Osei", ("hub_manager",), ("hub", "mash"))
COORDINATOR = Member("Naveed Malik", ("coordinator",), ("multi_agency_team",))
LEAD_PROFESSIONAL = Member("Yusuf Demir", ("lead_professional",), (UNITS,))
TAF_COORDINATOR = Member("Tamsin Grey", ("taf_coordinator",), (UNITS,))
SUPPORT_MANAGER = Member("Patricia Nwosu", ("support_manager",), (UNITS,))
QUALITY_PARTNER = Member("Ruth Stone", ("quality_partner",), (UNITS,))
ADMINISTRATOR = Member("Lorna Pym", ("administrator",), (UNITS,))
SERVICE_MANAGER = Member("Gareth Achterberg", ("service_manager",))
SOCIAL_WORKER = Member("Adeola Bright", ("social_worker",))
SYSTEM_ADMINISTRATOR = Member("Dilys Parry", ("system_administrator",))
OUTSIDER = Member("Ola Outsider", ("external_referrer",))
"""Has an account that opens nothing."""

STAFF = (
    SCREENER,
    HUB_MANAGER,
    COORDINATOR,
    LEAD_PROFESSIONAL,
    TAF_COORDINATOR,
    SUPPORT_MANAGER,
    QUALITY_PARTNER,
    ADMINISTRATOR,
    SERVICE_MANAGER,
    SOCIAL_WORKER,
    SYSTEM_ADMINISTRATOR,
)


@cache
def _hashed() -> str:
    return passwords.hash_password(PASSWORD)


def arrive(app: Flask, *members: Member) -> None:
    """Give these people (all of the staff when none is named) accounts with the password."""
    with app.app_context():
        for member in members or STAFF:
            user = users.add(users.Details(member.name, member.email, member.roles, member.teams))
            user.password_hash = _hashed()
        db.session.commit()


def session_cookie(app: Flask, member: Member) -> tuple[str, str]:
    """Name and value of the cookie of a session begun for this person, both steps of signing in taken for granted."""
    with app.app_context():
        begun = sign_in.begin(users.with_email(member.email))
        owing = sign_in.owing_second_step(begun)
        begun = sign_in.finish(*owing) if owing else begun
        db.session.commit()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    return app.config["SESSION_COOKIE_NAME"], signer.dumps({"_user_id": begun})

"""Doors for whoever watches the service: does the process answer, and is it ready to take requests. Tells nothing personal."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from functools import cache
from pathlib import Path

from flask import Blueprint, Response
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from portal import timekeeping
from portal.access import public
from portal.db import can_keep, db
from portal.jobs.models import Job
from portal.settings import current_settings

doors = Blueprint("health", __name__)
LEAST_FREE = 500_000_000
LONGEST_WAIT = timedelta(minutes=10)
MIGRATIONS = Path(__file__).parents[1] / "migrations" / "versions"
_NAMED = re.compile(r"""^(revision|down_revision)(?:: [^=]+)? = ["']([^"']+)["']""", re.MULTILINE)


@doors.get("/healthz")
@public
def alive() -> Response:
    """The process answers."""
    return _plain(["ok"], 200)


@doors.get("/readyz")
@public
def ready() -> Response:
    """Ready when database, tables, disk and worker are; otherwise 503 with a line for each that is not."""
    try:
        wrong = [*_keeping(), *_tables(), *_worker(), *_disk()]
    except SQLAlchemyError:
        wrong = ["database: does not answer"]
    return _plain(wrong or ["ready"], 503 if wrong else 200)


def _keeping() -> list[str]:
    return [] if can_keep() else ["database: what was written could not be brought to the disk, so nothing more is saved; look at the disk, then start the portal again"]


def _tables() -> list[str]:
    newest = _newest_migration()
    here = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    return [] if here == newest else [f"tables: at migration {here}, the newest is {newest}; run portal database upgrade"]


@cache
def _newest_migration() -> str:
    """The last migration: the one that no other follows."""
    found = [dict(_NAMED.findall(file.read_text("utf-8"))) for file in MIGRATIONS.glob("*.py")]
    (newest,) = {one["revision"] for one in found} - {one.get("down_revision") for one in found}
    return newest


def _worker() -> list[str]:
    oldest = db.session.scalar(select(func.min(Job.run_at)).where(Job.status == "waiting"))
    late = oldest is not None and timekeeping.now() - oldest > LONGEST_WAIT
    return ["worker: work has been due for more than ten minutes; is portal worker running?"] if late else []


def _disk() -> list[str]:
    free = shutil.disk_usage(current_settings().data_path).free
    return [] if free >= LEAST_FREE else [f"disk: {free // 1_000_000} MB free in the data folder, at least {LEAST_FREE // 1_000_000} are needed"]


def _plain(lines: list[str], status: int) -> Response:
    return Response("\n".join(lines) + "\n", status, content_type="text/plain; charset=utf-8")

"""Publishing a version and finding it again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import bindparam, func, or_, select, tuple_
from sqlalchemy.exc import IntegrityError

from portal import audit, timekeeping
from portal.db import db
from portal.errors import Conflict, NotFound
from portal.files import store
from portal.publishing.models import PublishedVersion
from portal.rows import first_held

KINDS = ("form", "council", "template")


MEANWHILE = "Somebody else has published version {number} of {name} meanwhile. Nothing of yours was published: look at what is different now, then publish again"


class VersionMissing(NotFound):
    """No version is published under this name or hash."""


class PublishedMeanwhile(Conflict):
    """Somebody else published a version since this one was looked at: they won, and this publisher has to look again."""


def publish(kind: str, name: str, body: str | bytes, *, by: str = "", after: int | None = None, note: str = "") -> PublishedVersion:
    """Publish these bytes as the next version of `name`, unless they are its current version already.

    The caller has checked them: nothing broken is published. `after` is the number of the version that the publisher compared them
    with (0 for none), `note` says why. Raises PublishedMeanwhile when there is another by now, also one of the very same moment or with these very bytes:
    what becomes of drafts was decided with it.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not one of {', '.join(KINDS)}")
    data = body.encode() if isinstance(body, str) else body
    sha256 = hashlib.sha256(data).hexdigest()
    latest = current(kind, name)
    if after is not None and after != (latest.number if latest else 0):
        raise PublishedMeanwhile(MEANWHILE.format(name=name.rpartition("/")[2], number=latest.number if latest else 0))
    if latest is not None and latest.sha256 == sha256:
        return latest
    store().keep(data)
    version = PublishedVersion(
        kind=kind, name=name, number=latest.number + 1 if latest else 1, sha256=sha256, published_at=timekeeping.now(), published_by=by, note=note
    )
    try:
        with db.session.begin_nested():
            db.session.add(version)
    except IntegrityError as error:
        raise PublishedMeanwhile(MEANWHILE.format(name=name.rpartition("/")[2], number=version.number)) from error
    audit.record("definition.published", subject=kind, subject_id=sha256, actor=by, detail={"kind": kind, "name": name, "number": version.number})
    db.session.flush()
    return version


_NEWEST = (
    select(PublishedVersion.__table__)
    .where(PublishedVersion.kind == bindparam("kind"), PublishedVersion.name == bindparam("name"))
    .order_by(PublishedVersion.number.desc())
    .limit(1)
)


def current(kind: str, name: str) -> PublishedVersion | None:
    """The newest version, or None when nothing is published under this name."""
    return first_held(PublishedVersion, _NEWEST, {"kind": kind, "name": name})


def in_force(kind: str, council: str) -> Sequence[PublishedVersion]:
    """The newest version of everything of this kind that belongs to this council, by name."""
    newest = select(PublishedVersion.name, func.max(PublishedVersion.number)).where(PublishedVersion.kind == kind).group_by(PublishedVersion.name)
    query = select(PublishedVersion).where(PublishedVersion.kind == kind, tuple_(PublishedVersion.name, PublishedVersion.number).in_(newest))
    own = or_(PublishedVersion.name == council, PublishedVersion.name.startswith(f"{council}/", autoescape=True))
    return db.session.scalars(query.where(own).order_by(PublishedVersion.name)).all()


def versions(kind: str, name: str) -> Sequence[PublishedVersion]:
    """Every version, newest first."""
    query = select(PublishedVersion).where(PublishedVersion.kind == kind, PublishedVersion.name == name)
    return db.session.scalars(query.order_by(PublishedVersion.number.desc())).all()


def by_hash(sha256: str) -> PublishedVersion:
    """The version with this content. Raises VersionMissing."""
    version = db.session.scalars(select(PublishedVersion).where(PublishedVersion.sha256 == sha256).limit(1)).first()
    if version is None:
        raise VersionMissing(f"no published version has the content {sha256[:12]}…")
    return version


def content(sha256: str) -> bytes:
    """The bytes of a version. Raises files.FileMissing."""
    return store().read(sha256)

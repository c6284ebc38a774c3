"""The door of families: a family's page, and finding a family by name or reference."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, render_template, request
from sqlalchemy import Select, select

from portal import audit
from portal.access import can, needs, visible_episodes
from portal.accounts import sign_in_state
from portal.accounts.models import User
from portal.councils.model import PaperRule
from portal.db import db, new_id
from portal.documents.models import Document
from portal.episodes import listing, overview
from portal.episodes.models import Episode, Paper
from portal.families import profile
from portal.families.models import Family
from portal.families.person_routes import doors as person_doors
from portal.publishing.in_force import council_in_force
from portal.reach import unread_by_roles

blueprint = Blueprint("families", __name__)
BLUEPRINTS = (blueprint, person_doors)


@blueprint.get("/staff/families/<record_id:family_id>")
@needs("family.view", partial(db.session.get, Family))
def family_page(family: Family) -> str:
    """A family: its people, what they agreed to, and its periods of support with papers, clocks and next steps."""
    person = sign_in_state.person()
    episodes = db.session.scalars(_of_family(visible_episodes(person), family)).all()
    audit.note_read("family.read", subject="family", subject_id=family.id, actor=person.id, detail={"episodes": [one.id for one in episodes]})
    views = [_view(person, one) for one in episodes]
    documents = {view.episode.id: _documents(person, view) for view in views}
    return render_template("families/family.html", family=family, profile=profile.of(family), views=views, documents=documents, key=new_id)


@blueprint.post("/staff/search")
@needs("people.search")
def search() -> str:
    """Families whose members have this name, or with this reference. Posted, so that no name stands in an address."""
    person = sign_in_state.person()
    words = request.form.get("words", "").strip()
    found = listing.matching(visible_episodes(person), words, council=council_in_force().id)
    audit.note_read("people.searched", actor=person.id, detail={"found": [row.episode.id for row in found]})
    errors = [] if words else [{"text": "Enter a name or a reference", "href": "#words"}]
    return render_template("families/search.html", words=words, rows=found, errors=errors)


def _of_family(visible: Select[tuple[Episode]], family: Family) -> Select[tuple[Episode]]:
    return listing.counted(visible).where(Episode.family_id == family.id).order_by(Episode.opened_at.desc(), Episode.id.desc())


def _documents(person: User, view: overview.EpisodeView) -> list[Document]:
    """The documents produced from the papers shown that this person may download, newest first."""
    papers = {line.submission.id: line.paper for line in view.papers if can(person, "document.download", line.paper)}
    query = select(Document).where(Document.submission_id.in_(papers))
    found = db.session.scalars(query.order_by(Document.produced_at.desc(), Document.id))
    return [one for one in found if unread_by_roles(person, one, one.sensitivities) is None]


def _view(person: User, episode: Episode) -> overview.EpisodeView:
    def may_view(paper: Paper) -> bool:
        return bool(can(person, "paper.view", paper))

    def may_start(rule: PaperRule) -> bool:
        return bool(can(person, "paper.start", episode, paper=rule.id))

    return overview.of(episode, may_view=may_view, may_start=may_start, may_move=bool(can(person, "episode.move", episode)))

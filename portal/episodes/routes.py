"""The door of episodes: the work list, moves by hand, allocation, noting what was done. Papers and attaching have doors beside it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import audit
from portal.access import needs, visible_episodes
from portal.accounts import sign_in_state
from portal.accounts.models import User
from portal.accounts.roles import roles_of, teams_on_file
from portal.db import db
from portal.episodes import allocation, clocks, listing, rules, transitions
from portal.episodes.attaching_routes import doors as attaching_doors
from portal.episodes.models import Episode
from portal.episodes.paper_routes import doors as paper_doors
from portal.episodes.return_routes import doors as return_doors
from portal.errors import RuleBroken

doors = Blueprint("episodes", __name__)
BLUEPRINTS = (doors, paper_doors, attaching_doors, return_doors)

find = partial(db.session.get, Episode)
WHOSE = {listing.MINE: "Mine", listing.TEAM: "My teams", listing.ALL: "All I can see"}
ORDERS = {listing.URGENT: "Next time limit first", listing.NEWEST: "Newest first"}


@doors.get("/staff/")
@needs("worklist.view")
def work_list() -> str:
    """What came in and where it stands, filtered by whose and by stage."""
    person = sign_in_state.person()
    whose = _whose_of(person)
    stage_filters = {listing.OPEN: "All open", listing.OVERDUE: "Overdue"} | {stage.id: stage.title for stage in rules.stages()}
    wanted = listing.Wanted(
        whose=_chosen("whose", whose, default=next(iter(whose))),
        which=_chosen("stage", stage_filters, default=listing.OPEN),
        order=_chosen("order", ORDERS, default=listing.URGENT),
        after=request.args.get("after", ""),
    )
    visible = visible_episodes(person)
    page = listing.page(visible, wanted, user=person)
    counts = listing.counts(visible, wanted.whose, user=person)
    audit.note_read("worklist.read", actor=person.id, detail={"ids": [row.episode.id for row in page.rows]})
    of_all = (wanted.whose, wanted.which, wanted.after) == (listing.ALL, listing.OPEN, "") and any(role.sees == "all" for role in roles_of(person))
    loads = listing.loads(visible) if of_all else []
    shown = {name: title for name, title in stage_filters.items() if counts.get(name) or name in (listing.OPEN, wanted.which)}
    return render_template("episodes/work_list.html", page=page, wanted=wanted, whose=whose, stages=shown, counts=counts, loads=loads, orders=ORDERS)


@doors.get("/staff/episodes/<record_id:episode_id>")
@needs("family.view", find)
def episode_page(episode: Episode) -> Response:
    """An episode is shown on its family's page."""
    return _to_family(episode)


@doors.get("/staff/episodes/<record_id:episode_id>/moves/<slug:transition_id>")
@needs("episode.move", find)
def move_page(episode: Episode, transition_id: str) -> str:
    """What a move does, and its reason."""
    return _move_page(episode, transition_id)


@doors.post("/staff/episodes/<record_id:episode_id>/moves/<slug:transition_id>")
@needs("episode.move", find)
def move(episode: Episode, transition_id: str) -> Any:
    """Make the move."""
    chosen, words = request.form.get("choice", ""), request.form.get("reason", "").strip()
    options = {item.id: item.label for item in rules.reasons(rules.move(transition_id))}
    reason = ": ".join(part for part in (options.get(chosen, ""), words) if part)
    try:
        transitions.by_hand(episode, transition_id, by=sign_in_state.person(), reason=reason, expected_version=_version())
    except transitions.ReasonMissing as error:
        return _move_page(episode, transition_id, [{"text": error.message, "href": "#choice" if options else "#reason"}]), 422
    flash(f"Done: now at {rules.stage_title(episode.stage)}", "success")
    return _to_family(episode)


@doors.get("/staff/episodes/<record_id:episode_id>/allocate")
@needs("episode.allocate", find)
def allocate_page(episode: Episode) -> str:
    """Choose the team and its lead."""
    return _allocate_page(episode, episode.team, episode.lead_id or "")


@doors.post("/staff/episodes/<record_id:episode_id>/allocate")
@needs("episode.allocate", find)
def allocate(episode: Episode) -> Any:
    """Set the team and its lead."""
    team, lead_id = request.form.get("team", ""), request.form.get("lead", "")
    lead = db.session.get(User, lead_id) if lead_id else None
    try:
        allocation.allocate(episode, team=team, lead=lead, by=sign_in_state.person(), expected_version=_version())
    except (allocation.LeadRefused, allocation.TeamMissing) as error:
        field = "#lead" if isinstance(error, allocation.LeadRefused) else "#team"
        return _allocate_page(episode, team, lead_id, [{"text": error.message, "href": field}]), 422
    flash("Done: the team and the lead are saved", "success")
    return _to_family(episode)


@doors.post("/staff/episodes/<record_id:episode_id>/notes")
@needs("family.edit", find)
def note(episode: Episode) -> Response:
    """Note that something was done that clocks start or stop by."""
    name = request.form.get("name", "")
    waiting, others = clocks.recordable(episode, clocks.of_episode([episode.id])[episode.id])
    if name not in waiting + others:
        raise NothingToNote("Choose what was done from the list. No time limit of this family waits for anything else.")
    clocks.on_recorded(episode, name)
    audit.record("episode.noted", subject="episode", subject_id=episode.id, actor=sign_in_state.person().id, detail={"name": name})
    flash(f"Noted: {rules.recording_title(name)}", "success")
    return _to_family(episode)


class NothingToNote(RuleBroken):
    """No running clock waits for this."""


def _whose_of(person: User) -> dict[str, str]:
    """The choices of whose families to list that can differ for this person, the widest last."""
    reach = {role.sees for role in roles_of(person)}
    wide = {listing.MINE} | ({listing.TEAM} if person.teams and reach & {"team", "all"} else set())
    wide |= {listing.ALL} if reach & {"team", "all"} else set()
    order = (listing.ALL, listing.TEAM, listing.MINE)
    return {name: WHOSE[name] for name in order if name in wide}


def _chosen(name: str, allowed: dict[str, str], *, default: str) -> str:
    value = request.args.get(name, "").replace("-", "_")
    return value if value in allowed else default


def _version() -> int:
    """The version the posted page was read at; a page that does not say is taken to be an old one, so that nothing is overwritten."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _move_page(episode: Episode, transition_id: str, errors: list[dict[str, str]] | None = None) -> str:
    transition = rules.move(transition_id)
    return render_template(
        "episodes/move.html",
        episode=episode,
        move=transition,
        now_at=rules.stage_title(episode.stage),
        then_at=rules.stage_title(transition.to),
        ends=rules.ends_support(transition),
        ways_back=rules.ways_back(transition),
        reasons=rules.reasons(transition),
        given=request.form,
        errors=errors or [],
    )


def _allocate_page(episode: Episode, team: str, lead_id: str, errors: list[dict[str, str]] | None = None) -> str:
    leads = allocation.possible_leads()
    return render_template(
        "episodes/allocate.html",
        episode=episode,
        teams=teams_on_file(),
        leads=leads,
        staffed={team for one in leads for team in one.user.teams},
        team=team,
        lead_id=lead_id,
        errors=errors or [],
    )


def _to_family(episode: Episode) -> Response:
    return redirect(url_for("families.family_page", family_id=episode.family_id, _anchor=f"episode-{episode.id}"), 303)

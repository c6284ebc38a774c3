"""The door of other people's accounts, for those who may see and change them. One's own account: `routes`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from portal import audit, jobs
from portal.access import needs
from portal.accounts import sign_in, sign_in_state, users
from portal.accounts.models import User
from portal.accounts.roles import roles_on_file, teams_on_file

blueprint = Blueprint("users", __name__, url_prefix="/users")


@blueprint.get("")
@needs("user.list")
def everyone() -> str:
    """Every account with its roles and teams."""
    return render_template("accounts/users.html", users=users.everyone(), roles=roles_on_file(), teams=teams_on_file())


@blueprint.get("/add")
@needs("user.edit")
def add() -> str:
    """Ask about a new account."""
    return _page("accounts/user_add.html", users.Details("", ""), {})


@blueprint.post("/add")
@needs("user.edit")
def keep_added() -> Any:
    """Add the account and send its owner a link to set a password."""
    details = _details()
    try:
        user = users.add(details, by=sign_in_state.me().id)
    except users.UserRefused as error:
        return _page("accounts/user_add.html", details, error.problems), 422
    _send_link(user)
    flash(f"{user.name} has an account now. A link to set a password is on its way to {user.email}", "success")
    return redirect(url_for(".everyone"), 303)


@blueprint.get("/<record_id:user_id>")
@needs("user.edit", users.find)
def edit(user: User) -> str:
    """One account: details, links, disabling."""
    return _page("accounts/user_edit.html", _as_details(user), {}, user=user)


@blueprint.post("/<record_id:user_id>")
@needs("user.edit", users.find_to_change)
def keep_edited(user: User) -> Any:
    """Change an account. New roles or teams end its sessions; one's own goes on under a new token."""
    details = _details()
    mine = user.id == sign_in_state.me().id
    try:
        users.change(user, details, by=sign_in_state.me().id, but=sign_in_state.token() if mine else "", as_seen=request.form.get("seen", ""))
    except users.UserRefused as error:
        return _page("accounts/user_edit.html", details, error.problems, user=user), 422
    except users.NobodyLeft as error:
        return _page("accounts/user_edit.html", details, {"roles": error.message}, user=user), 422
    if mine:
        sign_in_state.put_token(sign_in.rotate(sign_in_state.token()))
    flash(f"The account of {user.name} is changed", "success")
    return redirect(url_for(".everyone"), 303)


@blueprint.post("/<record_id:user_id>/disable")
@needs("user.edit", users.find_to_change)
def disable(user: User) -> Any:
    """Disable an account: its sessions end now."""
    if user.id == sign_in_state.me().id:
        return _page("accounts/user_edit.html", _as_details(user), {"disable": "You cannot disable your own account. Ask another administrator"}, user=user), 422
    users.disable(user, by=sign_in_state.me().id)
    flash(f"{user.name} can sign in no more", "success")
    return redirect(url_for(".edit", user_id=user.id), 303)


@blueprint.post("/<record_id:user_id>/enable")
@needs("user.edit", users.find_to_change)
def enable(user: User) -> BaseResponse:
    """Let somebody sign in again."""
    users.enable(user, by=sign_in_state.me().id)
    flash(f"{user.name} can sign in again", "success")
    return redirect(url_for(".edit", user_id=user.id), 303)


@blueprint.post("/<record_id:user_id>/send-link")
@needs("user.edit", users.find)
def send_link(user: User) -> BaseResponse:
    """Send a link to set a password."""
    _send_link(user)
    flash(f"A link to set a password is on its way to {user.email}", "success")
    return redirect(url_for(".edit", user_id=user.id), 303)


@blueprint.post("/<record_id:user_id>/reset-second-step")
@needs("user.edit", users.find_to_change)
def reset_second_step(user: User) -> BaseResponse:
    """Let somebody who lost their telephone set up the app again."""
    users.reset_second_step(user, by=sign_in_state.me().id)
    flash(f"{user.name} sets up the authenticator app again at the next sign-in", "success")
    return redirect(url_for(".edit", user_id=user.id), 303)


@blueprint.post("/<record_id:user_id>/end-sessions")
@needs("user.edit", users.find_to_change)
def end_sessions(user: User) -> BaseResponse:
    """End every session of somebody, for example when a computer was lost."""
    count = sign_in.end_all(user)
    audit.record("user.sessions_ended", subject="user", subject_id=user.id, actor=sign_in_state.me().id, detail={"count": count})
    flash(f"{user.name} is signed out everywhere", "success")
    return redirect(url_for(".edit", user_id=user.id), 303)


def _send_link(user: User) -> None:
    jobs.enqueue("notifications.account_link", {"user_id": user.id})
    audit.record("user.password_link_made", subject="user", subject_id=user.id, actor=sign_in_state.me().id)


def _details() -> users.Details:
    form = request.form
    return users.Details(form.get("name", ""), form.get("email", ""), tuple(form.getlist("roles")), tuple(form.getlist("teams")))


def _as_details(user: User) -> users.Details:
    return users.Details(user.name, user.email, tuple(user.roles), tuple(user.teams))


def _page(template: str, details: users.Details, problems: dict[str, str], **more: Any) -> str:
    errors = [{"text": message, "href": f"#{field}"} for field, message in problems.items()]
    if "user" in more:
        more["seen"] = request.form.get("seen") or users.seen(more["user"])
    return render_template(template, details=details, problems=problems, errors=errors, roles=roles_on_file(), teams=teams_on_file(), **more)

"""The door of signing in and out, the second step, forgotten passwords and one's own account. Other people's accounts: `user_routes`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from portal import access, audit, jobs
from portal.access import public, signed_in
from portal.accounts import browsers, interrupted, passwords, reset, sign_in_state, throttle, tidy, totp
from portal.accounts import sign_in as signing_in
from portal.accounts.models import SignInSession, User
from portal.accounts.return_to import local_path
from portal.accounts.roles import roles_of, teams_on_file
from portal.accounts.sealing import seal
from portal.accounts.user_routes import blueprint as user_doors
from portal.settings import current_settings

blueprint = Blueprint("accounts", __name__)
BLUEPRINTS = (blueprint, user_doors)
TASKS = (tidy.remove_what_is_over,)
WRONG_PAIR = "E-mail address or password is not right"
WRONG_CODE = "That code is not right, or was used before. Enter the code your app shows now"
DEVICE_DAYS = 365
PAGES_TO_LAND_ON = (("worklist.view", "episodes.work_list"), ("user.list", "users.everyone"))


@blueprint.get("/sign-in")
@public
def sign_in() -> Any:
    """Ask for e-mail address and password."""
    target = local_path(request.args.get("next"))
    if sign_in_state.person() is not None:
        return redirect(target or _landing(sign_in_state.person()), 303)
    return render_template("accounts/sign_in.html", next=target, ran_out=bool(sign_in_state.token()), errors=[], email="")


@blueprint.post("/sign-in")
@public
def check_sign_in() -> Any:
    """Check e-mail address and password; then the second step, or in."""
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
    target = local_path(request.form.get("next"))
    problems = _missing(email=(email, "Enter your e-mail address"), password=(password, "Enter your password"))
    if problems:
        return _sign_in_again(problems, email, target)
    try:
        user = signing_in.check_password(email, password, address=request.remote_addr or "", device_mark=_device_mark())
    except throttle.TooManyTries as error:
        return _too_many(error, _sign_in_again({"email": error.message}, email, target))
    if user is None:
        return _sign_in_again({"email": WRONG_PAIR}, email, target)
    token = signing_in.begin(user, browser=_browser())
    sign_in_state.put_token(token)
    session["next"] = target
    if totp.is_required():
        return redirect(url_for(".second_step" if user.totp_secret else ".enrol"), 303)
    return _let_in(user)


@blueprint.get("/sign-in/code")
@public
def second_step() -> Any:
    """Ask for the code of the authenticator app."""
    owing = signing_in.owing_second_step(sign_in_state.token())
    if owing is None or not owing[1].totp_secret:
        return redirect(url_for(".sign_in"), 303)
    return render_template("accounts/second_step.html", errors=[])


@blueprint.post("/sign-in/code")
@public
def check_second_step() -> Any:
    """Check the code, and let the person in."""
    return _check_code("accounts/second_step.html", lambda owed, user, code: totp.is_right(user, code))


@blueprint.get("/sign-in/app")
@public
def enrol() -> Any:
    """Show the key that an authenticator app needs, as a picture and as text."""
    owing = signing_in.owing_second_step(sign_in_state.token())
    if owing is None or owing[1].totp_secret:
        return redirect(url_for(".sign_in"), 303)
    return render_template("accounts/enrol.html", errors=[], **_enrolment(*owing))


@blueprint.post("/sign-in/app")
@public
def check_enrol() -> Any:
    """Check the app's first code, keep its secret, and let the person in."""
    return _check_code("accounts/enrol.html", _finish_enrolment)


@blueprint.get("/sign-in/go-on")
@signed_in
def go_on() -> Any:
    """Offer to send what was on its way when the sign-in ran out."""
    form = interrupted.find(session.get("interrupted", ""), sign_in_state.me())
    if form is None:
        return redirect(_landing(sign_in_state.me()), 303)
    session["interrupted_shown"] = True
    return render_template("accounts/go_on.html", form=form)


@blueprint.post("/sign-in/leave-out")
@signed_in
def leave_out() -> BaseResponse:
    """Delete what was on its way: it is not wanted any more."""
    _forget_interrupted(sign_in_state.me())
    return redirect(_landing(sign_in_state.me()), 303)


@blueprint.post("/sign-out")
@public
def sign_out() -> BaseResponse:
    """End this browser's session on the server and forget what it held."""
    signing_in.end(sign_in_state.token())
    sign_in_state.clear()
    flash("You have signed out", "success")
    return redirect(url_for(".sign_in"), 303)


@blueprint.post("/account/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> BaseResponse:
    """End every session of this person, this one too."""
    user = sign_in_state.me()
    count = signing_in.end_all(user)
    audit.record("user.sessions_ended", subject="user", subject_id=user.id, actor=user.id, detail={"count": count})
    sign_in_state.clear()
    flash("You have been signed out everywhere", "success")
    return redirect(url_for(".sign_in"), 303)


@blueprint.get("/stay")
@signed_in
def stay() -> Response:
    """Asked by the idle warning when somebody chooses to stay signed in."""
    return Response(status=204)


@blueprint.get("/forgotten-password")
@public
def forgotten_password() -> str:
    """Ask for the e-mail address to send a link to."""
    return render_template("accounts/forgotten_password.html", errors=[], email="")


@blueprint.post("/forgotten-password")
@public
def send_password_link() -> Any:
    """Say that a link was sent if somebody has this address. Whether anybody has is found out by the job, not here."""
    email = request.form.get("email", "").strip()[:254]
    problems = _missing(email=(email, "Enter your e-mail address"))
    if problems:
        return render_template("accounts/forgotten_password.html", errors=_errors(problems), problems=problems, email=""), 422
    jobs.enqueue("notifications.password_link", {"email": seal(email, "password link")})
    return redirect(url_for(".password_link_sent"), 303)


@blueprint.get("/forgotten-password/sent")
@public
def password_link_sent() -> str:
    """The same answer for everybody."""
    return render_template("accounts/password_link_sent.html")


@blueprint.get("/new-password/<string:token>")
@public
def open_password_link(token: str) -> BaseResponse:
    """Take the token out of the address at once, so that it stays in no history and no log of a page's links."""
    session["password_link"] = token[:100]
    return redirect(url_for(".new_password"), 303)


@blueprint.get("/new-password")
@public
def new_password() -> str:
    """Ask for a new password. Raises reset.LinkOver."""
    user = reset.owner(session.get("password_link", ""))
    return render_template("accounts/new_password.html", errors=[], email=user.email)


@blueprint.post("/new-password")
@public
def set_password() -> Any:
    """Set the password; the link is used up and every session ends. Raises reset.LinkOver."""
    token = session.get("password_link", "")
    user = reset.owner(token)
    try:
        reset.set_password(token, request.form.get("password", ""))
    except passwords.PasswordRefused as error:
        problems = {"password": error.message}
        return render_template("accounts/new_password.html", errors=_errors(problems), problems=problems, email=user.email), 422
    jobs.enqueue("notifications.password_changed", {"user_id": user.id})
    sign_in_state.clear()
    flash("Your password is set. Sign in with it", "success")
    return redirect(url_for(".sign_in"), 303)


@blueprint.get("/account")
@signed_in
def my_account() -> str:
    """What this person may do, and where they are signed in."""
    user = sign_in_state.me()
    return render_template("accounts/my_account.html", **_account(user))


@blueprint.get("/account/password")
@signed_in
def change_password() -> str:
    """Ask for the present and a new password."""
    return render_template("accounts/change_password.html", errors=[])


@blueprint.post("/account/password")
@signed_in
def keep_new_password() -> Any:
    """Change one's own password; every other session ends."""
    user = sign_in_state.me()
    present, new = request.form.get("present", ""), request.form.get("password", "")
    problems = _missing(present=(present, "Enter your present password"), password=(new, "Enter a new password"))
    if not problems:
        problems = _change_password(user, present, new)
    if problems:
        return render_template("accounts/change_password.html", errors=_errors(problems), problems=problems), 422
    jobs.enqueue("notifications.password_changed", {"user_id": user.id})
    flash("Your password is changed", "success")
    return redirect(url_for(".my_account"), 303)


def _change_password(user: User, present: str, new: str) -> dict[str, str]:
    try:
        one_try = throttle.begin_here(user, address=request.remote_addr or "")
    except throttle.TooManyTries as error:
        return {"present": error.message}
    if not passwords.verify(user.password_hash, present):
        return {"present": "That is not your present password"}
    throttle.forgive(one_try)
    try:
        reset.change_password(user, new, token=sign_in_state.token())
    except passwords.PasswordRefused as error:
        return {"password": error.message}
    return {}


def _check_code(template: str, is_right: Any) -> Any:
    token = sign_in_state.token()
    email = signing_in.email_owing(token)
    if email is None:
        return redirect(url_for(".sign_in"), 303)
    try:
        one_try = throttle.begin(email, address=request.remote_addr or "", device_mark=_device_mark())
    except throttle.TooManyTries as error:
        return _too_many(error, _code_again(template, token, error.message))
    owing = signing_in.owing_second_step(token)
    if owing is None:
        return redirect(url_for(".sign_in"), 303)
    owed, user = owing
    if not is_right(owed, user, request.form.get("code", "")):
        audit.record("user.sign_in_failed", subject="user", subject_id=user.id, detail={"step": "code"})
        return _code_again(template, token, WRONG_CODE)
    throttle.forgive(one_try)
    target = session.get("next", "")
    sign_in_state.put_token(signing_in.finish(owed, user))
    session["next"] = target
    return _let_in(user)


def _code_again(template: str, token: str, message: str) -> tuple[str, int]:
    problems = {"code": message}
    owing = signing_in.owing_second_step(token)
    extra = _enrolment(*owing) if owing and not owing[1].totp_secret else {}
    return render_template(template, errors=_errors(problems), problems=problems, **extra), 422


def _finish_enrolment(owed: SignInSession, user: User, code: str) -> bool:
    if user.totp_secret or not totp.enrol(user, owed.pending_secret, code):
        return False
    audit.record("user.second_step_set_up", subject="user", subject_id=user.id, actor=user.id)
    return True


def _enrolment(owed: SignInSession, user: User) -> dict[str, str]:
    issuer = current_settings().base_url.partition("//")[2]
    return {"picture": totp.picture(owed.pending_secret, account=user.email, issuer=issuer), "text_key": totp.text_key(owed.pending_secret)}


def _let_in(user: User) -> BaseResponse:
    target = local_path(session.pop("next", ""))
    if session.get("interrupted_shown"):
        _forget_interrupted(user)
    if interrupted.find(session.get("interrupted", ""), user) is not None:
        target = url_for(".go_on")
    response = redirect(target or _landing(user), 303)
    secure = current_settings().is_https
    name = "__Host-known" if secure else "known"
    keep = timedelta(days=DEVICE_DAYS)
    response.set_cookie(name, throttle.mark_for(user.email), max_age=keep, secure=secure, httponly=True, samesite="Lax")
    return response


def _forget_interrupted(user: User) -> None:
    name = session.pop("interrupted", "")
    session.pop("interrupted_shown", None)
    if interrupted.find(name, user) is not None:
        interrupted.forget(name)


def _device_mark() -> str:
    return request.cookies.get("__Host-known" if current_settings().is_https else "known", "")


def _landing(user: User | None) -> str:
    for action, endpoint in PAGES_TO_LAND_ON:
        if access.can(user, action):
            return url_for(endpoint)
    return url_for("accounts.my_account")


def _sign_in_again(problems: dict[str, str], email: str, target: str) -> tuple[str, int]:
    page = render_template("accounts/sign_in.html", errors=_errors(problems), problems=problems, email=email, next=target)
    return page, 422


def _too_many(error: throttle.TooManyTries, answer: tuple[str, int]) -> Response:
    response = make_response(answer[0], 429)
    response.headers["Retry-After"] = str(int(error.wait.total_seconds()) + 1)
    return response


def _missing(**fields: tuple[str, str]) -> dict[str, str]:
    return {name: message for name, (value, message) in fields.items() if not value}


def _errors(problems: dict[str, str]) -> list[dict[str, str]]:
    return [{"text": message, "href": f"#{field}"} for field, message in problems.items()]


def _account(user: User) -> dict[str, Any]:
    teams = teams_on_file()
    return {
        "user": user,
        "roles": [role.title for role in roles_of(user)],
        "teams": [teams[team] for team in user.teams if team in teams],
        "sessions": signing_in.sessions_of(user),
        "browser_words": browsers.in_words,
        "second_step": totp.is_required(),
    }


def _browser() -> str:
    return (request.user_agent.string or "")[:200]

"""Every answer of every address carries the security headers, shows nothing inline, and takes no post without the page's token (R15)."""

from __future__ import annotations

import re
from unittest import mock

import pytest
import time_machine
from flask import Flask

from portal import create_app
from portal.db import db
from portal.documents import pdf
from tests import page_check
from tests.conftest import settings_for
from tests.episodes.cast import MONDAY
from tests.house import access_matrix, access_world
from tests.house.access_world import MISSING, NOBODY, OWN, SENDER

pytestmark = pytest.mark.slow

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {"default-src": ["'none'"], "base-uri": ["'none'"], "object-src": ["'none'"], "frame-ancestors": ["'none'"]}
WHO = (NOBODY, SENDER, "hub_manager", "system_administrator", "external_referrer")


def faults(answer, *, secure: bool = False) -> list[str]:
    """What this answer's headers and page lack."""
    found = [f"{name} is {answer.headers.get(name)!r}" for name, value in ALWAYS.items() if answer.headers.get(name) != value]
    policy = {part.split()[0]: part.split()[1:] for part in answer.headers.get("Content-Security-Policy", "").split(";") if part.split()}
    found += [f"policy has {name} {policy.get(name)}" for name, value in POLICY.items() if policy.get(name) != value]
    found += [f"policy allows {value}" for values in policy.values() for value in values if "unsafe" in value or value in ("*", "data:", "https:")]
    if policy.get("form-action") not in (["'self'"], ["'none'"]):
        found.append(f"forms may go to {policy.get('form-action')}")
    static = "/static/" in answer.request.path and answer.status_code == 200
    if ("no-store" in answer.headers.get("Cache-Control", "")) is static:
        found.append(f"Cache-Control is {answer.headers.get('Cache-Control')!r}")
    if secure and "max-age=31536000" not in answer.headers.get("Strict-Transport-Security", ""):
        found.append("no HSTS")
    for cookie in answer.headers.getlist("Set-Cookie"):
        words = cookie.lower()
        if "httponly" not in words or "samesite=" not in words or (secure and "secure" not in words):
            found.append(f"cookie {cookie.partition('=')[0]} lacks a flag")
    if re.search(r"\d", answer.headers.get("Server", "")):
        found.append(f"tells its version: {answer.headers['Server']}")
    if answer.mimetype == "text/html" and not answer.is_streamed and not answer.location:
        found += [fault for fault in page_check.faults(answer.get_data(as_text=True)) if "inline" in fault or "style" in fault]
    return found


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """People and families to try addresses with."""
    with time_machine.travel(MONDAY, tick=True):
        world = access_world.make(tmp_path_factory.mktemp("headers"))
        yield world
        with world.app.app_context():
            db.session.remove()
            db.engine.dispose()


def tries(world) -> list:
    """Every address of the map with every method, once with what is there and once with what is not."""
    with world.app.app_context():
        listed = list(access_matrix.rows(world))
        db.session.rollback()
    return [(row, one) for _, row in listed for place in (OWN, MISSING) for one in (row.tries.get(place), row.senders.get(place)) if one]


def asked(world, one, who: str, **more):
    sent = {"query_string": one.sent} if one.method == "GET" else {"data": one.sent}
    with mock.patch.object(db.session, "commit", db.session.rollback), mock.patch.object(pdf, "to_pdf", lambda *_a, **_k: b"%PDF-1.7"):
        return world.app.test_client(use_cookies=False).open(one.path, method=one.method, headers={"Cookie": world.cookies[who]}, **sent, **more)


@pytest.mark.parametrize("who", WHO)
def test_every_answer_carries_them(world, who):
    wrong, statuses = [], set()
    for row, one in tries(world):
        answer = asked(world, one, who)
        statuses.add(answer.status_code)
        wrong += [f"{row.name} ({answer.status_code}): {fault}" for fault in faults(answer)]
    assert wrong == []
    assert statuses & {200, 303, 404} and not any(status >= 500 for status in statuses)


def test_on_https_they_say_to_stay_there(world):
    wrong = []
    for row, one in tries(world):
        if one.method == "GET":
            wrong += [f"{row.name}: {fault}" for fault in faults(asked(world, one, "hub_manager", base_url="https://localhost"), secure=True) if "cookie" not in fault]
    assert wrong == []


def test_static_files_carry_them_too(world):
    client = world.app.test_client()
    for name, file in world.app.extensions["portal.static"].items():
        answer = client.get(f"/static/{file.name}/{name}")
        assert (answer.status_code, faults(answer)) == (200, []), name


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("get", "/nothing", 404), ("put", "/sign-in", 405), ("options", "/sign-in", 200), ("head", "/", 200), ("get", "/%00", 404), ("get", "//", 308), ("get", "/staff", 308)],
)
def test_errors_and_odd_requests_carry_them(world, method, path, status):
    answer = getattr(world.app.test_client(), method)(path)
    assert (answer.status_code, faults(answer)) == (status, [])


def test_what_is_too_large_or_breaks_carries_them(world, monkeypatch):
    client = world.app.test_client()
    monkeypatch.setitem(world.app.config, "MAX_CONTENT_LENGTH", 10)
    large = client.post("/sign-in", data={"email": "x" * 100})
    assert (large.status_code, faults(large)) == (413, [])
    monkeypatch.undo()
    monkeypatch.setitem(world.app.view_functions, "health.alive", mock.Mock(side_effect=ZeroDivisionError, access_rule="public"))
    broken = client.get("/healthz")
    assert (broken.status_code, faults(broken)) == (500, [])


def test_what_somebody_sent_and_what_was_produced_are_downloads_in_a_sandbox(world):
    for path in (f"/files/{world.ids[OWN]['attachment_id']}", f"/documents/{world.ids[OWN]['document taf_minutes']}.docx"):
        answer = world.app.test_client(use_cookies=False).get(path, headers={"Cookie": world.cookies["hub_manager"]})
        assert (answer.status_code, faults(answer)) == (200, [])
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert answer.headers["Content-Security-Policy"].endswith("; sandbox")


# --- posts from elsewhere ------------------------------------------------------------------------------------------------


def test_no_post_is_taken_without_the_pages_token(world):
    posts = [(row, one) for row, one in tries(world) if one.method == "POST"]
    assert len(posts) > 60
    with mock.patch.dict(world.app.config, WTF_CSRF_ENABLED=True):
        taken = [f"{row.name}: {answer.status_code}" for row, one in posts for who in WHO if (answer := asked(world, one, who)).status_code != 400]
    assert taken == []


def test_the_token_of_one_browser_is_worth_nothing_in_another(world):
    with mock.patch.dict(world.app.config, WTF_CSRF_ENABLED=True):
        first, second = world.app.test_client(), world.app.test_client()
        token = re.search(r'name="csrf_token" value="([^"]+)"', first.get("/sign-in").text)[1]
        second.get("/sign-in")
        assert first.post("/sign-in", data={"csrf_token": token}).status_code == 422
        assert second.post("/sign-in", data={"csrf_token": token}).status_code == 400


def test_on_https_a_post_from_another_site_is_refused_though_it_has_the_token(tmp_path):
    app: Flask = create_app(settings_for(tmp_path, base_url="https://early-help.example", testing=False))
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://early-help.example")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    for referrer in ("https://elsewhere.example/", "https://early-help.example.elsewhere.example/", None):
        headers = {"Referer": referrer} if referrer else {}
        assert client.post("/sign-in", base_url="https://early-help.example", data={"csrf_token": token}, headers=headers).status_code == 400, referrer


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "\\\\elsewhere.example", "http://[", "javascript:alert(1)", "/\t/elsewhere.example", "https:elsewhere.example", "\r\nX: y"],
)
def test_no_way_back_leads_elsewhere(world, address):
    client = world.app.test_client()
    back = client.post("/display", data={"size": "large", "contrast": "high", "back": address})
    assert back.status_code == 303 and re.match(r"/(?![/\\])", back.location), back.location
    assert client.get("/display", headers={"Referer": address.strip()}).status_code == 200
    assert "elsewhere" not in re.sub(r'name="email".*', "", client.get("/sign-in", query_string={"next": address}).text)
    draft = world.ids[OWN]["sender_draft"]
    for path, data in ((f"/fill/{draft}/settle", {"onward": address}), (f"/fill/{draft}/settle", {"onward": f"/fill/{draft}/\r\nX: y"}), (f"/fill/{draft}/all", {"at": "section-\r\nX: y"})):
        answer = world.app.test_client(use_cookies=False).post(path, data=data, headers={"Cookie": world.cookies[SENDER]})
        assert answer.status_code < 500 and "X" not in answer.headers and "elsewhere" not in (answer.location or "")

"""The files a browser is sent: what they are made of, how they are cached, what a first visit weighs."""

from __future__ import annotations

import gzip
import hashlib
import json

from portal.pages import STATIC
from portal.submissions import drafts
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Writer
from tests.submissions.made_up import held_by


def test_every_built_file_is_the_one_the_manifest_names():
    manifest = json.loads((STATIC / "vendor/manifest.json").read_text())
    for name, made in manifest.items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == made["sha256"], name
        assert all(part["licence"] and part["version"] and part["tarball"] for part in made["packages"])


def test_a_static_file_is_kept_for_ever_under_its_hash_and_nowhere_else(client):
    page = client.get("/display", headers={"Accept-Encoding": "gzip"})
    html = gzip.decompress(page.data).decode()
    address = html.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(answer.data).decode().endswith(";}")
    assert client.get(address.replace(address.split("/")[2], "0" * 12)).status_code == 404


def test_a_first_visit_to_the_start_page_weighs_at_most_35_kilobytes_in_4_requests(client):
    page = client.get("/", headers={"Accept-Encoding": "gzip"})
    html = gzip.decompress(page.data).decode()
    addresses = {part.split('"')[0] for mark in ('href="/static/', 'src="/static/') for part in html.split(mark)[1:]}
    weight = len(page.data)
    for address in addresses:
        weight += len(client.get("/static/" + address, headers={"Accept-Encoding": "gzip"}).data)
    assert len(addresses) + 1 <= 4
    assert weight <= 35_000, weight


def test_the_scripts_of_a_public_page_of_questions_weigh_at_most_6_kilobytes(client):
    draft = held_by(client, lambda: drafts.start(current_version("request_for_support"), by=Writer()))
    html = client.get(f"/fill/{draft}/danger").get_data(as_text=True)
    addresses = [part.split('"')[0] for part in html.split(' src="/static/')[1:]]
    assert [address.split("/")[1] for address in addresses] == ["portal.js", "saving.js"]
    weight = sum(len(client.get("/static/" + address, headers={"Accept-Encoding": "gzip"}).data) for address in addresses)
    assert weight <= 6_000, weight


def test_text_size_and_contrast_are_remembered(client):
    answer = client.post("/display", data={"size": "large", "contrast": "high", "back": "/page/privacy"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/page/privacy")
    page = client.get("/page/privacy").get_data(as_text=True)
    assert "portal-text-large" in page and "portal-contrast" in page


def test_the_way_back_from_the_display_page_never_leaves_the_service(client):
    for elsewhere in ("https://elsewhere.example/", "http://[", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"):
        assert client.post("/display", data={"size": "small", "contrast": "high", "back": elsewhere}).headers["Location"] == "/"

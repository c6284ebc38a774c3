"""Whatever is posted, the answer is a page in words: never a fault of the server, never something half-kept."""

import random

import pytest

from portal.db import db
from portal.submissions import drafts
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start, Writer
from tests.submissions.filler import PageSeen, example
from tests.submissions.made_up import held_by

HOSTILE = ["\0", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "\r\nSet-Cookie: a=b", "../../x", "a" * 9000, "{{7*7}}", "<script>", "';--", "٣", "\u202e", "-1", "99999999999999999999", "null", "[" * 2000]
FIELDS = ("version", "tab", "then", "back", "_shown", "key", "repeat", "item", "places", "onward", "path-1", "value-1", "keep-1", "words", "email", "code", "danger", "child_needs.x.y")


@pytest.fixture
def home(client):
    """A draft that is half filled in."""
    return f"/fill/{held_by(client, lambda: drafts.start(current_version('request_for_support'), by=Writer(), first=Start(answers=example('hackney', 'request_for_support'))))}"


def test_nothing_posted_to_any_address_makes_the_server_fail(client, home):
    chance = random.Random(2)
    addresses = ["/danger", "/check", "/send", "/save", "/settle", "/autosave", "/all", "/section/children", "/items/add", "/items/remove", "/items/move", "/list-children", "/nothing", "/child/amara", "/child/x", "/adult-links/x"]
    for address in addresses:
        for _ in range(4):
            data = {name: chance.choice(HOSTILE) for name in chance.sample(FIELDS, 7)}
            response = client.post(f"{home}{address}", data=data)
            assert response.status_code < 500, (address, data, response.text[:400])
        assert client.get(f"{home}{address}", query_string=data).status_code < 500


def test_questions_and_items_that_are_not_there_are_not_made(app, client, home):
    client.post(f"{home}/danger", data={"_shown": ["child_needs.made_up.child_needs", "children.made_up.child_first_name", "nobody"], "children.made_up.child_first_name": "X", "version": "1"})
    value = '{"typed": {"": ["x"]}}'
    client.post(f"{home}/settle", data={"path-1": "child_needs.made_up.needs", "value-1": value, "keep-1": "mine", "version": "1"})
    client.post(f"{home}/settle", data={"path-1": "danger", "value-1": '{"typed": 7}', "keep-1": "mine", "version": "1"})
    with app.app_context():
        data = drafts.find(home.rpartition("/")[2]).data
        assert "made_up" not in str(data.answers) and "made_up" not in str(data.incomplete)
        db.session.rollback()


def test_a_page_without_its_version_overwrites_nothing(app, client, home):
    page = PageSeen(client.get(f"{home}/danger").text, f"{home}/danger")
    fields = page.fields(page.form()) | {"danger": "yes"}
    client.post(page.url, data=fields)
    del fields["version"], fields["tab"]
    refused = client.post(page.url, data=fields | {"danger": "no"})
    assert refused.status_code == 409
    with app.app_context():
        assert drafts.find(home.rpartition("/")[2]).data.answers["danger"] == "yes"

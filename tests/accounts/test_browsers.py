"""Where somebody is signed in is told in words that they know their own devices by."""

import pytest

from portal.accounts.browsers import in_words
from tests.accounts import people


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", "Firefox on an Android device"),
        ("curl/8.5", "curl/8.5"),
        ("", "Not known"),
    ],
)
def test_a_browser_is_called_what_its_owner_calls_it(said, words):
    assert in_words(said) == words


def test_the_account_page_names_the_browser_in_words(app, client):
    people.add(app, "Tina Example", roles=("screener",))
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15"
    people.sign_in(client, "Tina Example")
    page = client.get("/account").text
    assert ">Safari on a Mac<" in page and "AppleWebKit" not in page

"""What an e-mail may carry: a reference, a link, when it ends, the council's name. Nothing about anybody."""

from __future__ import annotations

import pytest

from portal.notifications import compose
from portal.notifications.send import message_of
from portal.publishing.in_force import council_in_force
from portal.timekeeping import now


def test_a_receipt_carries_reference_link_and_council(in_app):
    letter = compose.notify("receipt", "head@example.org", reference="RFS-7K2M-9Q", link="/status/abc")
    body = compose.body_of(letter)
    assert letter.subject.endswith("RFS-7K2M-9Q")
    assert "http://localhost/status/abc" in body
    assert council_in_force().name in body
    assert "{" not in letter.subject + body


def test_every_notice_of_the_council_can_be_written(in_app):
    for notice_id in council_in_force().notices:
        letter = compose.notify(notice_id, "head@example.org", reference="RFS-7K2M-9Q", link="/x", expires=now())
        assert "{" not in letter.subject + compose.body_of(letter)


@pytest.mark.parametrize("reference", ["Rosa Example", "rfs-1", "RFS 1", "RFS-1\nBcc: x@example.org", "A" * 41])
def test_what_is_no_reference_is_refused(in_app, reference):
    with pytest.raises(compose.NoticeRefused, match="is no reference"):
        compose.notify("receipt", "head@example.org", reference=reference, link="/x")


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "http://localhost.evil.example/", "/x\r\nBcc: a@example.org", "/<b>"])
def test_a_link_leads_into_this_portal_only(in_app, link):
    with pytest.raises(compose.NoticeRefused, match="links to this portal only"):
        compose.notify("receipt", "head@example.org", reference="RFS-1", link=link)


@pytest.mark.parametrize("recipient", ["", "no address", "a@example.org, b@example.org", "a@example.org\r\nBcc: b@example.org", "A <a@example.org>"])
def test_a_recipient_is_one_plain_address(in_app, recipient):
    with pytest.raises(compose.NoticeRefused, match="not one e-mail address"):
        compose.notify("receipt", recipient, reference="RFS-1", link="/x")


def test_a_notice_that_asks_for_more_is_refused_by_name(in_app, monkeypatch):
    bad = council_in_force().notices["receipt"].model_copy(update={"body": "About {child_name}: {link}"})
    monkeypatch.setitem(council_in_force().notices, "receipt", bad)
    with pytest.raises(compose.NoticeRefused, match="receipt asks for child_name"):
        compose.notify("receipt", "head@example.org", reference="RFS-1", link="/x")


def test_a_link_that_a_notice_needs_may_not_be_missing(in_app):
    with pytest.raises(compose.NoticeRefused, match="receipt asks for link|receipt asks for"):
        compose.notify("receipt", "head@example.org", reference="")


def test_an_unknown_notice_is_told_with_those_there_are(in_app):
    with pytest.raises(compose.NoticeUnknown, match=r"has no 'greeting'; it has .*receipt"):
        compose.notify("greeting", "head@example.org")


def test_headers_are_plain_and_the_message_says_it_was_written_by_a_machine(in_app):
    letter = compose.notify("receipt", "head@example.org", reference="RFS-1", link="/x")
    message = message_of(letter.id)
    assert message["To"] == "head@example.org"
    assert message["From"] == "early.help@example.org"
    assert message["Message-ID"] == letter.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Bcc"] is None

"""Which passwords are taken, and how they are kept."""

from __future__ import annotations

import argon2
import pytest

from portal.accounts import passwords
from portal.accounts.models import User
from portal.db import db
from tests.accounts import people

pytestmark = pytest.mark.real_hashing


@pytest.mark.parametrize("password", ["lamp window seventeen", "korrekt häst ñandú 🐎", "x9$Lq2" * 42, "       q 7 z p      "])
def test_any_characters_are_taken(password):
    passwords.check_new(password)


def test_a_password_of_11_characters_is_too_short():
    with pytest.raises(passwords.PasswordTooShort, match="12 characters or more"):
        passwords.check_new("lampwindow1")


def test_a_password_of_257_characters_is_too_long():
    with pytest.raises(passwords.PasswordTooLong, match="256 characters or fewer"):
        passwords.check_new("lamp window " * 22)


def test_the_deny_list_holds_more_than_30000_passwords():
    assert len(passwords.common()) > 30_000


@pytest.mark.parametrize(
    "password",
    ["1234567890123", "PasswordPassword", "P@ssw0rd!!!!", "manchester99!", "aaaaaaaaaaaaaa", "abcdefghijklm", "qwertyuiopas", "98765432109876", "!!!!dragon2024"],
)
def test_what_attackers_try_first_is_refused(password):
    with pytest.raises(passwords.PasswordTooEasy, match="harder to guess"):
        passwords.check_new(password)


@pytest.mark.parametrize("password", ["Ada.Example99", "ada.example@example.org", "EXAMPLE-2026!"])
def test_the_persons_own_words_are_refused(password):
    with pytest.raises(passwords.PasswordTooEasy):
        passwords.check_new(password, own_words=["Ada Example", "ada.example@example.org"])


def test_hashes_are_argon2id_with_64_mib_and_three_passes():
    kept = argon2.extract_parameters(passwords.hash_password("lamp window seventeen"))
    assert (kept.type, kept.memory_cost >= 64 * 1024, kept.time_cost >= 3) == (argon2.Type.ID, True, True)


def test_nobodys_hash_costs_the_same_as_anybodys():
    assert not passwords.has_old_hash(passwords.NOBODY)
    assert not passwords.verify("", "lamp window seventeen")


def test_a_council_word_is_refused_as_a_new_password(app, client):
    people.add(app)
    people.sign_in(client)
    answer = client.post("/account/password", data={"present": people.PASSWORD, "password": "Hackney123456"})
    assert answer.status_code == 422
    assert "harder to guess" in answer.get_data(as_text=True)


@pytest.mark.parametrize("who", ["known", "unknown", "disabled", "without a password"])
def test_each_sign_in_does_exactly_one_argon2_verification(app, client, monkeypatch, who):
    user_id = people.add(app)
    if who == "disabled":
        people.add(app, "Bo Example")
        people.change(app, user_id, lambda user: _disable(user))
    if who == "without a password":
        people.change(app, user_id, lambda user: setattr(user, "password_hash", ""))
    seen = []
    really = argon2.PasswordHasher.verify
    monkeypatch.setattr(argon2.PasswordHasher, "verify", lambda self, kept, given: (seen.append(argon2.extract_parameters(kept)), really(self, kept, given))[1])
    answer = people.enter_password(client, "Nobody Here" if who == "unknown" else "Ada Example", "a wrong password")
    assert answer.status_code == 422
    assert "E-mail address or password is not right" in answer.get_data(as_text=True)
    assert seen == [argon2.extract_parameters(passwords.NOBODY)]


def test_a_hash_with_old_parameters_is_made_again_at_sign_in(app, client):
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(people.PASSWORD)
    user_id = people.add(app)
    people.change(app, user_id, lambda user: setattr(user, "password_hash", old))
    assert people.enter_password(client).status_code == 303
    with app.app_context():
        kept = db.session.get(User, user_id).password_hash
    assert argon2.extract_parameters(kept) == argon2.extract_parameters(passwords.NOBODY)


def _disable(user):
    from portal.accounts import users

    users.disable(user)

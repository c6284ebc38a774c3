"""Families made of what a request says about people."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from portal.db import db
from portal.families import people, profile
from portal.families.models import Family, FamilyMember, Person, Relationship
from portal.names import folded
from tests.episodes.cast import received

pytestmark = pytest.mark.usefixtures("in_app")


@pytest.fixture
def family(in_app):
    """The family of the long example: siblings, a baby not born yet, a father who must not be told."""
    return db.session.get(Family, received("request_for_support.json").family_id)


def person_called(family, name) -> Person:
    return next(person for _, person in people.members(family.id) if person.full_name == name)


def test_two_siblings_keep_their_own_schools_and_addresses(family):
    amara, kofi = person_called(family, "Amara Okafor-Reid"), person_called(family, "Kofi Okafor-Reid")
    assert (amara.fact("school"), kofi.fact("school")) == ("Marshfield Road Primary School", "Hartnell Academy")
    assert "Linden Point" in amara.fact("address")
    assert "Teasel Close" in kofi.fact("address")


def test_a_baby_not_born_yet_is_a_person_without_a_first_name(family):
    baby = person_called(family, "Baby Okafor (not born yet)")
    assert baby.date_of_birth is None
    assert baby.fact("expected_date") == "September 2026"


def test_a_father_who_must_not_be_told_is_marked_and_stands_in_the_warnings(family):
    marked = [person.full_name for member, person in people.members(family.id) if member.must_not_be_told]
    assert marked == ["Marlon Reid"]
    assert profile.of(family).warnings[0] == "Marlon Reid must not be told. Do not contact them and send them nothing."


def test_facts_are_shown_with_short_titles_and_not_with_whole_questions(family):
    lines = [line for _, group in profile.of(family).groups for line in group]
    shown = {label for line in lines for label, _ in (*line.first, *line.more)}
    assert {"Due", "Address", "School, nursery or college", "NHS number"} <= shown
    assert [label for label in shown if label.endswith("?") or len(label) > 30] == []


def test_relationships_say_what_an_adult_is_to_each_child(family):
    mother, kofi = person_called(family, "Ifeoma Okafor"), person_called(family, "Kofi Okafor-Reid")
    tie = db.session.query(Relationship).filter_by(person_id=mother.id, other_id=kofi.id).one()
    assert (tie.kind, tie.parental_responsibility, tie.lives_with) == ("Mother", "Yes", "No")


def test_a_mother_who_lives_with_one_child_shares_the_familys_address(family):
    assert "Linden Point" in person_called(family, "Ifeoma Okafor").fact("address")
    assert "Linden Point" not in person_called(family, "Marlon Reid").fact("address")


def test_a_professional_is_a_person_with_job_and_service(family):
    midwife = person_called(family, "Siobhan Keane")
    assert (midwife.fact("role"), midwife.fact("organisation")) == ("Community midwife", "Lea Valley midwifery")


def test_the_family_is_named_after_its_children(family):
    assert family.name == "Okafor-Reid and Okafor"


def test_a_family_is_found_by_any_part_of_a_name_however_it_is_written(family):
    for words in ("okafor", "AMARA okafor-reid", "Reid Amara", "ifeoma"):
        assert db.session.scalars(people.families_named(words, council="hackney")).all() == [family.id], words


@pytest.mark.parametrize("words", ["", "   ", "%", "Okafor Novak"])
def test_nobody_is_found_by_words_that_name_nobody(family, words):
    assert db.session.scalars(people.families_named(words, council="hackney")).all() == []


def test_the_same_name_and_birthday_twice_in_a_family_is_noticed(family):
    twin = Person(council="hackney", first_name="Amara", last_name="Okafor-Reid", date_of_birth=person_called(family, "Amara Okafor-Reid").date_of_birth)
    twin.folded = person_called(family, "Amara Okafor-Reid").folded
    db.session.add(twin)
    db.session.flush()
    db.session.add(FamilyMember(family_id=family.id, person_id=twin.id, role="child"))
    assert {person.first_name for _, person in people.members(family.id) if person.id in people.twice(people.members(family.id))} == {"Amara"}


def test_names_are_folded_without_case_accents_and_apostrophes():
    assert folded("Zoë", "O’Brien-Łuk") == "zoe obrien łuk"


def test_what_is_the_same_for_several_children_is_told_once(app):
    same = "Mother, lives with them: yes"
    ties = [("Amara Okafor", same), ("Kofi Okafor", "Mother, lives with them: no"), ("Tobi Okafor", same)]
    one = SimpleNamespace(member_id="m", person=SimpleNamespace(full_name="Ifeoma Okafor", known_as="", has_confidential_address=False), born="", first=[], more=[], ties=ties, must_not_be_told=False, is_twice=False, changes=[])
    with app.test_request_context():
        shown = " ".join(re.sub(r"<[^>]+>", " ", app.jinja_env.get_template("families/_people.html").module.person(one)).split())
    assert "Amara Okafor, Tobi Okafor: Mother, lives with them: yes" in shown and "Kofi Okafor: Mother, lives with them: no" in shown
    assert shown.count(same) == 1

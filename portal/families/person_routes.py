"""The door of putting a person's details right: the page of what the record says, and taking a change back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import audit
from portal.access import needs
from portal.accounts import sign_in_state
from portal.db import db
from portal.families import corrections
from portal.families.models import FamilyMember, Person
from portal.forms.journey import Journey
from portal.forms.page_form import PageForm, build

doors = Blueprint("people", __name__, url_prefix="/staff/family-members")
PAGE = "details"


@doors.get("/<record_id:member_id>")
@needs("family.edit", corrections.find_member)
def details(member: FamilyMember) -> str:
    """What the record says about a person, to be put right."""
    person = db.session.get_one(Person, member.person_id)
    return _page(member, person, _form(member, person), [], corrections.version_of(person))


@doors.post("/<record_id:member_id>")
@needs("family.edit", corrections.find_member)
def keep_details(member: FamilyMember) -> Any:
    """Put a person right."""
    person = db.session.get_one(Person, member.person_id)
    form, version = _form(member, person, request.form), _version()
    reading = form.read()
    if not reading.is_fine:
        return _page(member, person, form, form.error_list, version), 422
    try:
        corrections.change(member, reading.values, by=sign_in_state.me(), expected_version=version)
    except corrections.NothingChanged as error:
        return _page(member, person, form, [{"text": error.message, "href": "#main-content"}], version), 422
    flash("Done: the details are changed. You can take this back under the person’s name", "success")
    return _to_people(member)


@doors.post("/<record_id:member_id>/changes/<record_id:change_id>/undo")
@needs("family.edit", corrections.find_member, by="member_id")
def undo(member: FamilyMember, change_id: str) -> Response:
    """Take a change back."""
    corrections.undo(member, corrections.find_change(member, change_id), by=sign_in_state.me())
    flash("Done: the change is taken back", "success")
    return _to_people(member)


def _form(member: FamilyMember, person: Person, posted: Any = None) -> PageForm:
    definition, facts = corrections.definition(), corrections.facts_of(member)
    answers = corrections.details(member, person)
    journey = Journey(definition, answers, facts)
    step = journey.find(PAGE, [])
    assert step is not None
    return build(definition, journey.blocks(step), answers, {}, facts, formdata=posted)


def _page(member: FamilyMember, person: Person, form: PageForm, errors: list[dict[str, str]], version: int) -> str:
    """The page, asked for or shown again after a post: either way somebody reads a person's record."""
    audit.note_read("family.read", subject="family", subject_id=member.family_id, actor=sign_in_state.me().id, detail={"episodes": [], "person": person.id})
    return render_template("families/person.html", member=member, person=person, form=form, errors=errors, version=version)


def _version() -> int:
    """The number of changes the posted page was read at; a page that does not say is taken for an old one."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _to_people(member: FamilyMember) -> Response:
    return redirect(url_for("families.family_page", family_id=member.family_id, _anchor=f"person-{member.id}"), 303)


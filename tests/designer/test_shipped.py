"""A start of the portal with new files of the supplier: they are published, unless somebody here has decided what is in force."""

from __future__ import annotations

import logging

import pytest

from portal import publishing, start_up
from portal.db import db
from portal.designer import shipped as at_start
from portal.designer import word_templates
from portal.designer.word_templates import WordTemplate
from portal.documents.form_templates import template_faults
from portal.publishing.in_force import council_in_force
from portal.settings import current_settings
from tests.designer.word_files_of import LETTER, NAME, changed, shipped, warmer
from tests.word.test_relations import fetching

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def starts(in_app, monkeypatch, tmp_path, caplog):
    """Start the portal with this file as the supplier's; answers the number and bytes in force and what was logged."""
    folder = tmp_path / "templates"
    folder.mkdir()

    def start(file: bytes) -> tuple[int, bytes, str]:
        (folder / LETTER).write_bytes(file)
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            at_start.publish(council_in_force(), current_settings())
        db.session.commit()
        version = publishing.current("template", NAME)
        return version.number, publishing.content(version.sha256), caplog.text

    monkeypatch.setattr(type(council_in_force()), "templates_dir", property(lambda self: folder))
    monkeypatch.setattr(WordTemplate, "shipped", lambda self: (folder / self.file).read_bytes() if (folder / self.file).exists() else None)
    return start


def letter() -> WordTemplate:
    return word_templates.named(NAME)


def test_while_nobody_has_decided_the_suppliers_new_file_comes_into_force_by_itself(starts):
    assert starts(shipped()) == (1, shipped(), "")
    assert starts(warmer()) == (2, warmer(), "")
    assert word_templates.waiting(letter()) is None


def test_a_template_that_somebody_put_in_force_stays_and_the_suppliers_new_one_waits_and_is_told(starts):
    publishing.publish("template", NAME, warmer("Goodbye from us"), by="somebody", note="Ours")
    ours = (2, warmer("Goodbye from us"), "")
    assert starts(shipped()) == ours, "the supplier's old file is in the history and no news"
    number, file, told = starts(warmer("The supplier's own words"))
    assert (number, file) == ours[:2]
    assert f"The shipped Word template {LETTER} is new and waits" in told
    assert word_templates.waiting(letter()) == warmer("The supplier's own words")
    publishing.publish("template", NAME, warmer("The supplier's own words"), by="somebody", note="Taken")
    assert starts(warmer("The supplier's own words"))[0] == 3
    assert word_templates.waiting(letter()) is None
    publishing.publish("template", NAME, shipped(), by="somebody", note="Back to the first")
    assert starts(warmer("The supplier's own words"))[::2] == (4, ""), "who went back is not overruled by a start"


def test_one_in_force_that_fits_its_documents_no_more_is_told_at_the_start(starts):
    publishing.publish("template", NAME, changed(("{{ letter_date }}", "{{ day_of_letter }}")), by="somebody", note="Fitted once")
    told = starts(shipped())[2]
    assert f"The Word template {LETTER} that somebody put in force does not fit its documents any more" in told
    assert "there is no field “day_of_letter”" in told


def test_one_in_force_that_is_refused_by_the_checks_of_today_is_told_at_the_start(starts):
    publishing.publish("template", NAME, fetching("http://192.0.2.1/picture.png"), by="somebody", note="Passed once")
    assert "the document fetches something from elsewhere" in starts(shipped())[2]


def test_a_whole_start_goes_through_here(in_app, monkeypatch):
    publishing.publish("template", NAME, warmer(), by="somebody", note="Ours")
    db.session.commit()
    start_up.publish_shipped(in_app)
    assert publishing.current("template", NAME).number == 2


def test_a_form_is_held_against_the_template_in_force_and_not_against_the_suppliers(in_app):
    council = council_in_force()
    definition = council.form("closure_letter")
    assert template_faults(council, definition) == []
    publishing.publish("template", NAME, changed(("{{ letter_date }}", "Today")), by="somebody", note="No date")
    assert template_faults(council, definition) == [], "who changes a letter may leave something out"
    publishing.publish("template", NAME, changed(("{{ letter_date }}", "{{ day_of_letter }}")), by="somebody", note="Fitted once")
    assert any("there is no field “day_of_letter”" in fault.message for fault in template_faults(council, definition))

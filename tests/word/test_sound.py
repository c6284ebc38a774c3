"""Finished files that break Word's rules are caught by our own check, and, where it looks for them, by an independent validator."""

from __future__ import annotations

from pathlib import Path

import pytest
from openxml_audit import FileFormat, OpenXmlValidator, ValidationSeverity

from portal.word.check import whole
from portal.word.findings import RenderingFailed
from portal.word.sound import faults
from tests.documents.shipped import Shipped, everything
from tests.word.known_bad import GOOD, SCHEMA, STRUCTURE


def audited(document: bytes, folder: Path) -> set[str]:
    """What the validator calls an error."""
    path = folder / "document.docx"
    path.write_bytes(document)
    return {one.description for one in OpenXmlValidator(FileFormat.OFFICE_2019).validate(str(path)).errors if one.severity is ValidationSeverity.ERROR}


@pytest.mark.parametrize("name", STRUCTURE)
def test_a_known_bad_file_is_caught(name, tmp_path):
    bad = STRUCTURE[name]
    assert bad.code in {finding.code for finding in faults(bad.file)}
    with pytest.raises(RenderingFailed, match="is not whole and was not made"):
        whole(bad.file)
    assert bool(audited(bad.file, tmp_path) - audited(GOOD, tmp_path)) == bad.is_audited


@pytest.mark.parametrize("name", SCHEMA)
def test_a_break_of_the_schema_is_left_to_the_validators(name, tmp_path):
    assert faults(SCHEMA[name].file) == []
    assert bool(audited(SCHEMA[name].file, tmp_path) - audited(GOOD, tmp_path)) == SCHEMA[name].is_audited


def test_the_two_checks_together_miss_nothing_and_neither_alone_is_enough():
    assert sum(bad.is_audited for bad in STRUCTURE.values()) >= 10
    assert not all(bad.is_audited for bad in STRUCTURE.values())


@pytest.mark.parametrize("shipped", everything(), ids=str)
def test_what_we_ship_and_make_is_sound(shipped: Shipped):
    assert faults(GOOD) == faults(shipped.template) == faults(shipped.made) == []


def test_half_of_any_shipped_document_is_caught():
    document = everything()[0].made
    assert all(faults(document[: len(document) * tenth // 10]) for tenth in range(1, 10))

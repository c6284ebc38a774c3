"""What Word would say: an independent validator finds nothing in any file that somebody gets from the portal. Microsoft's own is asked in `tests.word.sdk_verdicts`."""

from __future__ import annotations

from pathlib import Path

import pytest
from openxml_audit import FileFormat, OpenXmlValidator, ValidationSeverity

from tests.documents.outputs import outputs
from tests.word.known_bad import GOOD

AUDITED = [name for name in outputs() if not name.endswith(("/large_print", "/high_contrast", "/white_on_black"))]
"""A look by itself is left to the other validator; two at a time are looked at by both."""


def errors(document: bytes, folder: Path) -> list[str]:
    """What the validator calls an error, in its words."""
    path = folder / "document.docx"
    path.write_bytes(document)
    found = OpenXmlValidator(FileFormat.OFFICE_2019).validate(str(path))
    return [f"{one.part_uri if hasattr(one, 'part_uri') else ''} {one.description}" for one in found.errors if one.severity is ValidationSeverity.ERROR]


@pytest.mark.parametrize("name", AUDITED)
def test_an_output_is_valid(name: str, tmp_path: Path):
    small = set() if name.startswith("hackney/") else set(errors(GOOD, tmp_path))
    assert set(errors(outputs()[name](), tmp_path)) - small == set()

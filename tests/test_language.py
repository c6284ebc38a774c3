"""Telephone numbers on pages: tapped where they are one number, told plainly where they are more."""

from __future__ import annotations

import pytest

from portal.language import phone


@pytest.mark.parametrize(
    ("written", "dialled"),
    [("020 8356 5500", "02083565500"), ("+44 (0)20 8356 5500", "+442083565500"), ("(01632) 960-999", "01632960999"), ("999", "999")],
)
def test_one_number_can_be_tapped(written, dialled):
    assert phone(written) == f'<a class="govuk-link portal-phone" href="tel:{dialled}">{written}</a>'


@pytest.mark.parametrize("written", ["020 8356 5500, option 2", "01632 960001 or 01632 960002", "<b>none</b>", ""])
def test_anything_else_is_only_told(written):
    told = str(phone(written))
    assert "tel:" not in told and told.startswith("<b>") and "<b>none" not in told

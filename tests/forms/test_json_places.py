"""The line of an answer in a file of answers."""

from __future__ import annotations

import pytest

from portal.forms.json_places import line_in

TEXT = """{
  "your_name": "Rosa",
  "children": [
    {"_id": "amara",
     "first_name": "Amara"},
    {"_id": "kofi",
     "first_name": "Kofi"}
  ]
}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [("your_name", 2), ("children.amara.first_name", 5), ("children.kofi.first_name", 7), ("children.kofi.last_name", 6), ("nowhere", 1)],
)
def test_an_answer_is_found_by_its_path(path: str, line: int):
    assert line_in(TEXT, path) == line

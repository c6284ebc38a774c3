"""On a phone a table becomes one line under the other: every cell of it must say what it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "portal" / "templates"
NOT_YET_STACKED = {"publishing/replay.html"}
"""Two columns of figures: narrow enough for a phone as they are."""
TABLES = [(path.relative_to(PAGES).as_posix(), table) for path in sorted(PAGES.rglob("*.html")) for table in re.findall(r"<table.*?</table>", path.read_text(), re.S)]


@pytest.mark.parametrize(("page", "table"), TABLES, ids=[f"{page}-{place}" for place, (page, _) in enumerate(TABLES)])
def test_every_cell_of_a_staff_table_says_which_column_it_is_of(page, table):
    if page in NOT_YET_STACKED:
        assert "portal-list" not in table
        return
    assert "portal-list" in table, f"{page}: give the table the class portal-list"
    heads = set(re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', table))
    unnamed = [cell for cell in re.findall(r"<td\b[^>]*>", table) if not (label := re.search(r'data-label="([^"]*)"', cell)) or label[1] not in heads]
    assert not unnamed, f"{page}: these cells need a data-label with the words of their column: {unnamed}"

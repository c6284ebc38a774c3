"""Every guarded address by everybody: what is kept in the table is what happens, and a new address without a row fails (R10)."""

from __future__ import annotations

import pytest

from portal.db import db
from tests.access import matrix

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """The matrix as it is now."""
    app = matrix.demonstration(str(tmp_path_factory.mktemp("matrix")))
    yield matrix.table(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def cells(lines):
    """Address and person to what near, far and missing answered."""
    people = lines[0].split("\t")[1:]
    return {(address, who): cell for address, *row in (line.split("\t") for line in lines[1:]) for who, cell in zip(people, row, strict=True)}


def test_the_matrix_is_the_one_that_was_looked_at(lines):
    kept = matrix.TABLE.read_text().splitlines()
    changed = [f"- {line}" for line in kept if line not in lines] + [f"+ {line}" for line in lines if line not in kept]
    assert changed == [], "who may reach what has changed: look at it, then run  python -m tests.access.matrix"


def test_nobody_and_the_disabled_get_in_nowhere(cells):
    assert [key for key, cell in cells.items() if key[1] in (matrix.NOBODY, matrix.DISABLED) and "in" in cell.split()] == []


def test_what_does_not_exist_lets_nobody_in(cells):
    assert [key for key, cell in cells.items() if len(cell.split()) == 3 and cell.split()[2] == "in"] == []


def test_an_outsider_with_an_account_reaches_their_own_account_only(cells):
    reached = {address for (address, who), cell in cells.items() if who == matrix.OUTSIDER and "in" in cell.split()}
    own = {"GET /account", "GET /account/password", "POST /account/password", "POST /account/sign-out-everywhere", "GET /stay"}
    assert reached == own | {"GET /sign-in/go-on", "POST /sign-in/leave-out"}


def test_who_looks_after_the_system_reads_no_familys_record(cells):
    of_families = ("/staff/", "/fill/", "/sent/", "/documents/", "/files/")
    reached = [address for (address, who), cell in cells.items() if who == "system_administrator" and any(part in address for part in of_families) and "in" in cell.split()]
    assert reached == []

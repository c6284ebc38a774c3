"""The pages of keeping and erasing, at both widths and with errors."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import timekeeping
from portal.families import holds
from tests.browser.test_every_page_of_staff import made, monday, seat
from tests.episodes import cast

__all__ = ["monday"]

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]
WHY = "Inquiry 7 of the made-up board into how councils answered requests in the spring of 2026"


def test_holds_and_what_is_past_its_term(served, open_page):
    def story() -> str:
        held, due = cast.received(), cast.received()
        due.closed_at = timekeeping.now() - timedelta(days=26 * 365)
        held.closed_at = due.closed_at
        return holds.place(held.family_id, WHY, by_label="Sy System").id

    hold = made(served, story)
    at = seat(served, open_page, "Sy System")
    at.visit("/keeping-and-erasing", "keeping and erasing")
    assert at.looker.page.get_by_text(WHY).count() == 1
    assert at.looker.page.locator("main table").count() == 2
    at.looker.press_and_see_errors("Hold the records", "keeping and erasing")
    at.visit(f"/keeping-and-erasing/holds/{hold}/lift", "lift a hold")
    at.looker.press_and_see_errors("Lift the hold", "lift a hold")
    at.looker.judge()

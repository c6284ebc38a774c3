"""Every page that a request can ask, by every way in, filled, with errors and empty: axe finds nothing, nothing is wider than a telephone."""

from __future__ import annotations

import pytest

from portal.councils.library import council
from tests.browser.looking import Looker
from tests.browser.referrer import holding, steps_of
from tests.submissions.filler import example

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]

REQUEST = council("hackney").forms()["request_for_support"]
SHORT = "request_for_support.short"
ROUTES = (
    ("request_for_support", {}),
    ("request_for_support.danger", {}),
    ("request_for_support.override", {}),
    ("request_for_support.direct_service", {}),
    ("request_for_support.step_down", {}),
    ("request_for_support.self_request", {}),
    ("request_for_support.member_of_public", {}),
    ("request_for_support.refused", {}),
    (SHORT, {"level": "not_sure", "helper_several": "yes", "level_after_helper": "level_2"}),
    (SHORT, {"source": "worker_concern"}),
    (SHORT, {"level": "level_1"}),
    (SHORT, {"talked": "not_yet"}),
    (SHORT, {"children": [example("hackney", SHORT)["children"][0] | {"date_of_birth": "1990-02-01"}]}),
    ("request_for_support.override", {"urgent_safety": "no"}),
)


def test_every_page_of_the_request_filled_empty_and_with_errors(served, open_page):
    page = open_page()
    looker = Looker(page, "request")
    seen = set()
    for name, also in ROUTES:
        for step in reversed(steps_of(served, holding(served, page, name, also))):
            if step.name in seen:
                continue
            seen.add(step.name)
            looker.visit(step.address, f"{step.name} filled")
            assert page.url.endswith(step.address), f"{step} led to {page.url}"
            if step.kind == "questions":
                looker.empty_and_errors("Save and continue", step.name)
    assert {one.id for one in REQUEST.pages} - seen == set()
    looker.judge()

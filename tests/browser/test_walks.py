"""No page is left out: each route that can be opened and each template of a page is looked at by a walk, or is no page and says why."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import portal
from tests.browser.walks import LOOKS, NOT_PAGES

TEMPLATES = Path(portal.__file__).parent / "templates"
PARTS = ("layout/", "components/")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_route_and_every_template_of_a_page_is_looked_at_or_says_why_not(app):
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html") if not path.name.startswith("_")}
    pages = {name for name in names if not name.startswith(PARTS)}
    listed = [page for looked_at in LOOKS.values() for page in looked_at] + list(NOT_PAGES)
    assert set(listed) == routes | pages
    assert len(listed) == len(set(listed)), "a page is listed twice"


@pytest.mark.parametrize("walk", LOOKS)
def test_every_walk_is_there(walk):
    module, _, name = walk.partition("::")
    assert callable(getattr(importlib.import_module(f"tests.browser.{module}"), name))

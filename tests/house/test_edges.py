"""Verbs change objects, the edge commits; only doors touch the request; one module asks the clock."""

from __future__ import annotations

import ast

from tests.house.source import modules, tree
from tests.house.test_floors import DOORS, floor, is_door

COMMITS = {"portal.application", "portal.command_line", "portal.jobs.run", "portal.jobs.queue", "portal.start_up"}
"""Where a transaction may be committed, and nowhere else."""

REQUEST_READERS = {"portal.db", "portal.signatures", "portal.access", "portal.accounts.sign_in_state", "portal.accounts.held_drafts"}
"""Ground and guards that must look at the request; every other reader is a door."""


def test_commits_happen_in_named_places_only():
    found = set()
    for name in modules():
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
                found.add(name)
    assert found - COMMITS == set()


def test_only_doors_read_the_request():
    found = []
    for name in modules():
        if is_door(name) or floor(name) > DOORS or name in REQUEST_READERS:
            continue
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.ImportFrom) and node.module in ("flask", "flask_login"):
                found += [f"{name} imports {alias.name}" for alias in node.names if alias.name in ("request", "session", "current_user")]
    assert found == []


def test_one_module_asks_the_clock():
    found = []
    for name in modules():
        if name == "portal.timekeeping":
            continue
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("now", "today", "utcnow"):
                owner = ast.unparse(node.func.value)
                if owner in ("datetime", "date", "datetime.datetime", "datetime.date"):
                    found.append(f"{name}: {owner}.{node.func.attr}()")
    assert found == []

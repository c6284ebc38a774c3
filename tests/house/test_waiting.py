"""Tests wait for the thing itself, never for a time: what leads to another page is pressed with `tests.browser.going`, and nothing is asserted by a stopwatch."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
BROWSER = sorted(path for path in (TESTS / "browser").glob("*.py") if path.name != "going.py")
GOES_ELSEWHERE = re.compile(r'get_by_role\("(button|link)".*\.click\(\)')
WAITED_FOR = re.compile(r"\s*with \w+\.expect_\w+\(")
SLEEPS = re.compile(r"wait_for_timeout|wait_for_function|networkidle")
STOPWATCH = re.compile(r"\b(process_time|perf_counter|thread_time)\b")


def not_waited_for(text: str) -> list[str]:
    """The lines of a browser test that press a button or a link and go on before the page that comes is there."""
    lines = text.splitlines()
    return [line.strip() for before, line in zip(["", *lines], lines, strict=False) if GOES_ELSEWHERE.search(line) and not WAITED_FOR.match(before)]


@pytest.mark.parametrize("path", BROWSER, ids=[path.stem for path in BROWSER])
def test_a_browser_test_waits_for_the_page_that_comes(path):
    text = path.read_text()
    assert not_waited_for(text) == []
    assert SLEEPS.findall(text) == []


def test_a_press_that_nobody_waits_for_is_found():
    press = '    page.get_by_role("button", name="Send").first.click()'
    assert not_waited_for(f"def test_it(page):\n{press}\n") == [press.strip()]
    assert not_waited_for(f"    with page.expect_navigation():\n    {press}\n") == []


def test_no_test_holds_a_stopwatch():
    found = [f"{path.relative_to(TESTS)}: {line.strip()}" for path in TESTS.rglob("*.py") if path != Path(__file__) for line in path.read_text().splitlines() if STOPWATCH.search(line)]
    assert found == []

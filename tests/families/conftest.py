"""Every test of families happens on the same Monday."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.episodes.cast import MONDAY


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    """The fixed day; `monday.move_to` and `monday.shift` let time pass."""
    with time_machine.travel(MONDAY, tick=True) as traveller:
        yield traveller

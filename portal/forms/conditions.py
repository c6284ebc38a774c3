"""Judging conditions against answers, in three values: True, False and None for unknown. Reading them is `condition_tree`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.forms.condition_tree import Condition, ConditionFaults, parse

__all__ = ["Condition", "ConditionFaults", "Facts", "parse"]


@dataclass(frozen=True)
class Facts:
    """What conditions may know besides the answers: today's date in London, the reader's roles, facts of the record."""

    today: date
    roles: frozenset[str] = frozenset()
    record: Mapping[str, Any] = field(default_factory=dict)

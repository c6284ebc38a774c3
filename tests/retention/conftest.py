"""Tests of retention happen on the same Monday as those of episodes, and let years pass."""

from tests.episodes.conftest import monday

__all__ = ["monday"]

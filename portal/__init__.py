"""The Early Help portal. Importing it loads no room; `create_app` builds the whole application."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from portal.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The portal for these settings (default: the environment's). Raises SettingRefused for ones that cannot serve."""
    from portal.application import build

    return build(settings)

"""Radios: one option of a few, all in view."""

from __future__ import annotations

from portal.forms.question_kinds.choices import ChosenKind, OptionSettings


class RadiosSettings(OptionSettings):
    """Whether two or three short options stand side by side."""

    inline: bool = False


class Radios(ChosenKind):
    """One of a few options."""

    name = "radios"
    settings = RadiosSettings
    chosen_by = "radio"

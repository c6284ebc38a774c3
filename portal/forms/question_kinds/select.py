"""Select: one option of a long list, with groups; a script may turn it into a box that completes what is typed."""

from __future__ import annotations

from portal.forms.question_kinds.choices import ChosenKind, OptionSettings


class SelectSettings(OptionSettings):
    """Whether typing completes the choice; without a word here, when the list is long."""

    type_ahead: bool | None = None


class Select(ChosenKind):
    """One of a long list."""

    name = "select"
    settings = SelectSettings

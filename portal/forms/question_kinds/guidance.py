"""Guidance: text to read among the questions, in Markdown. It has no answer."""

from __future__ import annotations

from portal.forms.question_kinds.kind import KindSettings, QuestionKind


class GuidanceSettings(KindSettings):
    """The text, in Markdown."""

    text: str


class Guidance(QuestionKind):
    """Text to read."""

    name = "guidance"
    texts = ("text",)
    settings = GuidanceSettings
    comparisons = frozenset()
    has_value = False

"""What a page shows in the place of questions whose answers are held back from whoever reads: text to read, which takes no answer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from portal.forms import held_back
from portal.forms.journey import Block
from portal.forms.model import Question
from portal.forms.question_kinds.guidance import Guidance, GuidanceSettings
from portal.language import say

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


def stand_in(question: Question) -> Question:
    """The question itself, or where its answers are held back a text of its name that says so, why, and whom to ask."""
    if not held_back.is_held(question):
        return question
    words = f"**{_plain(question.label)}**\n\n{_plain(say(held_back.WORDS))}. {_plain(held_back.reason(question))}"
    return question.model_copy(update={"kind": Guidance.name, "settings": GuidanceSettings(text=words), "required": False, "rules": (), "not_known": False, "hint": ""})


def stood_in(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with such texts in them; the same blocks where nothing is held back."""
    if held_back.reader() is None:
        return tuple(blocks)
    return tuple(_of_block(block) for block in blocks)


def _of_block(block: Block) -> Block:
    if not any(map(held_back.is_held, block.page.questions)):
        return block
    page = block.page.model_copy(update={"questions": tuple(map(stand_in, block.page.questions))})
    return Block(page, block.scope, block.title, tuple(map(stand_in, block.questions)))


def _plain(text: str) -> str:
    """The text with nothing in it that Markdown would read as more than text."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))

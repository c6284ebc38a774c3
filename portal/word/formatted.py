"""Words that say how they look, as plain data: spans of text, bold or italic. What a council writes in Markdown becomes such spans; what a person typed stays as typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

BULLET = "\u2022 "
_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_LOOKS = {"strong": "bold", "em": "italic"}


def as_typed(text: str) -> dict[str, Any]:
    """A text without any look of its own; its line breaks stay."""
    return {"text": text, "rich": [{"text": text}] if text else []}


def of_markdown(text: str) -> dict[str, Any]:
    """Paragraphs and points on lines of their own, bold and italic words, links with their address behind them."""
    spans = list(_blocks(_MARKDOWN.parse(text)))
    return {"text": "".join(span["text"] for span in spans), "rich": spans}


def _blocks(tokens: Sequence[Token]) -> Iterator[dict[str, Any]]:
    inside: list[str] = []
    is_first = True
    for token in tokens:
        if token.nesting == 1:
            inside.append(token.type)
        elif token.nesting == -1:
            inside.pop()
        elif token.type == "inline":
            is_point = "list_item_open" in inside
            if not is_first or is_point:
                yield {"text": ("" if is_first else "\n" if is_point else "\n\n") + (BULLET if is_point else "")}
            yield from _spans(token.children or (), {"bold": True} if "heading_open" in inside else {})
            is_first = False


def _spans(tokens: Sequence[Token], always: dict[str, bool]) -> Iterator[dict[str, Any]]:
    looks: dict[str, bool] = dict(always)
    link = ""
    for token in tokens:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name in _LOOKS:
            looks = {**looks, _LOOKS[name]: True} if token.nesting == 1 else {key: on for key, on in looks.items() if key != _LOOKS[name]} | always
        elif token.type == "link_open":
            link = str(token.attrs.get("href", "")).removeprefix("mailto:").removeprefix("tel:")
        elif token.type == "link_close":
            yield {"text": f" ({link})", **looks}
        else:
            yield {"text": " " if token.type in ("softbreak", "hardbreak") else token.content, **looks}

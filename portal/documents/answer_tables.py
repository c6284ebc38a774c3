"""How the answers of a form share tables on paper: the pages of a section in one, each child or adult in one of their own, short items as one row each.

It gives plain data for a template. What may be printed, and in which words, is decided by whoever calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from portal.forms.summary import SummaryBlock, SummaryRow, SummarySection

LONG = 150
"""Characters of an answer that reads better over the whole width than beside its question."""

NONE_RECORDED = "None recorded"
BETWEEN = "  ·  "
HEADING, WIDE, ITEMS = "heading", "long", "items"

Reading = Callable[[SummaryRow], str]
"""The words of a row's answer as this copy may print them, or ''."""


@dataclass
class _Table:
    """A table while it is filled. `scope` is the item it is about; `unanswered` are labels."""

    title: str
    scope: Any = ()
    kind: str = ""
    rows: list[dict[str, str]] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        return {"title": self.title, "kind": self.kind, "rows": self.rows, "unanswered": "; ".join(self.unanswered)}


def tables(section: SummarySection, reading: Reading) -> list[dict[str, Any]]:
    """The tables of a section, in order: `title`, `kind` ("items" where each row is an item), `rows` (`label`, `text`, `kind`) and `unanswered`."""
    made: list[_Table] = []
    for group in _groups(section.blocks):
        first = group[0]
        if not first.scope:
            _add_page(made, first, section.title, reading)
        elif not first.rows and made and made[-1].scope == first.scope:
            made[-1].rows.append(_row(first.title, NONE_RECORDED))
        elif len(first.scope) > 1 and made and made[-1].scope == first.scope[:1]:
            made[-1].rows += [_item(block, reading, made[-1].title) for block in group]
        elif len(group) > 1 and all(block.is_short for block in group):
            made.append(_Table(first.group if first.group != section.title else "", kind=ITEMS, rows=[_item(block, reading) for block in group]))
        else:
            made += [_card(block, reading) for block in group]
    return [table.as_data() for table in made]


def _groups(blocks: tuple[SummaryBlock, ...]) -> Iterator[list[SummaryBlock]]:
    """Items of one repeat that follow each other belong together, unless an item's own items come between them; pages come one by one."""
    group: list[SummaryBlock] = []
    for block in blocks:
        if group and (not block.scope or not block.rows or _family(block) != _family(group[0])):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _family(block: SummaryBlock) -> tuple[Any, ...]:
    return tuple(block.scope[:-1]), block.scope[-1][0] if block.scope and block.rows else None


def _add_page(made: list[_Table], block: SummaryBlock, section_title: str, reading: Reading) -> None:
    """A page goes on in the table of the pages before it, below its own title where that says more than its question."""
    if not made or made[-1].scope or made[-1].kind:
        made.append(_Table(block.title if made and block.rows else ""))
    table = made[-1]
    if not block.rows:
        table.rows.append(_row(block.title, NONE_RECORDED))
        return
    rows, unanswered = _read(block, reading)
    is_below_another = bool(table.title) or any(row["kind"] == HEADING for row in table.rows)
    says_more = block.title not in ("", section_title, table.title) and (len(block.rows) > 1 or is_below_another) and [row["label"] for row in rows] != [block.title]
    if rows and says_more:
        table.rows.append({"label": block.title, "text": "", "kind": HEADING})
    table.rows += rows
    table.unanswered += unanswered


def _card(block: SummaryBlock, reading: Reading) -> _Table:
    rows, unanswered = _read(block, reading)
    if not block.rows:
        rows = [_row(block.title, NONE_RECORDED)]
    return _Table(block.title if block.rows else "", block.scope, "", rows, unanswered)


def _item(block: SummaryBlock, reading: Reading, parent: str = "") -> dict[str, str]:
    """One row for an item: its name, and a line for each answer that the name does not say already."""
    title = block.title.removeprefix(f"{parent}: ") if parent else block.title
    rows, unanswered = _read(block, reading)
    lines = [_line(row["label"], row["text"]) for row in rows if not _is_said(row["text"], title)]
    if unanswered:
        lines.append(_line("Not answered", "; ".join(unanswered)))
    if parent:
        return {"label": title, "text": BETWEEN.join(lines) or rows[0]["text"], "kind": WIDE}
    return {"label": title, "text": "\n".join(lines) or rows[0]["text"], "kind": ""}


def _is_said(text: str, title: str) -> bool:
    """Whether the words of an answer are the title, or are a name in it."""
    return text == title or (text[:1].isupper() and text in (title.partition(" ")[0], title.partition(" ")[2]))


def _line(label: str, text: str) -> str:
    words = ", ".join(text.splitlines())
    return f"{label} {words}" if label[-1:] in ".?:!" else f"{label}: {words}"


def _read(block: SummaryBlock, reading: Reading) -> tuple[list[dict[str, str]], list[str]]:
    texts = [(row.label, reading(row)) for row in block.rows]
    return [_row(label, text) for label, text in texts if text], [label for label, text in texts if not text]


def _row(label: str, text: str) -> dict[str, str]:
    return {"label": label, "text": text, "kind": WIDE if len(text) > LONG else ""}

"""The page of merge fields: a table for every document of the shipped pack. What stands in it is `portal.documents.contract`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portal.councils.library import Council
from portal.documents.contract import fields_told

HEADS = ("name", "what it prints", "question", "example", "when empty")


def sections(pack: Council, table: Callable[..., list[str]]) -> Iterator[str]:
    """A heading, a sentence and a table for each document of a pack."""
    for rule in pack.documents:
        paper = pack.papers[rule.paper]
        made = "Made only with certain answers. " if rule.when is not None else ""
        about = f"{rule.title}: template `{rule.template}`, printed from the form `{paper.form}`. {made}For: {rule.audience}."
        rows = [(f"`{one.name}`", one.prints, f"`{one.question}`" if one.question else "", one.example, one.when_empty) for one in fields_told(pack, rule)]
        yield from (f"## {rule.id}", "", about, "", *table(HEADS, rows))

"""Findings about a template as a page tells them: in groups, in the order in which somebody would put them right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.designer.look import HOSTILE
from portal.word.findings import Finding

UNSAFE, FIELDS, TAGS, READING, PLAIN, UNPRINTED = "What no template may hold", "Merge fields", "Tags and structure", "For everybody to read", "Plain language", "Never printed"
_GROUPS = {
    UNSAFE: HOSTILE | {"tag_in_link", "bound_control", "comments", "tracked_changes", "virus", "not_scanned"},
    FIELDS: {"unknown_field", "unguarded_field", "not_text", "not_list"},
    UNPRINTED: {"unused_field", "not_printed"},
    READING: {"language", "title", "empty_heading", "heading_order", "no_headings", "header_row", "alt_text", "text_size", "contrast", "list_style"},
    PLAIN: {"plain_words", "reading_age"},
}
ORDER = (UNSAFE, FIELDS, TAGS, READING, PLAIN, UNPRINTED)


@dataclass(frozen=True)
class Group:
    """Findings of one kind."""

    title: str
    findings: tuple[Finding, ...]


def groups(found: Sequence[Finding], level: str) -> list[Group]:
    """The findings of one level (error, warning or note) in groups; none that is empty."""
    by_title: dict[str, list[Finding]] = {title: [] for title in ORDER}
    for finding in found:
        if finding.level == level:
            by_title[_title(finding.code)].append(finding)
    return [Group(title, tuple(findings)) for title, findings in by_title.items() if findings]


def where(finding: Finding) -> str:
    """The place without the words around it, capitalised; '' where it is the whole file."""
    steps = str(finding.place).partition(", near “")[0]
    return "" if steps in ("file", "template") else steps if "/" in steps else f"{steps[:1].upper()}{steps[1:]}"


def prints(finding: Finding, fields: Mapping[str, str]) -> str:
    """What a field that is never printed would print, by the name in the finding; '' for any other finding."""
    named = re.search(r"“([^”]+)”", finding.message) if finding.code == "unused_field" else None
    return fields.get(named[1], "").replace("`", "").replace("*list*", "a list") if named else ""


def _title(code: str) -> str:
    return next((title for title, codes in _GROUPS.items() if code in codes), TAGS)

"""The tags of a part that cannot be compiled, read one by one, so that everything wrong with them is told at once. Nothing is filled from this."""

from __future__ import annotations

from collections.abc import Iterable

from jinja2 import TemplateError, nodes

from portal.word.findings import Finding
from portal.word.language import LANGUAGE, guard, refusals
from portal.word.structure import MIDDLES, OPENERS
from portal.word.tag_tree import TagTree
from portal.word.tags import Tag, TaggedPart

_WHOLE = {"for": ("", "{% endfor %}"), "if": ("", "{% endif %}"), "elif": ("{% if 1 %}", "{% endif %}"), "set": ("", ""), "": ("", "")}
"""What a tag needs around it to be read alone."""

_NEUTRAL = {"for": "{% for lost in [] %}", "if": "{% if 1 %}", "elif": "{% elif 1 %}"}
"""What stands in for a tag that cannot be read, so that its block stays one."""


def loosely(part: TaggedPart) -> tuple[TagTree, list[Finding]]:
    """The tags as a tree, blocks closed where they are not, and a finding for each tag that cannot be read or is not allowed."""
    faults: list[Finding] = []
    lines = _Lines()
    for tag in part.order:
        lines.take(tag, _read(tag, faults))
    tree = _tree(lines.finished())
    refused = list(refusals(tree))
    whole = TagTree(tree, tuple(part.order), part.places.label, frozenset(line for line, _ in refused))
    faults += [Finding("not_allowed", f"the tag {words}", whole.place(line)) for line, words in refused]
    guard(tree, plain=False)
    return whole, faults


def _read(tag: Tag, faults: list[Finding]) -> str:
    """The tag's text, or what stands in for it."""
    if tag.is_comment or tag.word in ("else", *OPENERS.values()):
        return "" if tag.is_comment else tag.text
    if tag.word not in _WHOLE:
        return ""
    before, after = _WHOLE[tag.word]
    try:
        LANGUAGE.parse(before + tag.text + after)
    except (TemplateError, RecursionError) as error:
        why = error.message if isinstance(error, TemplateError) else "it is nested too deeply"
        faults.append(Finding("syntax", f"the tag cannot be read: {why}", tag.place))
        return _NEUTRAL.get(tag.word, "")
    return tag.text


def _tree(lines: Iterable[str]) -> nodes.Template:
    try:
        return LANGUAGE.parse("".join(f"\n{line}" for line in lines))
    except (TemplateError, RecursionError):
        return LANGUAGE.parse("")


class _Lines:
    """One line for each tag, with what its blocks lack."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._open: list[str] = []

    def take(self, tag: Tag, text: str) -> None:
        """Add a tag; one that closes nothing is left out, blocks left open inside the one it closes are closed first."""
        if tag.word in OPENERS:
            self._open.append(tag.word)
        elif tag.word in MIDDLES:
            if not self._open or self._open[-1] not in MIDDLES[tag.word]:
                text = ""
            elif tag.word == "else":
                self._open[-1] += " else"
        elif tag.word in OPENERS.values():
            text = self._closed(tag.word)
        self._lines.append(text)

    def _closed(self, word: str) -> str:
        if not any(OPENERS[one.split()[0]] == word for one in self._open):
            return ""
        text = ""
        while not text.endswith(f"{{% {word} %}}"):
            text += f"{{% {OPENERS[self._open.pop().split()[0]]} %}}"
        return text

    def finished(self) -> list[str]:
        """The lines, every block closed."""
        return [*self._lines, "".join(f"{{% {OPENERS[one.split()[0]]} %}}" for one in reversed(self._open))]

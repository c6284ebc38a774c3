"""Blocks of a part (loops and conditions): matched, lifted out of the paragraphs that hold only their tags, and marked for repair.

The marks tell `repairs` where Word's rules could be broken once loops have run.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from portal.word.tags import CELL_TAG, CLOSE, OPEN, TOKEN, Tag, TaggedPart, scoped
from portal.word.wordxml import HOLDERS, TBL, TR, XML_SPACE, P, R, T, W, has_objects, pieces

OPENERS = {"for": "endfor", "if": "endif"}
MIDDLES = {"else": ("for", "if"), "elif": ("if",)}
MARKS = {"p+": "\x01", "p-": "\x02", "tr+": "\x03", "tr-": "\x04", "tbl+": "\x05", "tbl-": "\x06", "end": "\x07"}
_RANGES = frozenset(W + name for name in ("bookmarkStart", "bookmarkEnd"))


@dataclass
class Block:
    """A loop or condition: its tags from the opening one to the closing one."""

    tags: list[Tag] = field(default_factory=list)


def arrange(part: TaggedPart) -> None:
    """Lift tags out of the elements they stand for, and mark what may need repair. Faults go to the part's findings."""
    part.order = _in_order(part)
    blocks = _blocks(part)
    _drop_go_back(part.root)
    for element, tag in list(scoped(part)):
        _lift(element, [tag])
    for paragraph, tags in _lone(part, blocks).items():
        _lift(paragraph, tags)
    _mark_paragraphs(part, blocks)
    _mark_holders(part.root)
    _lift_from_runs(part)


def _lift_from_runs(part: TaggedPart) -> None:
    """Put tags that print runs between runs: what stands before and after them in a run keeps its look."""
    formatted = {tag.number for tag in part.tags if tag.is_formatted}
    for text in [one for one in part.root.iter(T) if formatted & set(map(int, TOKEN.findall(one.text or "")))]:
        _split(text, formatted)


def _split(text: Any, formatted: set[int]) -> None:
    pieces_of = TOKEN.split(text.text)
    run, later = text.getparent(), list(text.itersiblings())
    text.text = pieces_of[0]
    for number, words in zip(pieces_of[1::2], pieces_of[2::2], strict=True):
        if int(number) not in formatted:
            text.text += f"{OPEN}{number}{CLOSE}{words}"
            continue
        tag = etree.ProcessingInstruction("tag", number)
        run.addnext(tag)
        run = etree.Element(R)
        if text.getparent().find(W + "rPr") is not None:
            run.append(deepcopy(text.getparent().find(W + "rPr")))
        text = etree.SubElement(run, T, {XML_SPACE: "preserve"})
        text.text = words
        tag.addnext(run)
    run.extend(later)


def _in_order(part: TaggedPart) -> list[Tag]:
    text = etree.tostring(part.root, encoding="unicode")
    return [part.tags[int(number)] for number in TOKEN.findall(text)]


def _blocks(part: TaggedPart) -> list[Block]:
    done: list[Block] = []
    stack: list[Block] = []
    for tag in part.order:
        if tag.word in OPENERS:
            stack.append(Block([tag]))
        elif tag.word in MIDDLES:
            if stack and stack[-1].tags[0].word in MIDDLES[tag.word]:
                stack[-1].tags.append(tag)
            else:
                part.fault("unmatched", f"{tag.text} stands outside any {{% if %}} or {{% for %}}", tag.place)
        elif tag.word in OPENERS.values():
            _close(part, stack, tag, done)
        elif tag.word not in ("", "set"):
            part.fault("not_allowed", f"{{% {tag.word} %}} is not part of the template language here; there are for, if and set", tag.place)
    for block in stack:
        opener = block.tags[0]
        part.fault("unclosed", f"{opener.text} is never closed: add {{% {OPENERS[opener.word]} %}}", opener.place)
    return done


def _close(part: TaggedPart, stack: list[Block], tag: Tag, done: list[Block]) -> None:
    if not stack:
        part.fault("unmatched", f"{tag.text} closes nothing", tag.place)
    elif OPENERS[stack[-1].tags[0].word] != tag.word:
        opener = stack[-1].tags[0]
        part.fault("unmatched", f"{tag.text} stands where {opener.text} ({opener.place}) has still to be closed", tag.place)
        stack.pop()
    else:
        stack[-1].tags.append(tag)
        done.append(stack.pop())


def _drop_go_back(root: Any) -> None:
    for start in [mark for mark in root.iter(W + "bookmarkStart") if mark.get(W + "name") == "_GoBack"]:
        number = start.get(W + "id")
        ends = [mark for mark in root.iter(W + "bookmarkEnd") if mark.get(W + "id") == number]
        for mark in (start, *ends):
            if mark.getparent() is not None:
                mark.getparent().remove(mark)


def _lift(element: Any, tags: list[Tag]) -> None:
    """Put the tags where the element was; bookmarks that begin or end in it stay."""
    for tag in tags:
        element.addprevious(etree.ProcessingInstruction("tag", str(tag.number)))
    for mark in [child for child in element.iter() if child.tag in _RANGES]:
        element.addprevious(mark)
    element.getparent().remove(element)


def _lone(part: TaggedPart, blocks: list[Block]) -> dict[Any, list[Tag]]:
    """Paragraphs holding nothing but control tags whose whole blocks stand in such paragraphs beside each other."""
    inside: dict[Any, list[Tag]] = {}
    for tag in part.tags:
        home = part.home.get(tag.number)
        if home is not None and home.getparent() is not None and not tag.scope:
            inside.setdefault(home, []).append(tag)
    lone = {paragraph: tags for paragraph, tags in inside.items() if _only_control(paragraph, tags)}
    home = {tag.number: paragraph for paragraph, tags in lone.items() for tag in tags}
    changed = True
    while changed:
        changed = False
        for block in blocks:
            homes = [home.get(tag.number) for tag in block.tags]
            together = all(h is not None for h in homes) and len({h.getparent() for h in homes}) == 1
            if not together:
                for paragraph in [h for h in homes if h is not None]:
                    lone.pop(paragraph, None)
                    for tag in inside[paragraph]:
                        changed = home.pop(tag.number, None) is not None or changed
    return lone


def _only_control(paragraph: Any, tags: list[Tag]) -> bool:
    if any(tag.text.startswith("{{") or CELL_TAG.match(tag.text) for tag in tags) or has_objects(paragraph):
        return False
    return not TOKEN.sub("", "".join(text for _, text in pieces(paragraph))).strip()


def _mark_paragraphs(part: TaggedPart, blocks: list[Block]) -> None:
    block_of = {tag.number: block for block in blocks for tag in block.tags}
    for paragraph in [p for p in part.root.iter(P) if p.getparent() is not None]:
        text = "".join(text for _, text in pieces(paragraph))
        tags = [part.tags[int(number)] for number in TOKEN.findall(text)]
        if not any(tag.number in block_of for tag in tags) or has_objects(paragraph):
            continue
        whole = all(part.home.get(other.number) is paragraph for tag in tags if tag.number in block_of for other in block_of[tag.number].tags)
        if whole and not _certain_text(text, part.tags):
            paragraph.addprevious(etree.ProcessingInstruction("mark", "p+"))
            paragraph.addnext(etree.ProcessingInstruction("mark", "p-"))


def _certain_text(text: str, tags: list[Tag]) -> bool:
    """Whether something outside every block of this paragraph is printed in any case."""
    depth, position = 0, 0
    for found in TOKEN.finditer(text):
        if depth == 0 and text[position : found.start()].strip():
            return True
        position = found.end()
        tag = tags[int(found[1])]
        if tag.word in OPENERS:
            depth += 1
        elif tag.word in OPENERS.values():
            depth -= 1
        elif depth == 0 and tag.text.startswith("{{"):
            return True
    return bool(text[position:].strip())


def _mark_holders(root: Any) -> None:
    for element in reversed(list(root.iter(etree.Element))):
        children = list(element)
        if all(isinstance(child.tag, str) for child in children):
            continue
        if element.tag in HOLDERS:
            element.append(etree.ProcessingInstruction("mark", "end"))
        elif element.tag in (TBL, TR):
            name = "tbl" if element.tag == TBL else "tr"
            element.addprevious(etree.ProcessingInstruction("mark", name + "+"))
            element.addnext(etree.ProcessingInstruction("mark", name + "-"))

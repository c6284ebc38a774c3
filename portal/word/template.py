"""Compiling a Word template: once for its bytes, never while somebody waits. What it answers is immutable and shared."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Template, TemplateError, nodes
from lxml import etree

from portal.word import outside, repairs, tags
from portal.word.findings import Finding, Place, TemplateRefused
from portal.word.language import LANGUAGE, guard, refusals
from portal.word.package import CONTENT_TYPES, DEFLATE, Frame, frame, open_package
from portal.word.quick import Quick, compile_quick
from portal.word.structure import MARKS, arrange
from portal.word.tags import CELL_TAG, TOKEN, Tag, TaggedPart
from portal.word.wordxml import filled_parts

ENGINE_VERSION = f"word 2, {DEFLATE}"
"""Changes whenever the same template and data would give other bytes."""

PROPERTIES = "docProps/core.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MARK = re.compile(r"<\?mark ([a-z+-]+)\?>")
_LIFTED = re.compile(r"<\?tag ([0-9]+)\?>")
_ELEMENT = re.compile(r"<(/?)([A-Za-z_][\w:.-]*)(?:[^<>\"]|\"[^\"]*\")*?(/?)>")
_NEWLINE = "\x0e"


@dataclass(frozen=True)
class CarefulPart:
    """The slower way to fill a part, which knows where each tag stands. Line n of the source holds tag n - 2 of `order`."""

    template: Template
    tree: nodes.Template
    order: tuple[Tag, ...]
    name: str

    def place(self, line: int | None) -> Place:
        """The place of the tag on this line of the source."""
        tag = self.tag(line)
        return tag.place if tag else Place(self.name)

    def tag(self, line: int | None) -> Tag | None:
        """The tag on this line of the source, or None."""
        return self.order[line - 2] if line is not None and 0 <= line - 2 < len(self.order) else None


@dataclass(frozen=True)
class CompiledPart:
    """One part, ready to be filled; `end` is how it must end. `carefully` answers its slower way, which may have to be compiled first."""

    name: str
    end: bytes
    has_marks: bool
    has_stamps: bool
    has_cell_loops: bool
    quick: Quick | None
    carefully: Callable[[], CarefulPart] = field(repr=False)


@dataclass(frozen=True)
class CompiledTemplate:
    """A template ready to be rendered: only the parts that change, and all other bytes laid out already."""

    sha256: str
    parts: tuple[CompiledPart, ...]
    fixed: dict[str, bytes] = field(repr=False)
    frame: Frame = field(repr=False)
    highest_id: int = 0


@lru_cache(maxsize=64)
def compile_template(file: bytes) -> CompiledTemplate:
    """Compile a .docx. Raises TemplateRefused with every finding of level error."""
    compiled, found = examine(file)
    errors = [finding for finding in found if finding.level == "error"]
    if compiled is None or errors:
        raise TemplateRefused(errors)
    return compiled


def examine(file: bytes) -> tuple[CompiledTemplate | None, list[Finding]]:
    """Compile as far as possible, with every finding. Raises TemplateRefused when the file cannot even be opened."""
    package = open_package(file)
    roots = outside.read_members(package)
    found = list(outside.findings(package, roots))
    labels = filled_parts(roots[CONTENT_TYPES])
    renumbered = _renumber_drawings({name: roots[name] for name in labels if name in roots})
    parts: list[CompiledPart] = []
    fixed: dict[str, bytes] = {}
    for tagged in _tagged(labels, roots):
        if tagged.tags:
            arrange(tagged)
        found += tagged.findings
        if tagged.tags and not tagged.findings:
            part, faults = _compile_part(tagged)
            found += faults
            parts += [part] if part else []
        elif tagged.name in renumbered:
            fixed[tagged.name] = _serialise(tagged.root).encode()
    if any(finding.level == "error" for finding in found):
        return None, found
    highest = max((repairs.highest_id(package.content(name).decode("utf-8", "replace")) for name in labels if name in package), default=0)
    kept = frame(package, {part.name for part in parts} | set(fixed))
    return CompiledTemplate(hashlib.sha256(file).hexdigest(), tuple(parts), fixed, kept, highest), found


def _tagged(labels: dict[str, str], roots: dict[str, Any]) -> Iterator[TaggedPart]:
    for name in sorted(labels, key=lambda name: (labels[name] != "body", name)):
        if name in roots:
            yield tags.find_tags(name, labels[name], roots[name])
    if PROPERTIES in roots:
        yield tags.fill_properties(PROPERTIES, roots[PROPERTIES])


def _renumber_drawings(roots: dict[str, Any]) -> set[str]:
    """Give drawings ids of their own over all parts (Word loses pictures otherwise). Answers the parts that changed."""
    drawings = [(name, drawing) for name, root in roots.items() for drawing in root.iter("{*}docPr")]
    taken = {drawing.get("id") for _, drawing in drawings}
    seen: set[str] = set()
    changed: set[str] = set()
    for name, drawing in drawings:
        if drawing.get("id") in seen:
            drawing.set("id", str(next(number for number in range(1, len(drawings) + 2) if str(number) not in taken)))
            taken.add(drawing.get("id"))
            changed.add(name)
        seen.add(drawing.get("id"))
    return changed


def _serialise(root: Any) -> str:
    return _HEAD + etree.tostring(root, encoding="unicode")


def _compile_part(tagged: TaggedPart) -> tuple[CompiledPart | None, list[Finding]]:
    text = _serialise(tagged.root)
    if any(CELL_TAG.match(tag.text) for tag in tagged.tags):
        text = DocxTemplate(None).patch_xml(text)
    text = _MARK.sub(lambda found: MARKS.get(found[1], "\x07"), _LIFTED.sub(f"{tags.OPEN}\\1{tags.CLOSE}", text))
    source, order = _source(text, tagged.tags)
    place = _placer(tagged, order)
    try:
        tree = LANGUAGE.parse(source)
        faults = [Finding("not_allowed", f"the tag {words}", place(line)) for line, words in refusals(tree)]
        if not faults:
            faults = [Finding("unbalanced", words, place(line)) for line, words in _unbalanced(tree)]
        if faults:
            return None, faults
        stamps = _finish_data(tree)
        guard(tree, plain=tagged.name == PROPERTIES)
        template = Template.from_code(LANGUAGE, LANGUAGE.compile(tree, tagged.name, tagged.name), {}, None)
    except TemplateError as error:
        return None, [Finding("syntax", f"the tag cannot be read: {error.message}", place(getattr(error, "lineno", None)))]
    except RecursionError:
        return None, [Finding("syntax", "a tag is nested too deeply", Place(tagged.places.label))]
    end = text[text.rfind("<") :].encode()
    marked = any(mark in text for mark in MARKS.values())
    cell_loops = any(tag.scope == "tc" or CELL_TAG.match(tag.text) for tag in tagged.tags)
    quick = compile_quick(tree, tagged.name, is_plain=tagged.name == PROPERTIES) if not cell_loops else None
    careful = CarefulPart(template, tree, order, tagged.name)
    return CompiledPart(tagged.name, end, marked, stamps, cell_loops, quick, lambda: careful), []


def _placer(tagged: TaggedPart, order: tuple[Tag, ...]) -> Any:
    def place(line: int | None) -> Place:
        inside = line is not None and 0 <= line - 2 < len(order)
        return order[line - 2].place if inside else Place(tagged.places.label)  # type: ignore[operator]

    return place


def _source(text: str, known: list[Tag]) -> tuple[str, tuple[Tag, ...]]:
    """The text with its tags put in, each on a line of its own, so that a line number tells the tag."""
    pieces = TOKEN.split(text.replace("\n", _NEWLINE))
    source, order = [pieces[0]], []
    for number, data in zip(pieces[1::2], pieces[2::2], strict=True):
        tag = known[int(number)]
        order.append(tag)
        source += ["\n", "" if tag.is_comment else tag.text, data]
    return "".join(source), tuple(order)


def _finish_data(tree: nodes.Template) -> bool:
    """Give the fixed XML its own line breaks back, and stamp ids inside loops. Answers whether any was stamped."""
    repeated = {id(data) for loop in tree.find_all(nodes.For) for data in loop.find_all(nodes.TemplateData)}
    stamped = False
    for data in tree.find_all(nodes.TemplateData):
        data.data = data.data.replace("\n", "").replace(_NEWLINE, "\n")
        if id(data) in repeated:
            before, data.data = data.data, repairs.stamp(data.data)
            stamped = stamped or before != data.data
    return stamped


def _unbalanced(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Blocks that open in one place of the document's structure and close in another, with the line of their tag."""
    for block in tree.find_all((nodes.For, nodes.If)):
        bodies = [block.body, block.else_]
        if isinstance(block, nodes.If):
            bodies += [branch.body for branch in block.elif_]
        if any(not _is_whole(body) for body in bodies):
            yield block.lineno, "the block that begins here ends in another part of the layout (another cell, or outside the table): begin and end it at the same level"


def _is_whole(body: list[nodes.Node]) -> bool:
    xml = "".join(data.data for node in body if isinstance(node, nodes.Output) for data in node.nodes if isinstance(data, nodes.TemplateData))
    opened: list[str] = []
    closed: list[str] = []
    for end, name, alone in _ELEMENT.findall(xml):
        if alone:
            continue
        if not end:
            opened.append(name)
        elif opened:
            if opened.pop() != name:
                return False
        else:
            closed.append(name)
    return closed == opened[::-1]

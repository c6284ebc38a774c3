"""Compiling a Word template: once for its bytes, never while somebody waits. What it answers is immutable and shared."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jinja2 import Template, TemplateError, nodes
from lxml import etree

from portal.word import outside, repairs, tags
from portal.word.findings import Finding, Place, TemplateRefused
from portal.word.language import LANGUAGE, guard, refusals
from portal.word.loose import loosely
from portal.word.package import CONTENT_TYPES, DEFLATE, Frame, frame, open_package
from portal.word.quick import Quick, compile_quick
from portal.word.structure import MARKS, arrange
from portal.word.tag_tree import CarefulPart, TagTree
from portal.word.tags import CELL_TAG, TOKEN, Tag, TaggedPart
from portal.word.wordxml import filled_parts

ENGINE_VERSION = f"word 5, {DEFLATE}"
"""Changes whenever the same template and data would give other bytes."""

PROPERTIES = "docProps/core.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MARK = re.compile(r"<\?mark ([a-z+-]+)\?>")
_LIFTED = re.compile(r"<\?tag ([0-9]+)\?>")
_ELEMENT = re.compile(r"<(/?)([A-Za-z_][\w:.-]*)(?:[^<>\"]|\"[^\"]*\")*?(/?)>")
_NEWLINE = "\x0e"


@dataclass(frozen=True)
class CompiledPart:
    """One part, ready to be filled; `end` is how it must end. `quick` fills it where docxtpl does not, and tells which values it prints where docxtpl does. `carefully` answers its slower way, which may have to be compiled first."""

    name: str
    end: bytes
    has_marks: bool
    has_stamps: bool
    has_cell_loops: bool
    quick: Quick | None
    carefully: Callable[[], CarefulPart] = field(repr=False)


@dataclass(frozen=True)
class CompiledTemplate:
    """A template ready to be rendered: only the parts that change, and all other bytes laid out already.

    Where there are `reasons`, docxtpl fills it.
    """

    sha256: str
    parts: tuple[CompiledPart, ...]
    fixed: dict[str, bytes] = field(repr=False)
    frame: Frame = field(repr=False)
    file: bytes = field(repr=False)
    highest_id: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Examined:
    """What looking at a template gave: it compiled, or None; every finding; and its tags, part by part, as far as they can be read."""

    compiled: CompiledTemplate | None
    findings: list[Finding]
    trees: tuple[TagTree, ...]


@lru_cache(maxsize=64)
def compile_template(file: bytes) -> CompiledTemplate:
    """Compile a .docx. Raises TemplateRefused with every finding of level error."""
    examined = examine(file)
    errors = [finding for finding in examined.findings if finding.level == "error"]
    if examined.compiled is None or errors:
        raise TemplateRefused(errors)
    return examined.compiled


def examine(file: bytes) -> Examined:
    """Compile as far as possible, with every finding at once. Raises TemplateRefused when the file cannot even be opened."""
    package = open_package(file)
    roots = outside.read_members(package)
    found = list(outside.findings(package, roots))
    labels = filled_parts(roots[CONTENT_TYPES])
    renumbered = _renumber_drawings({name: roots[name] for name in labels if name in roots})
    parts: list[CompiledPart] = []
    trees: list[TagTree] = []
    fixed: dict[str, bytes] = {}
    why: dict[str, Place] = {}
    for tagged in _tagged(labels, roots):
        if tagged.tags:
            arrange(tagged)
            part, tree, faults = _compile_part(tagged) if not tagged.findings else (None, *loosely(tagged))
            found += tagged.findings + faults
            trees.append(tree)
            parts += [part] if part else []
            why = _reasons(tagged) | why
        else:
            found += tagged.findings
            if tagged.name in renumbered:
                fixed[tagged.name] = _serialise(tagged.root).encode()
    found += [by_docxtpl(words, place) for words, place in why.items()]
    found = list(dict.fromkeys(found))
    if any(finding.level == "error" for finding in found):
        return Examined(None, found, tuple(trees))
    highest = max((repairs.highest_id(package.content(name).decode("utf-8", "replace")) for name in labels if name in package), default=0)
    kept = frame(package, {part.name for part in parts} | set(fixed))
    compiled = CompiledTemplate(hashlib.sha256(file).hexdigest(), tuple(parts), fixed, kept, file, highest, tuple(why))
    return Examined(compiled, found, tuple(trees))


def _reasons(tagged: TaggedPart) -> dict[str, Place]:
    """Why docxtpl must fill this part, each reason with the first tag that asks for it."""
    found: dict[str, Place] = {}
    for tag in tagged.tags:
        if tag.is_formatted:
            found.setdefault("{{r …}} puts in formatted text", tag.place)
        elif CELL_TAG.match(tag.text):
            found.setdefault("{% vm %}, {% hm %}, {% colspan … %} and {% cellbg … %} merge or colour cells", tag.place)
        elif tag.scope == "tc":
            found.setdefault("{%tc … %} repeats cells", tag.place)
    return found


def by_docxtpl(why: str, place: Place) -> Finding:
    """Said of a template that docxtpl fills."""
    return Finding("by_docxtpl", f"this template is filled by docxtpl itself, because {why}; every document of it is slower to make", place, "note")


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


def _compile_part(tagged: TaggedPart) -> tuple[CompiledPart | None, TagTree, list[Finding]]:
    text = _serialise(tagged.root)
    if any(CELL_TAG.match(tag.text) for tag in tagged.tags):
        # Imported here because it is large, and a template is compiled once.
        from docxtpl import DocxTemplate

        text = DocxTemplate(None).patch_xml(text)
    text = _MARK.sub(lambda found: MARKS.get(found[1], "\x07"), _LIFTED.sub(f"{tags.OPEN}\\1{tags.CLOSE}", text))
    source, order = _source(text, tagged.tags)
    try:
        tree = LANGUAGE.parse(source)
        read = TagTree(tree, order, tagged.places.label)
        faults = [Finding("not_allowed", f"the tag {words}", read.place(line)) for line, words in refusals(tree)]
        if not faults:
            faults = [Finding("unbalanced", words, read.place(line)) for line, words in _unbalanced(tree)]
        if faults:
            loose, others = loosely(tagged)
            return None, loose, faults + others
        stamps = _finish_data(tree)
        guard(tree, plain=tagged.name == PROPERTIES, formatted={line for line, tag in enumerate(order, 2) if tag.is_formatted})
        template = Template.from_code(LANGUAGE, LANGUAGE.compile(tree, tagged.name, tagged.name), {}, None)
    except (TemplateError, RecursionError) as error:
        return None, *_unreadable(tagged, order, error)
    end = text[text.rfind("<") :].encode()
    marked = any(mark in text for mark in MARKS.values())
    cell_loops = any(tag.scope == "tc" or CELL_TAG.match(tag.text) for tag in tagged.tags)
    quick = compile_quick(tree, tagged.name, is_plain=tagged.name == PROPERTIES)
    careful = CarefulPart(tree, order, tagged.name, template=template)
    return CompiledPart(tagged.name, end, marked, stamps, cell_loops, quick, lambda: careful), careful, []


def _unreadable(tagged: TaggedPart, order: tuple[Tag, ...], error: Exception) -> tuple[TagTree, list[Finding]]:
    """Every tag that cannot be read; or the first that jinja fell over, where each can be read alone."""
    loose, faults = loosely(tagged)
    if any(fault.code == "syntax" for fault in faults):
        return loose, faults
    if isinstance(error, TemplateError):
        place = TagTree(loose.tree, order, tagged.places.label).place(getattr(error, "lineno", None))
        return loose, [*faults, Finding("syntax", f"the tag cannot be read: {error.message}", place)]
    return loose, [*faults, Finding("syntax", "a tag is nested too deeply", Place(tagged.places.label))]


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

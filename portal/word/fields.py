"""Which fields a template uses, against which there are: every wrong name with its place and the nearest right one.

A shape says what data will look like: `"text"`, `"text or nothing"`, `"text or left out"`, `"image"`, `[shape]` for a list, `{name: shape}` for a group. It is plain JSON.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from jinja2 import nodes

from portal.word.findings import Finding
from portal.word.language import LOOP_FACTS
from portal.word.tag_tree import TagTree
from portal.word.template import CompiledTemplate, by_docxtpl

Shape = Any
TEXT = "text"
OPTIONAL = "text or nothing"
LEFT_OUT = "text or left out"
"""A text that some copy may not hold, whatever it says: it is empty there."""

IMAGE = "image"
LOOP = dict.fromkeys(LOOP_FACTS, TEXT)
_EMPTY = (OPTIONAL, LEFT_OUT)
_UNKNOWN = None
_ITEMS = frozenset({"each", "list", "sort", "reverse", "selectattr", "rejectattr"})


@dataclass
class _Reader:
    part: TagTree
    found: list[Finding] = field(default_factory=list)
    asked: tuple[frozenset[str], ...] = ()

    def fault(self, node: nodes.Node, code: str, message: str, level: Literal["error", "warning"] = "error") -> None:
        if node.lineno not in self.part.refused:
            self.found.append(Finding(code, message, self.part.place(node.lineno), level))

    def print(self, node: nodes.Node, shape: Shape) -> None:
        """Warn of a field that may be empty where no condition around it asks for it, or for another that is left out with it. A cell of its own may stay blank."""
        name = _dotted(node)
        may_be_empty = (shape.get("text") if isinstance(shape, dict) else shape) in _EMPTY
        place = self.part.place(node.lineno)
        if place.cell and place.around.startswith("{{") and place.around.endswith("}}") and place.around.count("{") == 2:
            return
        asked_with = LEFT_OUT if shape == LEFT_OUT else name
        if name and may_be_empty and not any({name, name.partition(".")[0], asked_with} & some for some in self.asked):
            words = f"“{name}” may be empty, and nothing asks for that: put {{% if {name} %}} around it, or give it words in documents.yaml (`empty`)"
            self.found.append(Finding("unguarded_field", words, place, "warning"))


def trees_of(compiled: CompiledTemplate) -> tuple[TagTree, ...]:
    """The tags of a compiled template, part by part."""
    return tuple(part.carefully() for part in compiled.parts)


def unknown_fields(trees: Iterable[TagTree], shape: Shape) -> list[Finding]:
    """Every use of a field that `shape` does not have, of a text as a list, or of a list as a text; a note where a field is a picture."""
    readers = [_Reader(tree) for tree in trees]
    for reader in readers:
        _statements(reader, reader.part.tree.body, dict(shape))
    return list(dict.fromkeys(finding for reader in readers for finding in reader.found))


def unused_fields(trees: Iterable[TagTree], shape: Shape) -> list[str]:
    """Top-level fields that the template never uses, in the order of `shape`."""
    used = {name.name for tree in trees for name in tree.tree.find_all(nodes.Name)}
    return [name for name in shape if name not in used]


def _statements(reader: _Reader, body: list[nodes.Node], names: dict[str, Shape]) -> None:
    for node in body:
        if isinstance(node, nodes.Output):
            for child in node.nodes:
                if not isinstance(child, nodes.TemplateData):
                    _expression(reader, child, names)
        elif isinstance(node, nodes.For):
            _loop(reader, node, names)
        elif isinstance(node, nodes.If):
            _condition(reader, node, names)
        elif isinstance(node, nodes.Assign):
            shape = _expression(reader, node.node, names)
            names |= {node.target.name: shape} if isinstance(node.target, nodes.Name) else dict.fromkeys(_names_in(node.target), _UNKNOWN)


def _loop(reader: _Reader, node: nodes.For, names: dict[str, Shape]) -> None:
    items = _expression(reader, node.iter, names)
    item = items[0] if isinstance(items, list) and items else _UNKNOWN
    own = {node.target.name: item} if isinstance(node.target, nodes.Name) else dict.fromkeys(_names_in(node.target), _UNKNOWN)
    inner = names | own | {"loop": LOOP}
    if node.test is not None:
        _expression(reader, node.test, inner)
    _statements(reader, node.body, inner)
    _statements(reader, node.else_, dict(names))


def _names_in(target: nodes.Node) -> list[str]:
    return [name.name for name in target.find_all(nodes.Name)]


def _condition(reader: _Reader, node: nodes.If, names: dict[str, Shape]) -> None:
    guarded = {test.node.name: _UNKNOWN for test in _tests(node.test) if isinstance(test.node, nodes.Name) and test.name == "defined"}
    inner = {**guarded, **names}
    _expression(reader, node.test, inner)
    before = reader.asked
    reader.asked = (*before, _asked_in(node.test) | _left_out(reader, node, inner))
    _statements(reader, node.body, dict(inner))
    for branch in node.elif_:
        _condition(reader, branch, names)
    _statements(reader, node.else_, dict(names))
    reader.asked = before


def _left_out(reader: _Reader, node: nodes.If, names: dict[str, Shape]) -> frozenset[str]:
    """Whether a condition asks for a field that some copy leaves out, as LEFT_OUT or nothing. Warns of words that stand where such a field is empty."""
    left_out = [name for name in sorted(_asked_in(node.test)) if _shape_of(name, names) == LEFT_OUT]
    stands_without = node.else_ or node.elif_ or _inside(node.test, nodes.Not)
    for name in left_out if stands_without else ():
        if any(other.startswith(f"{name}.") for other in left_out):
            continue
        words = f"a copy leaves “{name}” out, so that it is empty there: what is printed where it is empty would stand in that copy whatever the answer is"
        reader.fault(node, "says_it_is_empty", words, "warning")
    return frozenset({LEFT_OUT} if left_out else ())


def _shape_of(name: str, names: dict[str, Shape]) -> Shape:
    shape: Shape = names
    for step in name.split("."):
        shape = shape.get(step) if isinstance(shape, dict) else _UNKNOWN
    return shape.get("text") if isinstance(shape, dict) else shape


def _inside(test: nodes.Node, kind: type[Any]) -> list[Any]:
    return [test] if isinstance(test, kind) else list(test.find_all(kind))


def _asked_in(test: nodes.Node) -> frozenset[str]:
    """Every field that a condition mentions."""
    return frozenset(filter(None, map(_dotted, (test, *test.find_all((nodes.Name, nodes.Getattr))))))


def _dotted(node: nodes.Node) -> str:
    """A field as it is written, such as `lead.phone`; '' for anything else."""
    if isinstance(node, nodes.Getattr):
        before = _dotted(node.node)
        return f"{before}.{node.attr}" if before else ""
    return node.name if isinstance(node, nodes.Name) else ""


def _tests(node: nodes.Node) -> Iterator[nodes.Test]:
    yield from node.find_all(nodes.Test)


def _expression(reader: _Reader, node: nodes.Node, names: dict[str, Shape]) -> Shape:
    """The shape of an expression, after reporting every unknown field in it."""
    if isinstance(node, nodes.Name):
        if node.name not in names:
            reader.fault(node, "unknown_field", f"there is no field “{node.name}”{_nearest(node.name, names)}")
        return names.get(node.name, _UNKNOWN)
    if isinstance(node, nodes.Getattr):
        return _member(reader, node, _expression(reader, node.node, names), node.attr)
    if isinstance(node, nodes.Filter):
        return _filter(reader, node, names)
    for child in node.iter_child_nodes():
        _expression(reader, child, names)
    return _UNKNOWN if isinstance(node, (nodes.CondExpr, nodes.Or, nodes.And, nodes.Getitem)) else TEXT


def _member(reader: _Reader, node: nodes.Getattr, owner: Shape, name: str) -> Shape:
    if owner is _UNKNOWN:
        return _UNKNOWN
    if not isinstance(owner, dict):
        what = "a list: go through it with {% for %}" if isinstance(owner, list) else "one text and has no fields"
        reader.fault(node, "unknown_field", f"“.{name}” is asked of {what}")
    elif name not in owner:
        reader.fault(node, "unknown_field", f"there is no field “.{name}” here{_nearest(name, owner)}")
    else:
        return owner[name]
    return _UNKNOWN


def _filter(reader: _Reader, node: nodes.Filter, names: dict[str, Shape]) -> Shape:
    name = node.name.removeprefix("inner ")
    if name in ("default", "d") and isinstance(node.node, nodes.Name) and node.node.name not in names:
        return _UNKNOWN
    shape = _expression(reader, node.node, names) if node.node is not None else _UNKNOWN
    for argument in (*node.args, *(pair.value for pair in node.kwargs)):
        _expression(reader, argument, names)
    if name.startswith("print_") and (isinstance(shape, list) or isinstance(shape, dict) and "text" not in shape):
        what = "a list: go through it with {% for %}" if isinstance(shape, list) else f"a group: print one of {', '.join(shape)}"
        reader.fault(node, "not_text", f"the tag prints {what}")
    if name in ("print_text", "print_formatted") and node.node is not None:
        reader.print(node.node, shape)
    if name == "print_text" and shape == IMAGE:
        reader.found.append(by_docxtpl("it puts in a picture", reader.part.place(node.lineno)))
    if name in ("print_attribute", "print_formatted") and shape == IMAGE:
        reader.fault(node, "not_text", "the tag prints a picture: write {{ name }} in a line of text")
    if name == "each" and (shape in (TEXT, *_EMPTY, IMAGE) or isinstance(shape, dict)):
        reader.fault(node, "not_list", "the loop goes through something that is not a list")
    if name == "weighed":
        return shape
    if name in ("first", "last") and isinstance(shape, list):
        return shape[0]
    if name in _ITEMS:
        return shape if isinstance(shape, list) else _UNKNOWN
    return _UNKNOWN if name in ("map", "default", "d", "first", "last") else TEXT


def _nearest(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name, [other for other in known if other != "loop"], n=1)
    return f"; did you mean “{close[0]}”?" if close else ""


_DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
"""A picture of one point, for trials."""


def example(shape: Shape, name: str = "field", items: int = 2) -> Any:
    """Made-up data of a shape, for a trial rendering: each text names its field."""
    if isinstance(shape, dict):
        return {key: example(inner, key, items) for key, inner in shape.items()}
    if isinstance(shape, list):
        return [example(shape[0], name, items) for _ in range(items)]
    return {"image": _DOT, "width": 1.0, "alt": name} if shape == IMAGE else f"{name.replace('_', ' ')} & <more>"

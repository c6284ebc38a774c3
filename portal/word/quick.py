"""The quick way to fill a part: plain Python written from the checked tags, once per template. Knows nothing of packages.

It prints what `template.CompiledPart.template` prints, or stops with an error; then that slower way is taken, which says
what is wrong and where. The list of allowed tags is the sandbox here too: every word of a tag enters the code as a constant.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Any

from jinja2 import nodes

from portal.word import quick_runtime
from portal.word.language import FILTERS, LOOP_FACTS
from portal.word.repairs import ENDS_WITH_PARAGRAPH, HAS_CELL, HAS_ROW, MARK

NAMES = quick_runtime.names()
_COMPARED = {"eq": "==", "ne": "!=", "gt": ">", "gteq": ">=", "lt": "<", "lteq": "<=", "in": "in", "notin": "not in"}
_SUMS = {nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*", nodes.Div: "/", nodes.FloorDiv: "//", nodes.Mod: "%"}
_LENIENT_FILTERS = frozenset({"default", "d"})
_LENIENT_TESTS = frozenset({"defined", "undefined"})
_NEEDS = {"\x03": HAS_CELL, "\x05": HAS_ROW}


class NotQuick(Exception):
    """The part uses something that only the slower way knows."""


@dataclass(frozen=True)
class Quick:
    """Code that fills one part. `longest` is the length of its longest piece of fixed XML, in bytes; `is_plain` that values stand in properties."""

    code: CodeType
    longest: int
    is_plain: bool
    fill: Callable[[dict[str, Any]], list[Any]]


def compile_quick(tree: nodes.Template, name: str, *, is_plain: bool) -> Quick | None:
    """The quick way for a checked and guarded tree, or None when there is none."""
    try:
        writer = _Writer("print_attribute" if is_plain else "print_text")
        code = compile(writer.write(tree), f"{name} quick", "exec")
    except (NotQuick, SyntaxError, RecursionError, MemoryError):
        return None
    return load(code, writer.longest, is_plain=is_plain)


def load(code: CodeType, longest: int, *, is_plain: bool) -> Quick:
    """Code written by `compile_quick`, ready to be called. It sees the names of `quick_runtime` and no built-in."""
    space = {"__builtins__": {}, **NAMES}
    exec(code, space)
    return Quick(code, longest, is_plain, space["fill"])


class _Writer:
    """Writes one function: a list is filled with pairs of fixed XML (bytes) and the value printed after it, as it came."""

    def __init__(self, printing: str) -> None:
        self.printing = f"inner {printing}"
        self.lines: list[str] = []
        self.depth = 1
        self.count = 0
        self.longest = 1
        self.pieces = 0
        self.fixed = ""
        self.pairs: list[str] = []
        self.open: list[tuple[str, str, bool]] = []

    def write(self, tree: nodes.Template) -> str:
        """The source of `fill(data)`."""
        self._line("out = []")
        self._body(tree.body, {})
        return "\n".join(["def fill(data):", *self.lines, "    return out"])

    def _line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    def _new(self, kind: str = "n") -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def _pair(self, value: str) -> None:
        fixed = self.fixed.encode()
        self.longest = max(self.longest, len(fixed))
        self.pairs.append(f"{fixed!r}, {value}")
        self.pieces += 2
        self.fixed = ""

    def _flush(self) -> None:
        if self.fixed:
            self._pair("''")
        if self.pairs:
            self._line(f"out += ({', '.join(self.pairs)})")
            self.pairs = []

    # --- statements

    def _body(self, body: list[nodes.Node], scope: dict[str, str]) -> None:
        """One scope: names set anywhere in it exist from its start, with the value they have outside."""
        scope = dict(scope)
        for name in _set_in(body):
            mine = self._new("set")
            self._line(f"{mine} = {scope.get(name) or f'data.get({name!r}, MISSING)'}")
            scope[name] = mine
        self._block(body, scope)

    def _block(self, body: list[nodes.Node], scope: dict[str, str]) -> None:
        marks = len(self.open)
        for node in body:
            if isinstance(node, nodes.Output):
                self._output(node, scope)
            elif isinstance(node, nodes.For):
                self._loop(node, scope)
            elif isinstance(node, nodes.If):
                self._condition(node, scope)
            elif isinstance(node, nodes.Assign):
                self._flush()
                self._line(f"{scope[node.target.name]} = {self._value(node.node, scope)}")  # type: ignore[attr-defined]
            else:
                raise NotQuick
        self._flush()
        if len(self.open) != marks:
            raise NotQuick

    def _nested(self, work: Callable[..., None], body: list[nodes.Node], scope: dict[str, str]) -> None:
        self.depth += 1
        before, self.open = self.open, []
        start = len(self.lines)
        work(body, scope)
        if len(self.lines) == start:
            self._line("pass")
        self.open = before
        self.depth -= 1

    def _loop(self, node: nodes.For, scope: dict[str, str]) -> None:
        self._flush()
        items, item = self._new(), self._new()
        inner = {name: place for name, place in scope.items() if name != "loop"} | {node.target.name: item}  # type: ignore[attr-defined]
        self._line(f"{items} = {self._value(node.iter, scope)}")
        if node.test is not None:
            self._line(f"{items} = [{item} for {item} in {items} if {self._truth(node.test, inner)}]")
        if any(name.name == "loop" for part in node.body for name in part.find_all(nodes.Name)):
            inner["loop"] = self._new()
            self._line(f"for {item}, {inner['loop']} in turns({items}):")
        else:
            self._line(f"for {item} in {items}:")
        head, before = len(self.lines) - 1, self.pieces
        self._nested(self._body, node.body, inner)
        self.lines.insert(head, "    " * self.depth + f"room(out, {items}, {self.pieces - before})")
        if node.else_:
            self._line(f"if not {items}:")
            self._nested(self._body, node.else_, scope)

    def _condition(self, node: nodes.If, scope: dict[str, str]) -> None:
        self._flush()
        for word, branch in (("if", node), *(("elif", other) for other in node.elif_)):
            self._line(f"{word} {self._truth(branch.test, scope)}:")
            self._nested(self._block, branch.body, scope)
        if node.else_:
            self._line("else:")
            self._nested(self._block, node.else_, scope)

    def _output(self, node: nodes.Output, scope: dict[str, str]) -> None:
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                self._data(child.data)
            elif isinstance(child, nodes.Filter) and child.name in (self.printing, "inner print_formatted") and child.node is not None:
                value = self._value(child.node, scope)
                is_bare = isinstance(child.node, (nodes.Name, nodes.Getattr, nodes.Const))
                self._pair(value if is_bare else f"text({value})")
            else:
                raise NotQuick

    # --- marks for repair, settled here as far as can be

    def _data(self, data: str) -> None:
        for piece in MARK.split(data):
            if len(piece) != 1 or piece > "\x07":
                self.fixed += piece
                needed = _NEEDS.get(self.open[-1][0]) if self.open else None
                if needed and needed.search(piece):
                    self.open[-1] = (*self.open[-1][:2], True)
            elif piece in "\x01\x03\x05":
                self._flush()
                self.open.append((piece, self._new(), False))
                self._line(f"{self.open[-1][1]} = len(out)")
            elif piece == "\x07":
                self._end()
            else:
                self._close(piece)

    def _close(self, piece: str) -> None:
        self._flush()
        if not self.open or ord(self.open[-1][0]) + 1 != ord(piece):
            raise NotQuick
        _, start, is_sure = self.open.pop()
        if is_sure and piece == "\x04" and self.open and self.open[-1][0] in _NEEDS:
            self.open[-1] = (*self.open[-1][:2], True)
        if not is_sure:
            test = {"\x02": "shows", "\x04": "has_cell", "\x06": "has_row"}[piece]
            self._line(f"if not {test}(out, {start}): drop(out, {start})")

    def _end(self) -> None:
        if self.fixed.rstrip().endswith(">"):
            if not ENDS_WITH_PARAGRAPH.search(self.fixed):
                self.fixed += "<w:p/>"
            return
        self._flush()
        self._line("if not ends(out): out += (b'<w:p/>', '')")

    # --- expressions

    def _value(self, node: nodes.Node | None, scope: dict[str, str]) -> str:
        writer = _EXPRESSIONS.get(type(node))
        if writer is None:
            raise NotQuick
        return writer(self, node, scope)

    def _truth(self, node: nodes.Node | None, scope: dict[str, str]) -> str:
        """An expression that is only asked whether it holds. Its value may be another than that of `node`."""
        if isinstance(node, nodes.Filter) and node.name == "inner weighed":
            return self._truth(node.node, scope)
        if isinstance(node, (nodes.And, nodes.Or)):
            word = "and" if isinstance(node, nodes.And) else "or"
            return f"({self._truth(node.left, scope)} {word} {self._truth(node.right, scope)})"
        if isinstance(node, nodes.Not):
            return f"(not {self._truth(node.node, scope)})"
        if isinstance(node, (nodes.Compare, nodes.Test)):
            return self._value(node, scope)
        return f"((it := {self._value(node, scope)}) and (type(it) is str or weighed(it)))"

    def _lenient(self, node: nodes.Node | None, scope: dict[str, str]) -> str:
        """The same, with a word for "not there" instead of an error, for tags that ask whether a field is there."""
        if isinstance(node, nodes.Name):
            return f"there({scope[node.name]}, {node.name!r})" if node.name in scope else f"look(data, {node.name!r})"
        if isinstance(node, nodes.Getattr):
            return f"look({self._lenient(node.node, scope)}, {node.attr!r})"
        return self._value(node, scope)

    def _name(self, node: nodes.Name, scope: dict[str, str]) -> str:
        if node.name not in scope:
            return f"data[{node.name!r}]"
        return f"got({scope[node.name]})" if scope[node.name].startswith("set") else scope[node.name]

    def _getattr(self, node: nodes.Getattr, scope: dict[str, str]) -> str:
        if isinstance(node.node, nodes.Name) and node.node.name == "loop" and "loop" in scope:
            if node.attr not in LOOP_FACTS:
                raise NotQuick
            return f"{scope['loop']}.{node.attr}"
        return f"{self._value(node.node, scope)}[{node.attr!r}]"

    def _getitem(self, node: nodes.Getitem, scope: dict[str, str]) -> str:
        owner = self._value(node.node, scope)
        if isinstance(node.arg, nodes.Slice):
            cuts = [self._value(cut, scope) if cut is not None else "None" for cut in (node.arg.start, node.arg.stop, node.arg.step)]
            return f"{owner}[{':'.join(cuts)}]"
        return f"item({owner}, {self._value(node.arg, scope)})"

    def _const(self, node: nodes.Const, scope: dict[str, str]) -> str:
        if not isinstance(node.value, (str, int, float, type(None))) or isinstance(node.value, float) and not math.isfinite(node.value):
            raise NotQuick
        return f"({node.value!r})"

    def _filter(self, node: nodes.Filter, scope: dict[str, str]) -> str:
        if node.name == "inner weighed" or node.name == "inner each":
            return f"{node.name.removeprefix('inner ')}({self._value(node.node, scope)})"
        if node.name == "inner joined_words":
            return f"joined({', '.join(self._value(one, scope) for one in (node.node, *node.args))})"
        if node.name not in FILTERS or node.node is None:
            raise NotQuick
        first = (self._lenient if node.name in _LENIENT_FILTERS else self._value)(node.node, scope)
        return f"FILTERS[{node.name!r}]({self._arguments(first, node, scope)})"

    def _test(self, node: nodes.Test, scope: dict[str, str]) -> str:
        first = (self._lenient if node.name in _LENIENT_TESTS else self._value)(node.node, scope)
        return f"TESTS[{node.name!r}]({self._arguments(first, node, scope)})"

    def _arguments(self, first: str, node: nodes.Filter | nodes.Test, scope: dict[str, str]) -> str:
        given = [first, *(self._value(one, scope) for one in node.args or ())]
        return ", ".join(given + [f"**{{{one.key!r}: {self._value(one.value, scope)}}}" for one in node.kwargs or ()])

    def _compare(self, node: nodes.Compare, scope: dict[str, str]) -> str:
        rest = [f"{_COMPARED[one.op]} {self._value(one.expr, scope)}" for one in node.ops]
        return f"({' '.join([self._value(node.expr, scope), *rest])})"

    def _sum(self, node: nodes.BinExpr, scope: dict[str, str]) -> str:
        return f"count({_SUMS[type(node)]!r}, {self._value(node.left, scope)}, {self._value(node.right, scope)})"

    def _both(self, node: nodes.BinExpr, scope: dict[str, str]) -> str:
        word = "and" if isinstance(node, nodes.And) else "or"
        return f"({self._value(node.left, scope)} {word} {self._value(node.right, scope)})"

    def _list(self, node: nodes.List | nodes.Tuple, scope: dict[str, str]) -> str:
        inside = "".join(f"{self._value(one, scope)}, " for one in node.items)
        return f"[{inside}]" if isinstance(node, nodes.List) else f"({inside})"

    def _either(self, node: nodes.CondExpr, scope: dict[str, str]) -> str:
        other = self._value(node.expr2, scope) if node.expr2 is not None else "nothing()"
        return f"({self._value(node.expr1, scope)} if {self._truth(node.test, scope)} else {other})"


_EXPRESSIONS: dict[type, Callable[..., str]] = {
    nodes.Name: _Writer._name,
    nodes.Getattr: _Writer._getattr,
    nodes.Getitem: _Writer._getitem,
    nodes.Const: _Writer._const,
    nodes.Filter: _Writer._filter,
    nodes.Test: _Writer._test,
    nodes.Compare: _Writer._compare,
    nodes.And: _Writer._both,
    nodes.Or: _Writer._both,
    nodes.Not: lambda writer, node, scope: writer._truth(node, scope),
    nodes.List: _Writer._list,
    nodes.Tuple: _Writer._list,
    nodes.CondExpr: _Writer._either,
    nodes.Neg: lambda writer, node, scope: f"count('-', 0, {writer._value(node.node, scope)})",
    nodes.Pos: lambda writer, node, scope: f"count('+', 0, {writer._value(node.node, scope)})",
    **dict.fromkeys(_SUMS, _Writer._sum),
}


def _set_in(body: list[nodes.Node]) -> list[str]:
    """Names set in this scope, inside conditions too but not inside loops, which are scopes of their own."""
    found: dict[str, None] = {}
    for node in body:
        if isinstance(node, nodes.Assign):
            found[node.target.name] = None  # type: ignore[attr-defined]
        elif isinstance(node, nodes.If):
            found |= dict.fromkeys(_set_in([*node.body, *node.elif_, *node.else_]))
    return list(found)

"""The template language: jinja's tags over plain data, held to a list of what is allowed. Nothing in it can reach Python.

Attributes are keys of dicts and nothing else, there are no calls, and filters come from one list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

from jinja2 import StrictUndefined, TemplateRuntimeError, filters, nodes, pass_context, tests
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import SandboxedEnvironment

from portal.word.budget import RUN, BudgetSpent
from portal.word.values import NotPrintable, in_attribute, in_text, words

MAX_TEXT = 1_000_000
LOOP_FACTS = frozenset({"index", "index0", "first", "last", "length", "revindex", "revindex0"})
_PYTHON_NAME = re.compile(r"__\w+__")
RESERVED = frozenset({"self", "super", "caller", "varargs", "kwargs", "loop"})


class PictureMet(Exception):
    """A tag prints a picture, which only docxtpl puts in: the document is begun again on its way."""


class FieldMissing(ValueError):
    """A tag prints or uses a field that the data does not have."""


def shown(value: Any) -> str:
    """The words a value prints as. Raises FieldMissing or NotPrintable."""
    if isinstance(value, Undefined):
        raise FieldMissing(f"there is no field “{value._undefined_name}” here")
    if isinstance(value, LoopContext):
        raise NotPrintable("is a loop; print one of its numbers")
    return words(value)


def _text(value: Any) -> str:
    text = value if type(value) is str else shown(value)
    RUN.get().spend(len(text))
    return text


def _sized(count: int) -> None:
    if count > MAX_TEXT:
        raise BudgetSpent(f"a text of more than {MAX_TEXT:,} characters is made")
    RUN.get().spend(count)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, Undefined):
        raise FieldMissing(f"there is no list “{value._undefined_name}” here")
    if not isinstance(value, (list, tuple)):
        raise NotPrintable("is not a list, so it has no items to go through")
    RUN.get().spend(len(value))
    return list(value)


@pass_context
def print_text(_context: Context, value: Any) -> str:
    """Print a value inside text."""
    run = RUN.get()
    if type(value) is dict and "image" in value:
        return _picture(value)
    text = value if type(value) is str else shown(value)
    run.spend(len(text))
    printed = in_text(text)
    run.printed.append(printed)
    return printed


def _picture(value: dict[str, Any]) -> str:
    objects = RUN.get().objects
    if objects is None:
        raise PictureMet
    return str(objects.picture(value))


@pass_context
def print_formatted(_context: Context, value: Any) -> str:
    """Print a value between runs, with the look it asks for."""
    return str(RUN.get().objects.formatted(value))


@pass_context
def print_attribute(_context: Context, value: Any) -> str:
    """Print a value inside an attribute or a document property."""
    printed = in_attribute(_text(value))
    RUN.get().printed.append(printed)
    return printed


def each_item(value: Any) -> list[Any]:
    """The items a loop goes through, paid for."""
    items = _listed(value)
    RUN.get().take_turns(len(items))
    return items


def joined_texts(*values: Any) -> str:
    """`first ~ second ~ …`"""
    texts = [_text(value) for value in values]
    _sized(sum(map(len, texts)))
    return "".join(texts)


def weigh(value: Any) -> Any:
    """A value as a condition sees it: a group of fields counts as empty when its text is."""
    return "" if isinstance(value, dict) and value.get("text") == "" else value


def _never_early(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same as a filter, which jinja then does not work out while compiling, when nothing is paid for."""
    return pass_context(lambda _context, *values: work(*values))


def _of_text(work: Callable[..., str]) -> Callable[..., str]:
    return lambda value, *extra: work(_text(value), *extra)


def _join(value: Any, between: str = "", attribute: str | None = None) -> str:
    items = _listed(value)
    if attribute is not None:
        items = [item.get(attribute) if isinstance(item, dict) else item for item in items]
    texts = [_text(item) for item in items]
    _sized(sum(map(len, texts)) + len(str(between)) * max(0, len(texts) - 1))
    return str(between).join(texts)


def _replace(value: Any, old: str, new: str, count: int = -1) -> str:
    text = _text(value)
    _sized(len(text) + text.count(old) * len(new))
    return text.replace(old, new, count)


def _default(value: Any, otherwise: Any = "", when_empty: bool = False) -> Any:
    return otherwise if isinstance(value, Undefined) or when_empty and not value else value


def _length(value: Any) -> int:
    return len(value) if isinstance(value, (str, dict)) else len(_listed(value))


def _first(value: Any) -> Any:
    return next(iter(value if isinstance(value, str) else _listed(value)), "")


def _last(value: Any) -> Any:
    return next(reversed(value if isinstance(value, str) else _listed(value)), "")


def _number(value: Any, otherwise: int | float = 0) -> int | float:
    try:
        number = float(_text(value))
    except ValueError:
        return otherwise
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _sort(value: Any, reverse: bool = False, case_sensitive: bool = False, attribute: str | None = None) -> list[Any]:
    def key(item: Any) -> Any:
        found = item.get(attribute, "") if attribute is not None and isinstance(item, dict) else item
        return found if case_sensitive or not isinstance(found, str) else found.lower()

    return sorted(_listed(value), key=key, reverse=reverse)


def _map(value: Any, *, attribute: str, default: Any = "") -> list[Any]:
    return [item.get(attribute, default) if isinstance(item, dict) else default for item in _listed(value)]


def _picker(keep: bool) -> Callable[..., Any]:
    def pick(value: Any, attribute: str, test: str = "", *extra: Any) -> list[Any]:
        if test and test not in TESTS:
            raise TemplateRuntimeError(f"no test named {test!r}")

        def passes(item: Any) -> bool:
            found = item.get(attribute) if isinstance(item, dict) else None
            return bool(TESTS[test](found, *extra) if test else found)

        return [item for item in _listed(value) if passes(item) is keep]

    return pick


FILTERS: dict[str, Callable[..., Any]] = {
    "abs": lambda value: abs(_number(value)),
    "capitalize": _of_text(str.capitalize),
    "count": _length,
    "d": _default,
    "default": _default,
    "e": _text,
    "escape": _text,
    "first": _first,
    "int": lambda value, otherwise=0: int(_number(value, otherwise)),
    "join": _join,
    "last": _last,
    "length": _length,
    "list": _listed,
    "lower": _of_text(str.lower),
    "map": _map,
    "rejectattr": _picker(False),
    "replace": _replace,
    "reverse": lambda value: list(reversed(_listed(value))),
    "round": lambda value, digits=0: filters.do_round(_number(value), min(max(digits, 0), 10)),
    "selectattr": _picker(True),
    "sort": _sort,
    "string": _text,
    "title": _of_text(filters.do_title),
    "trim": _of_text(str.strip),
    "upper": _of_text(str.upper),
}
"""What may stand after a bar in a tag."""

TESTS = {
    name: tests.TESTS[name]
    for name in ("defined", "undefined", "none", "string", "number", "sequence", "mapping", "odd", "even", "eq", "equalto", "ne", "lt", "le", "gt", "ge")
    + ("==", "!=", "<", "<=", ">", ">=", "in", "true", "false")
}
"""What may stand after `is` in a tag."""

_INNER = {"print_text": print_text, "print_attribute": print_attribute, "print_formatted": print_formatted}
_INNER |= {"each": _never_early(each_item), "joined_words": _never_early(joined_texts), "weighed": _never_early(weigh)}


class Language(SandboxedEnvironment):
    """Jinja with nothing in it but the list above. `.name` looks a key up; it never asks Python for an attribute."""

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%"])
    intercepted_unops = frozenset(["+", "-"])

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, optimized=False, keep_trailing_newline=True, autoescape=False, cache_size=0)
        self.globals.clear()
        self.filters = {f"inner {name}": work for name, work in _INNER.items()} | FILTERS
        self.tests = dict(TESTS)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in LOOP_FACTS:
            return getattr(obj, attribute)
        return self.undefined(obj=obj if not isinstance(obj, Undefined) else None, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, (list, tuple, str)) and type(argument) is int:
            return obj[argument] if -len(obj) <= argument < len(obj) else self.undefined(name=str(argument))
        return self.getattr(obj, argument) if isinstance(argument, str) else self.undefined(name=str(argument))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return False

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            _sized(len(left) + len(right))
            return left + right
        for side in (left, right):
            if isinstance(side, bool) or not isinstance(side, (int, float)) or abs(side) > 1e12:
                raise NotPrintable(f"is used in a sum with {operator}, which takes numbers up to a million million")
        return super().call_binop(context, operator, left, right)

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        return self.call_binop(context, operator, 0, arg)


LANGUAGE = Language()

ALLOWED: frozenset[type[nodes.Node]] = frozenset(
    (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Const, nodes.List, nodes.Tuple)
    + (nodes.For, nodes.If, nodes.Assign, nodes.Filter, nodes.Keyword, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not)
    + (nodes.CondExpr, nodes.Concat, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos)
)
"""The kinds of expression and statement a tag may use."""

_SAYING = {
    nodes.Call: "calls a function; only fields and filters may be used",
    nodes.Include: "includes another file",
    nodes.Import: "imports another file",
    nodes.FromImport: "imports another file",
    nodes.Extends: "extends another file",
    nodes.Macro: "defines a macro",
    nodes.Pow: "uses **",
    nodes.AssignBlock: "sets a variable from a block; write {% set name = … %}",
}


def refusals(tree: nodes.Template) -> Iterable[tuple[int, str]]:
    """Everything in the tree that is not allowed: line and words."""
    for node in (tree, *tree.find_all(nodes.Node)):
        if type(node) not in ALLOWED:
            yield node.lineno, _SAYING.get(type(node), f"uses “{type(node).__name__.lower()}”, which is not part of the template language here")
        elif isinstance(node, nodes.Name):
            if node.name.startswith("_") or node.name in RESERVED - {"loop"} or node.name == "loop" and node.ctx != "load":
                yield node.lineno, f"uses the name “{node.name}”, which is not a field"
        elif isinstance(node, nodes.Const) and isinstance(node.value, str) and _PYTHON_NAME.search(node.value):
            yield node.lineno, f"names “{node.value}”, which is not a field"
        elif isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            yield node.lineno, f"asks for “{node.attr}”, which is not a field"
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield node.lineno, f"uses the filter “{node.name}”; allowed are {', '.join(FILTERS)}"
        elif isinstance(node, nodes.Test) and node.name not in TESTS:
            yield node.lineno, f"uses the test “{node.name}”; allowed are {', '.join(name for name in TESTS if name.isalpha())}"
        elif isinstance(node, (nodes.Filter, nodes.Test)) and (node.dyn_args is not None or node.dyn_kwargs is not None):
            yield node.lineno, "spreads a list into arguments, which is not part of the template language here"
        elif isinstance(node, nodes.For) and (node.recursive or not isinstance(node.target, nodes.Name)):
            yield node.lineno, "uses a loop with more than one name, or a recursive one"
        elif isinstance(node, nodes.Assign) and not isinstance(node.target, nodes.Name):
            yield node.lineno, "sets more than one name at once"


def guard(node: nodes.Node, *, plain: bool, formatted: Collection[int] = ()) -> None:
    """Change an allowed tree so that every value is cleaned, escaped and paid for. `plain` is for document properties.

    On the lines `formatted` stand tags that print between runs.
    """
    for child in list(node.iter_child_nodes()):
        guard(child, plain=plain, formatted=formatted)
    for name, value in list(node.iter_fields()):
        if isinstance(value, nodes.Concat):
            setattr(node, name, _inner("joined_words", *value.nodes))
        elif isinstance(value, list):
            setattr(node, name, [_inner("joined_words", *item.nodes) if isinstance(item, nodes.Concat) else item for item in value])
    if isinstance(node, nodes.Output):
        _guard_output(node, plain, formatted)
    elif isinstance(node, nodes.For):
        node.iter = _inner("each", node.iter)
    for name in ("test", "left", "right") if isinstance(node, (nodes.If, nodes.For, nodes.CondExpr, nodes.And, nodes.Or)) else ():
        if getattr(node, name, None) is not None:
            setattr(node, name, _inner("weighed", getattr(node, name)))
    if isinstance(node, nodes.Not):
        node.node = _inner("weighed", node.node)


def _guard_output(output: nodes.Output, plain: bool, formatted: Collection[int]) -> None:
    in_tag = False
    for position, child in enumerate(output.nodes):
        if isinstance(child, nodes.TemplateData):
            cut = max(child.data.rfind("<"), child.data.rfind(">"))
            in_tag = child.data[cut] == "<" if cut >= 0 else in_tag
        else:
            between = "print_formatted" if child.lineno in formatted else "print_text"
            output.nodes[position] = _inner("print_attribute" if in_tag or plain else between, child)


def _inner(name: str, first: nodes.Expr, *more: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(first, f"inner {name}", list(more), [], None, None, lineno=first.lineno)

"""Filling a compiled template with plain data: bytes of a whole .docx out, or an error that names the tag and its place."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from itertools import chain
from types import TracebackType
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError

from portal.word import directions, repairs
from portal.word.budget import MAX_OUTPUT, RUN, BudgetSpent, Run
from portal.word.findings import RenderingFailed
from portal.word.language import PictureMet
from portal.word.package import assemble
from portal.word.quick_runtime import Filled, finished
from portal.word.tag_tree import CarefulPart
from portal.word.template import PROPERTIES, CompiledPart, CompiledTemplate

if TYPE_CHECKING:
    from portal.word.by_docxtpl import Docxtpl

_FAULTS = (ValueError, TypeError, ZeroDivisionError, OverflowError, TemplateError, RecursionError, KeyError, IndexError)
_PLAIN = (str, bool, int, float, date, type(None))
_LEAVES = frozenset({str, bool, int, float, date, datetime, type(None)})
_LISTS = frozenset({list, tuple})
_KNOWN = _LEAVES | _LISTS | {dict}
MAX_DEPTH = 12


def render(compiled: CompiledTemplate, data: Mapping[str, Any]) -> bytes:
    """The finished document. `data` holds only text, numbers, yes/no, dates, lists and dicts of them.

    The same template and data give the same bytes. Raises RenderingFailed, naming the tag and its place, when a field is
    missing or empty without words for it, when limits are passed, or when the result is not whole.
    """
    if not _is_plain(data):
        _check_plain(data, "data", 0)
    if not compiled.reasons:
        with suppress(PictureMet):
            return _made(compiled, data, None)
    # Imported here because it is large, and most templates never need it.
    from portal.word.by_docxtpl import Docxtpl

    return _made(compiled, data, Docxtpl(compiled.file, compiled.highest_id))


def _made(compiled: CompiledTemplate, data: Mapping[str, Any], docxtpl: Docxtpl | None) -> bytes:
    """The document, by docxtpl where one is given."""
    changed = dict(compiled.fixed)
    numbers = repairs.Numbers(compiled.highest_id)
    run = Run(objects=docxtpl)
    token = RUN.set(run)
    try:
        for part in compiled.parts:
            if docxtpl is not None:
                docxtpl.turn_to(part.name)
            filled = _fill(part, data, run) if docxtpl is None else _fill_carefully(part, data, run)
            xml = _finish(part, filled.xml, numbers)
            _check_whole(part, xml, filled)
            changed[part.name] = directions.set_directions(xml, part.name) if directions.is_met(filled.printed) and part.name != PROPERTIES else xml
    finally:
        RUN.reset(token)
    if docxtpl is None:
        return assemble(compiled.frame, changed)
    return docxtpl.saved(changed, {part.name for part in compiled.parts if part.has_cell_loops})


def _is_plain(data: Any) -> bool:
    """Whether data is plain, level by level, without a word on what is not; what is rare (a dict of another class) is left to `_check_plain`."""
    level = [data]
    for _ in range(MAX_DEPTH):
        kinds = set(map(type, level))
        if kinds <= _LEAVES:
            return True
        if not kinds <= _KNOWN:
            return False
        groups = level if kinds == {dict} else [value for value in level if type(value) is dict]
        if not set(map(type, set().union(*groups))) <= {str}:
            return False
        lists = () if kinds.isdisjoint(_LISTS) else [value for value in level if type(value) in _LISTS]
        level = list(chain(chain.from_iterable(map(dict.values, groups)), chain.from_iterable(lists)))
    return False


def _check_plain(value: Any, name: str, depth: int) -> None:
    if type(value) is str:
        return
    if depth > MAX_DEPTH:
        raise RenderingFailed(f"{name} is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise RenderingFailed(f"{name} has the key {key!r}; names of fields are text")
            _check_plain(inner, key, depth + 1)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check_plain(inner, name, depth + 1)
    elif type(value) not in _PLAIN and not isinstance(value, date):
        raise RenderingFailed(f"{name} is a {type(value).__name__}; a template takes only text, numbers, dates, lists and groups of them")


def _fill(part: CompiledPart, data: Mapping[str, Any], run: Run) -> Filled:
    """The filled part. What the quick way cannot do, or finds wrong, goes the careful way."""
    if part.quick is not None:
        before = run.turns, run.work
        try:
            return finished(part.quick.fill(data), part.quick.longest, is_plain=part.quick.is_plain)
        except _FAULTS:
            run.turns, run.work = before
    return _fill_carefully(part, data, run)


def _fill_carefully(part: CompiledPart, data: Mapping[str, Any], run: Run) -> Filled:
    pieces: list[str] = []
    length = 0
    run.printed.clear()
    careful = part.carefully()
    try:
        for piece in careful.template.root_render_func(careful.template.new_context(dict(data))):
            length += len(piece)
            if length > MAX_OUTPUT:
                raise BudgetSpent(f"the document grows beyond {MAX_OUTPUT:,} characters")
            pieces.append(piece)
    except _FAULTS as error:
        line = _line(careful, error.__traceback__)
        tag = careful.tag(line)
        raise RenderingFailed(f"{careful.place(line)}: {tag.text if tag else 'the template'} {_reason(error)}") from error
    xml = "".join(pieces)
    if not part.has_marks:
        return Filled(xml.encode(), [value.encode() for value in run.printed], b"")
    return Filled(repairs.repair(xml).encode(), [value.encode() for value in run.printed if repairs.has_text(value)], b"")


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else f"cannot be worked out: {error}"


def _line(part: CarefulPart, trace: TracebackType | None) -> int | None:
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == part.name:
            line = part.template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line


def _finish(part: CompiledPart, xml: bytes, numbers: repairs.Numbers) -> bytes:
    if part.has_stamps:
        xml = numbers.resolve(xml)
    return xml


def _check_whole(part: CompiledPart, xml: bytes, filled: Filled) -> None:
    """The part ends as it must, and every printed value stands in it, in order: a letter never silently loses words.

    A text that is still what its pieces were joined to is made of the values, so only a text that was worked on since is searched.
    """
    if not xml.endswith(part.end):
        raise RenderingFailed(f"{part.name} does not end as it should; the document is not whole and was not made")
    if xml == filled.joined:
        return
    find, position = xml.find, 0
    for value in filled.printed:
        found = find(value, position)
        if found < 0:
            raise RenderingFailed(f"{part.name} lacks the value {value[:60].decode(errors='replace')!r}; the document is not whole and was not made")
        position = found + len(value)

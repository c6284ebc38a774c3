"""Filling a compiled template with plain data: bytes of a whole .docx out, or an error that names the tag and its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import TracebackType
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import TemplateError
from lxml import etree

from portal.documents import repairs
from portal.documents.budget import MAX_OUTPUT, RUN, BudgetSpent, Run
from portal.documents.findings import RenderingFailed
from portal.documents.package import assemble
from portal.documents.template import CompiledPart, CompiledTemplate

_PLAIN = (str, bool, int, float, date, type(None))
MAX_DEPTH = 12


def render(compiled: CompiledTemplate, data: Mapping[str, Any]) -> bytes:
    """The finished document. `data` holds only text, numbers, yes/no, dates, lists and dicts of them.

    The same template and data give the same bytes. Raises RenderingFailed, naming the tag and its place, when a field is
    missing or empty without words for it, when limits are passed, or when the result is not whole.
    """
    _check_plain(data, "data", 0)
    changed = dict(compiled.fixed)
    numbers = repairs.Numbers(compiled.highest_id)
    run = Run()
    token = RUN.set(run)
    try:
        for part in compiled.parts:
            run.printed.clear()
            xml = _finish(part, _fill(part, data), numbers)
            _check_whole(part, xml, run.printed)
            changed[part.name] = xml.encode()
    finally:
        RUN.reset(token)
    return assemble(compiled.frame, changed)


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


def _fill(part: CompiledPart, data: Mapping[str, Any]) -> str:
    pieces: list[str] = []
    length = 0
    try:
        for piece in part.template.root_render_func(part.template.new_context(dict(data))):
            length += len(piece)
            if length > MAX_OUTPUT:
                raise BudgetSpent(f"the document grows beyond {MAX_OUTPUT:,} characters")
            pieces.append(piece)
    except (ValueError, TypeError, ZeroDivisionError, OverflowError, TemplateError, RecursionError, KeyError, IndexError) as error:
        line = _line(part, error.__traceback__)
        tag = part.tag(line)
        raise RenderingFailed(f"{part.place(line)}: {tag.text if tag else 'the template'} {_reason(error)}") from error
    return "".join(pieces)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else f"cannot be worked out: {error}"


def _line(part: CompiledPart, trace: TracebackType | None) -> int | None:
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == part.name:
            line = part.template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line


def _finish(part: CompiledPart, xml: str, numbers: repairs.Numbers) -> str:
    if part.has_marks:
        xml = repairs.repair(xml)
    if part.has_stamps:
        xml = numbers.resolve(xml)
    if part.has_cell_loops:
        head = xml[: xml.index("?>") + 2]
        xml = f"{head}\n{etree.tostring(DocxTemplate(None).fix_tables(xml.encode()), encoding='unicode')}"
    return xml


def _check_whole(part: CompiledPart, xml: str, printed: list[str]) -> None:
    """The part ends as it must, and every printed value stands in it, in order: a letter never silently loses words."""
    if not xml.endswith(part.end):
        raise RenderingFailed(f"{part.name} does not end as it should; the document is not whole and was not made")
    if part.has_cell_loops:
        return
    position = 0
    for value in printed:
        found = xml.find(value, position)
        if found < 0:
            raise RenderingFailed(f"{part.name} lacks the value {value[:60]!r}; the document is not whole and was not made")
        position = found + len(value)

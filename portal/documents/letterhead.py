"""Documents that no template is made for, on the council's letterhead: `letterhead.docx` among its templates, or a plain one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from portal.councils.library import Council, TemplateUnknown
from portal.word import directions
from portal.word.check import whole
from portal.word.package import assemble, frame, open_package
from portal.word.render import render
from portal.word.template import compile_template

NAME = "letterhead.docx"
FIELDS = ("title", "foot", "council_name", "service_name", "telephone")
"""What a letterhead may print."""

_PLAIN = Path(__file__).with_name(NAME)
_BODY = "word/document.xml"


def on_letterhead(council: Council, title: str, foot: str, body: str) -> bytes:
    """A whole document: the letterhead with this body in the place of its own. Equal input gives equal bytes. Raises RenderingFailed."""
    service = council.service
    return laid_out(council, {"title": title, "foot": foot, "council_name": council.name, "service_name": service.hub.title, "telephone": service.hub.telephone}, body)


def laid_out(council: Council, data: Mapping[str, str], body: str) -> bytes:
    """The same with these words for what a letterhead may print, which may be tags where a template is being made. Raises RenderingFailed."""
    package = open_package(render(compile_template(_letterhead(council)), data))
    own = package.content(_BODY).decode()
    begins, ends = own.index("<w:body>") + len("<w:body>"), own.rindex("<w:sectPr")
    filled = (own[:begins] + body + own[ends:]).encode()
    if directions.is_met([body.encode()]):
        filled = directions.set_directions(filled, _BODY)
    made = assemble(frame(package, [_BODY]), {_BODY: filled})
    whole(made)
    return made


def stamp(council: Council) -> int:
    """Changes whenever the file of the letterhead does."""
    return _path(council).stat().st_mtime_ns


def _letterhead(council: Council) -> bytes:
    return _read(_path(council), stamp(council))


def _path(council: Council) -> Path:
    try:
        return council.template_path(NAME)
    except TemplateUnknown:
        return _PLAIN


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> bytes:
    return path.read_bytes()

"""Page by page, a document looks as the one that docxtpl alone makes of the same template and data: the pictures are equal to the dot."""

from __future__ import annotations

import base64
import io
import subprocess
from pathlib import Path

import pytest
from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage, RichText
from jinja2 import Environment
from PIL import Image, ImageChops

from portal.documents import pdf
from portal.documents.scaffold import scaffold
from portal.word.render import render
from portal.word.template import compile_template
from tests.documents.shipped import Shipped, everything, pack_of
from tests.documents.test_shipped_documents import for_docxtpl
from tests.word.test_by_docxtpl import picture
from tests.word.word_files import docx, p, table

DOTS = "60"
TOLD_APART = 2
"""Of 255: how far a dot may be off and still be the same."""

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]


def by_docxtpl_alone(template: bytes, data: dict) -> bytes:
    other = DocxTemplate(io.BytesIO(template))
    other.render(data, Environment(), autoescape=True)
    out = io.BytesIO()
    other.save(out)
    return out.getvalue()


def pages(document: bytes, folder: Path) -> list[Image.Image]:
    folder.mkdir()
    (folder / "a.pdf").write_bytes(pdf.to_pdf(document))
    subprocess.run(["pdftoppm", "-r", DOTS, "-png", "a.pdf", "page"], cwd=folder, check=True)
    return [Image.open(path).convert("RGB") for path in sorted(folder.glob("page*.png"))]


def differing(ours: list[Image.Image], theirs: list[Image.Image]) -> list[int]:
    """The numbers of pages that do not look alike."""
    assert len(ours) == len(theirs) > 0
    return [number for number, (one, other) in enumerate(zip(ours, theirs, strict=True), 1) if one.size != other.size or _apart(one, other)]


def _apart(one: Image.Image, other: Image.Image) -> bool:
    return max(high for _, high in ImageChops.difference(one, other).getextrema()) > TOLD_APART


@pytest.mark.parametrize("shipped", [one for one in everything() if one.pack.id == "hackney"], ids=str)
def test_every_page_of_a_shipped_document_is_the_one_docxtpl_makes(shipped: Shipped, tmp_path):
    theirs = by_docxtpl_alone(shipped.template, for_docxtpl(shipped.data))
    assert differing(pages(shipped.made, tmp_path / "ours"), pages(theirs, tmp_path / "theirs")) == []


def test_pages_with_formatted_text_pictures_and_repeated_cells_are_the_ones_docxtpl_makes(tmp_path):
    body = p("Dear {{ name }}, {{r what }}!") + p("{{ photo }}") + table(["{%tc for one in items %}", "{{ one }}", "{%tc endfor %}"]) + p("End")
    template, shown = docx(body, header=p("For {{ name }}")), picture(400)
    rich = RichText("call ")
    rich.add("999", bold=True)
    alone = DocxTemplate(io.BytesIO(template))
    alone.init_docx()
    data = {"name": "Ada & Sam", "items": ["a", "b", "c"]}
    alone.render(data | {"what": rich, "photo": InlineImage(alone, io.BytesIO(base64.b64decode(shown["image"])), width=Cm(5))}, Environment(), autoescape=True)
    out = io.BytesIO()
    alone.save(out)
    ours = render(compile_template(template), data | {"what": {"text": "", "rich": [{"text": "call "}, {"text": "999", "bold": True}]}, "photo": shown})
    assert differing(pages(ours, tmp_path / "ours"), pages(out.getvalue(), tmp_path / "theirs")) == []


def test_a_page_that_looks_otherwise_is_seen(tmp_path):
    made = [pages(render(compile_template(docx(p("Dear {{ name }}"))), {"name": name}), tmp_path / name) for name in ("Ada", "Sam")]
    assert differing(*made) == [1]


def test_a_starter_prints_its_header_and_footer_on_every_page(tmp_path):
    pack = pack_of("hackney")
    found = pages(scaffold(pack, pack.form("sign_off"), "starter.docx").template, tmp_path / "starter")
    assert all(_inked(one.crop((0, 0, one.width, one.height // 12))) and _inked(one.crop((0, one.height * 11 // 12, one.width, one.height))) for one in found)


def _inked(strip: Image.Image) -> bool:
    return any(low < 200 for low, _ in strip.getextrema())

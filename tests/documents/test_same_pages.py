"""Page by page, a document looks as the one that docxtpl alone makes of the same template and data: the pictures are equal to the dot.

What docxtpl leaves behind of conditions (empty paragraphs) is taken from its document first.
"""

from __future__ import annotations

import base64
import io
import subprocess
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
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

SHIPPED = [one for one in everything() if one.pack.id == "hackney"]

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]


def by_docxtpl_alone(template: bytes, data: dict) -> bytes:
    other = DocxTemplate(io.BytesIO(template))
    other.render(data, Environment(), autoescape=True)
    out = io.BytesIO()
    other.save(out)
    return out.getvalue()


def without_leftovers(theirs: bytes, ours: bytes) -> bytes:
    """docxtpl's document without the empty paragraphs that its conditions left behind, which our repairs take away; nothing else may differ."""
    word = Document(io.BytesIO(theirs))
    paragraphs = list(word.element.body.iter(qn("w:p")))
    kept = [_words(one) for one in Document(io.BytesIO(ours)).element.body.iter(qn("w:p"))]
    for what, start, end, other_start, other_end in SequenceMatcher(None, [_words(one) for one in paragraphs], kept, autojunk=False).get_opcodes():
        assert what == "equal" or what == "delete" and not any(map(_words, paragraphs[start:end])), (what, kept[other_start:other_end])
        for one in paragraphs[start:end] if what == "delete" else ():
            one.getparent().remove(one)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _words(paragraph: object) -> str:
    return "".join(text.text or "" for text in paragraph.iter(qn("w:t")))  # type: ignore[attr-defined]


def printed_together(documents: dict[str, bytes], folder: Path) -> dict[str, list[Image.Image]]:
    """The pages of each document, all printed by one LibreOffice."""
    for name, document in documents.items():
        (folder / f"{name}.docx").write_bytes(document)
    files = [f"{name}.docx" for name in documents]
    command = [pdf.program() or "", "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf", *files]
    subprocess.run(command, cwd=folder, env=pdf.environment(folder), check=True, capture_output=True, timeout=300)
    for name in documents:
        subprocess.run(["pdftoppm", "-r", DOTS, "-png", f"{name}.pdf", f"{name}+"], cwd=folder, check=True)
    return {name: [Image.open(path).convert("RGB") for path in sorted(folder.glob(f"{name}+*.png"))] for name in documents}


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, list[Image.Image]]:
    """Pictures of everything that is compared here."""
    documents = {name: render(compile_template(docx(p("Dear {{ name }}"))), {"name": name}) for name in ("Ada", "Sam")}
    documents["starter"] = scaffold(pack_of("hackney"), pack_of("hackney").form("sign_off"), "starter.docx").template
    documents["objects-ours"], documents["objects-theirs"] = with_objects()
    for shipped in SHIPPED:
        documents[f"{shipped}-ours"] = shipped.made
        documents[f"{shipped}-theirs"] = without_leftovers(by_docxtpl_alone(shipped.template, for_docxtpl(shipped.data)), shipped.made)
    return printed_together(documents, tmp_path_factory.mktemp("pages"))


def with_objects() -> tuple[bytes, bytes]:
    """The same document with formatted text, a picture and repeated cells: made here, and by docxtpl alone."""
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
    return render(compile_template(template), data | {"what": {"text": "", "rich": [{"text": "call "}, {"text": "999", "bold": True}]}, "photo": shown}), out.getvalue()


def differing(ours: list[Image.Image], theirs: list[Image.Image]) -> list[int]:
    """The numbers of pages that do not look alike."""
    assert len(ours) == len(theirs) > 0
    return [number for number, (one, other) in enumerate(zip(ours, theirs, strict=True), 1) if one.size != other.size or _apart(one, other)]


def _apart(one: Image.Image, other: Image.Image) -> bool:
    return max(high for _, high in ImageChops.difference(one, other).getextrema()) > TOLD_APART


@pytest.mark.parametrize("shipped", SHIPPED, ids=str)
def test_every_page_of_a_shipped_document_is_the_one_docxtpl_makes(shipped: Shipped, pages):
    assert differing(pages[f"{shipped}-ours"], pages[f"{shipped}-theirs"]) == []


def test_pages_with_formatted_text_pictures_and_repeated_cells_are_the_ones_docxtpl_makes(pages):
    assert differing(pages["objects-ours"], pages["objects-theirs"]) == []


def test_a_page_that_looks_otherwise_is_seen(pages):
    assert differing(pages["Ada"], pages["Sam"]) == [1]


def test_a_starter_prints_its_header_and_footer_on_every_page(pages):
    for one in pages["starter"]:
        assert _inked(one.crop((0, 0, one.width, one.height // 12))) and _inked(one.crop((0, one.height * 11 // 12, one.width, one.height)))


def _inked(strip: Image.Image) -> bool:
    return any(low < 200 for low, _ in strip.getextrema())

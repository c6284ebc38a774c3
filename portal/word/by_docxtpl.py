"""docxtpl's own way to a document, for templates with formatted text, pictures or cells that repeat: slower, and held to the same rules.

docxtpl opens the file, builds runs and pictures, mends tables and saves. The tags stay ours: allowed list, cleaned values, budgets.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Collection, Mapping
from typing import Any

from docx.opc.exceptions import OpcError
from docx.opc.part import XmlPart
from docx.oxml import parse_xml
from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage, RichText
from lxml import etree

from portal.word.budget import RUN, BudgetSpent
from portal.word.findings import RenderingFailed
from portal.word.language import shown
from portal.word.package import Frame, assemble
from portal.word.values import NotPrintable, clean, in_attribute, in_text
from portal.word.wordxml import T

MAX_PICTURES = 40
MAX_PICTURE = 6_000_000
WIDEST = 17.0
"""Centimetres between the margins of a page."""

_BREAK, _TAB = in_text("\n"), in_text("\t")
_NAME = re.compile(r'(<wp:docPr [^>]*?name=")[^"]*"')
_FAULTS = (OpcError, ValueError, KeyError, TypeError, AttributeError, etree.XMLSyntaxError, zipfile.BadZipFile)


class Docxtpl:
    """One document on docxtpl's way. Raises RenderingFailed when docxtpl cannot open the file."""

    def __init__(self, file: bytes, highest_id: int) -> None:
        self._pictures = 0
        self._template = DocxTemplate(io.BytesIO(file))
        try:
            self._template.render_init()
            parts = self._template.docx.part.package.iter_parts()
            self._parts = {part.partname.lstrip("/"): part for part in parts}
        except _FAULTS as error:
            raise RenderingFailed(f"docxtpl cannot open the template ({error}): open it in Word and save it again") from error
        self._template.docx_ids_index = max(1000, highest_id)

    def turn_to(self, name: str) -> None:
        """The part that is filled next. Raises RenderingFailed for one that nothing in the file points to."""
        if name not in self._parts:
            raise RenderingFailed(f"{name} belongs to nothing in the file: open it in Word and save it again")
        self._template.current_rendering_part = self._parts[name]

    def formatted(self, value: Any) -> str:
        """Runs of a value that says how its words look: `{"text": …, "rich": [{"text": …, "bold": …, "italic": …}]}`, or of plain words."""
        made = RichText()
        for span in _spans(value):
            RUN.get().spend(len(span["text"]))
            made.add(clean(span["text"]), bold=bool(span.get("bold")), italic=bool(span.get("italic")))
        xml = str(made).replace("\n", _BREAK).replace("\t", _TAB)
        RUN.get().printed.append(xml)
        return xml

    def picture(self, value: Mapping[str, Any]) -> str:
        """A picture in the line: `{"image": the file in base64, "width": centimetres, "alt": what it shows}`."""
        self._pictures += 1
        if self._pictures > MAX_PICTURES or len(value["image"]) > MAX_PICTURE:
            raise BudgetSpent(f"the document holds more than {MAX_PICTURES} pictures, or one of more than {MAX_PICTURE:,} characters")
        if not hasattr(self._template.current_rendering_part, "new_pic_inline"):
            raise NotPrintable("is a picture, which can stand in the body, a header or a footer")
        width = Cm(min(max(float(value.get("width") or WIDEST), 0.5), WIDEST))
        try:
            xml = str(InlineImage(self._template, io.BytesIO(base64.b64decode(value["image"], validate=True)), width=width))
        except Exception as error:  # noqa: BLE001 - python-docx raises many kinds of error on damaged pictures, and all mean the same here
            raise NotPrintable("is not a picture that Word can show (JPEG or PNG)") from error
        words = in_attribute(str(value.get("alt") or ""))
        return _NAME.sub(lambda found: f'{found[1]}Picture {self._pictures}" descr="{words}"', xml, count=1)

    def saved(self, changed: Mapping[str, bytes], repeating: Collection[str]) -> bytes:
        """The document as docxtpl saves it, laid out so that equal input gives equal bytes. `repeating` are parts with loops over cells.

        Raises RenderingFailed when a text is not what it was before docxtpl took it.
        """
        try:
            for name, xml in changed.items():
                self._put(name, xml, name in repeating)
            out = io.BytesIO()
            self._template.docx.save(out)
            with zipfile.ZipFile(out) as archive:
                members = {name: archive.read(name) for name in archive.namelist()}
            lost = [name for name, xml in changed.items() if _texts(xml) != _texts(members[name])]
        except _FAULTS as error:
            raise RenderingFailed(f"docxtpl could not write the document: {error}") from error
        if lost:
            raise RenderingFailed(f"{lost[0]} lost words on docxtpl's way; the document is not whole and was not made")
        return assemble(Frame(b"", b"", 0), members)

    def _put(self, name: str, xml: bytes, has_repeated_cells: bool) -> None:
        tree = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
        if has_repeated_cells:
            tree = self._template.fix_tables(xml)
        self._template.fix_docpr_ids(tree)
        content, part = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True), self._parts[name]
        if isinstance(part, XmlPart):
            part._element = parse_xml(content)
        else:
            part._blob = content


def _spans(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, dict) or "rich" not in value:
        return [{"text": shown(value)}]
    spans = value["rich"]
    if not isinstance(spans, (list, tuple)) or not all(isinstance(span, dict) and isinstance(span.get("text"), str) for span in spans):
        raise NotPrintable("is not formatted text: it has no list of spans")
    return list(spans)


def _texts(xml: bytes) -> list[str]:
    return [element.text or "" for element in etree.fromstring(xml).iter(T)]

"""Names and small questions about WordprocessingML trees, and reading XML without trusting it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from portal.word.findings import Finding, Place, TemplateRefused

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{WORD}}}"
P, TBL, TR, TC, T, R = (W + name for name in ("p", "tbl", "tr", "tc", "t", "r"))
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
HOLDERS = frozenset(W + name for name in ("tc", "hdr", "ftr", "footnote", "endnote", "txbxContent"))
"""Elements that Word wants to end with a paragraph."""

_PROPERTIES = frozenset(W + name for name in ("pPr", "rPr", "del", "moveFrom"))
_AS_TEXT = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_OBJECTS = frozenset(
    ("drawing", "pict", "object", "fldChar", "fldSimple", "instrText", "sym", "ptab", "footnoteReference", "endnoteReference", "commentReference")
    + ("sectPr", "AlternateContent", "ruby", "oMath", "subDoc", "altChunk")
)
_PARTS = {
    "document.main": "body",
    "header": "header",
    "footer": "footer",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
}
_CONTENT_TYPE = re.compile(r"wordprocessingml\.([a-zA-Z.]+)\+xml$")


def read_xml(content: bytes, part: str) -> Any:
    """The root of an XML member. Raises TemplateRefused for broken XML, and for entities or a DTD, which Word never writes."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise TemplateRefused([Finding("broken_xml", f"the XML is broken ({error.msg}): save the file again in Word", Place(part))]) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise TemplateRefused([Finding("dtd", "the XML declares a document type or entities, which Word never writes", Place(part))])
    return root


def filled_parts(content_types: Any) -> dict[str, str]:
    """Member names of the parts that are filled in, with the word for each, from the root of [Content_Types].xml."""
    found: dict[str, str] = {}
    for override in content_types.iter("{*}Override"):
        match = _CONTENT_TYPE.search(override.get("ContentType", ""))
        if match and match[1] in _PARTS:
            name = override.get("PartName", "").lstrip("/")
            label = _PARTS[match[1]]
            found[name] = label if label == "body" else f"{label} ({name})"
    return found


def pieces(paragraph: Any) -> Iterator[tuple[Any, str]]:
    """The elements that make up a paragraph's own text, with their text; text boxes inside it are paragraphs of their own."""
    for child in paragraph:
        if child.tag == T:
            yield child, child.text or ""
        elif child.tag in _AS_TEXT:
            yield child, _AS_TEXT[child.tag]
        elif child.tag != P and child.tag not in _PROPERTIES:
            yield from pieces(child)


def shown_text(element: Any) -> str:
    """All text an element shows, text boxes included."""
    return "".join(t.text or "" for t in element.iter(T))


def has_objects(element: Any) -> bool:
    """Whether an element holds something visible other than text: a picture, a field, a note, the end of a section."""
    return any(etree.QName(child).localname in _OBJECTS for child in element.iter(etree.Element))


def ancestor(element: Any, tag: str) -> Any:
    """The nearest element of this tag around `element`, or None."""
    return next(element.iterancestors(tag), None)


class Places:
    """Tells where an element of one part stands, as a person would count in Word."""

    def __init__(self, root: Any, label: str) -> None:
        self.label = label
        self._tables = {table: number for number, table in enumerate(root.iter(TBL), 1)}

    def of(self, paragraph: Any, around: str = "") -> Place:
        """The place of a paragraph."""
        row, cell = ancestor(paragraph, TR), ancestor(paragraph, TC)
        table = ancestor(row, TBL) if row is not None else None
        return Place(
            self.label,
            table=self._tables.get(table, 0),
            row=_number(row) if row is not None else 0,
            cell=_number(cell) if cell is not None else 0,
            paragraph=_number(paragraph),
            around=around,
        )


def _number(element: Any) -> int:
    return 1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))

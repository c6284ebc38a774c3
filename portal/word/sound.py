"""Whether a finished Word file keeps Word's structural rules: what breaks them makes Word say that it cannot read the file, or lose things silently."""

from __future__ import annotations

import posixpath
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from lxml import etree

from portal.word.findings import Finding, Place, TemplateRefused
from portal.word.package import CONTENT_TYPES
from portal.word.wordxml import HOLDERS, TBL, TC, TR, P, Places, R, T, W, filled_parts, read_xml, shown_text

_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PARA_ID = "{http://schemas.microsoft.com/office/word/2010/wordml}paraId"
_RUNS = frozenset((R, "{http://schemas.openxmlformats.org/officeDocument/2006/math}r"))
_ROWS = frozenset((TR, W + "sdt", W + "customXml"))
_CELLS = frozenset((TC, W + "sdt", W + "customXml"))
_LAST = frozenset((P, W + "sdt", W + "altChunk"))


def faults(document: bytes) -> list[Finding]:
    """Everything about a .docx that Word would not forgive. A file that cannot even be opened is one finding."""
    try:
        with zipfile.ZipFile(BytesIO(document)) as archive:
            broken = archive.testzip()
            if broken is not None:
                return [Finding("damaged", f"{broken} is damaged", Place("file"))]
            names = archive.namelist()
            roots = {name: read_xml(archive.read(name), name) for name in names if name.endswith((".xml", ".rels"))}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError) as error:
        return [Finding("damaged", f"this is no whole .docx file: {error}", Place("file"))]
    except TemplateRefused as refused:
        return refused.findings
    if CONTENT_TYPES not in roots or "word/document.xml" not in roots:
        return [Finding("damaged", "the file lacks what a Word document is made of", Place("file"))]
    labels = {name: label for name, label in filled_parts(roots[CONTENT_TYPES]).items() if name in roots}
    found = [*_members(names), *_links(names, roots)]
    for name, label in labels.items():
        places = Places(roots[name], label)
        found += [*_tables(roots[name], places), *_ends(roots[name], label), *_texts(roots[name], places), *_ids(roots[name], label)]
    return [*found, *_drawings({label: roots[name] for name, label in labels.items()})]


def _members(names: list[str]) -> Iterator[Finding]:
    for name, count in Counter(map(str.lower, names)).items():
        if count > 1:
            yield Finding("duplicate_member", "the file holds two members of this name", Place(name))


def _links(names: list[str], roots: Mapping[str, Any]) -> Iterator[Finding]:
    """What a part points to is there, and what it points with is declared."""
    for name, root in roots.items():
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            for link in root.iter("{*}Relationship"):
                target = link.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                if link.get("TargetMode") != "External" and path not in names:
                    yield Finding("lost_part", f"it points to {target}, which is not in the file", Place(name))
        else:
            rels = roots.get(f"{posixpath.dirname(name)}/_rels/{posixpath.basename(name)}.rels")
            known = {link.get("Id") for link in rels.iter("{*}Relationship")} if rels is not None else set()
            used = {value for element in root.iter(etree.Element) for key, value in element.attrib.items() if key.startswith(_RELATIONS) and value}
            for one in sorted(used - known):
                yield Finding("lost_link", f"it uses the link {one}, which is not declared", Place(name))


def _tables(root: Any, places: Places) -> Iterator[Finding]:
    for table in root.iter(TBL):
        if not any(child.tag in _ROWS for child in table):
            yield Finding("no_rows", "a table has no row", Place(places.label))
    for row in root.iter(TR):
        if not any(child.tag in _CELLS for child in row):
            yield Finding("no_cells", "a row has no cell", Place(places.label))


def _ends(root: Any, label: str) -> Iterator[Finding]:
    for holder in (element for element in root.iter(*HOLDERS)):
        blocks = [child for child in holder if isinstance(child.tag, str) and child.tag != W + "tcPr" and not child.tag.startswith(W + "bookmark")]
        if not blocks or blocks[-1].tag not in _LAST:
            what = etree.QName(holder).localname
            yield Finding("no_paragraph", f"a {'cell' if what == 'tc' else what} does not end with a paragraph", Place(label, around=shown_text(holder)[:60]))
    body = root.find(W + "body")
    if body is not None and (len(body) == 0 or body[-1].tag != W + "sectPr"):
        yield Finding("cut_off", "the body does not end with the layout of its last section: the end is lost", Place(label))


def _texts(root: Any, places: Places) -> Iterator[Finding]:
    for text in root.iter(T):
        if text.getparent().tag not in _RUNS:
            yield Finding("loose_text", "a text stands outside a run, where Word does not show it", Place(places.label, around=(text.text or "")[:60]))
        if len(text):
            yield Finding("not_text", f"a text holds an element ({etree.QName(text[0]).localname})", Place(places.label, around=(text.text or "")[:60]))
    for paragraph in root.iter(P):
        if any(True for _ in paragraph.iterancestors(R)) and not any(one.tag == W + "txbxContent" for one in paragraph.iterancestors()):
            yield Finding("nested", "a paragraph stands inside a run", places.of(paragraph))


def _ids(root: Any, label: str) -> Iterator[Finding]:
    starts = list(root.iter(W + "bookmarkStart"))
    for kind, values in (
        ("id of a bookmark", [one.get(W + "id") for one in starts]),
        ("name of a bookmark", [one.get(W + "name") for one in starts]),
        ("paraId", [one.get(_PARA_ID) for one in root.iter(P, TR) if one.get(_PARA_ID)]),
    ):
        for value, count in Counter(values).items():
            if count > 1:
                yield Finding("same_id", f"the {kind} {value} is used {count} times", Place(label))
    ends = Counter(one.get(W + "id") for one in root.iter(W + "bookmarkEnd"))
    for one in starts:
        if not ends[one.get(W + "id")]:
            yield Finding("open_bookmark", f"the bookmark {one.get(W + 'name')} has no end", Place(label))


def _drawings(roots: Mapping[str, Any]) -> Iterator[Finding]:
    """Ids of drawings differ over all parts. A drawing that stands a second time as the fallback of a newer one may repeat its id."""
    ids = Counter(one.get("id") for root in roots.values() for one in root.iter("{*}docPr") if not any(above.tag.endswith("}Fallback") for above in one.iterancestors()))
    for value, count in ids.items():
        if count > 1:
            yield Finding("same_id", f"the id of a drawing {value} is used {count} times", Place("document"))

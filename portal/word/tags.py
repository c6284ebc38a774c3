"""Tags as people type them in Word: found across runs, joined, and put where the loop or condition they open must stand.

Works on the tree of one part. What a tag says is for `language`; here only its kind and its place matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from portal.word.findings import Finding, Place
from portal.word.wordxml import (
    TC,
    TR,
    XML_SPACE,
    P,
    Places,
    T,
    W,
    ancestor,
    has_objects,
    pieces,
    shown_text,
)

OPEN, CLOSE = "\ufdd0", "\ufdd1"
TOKEN = re.compile(f"{OPEN}([0-9]+){CLOSE}")
MAX_TAGS = 3000
MAX_TAG_LENGTH = 500
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_DOUBLE = re.compile(r"\{[\{%#]|[%#\}]\}")
_SCOPE = re.compile(r"^(\{[\{%#])(p|tr|tc|r)(?=\s)")
_WORD = re.compile(r"^\{%\s*([a-z_]+)")
CELL_TAG = re.compile(r"^\{%\s*(vm|hm|colspan\b.*|cellbg\b.*)\s*%\}$")
_TYPED = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " ", "\t": " ", "\n": " "})
_SCOPE_WORDS = {"p": "paragraph", "tr": "table row", "tc": "table cell"}
_ALTERNATIVE_TEXT = {("docPr", "descr"), ("docPr", "title"), ("cNvPr", "descr"), ("cNvPr", "title")}
_MERGE_FIELD = re.compile(r"^\s*MERGEFIELD\s+\"?([^\s\"]+)", re.IGNORECASE)
_REACHING_FIELD = re.compile(r"^\s*(DDE|DDEAUTO|INCLUDE|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|DATABASE|EMBED|MACROBUTTON)\b", re.IGNORECASE)
_NESTED = "\ufffc"
_MADE_FIELD = re.compile(f"^\\s*\\w*{_NESTED}")
"""A field whose name another field would write."""


@dataclass(frozen=True)
class Tag:
    """One tag: its text as the language reads it, where it stands, and the element it asked to be put around (p, tr, tc or '').

    One that `is_formatted` (`{{r name }}`) prints runs of its own.
    """

    number: int
    text: str
    place: Place
    scope: str = ""
    is_formatted: bool = False

    @property
    def is_comment(self) -> bool:
        return self.text.startswith("{#")

    @property
    def word(self) -> str:
        """The first word of a `{% %}` tag, '' for the others."""
        found = _WORD.match(self.text)
        return found[1] if found else ""


@dataclass
class TaggedPart:
    """A part whose tags were replaced by tokens, and what is wrong with it. `home` tells each tag's paragraph, `order` is that of the file."""

    name: str
    root: Any
    places: Places
    tags: list[Tag] = field(default_factory=list)
    home: dict[int, Any] = field(default_factory=dict)
    order: list[Tag] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def fault(self, code: str, message: str, place: Place) -> None:
        """Keep a finding."""
        self.findings.append(Finding(code, message, place))


def find_tags(name: str, label: str, root: Any) -> TaggedPart:
    """Replace every tag of a part by a token, each in one piece of text. Findings tell of what cannot be filled in."""
    part = TaggedPart(name, root, Places(root, label))
    for paragraph in root.iter(P):
        _read_paragraph(part, paragraph)
    for element in root.iter(etree.Element):
        _read_attributes(part, element)
        _read_fields(part, element)
    _read_codes(part)
    return part


def _read_paragraph(part: TaggedPart, paragraph: Any) -> None:
    parts = list(pieces(paragraph))
    joined = "".join(text for _, text in parts)
    if OPEN in joined or CLOSE in joined:
        part.fault("odd_character", "the text holds a character that is kept for the program's own use", part.places.of(paragraph))
        return
    if "{" not in joined and "}" not in joined:
        return
    spans: dict[int, tuple[int, Tag]] = {}
    rest_start, rest = 0, []
    for found in _TAG.finditer(joined):
        rest.append(joined[rest_start : found.start()])
        rest_start = found.end()
        around = " ".join(joined[max(0, found.start() - 30) : found.end() + 30].split())
        tag = _tag(part, found[0], part.places.of(paragraph, around))
        part.home[tag.number] = paragraph
        spans[found.start()] = (found.end(), tag)
    rest.append(joined[rest_start:])
    _refuse_braces(part, paragraph, rest)
    _put_tokens(parts, spans)


def _tag(part: TaggedPart, typed: str, place: Place) -> Tag:
    text, scope = typed.translate(_TYPED), ""
    if found := _SCOPE.match(text):
        scope, text = found[2], found[1] + text[found.end() :]
    if scope not in ("", "r") and text.startswith("{{"):
        part.fault("unsupported_tag", f"{typed} puts another document in: write {{{{ name }}}} and put shared wording in the template or the wording file", place)
        text = "{{ '' }}"
    if text.startswith(("{%-", "{%+", "{{-", "{{+", "{#-")) or text.endswith(("-%}", "-}}", "+%}", "-#}")):
        part.fault("dash", f"{typed}: write the tag without the dash or plus sign", place)
        text = text[:2] + text[2:-2].strip("-+") + text[-2:]
    if len(text) > MAX_TAG_LENGTH:
        part.fault("too_long", f"the tag has {len(text)} characters; at most {MAX_TAG_LENGTH} are allowed", place)
        text = "{# #}"
    tag = Tag(len(part.tags), text, place, "" if scope == "r" else scope, is_formatted=scope == "r" and text.startswith("{{"))
    part.tags.append(tag)
    if len(part.tags) == MAX_TAGS + 1:
        part.fault("too_many_tags", f"this part has more than {MAX_TAGS} tags", place)
    return tag


def _refuse_braces(part: TaggedPart, paragraph: Any, rest: list[str]) -> None:
    for text in rest:
        if at := _DOUBLE.search(text):
            around = " ".join(text[max(0, at.start() - 30) : at.end() + 30].split())
            part.fault("open_tag", "a tag is opened or closed here, but not both in this paragraph", part.places.of(paragraph, around))
        elif "{" in text or "}" in text:
            at_brace = min(text.find(brace) for brace in "{}" if brace in text)
            around = " ".join(text[max(0, at_brace - 30) : at_brace + 30].split())
            part.fault("single_brace", "a single brace: a field is written with two, {{ like_this }}", part.places.of(paragraph, around))


def _put_tokens(parts: list[tuple[Any, str]], spans: dict[int, tuple[int, Tag]]) -> None:
    position, end = 0, 0
    for element, text in parts:
        kept = []
        for character in text:
            if position in spans:
                end, tag = spans[position]
                kept.append(tag.text if CELL_TAG.match(tag.text) else f"{OPEN}{tag.number}{CLOSE}")
            elif position >= end:
                kept.append(character)
            position += 1
        changed = "".join(kept)
        if changed == text:
            continue
        if element.tag == T:
            element.text = changed
            element.set(XML_SPACE, "preserve")
        else:
            element.getparent().remove(element)


def _read_attributes(part: TaggedPart, element: Any) -> None:
    for key, value in element.attrib.items():
        if "{" not in value or not _DOUBLE.search(value) or _is_guid(value):
            continue
        name = etree.QName(element).localname
        place = _place_of(part, element, value[:60])
        if (name, key) not in _ALTERNATIVE_TEXT:
            part.fault("tag_in_property", f"a tag stands in a property of Word ({name}, {etree.QName(key).localname}), where it would not be filled in", place)
            continue
        element.set(key, _TAG.sub(lambda found, place=place: _token_in_line(part, found[0], place), value))
        if _DOUBLE.search(element.get(key)):
            part.fault("open_tag", "a tag in this alternative text is not closed", place)


def _token_in_line(part: TaggedPart, typed: str, place: Place) -> str:
    if not typed.startswith("{{"):
        part.fault("control_in_property", f"{typed}: only {{{{ fields }}}} can stand here", place)
        return ""
    return f"{OPEN}{_tag(part, typed, place).number}{CLOSE}"


def _is_guid(value: str) -> bool:
    return bool(re.fullmatch(r"\{[0-9A-Fa-f-]+\}", value))


def _place_of(part: TaggedPart, element: Any, around: str) -> Place:
    paragraph = element if element.tag == P else ancestor(element, P)
    return Place(part.places.label, around=around) if paragraph is None else part.places.of(paragraph, around)


def _read_fields(part: TaggedPart, element: Any) -> None:
    if element.tag == T or not element.tag.startswith(W) and not (element.text and _DOUBLE.search(element.text)):
        return
    text = element.get(W + "instr", "") if element.tag == W + "fldSimple" else element.text or ""
    if not text or element.tag in (W + "delText", W + "delInstrText"):
        return
    if _DOUBLE.search(text):
        place = _place_of(part, element, text[:60])
        part.fault("tag_in_property", "a tag stands where it would not be filled in (a field code, a formula or a drawing's own text)", place)


def _read_codes(part: TaggedPart) -> None:
    """Judge each field by its whole code: Word joins what stands in several runs."""
    for element, code in _codes(part.root):
        place = _place_of(part, element, code[:60].replace(_NESTED, ""))
        if found := _MERGE_FIELD.match(code):
            part.fault("mail_merge", f"a mail-merge field of Word's: write {{{{ {found[1].lower()} }}}} instead", place)
        if _reaches(code):
            part.fault("reaching_field", "a field that fetches something from outside the document", place)


def reaching_codes(root: Any) -> Iterator[str]:
    """The codes of fields that fetch something from outside the document, in a part that is not filled in."""
    return (code.replace(_NESTED, "") for _, code in _codes(root) if _reaches(code))


def _reaches(code: str) -> bool:
    return bool(_REACHING_FIELD.match(code) or _MADE_FIELD.match(code))


def _codes(root: Any) -> Iterator[tuple[Any, str]]:
    """Each field's code, joined, with the element it begins in. Where another field is inside it stands `_NESTED`."""
    opened: list[tuple[Any, list[str], list[bool]]] = []
    ended: list[tuple[Any, list[str]]] = []
    for element in root.iter(W + "fldChar", W + "fldSimple", W + "instrText", T):
        kind = element.get(W + "fldCharType") if element.tag == W + "fldChar" else ""
        asking = next((pieces_of for _, pieces_of, is_answered in reversed(opened) if not is_answered), None)
        if element.tag == W + "fldSimple":
            ended.append((element, [element.get(W + "instr", "")]))
        if kind == "begin":
            opened.append((element, [], []))
            ended.append(opened[-1][:2])
        elif kind == "separate" and opened:
            opened[-1][2].append(True)
        elif kind == "end" and opened:
            opened.pop()
        if asking is not None and (kind == "begin" or element.tag == W + "fldSimple"):
            asking.append(_NESTED)
        elif asking is not None and not kind:
            asking.append(element.text or "")
        elif element.tag == W + "instrText":
            ended.append((element, [element.text or ""]))
    return ((element, "".join(found)) for element, found in ended)


def fill_properties(name: str, root: Any) -> TaggedPart:
    """The same for the document's properties (title, subject, keywords …), where only `{{ fields }}` may stand."""
    part = TaggedPart(name, root, Places(root, "document properties"))
    for element in root.iter(etree.Element):
        place = Place(f"document properties, {etree.QName(element).localname}", around=(element.text or "")[:60])
        if element.text and _DOUBLE.search(element.text):
            element.text = _TAG.sub(lambda found, place=place: _token_in_line(part, found[0], place), element.text)
            if _DOUBLE.search(element.text):
                part.fault("open_tag", "a tag in this property is not closed", place)
    return part


def scoped(part: TaggedPart) -> Iterator[tuple[Any, Tag]]:
    """Tags written for a paragraph, row or cell, with that element; a tag that shares it with other things is a finding."""
    taken: dict[Any, Tag] = {}
    for tag in part.tags:
        if not tag.scope or tag.number not in part.home:
            continue
        paragraph = part.home[tag.number]
        element = paragraph if tag.scope == "p" else ancestor(paragraph, TR if tag.scope == "tr" else TC)
        what = _SCOPE_WORDS[tag.scope]
        if element is None:
            part.fault("not_in_table", f"{{%{tag.scope} stands outside a table: put it in a {what}", tag.place)
        elif element in taken:
            part.fault("shared_scope", f"two tags for one {what}: put each tag in a {what} of its own", tag.place)
        elif TOKEN.sub("", shown_text(element)).strip() or len(TOKEN.findall(shown_text(element))) > 1 or has_objects(element):
            part.fault("text_beside_tag", f"something else stands beside this tag and would be lost: put the tag in a {what} of its own", tag.place)
        else:
            taken[element] = tag
            yield element, tag

"""Which way the words of a finished part run: what was printed in Arabic, Hebrew or another script from the right is set from the right, as Word does it.

A paragraph runs from the right where its first letter and most of its letters do, unless its author set which way it runs. Inside it each
stretch of letters is a run of its own kind, marked with the language of its letters. Parts without such letters are never read here. What an author set in the template stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any
from unicodedata import bidirectional

from lxml import etree

from portal.word import ordered
from portal.word.findings import RenderingFailed
from portal.word.wordxml import XML_SPACE, P, R, T, W, pieces

_LEADS = tuple(bytes([lead]) for lead in (*range(0xD6, 0xE1), 0xEF, 0xF0))
"""How letters that run from the right may begin in UTF-8. Others begin so too; they are told apart letter by letter."""

_LETTERS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_NUMBER = re.compile("(?:[+£]?[0-9]+|\\([0-9]+\\)[ \u00a0]?)(?:(?:[ \u00a0\u2009\u202f./:,\u2011\u2013-]|[ \u00a0]?\\(0\\)[ \u00a0]?)[0-9]+)+")
"""A number of several groups, such as an NHS number, a telephone number or a date. Set from the right, its last group would stand first."""

_PAIRS = {"b": "bCs", "i": "iCs", "sz": "szCs"}
"""What Word looks at in a run from the right, instead of what it looks at in others."""

_STRONG = {"R": "R", "AL": "R", "L": "L"}
_SET_ON_OTHERS = ("NSM", "BN")
_OFF = ("0", "false", "off")

_LANGUAGES = (
    ("he-IL", "\u0590-\u05ff\ufb1d-\ufb4f"),
    ("ku-Arab-IQ", "\u0695\u06b5\u06c6\u06ce"),
    ("ps-AF", "\u067c\u0681\u0685\u0689\u0693\u0696\u069a\u06bc\u06cd\u06d0"),
    ("ur-PK", "\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2"),
    ("fa-IR", "\u067e\u0686\u0698\u06a9\u06af\u06cc"),
    ("ar-SA", "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"),
)
"""The letters by which each language is known, those with letters of their own first."""


def is_met(printed: Iterable[bytes]) -> bool:
    """Whether any printed value may hold letters that run from the right. Quick: nearly all documents have none."""
    together = b"".join(printed)
    return not together.isascii() and any(lead in together for lead in _LEADS) and bool(_LETTERS.search(together.decode("utf-8", "ignore")))


def set_directions(xml: bytes, name: str) -> bytes:
    """The part with its directions set. Raises RenderingFailed when a word would be lost by it."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    before = _words(root)
    for paragraph in root.iter(P):
        words = "".join(text for _, text in pieces(paragraph))
        if _LETTERS.search(words):
            _turn(paragraph, words)
    if _words(root) != before:
        raise RenderingFailed(f"{name} lost words when their direction was set; the document is not whole and was not made")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _words(root: Any) -> list[str]:
    return ["".join(text for _, text in pieces(paragraph)) for paragraph in root.iter(P)]


def _turn(paragraph: Any, words: str) -> None:
    sides, set_by_author = _sides(words), paragraph.find(f"{W}pPr/{W}bidi")
    is_from_right = _is_from_right(words) if set_by_author is None else set_by_author.get(f"{W}val") not in _OFF
    if is_from_right and set_by_author is None:
        ordered.put(ordered.of_paragraph(paragraph), etree.Element(f"{W}bidi"))
    language = _language(words)
    of_texts: dict[Any, list[str]] = {}
    at = 0
    for text, shown in pieces(paragraph):
        of_texts[text] = sides[at : at + len(shown)]
        at += len(shown)
    for run in [text.getparent() for text, _ in pieces(paragraph) if text.tag == T and text.getparent().tag == R and _LETTERS.search(text.text or "")]:
        if run.getparent() is not None and run.find(f"{W}rPr/{W}rtl") is None:
            _cut(run, language, of_texts, is_from_right=is_from_right)


def _is_from_right(words: str) -> bool:
    """Whether the first letter and more than half of all run from the right: an English sentence stays one when a value stands at its beginning."""
    letters = [side for character in words if (side := _STRONG.get(bidirectional(character)))]
    return letters[:1] == ["R"] and letters.count("R") * 2 > len(letters)


def _sides(words: str) -> list[str]:
    """Which side each character begins at: R, L, or "" where that depends on what stands around it.

    A mark belongs to the letter it is set on, a figure to the letters from the left before it (Unicode's W1 and W7), and a number of several
    groups always begins at the left.
    """
    sides: list[str] = []
    grouped = {at for number in _NUMBER.finditer(words) for at in range(*number.span())}
    last = ""
    for at, character in enumerate(words):
        kind = bidirectional(character)
        side = "L" if at in grouped else _STRONG.get(kind, "")
        if not side and kind in _SET_ON_OTHERS and sides:
            side = sides[-1]
        elif not side and kind == "EN" and last == "L":
            side = "L"
        last = _STRONG.get(kind, last)
        sides.append(side)
    return sides


def _language(words: str) -> str:
    return next((language for language, letters in _LANGUAGES if re.search(f"[{letters}]", words)), "")


def _cut(run: Any, language: str, of_texts: Mapping[Any, Sequence[str]], *, is_from_right: bool) -> None:
    """Put runs of one direction each in the place of a run."""
    looks = run.find(f"{W}rPr")
    made: list[tuple[bool, Any]] = []

    def add(child: Any, is_turned: bool) -> None:
        if not made or made[-1][0] != is_turned:
            fresh = etree.Element(R)
            if looks is not None:
                fresh.append(deepcopy(looks))
            made.append((is_turned, fresh))
            if is_turned:
                _mark(fresh, language)
        made[-1][1].append(child)

    for child in list(run):
        if child is looks:
            continue
        if child.tag != T:
            add(child, made[-1][0] if made else False)
            continue
        for words, is_turned in _stretches(child.text or "", of_texts[child], is_from_right):
            text = etree.Element(T, {XML_SPACE: "preserve"})
            text.text = words
            add(text, is_turned)
    for _, fresh in made:
        run.addprevious(fresh)
    run.getparent().remove(run)


def _stretches(text: str, sides: Sequence[str], is_from_right: bool) -> Iterator[tuple[str, bool]]:
    """The text in pieces of one direction. Spaces, signs and figures go with the letters on both sides of them, else with the paragraph."""
    start, side, after = 0, "", 0
    for at, strong in enumerate(sides):
        if not strong:
            continue
        if side and strong != side:
            cut = at if is_from_right == (side == "R") else after
            yield text[start:cut], side == "R"
            start = cut
        elif not side and at and is_from_right != (strong == "R"):
            yield text[:at], is_from_right
            start = at
        side, after = strong, at + 1
    rest = after if side and is_from_right != (side == "R") else len(text)
    if text[start:rest]:
        yield text[start:rest], side == "R" if side else is_from_right
    if text[rest:]:
        yield text[rest:], is_from_right


def _mark(run: Any, language: str) -> None:
    """Mark a run as from the right, with what Word looks at in such runs."""
    looks = ordered.of_run(run)
    for plain, own in _PAIRS.items():
        mark = looks.find(W + plain)
        if mark is not None and looks.find(W + own) is None:
            mark.addnext(etree.Element(W + own, dict(mark.attrib)))
    ordered.put(looks, etree.Element(f"{W}rtl"), ordered.RUN_ORDER)
    if language:
        ordered.put(looks, etree.Element(f"{W}lang", {f"{W}bidi": language}), ordered.RUN_ORDER)

"""What every page must be: valid HTML, one h1 that starts the title, unique ids, labelled controls, no avoided word, nothing inline."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import html5lib

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
AVOIDED = re.compile(r"\b(?<!in )(?<!in any )(case|cases)\b", re.IGNORECASE)
CONTROLS = ("input", "select", "textarea")
UNLABELLED_TYPES = ("hidden", "submit", "button")
NOT_TEXT = {f"{NAMESPACE}script", f"{NAMESPACE}style"}


def faults(html: str) -> list[str]:
    """Everything wrong with one page, in words; empty when it keeps the house's rules."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    tree = parser.parse(html)
    found = [f"HTML: {code} at {place} {values}" for place, code, values in parser.errors]
    everything = list(tree.iter())
    found += _title_faults(tree, everything)
    found += _id_faults(everything)
    found += _label_faults(everything)
    found += _inline_faults(everything)
    body = tree.find(f"{NAMESPACE}body")
    for match in AVOIDED.finditer(_text(body)):
        found.append(f"avoided word {match.group()!r} near {_text(body)[max(0, match.start() - 40) : match.end() + 20]!r}")
    return found


def _text(element: Element | None) -> str:
    if element is None or element.tag in NOT_TEXT:
        return ""
    parts = [element.text or ""]
    for child in element:
        parts += [_text(child), child.tail or ""]
    return re.sub(r"\s+", " ", "".join(parts))


def _title_faults(tree: Element, everything: list[Element]) -> list[str]:
    heads = [element for element in everything if element.tag == f"{NAMESPACE}h1"]
    if len(heads) != 1:
        return [f"{len(heads)} h1 headings"]
    titles = [_text(element).strip() for element in everything if element.tag == f"{NAMESPACE}title"]
    title = titles[0] if titles else ""
    summary = any("govuk-error-summary" in element.get("class", "").split() for element in everything)
    if summary != title.startswith("Error: "):
        return [f"title {title!r} and the error summary disagree"]
    if heads[0].get("data-neutral-title") is not None or heads[0].get("data-names-person") is not None:
        return []
    head = _text(heads[0]).strip()
    plain = title.removeprefix("Error: ")
    return [] if plain.startswith(head) else [f"title {plain!r} does not start with the heading {head!r}"]


def _id_faults(everything: list[Element]) -> list[str]:
    ids = [element.get("id") for element in everything if element.get("id") is not None]
    found = [f"id {one!r} stands {ids.count(one)} times" for one in sorted(set(ids)) if ids.count(one) > 1]
    known = set(ids)
    for element in everything:
        for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
            found += [f"{name} names the missing id {one!r}" for one in (element.get(name) or "").split() if one not in known]
        href = element.get("href") or ""
        if href.startswith("#") and len(href) > 1 and href[1:] not in known:
            found.append(f"link to the missing id {href!r}")
    return found


def _label_faults(everything: list[Element]) -> list[str]:
    labelled = {element.get("for") for element in everything if element.tag == f"{NAMESPACE}label"}
    inside = {id(child) for element in everything if element.tag == f"{NAMESPACE}label" for child in element.iter()}
    found = []
    for element in everything:
        name = element.tag.removeprefix(NAMESPACE)
        if name not in CONTROLS or element.get("type") in UNLABELLED_TYPES:
            continue
        if element.get("id") not in labelled and id(element) not in inside and not element.get("aria-label") and not element.get("aria-labelledby"):
            found.append(f"{name} {element.get('name')!r} has no label")
    return found


def _inline_faults(everything: list[Element]) -> list[str]:
    found = [f"<{element.tag.removeprefix(NAMESPACE)}> has a style attribute" for element in everything if element.get("style") is not None]
    found += [f"inline {name}" for element in everything for name in element.attrib if name.startswith("on")]
    found += ["inline script" for element in everything if element.tag == f"{NAMESPACE}script" and not element.get("src")]
    return found + ["inline style sheet" for element in everything if element.tag == f"{NAMESPACE}style"]

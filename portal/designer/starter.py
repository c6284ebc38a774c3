"""A plain template to begin from: every field of a document once, under the words of its question, on the council's letterhead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from portal.councils.document_model import Binding
from portal.designer.word_templates import WordTemplate
from portal.documents import letterhead
from portal.documents.contract import FieldTold, fields_told
from portal.documents.scaffold import HEAD, WIDTHS
from portal.word import writing

ITEMS = ("one", "each", "inner", "innermost")
"""What an item is called in a loop, in a loop within it, and so on."""

_LETTERHEAD = {"council_name": "name", "service_name": "hub.title", "telephone": "hub.telephone"}


def starter(template: WordTemplate) -> bytes:
    """The template's bytes. It passes the check of these documents."""
    rule = template.rules[0]
    told = {one.name: one for one in fields_told(template.council, rule)}
    hub = template.council.service.hub
    plain = {"council_name": template.council.name, "service_name": hub.title, "telephone": hub.telephone}
    bound = {binding.service: name for name, binding in rule.fields.items() if binding.service}
    words = {key: f"{{{{ {bound[source]} }}}}" if source in bound else plain[key] for key, source in _LETTERHEAD.items()}
    body = writing.words(rule.title, "Title") + "".join(_body(rule.fields, template.shape(), told, "", "", 0))
    return letterhead.laid_out(template.council, words | {"title": rule.title, "foot": rule.title}, body)


def _body(bindings: Mapping[str, Binding], shape: Mapping[str, Any], told: Mapping[str, FieldTold], inside: str, holder: str, depth: int) -> Iterator[str]:
    """Single fields in tables, lists with a loop around what is in them. `inside` is how the told fields are named, `holder` how a tag names them."""
    rows: list[tuple[str, str]] = []
    for name, inner in shape.items():
        binding = bindings.get(name)
        label = _label(told.get(inside + name) if binding is None or not (binding.wording or binding.service) else None, name)
        if isinstance(inner, list):
            if rows:
                yield writing.table(HEAD, rows, WIDTHS)
                rows = []
            yield from _loop(binding, inner[0], told, (inside + name, holder + name, label), depth)
        elif binding is None or binding.part != "id":
            rows.append((label, f"{{{{{'r' if binding is not None and binding.kind == 'rich_text' else ''} {holder}{name} }}}}"))
    if rows:
        yield writing.table(HEAD, rows, WIDTHS)


def _loop(binding: Binding | None, item: Any, told: Mapping[str, FieldTold], names: tuple[str, str, str], depth: int) -> Iterator[str]:
    called, holder, label = names
    one = ITEMS[min(depth, len(ITEMS) - 1)]
    yield writing.words(label, "Heading1" if depth == 0 else "Label")
    yield writing.words(f"{{%p for {one} in {holder} %}}")
    if isinstance(item, dict) and "text" not in item.keys() - {"label", "kind"}:
        yield from _body(binding.fields if binding is not None else {}, item, told, f"{called}.", f"{one}.", depth + 1)
    elif isinstance(item, dict) and "label" in item:
        yield writing.words(f"{{{{ {one}.label }}}}: {{{{ {one}.text }}}}")
    else:
        yield writing.words(f"{{{{ {one} }}}}", "ListBullet")
    yield writing.words("{%p endfor %}")


def _label(told: FieldTold | None, name: str) -> str:
    """The question's own words, what the field prints, or its name where that would tell of a file; braces would be taken for a tag."""
    prints = told.prints if told is not None else name.replace("_", " ")
    asked = re.search(r"“([^”]+)”", prints)
    words = asked[1] if asked else prints.replace("*list*: ", "").replace("`", "")
    return f"{words[:1].upper()}{words[1:]}".replace("{", "(").replace("}", ")")

"""The quick way prints what the careful way prints, to the byte, or leaves it to the careful way."""

from __future__ import annotations

import random
from typing import Any

import pytest

from portal.word import render as rendering
from portal.word.findings import RenderingFailed
from portal.word.render import render
from portal.word.template import CompiledPart, compile_template
from portal.word.values import in_attribute, in_text, many_in_attribute, many_in_text
from tests.documents.shipped import Shipped, everything
from tests.word.hostile import HOSTILE, OUR_OWN
from tests.word.injections import PAYLOADS
from tests.word.test_lost_values import LETTERS
from tests.word.word_files import docx, p, paragraphs, table

DOCUMENTS = pytest.mark.parametrize("shipped", everything(), ids=str)
TYPED = [text for text, _ in HOSTILE + OUR_OWN] + list(PAYLOADS)


def both(template: bytes, data: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The document made the quick way, after seeing that it took it and that the careful one makes the same bytes."""
    compiled = compile_template(template)
    assert all(part.quick is not None for part in compiled.parts)
    careful = rendering._fill_carefully
    with monkeypatch.context() as patch:
        patch.setattr(rendering, "_fill_carefully", refuse)
        quickly = render(compiled, data)
        patch.setattr(rendering, "_fill", careful)
        patch.setattr(rendering, "_fill_carefully", careful)
        assert render(compiled, data) == quickly
    return quickly


def refuse(part: CompiledPart, *_: Any) -> Any:
    raise AssertionError(f"{part.name} was not filled the quick way")


def emptied(value: Any, dice: random.Random) -> Any:
    """The same data with some texts empty, hostile or blank and some lists short."""
    if isinstance(value, dict):
        return {key: emptied(inner, dice) for key, inner in value.items()}
    if isinstance(value, list):
        return [emptied(one, dice) for one in value[: dice.randint(0, len(value))]]
    return dice.choice([value, value, "", " ", "\n", dice.choice(TYPED)])


@DOCUMENTS
def test_a_shipped_document_is_the_same_both_ways(shipped: Shipped, monkeypatch):
    assert both(shipped.template, shipped.data, monkeypatch) == shipped.made


@DOCUMENTS
def test_a_shipped_document_of_any_data_is_the_same_both_ways(shipped: Shipped, monkeypatch):
    for seed in range(12):
        both(shipped.template, emptied(shipped.data, random.Random(seed)), monkeypatch)


DATA = {
    "name": "Ada & <Brown>", "empty": "", "number": 3, "yes": True, "people": ["Ada", "Sam"], "nothing": [],
    "rows": [{"what": "a & b", "done": "Yes"}, {"what": "c", "done": "No"}],
    "lead": {"text": "Ada\nBrown", "phone": "1"}, "nobody": {"text": "", "phone": ""},
}  # fmt: skip
SAID = (
    "{{ name|upper }} {{ name|lower }} {{ name|trim|length }} {{ number }} {{ yes }} {{ lead }} {{ lead.phone }} {{ lead['phone'] }}",
    "{{ people|join(', ') }} {{ people|first }} {{ rows|map(attribute='what')|join('; ') }} {{ rows|selectattr('done', 'equalto', 'Yes')|map(attribute='what')|join }}",
    "{{ 'A & B' }} {{ name ~ ' & ' ~ 1 }} {{ name[:3] }} {{ people[0] }} {{ people[-1] }} {{ rows[1].what }} {{ (1, 2)|length }} {{ [name]|first }}",
    "{% for one in people %}{{ loop.index }}{{ one }}{{ '.' if loop.last else ', ' }}{% endfor %}",
    "{% for one in people if one != 'Ada' %}{{ one }}{% else %}none{% endfor %}{% for one in nothing %}x{% else %}none{% endfor %}",
    "{% for one in people %}{% for row in rows %}{{ loop.index }}{{ row.what }}{% endfor %}{{ loop.length }}{% endfor %}",
    "{% set x = 1 %}{% for one in people %}{{ x }}{% set x = one %}{{ x }}{% endfor %}{{ x }}",
    "{% if empty %}{% set y = 'a' %}{% elif name %}{% set y = 'b' %}{% endif %}{{ y }} {{ -number + 2 * 4 // 3 % 5 }} {{ 1.5 }}",
    "{% if nobody %}a{% endif %}{% if lead and not nobody %}b{% endif %}{% if not (empty or nothing) %}c{% endif %}{{ empty or name }}{{ (name and empty) or 'd' }}",
    "{% if gone is defined %}a{% else %}b{% endif %}{{ gone|default('c') }}{{ lead.gone|default(name) }}{{ lead.gone is undefined }}{% if 1 < number <= 3 %}d{% endif %}",
    "{% if 'Ada' in people and 'Kim' not in people %}yes{% endif %}{{ name|replace('Ada', old) if gone is defined else name|replace(old='Ada', new='Kim') }}",
    "{{ items }}{{ values }}",
)  # fmt: skip


@pytest.mark.parametrize("text", SAID)
def test_the_language_says_the_same_both_ways(text, monkeypatch):
    both(docx(p(text) + p("End")), DATA | {"items": "items", "values": "values"}, monkeypatch)


@pytest.mark.parametrize("shown", ["", " ", "\n", "\x00", "\x0b", "yes", "<x>"])
def test_repairs_are_the_same_both_ways(shown, monkeypatch):
    inner = table(["{%tr for one in items %}"], ["{{ one }}"], ["{%tr endfor %}"])
    note = p("{% if shown %}{{ shown }}{% endif %}")
    body = (
        table([p("{%p if shown %}") + p("Shown") + p("{%p endif %}"), note, p("Kept") + note])
        + table(["{%tr for one in items %}"], ["{{ one }}"], ["{%tr endfor %}"])
        + table([inner + p("{% if shown %}{{ shown }}{% endif %}")])
        + note + p("{%p for one in items %}") + note + p("{%p endfor %}") + p("End")
    )  # fmt: skip
    marked = p("{%p for one in items %}") + '<w:p w14:paraId="1A2B3C4D"><w:r><w:t>{{ one }}</w:t></w:r></w:p>' + p("{%p endfor %}")
    for items in ([], ["a"], [shown, shown]):
        both(docx(body + marked, header=note), {"shown": shown, "items": items}, monkeypatch)


def test_what_the_quick_way_cannot_print_is_printed_carefully():
    picture = '<w:p><w:r><w:t>{{ name }}</w:t><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{{ name }}"/></wp:inline></w:drawing></w:r></w:p>'
    compiled = compile_template(docx(picture + p("{{ name }}")))
    assert next(part for part in compiled.parts if part.name == "word/document.xml").quick is None
    assert paragraphs(render(compiled, {"name": "A & B"})) == ["A & B", "A & B"]
    assert paragraphs(render(compile_template(docx(p("{{ name }}"))), {"name": "\ud83d."})) == ["."]


def test_a_text_worked_on_after_filling_is_searched_for_every_value(monkeypatch):
    monkeypatch.setattr(rendering, "_finish", lambda part, xml, numbers: xml.replace(b"Sam", b"Kim"))
    with pytest.raises(RenderingFailed, match="lacks the value 'Sam'"):
        render(compile_template(docx(p("{{ name }} and {{ other }}"))), {"name": "Ada", "other": "Sam"})


def test_texts_are_cleaned_together_as_they_are_one_by_one():
    dice = random.Random(3)
    texts = ["".join(dice.choices(LETTERS, k=dice.randint(0, 30))) for _ in range(3000)]
    for size in (1, 2, 7, 300):
        for start in range(0, len(texts), size):
            some = texts[start : start + size]
            assert many_in_text(some) == [in_text(text).encode() for text in some]
            assert many_in_attribute(some) == [in_attribute(text).encode() for text in some]
    assert many_in_text([]) == []


def test_a_part_that_would_write_too_many_pieces_is_left_to_the_careful_way(monkeypatch):
    monkeypatch.setattr("portal.word.quick_runtime.MAX_PIECES", 10)
    assert paragraphs(render(compile_template(docx(p("{% for one in items %}{{ one }}{% endfor %}"))), {"items": ["x"] * 20})) == ["x" * 20]

"""The renderer's promises: strict, plain data only, whole or nothing, unchanged members copied, fixed bytes."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime

import pytest

from portal.word import render as rendering
from portal.word.findings import RenderingFailed
from portal.word.render import render
from portal.word.template import compile_template
from tests.word.word_files import docx, member, p, paragraphs


def made(text: str, data: dict) -> list[str]:
    return paragraphs(render(compile_template(docx(p(text))), data))


def test_a_missing_field_is_an_error_with_its_place():
    with pytest.raises(RenderingFailed) as refused:
        made("Dear {{ name }}, about {{ child }}", {"name": "Ada"})
    assert refused.value.message == "body, paragraph 1, near “Dear {{ name }}, about {{ child }}”: {{ child }} there is no field “child” here"


def test_a_missing_field_of_an_item_is_an_error():
    with pytest.raises(RenderingFailed, match="there is no field “when” here"):
        made("{% for one in items %}{{ one.when }}{% endfor %}", {"items": [{"what": "x"}]})


def test_nothing_is_not_printed_as_nothing():
    with pytest.raises(RenderingFailed, match="is empty and nothing says what to print instead"):
        made("{{ name }}", {"name": None})


def test_a_condition_on_a_missing_field_is_an_error():
    with pytest.raises(RenderingFailed, match="body, paragraph 1"):
        made("{% if nmae %}x{% endif %}", {"name": "Ada"})


def test_a_missing_field_may_be_asked_for():
    assert made("{% if title is defined %}{{ title }}{% else %}none{% endif %} {{ title|default('given') }}", {}) == ["none given"]


@pytest.mark.parametrize(
    ("value", "printed"),
    [("Ada", "Ada"), (3, "3"), (2.5, "2.5"), (True, "Yes"), (False, "No"), (date(2026, 5, 4), "4 May 2026"), (datetime(2026, 5, 4, 13, 5, tzinfo=UTC), "4 May 2026 at 2:05pm"), ({"text": "12 Example Road\nLondon", "town": "London"}, "12 Example Road\nLondon")],
)
def test_plain_values_are_printed_as_people_write_them(value, printed):
    assert made("{{ value }}", {"value": value}) == [printed]


@pytest.mark.parametrize("value", [object(), {1: "x"}, b"bytes", {"x"}, [[object()]], lambda: 1])
def test_anything_but_plain_data_is_refused(value):
    with pytest.raises(RenderingFailed):
        made("{{ name }}", {"name": "Ada", "value": value})


def test_data_nested_without_end_is_refused():
    endless: dict = {}
    endless["again"] = endless
    with pytest.raises(RenderingFailed, match="nested deeper"):
        made("{{ name }}", {"name": "Ada", "value": endless})


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("{{ name|upper }} {{ name|lower }} {{ name|trim|length }}", "ADA BROWN ada brown 9"),
        ("{{ people|join(', ') }} {{ people|first }} {{ people|last }} {{ people|length }}", "Ada, Sam Ada Sam 2"),
        ("{{ rows|map(attribute='what')|join('; ') }}", "a & b; c"),
        ("{{ rows|selectattr('done', 'equalto', 'Yes')|map(attribute='what')|join }}", "a & b"),
        ("{{ rows|rejectattr('done')|length }}{{ rows|sort(attribute='done')|map(attribute='done')|join(' ') }}", "0No Yes"),
        ("{{ 'A & B' }} {{ name ~ ' & ' ~ 1 }}", "A & B Ada Brown & 1"),
        ("{{ name|replace('Ada', '<Sam>') }}", "<Sam> Brown"),
        ("{% for one in people %}{{ loop.index }}{{ '.' if loop.last else ', ' }}{% endfor %}", "1, 2."),
        ("{% set whole = people|length + 1 %}{{ whole * 2 - 1 }} {{ 7 // 2 }} {{ 7 % 4 }} {{ -whole }}", "5 3 3 -3"),
        ("{{ people[0] }} {{ rows[1].what }} {{ rows[1]['what'] }} {{ name[:3] }}", "Ada c c Ada"),
        ("{% if 'Ada' in people and not rows[0].done == 'No' %}yes{% endif %}", "yes"),
        ("{% for one in people if one != 'Ada' %}{{ one }}{% else %}none{% endfor %}", "Sam"),
        ("{{ items }} {{ values }}", "items values"),
        ("{{ name|e }}{# said nowhere #}", "Ada Brown"),
    ],
)
def test_the_language_says(text, printed):
    data = {"name": "Ada Brown", "people": ["Ada", "Sam"], "rows": [{"what": "a & b", "done": "Yes"}, {"what": "c", "done": "No"}], "items": "items", "values": "values"}
    assert made(text, data) == [printed]


@pytest.mark.parametrize("text", ["{{ 1 / 0 }}", "{{ name < 1 }}", "{{ people + 1 }}", "{{ people }}", "{% for x in name %}x{% endfor %}", "{{ name[9].x }}", "{{ 999999999999 * 999999999999 * 9 }}"])
def test_what_cannot_be_worked_out_is_an_error_with_its_place(text):
    with pytest.raises(RenderingFailed) as refused:
        made(text, {"name": "Ada", "people": ["Ada"]})
    assert refused.value.message.startswith("body, paragraph 1, near “")


def test_a_document_that_lost_a_value_is_not_made(monkeypatch):
    monkeypatch.setattr(rendering, "_finish", lambda part, xml, numbers: xml.replace(b"Ada", b""))
    with pytest.raises(RenderingFailed, match="lacks the value 'Ada'"):
        made("Dear {{ name }}", {"name": "Ada"})


def test_a_document_that_lost_its_end_is_not_made(monkeypatch):
    monkeypatch.setattr(rendering, "_finish", lambda part, xml, numbers: xml[: len(xml) // 2])
    with pytest.raises(RenderingFailed, match="does not end as it should"):
        made("Dear {{ name }}" + "x" * 900, {"name": "Ada"})


def test_members_that_do_not_change_are_copied_as_they_are_packed():
    template = docx(p("{{ name }}"), more={"word/media/logo.png": b"\x89PNG" + b"picture" * 999})
    document = render(compile_template(template), {"name": "Ada"})

    def packed(file: bytes, name: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            info = archive.getinfo(name)
            start = info.header_offset + 30 + len(name.encode())
            return file[start : start + info.compress_size]

    assert packed(document, "word/media/logo.png") == packed(template, "word/media/logo.png")
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_without_isal_the_same_parts_are_packed_by_zlib():
    template, code = docx(p("Dear {{ name }}")), (
        "import sys; sys.modules['isal'] = None\n"
        "from portal.word.render import render; from portal.word.template import ENGINE_VERSION, compile_template\n"
        "assert 'zlib' in ENGINE_VERSION, ENGINE_VERSION\n"
        "sys.stdout.buffer.write(render(compile_template(sys.stdin.buffer.read()), {'name': 'Ada & Sam'}))"
    )  # fmt: skip
    other = subprocess.run([sys.executable, "-c", code], input=template, capture_output=True, check=True).stdout
    here = render(compile_template(template), {"name": "Ada & Sam"})
    with zipfile.ZipFile(io.BytesIO(here)) as one, zipfile.ZipFile(io.BytesIO(other)) as two:
        assert one.namelist() == two.namelist()
        assert {name: one.read(name) for name in one.namelist()} == {name: two.read(name) for name in two.namelist()}


def test_a_template_is_compiled_once_for_its_bytes():
    assert compile_template(docx_once := docx(p("{{ name }}"))) is compile_template(bytes(docx_once))


def test_one_template_serves_many_documents_at_once():
    from concurrent.futures import ThreadPoolExecutor

    compiled = compile_template(docx(p("{% for one in items %}{{ one }} {% endfor %}")))
    with ThreadPoolExecutor(8) as pool:
        made_all = list(pool.map(lambda n: paragraphs(render(compiled, {"items": [str(n)] * 50})), range(40)))
    assert made_all == [[f"{n} " * 50] for n in range(40)]


def test_a_long_table_is_printed_whole():
    from tests.word.word_files import cells, table

    body = table(["{%tr for row in rows %}", ""], ["{{ row.what }}", "{{ row.who }}"], ["{%tr endfor %}", ""]) + p("End")
    rows = [{"what": f"action {n} & more", "who": f"person <{n}>"} for n in range(2000)]
    document = render(compile_template(docx(body)), {"rows": rows})
    assert cells(document) == [[row["what"], row["who"]] for row in rows]
    assert member(document).endswith("</w:document>")

"""Templates made at random print what docxtpl prints: loops and conditions in each other, in cells, boxes and content controls, tags cut over runs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

import pytest
from docxtpl import DocxTemplate
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from portal.word import sound
from portal.word.render import render
from portal.word.template import compile_template
from portal.word.wordxml import P, pieces
from tests.word.word_files import docx, member, text_box

DATA = {"name": "Ada Brown", "yes": "Yes", "no": "", "items": ["Kim", "Sam"], "nothing": [], "rows": [{"what": "Walk", "who": ["Ada"]}, {"what": "Read", "who": []}]}
WORDS = ("Said ", "and ", "then, ", "x")
CONDITIONS = ("yes", "no", "items", "nothing", "name == 'Ada Brown'", "not yes")
AROUND = (
    "{}", "{}", '<w:ins w:id="90" w:author="A">{}</w:ins>', '{}<w:proofErr w:type="spellStart"/>', "<w:hyperlink>{}</w:hyperlink>",
    '{}<w:del w:id="91" w:author="A"><w:r><w:delText>gone</w:delText></w:r></w:del>', '{}<w:r><w:footnoteReference w:id="2"/></w:r>',
)  # fmt: skip
BEGIN, END = '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">', "</w:t></w:r>"


def inline(depth: int, names: tuple[str, ...]) -> st.SearchStrategy[str]:
    """The words and tags of one paragraph."""
    leaf = st.sampled_from([*WORDS, *(f"{{{{ {name} }}}}" for name in names)])
    if depth == 0:
        return leaf
    inner = st.lists(inline(depth - 1, names), min_size=1, max_size=2).map("".join)
    return st.one_of(
        leaf,
        st.builds(lambda test, one: f"{{% if {test} %}}{one}{{% endif %}}", st.sampled_from(CONDITIONS), inner),
        st.builds(lambda test, one, other: f"{{% if {test} %}}{one}{{% else %}}{other}{{% endif %}}", st.sampled_from(CONDITIONS), inner, inner),
        st.builds(lambda one: f"{{% for each in items %}}{one}{{{{ each }}}}{{% endfor %}}", inner),
    )


@st.composite
def paragraphs(draw, names: tuple[str, ...]) -> str:
    """A paragraph; its text is cut into runs anywhere, some inserted with changes tracked, some struck out, some in a link, with marks for spelling or a footnote between."""
    text = "".join(draw(st.lists(inline(2, names), min_size=1, max_size=3)))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    runs = []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        run = f"{BEGIN}{escape(text[start:end])}{END}"
        is_bare = "{" not in text[start:end] and "}" not in text[start:end] and text[:start].count("{") == text[:start].count("}")
        around = draw(st.sampled_from(AROUND)) if is_bare else "{}"
        runs.append(around.format(run))
    return f"<w:p>{''.join(runs)}</w:p>"


def control(tag: str) -> str:
    return f"<w:p><w:r><w:t>{tag}</w:t></w:r></w:p>"


def blocks(depth: int, names: tuple[str, ...] = ("name",)) -> st.SearchStrategy[str]:
    """Paragraphs, and what may stand around them."""
    plain = paragraphs(names)
    if depth == 0:
        return plain
    inner = st.lists(blocks(depth - 1, names), min_size=1, max_size=2).map("".join)
    looped = st.lists(blocks(depth - 1, (*names, "row.what")), min_size=1, max_size=2).map("".join)
    return st.one_of(
        plain,
        st.builds(lambda test, one, other: control(f"{{%p if {test} %}}") + one + control("{%p else %}") + other + control("{%p endif %}"), st.sampled_from(CONDITIONS), inner, inner),
        st.builds(lambda one: control("{%p for row in rows %}") + one + control("{%p endfor %}"), looped),
        st.builds(lambda one: f"<w:sdt><w:sdtPr><w:id w:val=\"5\"/></w:sdtPr><w:sdtContent>{one}</w:sdtContent></w:sdt>", inner),
        st.builds(lambda one: text_box(one), plain),
        st.builds(_table, inner, looped, st.sampled_from(["rows", "nothing"])),
    )


def _table(fixed: str, looped: str, many: str) -> str:
    def row(cell: str) -> str:
        return f"<w:tr><w:tc><w:tcPr/>{cell}<w:p/></w:tc></w:tr>"

    tags = [f"<w:tr><w:tc><w:tcPr/>{control(tag)}</w:tc></w:tr>" for tag in (f"{{%tr for row in {many} %}}", "{%tr endfor %}")]
    return f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>{row(fixed)}{tags[0]}{row(looped)}{tags[1]}</w:tbl>"


def shown(root: Any) -> Iterator[str]:
    """The words of each paragraph that has any."""
    for paragraph in root.iter(P):
        if (words := "".join(text for _, text in pieces(paragraph))).strip():
            yield words


def compare(body: str) -> None:
    """Ours of the template as it is, docxtpl's of the same with its runs joined: some cuts it cannot read."""
    made = render(compile_template(docx(body + control("End"))), DATA)
    other = DocxTemplate(io.BytesIO(docx(body.replace(END + BEGIN, "") + control("End"))))
    other.render(DATA, autoescape=True)
    saved = io.BytesIO()
    other.save(saved)
    with zipfile.ZipFile(saved) as archive:
        theirs = etree.fromstring(archive.read("word/document.xml"))
    assert list(shown(etree.fromstring(member(made).encode()))) == list(shown(theirs))
    assert sound.faults(made) == []


MANY = st.lists(blocks(3), min_size=1, max_size=3).map("".join)
QUIET = {"deadline": None, "phases": (Phase.explicit, Phase.generate), "suppress_health_check": list(HealthCheck)}


@settings(max_examples=60, derandomize=True, **QUIET)
@given(body=MANY)
def test_a_template_made_at_random_prints_what_docxtpl_prints(body):
    compare(body)


@pytest.mark.long
@settings(max_examples=1000, **QUIET)
@given(body=MANY)
def test_thousands_of_templates_print_what_docxtpl_prints(body):
    compare(body)

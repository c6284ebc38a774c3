"""What people type reaches the paper unharmed, wherever the field stands."""

from __future__ import annotations

import io

import pytest
from docx import Document

from portal.word.check import whole
from portal.word.render import render
from portal.word.template import compile_template
from tests.word.hostile import HOSTILE, OUR_OWN
from tests.word.word_files import docx, p, table

EVERYWHERE = docx(
    p("Before ", "{{ va", "lue }}", " after") + table(["{{ value }}", "kept"]) + p("The end"),
    header=p("Head {{ value }}"),
    footer=p("Foot {{ value }}"),
    title="About {{ value }}",
)
ATTRIBUTE = docx('<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture" descr="{{ value }}"/></wp:inline></w:drawing></w:r></w:p>' + p("The end"))


def test_there_are_33_inputs():
    assert len(HOSTILE) == 33


@pytest.mark.parametrize(("typed", "read_back"), HOSTILE + OUR_OWN)
def test_a_value_is_read_back_as_it_was_cleaned(typed, read_back):
    made = render(compile_template(EVERYWHERE), {"value": typed})
    whole(made)
    word = Document(io.BytesIO(made))
    assert [paragraph.text for paragraph in word.paragraphs] == [f"Before {read_back} after", "The end"]
    assert [cell.text for cell in word.tables[0].rows[0].cells] == [read_back, "kept"]
    assert word.sections[0].header.paragraphs[0].text == f"Head {read_back}"
    assert word.sections[0].footer.paragraphs[0].text == f"Foot {read_back}"
    assert word.core_properties.title == "About " + read_back.replace("\n", " ").replace("\t", " ")


@pytest.mark.parametrize(("typed", "read_back"), HOSTILE + OUR_OWN)
def test_a_value_in_the_description_of_a_picture_is_kept_on_one_line(typed, read_back):
    made = render(compile_template(ATTRIBUTE), {"value": typed})
    whole(made)
    picture = next(element for element in Document(io.BytesIO(made)).element.iter() if element.tag.endswith("}docPr"))
    assert picture.get("descr") == read_back.replace("\n", " ").replace("\t", " ")


@pytest.mark.parametrize(("typed", "read_back"), HOSTILE)
def test_a_value_used_as_a_condition_or_through_a_filter_is_data_too(typed, read_back):
    template = docx(p("{% if value == other %}same{% else %}other{% endif %}: {{ value|trim|upper }}{{ value|default('none') }}") + p("The end"))
    made = render(compile_template(template), {"value": typed, "other": typed})
    assert Document(io.BytesIO(made)).paragraphs[0].text.startswith("same: ")
    assert Document(io.BytesIO(made)).paragraphs[0].text.endswith(read_back)

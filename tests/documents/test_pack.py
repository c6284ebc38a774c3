"""A pack whose templates do not fit its documents is refused before anything is published."""

from __future__ import annotations

import shutil

import pytest

from portal.councils.library import council
from portal.documents.merge_data import BindingBroken
from portal.documents.pack import TemplatesBroken, check_templates
from tests.documents.shipped import PACKS, pack_of
from tests.word.word_files import docx, p


@pytest.fixture
def copy_of_pack(tmp_path):
    """A copy of the made-up pack that a test may spoil."""
    folder = tmp_path / "pack"
    shutil.copytree(PACKS["marlowe_vale"], folder)
    return folder


@pytest.mark.parametrize("name", PACKS)
def test_the_packs_that_come_along_are_whole(name):
    assert check_templates(pack_of(name)) == len(pack_of(name).documents)


def test_a_template_with_an_unknown_field_is_named_with_its_place(copy_of_pack):
    (copy_of_pack / "documents" / "goodbye-letter.docx").write_bytes(docx(p("{{ greting }}")))
    with pytest.raises(TemplatesBroken) as broken:
        check_templates(council("", copy_of_pack))
    assert "goodbye-letter.docx: body, paragraph 1" in broken.value.message
    assert "there is no field “greting”; did you mean “greeting”?" in broken.value.message


def test_a_binding_to_a_question_that_is_gone_is_named(copy_of_pack):
    file = copy_of_pack / "council" / "documents.yaml"
    file.write_text(file.read_text().replace("question: goodbye_words", "question: goodbye_word"))
    with pytest.raises(BindingBroken, match="document goodbye_letter, field words"):
        check_templates(council("", copy_of_pack))

"""Many documents in one print file: every one whole, on its own pages, numbered from 1, found again exactly."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from pypdf import PdfReader, PdfWriter

from portal.documents import pdf, pdf_parts
from portal.documents.models import BulkRun, Document
from portal.documents.print_file import CannotMerge, merged, print_file, title_of
from portal.word.looks import in_look
from portal.word.render import render
from portal.word.template import compile_template
from tests.documents.shipped import everything
from tests.documents.test_bulk import LETTER, begin, chosen_on, more_letters, work

(PARENT,) = [one for one in everything() if one.rule.id == LETTER]
LONG = "We looked at what has changed, at home and at school, and what you would like to keep. " * 40


def letter(name: str, **other: str) -> bytes:
    return render(compile_template(PARENT.template), PARENT.data | {"recipient_name": name, "reference": f"EH-{name}"} | other)


def texts(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


@pytest.mark.libreoffice
def test_each_letter_is_as_it_is_alone():
    long = next(name for name, value in PARENT.data.items() if isinstance(value, str) and len(value) > 80)
    letters = [letter("Ada"), letter("Bo", **{long: LONG}), letter("Cy")]
    made = print_file(letters)
    pages = texts(made.content)
    assert len(pages) == sum(made.pages) and made.pages[1] > made.pages[0] == made.pages[2]
    begin = 0
    for one, count in zip(letters, made.pages, strict=True):
        alone = texts(pdf.to_pdf(one))
        assert [page.split() for page in pages[begin : begin + count]] == [page.split() for page in alone]
        begin += count


@pytest.mark.libreoffice
def test_the_print_file_is_tagged_for_screen_readers():
    catalogue = PdfReader(io.BytesIO(print_file([letter("Ada")]).content)).trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]


@pytest.mark.libreoffice
def test_the_print_file_is_taken_apart_exactly_and_keeps_its_tags():
    long = next(name for name, value in PARENT.data.items() if isinstance(value, str) and len(value) > 80)
    letters = [letter("Ada"), letter("Bo", **{long: LONG}), letter("Cy")]
    made = print_file(letters)
    whole, begin = texts(made.content), 0
    for name, one, count, part in zip(("Ada", "Bo", "Cy"), letters, made.pages, pdf_parts.parts(made.content, made.pages, [title_of(one) for one in letters]), strict=True):
        assert texts(part) == whole[begin : begin + count]
        alone = PdfReader(io.BytesIO(pdf.to_pdf(one)))
        reader = PdfReader(io.BytesIO(part))
        assert tags(reader) == tags(alone), "the tags of the letter alone, and no other's"
        assert reader.metadata.title == f"The end of our support, EH-{name}" and reader.root_object["/MarkInfo"]["/Marked"] and reader.root_object["/Lang"] == "en-GB"
        others = {"Ada", "Bo", "Cy"} - {name}
        raw = b"".join(stream(reader))
        assert not any(f"EH-{other}".encode() in raw for other in others)
        begin += count


def tags(reader: PdfReader) -> list[tuple[str, bool]]:
    """Every tag in reading order, and whether marks of a page are its own (how many depends on where lines are cut)."""
    found = []

    def walk(element) -> None:
        kids = element.get("/K", [])
        kids = [one.get_object() for one in (kids if isinstance(kids, list) else [kids])]
        own = [one for one in kids if not (isinstance(one, dict) and "/S" in one)]
        below = [one for one in kids if one not in own]
        if own or below:
            found.append((element["/S"], bool(own)))
        for one in below:
            walk(one)

    for one in reader.root_object["/StructTreeRoot"]["/K"]:
        walk(one.get_object())
    return [one for one in found if one[0] != "/Document"]


def stream(reader: PdfReader):
    """What every object of the file says, unpacked."""
    for number in range(1, len(reader.xref[0]) + 1):
        found = reader.get_object(number)
        yield found.get_data() if hasattr(found, "get_data") else repr(found).encode()


@pytest.mark.libreoffice
def test_documents_of_several_templates_and_looks_go_into_one_print_file_in_order():
    (child,) = [one for one in everything() if one.rule.id == "closure_letter_child"]
    letters = [letter("Ada"), child.made, in_look(letter("Bo"), ["large_print"]), letter("Cy")]
    made = print_file(letters)
    pages, begin = texts(made.content), 0
    assert len(pages) == sum(made.pages)
    for one, count in zip(letters, made.pages, strict=True):
        assert [page.split() for page in pages[begin : begin + count]] == [page.split() for page in texts(pdf.to_pdf(one))]
        begin += count
    reader = PdfReader(io.BytesIO(made.content))
    assert reader.metadata.title == "4 documents to print" and len(tags(reader)) > 100


def test_a_pdf_that_is_not_what_was_counted_is_not_taken_apart():
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    bare = io.BytesIO()
    writer.write(bare)
    with pytest.raises(pdf_parts.PartsUnavailable, match="no tags"):
        list(pdf_parts.parts(bare.getvalue(), (1,), ("One",)))


def test_without_pypdf_it_is_told(monkeypatch):
    (child,) = [one for one in everything() if one.rule.id == "closure_letter_child"]
    monkeypatch.setattr(pdf_parts, "IS_AVAILABLE", False)
    with pytest.raises(pdf_parts.PartsUnavailable, match="pypdf is not installed"):
        list(pdf_parts.parts(b"", (1,), ("One",)))
    with pytest.raises(CannotMerge, match="cannot put their PDFs together"):
        print_file([letter("Ada"), child.made])


def test_letters_of_two_templates_do_not_mix():
    (minutes,) = [one for one in everything() if one.rule.id == "taf_minutes"]
    (child,) = [one for one in everything() if one.rule.id == "closure_letter_child"]
    with pytest.raises(CannotMerge, match="different versions of a template"):
        merged([minutes.made, child.made])


def test_nothing_makes_no_print_file():
    with pytest.raises(CannotMerge, match="nothing to print"):
        merged([])


def clear(app, client, approver, run: str) -> None:
    """Check and approve every letter of a run."""
    for address in re.findall(r'href="(/documents/[a-z0-9]{20})"', client.get(run).text):
        names = re.findall(r'name="cleared" value="([^"]+)"', client.get(address).text)
        assert client.post(f"{address}/check", data={"cleared": [name.replace("&#39;", "'") for name in names]}).status_code == 303
        assert approver.post(f"{address}/approve").status_code == 303


@pytest.mark.libreoffice
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_run_is_printed_and_issued_at_once(app, ada, made):
    from tests.documents.produced import sign_in

    more_letters(app, 1)
    run = begin(ada, *chosen_on(ada.get(f"/documents/many?document={LETTER}").text)).location
    work(app)
    assert "2 of 2 must be checked" in ada.get(run).text
    assert ada.post(f"{run}/print").status_code == 422
    clear(app, ada, sign_in(app, "Mo Example", "support_manager"), run)
    assert ada.post(f"{run}/print").status_code == 303
    assert "It is being printed now" in ada.get(run).text and ada.get(f"{run}.pdf").status_code == 404
    work(app)
    whole = texts(ada.get(f"{run}.pdf").data)
    assert len(whole) == 6
    with zipfile.ZipFile(io.BytesIO(ada.get(f"{run}/parts.zip").data)) as archive:
        each = [texts(archive.read(name)) for name in sorted(archive.namelist())]
    assert each == [whole[:3], whole[3:]]
    address = re.findall(r'href="(/documents/[a-z0-9]{20})"', ada.get(run).text)[1]
    assert texts(ada.get(f"{address}.pdf").data) == whole[3:], "its PDF is its part of the print file"
    answer = ada.post(f"{run}/issue", data={})
    assert answer.status_code == 422 and "Choose how they reach their readers" in answer.text
    assert ada.post(f"{run}/issue", data={"way": "post"}).status_code == 303
    assert "0 of 2 issued and logged" in ada.get(run).text
    work(app)
    page = ada.get(run).text
    assert page.count("Issued") == 2 and "All 2 are issued and logged" in page
    with app.app_context():
        from portal.db import db

        assert {(one.state, one.recipient) for one in db.session.query(Document)} == {("issued", "Ifeoma Okafor")}
        assert db.session.query(BulkRun).one().pdf_note == ""


def test_without_libreoffice_the_note_says_so(app, ada, made, monkeypatch):
    from tests.documents.produced import sign_in

    run = begin(ada, made.letter).location
    work(app)
    clear(app, ada, sign_in(app, "Mo Example", "support_manager"), run)
    ada.post(f"{run}/print")
    monkeypatch.setattr(pdf, "program", lambda: None)
    work(app)
    page = ada.get(run).text
    assert "LibreOffice is not installed on this server" in page
    assert ada.get(f"{run}.pdf").status_code == 404

"""Many documents in one print file: every one whole, on its own pages, numbered from 1, found again exactly."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from datetime import timedelta

import pytest
from pypdf import PdfReader, PdfWriter

from portal import timekeeping
from portal.db import db
from portal.documents import bulk, bulk_print, pdf, pdf_parts
from portal.documents.may_share import shared_by
from portal.documents.models import BulkItem, BulkRun, Document
from portal.documents.print_file import CannotMerge, PrintFile, merged, print_file, title_of
from portal.jobs.models import Job
from portal.word.looks import in_look
from portal.word.render import render
from portal.word.template import compile_template
from tests.documents.shipped import everything
from tests.documents.test_bulk import LETTER, begin, chosen_on, more_letters, work

(PARENT,) = [one for one in everything() if one.rule.id == LETTER]
AGAIN = "Try again now"
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
        assert bookmarks(reader) == bookmarks(alone) and max(level for level, _, _ in bookmarks(alone)) > 0, "its headings, below each other"
        assert reader.metadata.title == f"The end of our support, EH-{name}" and reader.root_object["/MarkInfo"]["/Marked"] and reader.root_object["/Lang"] == "en-GB"
        others = {"Ada", "Bo", "Cy"} - {name}
        raw = b"".join(stream(reader))
        assert not any(f"EH-{other}".encode() in raw for other in others)
        begin += count
    marked = pdf_parts.with_bookmarks(made.content, made.pages, ["RS-1", "RS-2", "RS-3"])
    assert bookmarks(PdfReader(io.BytesIO(marked))) == [(0, "RS-1", 0), (0, "RS-2", made.pages[0]), (0, "RS-3", made.pages[0] + made.pages[1])]
    assert texts(marked) == whole and marked.startswith(made.content), "nothing that stood there is written anew"


def bookmarks(reader: PdfReader) -> list[tuple[int, str, int]]:
    """The level, the words and the page of every bookmark."""
    return [(level, one.title, reader.get_destination_page_number(one)) for level, one in pdf_parts._levels(reader.outline)]


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


BODY, RELATIONS, TYPES, LISTS = "word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml", "word/numbering.xml"
XMLNS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SECTION = re.compile(r"<w:sectPr\b.*</w:sectPr>", re.DOTALL)


def parts_of(document: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(document: bytes, *changes: tuple[str, str, str], **members: bytes) -> bytes:
    """The document with words put before others in members, and with other members."""
    parts = parts_of(document)
    for name, before, words in changes:
        assert before.encode() in parts[name]
        parts[name] = parts[name].replace(before.encode(), (words + before).encode(), 1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in (parts | {key.replace("__", "/").replace("_xml", ".xml").replace("_png", ".png"): one for key, one in members.items()}).items():
            archive.writestr(name, content)
    return out.getvalue()


def with_picture(document: bytes, shade: int) -> bytes:
    """Its logo a grey square."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head, rows = struct.pack(">2I5B", 8, 8, 8, 0, 0, 0, 0), zlib.compress((b"\0" + bytes([shade]) * 8) * 8)
    return changed(document, word__media__logo_png=b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def with_note(document: bytes, name: str) -> bytes:
    """With a footnote that names somebody."""
    kind = "footnotes"
    edge = "".join(f'<w:footnote w:type="{way}" w:id="{at}"><w:p><w:r><w:{way}/></w:r></w:p></w:footnote>' for at, way in enumerate(("separator", "continuationSeparator"), -1))
    notes = f'<w:{kind} {XMLNS}>{edge}<w:footnote w:id="1"><w:p><w:r><w:t>The note of {name}</w:t></w:r></w:p></w:footnote></w:{kind}>'
    related = f'<Relationship Id="rIdNotes" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{kind}.xml"/>'
    typed = f'<Override PartName="/word/{kind}.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
    words = '<w:p><w:r><w:t>A noted word</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    return changed(document, (BODY, "<w:sectPr", words), (RELATIONS, "</Relationships>", related), (TYPES, "</Types>", typed), word__footnotes_xml=notes.encode())


def with_inner_section(document: bytes) -> bytes:
    section = SECTION.search(parts_of(document)[BODY].decode())
    assert section
    words = f"<w:p><w:pPr>{section[0]}</w:pPr></w:p><w:p><w:r><w:t>After the break</w:t></w:r></w:p>"
    return changed(document, (BODY, "<w:sectPr", words))


def with_numbers(document: bytes) -> bytes:
    counted = '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="No. %1:"/></w:lvl></w:abstractNum>'
    listed = '<w:num w:numId="7"><w:abstractNumId w:val="7"/></w:num>'
    item = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr><w:r><w:t>counted</w:t></w:r></w:p>'
    return changed(document, (BODY, "<w:sectPr", item * 2), (LISTS, "<w:num ", counted), (LISTS, "</w:numbering>", listed))


def pictures(content: bytes) -> set[bytes]:
    reader = PdfReader(io.BytesIO(content))
    every = [reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1)]
    return {one.get_data() for one in every if isinstance(one, dict) and one.get("/Subtype") == "/Image"}


def taken_apart(letters: list[bytes]) -> list[bytes]:
    made = print_file(letters)
    return list(pdf_parts.parts(made.content, made.pages, [title_of(one) for one in letters]))


@pytest.mark.libreoffice
def test_each_familys_part_has_its_own_picture_and_no_other():
    letters = [with_picture(letter("Ada"), 10), with_picture(letter("Bo"), 200)]
    mine, others = map(pictures, taken_apart(letters))
    assert mine and others and not mine & others
    assert [mine, others] == [pictures(pdf.to_pdf(one)) for one in letters]


@pytest.mark.libreoffice
def test_each_familys_part_has_its_own_notes_sections_and_numbers():
    names = ("Ada", "Bo")
    noted = ["\n".join(texts(one)) for one in taken_apart([with_note(letter(name), name) for name in names])]
    assert [[f"The note of {name}" in one for name in names] for one in noted] == [[True, False], [False, True]]
    broken = ["\n".join(texts(one)) for one in taken_apart([with_inner_section(letter(name)) for name in names])]
    assert [[f"EH-{name}" in one for name in names] for one in broken] == [[True, False], [False, True]]
    assert broken[0].replace("Ada", "") == broken[1].replace("Bo", "") and "After the break" in broken[1]
    counted = ["\n".join(texts(one)) for one in taken_apart([with_numbers(letter(name)) for name in names])]
    assert [re.findall(r"No\. (\d):", one) for one in counted] == [["1", "2"]] * 2


FIELD = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> {} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
NUMBERED_STYLES = '<w:style w:type="paragraph" w:styleId="N"><w:pPr><w:numPr><w:numId w:val="9"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="M"><w:basedOn w:val="N"/></w:style>'


def test_only_letters_alike_in_all_but_their_words_are_merged():
    ada, bo = letter("Ada"), letter("Bo")
    assert shared_by(parts_of(ada)) == shared_by(parts_of(bo)) != ""
    for other in (with_picture(bo, 10), changed(bo, word__comments_xml=b"<w:comments/>"), changed(bo, (BODY, "<w:titlePg/>", "<w:vAlign/>"))):
        assert shared_by(parts_of(other)) not in ("", shared_by(parts_of(ada)))
        with pytest.raises(CannotMerge, match="different versions"):
            merged([ada, other])


@pytest.mark.parametrize(
    "change",
    [
        with_inner_section,
        with_numbers,
        lambda one: with_note(one, "Bo"),
        lambda one: changed(one, (BODY, "<w:sectPr", FIELD.format("REF who"))),
        lambda one: changed(one, (BODY, "<w:sectPr", FIELD.format("SEQ figure"))),
        lambda one: changed(one, (BODY, "<w:sectPr", '<w:bookmarkStart w:id="9" w:name="letter2"/><w:bookmarkEnd w:id="9"/>')),
        lambda one: changed(one, (BODY, "<w:sectPr", '<w:p><w:pPr><w:pStyle w:val="M"/></w:pPr></w:p>'), ("word/styles.xml", "</w:styles>", NUMBERED_STYLES)),
        lambda one: changed(one, word__document_xml=re.sub(rb"<w:pgSz[^>]*>", b"", parts_of(one)[BODY])),
    ],
)
def test_a_letter_that_counts_or_points_beyond_itself_is_printed_by_itself(change):
    one = change(letter("Bo"))
    assert shared_by(parts_of(one)) == ""
    with pytest.raises(CannotMerge, match="only be printed by itself"):
        merged([one, one])


def test_a_pdf_that_cannot_be_read_is_told():
    with pytest.raises(pdf_parts.PartsUnavailable, match="cannot be read"):
        list(pdf_parts.parts(b"no PDF", (1,), ("One",)))


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
    assert bulk_print.WAITS in ada.get(run).text and ada.get(f"{run}.pdf").status_code == 404
    work(app)
    printed = ada.get(f"{run}.pdf").data
    whole = texts(printed)
    assert len(whole) == 6
    references = re.findall(r'<th scope="row".*?<span class="portal-reference">([^<]+)<', ada.get(run).text)
    assert bookmarks(PdfReader(io.BytesIO(printed))) == [(0, references[0], 0), (0, references[1], 3)], "each by the reference that the page shows"
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


def asked(app, ada, made) -> str:
    """A run of one letter that is to be printed."""
    from tests.documents.produced import sign_in

    run = begin(ada, made.letter).location
    work(app)
    clear(app, ada, sign_in(app, "Mo Example", "support_manager"), run)
    assert ada.post(f"{run}/print").status_code == 303
    return run


def test_a_document_erased_while_it_is_printed_is_not_in_the_print_file(app, ada, made, monkeypatch):
    run = asked(app, ada, made)
    printed = []

    def erased_meanwhile(contents):
        printed.append(len(contents))
        if len(printed) == 1:
            db.session.query(BulkItem).update({"made_id": None})
            db.session.query(Document).delete()
            db.session.commit()
        return PrintFile(b"%PDF of all", (1,) * len(contents))

    monkeypatch.setattr(bulk_print, "print_file", erased_meanwhile)
    monkeypatch.setattr(bulk_print, "_take_apart", lambda printed, contents: [])
    with app.app_context():
        with pytest.raises(bulk_print.ChangedMeanwhile):
            bulk_print.work_print({"run": run.rsplit("/", 1)[1]}, job_id=1)
        db.session.rollback()
        assert db.session.query(BulkRun).one().pdf_sha256 == ""
    work(app)
    assert printed == [1, 0]


@pytest.mark.parametrize("error", [OSError("no room"), zipfile.BadZipFile("broken"), CannotMerge("They differ")])
def test_a_print_that_failed_is_told_and_can_be_asked_for_again(app, ada, made, monkeypatch, error):
    def fails(contents):
        raise error

    monkeypatch.setattr(bulk_print, "print_file", fails)
    monkeypatch.setattr("portal.documents.preview.is_available", lambda: True)
    run = asked(app, ada, made)
    page = ada.get(run).text
    assert bulk_print.WAITS in page and AGAIN not in page
    work(app)
    page = ada.get(run).text
    assert ("They differ" if isinstance(error, CannotMerge) else bulk_print.FAILED) in page
    assert AGAIN in page and bulk_print.WAITS not in page
    assert ada.post(f"{run}/print").status_code == 303 and bulk_print.WAITS in ada.get(run).text


def test_the_page_tells_what_becomes_of_a_print_that_ends_in_an_error(app, ada, made, monkeypatch):
    def fails(contents):
        raise MemoryError

    monkeypatch.setattr(bulk_print, "print_file", fails)
    monkeypatch.setattr("portal.documents.preview.is_available", lambda: True)
    run = asked(app, ada, made)
    work(app)
    page = ada.get(run).text
    assert re.search(r"Printing it failed\. It is tried again [^<]*202\d at [^<]*, or now if you ask for it", page) and AGAIN in page
    job = only_job(app)
    assert ada.post(f"{run}/print").status_code == 303
    assert only_job(app, run_at=job.run_at, attempts=0) and bulk_print.WAITS in ada.get(run).text, "the same one is tried now"
    only_job(app, status="running", attempts=1, lease_until=timekeeping.now() + timedelta(minutes=1))
    page = ada.get(run).text
    assert bulk_print.BEING_PRINTED in page and AGAIN not in page
    ada.post(f"{run}/print")
    only_job(app, status="running", lease_until=timekeeping.now() - timedelta(minutes=1))
    assert bulk_print.INTERRUPTED in ada.get(run).text
    only_job(app, status="failed", attempts=60)
    page = ada.get(run).text
    assert bulk_print.FAILED in page and AGAIN in page and "being printed" not in page
    monkeypatch.setattr(bulk_print, "print_file", lambda contents: PrintFile(b"%PDF of all", (1,) * len(contents)))
    monkeypatch.setattr(bulk_print, "_take_apart", lambda printed, contents: [])
    ada.post(f"{run}/print")
    assert bulk_print.WAITS in ada.get(run).text
    work(app)
    page = ada.get(run).text
    assert "Download the print file (PDF)" in page and AGAIN not in page


def only_job(app, **values) -> Job:
    """The one print job there is, with these values from here on."""
    with app.app_context():
        job = db.session.query(Job).filter_by(name="documents.bulk_print").one()
        for name, value in values.items():
            setattr(job, name, value)
        db.session.commit()
        db.session.refresh(job)
        db.session.expunge(job)
        return job


def test_a_copy_dropped_since_the_run_began_fails_in_words_and_stops_nothing(app, ada, made):
    run = begin(ada, made.letter).location
    with app.app_context():
        one = db.session.query(BulkRun).one()
        one.copy, one.variant = "dropped", bulk.Kind().variant
        db.session.commit()
    work(app)
    with app.app_context():
        (item,) = db.session.query(BulkItem)
        assert item.state == bulk.FAILED and "there is no copy" in item.reason
    assert "Done" in ada.get(run).text

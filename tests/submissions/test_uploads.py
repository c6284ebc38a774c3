"""What may be uploaded: judged by content, made harmless, named safely. The hostile files are made in `hostile_files`."""

import io
import sys
import unicodedata
import zipfile

import pytest
from PIL import Image, ImageFile

from portal.submissions.uploads import FileRefused, inspect, portable
from portal.submissions.uploads.refusal import MAX_FILE
from tests.submissions import hostile_files as made

REFUSED = list(made.refused())
LITTLE = 100_000
"""A plain document unpacks to fewer bytes."""


def test_there_are_at_least_150_hostile_files():
    assert len(REFUSED) + len(made.names()) >= 150


@pytest.fixture
def unpacked(monkeypatch):
    """How many bytes were unpacked, piece by piece; a picture whose dots are drawn counts as one that never ends."""
    pieces: list[int] = []
    member, stream = zipfile.ZipExtFile.read, portable._unpack

    def counted(body: bytes) -> bytes:
        pieces.append(len(body))
        return body

    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda self, most=-1: counted(member(self, most)))
    monkeypatch.setattr(portable, "_unpack", lambda body, limit: counted(stream(body, limit)))
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: pieces.append(sys.maxsize))
    return pieces


@pytest.mark.parametrize(("what", "name", "data"), REFUSED, ids=[what for what, _, _ in REFUSED])
def test_hostile_files_are_refused_by_name_and_little_of_them_is_unpacked(what, name, data, unpacked):
    with pytest.raises(FileRefused) as refusal:
        inspect(name, data)
    assert refusal.value.message.startswith("“")
    assert sum(unpacked) <= (portable.MAX_UNPACKED if name.endswith(".pdf") else LITTLE)


@pytest.mark.parametrize("what", ["docx bomb of zeros", "docx that says it unpacks to 4 GB", "docx with thousands of parts", "odt bomb"])
def test_a_zip_that_swells_is_refused_by_its_directory_alone(what, unpacked):
    name, data = next((name, data) for kind, name, data in REFUSED if kind == what)
    with pytest.raises(FileRefused, match="unpacks to far more"):
        inspect(name, data)
    assert unpacked == []


def test_bytes_that_are_unpacked_are_counted(unpacked):
    inspect("a.docx", made.docx())
    assert 0 < sum(unpacked) <= LITTLE
    with pytest.raises(FileRefused, match="unpacks to more than 30 MB"):
        inspect("a.pdf", made.pdf(made.packed_stream(bytes(40_000_000))))
    assert max(unpacked) == portable.MAX_UNPACKED


@pytest.mark.parametrize("name", made.names(), ids=[ascii(name)[:40] for name in made.names()])
def test_names_are_made_safe(name):
    safe = inspect(name, b"hello").name
    assert 5 <= len(safe) <= 100 and safe.endswith(".txt")
    assert not set(safe) & set('/\\:*?"<>|\r\n\0{}$\'%;')
    assert not any(unicodedata.category(letter) in ("Cc", "Cf") for letter in safe)
    assert not safe.startswith((".", "-")) and safe.partition(".")[0].lower() not in ("con", "nul", "com1")
    assert safe.count(".") == 1


def test_a_name_people_use_stays_as_it_is():
    assert inspect("School report, autumn (Ash).txt", b"hello").name == "School report_ autumn (Ash).txt"
    assert inspect("naïve résumé.txt", b"hello").name == "naïve résumé.txt"


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.pdf", made.pdf(), "application/pdf"),
        ("a.pdf", made.pdf(made.packed_stream(b"<</Type/Font>>")), "application/pdf"),
        ("a.docx", made.docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("link.docx", made.docx(rels=made.relation("hyperlink", "https://www.example.org/link")), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("page.docx", made.docx(body=made.field('HYPERLINK "https://www.example.org/link"')), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("own.docx", made.docx(rels=made.relation("attachedTemplate", "file:///C:\\Templates\\Letter.dotx")), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.odt", made.odt(), "application/vnd.oasis.opendocument.text"),
        ("a.png", made.picture(), "image/png"),
        ("a.jpeg", made.picture("JPEG", progressive=True), "image/jpeg"),
        ("a.heic", made.heic(), "image/heic"),
        ("a.txt", "Grüße £5".encode("cp1252"), "text/plain"),
    ],
)
def test_plain_files_come_in(name, data, media_type):
    assert inspect(name, data).media_type == media_type


def test_a_photograph_keeps_its_picture_and_loses_its_place():
    cleaned = inspect("photo.jpg", made.located_jpeg(orientation=6)).data
    assert b"MadeUpCamera" not in cleaned and b"taken at home" not in cleaned
    picture = Image.open(io.BytesIO(cleaned))
    assert dict(picture.getexif()) == {0x0112: 6}
    assert not picture.getexif().get_ifd(0x8825)
    assert picture.convert("RGB").getpixel((3, 3)) == Image.open(io.BytesIO(made.located_jpeg())).convert("RGB").getpixel((3, 3))


def test_what_follows_the_end_of_a_picture_is_cut_off():
    assert inspect("photo.jpg", made.picture("JPEG") + b"<script>alert(1)</script>").data == inspect("photo.jpg", made.picture("JPEG")).data
    assert b"script" not in inspect("photo.png", made.picture() + b"<script>").data


def test_texts_inside_a_png_are_taken_out():
    data = made.picture()
    whole = data[:33] + made.chunk(b"tEXt", b"Author\0Ash") + made.chunk(b"eXIf", b"MM\0*") + data[33:]
    cleaned = inspect("photo.png", whole).data
    assert b"Author" not in cleaned and b"eXIf" not in cleaned
    assert Image.open(io.BytesIO(cleaned)).size == (8, 8)


def test_a_heic_photograph_loses_its_details_in_place():
    before = made.heic()
    after = inspect("IMG_1.HEIC", before)
    assert after.name == "IMG_1.heic" and len(after.data) == len(before)
    assert b"GPS" not in after.data and b"\x01" * 40 in after.data


def test_a_picture_under_another_picture_s_ending_gets_its_own():
    assert inspect("photo.png", made.picture("JPEG")).name == "photo.jpg"


def test_a_file_that_is_too_large_is_told_with_the_limit():
    with pytest.raises(FileRefused, match=r"“big.txt” is larger than 20 MB"):
        inspect("big.txt", b"x" * (MAX_FILE + 1))


def test_word_documents_of_word_itself_come_in():
    import docx as python_docx

    target = io.BytesIO()
    document = python_docx.Document()
    document.add_heading("Minutes")
    document.add_table(2, 2)
    document.save(target)
    assert inspect("minutes.docx", target.getvalue()).name == "minutes.docx"
    assert zipfile.is_zipfile(io.BytesIO(target.getvalue()))

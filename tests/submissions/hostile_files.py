"""Hostile and harmless files, made here; none is real malware and none is kept in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from PIL import Image

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"


def zipped(members: dict[str, bytes | str], *, first: tuple[str, str] | None = None) -> bytes:
    """A zip of these members; `first` is stored uncompressed in front, as ODT asks."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        if first:
            package.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name, content in members.items():
            package.writestr(name, content)
    return target.getvalue()


def docx(extra: dict[str, bytes | str] | None = None, *, body: str = "<w:p><w:r><w:t>Hello</w:t></w:r></w:p>", main: str = MAIN, rels: str = "", prolog: str = "") -> bytes:
    """A Word document with this body and these relationships."""
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{prolog}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELS}">{rels}</Relationships>',
    }
    return zipped(members | (extra or {}))


def relation(kind: str, target: str, *, external: bool = True) -> str:
    """A relationship of a Word document."""
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="x1" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'


def field(*words: str) -> str:
    """A field whose instruction is split over these runs."""
    inside = "".join(f"<w:r><w:instrText>{word}</w:instrText></w:r>" for word in words)
    return f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{inside}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


def odt(extra: dict[str, bytes | str] | None = None, *, body: str = "", prolog: str = "") -> bytes:
    """An OpenDocument text."""
    spaces = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    members: dict[str, bytes | str] = {
        "content.xml": f"{prolog}<office:document-content {spaces}><office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
    }
    return zipped(members | (extra or {}), first=("mimetype", "application/vnd.oasis.opendocument.text"))


def pdf(body: bytes = b"", *, after: bytes = b"") -> bytes:
    """A small PDF with this object added."""
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n" + body + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n" + after


def packed_stream(content: bytes, kind: bytes = b"/Type/ObjStm") -> bytes:
    """A compressed stream of a PDF."""
    data = zlib.compress(content)
    return b"3 0 obj<<" + kind + b"/N 1/First 4/Filter/FlateDecode/Length " + str(len(data)).encode() + b">>stream\n" + data + b"\nendstream endobj"


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8), **save: object) -> bytes:
    """A small picture."""
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, kind, **save)
    return target.getvalue()


def located_jpeg(orientation: int = 6) -> bytes:
    """A photograph that says where it was taken, by whom, and how it is turned."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "MadeUpCamera"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (51.0, 32.0, 45.0)
    return picture("JPEG", exif=exif.tobytes(), comment=b"taken at home")


def chunk(name: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def huge_png() -> bytes:
    """A PNG that says it has a thousand million dots."""
    header = struct.pack(">IIBBBBB", 32_000, 32_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def box(name: bytes, body: bytes) -> bytes:
    """A box of a HEIC file."""
    return struct.pack(">I4s", len(body) + 8, name) + body


def heic(*, exif: bytes = b"\0\0\0\0Exif\0\0MM\0*GPSLatitude 51.5", width: int = 64, extra: bytes = b"", where: int | None = None) -> bytes:
    """A HEIC photograph with an Exif item in its data box; `where` places it wrongly."""
    ftyp = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    image = b"\x01" * 40
    infe = box(b"infe", b"\x02\0\0\0" + struct.pack(">HH", 1, 0) + b"hvc1" + b"\0") + box(b"infe", b"\x02\0\0\0" + struct.pack(">HH", 2, 0) + b"Exif" + b"\0")
    iinf = box(b"iinf", b"\0\0\0\0" + struct.pack(">H", 2) + infe)
    iprp = box(b"iprp", box(b"ipco", box(b"ispe", b"\0\0\0\0" + struct.pack(">II", width, 64))))

    def meta(offset: int) -> bytes:
        items = struct.pack(">HHHII", 1, 0, 1, offset, len(image)) + struct.pack(">HHHII", 2, 0, 1, where if where is not None else offset + len(image), len(exif))
        iloc = box(b"iloc", b"\0\0\0\0" + bytes((0x44, 0x00)) + struct.pack(">H", 2) + items)
        return box(b"meta", b"\0\0\0\0" + iinf + iloc + iprp)

    offset = len(ftyp) + len(meta(0)) + 8
    return ftyp + meta(offset) + box(b"mdat", image + exif) + extra


def lying_zip() -> bytes:
    """A docx whose directory says its main part unpacks to 4 GB."""
    data = bytearray(docx())
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/document.xml"))
    data[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(data)


def refused() -> Iterator[tuple[str, str, bytes]]:
    """Files that may never come in: what it is, its name, its bytes."""
    eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE" + "!$H+H*"
    yield "nothing at all", "empty.pdf", b""
    yield "the scanners' test text", "note.txt", eicar.encode()
    for ending in ("exe", "bat", "js", "html", "svg", "mht", "doc", "docm", "xlsm", "rtf", "zip", "jar", "php", "lnk", "gif", "tiff", "webp", "mp4", ""):
        yield f"an ending that is not taken: {ending!r}", f"file.{ending}" if ending else "file", b"hello hello hello"
    for name, start in {"MZ": b"MZ\x90\0", "ELF": b"\x7fELF", "OLE": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "GIF": b"GIF89a", "RAR": b"Rar!\x1a\x07", "7z": b"7z\xbc\xaf\x27\x1c", "gzip": b"\x1f\x8b\x08"}.items():
        for ending in ("pdf", "docx", "odt", "jpg", "png", "heic"):
            yield f"{name} that calls itself {ending}", f"letter.{ending}", start + bytes(64)
    for words in ("<html><script>alert(1)</script>", "<!DOCTYPE html>", "<svg onload=alert(1)>", "<?xml version='1.0'?>", "#!/bin/sh", "MIME-Version: 1.0", "{\\rtf1", "<?php x", "%!PS", "\0\0\0binary", "From - Thu"):
        yield f"text that is {words[:12]!r}", "note.txt", words.encode()
    yield from _refused_documents()
    yield from _refused_odt()
    yield from _refused_pdf()
    yield from _refused_pictures()


def _refused_documents() -> Iterator[tuple[str, str, bytes]]:
    yield "docm renamed docx", "a.docx", docx(main=MACRO_MAIN)
    for member in ("word/vbaProject.bin", "word/vbaData.xml", "word/embeddings/oleObject1.bin", "word/embeddings/sheet.xlsx", "word/activeX/activeX1.xml", "customUI/customUI.xml", "word/afchunk.htm", "payload.exe", "word/media/page.html"):
        yield f"docx with {member}", "a.docx", docx({member: b"x"})
    for kind, target in (
        ("attachedTemplate", "http://192.0.2.1/a.dotm"),
        ("attachedTemplate", "file:///\\\\192.0.2.1\\a.dotm"),
        ("attachedTemplate", "\\\\192.0.2.1\\a.dotm"),
        ("image", "http://192.0.2.1/p.png"),
        ("oleObject", "http://192.0.2.1/x"),
        ("frame", "http://192.0.2.1/x"),
        ("subDocument", "http://192.0.2.1/x"),
        ("hyperlink", "file:///etc/passwd"),
        ("hyperlink", "javascript:alert(1)"),
        ("hyperlink", "ms-msdt:/id"),
        ("aFChunk", "word/a.htm"),
    ):
        yield f"docx that loads {kind} {target}", "a.docx", docx(rels=relation(kind, target))
    for words in (("DDEAUTO cmd",), ("DD", "EAUTO c:\\\\x"), (" DDE x",), ("INCLUDEPICTURE http://192.0.2.1/x",), ("INCLUDETEXT x",), ("QUOTE 68 68 69",), ("LINK Excel",), ("macrobutton x",)):
        yield f"docx with the field {words}", "a.docx", docx(body=field(*words))
    yield "docx with a DDE in a simple field", "a.docx", docx(body='<w:fldSimple w:instr="DDEAUTO x"><w:r/></w:fldSimple>')
    yield "docx with a field made by a field", "a.docx", docx(body=field("</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"begin\"/><w:instrText>X"))
    yield "docx with an entity", "a.docx", docx(prolog='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    yield "docx with a billion laughs", "a.docx", docx(prolog='<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>', body="<w:p>&b;</w:p>")
    yield "docx that is UTF-16 with an entity", "a.docx", docx({"word/comments.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "y">]><x>&e;</x>'.encode("utf-16")})
    yield "docx bomb of zeros", "a.docx", docx({"word/media/big.xml": bytes(60_000_000)})
    yield "docx that says it unpacks to 4 GB", "a.docx", lying_zip()
    yield "docx with a part outside it", "a.docx", docx({"../../evil.xml": "<x/>"})
    yield "docx with an absolute part", "a.docx", docx({"/etc/evil.xml": "<x/>"})
    yield "docx with a backslash", "a.docx", docx({"word\\evil.xml": "<x/>"})
    yield "docx with thousands of parts", "a.docx", docx({f"word/p{number}.xml": "<x/>" for number in range(3100)})
    yield "docx with something before it", "a.docx", b"MZ" + docx()
    yield "docx with something after it", "a.docx", docx() + b"<script>"
    yield "docx cut short", "a.docx", docx()[:-30]
    yield "a plain zip called docx", "a.docx", zipped({"a.txt": "x"})
    yield "a zip in a zip called docx", "a.docx", zipped({"word/document.xml": zipped({"a": "x"})})
    yield "a Word document called ODT", "a.odt", docx()
    yield "a spreadsheet called docx", "a.docx", zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<x/>"})
    yield "docx that is not XML", "a.docx", docx({"word/styles.xml": "<x"})


def _refused_odt() -> Iterator[tuple[str, str, bytes]]:
    for member in ("Basic/Standard/Module1.xml", "Scripts/python/a.py", "Object 1/content.xml", "META-INF/macrosignatures.xml", "x.exe"):
        yield f"odt with {member}", "a.odt", odt({member: "<x/>"})
    for body in (
        '<draw:image xlink:href="http://192.0.2.1/x.png"/>',
        '<text:a xlink:href="vnd.sun.star.script:x"/>',
        '<script:event-listener xlink:href="x"/>',
        '<draw:object xlink:href="./x"/>',
        '<draw:floating-frame xlink:href="http://192.0.2.1"/>',
        '<office:dde-source/>',
        '<text:section-source xlink:href="file:///etc/passwd"/>',
    ):
        yield f"odt with {body[:30]}", "a.odt", odt(body=body)
    yield "odt with a password", "a.odt", odt({"META-INF/manifest.xml": '<m:manifest xmlns:m="x"><m:encryption-data/></m:manifest>'})
    yield "odt with an entity", "a.odt", odt(prolog='<!DOCTYPE x [<!ENTITY e "y">]>')
    yield "odt bomb", "a.odt", odt({"Pictures/x": bytes(60_000_000)})


def _refused_pdf() -> Iterator[tuple[str, str, bytes]]:
    for name in (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/EmbeddedFiles", b"/RichMedia", b"/XFA", b"/SubmitForm", b"/ImportData", b"/J#61vaScript", b"/#4aS", b"/Encrypt"):
        yield f"pdf with {name!r}", "a.pdf", pdf(b"3 0 obj<<" + name + b" 4 0 R>>endobj")
    yield "pdf with a script in a packed stream", "a.pdf", pdf(packed_stream(b"<</S/JavaScript/JS(app.alert(1))>>"))
    yield "pdf with a bomb of objects", "a.pdf", pdf(packed_stream(bytes(40_000_000)))
    yield "pdf that is a zip too", "a.pdf", pdf(after=zipped({"a.txt": "x"}))
    yield "pdf with a page of HTML before it", "a.pdf", b"<html>" + pdf()
    yield "pdf without an end", "a.pdf", pdf()[:60]
    yield "pdf with much after its end", "a.pdf", pdf(after=b"x" * 5000)
    yield "a text called pdf", "a.pdf", b"hello"


def _refused_pictures() -> Iterator[tuple[str, str, bytes]]:
    yield "png of a thousand million dots", "a.png", huge_png()
    yield "png cut short", "a.png", picture()[:-20]
    yield "png with a damaged part", "a.png", picture().replace(b"IDAT", b"IDAX", 1)
    yield "jpeg cut short", "a.jpg", picture("JPEG")[:-40]
    yield "jpeg that is only a start", "a.jpg", b"\xff\xd8\xff\xe0" + bytes(40)
    yield "a picture called docx", "a.docx", picture()
    yield "a picture called pdf", "a.pdf", picture("JPEG")
    yield "heic with a film", "a.heic", heic(extra=box(b"moov", b"x"))
    yield "heic whose details lie outside", "a.heic", heic(where=10_000_000)
    yield "heic of too many dots", "a.heic", heic(width=0x7FFFFFFF)
    yield "heic cut short", "a.heic", heic()[:60]
    yield "heic with a second Exif nobody lists", "a.heic", heic(extra=box(b"mdat", b"Exif\0\0GPSLatitude"))


def names() -> list[str]:
    """Names that try something."""
    return [
        "../../etc/passwd.txt", "..\\..\\windows\\system.txt", "C:\\Users\\ash\\note.txt", "CON.txt", "nul.txt", "com1.txt", "a\0b.txt", "note\u202etxt.exe.txt",
        "x" * 5000 + ".txt", "a/b/c.txt", "note.txt.txt", ".txt", "  .txt", "'; drop table.txt", "<script>.txt", "$(rm).txt", "-rf.txt", "naïve résumé.txt",
        "مذكرة.txt", "日本語.txt", "a\r\nSet-Cookie: x.txt", "{{7*7}}.txt", "%2e%2e%2f.txt", "note.TXT", "a:b.txt", "a|b.txt", "a*b?.txt",
    ]  # fmt: skip

"""Word templates of the shipped council, changed as somebody would in Word, and pages of the portal that take them."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.documents.shipped import pack_of

LETTER = "closure-letter-parent.docx"
ADDRESS = "/word-templates/closure-letter-parent"
NAME = f"hackney/{LETTER}"
DAY = (1980, 1, 1, 0, 0, 0)


def shipped(file: str = LETTER) -> bytes:
    return pack_of("hackney").template_path(file).read_bytes()


def changed(*pairs: tuple[str, str], file: bytes = b"", more: dict[str, str | bytes] | None = None) -> bytes:
    """A template with words of its body replaced, and members added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file or shipped())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                for before, after in pairs:
                    assert before in content.decode(), before
                    content = content.decode().replace(before, after).encode()
            new.writestr(zipfile.ZipInfo(name, DAY), content, zipfile.ZIP_DEFLATED)
        for name, added in (more or {}).items():
            new.writestr(zipfile.ZipInfo(name, DAY), added)
    return out.getvalue()


def warmer(words: str = "Saying goodbye to you") -> bytes:
    """A sound change of the letter's heading."""
    return changed(("The end of our support", words))


def upload(client: FlaskClient, file: bytes, name: str = "new letter.docx", address: str = ADDRESS) -> TestResponse:
    return client.post(address, data={"file": (io.BytesIO(file), name)}, content_type="multipart/form-data")


def words_of(answer: TestResponse) -> str:
    """The words of a page's main part."""
    main = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main[0] if main else answer.text)).split())


def put_in_force(client: FlaskClient, proposed: str, note: str = "Warmer words, asked for by families", **over: str) -> TestResponse:
    """What the page of a sound template would post."""
    current = re.search(r'name="current" value="(\d+)"', client.get(proposed).text)
    return client.post(f"{proposed}/put-in-force", data={"current": current[1] if current else "", "note": note, "read": "yes"} | over)

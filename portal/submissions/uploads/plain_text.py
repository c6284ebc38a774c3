"""Plain text files: read in the encodings people use, kept as UTF-8. Web pages and programs that call themselves text are refused."""

from __future__ import annotations

import re

from portal.submissions.uploads.refusal import FileRefused

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_OTHER_KIND = re.compile(r"\s*(<!doctype|<html|<svg|<\?xml|<script|<\?php|#!|mime-version:|\{\\rtf|from - |%!ps)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_TEST_VIRUS = "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE"


def clean_text_file(data: bytes, shown: str) -> bytes:
    """The text in UTF-8. Raises FileRefused for anything that is not writing."""
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    text = text.replace("\x0c", "\n")
    if _CONTROL.search(text) or _OTHER_KIND.match(text) or _TEST_VIRUS in text:
        raise FileRefused("not_text", f"“{shown}” is not plain text. Save it as text or as a PDF, then add it again")
    return text.encode()

"""The error of a file that may not come in, and the limits its message names."""

from __future__ import annotations

from portal.errors import RuleBroken

MEGABYTE = 1024 * 1024
MAX_FILE = 20 * MEGABYTE
ALLOWED = "PDF, Word (DOCX), ODT, JPEG, PNG, HEIC or plain text (TXT)"


class FileRefused(RuleBroken):
    """This file cannot be kept. The message names the file and says what to do; `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

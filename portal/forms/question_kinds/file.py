"""Files: what may be uploaded and how big, and the attachments kept so far. Keeping their bytes, and judging them by content,
is the business of the room that stores submissions; here a new upload is judged by name and size only.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import KindSettings, QuestionKind, Raw, Taken, Wrong, chosen_values
from portal.forms.question_kinds.paper import Lines, Space
from portal.language import listed, say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

FileType = Literal["pdf", "docx", "odt", "jpg", "png", "heic", "txt"]
TYPES: tuple[FileType, ...] = ("pdf", "docx", "odt", "jpg", "png", "heic", "txt")
_ENDINGS: dict[str, tuple[str, ...]] = {"jpg": ("jpg", "jpeg"), "heic": ("heic", "heif")}
_NAMES = {"jpg": "JPEG", "docx": "Word (DOCX)", "odt": "ODT"}
MEGABYTE = 1_000_000


class FileSettings(KindSettings):
    """Types by their usual ending, megabytes a file, and how many files (`multiple: false` is one)."""

    types: tuple[FileType, ...] = TYPES
    max_mb: int = Field(default=20, ge=1, le=20)
    multiple: bool = True
    max_files: int = Field(default=10, ge=1, le=50)


class File(QuestionKind):
    """Uploaded files; the value is the list of attachments kept."""

    name = "file"
    settings = FileSettings
    asks_to = "Choose a file for"
    needs_more = True

    def parts(self, question: Question) -> tuple[str, ...]:
        """New files under the question's own name; ids of attachments to take away."""
        return ("", "remove")

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """The attachments kept, and the new uploads that passed; what did not pass is named with the limit."""
        removed = chosen_values(raw, "remove")
        kept = [each for each in stored or () if each.get("id") not in removed]
        new = [each for each in raw.get("", ()) if getattr(each, "filename", "")]
        found: list[Wrong] = []
        passed = []
        for upload in new:
            wrong = upload_faults(question, upload)
            found += wrong
            if not wrong:
                passed.append(upload)
        limit = question.settings.max_files if question.settings.multiple else 1
        if len(kept) + len(passed) > limit:
            words = "{subject} must be one file only; remove one first" if limit == 1 else "{subject} must be {limit} files at most; remove one first"
            found.append(Wrong("too_many", wording.say(question, "too_many", say(words, subject=wording.subject(question), limit=limit))))
            passed = passed[: max(0, limit - len(kept))]
        return Taken(value=kept or None, wrong=tuple(found), blank=not kept and not passed and not found, uploads=tuple(passed))

    def wrong(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """A value is wrong when it is no list of attachments (or, for the command line, of paths)."""
        if isinstance(value, list) and value and all(_is_attachment(each) for each in value):
            return ()
        return (Wrong("shape", f"{wording.subject(question)} must be a list of files such as {{\"path\": \"letter.pdf\"}}"),)

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """Nothing: a browser never shows an upload again; the attachments kept stand beside the box."""
        return {}

    def text(self, question: Question, value: Any) -> str:
        """Name and size, one a line."""
        return "\n".join(describe(each) for each in value)

    def on_paper(self, question: Question) -> tuple[Space, ...]:
        """Lines to name what is sent along."""
        return (Lines(2, "What you send with this form"),)

    def example(self, question: Question) -> Any:
        """A made-up attachment of the first type allowed."""
        ending = question.settings.types[0]
        return [{"id": "exampleattachment", "name": f"school-report.{ending}", "size": 48_213, "sha256": "0" * 64}]

    def settings_faults(self, question: Question) -> tuple[str, ...]:
        """At least one type is allowed."""
        return () if question.settings.types else ("`types` names no type of file",)

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """A made-up attachment, whose bytes are nowhere."""
        ending = source.one_of(question.settings.types)
        digest = "".join(source.one_of("0123456789abcdef") for _ in range(64))
        name = source.one_of(("school-report", "letter", "plan", "photo"))
        return [{"id": f"example{source.digits(6)}", "name": f"{name}.{ending}", "size": source.number(9_000, 900_000), "sha256": digest}]

    def schema(self, question: Question) -> dict[str, Any]:
        """A list of attachments."""
        properties = {"id": {"type": "string"}, "name": {"type": "string"}, "size": {"type": "integer"}, "sha256": {"type": "string"}}
        kept = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": True}
        given = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"], "additionalProperties": True}
        return {"type": "array", "minItems": 1, "items": {"anyOf": [kept, given]}}


def endings(types: Sequence[str]) -> tuple[str, ...]:
    """Every file name ending of these types, without the dot."""
    return tuple(ending for each in types for ending in _ENDINGS.get(each, (each,)))


def type_names(types: Sequence[str]) -> str:
    """The types in words: "PDF, Word (DOCX) or JPEG"."""
    return listed([_NAMES.get(each, each.upper()) for each in types], "or")


def upload_faults(question: Question, upload: Any) -> list[Wrong]:
    """What is wrong with a new upload's name and size."""
    name = os.path.basename(str(upload.filename).replace("\\", "/"))[:120]
    settings = question.settings
    size = size_of(upload)
    if name.rpartition(".")[2].lower() not in endings(settings.types):
        return [Wrong("wrong_type", wording.say(question, "wrong_type", say("“{name}” must be a {types} file", name=name, types=type_names(settings.types))))]
    if size > settings.max_mb * MEGABYTE:
        message = say("“{name}” is {size}; files must be {limit} MB or smaller", name=name, size=show_size(size), limit=settings.max_mb)
        return [Wrong("too_big", wording.say(question, "too_big", message))]
    if size == 0:
        return [Wrong("empty", wording.say(question, "empty", say("“{name}” is empty. Choose the file again", name=name)))]
    return []


def size_of(upload: Any) -> int:
    """The bytes of an upload, which is left at its beginning."""
    upload.stream.seek(0, os.SEEK_END)
    size = upload.stream.tell()
    upload.stream.seek(0)
    return size


def show_size(size: int) -> str:
    """A size in words: "48 KB", "1.3 MB"."""
    return f"{size / MEGABYTE:.1f} MB" if size >= MEGABYTE else f"{max(1, round(size / 1000))} KB"


def describe(attachment: dict[str, Any]) -> str:
    """Name and size of an attachment."""
    name = str(attachment.get("name") or attachment.get("path") or "file")
    return f"{name} ({show_size(attachment['size'])})" if isinstance(attachment.get("size"), int) else name


def _is_attachment(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("path"), str) and value["path"]:
        return True
    return isinstance(value.get("id"), str) and isinstance(value.get("name"), str) and isinstance(value.get("size"), int)

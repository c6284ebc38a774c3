"""File names made safe to show, to store and to save under on any system. The person's own words are kept where harmless."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 100
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*;%&$`\'{}\[\]!#^~=,]')
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def split_name(name: str) -> tuple[str, str]:
    """The stem and the lower-case ending without its dot ('' when there is none), of the last part of a path."""
    last = _plain(name).replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = last.rpartition(".")
    return (stem, ending.strip().lower()) if dot else (last, "")


def safe_name(name: str, ending: str) -> str:
    """A name of at most MAX_NAME characters that ends in `.ending`: no folders, control or text-direction characters."""
    stem = split_name(name)[0]
    stem = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", stem)).strip(" .-_")
    stem = stem.replace(".", "_")
    if _RESERVED.fullmatch(stem):
        stem = f"file_{stem}"
    return f"{stem[: MAX_NAME - len(ending) - 1].rstrip(' ._') or 'file'}.{ending}"


def shown_name(name: str) -> str:
    """The name as error messages show it: last part of the path, harmless, shortened."""
    stem, ending = split_name(name)
    whole = f"{stem}.{ending}" if ending else stem
    return whole if len(whole) <= 60 else f"{whole[:45]}…{whole[-10:]}" if whole else "the file"


def _plain(name: str) -> str:
    composed = unicodedata.normalize("NFC", name)
    return "".join(letter for letter in composed if unicodedata.category(letter) not in _HIDDEN)

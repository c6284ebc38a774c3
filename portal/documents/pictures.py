"""A picture somebody attached, made fit for a page: turned upright, made smaller, and drawn anew, so that nothing but what it shows is left of it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PIL import Image, ImageOps

LONGEST_SIDE = 1600
"""Dots: enough for the width of a page."""

MAX_PIXELS = 100_000_000
_QUALITY = 85


def first_picture(attachments: Iterable[Mapping[str, Any]], read_file: Callable[[str], bytes], *, width: float, alt: str) -> dict[str, Any] | None:
    """The first attachment that is a JPEG or PNG picture, as data for a template; `width` in centimetres. None where there is none."""
    for one in attachments:
        drawn = _drawn(read_file(one["sha256"])) if isinstance(one.get("sha256"), str) else None
        if drawn is not None:
            return {"image": base64.b64encode(drawn).decode(), "width": width, "alt": alt}
    return None


def _drawn(file: bytes) -> bytes | None:
    """The picture as a JPEG of its dots alone, on white; None for what is none, or is too large to open."""
    try:
        with Image.open(io.BytesIO(file), formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except Exception:  # noqa: BLE001 - Pillow raises many kinds of error on damaged pictures, and all mean the same here
        return None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    made = Image.new("RGB", upright.size, "white")
    made.paste(upright, mask=upright.getchannel("A"))
    out = io.BytesIO()
    made.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()

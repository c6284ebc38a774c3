"""A picture somebody attached, made fit for a page: turned upright, made smaller, and drawn anew, so that nothing but what it shows is left of it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

LONGEST_SIDE = 1600
"""Dots: enough for the width of a page."""

MAX_PIXELS, MAX_PIXELS_OF_PNG = 100_000_000, 30_000_000
"""Of the whole picture: a PNG is opened with all its dots, however small its file, and each takes four bytes. That is to stay under 150 MB."""

TOO_LARGE = "The picture that was attached is not printed: it has more than {most} million dots."
_QUALITY = 85


class _TooLarge(Exception):
    """More dots than are opened; its words say so in the document."""


def first_picture(attachments: Iterable[Mapping[str, Any]], read_file: Callable[[str], bytes], *, width: float, alt: str) -> dict[str, Any] | str | None:
    """The first attachment that is a JPEG or PNG picture, as data for a template; `width` in centimetres. None where there is none.

    Words where the only pictures have too many dots.
    """
    words = None
    for one in attachments:
        try:
            drawn = _drawn(read_file(one["sha256"])) if isinstance(one.get("sha256"), str) else None
        except _TooLarge as error:
            words = words or str(error)
            continue
        if drawn is not None:
            return {"image": base64.b64encode(drawn).decode(), "width": width, "alt": alt}
    return words


def _drawn(file: bytes) -> bytes | None:
    """The picture as a JPEG of its dots alone, on white; None for what is none. It is made smaller before its dots are copied. Raises _TooLarge."""
    from PIL import Image, ImageOps  # only for pictures: it weighs some megabytes

    try:
        with Image.open(io.BytesIO(file), formats=["JPEG", "PNG"]) as picture:
            most = MAX_PIXELS_OF_PNG if picture.format == "PNG" else MAX_PIXELS
            if picture.width * picture.height > most:
                raise _TooLarge(TOO_LARGE.format(most=most // 1_000_000))
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            small = _in_strips(picture) if picture.mode in ("RGBA", "LA") else picture
            small.thumbnail((2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
            upright = ImageOps.exif_transpose(_eight_bits(small)).convert("RGBA")
    except (_TooLarge, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - Pillow raises many kinds of error on damaged pictures, and all mean the same here
        return None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    made = Image.new("RGB", upright.size, "white")
    made.paste(upright, mask=upright.getchannel("A"))
    out = io.BytesIO()
    made.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _in_strips(picture: Picture) -> Picture:
    """A see-through picture made smaller strip by strip: Pillow would copy the whole of it first."""
    from PIL import Image

    by = max(picture.size) // LONGEST_SIDE
    if by < 2:
        return picture
    small = Image.new(picture.mode, (-(-picture.width // by), -(-picture.height // by)))
    small.info = dict(picture.info)
    for top in range(0, picture.height, 16 * by):
        strip = picture.crop((0, top, picture.width, min(top + 16 * by, picture.height)))
        small.paste(strip.reduce(by), (0, top // by))
    return small


def _eight_bits(picture: Picture) -> Picture:
    """Greys of 16 bits as greys of 8, which would otherwise all be white."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda grey: grey / 256).convert("L")

"""Where to go after signing in: a page of this portal and nowhere else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def local_path(address: str | None, *, host: str = "") -> str:
    """The path and query of an address on this host; '' when it leads anywhere else or is no address."""
    address = address or ""
    if address.startswith("//") or not _can_split(address):
        return ""
    parts = urlsplit(address)
    if parts.netloc and (parts.netloc != host or parts.scheme not in ("http", "https")):
        return ""
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path if LOCAL.fullmatch(path) and (parts.netloc or not parts.scheme) else ""


def _can_split(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True

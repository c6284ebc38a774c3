"""Asks a clamd scanner about bytes, when one is configured. Fails closed: what could not be scanned is not kept."""

from __future__ import annotations

import socket
import struct

from portal.submissions.uploads.refusal import FileRefused

SECONDS = 20
_CHUNK = 1 << 16


def scan(data: bytes, shown: str, clamd: str) -> None:
    """Raises FileRefused when the scanner at `host:port` finds something or cannot be asked. Does nothing without an address."""
    if not clamd:
        return
    try:
        answer = _ask(data, clamd)
    except (OSError, ValueError):
        raise FileRefused("not_scanned", f"“{shown}” could not be checked for viruses just now. Your other answers are kept. Try adding it again in a few minutes") from None
    if b"FOUND" in answer:
        raise FileRefused("virus", f"“{shown}” was found to hold a virus and was not kept. Check your device, then add a clean copy")
    if not answer.strip(b"\0\n").endswith(b"OK"):
        raise FileRefused("not_scanned", f"“{shown}” could not be checked for viruses. Make it smaller or try again in a few minutes")


def _ask(data: bytes, clamd: str) -> bytes:
    host, _, port = clamd.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=SECONDS) as line:
        line.sendall(b"zINSTREAM\0")
        for at in range(0, len(data), _CHUNK):
            piece = data[at : at + _CHUNK]
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < 4096:
            piece = line.recv(4096)
            if not piece:
                break
            answer += piece
    return answer

"""Ports of the loopback address for servers of the tests that choose none themselves: below those the system gives away, so that no caller takes one meanwhile."""

from __future__ import annotations

import secrets
import socket

FIRST, COUNT = 20_000, 12_000


def free_port() -> int:
    """A port that nobody listens on now and that the system gives to nobody by itself."""
    for _ in range(1000):
        port = FIRST + secrets.randbelow(COUNT)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no port from {FIRST} to {FIRST + COUNT} is free")

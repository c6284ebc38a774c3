"""Serving: the web server and the worker as processes under one parent, started together and stopped together."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from portal.errors import PortalError

STOP_SECONDS = 20
ROOT = Path(__file__).parent.parent


class AddressTaken(PortalError):
    """Nothing can be served at this address and port; the message says what to do."""


def check_free(host: str, port: int) -> None:
    """Raise AddressTaken when this address cannot be listened on, before anything is prepared."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AddressTaken(f"Port {port} of {host} is in use already: stop what listens there, or choose another with --port or PORT") from None
        raise AddressTaken(f"{host}:{port} cannot be listened on: {error.strerror or error}") from None


def web_command(server: str, host: str, port: int, workers: int) -> list[str]:
    """The command line of the web server: `gunicorn` (threads) or `granian`."""
    if server == "granian":
        return [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
            "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "--respawn-failed-workers", "wsgi:app",
        ]  # fmt: skip
    return [
        sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port}", "--workers", str(workers), "--worker-class", "gthread", "--threads", "4",
        "--max-requests", "5000", "--max-requests-jitter", "500", "--graceful-timeout", "15", "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip


def run_together(commands: Sequence[Sequence[str]], environment: dict[str, str]) -> int:
    """Run these commands until one ends or a signal comes, then stop the others. Answers the exit status to end with."""
    wanted_end = False

    def stop(*_: object) -> None:
        nonlocal wanted_end
        wanted_end = True

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    children = [subprocess.Popen(command, env=os.environ | environment, cwd=ROOT, start_new_session=True) for command in commands]
    try:
        while not wanted_end and all(child.poll() is None for child in children):
            time.sleep(0.2)
    finally:
        for child in children:
            _stop(child)
    return 0 if wanted_end else 1


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

"""Serving: the web server, its workers and the worker of jobs, started together and stopped together."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from portal.errors import PortalError

STOP_SECONDS = 20
_ENDING = (signal.SIGINT, signal.SIGTERM)
_MOST_ARENAS = -8
"""The number by which glibc's `mallopt` knows how many heaps threads may have. One is enough where a lock lets one thread run at a time."""

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
            "--blocking-threads", "5", "--no-ws", "--log-level", "warning", "--respawn-failed-workers", "wsgi:app",
        ]  # fmt: skip
    return [
        sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port}", "--workers", str(workers), "--worker-class", "gthread", "--threads", "4",
        "--max-requests", "5000", "--max-requests-jitter", "500", "--graceful-timeout", "15", "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip


class Forked:
    """A process split off this one, with all that is loaded here; answers what `run_together` asks of a `subprocess.Popen`.

    One that `is_apart` has a session of its own; any other is ended with the group of this one. A signal to end that comes before it takes
    signals for itself waits until it does.
    """

    def __init__(self, run: Callable[[], None], *, is_apart: bool = True) -> None:
        self.returncode: int | None = None
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _run_to_the_end(run, os.setsid if is_apart else None)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def poll(self) -> int | None:
        """Its exit status, or None while it runs."""
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def terminate(self) -> None:
        """Ask it to end; not an error when it has."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; answers its exit status. Raises subprocess.TimeoutExpired."""
        if timeout is None and self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        until = time.monotonic() + (timeout or 0)
        while self.poll() is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("a forked process", timeout or 0)
            time.sleep(0.05)
        return self.returncode or 0


def _run_to_the_end(run: Callable[[], None], part: Callable[[], None] | None) -> NoReturn:
    status = 1
    try:
        if part is not None:
            part()
        gc.enable()
        for name in _ENDING:
            signal.signal(name, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        run()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        logging.getLogger(__name__).exception("a process of the portal ended")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def in_passing(run: Callable[[], None]) -> None:
    """Run this in a process that ends with it, so that what only it needs is not kept loaded. Raises SystemExit with its status when it fails.

    A signal to end is one to both: KeyboardInterrupt is raised when the process has ended.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # until there is something to stop, and it is known
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    child = Forked(run)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        status = child.wait()
    except BaseException:
        _stop(child)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
    if status:
        sys.exit(abs(status))


def granian_with(beside: Callable[[], None], host: str, port: int, workers: int) -> int:
    """Run granian in this process and `beside` in one split off it, until one of them ends or a signal comes; then the other is stopped.

    Granian's workers are forked as well: all of them share what is loaded, so `wsgi` must be. Answers the exit status to end with.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # as in `in_passing`
    for name in _ENDING:
        signal.signal(name, signal.default_int_handler)
    share_memory()
    watched = Watched(beside)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        Granian(
            "wsgi:app", address=host, port=port, interface=Interfaces.WSGI, workers=workers, blocking_threads=5, websockets=False,
            log_level=LogLevels.warning, respawn_failed_workers=True, workers_kill_timeout=STOP_SECONDS,
        ).serve()  # fmt: skip
    except KeyboardInterrupt:
        pass  # before granian listens to signals itself
    finally:
        watched.stop()
    return 1 if watched.has_ended_alone else 0


class Watched:
    """A process split off this one; when it ends unasked, this one is told to stop, as by a signal."""

    def __init__(self, run: Callable[[], None]) -> None:
        self.has_ended_alone = False
        self._is_wanted = True
        self._child = Forked(run)
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Ask it to end, and see that it does."""
        self._is_wanted = False
        if self._watcher.is_alive():
            self._child.terminate()
        self._watcher.join(STOP_SECONDS)
        if self._watcher.is_alive():
            os.killpg(self._child.pid, signal.SIGKILL)
            self._watcher.join()

    def _watch(self) -> None:
        self._child.wait()
        _end_group(self._child.pid)
        if self._is_wanted:
            self.has_ended_alone = True
            os.kill(os.getpid(), signal.SIGTERM)


def load_quickly() -> None:
    """Before everything is loaded: nothing that is loaded goes away again, so it is not looked for either."""
    gc.disable()


def share_memory() -> None:
    """Before processes are split off: what is loaded is settled, so that they go on sharing it; what comes after is tidied as usual."""
    gc.freeze()  # collecting first would take a tenth of the start and frees next to nothing
    gc.enable()
    with contextlib.suppress(OSError, AttributeError):
        glibc = ctypes.CDLL(None)
        glibc.mallopt(_MOST_ARENAS, 1)
        glibc.malloc_trim(0)  # what loading has let go lies between what it keeps: given back, it is not copied in every process


def run_together(commands: Sequence[Sequence[str] | Callable[[], None]], environment: dict[str, str]) -> int:
    """Run these until one ends or a signal comes, then stop the others. Answers the exit status to end with.

    A command line is started as a process of its own; a function is run in a process split off this one.
    """
    wanted_end = False

    def stop(*_: object) -> None:
        nonlocal wanted_end
        wanted_end = True

    for name in _ENDING:
        signal.signal(name, stop)
    children = [
        Forked(command) if callable(command) else subprocess.Popen(command, env=os.environ | environment, cwd=ROOT, start_new_session=True)
        for command in commands
    ]
    try:
        while not wanted_end and all(child.poll() is None for child in children):
            time.sleep(0.2)
    finally:
        for child in children:
            _stop(child)
    return 0 if wanted_end else 1


def _stop(child: subprocess.Popen[bytes] | Forked) -> None:
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    _end_group(child.pid)


def _end_group(leader: int) -> None:
    """Ask what a process that was killed has left behind to end; it finishes what it has in hand."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGTERM)

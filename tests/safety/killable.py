"""A portal that is really served, web server and worker in one process group, so that it can be killed like by a power switch."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from portal.serving import ROOT, web_command
from portal.settings import Settings
from tests.ports import free_port

__all__ = ["Killable", "free_port"]

START_WITHIN = 180


class Killable:
    """Starts, kills and starts again. What the processes say goes to `log`."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.settings = settings
        self.log = log
        self.port = int(settings.base_url.rpartition(":")[2])
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, server: str) -> float:
        """Start web server and worker; answers after how many seconds the first request was answered."""
        began = time.monotonic()
        values = {f"PORTAL_{name.upper()}": ("yes" if value else "no") if isinstance(value, bool) else str(value) for name, value in asdict(self.settings).items()}
        worker = [sys.executable, "-m", "portal", "worker", "--council", self.settings.council]
        with self.log.open("ab") as log:
            for command in (web_command(server, "127.0.0.1", self.port, 2), worker):
                group = self._processes[0].pid if self._processes else 0
                self._processes.append(
                    subprocess.Popen(command, env=os.environ | values, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, process_group=group)
                )
        while not self._answers():
            if time.monotonic() - began > START_WITHIN or any(process.poll() is not None for process in self._processes):
                self.kill()
                raise AssertionError(f"the portal did not start with {server}:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)
        return time.monotonic() - began

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """kill -9 of the whole group at once, and wait until it is gone."""
        if self._processes:
            os.killpg(self._processes[0].pid, signal.SIGKILL)
        for process in self._processes:
            process.wait(10)
        self._processes.clear()

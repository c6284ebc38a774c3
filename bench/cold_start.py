"""`python -m bench.cold_start`: how long the portal takes from its second start to its first page. What it holds in memory: `bench.memory`.

The demonstration is started as `portal serve` starts it: two web workers and the worker of jobs under the web server. The first start, which
makes tables, publishes and lets Python keep what it compiles, is not counted. Beside the seconds stands the processor time, which depends less
on what else the machine does.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTS = 3


@contextmanager
def served(folder: str) -> Iterator[tuple[int, int, float]]:
    """The portal running: its parent's process id, its port, and the seconds from its start to its first page."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PORTAL_DATA_DIR": folder, "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}  # as where Python may keep what it compiled
    command = [sys.executable, "-m", "portal", "serve", "--demonstration", "--council", "hackney", "--port", str(port)]
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=Path(__file__).parents[1], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - begun > 300:
                raise RuntimeError("the portal did not start")
            time.sleep(0.005)
        yield process.pid, port, time.perf_counter() - begun
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def processor_seconds(pid: int) -> float:
    """Processor time that a process and all below it have used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    below = [child for thread in Path(f"/proc/{pid}/task").iterdir() for child in (thread / "children").read_text().split()]
    return own + sum(processor_seconds(int(child)) for child in below)


def main() -> None:
    """Prints the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        with served(folder):
            pass
        took, used = [], []
        for _ in range(STARTS):
            with served(folder) as (pid, _, seconds):
                took.append(seconds)
                used.append(processor_seconds(pid))
        print(f"\nsecond start to first page, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        print(f"seconds {statistics.median(took):.2f} (of {', '.join(f'{each:.2f}' for each in took)}); goal 1")
        print(f"of processor time {statistics.median(used):.2f} (of {', '.join(f'{each:.2f}' for each in used)})")


if __name__ == "__main__":
    main()

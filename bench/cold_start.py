"""`python -m bench.cold_start`: how long the portal takes from its second start to its first page, and what it holds in memory.

The demonstration is started as `portal serve` starts it: two web workers and the worker of jobs under the web server. The first start, which
makes tables, publishes and lets Python keep what it compiles, is not counted. Beside the seconds stands the processor time, which depends less
on what else the machine does. Memory is the proportional share (PSS) of every process, after 10,000 requests.
"""

from __future__ import annotations

import asyncio
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

from bench.journey import Browser, Times, hidden

STARTS = 3
SETTLED = 3
"""Seconds until the worker of jobs has done what was due at the start."""

REQUESTS = 10_000
USERS = 16
FORM = "request-for-support"


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


def memory(pid: int) -> dict[str, float]:
    """Megabytes (PSS) of a process and all below it, by how far below it they are."""
    found: dict[str, float] = {}
    waiting = [(pid, 0)]
    while waiting:
        one, depth = waiting.pop()
        for thread in Path(f"/proc/{one}/task").iterdir():
            waiting.extend((int(child), depth + 1) for child in (thread / "children").read_text().split())
        name = "web server, with all that is loaded" if not depth else "web workers" if _listens(one) else "worker of jobs"
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        found[name] = found.get(name, 0) + sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1000
    return found


def _listens(pid: int) -> bool:
    """Whether the process is one of those that answer requests: they have threads from the beginning."""
    return len(list(Path(f"/proc/{pid}/task").iterdir())) > 1


def processor_seconds(pid: int) -> float:
    """Processor time that a process and all below it have used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    below = [child for thread in Path(f"/proc/{pid}/task").iterdir() for child in (thread / "children").read_text().split()]
    return own + sum(processor_seconds(int(child)) for child in below)


async def requests(port: int, number: int) -> None:
    """So many requests by people who start a request for support and go from page to page."""
    left = iter(range(number))

    async def person() -> None:
        async with Browser(port, Times()) as browser:
            token = {"csrf_token": hidden(await browser.get("/"))["csrf_token"]}
            place = await browser.post(f"/start/{FORM}", token)
            page = await browser.get(place)
            home = "/".join(place.split("/")[:3])
            await browser.post(place, hidden(page) | {"danger": "no"})
            for number in left:
                await browser.get((home, place, "/", f"{home}/check")[number % 4])

    await asyncio.gather(*(person() for _ in range(USERS)))


def main() -> None:
    """Prints both."""
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
        with served(folder) as (pid, port, _):
            time.sleep(SETTLED)
            before = memory(pid)
            asyncio.run(requests(port, REQUESTS))
            after = memory(pid)
        print(f"{'memory (PSS), MB':<40} {'fresh':>8} {f'after {REQUESTS:,}':>14}")
        for name in after:
            print(f"{name:<40} {before.get(name, 0):8.1f} {after[name]:14.1f}")
        print(f"{'whole service, goal 120':<40} {sum(before.values()):8.1f} {sum(after.values()):14.1f}")


if __name__ == "__main__":
    main()

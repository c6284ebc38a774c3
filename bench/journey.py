"""`python -m bench.journey`: a five-page referral (13 requests: start, five pages fetched and posted, check, send) as 16 people at once make it.

One granian process for each of three servers on the loopback, measured in turn in several rounds: the portal, the portal drawing by the macros,
and a bare Flask page. Everything is on: tokens, sessions, validation, conditions, audit, durable writes, the request received as an episode.
CPU is the server process's own, read from /proc. Read the ratios: absolute figures are those of this machine at this moment.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gzip
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from bench import five_pages
from bench.five_pages import KIND

USERS = 16
ROUNDS = 3
SECONDS = 5.0
REQUESTS = 13
TICK = os.sysconf("SC_CLK_TCK")
_HIDDEN = re.compile(rb'name="(csrf_token|version|tab|key|_shown)" value="([^"]*)"')
PAGES = (
    ("name", {"child_name": "Asha Example"}),
    ("born", {"born_on-day": "4", "born_on-month": "5", "born_on-year": "2019"}),
    ("safety", {"safe": "yes"}),
    ("kinds", {"worries": "school"}),
    ("words", {"in_words": "She has stopped coming to school & will not say why."}),
)


@dataclass
class Server:
    """A granian process with one worker; `cpu` is what that worker has used, in seconds."""

    kind: str
    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        url = f"http://127.0.0.1:{self.port}"
        values = {f"PORTAL_{name.upper()}": value for name, value in dataclasses.asdict(five_pages.settings(self.folder, url)).items()}
        environment = {name: ("yes" if value else "no") if isinstance(value, bool) else str(value) for name, value in values.items()}
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        command += ["--blocking-threads", "5", "--no-ws", "--log-level", "warning", "bench.five_pages:app"]
        self.process = subprocess.Popen(command, env=os.environ | environment | {KIND: self.kind}, cwd=Path(__file__).parents[1])
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the server of {self.kind} did not start")

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()

    @property
    def pids(self) -> list[int]:
        """The granian parent and its workers."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    @property
    def cpu(self) -> float:
        """CPU seconds used so far by all its processes."""
        return sum(_ticks(pid) for pid in self.pids) / TICK


def _ticks(pid: int) -> int:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(words[11]) + int(words[12])


@dataclass
class Times:
    """What was seen of one server: seconds of each request by kind, and journeys that came to their end."""

    gets: list[float] = field(default_factory=list)
    posts: list[float] = field(default_factory=list)
    journeys: int = 0


class Browser:
    """One person's browser: a connection that is kept, cookies, and what hidden inputs the page held."""

    def __init__(self, port: int, times: Times) -> None:
        self.port, self.times = port, times
        self.cookies: dict[bytes, bytes] = {}

    async def __aenter__(self) -> Browser:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def get(self, path: str) -> bytes:
        """The page. Raises RuntimeError unless it is answered 200."""
        status, _, body = await self._send("GET", path, b"")
        if status != 200:
            raise RuntimeError(f"GET {path} answered {status}")
        return body

    async def post(self, path: str, values: dict[str, str]) -> str:
        """Where it led. Raises RuntimeError unless it is answered 303."""
        status, place, body = await self._send("POST", path, urlencode(values).encode())
        if status != 303:
            raise RuntimeError(f"POST {path} answered {status}: {body[:2000]!r}")
        return place

    async def answer(self, path: str, values: list[tuple[str, str]]) -> tuple[str, bytes]:
        """Where it led, or '' and the page that asks again."""
        _, place, body = await self._send("POST", path, urlencode(values).encode())
        return place, body

    async def _send(self, method: str, path: str, body: bytes) -> tuple[int, str, bytes]:
        cookies = b"; ".join(name + b"=" + value for name, value in self.cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Encoding: gzip\r\n".encode()
        if cookies:
            head += b"Cookie: " + cookies + b"\r\n"
        if method == "POST":
            head += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + str(len(body)).encode() + b"\r\n"
        begun = time.perf_counter()
        self.writer.write(head + b"\r\n" + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length, place = 0, ""
        for line in answer.split(b"\r\n")[1:]:
            name, _, value = line.partition(b": ")
            lowered = name.lower()
            if lowered == b"content-length":
                length = int(value)
            elif lowered == b"set-cookie":
                cookie, _, kept = value.partition(b";")[0].partition(b"=")
                self.cookies[cookie] = kept
            elif lowered == b"location":
                place = value.decode()
        content = await self.reader.readexactly(length) if length else b""
        took = time.perf_counter() - begun
        if b"content-encoding: gzip" in answer.lower():
            content = gzip.decompress(content)
        (self.times.gets if method == "GET" else self.times.posts).append(took)
        return int(answer[9:12]), place, content


def hidden(page: bytes) -> dict[str, str]:
    """The hidden inputs of a page that has one question form."""
    return {name.decode(): value.decode() for name, value in _HIDDEN.findall(page)}


async def one_journey(browser: Browser, token: dict[str, str]) -> None:
    """One whole referral, by somebody whose browser has a token already."""
    place = await browser.post("/start/five-pages", token)
    home = "/".join(place.split("/")[:3])
    for name, values in PAGES:
        page = await browser.get(f"{home}/{name}")
        await browser.post(f"{home}/{name}", hidden(page) | values)
    page = await browser.get(f"{home}/check")
    await browser.post(f"{home}/send", hidden(page))
    browser.times.journeys += 1


async def journeys(port: int, seconds: float) -> Times:
    """Referrals by everybody at once until the time is over."""
    times = Times()
    until = time.monotonic() + seconds

    async def person() -> None:
        while time.monotonic() < until:
            async with Browser(port, times) as browser:
                token = {"csrf_token": hidden(await browser.get("/"))["csrf_token"]}
                times.gets.pop()
                await one_journey(browser, token)

    await asyncio.gather(*(person() for _ in range(USERS)))
    return times


async def over_and_over(port: int, seconds: float, method: str) -> Times:
    """One page of a half-filled referral fetched, or posted with a change, over and over by everybody at once."""
    times = Times()
    until = time.monotonic() + seconds

    async def person() -> None:
        async with Browser(port, Times()) as browser:
            token = {"csrf_token": hidden(await browser.get("/"))["csrf_token"]}
            home = "/".join((await browser.post("/start/five-pages", token)).split("/")[:3])
            fields = hidden(await browser.get(f"{home}/words")) if method == "POST" else {}
            browser.times = times
            version = 1
            while time.monotonic() < until:
                if method == "GET":
                    await browser.get(f"{home}/kinds")
                else:
                    await browser.post(f"{home}/words", fields | {"version": str(version), "in_words": f"Changed {version} times & more"})
                    version += 1

    await asyncio.gather(*(person() for _ in range(USERS)))
    return times


async def bare(port: int, seconds: float) -> Times:
    """The bare page, fetched by everybody at once."""
    times = Times()
    until = time.monotonic() + seconds

    async def person() -> None:
        async with Browser(port, times) as browser:
            while time.monotonic() < until:
                await browser.get("/")

    await asyncio.gather(*(person() for _ in range(USERS)))
    return times


@dataclass
class Row:
    """One line of the table, a value for each round."""

    name: str
    per_second: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)

    def measure(self, server: Server, ask: Callable[[], Awaitable[Times]]) -> None:
        """One round."""
        cpu, wall = server.cpu, time.perf_counter()
        times = asyncio.run(ask())  # type: ignore[arg-type]
        took = time.perf_counter() - wall
        all_times = sorted(times.gets + times.posts)
        self.per_second.append(times.journeys / took if times.journeys else len(all_times) / took)
        self.cpu.append((server.cpu - cpu) / len(all_times) * 1e3)
        self.p50.append(all_times[len(all_times) // 2] * 1e3)
        self.p95.append(all_times[int(len(all_times) * 0.95)] * 1e3)

    def line(self, floor: Row) -> str:
        """The medians, and CPU as a multiple of the bare page's."""
        cpu = statistics.median(self.cpu)
        values = (statistics.median(self.per_second), cpu, cpu / statistics.median(floor.cpu), statistics.median(self.p50), statistics.median(self.p95))
        return f"{self.name:<40} {values[0]:9.1f} {values[1]:9.2f} {values[2]:8.1f} {values[3]:8.1f} {values[4]:8.1f}"


def main(rounds: int = ROUNDS, seconds: float = SECONDS) -> None:
    """The whole table."""
    floor = Row("bare Flask page (requests)")
    rows = {kind: (Row(f"{kind}: whole journeys"), Row(f"{kind}: GET a page (requests)"), Row(f"{kind}: POST a page (requests)")) for kind in ("portal", "macros")}
    with tempfile.TemporaryDirectory() as name:
        folders = {kind: Path(name) / kind for kind in ("portal", "macros", "bare")}
        for kind in ("portal", "macros"):
            five_pages.prepare(folders[kind])
        with Server("bare", folders["portal"]) as least, Server("portal", folders["portal"]) as own, Server("macros", folders["macros"]) as macros:
            for server in (own, macros):
                asyncio.run(journeys(server.port, 1.0))
            for _ in range(rounds):
                floor.measure(least, lambda: bare(least.port, seconds / 2))
                for server in (own, macros):
                    whole, get, post = rows[server.kind]
                    whole.measure(server, lambda server=server: journeys(server.port, seconds))
                    get.measure(server, lambda server=server: over_and_over(server.port, seconds / 2, "GET"))
                    post.measure(server, lambda server=server: over_and_over(server.port, seconds / 2, "POST"))
    print(f"\n{USERS} people at once, one process, median of {rounds} rounds")
    print(f"{'':<40} {'a second':>9} {'CPU ms':>9} {'x bare':>8} {'p50 ms':>8} {'p95 ms':>8}")
    for row in (floor, *rows["portal"], *rows["macros"]):
        print(row.line(floor))


if __name__ == "__main__":
    main()

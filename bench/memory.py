"""`python -m bench.memory`: what the whole service holds in memory, fresh and after 10,000 requests of every kind.

The demonstration runs as `portal serve` starts it: the main process that loads everything, two web workers and the worker of jobs. The requests
are those of people who fill in a request for support page by page, and of colleagues who sign in and read families, papers and Word documents.
Memory is the proportional share (PSS) of every process, so that what several share counts once; beside it what each process holds alone.
Programs' own code on disk, which the system can drop, is counted too: it is less where other processes of the machine use the same.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.cold_start import served
from bench.journey import Browser, Times, hidden

REQUESTS = 10_000
PUBLIC = 12
"""So many people ask for support at once, beside the colleagues."""

SETTLED = 15
"""Seconds until what was due is done, and the process that did it has ended."""

GOAL = 120
COLLEAGUES = ("gloria.stanhope", "bernard.osei", "yusuf.demir", "tamsin.grey")
FORM = "request-for-support"
PASSWORD = "linden heron ferry 47"
NOT_FILLED = ("delete", "save", "check")
"""Pages of a request that ask nothing about the family."""

_INPUT = re.compile(rb'<(input|textarea|select)\b([^>]*)>(?:\s*<option[^>]*>[^<]*</option>\s*<option value="([^"]*)")?')
_ATTRIBUTE = re.compile(rb'(name|type|value)="([^"]*)"')
_LINK = re.compile(rb'href="(/(?:fill|staff/(?:families|family-members|episodes|papers)|documents|sent)/[^"?#]*)"')
OFFICE = "LibreOffice, not counted"
"""A program of its own, which ends when nobody has used it for a while."""

_OFFICE = re.compile(r"/documents/(?:[^/]+\.pdf|[^/.]{20})")
"""What needs it; it is opened ahead all the same."""

_TYPED = {"_at": "14:30", "day": "4", "month": "5", "year": "2019", "postcode": "E8 1EA", "email": "asha@example.org", "phone": "01632 960001"}


def filled(page: bytes) -> list[tuple[str, str]]:
    """Something for everything the page asks: no where that may be said, the second of what is offered, or a few words."""
    values: dict[str, list[str]] = {}
    offered: dict[str, list[str]] = {}
    for tag, rest, option in _INPUT.findall(page):
        told = {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(rest)}
        name, kind, value = told.get("name", ""), told.get("type", "text"), told.get("value", "")
        if kind == "radio":
            offered.setdefault(name, []).append(value)
        elif kind == "hidden":
            values.setdefault(name, []).append(value)
        elif name and kind not in ("submit", "file", "checkbox"):
            values.setdefault(name, [option.decode() if tag == b"select" else _typed(name)])
    values |= {name: ["no" if "no" in several else several[:2][-1]] for name, several in offered.items()}
    return [(name, value) for name, several in values.items() for value in several]


def _typed(name: str) -> str:
    return next((value for part, value in _TYPED.items() if name.endswith(part)), "Asha")


async def referral(browser: Browser, is_over: Callable[[], bool]) -> None:
    """A request for support: every page that is led or linked to, filled in with the first thing that comes to mind."""
    token = {"csrf_token": hidden(await browser.get("/"))["csrf_token"]}
    waiting = [await browser.post(f"/start/{FORM}", token)]
    home = "/".join(waiting[0].split("/")[:3])
    seen = set(waiting)
    while waiting and not is_over():
        there = waiting.pop(0)
        page = await browser.get(there)
        led = []
        if b'name="version"' in page and there.rpartition("/")[2] not in NOT_FILLED:
            place, page = await browser.answer(there, filled(page))
            led = [place] if place else []
        links = [*led, *(link.decode() for link in _LINK.findall(page) if link.startswith(f"{home}/".encode()))]
        fresh = [link for link in dict.fromkeys(links) if link not in seen]
        waiting += fresh
        seen.update(fresh)


async def colleague(browser: Browser, person: str, is_over: Callable[[], bool]) -> None:
    """Signing in, and following every link to families, papers and documents."""
    signing = hidden(await browser.get("/sign-in"))
    await browser.post("/sign-in", signing | {"email": f"{person}@example.org", "password": PASSWORD})
    seen: set[str] = set()
    waiting = ["/staff/"]
    while waiting and not is_over():
        place = waiting.pop(0)
        try:
            page = await browser.get(place)
        except RuntimeError:
            continue  # a page that is for somebody else
        links = dict.fromkeys(link.decode() for link in _LINK.findall(page))
        fresh = [link for link in links if link not in seen and not _OFFICE.fullmatch(link)]
        seen.update(fresh)
        waiting.extend(fresh)


async def ask(port: int, number: int) -> None:
    """So many requests by everybody at once."""
    times = Times()

    def is_over() -> bool:
        return len(times.gets) + len(times.posts) >= number

    async def public() -> None:
        while not is_over():
            async with Browser(port, times) as browser:
                await referral(browser, is_over)

    async def staff(person: str) -> None:
        while not is_over():
            async with Browser(port, times) as browser:
                await colleague(browser, person, is_over)

    await asyncio.gather(*(public() for _ in range(PUBLIC)), *(staff(person) for person in COLLEAGUES))


def below(pid: int) -> Iterator[tuple[int, int]]:
    """A process and all below it, with how far below each is."""
    waiting = [(pid, 0)]
    while waiting:
        one, depth = waiting.pop(0)
        yield one, depth
        for thread in Path(f"/proc/{one}/task").iterdir():
            waiting.extend((int(child), depth + 1) for child in (thread / "children").read_text().split())


def memory(pid: int) -> dict[str, tuple[float, float]]:
    """Megabytes of a process and all below it, by what they do: the proportional share, and what no other process has."""
    found: dict[str, tuple[float, float]] = {}
    for one, depth in below(pid):
        name = OFFICE if not _is_portal(one, pid) else "main process, with all that is loaded" if not depth else "web workers" if _listens(one) else "worker of jobs"
        values = dict(line.split(":") for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()[1:])
        shared, alone = (sum(int(values[part].split()[0]) for part in parts) / 1000 for parts in (("Pss",), ("Private_Dirty", "Private_Clean")))
        found[name] = (found.get(name, (0, 0))[0] + shared, found.get(name, (0, 0))[1] + alone)
    return found


def _is_portal(one: int, first: int) -> bool:
    """Whether it was split off the first process, and is no other program."""
    return os.readlink(f"/proc/{one}/exe") == os.readlink(f"/proc/{first}/exe")


def _listens(pid: int) -> bool:
    """Whether the process is one of those that answer requests: they have threads from the beginning."""
    return len(list(Path(f"/proc/{pid}/task").iterdir())) > 1


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        with served(folder):
            pass
        with served(folder) as (pid, port, _):
            time.sleep(SETTLED)
            before = memory(pid)
            asyncio.run(ask(port, REQUESTS))
            time.sleep(SETTLED)
            after = memory(pid)
        print(f"\nmemory in MB: proportional share (PSS), and what each has alone; load {os.getloadavg()[0]:.1f}")
        print(f"{'':<40} {'fresh':>16} {f'after {REQUESTS:,}':>16}")
        for name in after:
            print(f"{name:<40} {_pair(before.get(name, (0, 0)))} {_pair(after[name])}")
        print(f"{f'whole service, goal {GOAL}':<40} {_pair(_whole(before))} {_pair(_whole(after))}")


def _whole(found: dict[str, tuple[float, float]]) -> tuple[float, float]:
    own = [pair for name, pair in found.items() if name != OFFICE]
    return sum(pair[0] for pair in own), sum(pair[1] for pair in own)


def _pair(pair: tuple[float, float]) -> str:
    return f"{pair[0]:8.1f} {pair[1]:7.1f}"


if __name__ == "__main__":
    main()

"""Somebody who asks for help over plain HTTP, with a file, and presses on when the line drops. Knows the made-up council's form."""

from __future__ import annotations

import hashlib
import html
import http.client
import re
import threading
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

PATIENCE = 20
_INPUT = re.compile(r'<input[^>]*name="(csrf_token|key|version|tab|_shown)"[^>]*>')
_VALUE = re.compile(r'value="([^"]*)"')


@dataclass(frozen=True)
class Asked:
    """One request as far as its sender was told: the draft, what was written in it, the file, and the reference once it was shown."""

    draft: str
    child: str
    sha256: str
    reference: str = ""


@dataclass
class Told:
    """What all senders were told. A line is added only after the answer that says so has arrived."""

    saved: list[Asked] = field(default_factory=list)
    sent: list[Asked] = field(default_factory=list)
    dropped: int = 0
    surprises: list[str] = field(default_factory=list)


class LineDropped(Exception):
    """No answer came, or only a part of one."""


class Referrer(threading.Thread):
    """Sends one request after another until `stop` is set. `ready` is set while the portal is being served."""

    def __init__(self, port: int, told: Told, ready: threading.Event, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.told, self.ready, self.stop = port, told, ready, stop
        self._cookies: SimpleCookie = SimpleCookie()

    def run(self) -> None:
        """Ask for help again and again, each time as somebody else."""
        while not self.stop.is_set():
            self._cookies.clear()
            try:
                self._ask_for_help()
            except LineDropped:
                return
            except Exception as error:  # noqa: BLE001 - whatever happens here is told to the test
                self.told.surprises.append(f"{type(error).__name__}: {error}")

    def _ask_for_help(self) -> None:
        child = f"Child {uuid.uuid4().hex}"
        paper = f"A made-up paper about {child}. ".encode() * 400
        start = self._get("/start/anyone")
        draft = self._posted("/start/asking-for-help", {"way": "anyone", "key": _inputs(start)["key"][0], "csrf_token": _inputs(start)["csrf_token"][0]}).split("/")[2]
        page = self._get(f"/fill/{draft}/all")
        fields = _inputs(page) | _answers(child, re.search(r'name="children\.([^."]+)\.child_name"', page)[1])
        self._posted(f"/fill/{draft}/all", fields, file=("papers", "paper.txt", paper))
        asked = Asked(draft, child, hashlib.sha256(paper).hexdigest())
        self.told.saved.append(asked)
        check = _inputs(self._get(f"/fill/{draft}/check"))
        place = self._posted(f"/fill/{draft}/send", {"key": check["key"][0], "csrf_token": check["csrf_token"][0]})
        reference = re.search(r"ASK-[2-9A-Z]{4}-[2-9A-Z]{4}", self._get(place))[0]
        self.told.sent.append(Asked(draft, child, asked.sha256, reference))

    def _get(self, path: str) -> str:
        status, _, body = self._exchange("GET", path)
        if status != 200:
            raise AssertionError(f"GET {path} answered {status}")
        return body

    def _posted(self, path: str, fields: dict[str, list[str] | str], file: tuple[str, str, bytes] | None = None) -> str:
        if file is None:
            kind, body = "application/x-www-form-urlencoded", urlencode(fields, doseq=True).encode()
        else:
            kind, body = _multipart(fields, file)
        status, place, words = self._exchange("POST", path, body, kind)
        if status != 303:
            raise AssertionError(f"POST {path} answered {status}: {words[-1500:]}")
        return place

    def _exchange(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, str, str]:
        """Ask, and ask the same again when the line drops, as people do: reload the page, press the button again."""
        while True:
            try:
                return self._exchanged_once(method, path, body, kind)
            except LineDropped:
                self.told.dropped += 1
                if self.stop.is_set():
                    raise
                self.ready.wait(PATIENCE)

    def _exchanged_once(self, method: str, path: str, body: bytes | None, kind: str) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self._cookies.items()), "Connection": "close"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers | ({"Content-Type": kind} if kind else {}))
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise LineDropped(type(error).__name__) from error
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self._cookies.load(cookie)
        return answer.status, answer.headers.get("Location", "").partition("#")[0], text


def _inputs(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for match in _INPUT.finditer(page):
        value = _VALUE.search(match[0])
        found.setdefault(match[1], []).append(html.unescape(value[1]) if value else "")
    return {name: values if name == "_shown" else values[:1] for name, values in found.items()}


def _answers(child: str, item: str) -> dict[str, list[str]]:
    born = f"children.{item}.child_born"
    answers = {
        "can_wait": "yes",
        "your_name": "Petra Example",
        "your_email": "petra@example.org",
        "who_asks": "own_family",
        f"children.{item}.child_name": child,
        f"{born}-day": "4",
        f"{born}-month": "5",
        f"{born}-year": "2019",
        "worry_about": "school",
        "in_words": f"A made-up family asks for help with {child}.",
    }
    return {name: [value] for name, value in answers.items()}


def _multipart(fields: dict[str, list[str] | str], file: tuple[str, str, bytes]) -> tuple[str, bytes]:
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, values in fields.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    name, file_name, content = file
    parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\nContent-Type: text/plain\r\n\r\n'.encode() + content + b"\r\n")
    return f"multipart/form-data; boundary={mark}", b"".join(parts) + f"--{mark}--\r\n".encode()

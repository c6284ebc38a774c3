"""Requests that no browser of ours would send, made from a number: junk in paths, queries, bodies, cookies and headers, for every route there is."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import EnvironBuilder

PORTAL = Path(__file__).parents[2] / "portal"
TEXTS = (
    "", " ", "\0", "0", "-1", "1", "yes", "no", "true", "null", "99999999999999999999", "1e309", "NaN", "٣", "2026-13-45", "0000-00-00", "2026-02-30", "31", "Feb", "24:61",
    "a" * 3000, "é" * 500, "👩‍👩‍👧", "\u202e\u2066", "\ufeff", "\x7f\x1b[0m", "a\r\nSet-Cookie: b=c", "../../etc/passwd", "..\\..\\x", "%00", "%", "{{7*7}}", "{% x %}", "${x}", "<script>alert(1)</script>", "' OR 1=1 --",
    "[]", "{}", '{"typed": {"": ["x"]}}', '{"not_known": true}', "[" * 500, "a.b.c", "_id", "__class__", "children.zara.first_name", "children..x", ".", "/", "//example.org", "https://example.org/", "javascript:alert(1)", "=cmd|' /C calc'!A0",
    "999 001 0005", "E8 1EA", "someone@example.org", "not an address", "01632 960001",
)  # fmt: skip
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW")
HEADERS = {
    "Accept": ("", "*/*", "text/html;q=x", "application/json", ",,,,", "a" * 2000), "Accept-Language": ("tr", "", "*", "xx-" * 300, "en;q=9e9", "\u00ff"),
    "Cookie": ("portal=x", "portal=.eJx", "portal=" + "a" * 3000, "language=xx; contrast=\x01", ";;;=", "a=b=c", "__Host-portal=\u00ff"), "Referer": ("x", "http://[", "https://example.org/?a=%"),
    "Content-Type": ("", "text/plain", "application/json", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded; charset=utf-99", "a/b/c;;="),
    "Content-Length": ("-1", "abc", "99999999999", "0", ""), "Range": ("bytes=0-", "bytes=9-1", "lines=x"), "If-None-Match": ('"x"', "*", "W/"), "If-Modified-Since": ("yesterday", "Thu, 99 Foo 2026"),
    "X-Forwarded-For": ("1.2.3.4", "x", "::1, 2"), "X-Forwarded-Host": ("example.org",), "X-Forwarded-Proto": ("gopher",), "Host": ("example.org", "a b", "[::1", "", "x" * 400, "localhost:99999999"), "Origin": ("null", "https://example.org"),
    "X-Requested-With": ("autosave", "XMLHttpRequest"), "Authorization": ("Basic !!!", "Bearer x"), "Transfer-Encoding": ("chunked",), "Expect": ("100-continue",), "Idempotency-Key": ("x" * 200,),
}  # fmt: skip

WORDS = ("request-for-support", "taf-meeting", "closure-letter", "closure-letter-parent", "danger", "children", "child", "list-children", "list-adults", "professional", "family", "check", "before-you-start", "meeting", "nothing")
"""Words of addresses: forms, documents, pages, sections, ways in."""

_CONTROLS = re.compile("[\x00-\x20\x7f]")


def names_asked_for() -> list[str]:
    """The names that views look for in what is sent, found in their text."""
    found: set[str] = set()
    for path in sorted(PORTAL.rglob("*.py")):
        found.update(re.findall(r"""request\.(?:form|args|values|files)(?:\.get|\.getlist|\.pop)?[(\[]"([\w-]+)\"""", path.read_text("utf-8")))
    return sorted(found)


@dataclass
class Hostile:
    """Makes requests to the routes of one app; `ids` are those of records that are there, by the name that routes give them."""

    app: Flask
    random: Random
    ids: dict[str, list[str]]
    fields: list[str] = field(default_factory=names_asked_for)

    def __post_init__(self) -> None:
        self.rules = sorted((rule for rule in self.app.url_map.iter_rules()), key=str)
        self.texts = list(TEXTS)

    def environs(self, number: int) -> Iterator[dict[str, Any]]:
        """So many requests, each of them WSGI's environment."""
        for one in range(number):
            yield self._environ(self.rules[(one * 7 + self.random.randrange(3)) % len(self.rules)])

    def _environ(self, rule: Rule) -> dict[str, Any]:
        chance = self.random
        method = chance.choice(sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}) if chance.random() < 0.85 else METHODS)
        builder = EnvironBuilder(path="/", method=method, base_url="http://localhost")
        environ = builder.get_environ()
        environ["PATH_INFO"] = self._path(rule)
        environ["QUERY_STRING"] = self._query() if chance.random() < 0.4 else ""
        if method not in ("GET", "HEAD") or chance.random() < 0.05:
            self._body(environ)
        for name, values in chance.sample(sorted(HEADERS.items()), chance.choice((0, 0, 1, 2))):
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = chance.choice(values)
        return environ

    def _path(self, rule: Rule) -> str:
        path = re.sub(r"<(?:([a-z_]+)(?:\([^)]*\))?:)?([a-z_]+)>", lambda found: self._value(found[1] or "string", found[2]), rule.rule)
        if self.random.random() < 0.07:
            place = self.random.randrange(len(path) + 1)
            path = path[:place] + self.random.choice(self.texts) + path[place:]
        return path.encode("utf-8", "surrogatepass").decode("latin-1")

    def _value(self, converter: str, name: str) -> str:
        """A value for one part of an address: mostly one that leads somewhere, else junk."""
        known = self.ids.get(name)
        if known and self.random.random() < 0.85:
            return str(self.random.choice(known))
        if converter == "record_id" and self.random.random() < 0.6:
            return str(self.random.choice(self.random.choice([each for each in self.ids.values() if each])))
        if converter == "slug" and self.random.random() < 0.8:
            return self.random.choice(WORDS)
        return self.random.choice(self.texts)

    def _query(self) -> str:
        pairs = [f"{self.random.choice(self.fields)}={self.random.choice(self.texts)}" for _ in range(self.random.randint(0, 4))]
        plain = _CONTROLS.sub(lambda found: f"%{ord(found[0]):02x}", "&".join(pairs))  # no server hands a line break on in an address
        return plain.encode("utf-8", "replace").decode("latin-1") + self.random.choice(("", "&", "%", "&&=", "&a[b]=c"))

    def _body(self, environ: dict[str, Any]) -> None:
        kind = self.random.choice(("form", "form", "form", "json", "multipart", "junk"))
        chosen = [(self.random.choice(self.fields), self.random.choice(self.texts)) for _ in range(self.random.randint(0, 8))]
        if kind == "form":
            sent = EnvironBuilder(method="POST", data=[(name, text.encode("utf-8", "replace").decode()) for name, text in chosen] and dict(chosen)).get_environ()
            content, media = sent["wsgi.input"].read(), "application/x-www-form-urlencoded"
        elif kind == "json":
            content, media = json.dumps(dict(chosen) if chosen else self.random.choice([None, [], 1, "x"])).encode(), "application/json"
        elif kind == "multipart":
            parts = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{text[:50]}"\r\n\r\n{text}\r\n' for name, text in chosen)
            content, media = (parts + self.random.choice(("--x--\r\n", "--x", ""))).encode("utf-8", "replace"), "multipart/form-data; boundary=x"
        else:
            content, media = self.random.randbytes(self.random.randint(0, 300)), self.random.choice(HEADERS["Content-Type"])
        environ |= {"wsgi.input": io.BytesIO(content), "CONTENT_LENGTH": str(len(content)), "CONTENT_TYPE": media}


def answer_to(app: Flask, environ: dict[str, Any]) -> tuple[int, bytes, str]:
    """Status, content and location of the app's answer to a raw request."""
    told: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
        told[:] = [status, dict(headers).get("Location", "")]
        return lambda _: None

    result = app.wsgi_app(environ, start)
    try:
        content = b"".join(result)
    finally:
        close = getattr(result, "close", None)
        if close:
            close()
    return int(told[0].split(" ", 1)[0]), content, told[1]

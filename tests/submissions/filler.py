"""Fills a form in through its pages the way a browser would: reads each page's inputs, answers them from example answers, presses on."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from flask.testing import FlaskClient
from lxml import html as lxml_html

from portal.forms import question_kinds
from portal.forms.answers import get
from portal.forms.model import FormDefinition
from portal.forms.paths import path_of, split_path

EXAMPLES = Path(__file__).parents[2] / "examples"
MOST_PAGES = 200
A_PAPER = b"Minutes of a made-up meeting"


def example(council: str, name: str) -> dict[str, Any]:
    """Made-up answers from the examples folder."""
    return json.loads((EXAMPLES / council / f"{name}.json").read_text())


class PageSeen:
    """A fetched page: its forms with the inputs as they stand."""

    def __init__(self, html: str, url: str) -> None:
        self.html = html
        self.url = url
        self.tree = lxml_html.document_fromstring(html)

    @property
    def heading(self) -> str:
        """The text of the h1."""
        return " ".join("".join(next(self.tree.iter("h1")).itertext()).split())

    def text(self, element_id: str) -> str:
        """What the eye reads in the element with this id: its text without what is only for listeners."""
        return _seen(self.tree.get_element_by_id(element_id))

    def still_right(self) -> dict[str, list[str]]:
        """The press of the first button that says a carried answer is still right; nothing where there is none."""
        values = (button.get("value", "") for button in self.tree.iter("button") if button.get("name") == "then")
        return next(({"then": [value]} for value in values if value.startswith("right")), {})

    def form(self, action_part: str = "") -> Any:
        """The first form of the main part whose action holds these words (or that has none)."""
        main = next(self.tree.iter("main"))
        return next(form for form in main.iter("form") if (action_part in form.get("action", "")) and (action_part or not form.get("action")))

    def fields(self, form: Any) -> dict[str, list[Any]]:
        """What a browser would send for a form as it stands."""
        found: dict[str, list[Any]] = {}
        for element in form.iter():
            name = element.get("name")
            if not name or element.tag not in ("input", "select", "textarea"):
                continue
            kind = element.get("type", "text")
            if element.tag == "select":
                chosen = [option.get("value", "") for option in element.iter("option") if option.get("selected") is not None]
                found.setdefault(name, []).extend(chosen or [""])
            elif element.tag == "textarea":
                found.setdefault(name, []).append((element.text or "").removeprefix("\n"))
            elif kind in ("radio", "checkbox"):
                if element.get("checked") is not None:
                    found.setdefault(name, []).append(element.get("value", "on"))
            elif kind != "file":
                found.setdefault(name, []).append(element.get("value", ""))
        return found


class Filler:
    """One person filling in one form with a test client."""

    def __init__(self, client: FlaskClient, definition: FormDefinition, answers: Mapping[str, Any]) -> None:
        self.client = client
        self.definition = definition
        self.answers = answers
        self.items: dict[str, str] = {}
        self.pages: list[str] = []

    def fetch(self, url: str) -> PageSeen:
        """Get a page, following redirects."""
        response = self.client.get(url, follow_redirects=True)
        assert response.status_code == 200, (url, response.status_code, response.text[-2000:])
        return PageSeen(response.text, response.request.path)

    def start(self, form_id: str) -> PageSeen:
        """Press the start button of the form."""
        response = self.client.post(f"/start/{form_id.replace('_', '-')}", data={})
        return self.fetch(response.location)

    def fill(self, page: PageSeen) -> PageSeen:
        """Go on page after page until the answers are to be checked."""
        for _ in range(MOST_PAGES):
            self.pages.append(page.url)
            if page.url.endswith("/check"):
                return page
            page = self.go_on(page)
        raise AssertionError(f"no end after {MOST_PAGES} pages: {self.pages[-5:]}")

    def go_on(self, page: PageSeen) -> PageSeen:
        """Answer one page and press its main button."""
        if page.url.count("/") == 2:
            return self.fetch(next(link.get("href") for link in page.tree.iter("a") if "govuk-button" in link.get("class", "")))
        if "/list-" in page.url:
            return self._go_on_from_list(page)
        form = page.form()
        fields = page.fields(form)
        for path in fields.get("_shown", []):
            fields.update(self.raw(path))
        return self.post(page.url, fields | page.still_right())

    def post(self, url: str, fields: Mapping[str, Any]) -> PageSeen:
        """Send a form; the page after it must not be an error."""
        response = self.client.post(url, data=fields, content_type="multipart/form-data" if _has_file(fields) else None)
        if response.status_code == 200:
            return PageSeen(response.text, url)
        assert response.status_code == 303, (url, response.status_code, _errors(response.text))
        return self.fetch(urljoin(url, response.location).split("#")[0])

    def raw(self, path: str) -> dict[str, list[Any]]:
        """The inputs of one question filled from the example answers; one that must be answered and is not there gets its kind's own example."""
        scope, question_id = split_path(path)
        question = self.definition.index.questions[question_id]
        value = get(self.answers, path_of(self._known(scope), question_id))
        if value is None and question.required is True and question_kinds.kind(question.kind).has_value and question.kind != "file":
            value = question_kinds.example(question)
        if value is None:
            return {}
        if question.kind == "file":
            return {path: [(io.BytesIO(A_PAPER), f"{Path(one.get('path') or one['name']).stem}.txt") for one in value]}
        raw = question_kinds.raw_of(question, value)
        return {f"{path}-{part}" if part else path: values for part, values in raw.items()}

    def _known(self, scope: Any) -> Any:
        """The same scope with the example's item ids: items come in the example's order."""
        known = []
        holder: Any = self.answers
        for repeat_id, item_id in scope:
            repeat = self.definition.index.repeats[repeat_id]
            if item_id not in self.items and not repeat.over:
                taken = set(self.items.values())
                self.items[item_id] = next((item["_id"] for item in holder.get(repeat_id, ()) if item["_id"] not in taken), "nobody")
            known.append((repeat_id, self.items.get(item_id, "nobody")))
            holder = next((item for item in holder.get(repeat_id, ()) if item["_id"] == known[-1][1]), {})
        return tuple(known)

    def _go_on_from_list(self, page: PageSeen) -> PageSeen:
        form = next((form for form in page.tree.iter("form") if form.get("action", "").endswith("/items/add")), None)
        if form is not None:
            fields = page.fields(form)
            scope, repeat_id = split_path(fields["repeat"][0])
            wanted = get(self.answers, path_of(self._known(scope), repeat_id)) or ()
            if any(item["_id"] not in self.items.values() for item in wanted):
                return self.post(form.get("action"), fields)
        return self.post(page.url, page.fields(page.form()))


def _has_file(fields: Mapping[str, Any]) -> bool:
    return any(isinstance(one, tuple) for values in fields.values() if isinstance(values, list) for one in values)


def _errors(html: str) -> list[str]:
    tree = lxml_html.document_fromstring(html)
    return [" ".join("".join(one.itertext()).split()) for one in tree.iter("div") if "govuk-error-summary" in one.get("class", "")] or [html[-1500:]]


def _seen(element: Any) -> str:
    if "govuk-visually-hidden" in element.get("class", "").split():
        return ""
    return (element.text or "") + "".join(_seen(child) + (child.tail or "") for child in element)

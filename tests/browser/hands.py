"""One person's hands on a served page: they answer what a page asks from made-up answers, with the mouse or with keys alone, and count.

What is asked and how it is pressed stands here; what the story is stands in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

from portal.forms import question_kinds
from portal.forms.model import FormDefinition
from portal.forms.paths import split_path
from tests.browser.going import go, press_key
from tests.submissions.filler import Filler

MOST_PAGES = 120
MOST_TABS = 400

FOCUSED = """() => {
    const one = document.activeElement
    const list = one.classList.contains('autocomplete__input')
    const select = list ? one.closest('.govuk-form-group').querySelector('select') : null
    return {
        tag: one.tagName, id: one.id, name: (select || one).name || '', type: list ? 'type-ahead' : one.type || '', value: one.value || '',
        text: one.textContent.trim().replace(/\\s+/g, ' '), checked: !!one.checked, hidden: one.getAttribute('aria-hidden') === 'true',
    }
}"""


class Hands:
    """Somebody filling in one form in a browser, mouse in hand. Counts pages, prompts (questions shown) and presses and letters."""

    def __init__(self, page: Page, definition: FormDefinition, answers: Mapping[str, Any], *, scripts: bool = True) -> None:
        self.page = page
        self.scripts = scripts
        self.definition = definition
        self.sheet = Filler(None, definition, answers)
        self.asked: set[str] = set()
        self.pages = 0
        self.keystrokes = 0

    @property
    def prompts(self) -> int:
        """How many different questions were shown."""
        return len(self.asked)

    @property
    def place(self) -> str:
        """The words of the address after the draft's id: '' on the task list, 'check', 'child/k3f9'…"""
        return "/".join(self.page.url.split("#")[0].split("?")[0].split("/")[5:])

    def go_through(self, until: str = "check") -> None:
        """Answer page after page until this one."""
        for _ in range(MOST_PAGES):
            if self.place == until:
                return
            self.answer_page()
        raise AssertionError(f"no end after {MOST_PAGES} pages, the last is {self.page.url}")

    def answer_page(self) -> None:
        """Answer everything this page asks and go on."""
        self.pages += 1
        place, url = self.place, self.page.url
        if place == "":
            self.press_link("Start", "Continue")
        elif place.startswith("list-"):
            self.press("Continue")
        elif self.page.locator('main input[name="_shown"]').count():
            self.answer()
            self.press("Save and continue")
        else:
            self.press("I have read this, continue")
        assert self.page.url != url or not self.page.locator(".govuk-error-summary").count(), self.page.locator(".govuk-error-summary").inner_text()

    def wanted(self) -> dict[str, list[str]]:
        """What the inputs of this page should hold."""
        found: dict[str, list[str]] = {}
        for path in self.page.locator('main input[name="_shown"]').evaluate_all("all => all.map(one => one.value)"):
            if question_kinds.kind(self.definition.index.questions[split_path(path)[1]].kind).has_value:
                self.asked.add(path)
                found |= self.sheet.raw(path)
        return found

    def answer(self) -> None:
        """Fill in what stands on this page."""
        for name, values in self.wanted().items():
            for value in values:
                self._put(name, value)

    def fill_whole(self) -> None:
        """Fill in the page that holds every section, adding the items the answers have, and save until nothing new appears."""
        filled: set[str] = set()
        for _ in range(MOST_PAGES):
            new = {name: values for name, values in self.wanted().items() if name not in filled}
            for name, values in new.items():
                for value in values:
                    self._put(name, value)
            filled |= new.keys()
            adding = self._one_to_add()
            if adding is None and not new:
                return
            self._go(adding or self.page.locator("main").get_by_role("button", name="Save", exact=True))
        raise AssertionError("the page never ends")

    def _one_to_add(self) -> Locator | None:
        """The button that adds an item to a repeating group which has fewer than the answers."""
        shown = self.page.locator('main input[name="_shown"]').evaluate_all("all => all.map(one => one.value)")
        for repeat_id, items in self.sheet.answers.items():
            button = self.page.locator(f'main button[name="then"][value="add {repeat_id}"]')
            there = {path.split(".")[1] for path in shown if path.startswith(f"{repeat_id}.")}
            if isinstance(items, list) and len(there) < len(items) and button.count():
                return button
        return None

    def _go(self, button: Locator) -> None:
        self.keystrokes += 1
        go(button)

    def _put(self, name: str, value: Any) -> None:
        if isinstance(value, tuple):
            stream, file_name = value
            self.page.locator(f'input[type="file"][name="{name}"]').set_input_files({"name": file_name, "mimeType": "text/plain", "buffer": stream.read()})
            return
        control = self.page.locator(f'main [name="{name}"]:not([type="hidden"])')
        kind = control.first.evaluate("one => one.type")
        if kind in ("radio", "checkbox"):
            self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            self.keystrokes += 1
        elif kind.startswith("select"):
            self._choose(control, value)
            self.keystrokes += 1
        else:
            control.fill(value)
            self.keystrokes += len(value)

    def _choose(self, select: Locator, value: str) -> None:
        if not self.scripts or select.get_attribute("data-type-ahead") is None:
            select.select_option(value)
            return
        label = select.evaluate("(one, value) => Array.from(one.options).find(option => option.value === value).text", value)
        box = select.locator("xpath=..").locator(".autocomplete__input")
        box.fill(label)
        box.press("Tab")
        expect(select).to_have_value(value)

    def press(self, words: str) -> None:
        """Press the button with these words."""
        self._go(self.page.locator("main").get_by_role("button", name=words, exact=True).first)

    def press_link(self, *words: str) -> None:
        """Press the button-like link with one of these words."""
        self._go(self.page.locator("main a.govuk-button").filter(has_text=re.compile("|".join(words))))


class Keys(Hands):
    """The same person without a mouse: only Tab, arrows, space, Enter and letters. Every key is counted."""

    def answer(self) -> None:
        """Tab from question to question and answer each where the focus stands."""
        left = {name: [str(value) for value in values] for name, values in self.wanted().items()}
        while left:
            self._answer_here(self._next(), left)

    def press(self, words: str) -> None:
        """Tab on to the button with these words and press Enter."""
        self._until(words, "BUTTON")

    def press_link(self, *words: str) -> None:
        """Tab on to the link that looks like a button and press Enter."""
        self._until(words, "A")

    def key(self, key: str) -> None:
        """Press one key."""
        self.keystrokes += 1
        self.page.keyboard.press(key)

    def focused(self) -> dict[str, Any]:
        """What has the focus now."""
        return self.page.evaluate(FOCUSED)

    def _next(self) -> dict[str, Any]:
        self.key("Tab")
        return self.focused()

    def _until(self, words: str | tuple[str, ...], tag: str) -> None:
        wanted = (words,) if isinstance(words, str) else words
        for _ in range(MOST_TABS):
            one = self._next()
            if one["tag"] == tag and one["text"] in wanted:
                self.keystrokes += 1
                press_key(self.page, "Enter")
                return
        raise AssertionError(f"no {words} was reached by Tab on {self.page.url}")

    def _answer_here(self, one: dict[str, Any], left: dict[str, list[str]]) -> None:
        name = one["name"]
        if one["text"] in ("Save and continue", "Cookies") or one["tag"] == "BODY":
            raise AssertionError(f"Tab passed by {sorted(left)} on {self.page.url}")
        if name not in left or one["type"] == "hidden":
            return
        values = left[name]
        if one["type"] == "checkbox":
            self._tick(one, left)
            return
        del left[name]
        if one["type"] == "radio":
            self._pick(values[0])
        elif one["type"].startswith("select") or one["type"] == "type-ahead":
            self._type_choice(one, values[0])
        else:
            self._type(values[0])

    def _tick(self, one: dict[str, Any], left: dict[str, list[str]]) -> None:
        if one["value"] in left[one["name"]]:
            self.key(" ")
            left[one["name"]].remove(one["value"])
            if not left[one["name"]]:
                del left[one["name"]]

    def _pick(self, value: str) -> None:
        self.key(" ")
        for _ in range(60):
            if self.focused()["value"] == value:
                return
            self.key("ArrowDown")
        raise AssertionError(f"{value!r} was not reached with arrows on {self.page.url}")

    def _type_choice(self, one: dict[str, Any], value: str) -> None:
        options = self.page.evaluate("name => Object.fromEntries(Array.from(document.querySelector(`main select[name='${name}']`).options).map(one => [one.value, one.text]))", one["name"])
        self._type(options[value])
        if one["type"] == "type-ahead":
            self.key("Enter")
        chosen = self.page.locator(f'main select[name="{one["name"]}"]')
        expect(chosen, f"{one['name']} after typing {options[value]!r}").to_have_value(value)

    def _type(self, text: str) -> None:
        self.keystrokes += len(text)
        if self.focused()["tag"] == "SELECT":
            self.page.keyboard.type(text)
        else:
            self.page.keyboard.insert_text(text)

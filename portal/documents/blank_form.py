"""A form to be printed and filled in with a pen, in large type on the council's letterhead. What is asked and when is `forms.derived.paper_form`."""

from __future__ import annotations

from collections.abc import Iterator

from portal import timekeeping
from portal.councils.library import Council
from portal.documents import letterhead
from portal.forms.conditions import Facts
from portal.forms.derived.paper_form import Entry, PaperForm, PaperPage, paper_form
from portal.forms.model import FormDefinition
from portal.forms.question_kinds.paper import Figures, Lines, Space, Tick, Ticks
from portal.word import writing

HOW = (
    "Please write clearly, in black or blue ink, and tick boxes like this: \u2611.",
    "Answer every question unless it says that you may leave it blank. If you do not know something, write “not known”.",
    "Some questions are only for some people. Notes beside the questions and beside the boxes tell you where to go next.",
    "If you need more room, write on another sheet and put the number of the question beside your answer.",
)
MOST_KEPT = 32
_KEPT: dict[tuple[str, str, str, int], bytes] = {}
KEEP_SAFE = "This form holds personal information. Keep it safe, and hand it over or post it in a sealed envelope."


def blank_form(council: Council, definition: FormDefinition) -> bytes:
    """The form on paper. It is made once for each version of the form and of the council's files, and then kept in memory."""
    key = (council.id, council.sha256, definition.sha256, letterhead.stamp(council))
    made = _KEPT.get(key)
    if made is None:
        facts = Facts(timekeeping.today(), record=council.service.facts)
        form = paper_form(definition, facts, {role.id: role.title for role in council.roles})
        made = letterhead.on_letterhead(council, form.title, form.title, "".join(_body(form, council)))
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        _KEPT[key] = made
    return made


def _body(form: PaperForm, council: Council) -> Iterator[str]:
    yield writing.words(form.title, "Title")
    yield writing.markdown(form.summary, "PaperText", "PaperBullet", "PaperGroup")
    emergency, hub = council.service.emergency, council.service.hub
    yield writing.words(emergency.text, "PaperCallout")
    yield writing.words("How to fill in this form", "Heading1")
    yield from (writing.words(line, "PaperBullet") for line in HOW)
    yield writing.words("Where to send it", "Heading1")
    yield writing.words(f"{hub.title}, {council.name}", "PaperText")
    ways = (("Telephone", hub.telephone), ("E-mail", hub.email), ("Address", hub.address), ("Open", hub.hours))
    yield from (writing.words(f"{label}: {text}", "PaperText") for label, text in ways if text)
    yield writing.words(KEEP_SAFE, "PaperText")
    for section in form.sections:
        yield writing.words(section.title, "Heading1")
        yield writing.markdown(section.summary, "PaperText", "PaperBullet", "PaperGroup")
        for page in section.pages:
            yield from _page(page, section.title)
    yield from _end(form)


def _page(page: PaperPage, section: str) -> Iterator[str]:
    labels = [entry.label for entry in page.entries]
    if page.title != section and page.title not in labels:
        yield writing.words(page.title, "Heading2")
    yield from (_note(line) for line in (*page.notes, *page.repeat_notes))
    if page.about:
        yield writing.lines(1, f"These answers are about ({page.about})")
    yield writing.markdown(page.guidance, "PaperText" if page.type == "questions" else "PaperCallout", "PaperBullet", "PaperGroup")
    for entry in page.entries:
        yield from _entry(entry)


def _note(note: str) -> str:
    return writing.words("\n".join(_indented(line) for line in note.split("\n")), "PaperNote")


def _indented(line: str) -> str:
    depth = (len(line) - len(line.lstrip())) // 2
    return "\u2003" * depth + line.strip().replace("- ", "\u2013 ", 1) if depth else line


def _entry(entry: Entry) -> Iterator[str]:
    yield from (_note(line) for line in entry.notes)
    if entry.number:
        yield writing.paragraph(f"{writing.run(f'{entry.number}.')}{writing.TAB}{writing.run(entry.label)}", "PaperQuestion")
    else:
        yield writing.words(entry.label, "PaperLabel")
    hint = entry.hint.strip() + ("." if entry.demand and entry.hint.strip()[-1:].isalnum() else "")
    yield writing.words(f"{hint} {entry.demand}".strip(), "PaperHint") if hint or entry.demand else ""
    yield writing.markdown(entry.text, "PaperText", "PaperBullet", "PaperGroup")
    for space in entry.spaces:
        yield from _space(space, entry)
    if entry.afterwards:
        yield writing.paragraph(writing.run(entry.afterwards, bold=True), "PaperHint")


def _space(space: Space, entry: Entry) -> Iterator[str]:
    if isinstance(space, Lines):
        yield writing.lines(space.count, space.label)
    elif isinstance(space, Figures):
        yield writing.figures(space.groups, space.label)
    else:
        yield from _ticks(space, entry)


def _ticks(space: Ticks, entry: Entry) -> Iterator[str]:
    if space.label:
        yield writing.words(space.label, "PaperGroup")
    if space.is_short and len(space.boxes) > 1 and not entry.after:
        yield writing.paragraph("".join(writing.box(f" {box.label}      ") for box in space.boxes), "PaperTick")
        return
    group = ""
    for box in space.boxes:
        if box.group and box.group != group:
            group = box.group
            yield writing.words(group, "PaperGroup")
        yield _tick(box, entry.after.get(box.option, ""))


def _tick(box: Tick, after: str) -> str:
    there = f"{writing.run('   ')}{writing.run(f'→ {after}', bold=True)}" if after else ""
    hint = writing.run(f" ({box.hint.rstrip('.')})") if box.hint else ""
    write_in = writing.lines(1, "Please say which") if box.write_in else ""
    return writing.paragraph(f"{writing.box()}{writing.TAB}{writing.run(box.label)}{hint}{there}", "PaperTick") + write_in


def _end(form: PaperForm) -> Iterator[str]:
    yield writing.words("Before you send this form", "Heading1")
    yield writing.markdown(form.declaration, "PaperText", "PaperBullet", "PaperGroup")
    for label in ("Signature", "Full name", "Date"):
        yield writing.lines(1, label)



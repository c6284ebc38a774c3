"""Rules that a council's texts, lists, documents and e-mails keep: names that are there, placeholders that are allowed, words not used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from portal.councils.document_model import Binding, DocumentRule
from portal.councils.examined import Examined
from portal.councils.model import AnyPaper
from portal.forms.yaml_text import Fault, Location

NOTICES = ("receipt", "resume_link", "draft_reminder", "late_paper", "invitation", "password_reset", "password_changed")
"""E-mails that the portal sends of itself; a council writes their words and may add others with `on`."""
NOTICE_PLACEHOLDERS = ("reference", "link", "council", "expires")
FILE_NAME_PLACEHOLDERS = ("reference", "date", "number")
LABELS = ("lead", "episode", "hub", "plan", "assessment", "meeting", "level", "social_care")
MADE_LISTS = ("teams", "levels")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_WHITE = 1.0
_CONTRAST = 4.5


def service(pack: Examined) -> Iterator[Fault]:
    """Ways in lead to public forms; levels have ids and numbers of their own; white text can be read on the colour."""
    told = pack.council.service
    for position, way in enumerate(told.start.ways):
        at = ("start", "ways", position)
        if way.form:
            yield from pack.unknown("service", (*at, "form"), "form", way.form, pack.council.form_ids())
            yield from _way_into(pack, at, way.form, way.answers)
    for name in ("id", "number"):
        seen = set()
        for position, level in enumerate(told.levels):
            found = getattr(level, name)
            if found in seen:
                yield pack.fault("service", ("levels", position, name), "duplicate_id", f"the level {name} {found} is used twice")
            seen.add(found)
    contrast = (_WHITE + 0.05) / (_luminance(told.colour) + 0.05)
    if contrast < _CONTRAST:
        yield pack.fault("service", ("colour",), "contrast", f"white text on {told.colour} has a contrast of {contrast:.1f}; it needs {_CONTRAST}: choose a darker colour")


def _way_into(pack: Examined, at: Location, form_id: str, answers: Mapping[str, Any]) -> Iterator[Fault]:
    form = pack.forms.get(form_id)
    if form is None:
        return
    if form.audience != "public":
        yield pack.fault("service", (*at, "form"), "not_public", f"the form {form_id} is for staff: a way in leads to a public form")
    for question in answers:
        if question not in form.index.questions:
            yield pack.fault("service", (*at, "answers", question), "unknown_question", f"{question} is no question of the form {form_id}", of_key=True)


def _luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def lists(pack: Examined) -> Iterator[Fault]:
    """List names and option ids are used once; `counts_as` names an option of the same list that is counted as itself."""
    for kind in ("lists", "decisions"):
        for name, items in pack.council.files.values[kind].items():
            if name in MADE_LISTS or (kind == "decisions" and name in pack.council.files.values["lists"]):
                yield pack.fault(kind, (name,), "duplicate_list", f"there is a list called {name} already", of_key=True)
            own = [item.id for item in items if not item.counts_as]
            seen: set[str] = set()
            for position, item in enumerate(items):
                if item.id in seen:
                    yield pack.fault(kind, (name, position, "id"), "duplicate_id", f"{item.id} stands in the list {name} twice")
                seen.add(item.id)
                if item.counts_as and item.counts_as not in own:
                    yield pack.fault(kind, (name, position, "counts_as"), "counts_as", f"{item.id} counts as {item.counts_as}, which is none of the list's own groups")


def documents(pack: Examined) -> Iterator[Fault]:
    """A document's paper, template, condition and merge fields are there, and every question says what is printed when it is empty."""
    for position, document in enumerate(pack.council.documents):
        at = ("documents", position)
        yield from pack.unknown("documents", (*at, "paper"), "paper", document.paper, pack.council.papers.ids)
        templates = sorted(path.name for path in pack.council.templates_dir.glob("*.docx"))
        yield from pack.unknown("documents", (*at, "template"), "template", document.template, templates)
        yield from _variants(pack, at, document, templates)
        yield from pack.condition("documents", (*at, "when"), document.paper, document.when)
        for name in _PLACEHOLDER.findall(document.file_name):
            yield from pack.unknown("documents", (*at, "file_name"), "part of a file name", name, FILE_NAME_PLACEHOLDERS)
        for name, binding in document.fields.items():
            yield from _binding(pack, (*at, "fields", name), document, binding)
        yield from _issue(pack, at, document)


def _variants(pack: Examined, at: Location, document: DocumentRule, templates: list[str]) -> Iterator[Fault]:
    for variant, template in document.templates.items():
        yield from pack.unknown("documents", (*at, "templates", variant), "variant", variant, pack.council.variants.ids)
        yield from pack.unknown("documents", (*at, "templates", variant), "template", template, templates)
    if document.variant_asked:
        yield from pack.question("documents", (*at, "variant_asked"), document.paper, document.variant_asked, outside_repeats=False)


def _issue(pack: Examined, at: Location, document: DocumentRule) -> Iterator[Fault]:
    seen: set[str] = set()
    for position, copy in enumerate(document.copies):
        if copy.id in seen:
            yield pack.fault("documents", (*at, "copies", position, "id"), "duplicate_id", f"{document.id} has two copies {copy.id}")
        seen.add(copy.id)
    if document.issue is not None:
        if document.issue.recipient:
            yield from pack.unknown("documents", (*at, "issue", "recipient"), "merge field of this document", document.issue.recipient, document.fields)
        if not pack.council.ways:
            yield pack.fault("documents", (*at, "issue"), "no_ways", f"{document.id} is issued to somebody, but `ways` names no way in which it reaches them")


def _binding(pack: Examined, at: Location, document: DocumentRule, binding: Binding) -> Iterator[Fault]:
    paper = binding.paper or document.paper
    if binding.paper:
        yield from pack.unknown("documents", (*at, "paper"), "paper", binding.paper, pack.council.papers.ids)
    yield from pack.condition("documents", (*at, "when"), paper, binding.when)
    form = pack.form_of(paper)
    match binding.source:
        case "question" if form is not None:
            yield from pack.question("documents", (*at, "question"), paper, binding.question.rpartition(".")[2], outside_repeats=False)
            if binding.empty is None and not binding.required:
                yield pack.fault("documents", at, "no_empty", f"{at[-1]} does not say what is printed when {binding.question} has no answer: add `empty`, or `required: true`")
        case "wording":
            yield from pack.unknown("documents", (*at, "wording"), "wording", binding.wording, pack.council.wording.texts)
        case "service":
            if pack.council.service.text(binding.service) is None:
                yield pack.fault("documents", (*at, "service"), "unknown_service", f"{binding.service} is no text of service.yaml, such as hub.telephone")
        case "repeat":
            if form is not None and binding.repeat not in form.index.repeats:
                yield pack.fault("documents", (*at, "repeat"), "unknown_repeat", f"{binding.repeat} is no repeat of the form {form.id}")
            for name, inner in binding.fields.items():
                yield from _binding(pack, (*at, "fields", name), document, inner if inner.paper else inner.model_copy(update={"paper": binding.paper}))


def notices(pack: Examined) -> Iterator[Fault]:
    """The e-mails the portal sends are there, and name nothing but reference, link, council and expiry."""
    for name in NOTICES:
        if name not in pack.council.notices:
            yield pack.fault("notices", (), "missing_notice", f"the e-mail {name} is missing: the portal sends it")
    for name, notice in pack.council.notices.items():
        for part in ("subject", "body"):
            text = getattr(notice, part)
            for placeholder in _PLACEHOLDER.findall(text):
                yield from pack.unknown("notices", (name, part), "placeholder", placeholder, NOTICE_PLACEHOLDERS)
        if notice.on is not None:
            yield from pack.unknown("notices", (name, "on", "paper"), "paper", notice.on.paper, [*pack.council.papers.ids, AnyPaper])
            yield from pack.condition("notices", (name, "when"), notice.on.paper, notice.when)
            if notice.on.paper == AnyPaper and notice.when is not None:
                yield pack.fault("notices", (name, "when"), "when_of_any_paper", "`when` speaks of the answers of one paper, so `on` must name it")
        elif name not in NOTICES:
            yield pack.fault("notices", (name,), "never_sent", f"nothing sends the e-mail {name}: give it `on`", of_key=True)
        if notice.on is None and notice.when is not None:
            yield pack.fault("notices", (name, "when"), "when_without_on", "`when` speaks of the answers of a paper, so it needs `on`")


def labels(pack: Examined) -> Iterator[Fault]:
    """The council's own names for things are all given, and no others."""
    for name in pack.council.wording.labels:
        yield from pack.unknown("wording", ("labels", name), "label", name, LABELS, of_key=True)
    for name in LABELS:
        if name not in pack.council.wording.labels:
            yield pack.fault("wording", ("labels",), "missing_label", f"the label {name} is missing", of_key=True)


def avoided_words(pack: Examined) -> Iterator[Fault]:
    """What the council says it avoids does not stand in its own texts (HFS-P9)."""
    avoided = [(word, entry.instead) for entry in pack.council.wording.avoided for word in entry.words]
    patterns = [(re.compile(rf"\b{re.escape(word)}\b", 0 if word.isupper() else re.IGNORECASE), word, instead) for word, instead in avoided]
    for kind, document in pack.council.files.texts.items():
        for at, text in _texts(document.data, ()):
            if kind == "wording" and at[:1] == ("avoided",):
                continue
            for pattern, word, instead in patterns:
                if pattern.search(text):
                    yield pack.fault(kind, at, "avoided_word", f"uses “{word}”; say instead: {instead}")


def _texts(data: Any, at: Location) -> Iterator[tuple[Location, str]]:
    match data:
        case str():
            yield at, data
        case dict():
            for key, value in data.items():
                yield from _texts(value, (*at, key))
        case list():
            for position, value in enumerate(data):
                yield from _texts(value, (*at, position))


RULES = (service, lists, documents, notices, labels, avoided_words)

"""Who gets in where: what is declared in `access_matrix.yaml`, what really happens, and the page that shows it (R10).

The table is looked at by a person and kept; a test tries every address as everybody and compares. After a change of routes, roles
or rules run `python -m tests.house.access_matrix`: it writes the table and `docs/reference/access.md` from what happens. Read the
difference before you keep it: a line that appears there is access that somebody gains.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import time_machine
from ruamel.yaml import YAML
from werkzeug.routing import Rule

from portal.accounts.roles import roles_on_file
from portal.db import db
from portal.documents import pdf
from portal.publishing.in_force import council_in_force
from tests.episodes.cast import MONDAY
from tests.house import access_world
from tests.house.access_world import DISABLED, MISSING, NO_ID, NOBODY, OWN, PLACES, SENDER, World
from tests.house.source import ROOT

TABLE = Path(__file__).with_suffix(".yaml")
PAGE = ROOT / "docs" / "reference" / "access.md"

REACH = {
    ("in", "in", "in", "404"): "all",
    ("in", "in", "404", "404"): "team",
    ("in", "404", "404", "404"): "own",
    ("403", "403", "403", "404"): "seen",
    ("403", "403", "404", "404"): "seen",
    ("403", "404", "404", "404"): "seen",
    ("404", "404", "404", "404"): "hidden",
    ("403", "403", "403", "403"): "never",
}
"""What own, team's, other's and missing answered, to a word of the table. Whatever is not here is wrong."""

SHORT_REACH = {("in", "404"): "may", ("403", "403"): "never"}
"""The same for things that hang on no family: something that is there, something that is not."""

OF_THE_SYSTEM = {"user_id", "job_id", "notification_id", "proposed_id", "version_number", "page_number"}
VERBS = ("view", "start", "edit", "finalise", "return")


@dataclass(frozen=True)
class Try:
    """One request: what is asked for and what is sent along."""

    method: str
    path: str
    sent: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One address or paper: what it does in words, and how it is tried in each place by staff and by a sender."""

    name: str
    does: str
    places: tuple[str, ...]
    tries: dict[str, Try]
    senders: dict[str, Try]


# --- what is tried ------------------------------------------------------------------------------------------------------


def rows(world: World) -> Iterator[tuple[str, Row]]:
    """Every row with the part of the table it belongs to."""
    every = [(rule, method) for rule in world.app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}]
    for rule, method in sorted(every, key=lambda one: (one[0].rule, one[1])):
        view = world.app.view_functions[rule.endpoint]
        part = {"public": "everybody", "signed in": "signed_in"}.get(view.access_rule, "addresses")
        yield part, _row_of(world, rule, method, view)
    for paper in council_in_force().papers:
        for verb in VERBS:
            yield "papers", _paper_row(world, paper.id, verb)
    for document in council_in_force().documents:
        tries = {place: Try("GET", f"/documents/{ids.get(f'document {document.id}', NO_ID)}.docx") for place, ids in world.ids.items()}
        yield "documents", Row(f"download {document.id}", f"Download “{document.title}”", PLACES, tries, {})


def _row_of(world: World, rule: Rule, method: str, view: Any) -> Row:
    kinds = {type(converter).__name__ for converter in rule._converters.values()}
    places: tuple[str, ...] = PLACES[:1]
    if kinds & {"RecordId", "IntegerConverter"}:
        places = (OWN, MISSING) if set(rule.arguments) & OF_THE_SYSTEM else PLACES
    senders = {place: _try(world, rule, method, place, is_sender=True) for place in places} if "submission_id" in rule.arguments or rule.rule.startswith("/files/") else {}
    tries = {place: _try(world, rule, method, place) for place in places}
    return Row(f"{method} {rule.rule}", (view.__doc__ or "").split("\n")[0].strip(), places, tries, senders)


def _try(world: World, rule: Rule, method: str, place: str, *, is_sender: bool = False) -> Try:
    item = world.ids[place].get("sender_draft_item" if is_sender else "item", "")
    sent = {"item": item, "repeat": item.partition(".")[0]} if "/items/" in rule.rule else {}
    return Try(method, _address(world, rule, place, is_sender), sent)


def _address(world: World, rule: Rule, place: str, is_sender: bool) -> str:
    ids = world.ids[place]
    values: dict[str, Any] = {}
    for name, converter in rule._converters.items():
        if type(converter).__name__ == "RecordId":
            values[name] = ids.get(_key(rule, name, is_sender), NO_ID)
        elif type(converter).__name__ == "IntegerConverter":
            values[name] = int(ids.get(name, "999999"))
        else:
            values[name] = _word(rule, name, is_sender)
    for name in rule.arguments - values.keys():
        values[name] = "made-up"
    return rule.build(values)[1]


def _key(rule: Rule, name: str, is_sender: bool) -> str:
    """Which of a place's ids stands in this part of an address."""
    if is_sender:
        state = "draft" if rule.rule.startswith(("/fill/", "/files/")) else "sent"
        return f"sender_{state}" + ("_file" if name == "attachment_id" else "")
    if name == "attachment_id":
        return "request_attachment_id" if rule.endpoint.startswith("attaching.") else name
    if name == "document_id":
        return "document taf_minutes"
    if name == "submission_id":
        state = "final" if rule.endpoint.startswith("documents.") or rule.rule.startswith("/sent/") else "draft"
        return f"{state} of {'request' if rule.rule.startswith(('/sent/', '/documents/copy/')) else 'meeting'}"
    if name == "paper_id":
        return "final paper of meeting" if rule.endpoint.startswith("returns.") else "draft paper of meeting"
    return name


def _word(rule: Rule, name: str, is_sender: bool) -> str:
    form = council_in_force().forms()[access_world.PUBLIC_FORM if is_sender else "taf_meeting"]
    words = {
        "transition_id": "carry_on", "paper_id": "meeting", "document_id": "taf_minutes", "item": "made-up", "inner": "made-up",
        "section_id": form.sections[0].id, "way_id": "professional", "form_id": access_world.PUBLIC_FORM, "digest": "0" * 12, "token": "made-up",
        "template_name": "closure_letter_parent",
    }  # fmt: skip
    if name == "name":
        return {"pages.text_page": "privacy", "pages.static_file": "portal.css"}.get(rule.endpoint, form.pages[0].id)
    return words.get(name, "made-up")


def _paper_row(world: World, kind: str, verb: str) -> Row:
    def tried(ids: dict[str, str]) -> Try:
        if verb == "view":
            return Try("GET", f"/staff/papers/{ids.get(f'final paper of {kind}', NO_ID)}")
        if verb == "return":
            return Try("GET", f"/staff/papers/{ids.get(f'final paper of {kind}', NO_ID)}/return")
        if verb == "start":
            return Try("POST", f"/staff/episodes/{ids.get('episode_id', NO_ID)}/papers/{kind.replace('_', '-')}")
        return Try("POST", f"/fill/{ids.get(f'draft of {kind}', NO_ID)}/{'autosave' if verb == 'edit' else 'send'}")

    title = council_in_force().papers[kind].title
    return Row(f"{verb} {kind}", f"{verb.capitalize()}: {title}", PLACES, {place: tried(ids) for place, ids in world.ids.items()}, {})


# --- what happens -------------------------------------------------------------------------------------------------------


def observed(world: World) -> dict[str, dict[str, Any]]:
    """The whole table as it really is. Nothing that is tried is kept, so that every try finds the same."""
    with world.app.app_context():
        listed = [(part, row) for part, row in rows(world)]
        db.session.rollback()
    answers: dict[tuple[str, str], tuple[str, ...]] = {}
    for who in (*world.roles, NOBODY, DISABLED):
        access_world.let_lead(world, who)
        with mock.patch.object(db.session, "commit", db.session.rollback), mock.patch.object(pdf, "to_pdf", lambda *_a, **_k: b""):
            for part, row in listed:
                if part != "everybody" or who == NOBODY:
                    answers[row.name, who] = tuple(_outcome(world, row.tries[place], world.cookies[who]) for place in row.places)
                if who == NOBODY and row.senders:
                    answers[row.name, SENDER] = tuple(_outcome(world, row.senders[place], world.cookies[SENDER]) for place in row.places)
    table: dict[str, dict[str, Any]] = {}
    for part, row in listed:
        table.setdefault(part, {})[row.name] = _cells(world, part, row, answers)
    return table


def _outcome(world: World, one: Try, cookie: str) -> str:
    client = world.app.test_client(use_cookies=False)
    sent = {"query_string": one.sent} if one.method == "GET" else {"data": one.sent}
    answer = client.open(one.path, method=one.method, headers={"Accept": "application/json", "Cookie": cookie}, **sent)
    if answer.status_code >= 500:
        return f"fault {answer.status_code}"
    return {401: "sign-in", 403: "403", 404: "404"}.get(answer.status_code, "in")


def _cells(world: World, part: str, row: Row, answers: dict[tuple[str, str], tuple[str, ...]]) -> dict[str, Any]:
    if part == "everybody":
        return {"does": row.does, "anybody": _word_for_public(answers[row.name, NOBODY])}
    cells: dict[str, Any] = {"does": row.does}
    for who in world.roles:
        outcome = answers[row.name, who]
        word = (REACH if row.places == PLACES else SHORT_REACH if len(row.places) == 2 else {("in",): "may", ("403",): "never"}).get(outcome, f"odd {' '.join(outcome)}")
        if word != "never":
            cells.setdefault(word, []).append(who)
    for who in (NOBODY, DISABLED):
        if set(answers[row.name, who]) - {"sign-in", "404"}:
            cells[f"odd {' '.join(answers[row.name, who])}"] = [who]
    sender = answers.get((row.name, SENDER))
    if sender is not None:
        cells["sender"] = {("in", "404", "404", "404"): "own", ("404", "404", "404", "404"): "never", ("403", "404", "404", "404"): "never"}.get(
            tuple("404" if one == "sign-in" else one for one in sender), f"odd {' '.join(sender)}"
        )
    return cells


def _word_for_public(outcome: tuple[str, ...]) -> str:
    return "yes" if not set(outcome) & {"sign-in", "403"} and not any(one.startswith("fault") for one in outcome) else f"odd {' '.join(outcome)}"


# --- the table and the page ---------------------------------------------------------------------------------------------

HEAD = """\
# Who gets in where. Looked at and kept; tests/house/test_access_matrix.py tries every line as everybody and compares.
# Written by:  python -m tests.house.access_matrix      (read the difference before you keep it)
#
# Roles are listed under how far they reach:
#   all     every family            team    families of their teams            own     families they lead
#   may     (things that hang on no family)
#   seen    they see the family or paper, but may not do this: told so (403)
#   hidden  as if it were not there (404)
# A role that is not listed never may: told so (403). What a role may not reach, and what is not there, answer alike (404).
# Nobody without a sign-in and nobody whose account is disabled gets in anywhere but under `everybody`.
# sender: somebody without an account, in the browser that holds their own request (own), never another's.
"""


def declared() -> dict[str, dict[str, Any]]:
    """The table as it is kept."""
    return YAML(typ="safe").load(TABLE.read_text())


def written(table: dict[str, dict[str, Any]]) -> str:
    """The table as text: a line for what it does, then one for each reach."""
    lines = [HEAD]
    for part, cells_of in table.items():
        lines.append(f"{part}:")
        for name, cells in cells_of.items():
            lines.append(f'  "{name}":')
            lines += [f"    {word}: {_written_value(value)}" for word, value in cells.items()]
        lines.append("")
    return "\n".join(lines)


def _written_value(value: Any) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, list) else f'"{value}"'


MARKS = {"all": "all", "team": "team", "own": "own", "may": "yes", "seen": "no", "hidden": "–", "never": "–"}
PARTS = {
    "papers": ("Papers", "Viewing, starting, changing and finishing each kind of paper."),
    "documents": ("Documents", "Downloading what was produced. It follows the paper it was made from."),
    "addresses": (
        "Pages and actions",
        "Before the address stands the way it is asked for: GET reads, POST changes. Filling in, files and documents are tried here on a meeting of the team around the family; for other papers see above.",
    ),
    "signed_in": ("One's own account", "Everybody who is signed in may do these, each for their own account only."),
    "everybody": ("Open to everybody", "No sign-in is needed."),
}


def page(table: dict[str, dict[str, Any]], roles: dict[str, str]) -> str:
    """The same for people who read rather than run: one table for each part, a column for each role that may anything."""
    lines = [
        "# Who may do what",
        "",
        "Made by `python -m tests.house.access_matrix` from what really happens when every address is tried as everybody. Do not edit it by hand.",
        "A test repeats that for every change, so this page is true. It shows the roles of Hackney's pack (`portal/councils/hackney/roles.yaml`).",
        "",
        "**all** every family · **team** families of their teams · **own** families they lead · **yes** where no family is concerned · **no** they see it, but may not do this · **–** may not, or sees nothing of it.",
        "What somebody may not see answers exactly like what does not exist, and every refusal is kept in the audit trail.",
        "",
    ]
    shown = [role_id for role_id in roles if any(role_id in value for cells in _guarded(table) for value in cells.values() if isinstance(value, list))]
    for part, (title, explanation) in PARTS.items():
        lines += [f"## {title}", "", explanation, ""]
        if part in ("signed_in", "everybody"):
            lines += ["| what | address |", "|---|---|", *(f"| {cells['does']} | `{name}` |" for name, cells in table[part].items()), ""]
            continue
        columns = [*shown, *(["sender"] if part == "addresses" else [])]
        heads = [roles.get(role_id, "Sender, without an account") for role_id in columns]
        lines += [f"| what | {' | '.join(heads)} |", "|---|" + "---|" * len(heads)]
        lines += [f"| {_what(part, name, cells)} | {' | '.join(_mark(cells, who) for who in columns)} |" for name, cells in table[part].items()]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _guarded(table: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in ("addresses", "papers", "documents"):
        yield from ({word: value for word, value in cells.items() if word in ("all", "team", "own", "may")} for cells in table[part].values())


def _what(part: str, name: str, cells: dict[str, Any]) -> str:
    return f"{cells['does']} `{name}`" if part == "addresses" else cells["does"]


def _mark(cells: dict[str, Any], who: str) -> str:
    if who == SENDER:
        return "own" if cells.get("sender") == "own" else "–"
    return next((MARKS.get(word, word) for word, value in cells.items() if isinstance(value, list) and who in value), "–")


def main() -> None:
    """Write the table and the page from what happens."""
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(MONDAY, tick=True):
        world = access_world.make(Path(folder))
        table = observed(world)
        TABLE.write_text(written(table))
        with world.app.app_context():
            PAGE.write_text(page(table, {role_id: role.title for role_id, role in roles_on_file().items()}))
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main()

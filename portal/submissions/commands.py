"""`portal forms publish`: the next version of a form, with what is different and what becomes of the drafts that are open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import Flask
from flask.cli import ScriptInfo

from portal.command_line import council_option, kept, stop
from portal.errors import PortalError

if TYPE_CHECKING:
    from portal.submissions.new_version import Proposal

FAULTY, UNDECIDED, OVERTAKEN = 1, 3, 4
EFFECTS = {"harmless": "harmless", "needs_answer": "needs an answer", "loses_answer": "loses an answer"}
WAYS = {"carry": "carried over", "keep": "kept on their version", "ask": "UNDECIDED: say --drafts carry or --drafts keep"}


def _read_ways(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """`carry` and `keep` hold for all drafts, `EFFECT=carry` for those of one class; `rule` leaves it to the council."""
    found: dict[str, str] = {}
    for each in given:
        effect, equals, way = each.partition("=")
        if not equals:
            effect, way = "", each
        if way not in ("carry", "keep", "rule") or (effect and effect not in EFFECTS):
            raise click.BadParameter(f"{each!r} is none of carry, keep, rule, or {', '.join(f'{one}=carry' for one in EFFECTS)} (or =keep)")
        found |= dict.fromkeys([effect] if effect else EFFECTS, way)
    return {effect: way for effect, way in found.items() if way != "rule"}


@click.command("publish")
@council_option
@click.argument("form", metavar="[FORM|FILE]", default="")
@click.option("--dry-run", is_flag=True, help="Only show what is different and what would happen.")
@click.option("--drafts", "wanted", multiple=True, callback=_read_ways, metavar="carry|keep|rule|CLASS=carry", help="What becomes of open drafts, of all or of one class (harmless, needs_answer, loses_answer). Default: the council's rule.")
@click.option("--yes", is_flag=True, help="Publish without asking.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="json is for machines; it needs --yes or --dry-run.")
@click.pass_context
def publish(context: click.Context, council: str, form: str, dry_run: bool, wanted: dict[str, str], yes: bool, shape: str) -> None:
    """Publish the next version of a form: FORM of the council's pack, a FILE, or every form of the pack that differs from the version in force.

    Shows each change with its class (harmless, needs an answer, loses an answer) and what becomes of each open draft, and publishes nothing
    while that is undecided. Drafts kept earlier are taken over by --drafts carry. Progress is told on standard error.
    Nothing is published either while a Word template would not fit, a scenario fails, or too little is tried (`publishing` in service.yaml).
    The scenarios of a FILE are those beside it (FILE.tests.yaml), or else those of the pack's form.

    Exit status: 0 published or nothing to do, 1 faults or not confirmed, 3 undecided drafts, 4 somebody else published meanwhile.

    \b
    Example:  portal forms publish closure_review --drafts loses_answer=keep --council hackney
    """
    if shape == "json" and not (yes or dry_run):
        raise click.UsageError("--format json asks no questions: add --yes or --dry-run")
    app = context.ensure_object(ScriptInfo).load_app()
    told: list[dict[str, Any]] = []
    status = 0
    for name in _names(app, form):
        found, rule = _looked_at(app, name)
        one = _Telling(found, rule, wanted, aloud=shape == "text")
        one.tell()
        if not dry_run and one.has_work:
            status = max(status, _publish(app, one, yes))
        elif found.faults:
            status = max(status, FAULTY)
        elif dry_run and one.undecided:
            status = max(status, UNDECIDED)
        told.append(one.data)
    if shape == "json":
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
    raise SystemExit(status)


def _names(app: Flask, form: str) -> list[str]:
    """What to publish: ids of the pack's forms, or one file."""
    # Imported here and below because it brings the database with it, which other commands of `portal forms` do not need.
    from portal.publishing.in_force import council_in_force

    if form:
        return [form]
    with app.app_context():
        return council_in_force().form_ids()


def _looked_at(app: Flask, name: str) -> tuple[Proposal, dict[str, str]]:
    """What is proposed, with the open drafts looked at, and the council's rule."""
    from portal.councils.check_scenarios import beside
    from portal.forms.load import text_of_file
    from portal.publishing.in_force import council_in_force
    from portal.scenarios import in_the_way
    from portal.submissions import new_version

    try:
        with kept(app):
            path = Path(name)
            scenarios: tuple[str | None, str] = (None, "")
            if path.suffix in (".yaml", ".yml"):
                found = new_version.proposal(path.name.removesuffix(path.suffix), council_in_force().completed(text_of_file(path)), source=name)
                own = beside(path)
                scenarios = (text_of_file(own), str(own)) if own.is_file() else scenarios
            else:
                found = new_version.proposal_of_pack(name)
            if found.definition is not None and found.is_new and not found.faults:
                found = replace(found, faults=in_the_way(council_in_force(), found.definition, *scenarios))
            rule = new_version.rule()
            if found.faults or not found.open_drafts:
                return found, rule
            return new_version.looked_at(found, lambda done: click.echo(f"looked at {done:,} of {found.open_drafts:,} open drafts", err=True)), rule
    except (PortalError, OSError) as error:
        stop(str(error))


class _Telling:
    """What is told of one form, in lines or as data."""

    def __init__(self, found: Proposal, rule: dict[str, str], wanted: dict[str, str], *, aloud: bool):
        self.found = found
        self.aloud = aloud
        self.wanted = wanted
        self.ways = rule | wanted if found.open_drafts else {}
        self.data: dict[str, Any] = {
            "form": found.form_id,
            "in_force": found.current or None,
            "number": found.number,
            "is_new": found.is_new,
            "faults": [{"file": one.file, "line": one.line, "column": one.column, "code": one.code, "message": one.message} for one in found.faults],
            "changes": [{"code": one.code, "effect": one.effect, "id": one.id, "words": one.words} for one in found.changes],
            "open_drafts": {str(number): count for number, count in found.drafts.items()},
            "outlook": dict(found.outlook or {}),
            "decision": self.ways,
            "published": False,
        }

    @property
    def undecided(self) -> bool:
        """Whether there are drafts that nobody has decided about."""
        return any(self.ways.get(effect) == "ask" and count for effect, count in (self.found.outlook or {}).items())

    @property
    def has_work(self) -> bool:
        """Whether there is something to publish, or drafts to take over that somebody asked for."""
        return self.found.is_new or (bool(self.found.open_drafts) and "carry" in self.wanted.values())

    def say(self, line: str) -> None:
        """One line, unless data is wanted."""
        if self.aloud:
            click.echo(line)

    def tell(self) -> None:
        """Everything that is known before publishing."""
        for line in self.lines():
            self.say(line)

    def lines(self) -> Iterator[str]:
        """The same as lines."""
        found = self.found
        if found.faults:
            yield f"{found.form_id}: not fit to be published"
            yield from (f"  {one.file}:{one.line}:{one.column}: {one.code} {one.message}" for one in found.faults)
            return
        if not found.is_new:
            yield f"{found.form_id}: version {found.number} is in force, nothing is different"
        elif not found.current:
            yield f"{found.form_id}: the first version"
        else:
            yield f"{found.form_id}: version {found.current} is in force, this becomes version {found.number}"
            yield from (f"  {EFFECTS[change.effect]:<15}  {change.words}" for change in sorted(found.changes, key=lambda one: list(EFFECTS).index(one.effect), reverse=True))
            if not found.changes:
                yield "  nothing that anybody would notice"
        if not found.open_drafts:
            if found.is_new:
                yield "  no draft is open"
            return
        yield f"  {found.open_drafts:,} open: {', '.join(f'{count:,} on version {number}' for number, count in found.drafts.items())}"
        for effect in EFFECTS:
            if (found.outlook or {}).get(effect):
                yield f"    {(found.outlook or {})[effect]:>6,} {EFFECTS[effect]:<15} -> {WAYS[self.ways[effect]]}"


def _publish(app: Flask, one: _Telling, yes: bool) -> int:
    """Publish it and go through its drafts; answers the exit status."""
    from portal.publishing import PublishedMeanwhile
    from portal.submissions import new_version

    if one.found.faults:
        return FAULTY
    if not one.undecided and not yes and not click.confirm(f"Publish version {one.found.number} of {one.found.form_id}?" if one.found.is_new else "Take these drafts over?"):
        click.echo("Nothing was published.", err=True)
        return FAULTY
    try:
        with kept(app):
            made = new_version.publish(one.found, one.wanted)
            number, carry_over = made.version.number, made.carry_over.id if made.carry_over else ""
    except new_version.Undecided as error:
        click.echo(error.message, err=True)
        return UNDECIDED
    except PublishedMeanwhile as error:
        click.echo(error.message, err=True)
        return OVERTAKEN
    one.data["published"] = True
    one.say(f"  version {number} is in force")
    if carry_over:
        one.data["carried"] = _go_on(app, carry_over)
        one.say("  drafts: " + ", ".join(f"{count:,} {_counted(what)}" for what, count in one.data["carried"].items() if what in ("carried", "kept")))
    return 0


def _counted(what: str) -> str:
    return {"carried": "carried over", "kept": "kept on their version"}[what]


def _go_on(app: Flask, carry_over: str) -> dict[str, int]:
    """Go through the drafts batch by batch, beside the worker if there is one, and tell how far it is."""
    from portal.submissions import carrying

    while True:
        with kept(app):
            one = carrying.go_on(carry_over)
            assert one is not None
            click.echo(f"{one.looked_at:,} of {one.total:,} drafts", err=True)
            if one.finished_at is not None:
                return dict(one.counts)

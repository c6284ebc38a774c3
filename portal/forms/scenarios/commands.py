"""`portal forms test`: tries the scenarios of forms, and tells what failed and which branches no scenario takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from portal.command_line import council_option, stop
from portal.errors import PortalError
from portal.forms.derived.commands import form_of, pack_of, path_option
from portal.forms.scenarios.read import ScenarioFaults

if TYPE_CHECKING:
    from portal.scenarios import Report


@click.command("test")
@council_option
@path_option
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How results are printed; json is for machines.")
@click.option("--cover", type=click.FloatRange(0, 100), default=100.0, show_default=True, metavar="N", help="Per cent of the branches of each form that must be taken.")
@click.option("--cover-leaves", type=click.FloatRange(0, 100), default=0.0, show_default=True, metavar="N", help="Per cent of the comparisons of each form that must be seen true, and false.")
@click.argument("form_ids", nargs=-1, metavar="[FORM]...")
def test_forms(council: str, folder: str, shape: str, cover: float, cover_leaves: float, form_ids: tuple[str, ...]) -> None:
    """Try the scenarios of the named forms, or of every form of the council: FORM.tests.yaml beside each form.

    Prints each scenario as passed or failed, every difference in plain words, and as file:line:column what no scenario covers: branches, and
    comparisons inside larger conditions that are never true, or never false.
    Exit status 1 when a scenario fails, fewer branches are taken than --cover asks for, or fewer comparisons seen both ways than --cover-leaves.

    \b
    Example:  portal forms test closure_review --council hackney
    """
    # Imported here because it brings documents and all that they draw on, which checking a form does not need.
    from portal.scenarios import scenarios_beside, text_beside, try_text

    pack = pack_of(council, folder)
    reports: list[Report] = []
    try:
        for form_id in form_ids or pack.form_ids():
            definition = form_of(pack, form_id)
            reports.append(try_text(pack, definition, text_beside(pack, form_id), str(scenarios_beside(pack, form_id))))
    except ScenarioFaults as wrong:
        stop(wrong.message)
    except PortalError as error:
        stop(error.message)
    if shape == "json":
        click.echo(json.dumps([data_of(each) for each in reports], indent=1, ensure_ascii=False))
    for line in (line for each in reports for line in lines_of(each)) if shape == "text" else ():
        click.echo(line)
    failed = sum(len(each.failed) for each in reports)
    thin = [each.form_id for each in reports if each.percent < cover]
    thinner = [each.form_id for each in reports if each.leaf_percent < cover_leaves]
    if failed or thin or thinner:
        told = [f"{failed} {'scenario' if failed == 1 else 'scenarios'} failed"] if failed else []
        told += [f"fewer than {cover:g} % of the branches are taken in {', '.join(thin)}"] if thin else []
        told += [f"fewer than {cover_leaves:g} % of the comparisons are seen true and false in {', '.join(thinner)}"] if thinner else []
        stop(f"{'; '.join(told)}.")


def lines_of(report: Report) -> Iterator[str]:
    """A report for people to read."""
    yield f"{report.title} ({report.form_id})"
    for result in report.results:
        yield f"  {'passed' if result.passed else 'FAILED'}  {result.name}"
        yield from (f"            {difference}" for difference in result.differences)
    yield f"  {len(report.results) - len(report.failed)} of {len(report.results)} scenarios passed; {report.taken} of {report.branches} branches taken ({report.percent:g} %)"
    if report.leaves:
        yield f"  {report.seen} of {report.leaves} ways of comparisons seen ({report.leaf_percent:g} %)"
    for each in (*report.uncovered, *report.unseen):
        yield f"{each.file}:{each.line}:{each.column}: not covered: {each.words}"


def data_of(report: Report) -> dict[str, Any]:
    """A report for machines to read."""
    return {
        "form": report.form_id,
        "scenarios": [{**asdict(each), "passed": each.passed} for each in report.results],
        "branches": report.branches,
        "taken": report.taken,
        "percent": report.percent,
        "uncovered": [asdict(each) for each in report.uncovered],
        "leaves": report.leaves,
        "seen": report.seen,
        "leaf_percent": report.leaf_percent,
        "unseen": [asdict(each) for each in report.unseen],
    }

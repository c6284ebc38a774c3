"""Judging a template before it is used: everything that stops it and everything to look at, each with its place."""

from __future__ import annotations

from portal.word import accessibility, sound
from portal.word.fields import Shape, example, unknown_fields, unused_fields
from portal.word.findings import Finding, Place, RenderingFailed, TemplateRefused
from portal.word.render import render
from portal.word.template import CompiledTemplate, examine

CHECK_VERSION = "check 2"
"""Changes whenever a template that passed might not pass any more, or the other way round."""


def check(file: bytes, shape: Shape | None = None) -> list[Finding]:
    """Every finding about a template, errors first. With a `shape` its fields are compared and a trial document is made.

    Files from outside are checked by `apart.check_apart`, which holds this to limits of time and memory.
    """
    try:
        examined = examine(file)
    except TemplateRefused as refused:
        return refused.findings
    found = [*examined.findings, *accessibility.findings(file)]
    if shape is not None:
        found += unknown_fields(examined.trees, shape)
        found += [Finding("unused_field", f"the field “{name}” is never printed", Place("template"), "warning") for name in unused_fields(examined.trees, shape)]
    if examined.compiled is not None and not errors(found):
        found += _trials(examined.compiled, shape)
    return sorted(dict.fromkeys(found), key=lambda finding: finding.level)


def _trials(compiled: CompiledTemplate, shape: Shape | None) -> list[Finding]:
    if shape is None:
        return []
    found = []
    for items in (2, 0):
        try:
            whole(render(compiled, example(shape, items=items)))
        except RenderingFailed as error:
            found.append(Finding("trial", error.message, Place("trial document")))
    return list(dict.fromkeys(found))


def whole(document: bytes) -> None:
    """Check that Word can open a finished document: the ZIP intact, every part well formed, its structural rules kept. Raises RenderingFailed."""
    found = sound.faults(document)
    if found:
        raise RenderingFailed(f"the document is not whole and was not made: {'; '.join(map(str, found[:5]))}")


def errors(found: list[Finding]) -> list[Finding]:
    """Only the findings that stop a template."""
    return [finding for finding in found if finding.level == "error"]

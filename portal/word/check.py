"""Judging a template before it is used: everything that stops it and everything to look at, each with its place."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from portal.word import accessibility
from portal.word.fields import Shape, example, unknown_fields, unused_fields
from portal.word.findings import Finding, Place, RenderingFailed, TemplateRefused
from portal.word.render import render
from portal.word.template import CompiledTemplate, examine
from portal.word.wordxml import read_xml


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
    """Check that a finished document can be opened: the ZIP is intact and every XML part is well formed. Raises RenderingFailed."""
    try:
        with zipfile.ZipFile(io.BytesIO(document)) as archive:
            broken = archive.testzip()
            if broken is not None:
                raise RenderingFailed(f"{broken} is damaged; the document was not made")
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    read_xml(archive.read(name), name)
    except (zipfile.BadZipFile, TemplateRefused, etree.XMLSyntaxError) as error:
        raise RenderingFailed(f"the document is not whole and was not made: {error}") from error


def errors(found: list[Finding]) -> list[Finding]:
    """Only the findings that stop a template."""
    return [finding for finding in found if finding.level == "error"]

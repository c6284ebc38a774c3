"""Checking all Word templates of a council's pack against what its documents bind: done before they are published."""

from __future__ import annotations

from portal.councils.library import Council
from portal.documents.merge_data import shape
from portal.errors import PortalError
from portal.word.check import check, errors


class TemplatesBroken(PortalError):
    """A template of the pack cannot be used; the message names every fault with file and place."""


def check_templates(council: Council) -> int:
    """Check every template with the documents made from it; answers how many documents. Raises TemplatesBroken, BindingBroken."""
    definitions = {paper.id: council.forms()[paper.form] for paper in council.papers}
    found = []
    for rule in council.documents:
        for path in map(council.template_path, rule.own_templates):
            found += [f"{path}: {finding}" for finding in errors(check(path.read_bytes(), shape(rule, council, definitions)))]
    if found:
        raise TemplatesBroken("\n".join(dict.fromkeys(found)))
    return len(council.documents)

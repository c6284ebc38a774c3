"""Whether a council's files fit each other, its forms and its Word templates: every fault at once, with file, line and column."""

from __future__ import annotations

from collections.abc import Iterator

from portal.councils import (
    check_forms,
    check_kept_as,
    check_printed,
    check_sensitivity,
    check_words,
    check_workflow,
    languages,
)
from portal.councils.examined import Examined
from portal.councils.library import Council
from portal.councils.load import CouncilFaults
from portal.forms import check as form_check
from portal.forms.yaml_text import Fault

REGISTERS = (
    ("workflow", "stages"), ("workflow", "papers"), ("workflow", "transitions"), ("clocks", "clocks"),
    ("teams", "teams"), ("roles", "roles"), ("documents", "documents"),
)  # fmt: skip


def faults(council: Council) -> list[Fault]:
    """Everything that does not fit, in order of place; empty when the pack may be used. Faults of its forms are among them."""
    pack = Examined(council)
    found = set(pack.form_faults)
    used = check_forms.conditions_used(council)
    for form in pack.forms.values():
        found.update(form_check.faults(form, used=used))
    found.update(fault for fault in languages.faults(council) if fault.level == "error")
    for rule in (ids, forms, *check_forms.RULES, *check_workflow.RULES, *check_words.RULES, *check_printed.RULES, *check_sensitivity.RULES, *check_kept_as.RULES):
        found.update(rule(pack))
    return sorted(found)


def require_sound(council: Council) -> None:
    """Raise `CouncilFaults` with everything wrong, or return."""
    found = faults(council)
    if found:
        raise CouncilFaults(found)


def ids(pack: Examined) -> Iterator[Fault]:
    """An id is used once in its list."""
    for kind, name in REGISTERS:
        seen: set[str] = set()
        for position, thing in enumerate(getattr(pack.council.files.values[kind], name)):
            if thing.id in seen:
                yield pack.fault(kind, (name, position, "id"), "duplicate_id", f"{thing.id} is used twice in {name}")
            seen.add(thing.id)


def forms(pack: Examined) -> Iterator[Fault]:
    """A form's id is the name of its file, and a paper or a way in uses it."""
    used = {paper.form for paper in pack.council.papers} | {way.form for way in pack.council.service.start.ways}
    for name, form in pack.forms.items():
        path = str(pack.council.form_path(name))
        if form.id != name:
            yield form.fault(("id",), "form_name", f"the form calls itself {form.id}, but its file is {name}.yaml")
        if name not in used:
            yield Fault(path, 1, 1, "unused_form", f"no paper of workflow.yaml and no way in of service.yaml uses the form {name}")

"""Papers written under an earlier version of their form, when documents.yaml binds to the ids of a later one: where an answer stands in theirs.

A question that goes by another id is found under its old one and printed with its old words; one that was not asked yet is printed as
empty; conditions of bindings are judged on the answers as the later version would read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.forms.answers import visible
from portal.forms.condition_tree import Condition
from portal.forms.conditions import Facts, evaluate
from portal.forms.model import FormDefinition, Scope
from portal.forms.versions import upgrade
from portal.forms.versions.declared import declared_between


@dataclass(frozen=True)
class LaterForm:
    """The version that documents bind to. `names` leads from its ids to the paper's own where they differ; `answers` are the shown ones as it reads them."""

    definition: FormDefinition
    names: Mapping[str, str]
    answers: Mapping[str, Any]
    facts: Facts

    def own(self, name: str) -> str:
        """The paper's own id for a question or repeat of the later version."""
        return self.names.get(name, name)

    def holds(self, condition: Condition, scope: Scope) -> bool:
        """Whether a condition of the later version is true for an item, which is named by the paper's own ids."""
        now = {own: name for name, own in self.names.items()}
        return evaluate(condition, self.answers, tuple((now.get(repeat, repeat), item) for repeat, item in scope), self.facts, self.definition) is True


def later_form(own: FormDefinition, answers: Mapping[str, Any], later: FormDefinition | None, facts: Facts) -> LaterForm | None:
    """How these answers to an earlier version are found by the ids of a later one; None where it is the same version."""
    if later is None or later.sha256 == own.sha256:
        return None
    names = {now: old for old, now in declared_between(own, later).names.items() if now != old}
    read = upgrade(answers, {}, own, later, facts).answers
    return LaterForm(later, names, visible(later, read, facts).answers, facts)

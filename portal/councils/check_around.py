"""What a council's other files need of a form: questions that documents print, that clocks wait for, that moves look at. How a form fits itself is its own check."""

from __future__ import annotations

from portal.councils import check_printed, check_sensitivity, check_words, check_workflow
from portal.councils.examined import Examined
from portal.councils.library import Council
from portal.forms.model import FormDefinition
from portal.forms.yaml_text import Fault

RULES = (*check_workflow.RULES, *check_words.RULES, *check_printed.RULES, *check_sensitivity.RULES)


def faults_around(council: Council, definition: FormDefinition) -> list[Fault]:
    """What the council's files ask of this form and it does not have, at the place that asks for it.

    The files are held against this form alone; what is wrong with them whatever the forms are is left to the check of the council.
    """
    with_it, without = _found(council, {definition.id: definition}), _found(council, {})
    told = sorted(set(with_it) - set(without))
    return [Fault(one.file, one.line, one.column, "needed_elsewhere", f"{one.message} ({one.code}): this file of the council needs it") for one in told]


def _found(council: Council, forms: dict[str, FormDefinition]) -> list[Fault]:
    pack = Examined(council, forms)
    return [fault for rule in RULES for fault in rule(pack)]

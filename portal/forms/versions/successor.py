"""What keeps a version from following another, whatever its own text: ids that would come back, and a form that becomes another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portal.forms.check_changes import declared_at, retired_options
from portal.forms.model import FormDefinition, Option, Question
from portal.forms.versions.pair import Pair, pair_of
from portal.forms.yaml_text import Fault

PairRule = Callable[[Pair], Iterator[Fault]]


def faults_between(old: FormDefinition, new: FormDefinition) -> list[Fault]:
    """Why `new` may not follow `old`, each placed in `new`, in order of place; empty when it may."""
    pair = pair_of(old, new)
    return sorted({fault for rule in RULES for fault in rule(pair)})


def not_retired(pair: Pair) -> Iterator[Fault]:
    """What is taken out is listed, so that its id never comes back for something else."""
    for what, part in [*(("question", each) for each in pair.removed), *(("repeat", each) for each in pair.removed_repeats)]:
        name = pair.declared.name(part.id)
        if name not in pair.new.retired:
            message = f"the {what} {name!r} of the version before is gone: list it under `retired`, or say under `changes` what it is called now"
            yield pair.new.fault(("retired",), "not_retired", message)


def options_not_retired(pair: Pair) -> Iterator[Fault]:
    """The same for options that the form offers itself; those of the council's lists are codes that the council looks after."""
    retired = retired_options(pair.new) | pair.declared.retired
    for name, kept in pair.kept.items():
        now = {option.id for option in _own_options(kept.new)}
        for option in _own_options(kept.old) if now else ():
            if pair.declared.value(name, option.id) not in now and (name, option.id) not in retired:
                message = f"the option {option.id!r} of {name!r} is gone: list {f'{name}.{option.id}'!r} under `retired`, or say under `changes` which option stands for it now"
                yield pair.new.fault(("retired",), "not_retired", message)


def _own_options(question: Question) -> tuple[Option, ...]:
    is_the_council_s = getattr(question.settings, "list_name", "").startswith("council.")
    return () if is_the_council_s else getattr(question.settings, "options", ())


def retired_taken_off(pair: Pair) -> Iterator[Fault]:
    """An id that was retired stays so."""
    for name in pair.old.retired:
        if name not in pair.new.retired:
            yield pair.new.fault(("retired",), "retired_taken_off", f"the version before had retired {name!r}: keep it in the list")


def changes_taken_back(pair: Pair) -> Iterator[Fault]:
    """What earlier versions declared stays, so that the oldest drafts find their way."""
    declared = [change for _, change in declared_at(pair.new)]
    for at, change in declared_at(pair.old):
        if change not in declared:
            message = f"the version before declared a change under {at[1]!r} that is gone: put it back, older drafts still need it"
            yield pair.new.fault(("changes",), "changes_taken_back", message)


def another_form(pair: Pair) -> Iterator[Fault]:
    """A form stays the same form for the same people."""
    if pair.old.id != pair.new.id:
        yield pair.new.fault(("id",), "another_form", f"this is {pair.new.id!r}, which cannot follow {pair.old.id!r}")
    if pair.old.audience != pair.new.audience:
        yield pair.new.fault(("audience",), "audience_changed", f"the form was for {pair.old.audience}, now for {pair.new.audience}: make another form")


RULES: tuple[PairRule, ...] = (not_retired, options_not_retired, retired_taken_off, changes_taken_back, another_form)

"""Playing a scenario: what a form makes of its answers, held against what is expected, with every difference in plain words.

The way, the questions and the problems are those of the web: hidden answers are set aside, then all is judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from portal.forms.answers import Answers
from portal.forms.conditions import Facts
from portal.forms.journey import Journey
from portal.forms.model import FormDefinition
from portal.forms.paths import path_of
from portal.forms.scenarios.branches import Key, branches_taken
from portal.forms.scenarios.model import Expectation
from portal.forms.validate import Problem, problems

STOPPED = "stopped"


@dataclass(frozen=True)
class Played:
    """What came of answers: the pages on the way, the paths of what was asked, what is to put right, where the way stopped."""

    definition: FormDefinition
    answers: Answers
    facts: Facts
    pages: tuple[str, ...]
    asked: frozenset[str]
    problems: tuple[Problem, ...]
    stop: str
    interrupts: tuple[str, ...]
    taken: frozenset[Key]

    @property
    def can_be_sent(self) -> bool:
        """Whether nothing stands in the way of sending it."""
        return not self.problems and not self.stop


def play(definition: FormDefinition, answers: Answers, facts: Facts) -> Played:
    """What comes of these answers on the day of `facts`; the answers kept are the shown ones."""
    journey = Journey(definition, answers, facts)
    steps = journey.steps()
    asked = frozenset(path_of(block.scope, question.id) for step in steps for block in journey.blocks(step) for question in block.questions)
    stop = journey.stop_page()
    return Played(
        definition,
        journey.visible.answers,
        facts,
        tuple(dict.fromkeys(step.page.id for step in steps if step.kind == "page")),
        asked,
        tuple(each for each in problems(definition, answers, facts) if each.code != STOPPED),
        stop.page.id if stop else "",
        tuple(step.page.id for step in steps if step.page.type == "interrupt"),
        frozenset(branches_taken(journey)),
    )


def differences(expect: Expectation, played: Played) -> list[str]:
    """Everything in which the form did something else than expected, in plain words."""
    return [*_of_pages(expect, played), *_of_questions(expect, played), *_of_problems(expect, played)]


def _of_pages(expect: Expectation, played: Played) -> Iterator[str]:
    if expect.pages and expect.pages != played.pages:
        missing = [page for page in expect.pages if page not in played.pages]
        more = [page for page in played.pages if page not in expect.pages]
        told = [f"not seen: {', '.join(missing)}"] if missing else []
        told += [f"seen too: {', '.join(more)}"] if more else []
        yield f"the pages are others than expected ({'; '.join(told) or 'they come in another order: ' + ', '.join(played.pages)})"
    yield from (f"the page “{_title(played, page)}” ({page}) was not seen" for page in expect.seen if page not in played.pages)
    yield from (f"the page “{_title(played, page)}” ({page}) was seen, and should not have been" for page in expect.not_seen if page in played.pages)
    if expect.stop != played.stop:
        met = f"the form stopped at “{_title(played, played.stop)}” ({played.stop})" if played.stop else "the form did not stop"
        yield f"{met}; expected was {f'that it stops at “{_title(played, expect.stop)}” ({expect.stop})' if expect.stop else 'that it goes on to the end'}"
    yield from (f"“{_title(played, page)}” ({page}) did not interrupt" for page in expect.interrupts if page not in played.interrupts)
    yield from (f"“{_title(played, page)}” ({page}) interrupted, which was not expected" for page in played.interrupts if page not in expect.interrupts)


def _of_questions(expect: Expectation, played: Played) -> Iterator[str]:
    for wanted, paths in ((True, expect.asked), (False, expect.not_asked)):
        for path in paths:
            if _is_asked(played, path) is not wanted:
                yield f"{_called(played, path)} was {'not asked' if wanted else 'asked, and should not have been'}"


def _of_problems(expect: Expectation, played: Played) -> Iterator[str]:
    wanted = Counter((each.at, each.code) for each in expect.problems)
    met = Counter((each.path, each.code) for each in played.problems)
    for path, code in (wanted - met).elements():
        there = ", ".join(sorted(each.code for each in played.problems if each.path == path))
        yield f"{path}: the problem “{code}” was expected, and there was {f'“{there}”' if there else 'none'}"
    told = {(each.path, each.code): each.message for each in played.problems}
    for path, code in (met - wanted).elements():
        yield f"{path}: the problem “{code}” was not expected: {told[path, code]}"


def _is_asked(played: Played, path: str) -> bool:
    """Whether a question was asked; one of a repeat named by its id alone, for any item."""
    return path in played.asked or ("." not in path and any(each.rpartition(".")[2] == path for each in played.asked))


def _called(played: Played, path: str) -> str:
    question = played.definition.index.questions.get(path.rpartition(".")[2])
    return f"“{question.label}” ({path})" if question else path


def _title(played: Played, page_id: str) -> str:
    page = played.definition.index.pages.get(page_id)
    return page.title if page else page_id

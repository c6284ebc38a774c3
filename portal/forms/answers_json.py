"""Answers that come as JSON (command line, examples, other systems): nothing is dropped silently, everything is judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.forms import question_kinds
from portal.forms.answers import Answers, clean_text, visible
from portal.forms.condition_tree import nearest
from portal.forms.conditions import Facts, item_of
from portal.forms.model import FormDefinition, Repeat, Scope
from portal.forms.paths import item_path, path_of
from portal.forms.validate import Problem, problems


def check_answers_json(definition: FormDefinition, raw: Any, facts: Facts) -> list[Problem]:
    """Everything wrong with these answers as a whole submission: unknown ids, shapes, hidden answers, then what the web says."""
    return read_answers_json(definition, raw, facts)[1]


def read_answers_json(definition: FormDefinition, raw: Any, facts: Facts) -> tuple[Answers, list[Problem]]:
    """The answers that have a place and a usable shape, cleaned; and everything wrong with what was given."""
    reader = _Reader(definition)
    if not isinstance(raw, dict):
        return {}, [Problem("", "shape", "Answers are one JSON object: {question id: answer}")]
    answers = reader.holder(raw, "", ())
    reader.check_items_over(answers)
    seen = visible(definition, answers, facts)
    found = list(reader.problems)
    hidden = [path for path in seen.hidden if path not in reader.misshapen]
    found += [Problem(path, "hidden", f"{path} is not asked with these answers: leave it out, or change what hides it") for path in hidden]
    found += [each for each in problems(definition, answers, facts) if each.path not in reader.misshapen]
    return answers, found


def cleaned(value: Any) -> tuple[Any, bool]:
    """A JSON value with every text in it cleaned, and whether any character was taken out."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        pairs = [cleaned(each) for each in value]
        return [each for each, _ in pairs], any(changed for _, changed in pairs)
    if isinstance(value, dict):
        named = {key: cleaned(each) for key, each in value.items()}
        return {key: each for key, (each, _) in named.items()}, any(changed for _, changed in named.values())
    return value, False


class _Reader:
    """Takes what has a place in the definition and notes the rest."""

    def __init__(self, definition: FormDefinition):
        self.index = definition.index
        self.problems: list[Problem] = []
        self.misshapen: set[str] = set()

    def holder(self, raw: Mapping[str, Any], repeat_id: str, scope: Scope) -> Answers:
        """The answers of one item, or of the form outside repeats."""
        questions = {question.id: question for question in self.index.questions_of_repeat[repeat_id]}
        repeats = {repeat.id: repeat for repeat in self.index.repeats_inside[repeat_id]}
        taken: Answers = {"_id": raw["_id"]} if scope else {}
        for name, value in raw.items():
            if name in repeats:
                taken[name] = self.items(value, repeats[name], scope)
            elif name in questions:
                self.answer(questions[name], value, scope, taken)
            elif name != "_id" or not scope:
                self._unknown(name, scope, [*questions, *repeats])
        return taken

    def answer(self, question: Any, value: Any, scope: Scope, taken: Answers) -> None:
        """Take one answer, unless its shape makes it useless."""
        path = path_of(scope, question.id)
        value, changed = cleaned(value)
        if changed:
            self.problems.append(Problem(path, "characters", f"{path} holds characters that cannot be kept: take them out"))
        wrong = [] if value is None else [each for each in question_kinds.wrong(question, value) if each.code in ("shape", "no_value")]
        if value is None or wrong:
            self._misshapen(path, wrong[0].message if wrong else f"{path} is null: leave it out where there is no answer")
            return
        taken[question.id] = value

    def items(self, value: Any, repeat: Repeat, scope: Scope) -> list[Answers]:
        """Take the items of a repeat that are objects with an id of their own."""
        path = path_of(scope, repeat.id)
        if not isinstance(value, list):
            self._misshapen(path, f"{path} is a list of objects, one for each {repeat.item}")
            return []
        taken: list[Answers] = []
        for place, item in enumerate(value, start=1):
            item_id = item.get("_id") if isinstance(item, dict) else None
            if not isinstance(item_id, str) or not item_id.isalnum() or len(item_id) > 40:
                self._misshapen(path, f"item {place} of {path} must be an object with its own `_id` of letters and digits")
            elif item_of(taken, item_id):
                self._misshapen(path, f"item {place} of {path} has the `_id` {item_id!r} of another item")
            else:
                taken.append(self.holder(item, repeat.id, (*scope, (repeat.id, item_id))))
        return taken

    def check_items_over(self, answers: Answers) -> None:
        """Note items of a repeat over another whose `_id` is none of the other's."""
        for repeat in self.index.repeats.values():
            if not repeat.over:
                continue
            known = {item["_id"] for item in answers.get(repeat.over) or ()}
            for scope in _scopes(answers, self.index.chain(repeat.id)):
                if scope[-1][1] not in known:
                    self._misshapen(item_path(scope), f"{item_path(scope)} must have the `_id` of one of {repeat.over}")

    def _unknown(self, name: str, scope: Scope, known: list[str]) -> None:
        path = path_of(scope, name)
        page = self.index.page_of.get(name)
        if page is not None:
            hint = f"; it belongs in {'.'.join(self.index.chain(page.repeat)) or 'the outermost object'}"
        else:
            hint = nearest(name, known)
        self.problems.append(Problem(path, "unknown", f"{path} is no question of this form{hint}"))

    def _misshapen(self, path: str, message: str) -> None:
        self.misshapen.add(path)
        self.problems.append(Problem(path, "shape", message))


def _scopes(answers: Mapping[str, Any], chain: tuple[str, ...]) -> list[Scope]:
    holders: list[tuple[Mapping[str, Any], Scope]] = [(answers, ())]
    for repeat_id in chain:
        holders = [(item, (*scope, (repeat_id, item["_id"]))) for holder, scope in holders for item in holder.get(repeat_id) or ()]
    return [scope for _, scope in holders]

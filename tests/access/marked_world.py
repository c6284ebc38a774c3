"""A family whose every answer is told apart: each question of every shipped form is answered with a mark of its own, in the shape of its kind.

So that every question is there, each form is filled in several times: finished papers and drafts of one period of support.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask

from portal import create_app, start_up, timekeeping
from portal.accounts import users
from portal.accounts.models import User
from portal.councils.library import council
from portal.db import db
from portal.documents import produce
from portal.episodes import after
from portal.episodes.models import Episode, Paper
from portal.families.models import FamilyMember, PersonChange
from portal.forms import question_kinds
from portal.forms.answers import Answers, get, put, visible
from portal.forms.conditions import Facts
from portal.forms.derived.sample import Sampler
from portal.forms.model import FormDefinition, Question
from portal.forms.paths import path_of
from portal.publishing.in_force import council_in_force
from portal.submissions import drafts
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import ReturnRound, Submission
from tests.access.matrix import _cookie
from tests.conftest import settings_for

TEAM = "family_support_units"
SEEDS = range(30)


@dataclass
class World:
    """The app, a cookie for each role, the marks with the question each stands for, and the ids of each record for addresses."""

    app: Flask
    cookies: dict[str, str] = field(default_factory=dict)
    marks: dict[str, tuple[str, Question]] = field(default_factory=dict)
    records: list[dict[str, str]] = field(default_factory=list)
    users: dict[str, str] = field(default_factory=dict)
    episode_id: str = ""
    paths: list[str] = field(default_factory=list)

    def above(self, role_id: str) -> set[str]:
        """The marks that this role does not read."""
        role = council("hackney").roles[role_id]
        return {mark for mark, (_, question) in self.marks.items() if "*" not in role.reads and question.kept_as not in role.reads}


def make(folder: Path) -> World:
    """The portal with this family, all its papers and their documents."""
    app = create_app(settings_for(folder, demonstration=True, testing=False))
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=False)
    start_up.migrate(app)
    start_up.publish_shipped(app)
    world, numbers = World(app), count(1)
    with app.app_context():
        writer = users.add(users.Details("Wanda Writer", "wanda@example.org", ("hub_manager",), (TEAM,)))
        episode = None
        for form_id, definition in sorted(council_in_force().forms().items(), key=lambda one: one[1].audience):
            for answers in _sets(definition):
                episode = _papers(world, numbers, form_id, answers, (episode, writer))
        _people(world, episode, writer)
        for role in council_in_force().roles:
            user = users.add(users.Details(f"Of role {role.id}", f"{role.id.replace('_', '.')}@example.org", (role.id,), (TEAM,)))
            world.users[role.id] = user.id
            world.cookies[role.id] = _cookie(app, user)
        db.session.commit()
    return world


def let_lead(world: World, role_id: str) -> None:
    """Make this role's person the lead, so that every role that sees anything sees this family."""
    db.session.get_one(Episode, world.episode_id).lead_id = world.users[role_id]
    db.session.commit()


def facts() -> Facts:
    """What conditions know while answers are made up."""
    return Facts(timekeeping.today(), frozenset(council_in_force().roles.ids), council_in_force().service.facts, test_numbers=True)


def _sets(definition: FormDefinition) -> Iterator[Answers]:
    """As few sets of answers as show every question that any of them shows."""
    sampler = Sampler(definition, facts(), "all")
    found = [sampler.sample(seed) for seed in SEEDS]
    shown = [{name for name, _ in visible(definition, answers, facts()).questions} for answers in found]
    left = set[str]().union(*shown)
    while left:
        best = max(range(len(found)), key=lambda number: len(shown[number] & left))
        left -= shown[best]
        yield found[best]


def _marked(world: World, numbers: Iterator[int], definition: FormDefinition, answers: Answers) -> Answers:
    """The answers with a mark in each that can hold one."""
    for name, scope in sorted(visible(definition, answers, facts()).questions):
        path, question = path_of(scope, name), definition.index.questions[name]
        mark = f"zq{next(numbers)}zq"
        value = _with_mark(question, get(answers, path), mark)
        if value is not None and not question_kinds.wrong(question, value):
            answers = put(answers, path, value)
            world.marks[mark] = (definition.id, question)
    return answers


def _with_mark(question: Question, value: Any, mark: str) -> Any:
    match question.kind:
        case "text" | "long_text":
            return mark
        case "email":
            return f"{mark}@example.org"
        case "address":
            return {"lines": [mark], "town": "Hackney", "postcode": "E8 1EA"}
        case "person" | "signature" | "consent" if isinstance(value, Mapping):
            return {key: mark if key in ("first_name", "name", "given_by", "limits") and isinstance(each, str) else each for key, each in value.items()}
    return None


def _papers(world: World, numbers: Iterator[int], form_id: str, answers: Answers, of: tuple[Episode | None, User]) -> Episode:
    """A draft and a finished paper with these answers, and every document of the finished one. The first of all is the request that is received."""
    episode, writer = of
    definition = council_in_force().forms()[form_id]
    kinds = [paper.id for paper in council_in_force().papers if paper.form == form_id]
    for state in ("sent", "draft") if definition.audience == "public" else ("final", "draft"):
        row = drafts.start(current_version(form_id), by=Writer(writer.id, writer.name), first=Start(_marked(world, numbers, definition, answers)))
        row.data.prefilled = {}
        if state != "draft":
            row.status, row.sent_at, row.reference = state, timekeeping.now(), f"MADE-{row.id[:8].upper()}"
        db.session.flush()
        if episode is None:
            episode = after.sent(row)
            episode.stage, episode.team = "closing", TEAM
        else:
            db.session.add(Paper(episode_id=episode.id, submission_id=row.id, paper=kinds[0], started_by=writer.id))
        db.session.flush()
        world.records.append(_record(world, numbers, row, writer))
    return episode


def _record(world: World, numbers: Iterator[int], row: Submission, writer: User) -> dict[str, str]:
    """The ids of one paper; a finished one has documents and a round that came back with other answers."""
    paper = db.session.query(Paper).filter_by(submission_id=row.id).one()
    found = {"submission_id": row.id, "paper_id": paper.id, "episode_id": paper.episode_id, "family_id": db.session.get_one(Episode, paper.episode_id).family_id, "state": row.status, "form_id": row.form_id}
    if row.status == "draft":
        return found
    definition = council_in_force().forms()[row.form_id]
    before = _marked(world, numbers, definition, row.data.answers)
    changed = {path_of(scope, name): [get(before, path_of(scope, name)), get(row.data.answers, path_of(scope, name))] for name, scope in visible(definition, before, facts()).questions}
    asked = [{"path": path, "reason": "made up"} for path in changed]
    one = ReturnRound(
        submission_id=row.id, number=1, status="answered", asked=asked, base=before, base_version=1, answers=row.data.answers, changes=changed,
        merged_version=row.version, asked_by_label=writer.name, asked_at=timekeeping.now(), answered_at=timekeeping.now(),
    )  # fmt: skip
    db.session.add(one)
    db.session.flush()
    made = [
        produce.produce(rule.id, row, writer, copy=copy).id for rule in produce.rules_for(row) for copy in ["", *(one.id for one in rule.copies)] if _may_be_made(rule, row, copy)
    ]
    return found | {"round_id": one.id, "documents": " ".join(made)}


def _may_be_made(rule: Any, row: Submission, copy: str) -> bool:
    try:
        produce.printed(produce.rule_for(rule.id, row, copy), row)
    except produce.DocumentNotDue:
        return False
    return True


def _people(world: World, episode: Episode, writer: User) -> None:
    """Every person of the family has a page and a change."""
    world.episode_id = episode.id
    for member in db.session.query(FamilyMember).filter_by(family_id=episode.family_id):
        change = PersonChange(person_id=member.person_id, by_id=writer.id, by_label=writer.name, reason="made up", changes={})
        db.session.add(change)
        db.session.flush()
        world.records.append({"family_id": episode.family_id, "episode_id": episode.id, "member_id": member.id, "change_id": change.id})

"""Tells one story of the demonstration through the real verbs, each step at its own moment. Which stories there are is data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from portal import timekeeping
from portal.accounts import users
from portal.accounts.models import User
from portal.db import db
from portal.demo_answers import fitted, renamed_small
from portal.demo_story import Step, Story, StoryRefused
from portal.documents import issuing
from portal.documents.models import Document
from portal.documents.produce import produce
from portal.episodes import after, allocation, clocks, intake, papers, record_facts, transitions
from portal.episodes.models import Episode
from portal.forms.journey import Journey
from portal.publishing.in_force import council_in_force
from portal.submissions import attachments, drafts, resume, still_right, submit
from portal.submissions.definitions import current_version, definition_of
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import Submission
from portal.timekeeping import LONDON

EMAIL = "submission.referrer_email"


@dataclass(frozen=True)
class _Values:
    """Answers to save, as a page would hand them over."""

    values: Mapping[str, Any]
    incomplete: Mapping[str, Any] = field(default_factory=dict)
    cleared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Retelling:
    """An example told for another day and another family: the day it was written for, and old names to new ones."""

    as_of: date
    names: Mapping[str, str]

    def of(self, told: Any) -> Any:
        """Answers or a text, as if written today."""
        return fitted(told, as_of=self.as_of, on=timekeeping.today(), names=self.names)

    def file_name(self, name: str) -> str:
        """The name of a file, with the names in it changed."""
        return renamed_small(name, self.names)


class Teller:
    """Tells the stories of one council; `examples` is the folder of its example answers."""

    def __init__(self, examples: Path) -> None:
        self.examples = examples

    def tell(self, story: Story) -> Episode:
        """Let everything of this story happen. Raises StoryRefused naming the step that its rules do not allow."""
        episode: Episode | None = None
        last: Submission | None = None
        for number, step in enumerate(story.steps, start=1):
            with timekeeping.as_if(_moment(step)):
                try:
                    if step.request:
                        episode, last = self._request(step, story)
                    elif episode is None:
                        raise StoryRefused("a story starts with a request")
                    else:
                        last = self._happen(episode, step, story, last)
                except submit.NotReady as error:
                    told = "; ".join(f"{one.path}: {one.message}" for one in error.problems)
                    raise StoryRefused(f"“{story.about}”, step {number}: {told}") from error
                db.session.flush()
        assert episode is not None
        return episode

    def _request(self, step: Step, story: Story) -> tuple[Episode, Submission]:
        files, answers = without_files(self._answers(step, story))
        draft = drafts.start(current_version(step.request), by=Writer(), first=Start(answers))
        self.fill(draft, files, Writer(), _retelling(step, story))
        submit.send(draft, draft.idempotency_key, by=Writer(), facts=drafts.facts_for(draft))
        episode = after.sent(draft)
        if episode is None:
            raise StoryRefused(f"“{story.about}”: {step.request} is no request by the council's workflow")
        email = intake.bound_answer(definition_of(draft), drafts.answers_of(draft), EMAIL)
        resume.make(draft, email=email)
        return episode, draft

    def _happen(self, episode: Episode, step: Step, story: Story, last: Submission | None) -> Submission | None:
        by = users.with_email(step.by)
        if step.paper:
            return self._paper(episode, step, story, by)
        if step.move:
            transitions.by_hand(episode, step.move, by=by, reason=step.reason)
        if step.allocate is not None:
            lead = users.with_email(step.allocate.lead) if step.allocate.lead else None
            allocation.allocate(episode, team=step.allocate.team, lead=lead, by=by)
        if step.note:
            clocks.on_recorded(episode, step.note)
        for document in step.documents:
            assert last is not None
            made = produce(document, last, by)
            if step.given and not made.is_issued:
                _issue(made, step, by)
        return last

    def _paper(self, episode: Episode, step: Step, story: Story, by: User) -> Submission:
        files, answers = without_files(about_known(self._answers(step, story), episode, by))
        paper = papers.start(step.paper, episode, by=by, answers=answers)
        draft = drafts.find(paper.submission_id)
        assert draft is not None
        writer = Writer(by.id, by.name)
        self.fill(draft, files, writer, _retelling(step, story))
        if step.finish:
            still_right.confirm(draft, list(draft.data.prefilled), by=writer)
            submit.finalise(draft, by=writer, facts=drafts.facts_for(draft, by.roles))
            after.finalised(draft, by)
        return draft

    def fill(self, draft: Submission, files: Mapping[str, list[str]], writer: Writer, retold: Retelling | None = None) -> None:
        """Attach the files (`retold` for another family), and read the warnings that these answers lead to."""
        for path, names in files.items():
            kept = [attachments.add(draft, path, *self._file(name, retold), actor=writer.id) for name in names]
            drafts.save(draft, _Values({path: kept}), expected_version=draft.version, by=writer)
        journey = Journey(definition_of(draft), drafts.answers_of(draft), drafts.facts_for(draft))
        for step in journey.steps():
            if step.page is not None and step.page.type == "interrupt":
                drafts.acknowledge(draft, step.key, by=writer)

    def _file(self, name: str, retold: Retelling | None) -> tuple[str, bytes]:
        """Name and content of an example file; texts are told for the family whose they are."""
        path = self.examples / name
        if retold is None or path.suffix != ".txt":
            return path.name, path.read_bytes()
        return retold.file_name(path.name), retold.of(path.read_text(encoding="utf-8")).encode()

    def _answers(self, step: Step, story: Story) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if step.answers.file:
            found = json.loads((self.examples / step.answers.file).read_text(encoding="utf-8"))
        found |= step.answers.also
        found = {name: value for name, value in found.items() if name not in step.answers.without}
        return _retelling(step, story).of(found)


def _issue(document: Document, step: Step, by: User) -> None:
    issuing.check(document, {one.name for one in issuing.examine(document).names}, by)
    if issuing.needs_approval(document):
        issuing.approve(document, users.with_email(step.approved_by))
    issuing.issue(document, issuing.Given(step.given, next(iter(council_in_force().ways))), by)


def about_known(answers: dict[str, Any], episode: Episode, by: User) -> dict[str, Any]:
    """The answers with the ids of people on record in place of the items that name them, as a prefilled paper has them."""
    known = {item["full_name"]: item["_id"] for items in record_facts.of(episode, by=by).lists.values() for item in items}
    found: dict[str, str] = {}
    for value in answers.values():
        for item in value if isinstance(value, list) else ():
            if isinstance(item, dict) and "_id" in item:
                person = next((known[words] for words in item.values() if isinstance(words, str) and words in known), None)
                found |= {item["_id"]: person} if person else {}

    def renamed(item: Any) -> Any:
        return item | {"_id": found.get(item["_id"], item["_id"])} if isinstance(item, dict) and "_id" in item else item

    return {name: [renamed(item) for item in value] if isinstance(value, list) else value for name, value in answers.items()}


def _retelling(step: Step, story: Story) -> Retelling:
    return Retelling(step.answers.as_of or timekeeping.today(), story.names)


def _moment(step: Step) -> datetime:
    """When the step happens; never later than now."""
    hour, minute = map(int, step.time.split(":"))
    day = timekeeping.today() + timedelta(days=step.day)
    return min(datetime.combine(day, time(hour, minute), tzinfo=LONDON), timekeeping.now())


def without_files(answers: dict[str, Any]) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """The names of files by path of their question, and the answers without them."""
    files: dict[str, list[str]] = {}

    def strip(holder: dict[str, Any], before: str) -> dict[str, Any]:
        kept = {}
        for name, value in holder.items():
            if _names_files(value):
                files[before + name] = [one["path"] for one in value]
            elif isinstance(value, list) and value and all(isinstance(item, dict) and "_id" in item for item in value):
                kept[name] = [strip(item, f"{before}{name}.{item['_id']}.") for item in value]
            else:
                kept[name] = value
        return kept

    stripped = strip(answers, "")
    return files, stripped


def _names_files(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and set(one) == {"path"} for one in value)

"""The doors of a form that has changed under somebody's hands: what is told on the next opening, and a page that was opened before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.forms import question_kinds
from portal.forms.held_back import is_held
from portal.forms.model import FormDefinition
from portal.forms.page_form import SHOWN
from portal.forms.paths import path_of, split_path
from portal.forms.versions.answer_kinds import raw_words
from portal.forms.versions.declared import Declared, declared_between
from portal.submissions import drafts, news, news_words
from portal.submissions.changes import Clash, State, state_of
from portal.submissions.definitions import by_hash, definition_of
from portal.submissions.drafts import Clashed
from portal.submissions.filling_routes import (
    PAGES_OPENED_BEFORE,
    door,
    expected_version,
    fills,
    journey_of,
    layout_of,
    writer,
)
from portal.submissions.keeping_routes import conflict_page, keep_files
from portal.submissions.models import Submission
from portal.submissions.page_reading import PageRead, StepForm, forms_sent, read_all

FORM_CHANGED = "This form has changed since you opened this page. Save the page to go on: nothing you typed is lost"


@door.get("/fill/<record_id:submission_id>/what-changed")
@fills()
def what_changed(draft: Submission) -> str:
    """What is different in the form since this draft was started, and what of it concerns this person."""
    return render_template(
        "submissions/what_changed.html",
        layout=layout_of(draft),
        draft=draft,
        definition=definition_of(draft),
        told=news.told(draft),
        shown=news_words.shown,
        is_new=bool(news.unseen(draft)),
    )


@door.post("/fill/<record_id:submission_id>/what-changed")
@fills(drafts.find_to_change)
def saw_what_changed(draft: Submission) -> Response:
    """Go on with the form; the same is not told again. The page that was asked for may be gone, so the way leads over the task list."""
    news.note_seen(draft)
    return redirect(url_for("submissions.tasks", submission_id=draft.id), 303)


def kept_from_earlier_version(draft: Submission) -> Any:
    """Keep a page that was opened when the draft was on an earlier version of its form, and lead to what has changed; None for any other post.

    Its questions are found under the ids they have now. What was typed for questions that are gone is kept with what the draft has lost.
    """
    marked = request.form.getlist(SHOWN)
    version = expected_version(draft)
    carried = news.since(draft, version)
    if not marked or not carried:
        return None
    if request.endpoint == "submissions.autosave":
        return jsonify({"version": version, "clashes": [FORM_CHANGED]}), 409
    old, new = by_hash(carried[0]["from_sha256"], draft.form_id), definition_of(draft)
    declared = declared_between(old, new)
    posted = MultiDict([(_name_now(key, declared), each if key != SHOWN else _name_now(each, declared)) for key, values in request.form.lists() for each in values])
    files = MultiDict([(_name_now(key, declared), each) for key, values in request.files.lists() for each in values])
    journey = journey_of(draft)
    forms, gone = forms_sent(draft, journey, [], posted, files)
    read = read_all(forms, gone, to_go_on=False)
    clashes = _keep(draft, read, forms, carried[-1]["version"] if version == carried[0]["version"] - 1 else version)
    texts = dict(_texts_gone(old, new, declared, state_of(new, draft.data.answers, {})))
    if texts:
        news.add_lost(draft, texts)
    onward = url_for("submissions.what_changed", submission_id=draft.id)
    if clashes or gone:
        return conflict_page(draft, journey_of(draft), clashes, gone, onward)
    return redirect(onward, 303)


def _keep(draft: Submission, read: PageRead, forms: list[StepForm], version: int) -> list[Clash]:
    """Keep what was read as from a page of this version of the draft; what others have answered differently stands, and is answered here."""
    keep_files(draft, read, forms)
    try:
        drafts.save(draft, read, expected_version=version, by=writer())
    except Clashed as error:
        drafts.save(draft, read.without(clash.path for clash in error.clashes), expected_version=version, by=writer())
        return error.clashes
    return []


def _name_now(name: str, declared: Declared) -> str:
    """The name of a posted field with the ids of now; parts of a question follow a hyphen."""
    path, hyphen, part = name.partition("-")
    try:
        scope, last = split_path(path)
    except ValueError:
        return name
    return path_of(tuple((declared.name(repeat), item) for repeat, item in scope), declared.name(last)) + hyphen + part


def _texts_gone(old: FormDefinition, new: FormDefinition, declared: Declared, now: State) -> Iterator[tuple[str, str]]:
    """What was posted for questions that the form has no more, in words, by their old paths; for those that are held back nothing is taken.

    What stands already where a question was moved to is not gone.
    """
    for path in dict.fromkeys(request.form.getlist(SHOWN)):
        name = path.rpartition(".")[2]
        question = old.index.questions.get(name)
        if question is None or is_held(question) or _stands(path, new, declared):
            continue
        raw = {key.partition("-")[2]: values for key, values in request.form.lists() if key.partition("-")[0] == path}
        taken = question_kinds.read(question, raw)
        moved = [value for place, value in now.items() if place.rpartition(".")[2] == declared.name(name)]
        if moved and all(value == taken.value for value in moved):
            continue
        words = question_kinds.text_of(question, taken.value) if taken.value is not None else raw_words(raw)
        if words.strip():
            yield path, words


def _stands(path: str, new: FormDefinition, declared: Declared) -> bool:
    """Whether the question at an old path is still asked there: it may be gone, or asked in another group."""
    scope, name = split_path(_name_now(path, declared))
    return name in new.index.questions and new.index.chain_of_question(name) == tuple(repeat for repeat, _ in scope)


PAGES_OPENED_BEFORE.append(kept_from_earlier_version)

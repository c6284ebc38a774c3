"""The doors of adding what was missing to a sent request: what is typed is kept until it is sent, and adds to what was sent before."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for

from portal import timekeeping
from portal.access import needs
from portal.forms import answers as answer_paths
from portal.forms import question_kinds
from portal.forms.answers import clean_text
from portal.forms.held_back import is_held
from portal.forms.item_labels import item_label
from portal.forms.journey import Block, Journey
from portal.forms.model import Scope
from portal.forms.page_form import SHOWN, build
from portal.forms.paths import path_of, split_path
from portal.submissions import arriving_routes, drafts, later_typing, withdraw
from portal.submissions.after_routes import check_sender, tell_team
from portal.submissions.filling_routes import door, facts, journey_of, tab_of_page, writer
from portal.submissions.keeping_routes import keep_files, new_tab, typing_key
from portal.submissions.later_typing import Raw
from portal.submissions.models import LaterTyping, Submission
from portal.submissions.page_reading import StepForm, error_list, read_all
from portal.submissions.submission_words import label_of, words_of


@dataclass(frozen=True)
class _Post:
    """What the sender's page posted: the questions it showed, what was typed for each, which of them another page holds otherwise, and which may
    not follow any more."""

    kept: LaterTyping
    forms: list[StepForm]
    typed: dict[str, Raw]
    clashes: list[str]
    gone: list[str]


def by_sender(finder: Callable[[str], Submission | None]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a view of what follows a request: for its sender alone, and only while something may follow."""

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def guarded(submission: Submission) -> Any:
            return check_sender(submission) or view(submission)

        return needs("submission.view", finder, by="submission_id")(guarded)

    return guard


@door.get("/sent/<record_id:submission_id>/later")
@by_sender(drafts.find)
def later(submission: Submission) -> str:
    """The questions that may still be answered, with what was typed and not sent yet."""
    kept = later_typing.of(submission.id)
    return _page(submission, kept, _forms(submission, kept))


@door.post("/sent/<record_id:submission_id>/later")
@by_sender(arriving_routes.find_to_change)
def add_later(submission: Submission) -> Any:
    """Add what was missing. What was sent before stays, and so does what another page has kept meanwhile, until this one has shown it."""
    post = _posted(submission)
    kept, forms, lost = post.kept, post.forms, words_typed(submission, post.gone)
    if post.clashes:
        return _page(submission, kept, forms, theirs={path: kept.typed.get(path, {}) for path in post.clashes}, lost=lost), 409
    read = read_all(forms, {}, to_go_on=False)
    fresh: dict[str, Any] = {path: value for path, value in read.values.items() if path not in read.uploads}
    read.values.clear()
    keep_files(submission, read, forms)
    read.values.update(fresh)
    added = withdraw.add_later(submission, read, by=writer(), facts=facts(submission))
    later_typing.keep(kept, {path: raw for path, raw in post.typed.items() if path not in added}, tab=tab_of_page())
    later_typing.forget(kept, added)
    if added:
        tell_team(submission)
    if read.problems:
        return _page(submission, kept, forms, errors=error_list(forms), lost=lost), 422
    if lost:
        return _page(submission, kept, _forms(submission, kept), lost=lost), 409
    return redirect(url_for("submissions.sent", submission_id=submission.id), 303)


@door.post("/sent/<record_id:submission_id>/later/autosave")
@by_sender(drafts.find_to_change)
def keep_typing(submission: Submission) -> Any:
    """Keep what is typed while somebody types; 409 names the questions that another page holds otherwise, or that may not follow any more."""
    post = _posted(submission)
    opened_at = _version(post.kept)
    later_typing.keep(post.kept, {path: raw for path, raw in post.typed.items() if path not in post.clashes}, tab=tab_of_page())
    version = later_typing.stands_on(post.kept, expected_version=opened_at, tab=tab_of_page())
    return saved(version, [label_at(journey_of(submission), path) for path in (*post.clashes, *post.gone)], at=post.kept.version)


def _posted(submission: Submission) -> _Post:
    kept = later_typing.of(submission.id)
    forms = _forms(submission, kept, formdata=request.form, files=request.files)
    typed = _typed(forms)
    clashes = later_typing.clashing(kept, typed, expected_version=_version(kept), tab=tab_of_page())
    return _Post(kept, forms, typed, clashes, _gone(submission, forms))


def saved(version: int, clashes: Sequence[str], *, at: int, more: bool = False) -> Response | tuple[Response, int]:
    """What the script of a page is told: the version the whole page stands on and the one these questions stand on, when that was, whether more is
    asked, and what clashes.
    """
    told: dict[str, Any] = {"version": version, "at": at, "saved_at": timekeeping.show_time(timekeeping.now()), "problems": [], "more": more}
    return (jsonify(told | {"clashes": list(clashes)}), 409) if clashes else jsonify(told)


def all_shown() -> list[str]:
    """The paths of the questions that a post says its page showed, each once."""
    return list(dict.fromkeys(request.form.getlist(SHOWN)))


def words_typed(submission: Submission, paths: Sequence[str]) -> list[tuple[str, str]]:
    """What a page held for these questions, by label: told where it cannot be kept, so that nothing typed is lost."""
    journey = journey_of(submission)
    found = []
    for path in paths[:200]:
        names = [name for name in request.form if name == path or name.startswith(f"{path}-")]
        words = "\n".join(value for name in names for value in request.form.getlist(name) if value)
        if words:
            found.append((label_at(journey, path), words))
    return found


def label_at(journey: Journey, path: str) -> str:
    """The question at a posted path; the text itself where it is no path."""
    try:
        return label_of(journey, path)
    except ValueError:
        return path


def _gone(submission: Submission, forms: Sequence[StepForm]) -> list[str]:
    """The questions of a posted page that may not follow any more, without those where the request says the same as the page."""
    following = {each.path for one in forms for each in one.form}
    return [path for path in all_shown() if path not in following and not _says_the_same(submission, path)]


def _says_the_same(submission: Submission, path: str) -> bool:
    index = journey_of(submission).definition.index
    question = index.questions.get(path.rpartition(".")[2])
    try:
        chain = tuple(repeat for repeat, _ in split_path(path)[0])
    except ValueError:
        return False
    if question is None or is_held(question) or index.chain_of_question(question.id) != chain:
        return False
    raw = {name.partition("-")[2]: [clean_text(value)[0] for value in values] for name, values in request.form.lists() if name.partition("-")[0] == path}
    answer = answer_paths.get(submission.data.answers, path)
    return answer is not None and question_kinds.read(question, raw, answer).value == answer


def _forms(submission: Submission, kept: LaterTyping, **posted: Any) -> list[StepForm]:
    """One form for each page and item that has a question which may follow; files sent before are not shown for removal.

    Nothing in it may follow later still: this is later.
    """
    journey = journey_of(submission)
    groups: dict[tuple[str, Scope], list] = {}
    following = withdraw.may_follow(submission, journey.facts)
    others = answer_paths.merge(journey.definition, submission.data.answers, {}, [path_of(scope, question.id) for question, scope in following])
    for question, scope in following:
        groups.setdefault((journey.definition.index.page_of[question.id].id, scope), []).append(question.model_copy(update={"later": False}))
    forms = []
    for (page_id, scope), questions in groups.items():
        page = journey.definition.index.pages[page_id].model_copy(update={"questions": tuple(questions)})
        label = item_label(journey.definition, journey.visible.answers, scope) if scope else ""
        block = Block(page, scope, f"{page.title}: {label}" if label else page.title, tuple(questions))
        forms.append(StepForm(None, build(journey.definition, [block], others, kept.typed, journey.facts, **posted)))
    return forms


def _typed(forms: Sequence[StepForm]) -> dict[str, Raw]:
    """What a post holds for the questions that it says it showed; files are sent with the page alone."""
    shown: Collection[str] = set(request.form.getlist(SHOWN))
    return {each.path: each.raw for one in forms for each in one.form if each.path in shown and each.kind != "file"}


def _version(kept: LaterTyping) -> int:
    """The version the posted page was opened at; one that does not say was opened first."""
    text = request.form.get("version", "")
    return min(int(text), kept.version) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _page(
    submission: Submission,
    kept: LaterTyping,
    forms: list[StepForm],
    *,
    errors: Sequence[dict[str, str]] = (),
    theirs: Mapping[str, Raw] | None = None,
    lost: Sequence[tuple[str, str]] = (),
) -> str:
    journey = journey_of(submission)
    return render_template(
        "submissions/later.html",
        submission=submission,
        forms=forms,
        errors=list(errors),
        version=kept.version,
        tab=new_tab(),
        theirs={path: words_of(journey, path, {"typed": raw}) for path, raw in (theirs or {}).items()},
        lost=lost,
        saving={"address": url_for("submissions.keep_typing", submission_id=submission.id), "key": typing_key(submission)},
    )

"""The door of a returned form for its author: only what was asked, on a copy, handed back when it is valid. The reviewer's is `episodes.return_routes`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.access import needs
from portal.accounts import sign_in_state
from portal.episodes import returning
from portal.forms.answers import NoSuchItem, clean_text
from portal.forms.item_labels import item_label
from portal.forms.journey import Block
from portal.forms.page_form import PageForm, build
from portal.forms.paths import item_path, path_of, split_path
from portal.forms.question_kinds import Wrong
from portal.forms.validate import Problem
from portal.language import say
from portal.submissions import arriving_routes, drafts, returned_copy, returns
from portal.submissions.changes import Clash
from portal.submissions.drafts import Clashed, TooManyItems
from portal.submissions.filling_routes import (
    door,
    facts,
    layout_of,
    note_reading,
    place_of,
    press_of_page,
    tab_of_page,
    writer,
)
from portal.submissions.keeping_routes import keep_files, new_tab, typing_key
from portal.submissions.later_routes import all_shown, label_at, saved, words_typed
from portal.submissions.models import ReturnRound, Submission
from portal.submissions.page_reading import PageRead, StepForm, read_all
from portal.submissions.returned_copy import Editable
from portal.submissions.returns import NothingAsked, NothingChanged
from portal.submissions.submission_words import words_of
from portal.submissions.submit import NotReady, RouteStopped

MOVED = "What is asked has changed since you opened this page. What you entered is saved where it is still asked for."


@door.get("/sent/<record_id:submission_id>/changes")
@needs("submission.change", drafts.find, by="submission_id")
def changes(submission: Submission) -> str:
    """What was asked, with the reasons, to be changed."""
    note_reading(submission)
    one = returns.current(submission.id)
    return _page(submission, one) if one else _over_page(submission, [])


@door.post("/sent/<record_id:submission_id>/changes")
@needs("submission.change", arriving_routes.find_to_change, by="submission_id")
def keep_changes(submission: Submission) -> Any:
    """Keep the copy as it stands, and hand it back when that was asked and nothing is missing."""
    one = returns.current_to_change(submission.id)
    if one is None:
        note_reading(submission)
        return _over_page(submission, words_typed(submission, all_shown())), 409
    may = returned_copy.editable(one, submission, facts(submission))
    forms = _forms(one, may, formdata=request.form, files=request.files)
    read = read_all(forms, {}, to_go_on=False)
    keep_files(submission, read, forms)
    clashes = _save(one, submission, read)
    lost = words_typed(submission, [path for path in all_shown() if not may.may_change(path)])
    told = [say(MOVED)] if request.form.get("round") != one.id else []
    if clashes or lost or told:
        note_reading(submission)
        return _page(submission, one, told=told, lost=lost, clashes=clashes, posted=forms), 409
    return _go_on(submission, one, read)


@door.post("/sent/<record_id:submission_id>/changes/autosave")
@needs("submission.change", drafts.find_to_change, by="submission_id")
def keep_changes_while_typing(submission: Submission) -> Any:
    """Keep in the copy what is typed while somebody types; 409 names what somebody else has answered differently or what is not open any more."""
    one = returns.current_to_change(submission.id)
    if one is None:
        return redirect(url_for("submissions.changes", submission_id=submission.id), 303)
    may = returned_copy.editable(one, submission, facts(submission))
    marked = set(all_shown())
    forms = [form for form in _forms(one, may, formdata=request.form) if any(each.path in marked for each in form.form)]
    read = read_all(forms, {}, to_go_on=False)
    opened_at, moved_on = _version(one), _others_wrote(one)
    clashes = _save(one, submission, read.without(read.uploads))
    now = returned_copy.editable(one, submission, facts(submission))
    labels = [label_at(may.journey, path) for path in (*(clash.path for clash in clashes), *sorted(marked.difference(may.paths)))]
    more = not set(now.paths) <= set(may.paths) or len(now.warnings) > len(may.warnings)
    return saved(opened_at if moved_on else one.version, labels, at=one.version, more=more)


def _go_on(submission: Submission, one: ReturnRound, read: PageRead) -> Any:
    what, _, name = request.form.get("then", "").partition(" ")
    here = url_for("submissions.changes", submission_id=submission.id)
    if what == "send":
        return _hand_back(submission, one)
    try:
        if what in ("add", "remove", "restore", "read"):
            verb = {"add": partial(returned_copy.add_item, press=press_of_page()), "remove": returned_copy.remove_item, "restore": returned_copy.restore_item, "read": returned_copy.acknowledge}[what]
            verb(one, submission, name, by=writer(), facts=facts(submission))
    except (TooManyItems, NoSuchItem, ValueError) as error:
        note_reading(submission)
        return _page(submission, one, errors=[{"text": str(error), "href": "#main-content"}]), 422
    refused = [problem for problem in read.problems if problem.code == "file"]
    if refused:
        note_reading(submission)
        return _page(submission, one, problems=refused), 422
    return redirect(here, 303)


def _hand_back(submission: Submission, one: ReturnRound) -> Any:
    try:
        returning.answer(one, submission, one.answer_note, by=writer(), user=sign_in_state.person(), facts=facts(submission))
    except NotReady as error:
        note_reading(submission)
        return _page(submission, one, problems=error.problems), 422
    except (NothingChanged, NothingAsked, RouteStopped) as error:
        note_reading(submission)
        return _page(submission, one, errors=[{"text": error.message, "href": "#note"}]), 422
    flash(say("Thank you. Your changes are with us, and will be looked at"))
    return redirect(place_of(submission), 303)


def _save(one: ReturnRound, submission: Submission, read: PageRead) -> list[Clash]:
    """Keep what was read; where somebody else answered the same meanwhile, theirs stands and the rest is kept. Answers these clashes."""
    if "note" in request.form:
        one.answer_note = clean_text(request.form["note"])[0][: returns.MAX_MESSAGE]
    known = {"expected_version": _version(one), "by": writer(), "facts": facts(submission)}
    try:
        returned_copy.save(one, submission, read, **known)
    except Clashed as error:
        returned_copy.save(one, submission, read.without(clash.path for clash in error.clashes), **known)
        return error.clashes
    return []


def _version(one: ReturnRound) -> int:
    """The version of the copy the posted page was read at; one of an earlier round is taken to be the first."""
    text = request.form.get("version", "")
    is_number = text.isascii() and text.isdigit() and len(text) < 10 and request.values.get("round") == one.id
    return min(int(text), one.version) if is_number else 0


def _others_wrote(one: ReturnRound) -> bool:
    """Whether another page has changed the copy since the posted one was read, which does not show it and so stays on its old version."""
    tab = tab_of_page()
    return any(each["changes"] and (not tab or each["tab"] != tab) for each in one.saves if each["version"] > _version(one))


def _forms(one: ReturnRound, may: Editable, **posted: Any) -> list[StepForm]:
    return [StepForm(None, build(may.journey.definition, [block], one.answers, one.incomplete, may.journey.facts, **posted)) for block in _blocks(may)]


def _blocks(may: Editable) -> Iterator[Block]:
    """The open questions, page by page and item by item, in the form's order."""
    index = may.journey.definition.index
    for step in may.journey.steps():
        for block in may.journey.blocks(step):
            questions = tuple(question for question in block.questions if may.may_change(path_of(block.scope, question.id)))
            if questions:
                page = block.page.model_copy(update={"questions": tuple(index.questions[question.id] for question in questions)})
                yield Block(page, block.scope, f"{block.title}: {page.title}" if block.scope else page.title, questions)


def _page(submission: Submission, one: ReturnRound, *, problems: Sequence[Problem] = (), errors: Sequence[dict[str, str]] = (), **more: Any) -> str:
    """The page as the copy stands. `more` may hold `told`, `lost`, and `clashes` with the `posted` forms that hold this person's own words."""
    may = returned_copy.editable(one, submission, facts(submission))
    forms = _forms(one, may)
    by_path = {each.path: form.form for form in forms for each in form.form}
    _show_own(by_path, more.get("posted", ()), more.get("clashes", ()))
    shown = list(problems) or [problem for problem in returned_copy.new_problems(one, submission, facts(submission)) if problem.path in one.incomplete]
    found = [*errors, *_marked(by_path, shown)]
    return render_template(
        "submissions/changes.html",
        layout=layout_of(submission),
        submission=submission,
        title=may.journey.definition.title,
        definition=may.journey.definition,
        round=one,
        forms=forms,
        lists=[_list(one, may, path) for path in may.lists],
        reasons=may.reasons,
        warnings=may.warnings,
        errors=found,
        told=more.get("told", ()),
        lost=more.get("lost", ()),
        theirs={clash.path: words_of(may.journey, clash.path, clash.theirs) for clash in more.get("clashes", ())},
        tab=new_tab(),
        limit=returns.MAX_MESSAGE,
        saving={"address": url_for("submissions.keep_changes_while_typing", submission_id=submission.id, round=one.id), "key": typing_key(submission)},
        has_files=any(form.form.has_files for form in forms),
        back=place_of(submission),
    )


def _show_own(by_path: Mapping[str, PageForm], posted: Sequence[StepForm], clashes: Sequence[Clash]) -> None:
    """Let the boxes of clashing answers hold what this person wrote; what stands now is told beside."""
    own = {each.path: each.raw for form in posted for each in form.form}
    for clash in clashes:
        if clash.path in by_path and clash.path in own:
            by_path[clash.path][clash.path].show(own[clash.path])


def _marked(by_path: Mapping[str, PageForm], problems: Sequence[Problem]) -> list[dict[str, str]]:
    found = []
    for problem in problems:
        form = by_path.get(problem.path)
        if form is None:
            found.append({"text": problem.message, "href": f"#list-{problem.path.replace('.', '-')}" if problem.path else "#warnings"})
            continue
        shown = form[problem.path]
        shown.wrong.append(Wrong(problem.code, problem.message, problem.part))
        words = f"{form.blocks[0][0].title}: {problem.message}" if form.blocks[0][0].scope else problem.message
        found.append({"text": words, "href": f"#{shown.focus_id(problem.part)}"} | shown.words.in_language)
    return found


def _list(one: ReturnRound, may: Editable, path: str) -> dict[str, Any]:
    """A list whose items may be added and removed: the items, and those that were taken out and can be put back."""
    scope, name = split_path(path)
    repeat = may.journey.definition.index.repeats[name]
    scopes = may.journey.route.item_scopes(repeat, scope)
    return {
        "path": path,
        "title": repeat.title,
        "lang": repeat.lang,
        "add": (repeat.add or say("Add another {item}", item=repeat.item)) if len(scopes) < repeat.max else "",
        "items": [(item_path(each), item_label(may.journey.definition, may.journey.visible.answers, each)) for each in scopes],
        "removed": [
            (item_path((*scope, (name, item_id))), item_label(may.journey.definition, one.base, (*scope, (name, item_id)))) for item_id in returned_copy.removed_items(one, path)
        ],
        "can_remove": len(scopes) > repeat.min,
    }


def _over_page(submission: Submission, lost: Sequence[tuple[str, str]]) -> str:
    last = returns.newest(submission.id)
    return render_template(
        "submissions/changes_over.html", layout=layout_of(submission), submission=submission, last=last, lost=lost, back=place_of(submission)
    )

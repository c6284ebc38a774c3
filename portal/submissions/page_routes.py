"""The doors of filling in page by page: a step, a whole section on one page, and the page that settles a clash."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import audit
from portal.errors import NotFound
from portal.forms.journey import Journey, SectionState, Step
from portal.forms.page_form import SHOWN
from portal.forms.paths import item_path, path_of
from portal.forms.validate import problems_on
from portal.language import say
from portal.signatures import page_token
from portal.submissions import arriving_routes, drafts, still_right
from portal.submissions.beside_routes import beside
from portal.submissions.filling_routes import (
    address_of,
    asked,
    chose_language,
    door,
    fills,
    journey_of,
    layout_of,
    name_of_step,
    press_of_page,
    sent,
    step_url,
    writer,
)
from portal.submissions.item_routes import paths_of_items
from portal.submissions.keeping_routes import Kept, conflict_page, keep, new_tab, saving_of
from portal.submissions.models import Submission
from portal.submissions.page_reading import (
    PageRead,
    StepForm,
    error_list,
    forms_of,
    forms_sent,
    read_all,
    show_problems,
)
from portal.submissions.shell_routes import page_in_shell, questions_html


class PageMissing(NotFound):
    """The form has no such page."""


@door.get("/fill/<record_id:submission_id>/<slug:name>")
@door.get("/fill/<record_id:submission_id>/<slug:name>/<string(maxlength=40):item>")
@door.get("/fill/<record_id:submission_id>/<slug:name>/<string(maxlength=40):item>/<string(maxlength=40):inner>")
@fills()
def page(draft: Submission, name: str, item: str = "", inner: str = "") -> str | Response:
    """One step: a page of questions, the list of a repeating group, an interruption, or the page that stops."""
    journey = journey_of(draft)
    step = _step(journey, name, item, inner)
    if step is None:
        return redirect(url_for("submissions.tasks", submission_id=draft.id), 303)
    if step.kind == "list":
        return _list_page(draft, journey, step, [])
    if step.page.type != "questions":
        return render_template(
            f"submissions/{step.page.type}.html", layout=layout_of(draft), draft=draft, step=step, back=_before(draft, journey, step)
        )
    forms = forms_of(draft, journey, [step])
    missing = asked("back") == "check"
    errors = [error for one in forms for error in show_problems(journey, draft, one, missing=missing)]
    return _question_page(draft, journey, step, forms, errors)


@door.post("/fill/<record_id:submission_id>/<slug:name>")
@door.post("/fill/<record_id:submission_id>/<slug:name>/<string(maxlength=40):item>")
@door.post("/fill/<record_id:submission_id>/<slug:name>/<string(maxlength=40):item>/<string(maxlength=40):inner>")
@fills(arriving_routes.find_to_change)
def keep_page(draft: Submission, name: str, item: str = "", inner: str = "") -> Any:
    """Keep a step, valid or not, and go on when nothing is wrong."""
    journey = journey_of(draft)
    step = _step(journey, name, item, inner)
    if step is not None and (step.kind == "list" or step.page.type != "questions"):
        return _pass_by(draft, journey, step)
    to_go_on = sent("then") == "" and draft.audience == "public"
    forms, gone = forms_sent(draft, journey, [step] if step else [], request.form, request.files)
    read = read_all(forms, gone, to_go_on=to_go_on)
    kept = keep(draft, read, forms, (step.key,) if step else ())
    return _after_keeping(draft, step, forms, read, kept)


def _after_keeping(draft: Submission, step: Step | None, forms: list[StepForm], read: PageRead, kept: Kept) -> Any:
    journey = journey_of(draft)
    then = sent("then")
    onward = _onward(draft, journey, step, then)
    if kept.clashes or read.gone:
        return conflict_page(draft, journey, kept.clashes, read.gone, onward)
    if then == "later" or chose_language(draft, then):
        return redirect(onward, 303)
    if step is not None and (read.problems or (read.revealed and not then)):
        return _question_page(draft, journey, step, forms, error_list(forms), kept), 422 if read.problems else 200
    if then:
        return change_items(draft, journey, then, onward)
    return redirect(onward, 303)


def _step(journey: Journey, name: str, item: str, inner: str) -> Step | None:
    """The step of an address, or None when these answers do not lead to it now. Raises PageMissing for one the form never has."""
    word = name_of_step(name)
    if word not in journey.definition.index.pages and word.removeprefix("list_") not in journey.definition.index.repeats:
        raise PageMissing(f"the form has no page {word!r}")
    return journey.find(word, [one for one in (item, inner) if one])


def _question_page(draft: Submission, journey: Journey, step: Step, forms: list[StepForm], errors: list[dict[str, str]], kept: Kept | None = None) -> str:
    revealed = _told_once(forms)
    notes = list(dict.fromkeys(note for one in forms if one.form.reading for note in one.form.reading.notes))
    settled, texts = _around_questions(draft, journey, step, forms, kept)
    if errors or notes or revealed:
        return render_template("submissions/page.html", **settled, **texts, errors=errors, notes=notes, revealed=revealed)
    return page_in_shell("submissions/page.html", settled, texts)


def _around_questions(draft: Submission, journey: Journey, step: Step, forms: list[StepForm], kept: Kept | None) -> tuple[dict[str, Any], dict[str, str]]:
    """What stands around the questions of a step, for `page_shells`: what it hangs on, and the texts that differ each time."""
    page, repeat = step.page, step.repeat
    form = forms[0].form if forms else None
    is_alone = len(forms) == 1 and form.is_single and not page.guidance and not (repeat and page.layout == "together")
    heading, caption = form.fields_shown[0].plain_label if is_alone else page.title, _caption(journey, step)
    repeat_path = path_of(step.scope, repeat.id) if repeat is not None and ends_here(journey, step) else ""
    items = _together_items(journey, step) if repeat_path else []
    help_beside = beside(draft, journey)
    saving = saving_of(draft, on="page")
    settled = {
        "layout": layout_of(draft),
        "heading": heading,
        "is_alone": is_alone,
        "page_lang": page.lang,
        "guidance": page.guidance,
        "has_files": form is not None and form.has_files,
        "is_public": draft.audience == "public",
        "may_ask_why": help_beside is not None and help_beside.may_ask_why,
        "add": (repeat.add or say("Add another {item}", item=repeat.item)) if repeat_path and len(items) < repeat.max else "",
    }
    return settled, {
        "repeat_path": repeat_path,
        "repeat_end": repeat_path.replace(".", "-"),
        "body": questions_html(form, step, help_beside, is_alone, items) if form else "",
        "version": str(kept.saved.version if kept else draft.version),
        "tab": new_tab(),
        "token": page_token(),
        "autosave": saving["address"],
        "typing_key": saving["key"],
        "caption": caption if caption != heading else "",
        "back_href": _before(draft, journey, step),
        "back": asked("back"),
        "tasks_href": address_of(draft, "submissions.tasks"),
    }


def ends_here(journey: Journey, step: Step) -> bool:
    """Whether items are added and removed on this step: on a repeat's list, or, where it has none, on the first page of all its items."""
    repeat = step.repeat
    if repeat is None or repeat.over:
        return False
    if step.kind == "list":
        return True
    if step.page.layout != "together" or journey.find(f"list_{repeat.id}", step.items) is not None:
        return False
    return step.key == next(one.key for one in journey.steps() if one.repeat is not None and one.repeat.id == repeat.id and one.scope == step.scope)


def _told_once(forms: list[StepForm]) -> list[str]:
    """The ids of the first inputs of questions that the post made show: told at the top of the page, once, unless there are errors to tell."""
    shown = [each for one in forms for each in one.form.fields_revealed if each.drawer.has_value]
    has_errors = bool(error_list(forms))
    for each in shown:
        each.is_revealed = False
    return [] if has_errors else [each.focus_id() for each in shown]


def _caption(journey: Journey, step: Step) -> str:
    if step.scope:
        return journey.label(step.scope)
    return next((section.title for section in journey.definition.sections if section.id == step.page.section), "")


def _together_items(journey: Journey, step: Step) -> list[dict[str, str]]:
    return [
        {"path": path, "label": journey.label(scope)} for path, scope in paths_of_items(step, journey)
    ]


def _before(draft: Submission, journey: Journey, step: Step) -> str:
    if asked("back") == "check":
        return address_of(draft, "submissions.check")
    before = journey.before(step)
    while before is not None and before.page.type == "interrupt":
        before = journey.before(before)
    return step_url(draft, before) if before else address_of(draft, "submissions.tasks")


def _onward(draft: Submission, journey: Journey, step: Step | None, then: str) -> str:
    """Where to go after a step: what was asked for, back to checking, on to the next step, or the task list after the first section."""
    if then == "later":
        return url_for("submissions.save_and_return" if draft.audience == "public" else "submissions.tasks", submission_id=draft.id)
    if then and step is not None:
        return step_url(draft, step, back=sent("back"))
    following = journey.after(step) if step else None
    if following is not None and following.page.type == "stop":
        audit.record("submission.stopped", subject="submission", subject_id=draft.id, actor=writer().id, detail={"page": following.page.id})
        return step_url(draft, following)
    if sent("back") == "check" and not (following and following.page.type == "interrupt" and not journey.is_done(following)):
        return url_for("submissions.check", submission_id=draft.id)
    if following is None:
        return address_of(draft, "submissions.check" if step else "submissions.tasks")
    first = journey.definition.sections[0].id
    if step is not None and step.page.section == first != following.page.section and len(journey.definition.sections) > 2:
        return address_of(draft, "submissions.tasks")
    return step_url(draft, following)


def _pass_by(draft: Submission, journey: Journey, step: Step) -> Any:
    """Go on from a list, or from an interruption that has been read; a stop page leads nowhere."""
    if step.page.type == "stop":
        return redirect(step_url(draft, step), 303)
    problems = problems_on(journey, step) if step.kind == "list" else []
    if problems:
        return _list_page(draft, journey, step, [{"text": problem.message, "href": "#add"} for problem in problems]), 422
    if step.page.type == "interrupt" and step.kind == "page":
        drafts.acknowledge(draft, step.key, by=writer())
    elif step.key not in draft.data.acknowledged:
        drafts.save(draft, PageRead(), expected_version=draft.version, by=writer(), passed=(step.key,))
    return redirect(_onward(draft, journey_of(draft), step, ""), 303)


def change_items(draft: Submission, journey: Journey, then: str, onward: str) -> Response:
    """Add or remove an item, or say that carried answers are still right, by a button among the questions, which were kept first."""
    what, _, path = then.partition(" ")
    if what in ("right", "right-part"):
        return redirect(onward + _confirm(draft, journey, path, is_part=what == "right-part"), 303)
    if what == "add" and any(step.repeat is not None and path_of(step.scope, step.repeat.id) == path and not step.repeat.over for step in journey.steps()):
        drafts.add_item(draft, path, by=writer(), press=press_of_page())
        return redirect(f"{onward}#end-{path.replace('.', '-')}", 303)
    if what == "remove":
        return redirect(url_for("submissions.confirm_removal", submission_id=draft.id, item=path, onward=onward), 303)
    return redirect(onward, 303)


def _confirm(draft: Submission, journey: Journey, name: str, *, is_part: bool) -> str:
    """Confirm one carried answer, or those of a part that this page showed and that need not be said one by one. Answers the place to go back to."""
    carried = still_right.waiting_for_reader(journey, draft.data.prefilled)
    step = journey.find_key(name) if is_part else journey.step_of(name)
    here = still_right.of_step(journey, step, carried) if step else []
    shown = set(request.form.getlist(SHOWN))
    paths = [one.path for one in here if (one.path in shown and not one.apart if is_part else one.path == name)]
    still_right.confirm(draft, paths, by=writer())
    return f"#part-{step.page.id}-{item_path(step.scope).replace('.', '-')}" if step else ""


def _list_page(draft: Submission, journey: Journey, step: Step, errors: list[dict[str, str]]) -> str:
    repeat = step.repeat
    steps = journey.steps()
    items = []
    for path, scope in paths_of_items(step, journey):
        own = [one for one in steps if one.scope[: len(scope)] == scope]
        items.append(
            {
                "id": scope[-1][1],
                "path": path,
                "label": journey.label(scope),
                "done": all(journey.is_done(one) for one in own),
                "change": step_url(draft, own[0]) if own else "",
                "remove": url_for("submissions.confirm_removal", submission_id=draft.id, item=path),
            }
        )
    return render_template(
        "submissions/list.html",
        layout=layout_of(draft),
        draft=draft,
        repeat=repeat,
        items=items,
        errors=errors,
        caption=_caption(journey, step),
        back=_before(draft, journey, step),
        can_add=repeat is not None and not repeat.over and len(items) < repeat.max,
        repeat_path=path_of(step.scope, repeat.id) if repeat else "",
        add=url_for("submissions.add_item", submission_id=draft.id),
        tab=new_tab(),
        move=url_for("submissions.move_item", submission_id=draft.id),
    )


@door.get("/fill/<record_id:submission_id>/section/<slug:section_id>")
@fills()
def section(draft: Submission, section_id: str) -> str:
    """A whole section on one page, for those who know the form."""
    journey = journey_of(draft)
    state = _section(journey, section_id)
    return _section_page(draft, journey, state, forms_of(draft, journey, state.steps), [])


@door.post("/fill/<record_id:submission_id>/section/<slug:section_id>")
@fills(arriving_routes.find_to_change)
def keep_section(draft: Submission, section_id: str) -> Any:
    """Keep a whole section; go on when nothing is wrong and nothing new has appeared."""
    journey = journey_of(draft)
    state = _section(journey, section_id)
    then = sent("then")
    forms, gone = forms_sent(draft, journey, state.steps, request.form, request.files)
    read = read_all(forms, gone, to_go_on=not then and draft.audience == "public")
    kept = keep(draft, read, forms, tuple(one.step.key for one in forms if one.step))
    journey = journey_of(draft)
    here = url_for("submissions.section", submission_id=draft.id, section_id=section_id)
    if kept.clashes or gone:
        return conflict_page(draft, journey, kept.clashes, gone, here)
    if chose_language(draft, then):
        return redirect(here, 303)
    if then:
        return change_items(draft, journey, then, here)
    state = _section(journey, section_id)
    wrong = [problem for problem in read.problems if journey.step_of(problem.path) is not None]
    if wrong:
        return _section_page(draft, journey, state, forms, error_list(forms), kept), 422
    shown = {one.step.key for one in forms if one.step}
    if any(step.key not in shown and not journey.is_done(step) and step.page.type == "questions" and step.kind == "page" for step in state.steps) or read.revealed:
        return redirect(here, 303)
    last = state.steps[-1] if state.steps else None
    waiting = next((step for step in state.steps if step.page.type != "questions" and not journey.is_done(step)), None)
    return redirect(step_url(draft, waiting) if waiting else _onward(draft, journey, last, ""), 303)


def _section(journey: Journey, section_id: str) -> SectionState:
    found = next((state for state in journey.sections() if state.section.id == section_id), None)
    if found is None:
        raise PageMissing(f"the form has no section {section_id!r} now")
    return found


def _section_page(draft: Submission, journey: Journey, state: SectionState, forms: list[StepForm], errors: list[dict[str, str]], kept: Kept | None = None) -> str:
    return render_template(
        "submissions/section.html",
        layout=layout_of(draft),
        draft=draft,
        definition=journey.definition,
        state=state,
        parts=parts_of(journey, list(state.steps), forms),
        errors=errors,
        version=kept.saved.version if kept else draft.version,
        tab=new_tab(),
        saving=saving_of(draft, on="section"),
        beside=beside(draft, journey),
    )


def parts_of(journey: Journey, steps: list[Step], forms: list[StepForm]) -> list[dict[str, Any]]:
    """The parts of a long page, one for each step that has something to show: its form (None for none), and where items are added and
    removed the repeat with its items, else None."""
    by_key = {one.step.key: one.form for one in forms if one.step}
    return [
        {"step": step, "item": item_path(step.scope), "form": by_key.get(step.key), "group": _group_of(journey, step)}
        for step in steps
        if step.key in by_key or ends_here(journey, step)
    ]


def _group_of(journey: Journey, step: Step) -> dict[str, Any] | None:
    repeat = step.repeat
    if repeat is None or not ends_here(journey, step):
        return None
    items = _together_items(journey, step)
    return {
        "path": path_of(step.scope, repeat.id),
        "add": (repeat.add or say("Add another {item}", item=repeat.item)) if len(items) < repeat.max else "",
        "items": items,
        "can_remove": len(items) > repeat.min,
    }

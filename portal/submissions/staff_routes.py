"""The doors of staff filling in: everything on one long page, keeping it while people talk, who filled in what and when."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from portal import access
from portal.access import needs
from portal.accounts import sign_in_state
from portal.episodes import last_time, rules
from portal.episodes.papers import of_submission
from portal.forms.journey import Journey
from portal.submissions import arriving_routes, drafts
from portal.submissions.beside_routes import beside
from portal.submissions.filling_routes import door, fills, journey_of, layout_of, note_reading, place_of
from portal.submissions.keeping_routes import Kept, conflict_page, keep, new_tab, saving_of
from portal.submissions.models import Submission
from portal.submissions.page_reading import StepForm, error_list, forms_of, forms_sent, read_all
from portal.submissions.page_routes import change_items, parts_of
from portal.submissions.sending_routes import back_to_family
from portal.submissions.sittings import told


@door.get("/fill/<record_id:submission_id>/all")
@fills()
def all_questions(draft: Submission) -> str:
    """Every section on one page, for whoever types while people talk."""
    journey = journey_of(draft)
    return _long_page(draft, journey, forms_of(draft, journey, journey.steps()), [])


@door.post("/fill/<record_id:submission_id>/all")
@fills(arriving_routes.find_to_change)
def keep_all(draft: Submission) -> Any:
    """Keep the whole page. What is missing stops nobody; what is wrong is kept as typed and told."""
    journey = journey_of(draft)
    forms, gone = forms_sent(draft, journey, journey.steps(), request.form, request.files)
    read = read_all(forms, gone, to_go_on=False)
    kept = keep(draft, read, forms)
    journey = journey_of(draft)
    here = url_for("submissions.all_questions", submission_id=draft.id)
    then = request.form.get("then", "")
    if kept.clashes or gone:
        return conflict_page(draft, journey, kept.clashes, gone, here)
    if then == "finish":
        return redirect(url_for("submissions.check", submission_id=draft.id), 303)
    if then:
        return change_items(draft, journey, then, here)
    if read.problems:
        return _long_page(draft, journey, _all_shown(draft, journey, forms), error_list(forms), kept), 422
    return redirect(here, 303)


def _all_shown(draft: Submission, journey: Journey, sent: list[StepForm]) -> list[StepForm]:
    """The forms that were sent back with what they say, and those of steps that have appeared since."""
    known = {one.step.key: one for one in sent if one.step}
    return [known.get(one.step.key, one) for one in forms_of(draft, journey, journey.steps()) if one.step]


def _long_page(draft: Submission, journey: Journey, forms: list[StepForm], errors: list[dict[str, str]], kept: Kept | None = None) -> str:
    sections = [
        {"section": state.section, "status": state.status, "parts": parts_of(journey, list(state.steps), forms)} for state in journey.sections() if state.steps
    ]
    return render_template(
        "submissions/all.html",
        layout=layout_of(draft),
        draft=draft,
        definition=journey.definition,
        sections=sections,
        errors=errors,
        version=kept.saved.version if kept else draft.version,
        tab=new_tab(),
        saving=saving_of(draft, on="all"),
        beside=beside(draft, journey),
        last_time=_last_time(draft),
        back=back_to_family(draft),
    )


def _last_time(draft: Submission) -> str:
    """Where this form is shown beside the one before it; '' where there is none this person may read."""
    paper = of_submission(draft.id)
    if paper is None or rules.paper_kind(paper.paper) not in last_time.KINDS:
        return ""
    last = last_time.before(paper, draft)
    may_read = last is not None and access.can(sign_in_state.person(), "paper.view", last)
    return url_for("papers.beside_last_time", paper_id=paper.id) if may_read else ""


@door.get("/fill/<record_id:submission_id>/history")
@needs("submission.view", drafts.find, by="submission_id")
def history(submission: Submission) -> str:
    """Who changed what and when, word by word, newest first."""
    note_reading(submission)
    journey = journey_of(submission)
    number = request.args.get("page", "")
    return render_template(
        "submissions/history.html",
        layout=layout_of(submission),
        submission=submission,
        definition=journey.definition,
        told=told(submission, journey, int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1),
        back=url_for("submissions.tasks", submission_id=submission.id) if submission.is_draft else place_of(submission),
    )

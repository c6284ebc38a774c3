"""The doors of the end: the task list, checking answers, sending or finishing, the confirmation, deleting a draft."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from portal import access, language
from portal.access import can
from portal.accounts import sign_in_state
from portal.accounts.roles import roles_on_file
from portal.db import db
from portal.documents import offers, produce
from portal.episodes import after
from portal.episodes.models import Episode
from portal.episodes.papers import check_not_held, check_not_held_to_change, of_submission
from portal.forms import summary
from portal.forms.item_labels import item_label
from portal.forms.journey import Journey
from portal.forms.model import Section
from portal.forms.paths import split_path
from portal.forms.validate import Problem
from portal.notifications.compose import notify
from portal.publishing.in_force import council_in_force
from portal.reach import paper_and_episode
from portal.signatures import page_token
from portal.submissions import drafts, news, resume, returns, submit, withdraw
from portal.submissions.filling_routes import (
    address_of,
    door,
    facts,
    fills,
    journey_of,
    layout_of,
    note_language,
    note_reading,
    place_of,
    step_url,
    writer,
)
from portal.submissions.models import Submission
from portal.submissions.resume_routes import address_read, link_for, own_address
from portal.submissions.shell_routes import page_in_shell, summary_html
from portal.submissions.submit import NotReady

MOST_IN_ONE_LIST = 8
IS_WAITING = "We have it and are looking at it. No decision has been made yet."
IS_DECIDED = "We have decided what happens next and will have told you, or soon will. If you have heard nothing, call us."


@door.get("/fill/<record_id:submission_id>")
@fills()
def tasks(draft: Submission) -> str:
    """The task list: every section with how far it has got."""
    journey = journey_of(draft)
    sections = journey.sections()
    following = journey.first_unanswered()
    return render_template(
        "submissions/tasks.html",
        layout=layout_of(draft),
        draft=draft,
        definition=journey.definition,
        is_public=draft.audience == "public",
        sections=[_task(draft, journey, state) for state in sections],
        done=sum(state.status == "done" for state in sections),
        begun=any(state.status != "not_started" for state in sections),
        wholes=[
            {"title": state.section.title, "href": url_for("submissions.section", submission_id=draft.id, section_id=state.section.id)} for state in sections if state.steps
        ],
        next_href=step_url(draft, following) if following else url_for("submissions.check", submission_id=draft.id),
        back=back_to_family(draft),
        has_changed=bool(news.told(draft)),
    )


def _task(draft: Submission, journey: Journey, state) -> dict:
    step = next((step for step in state.steps if not journey.is_done(step)), state.steps[0] if state.steps else None)
    href = step_url(draft, step) if step and state.status != "cannot_start" else ""
    return {"id": state.section.id, "title": state.section.title, "summary": state.section.summary, "status": state.status, "href": href}


@door.get("/fill/<record_id:submission_id>/check")
@fills()
def check(draft: Submission) -> str:
    """All answers on one page, with what is still needed, and the way to send."""
    return _check_page(draft, errors=[])


def _check_page(draft: Submission, errors: list[dict[str, str]]) -> str:
    journey = journey_of(draft)
    is_public = draft.audience == "public"
    found = submit.problems_on_way(draft, journey)
    links = _links(draft, journey, found)
    may_send = can(sign_in_state.person(), "submission.send", draft)
    send = journey.definition.send
    settled = {
        "layout": layout_of(draft),
        "is_public": is_public,
        "heading": "Check your answers before you send" if is_public else "Check the answers before you finish",
        "may_send": bool(may_send),
        "button": send.button,
        "declaration": send.declaration,
        "send_lang": send.lang,
    }
    texts = {
        "tasks_href": address_of(draft, "submissions.tasks"),
        "answers": summary_html(summary.sections_on(journey), cache(lambda key: _key_url(draft, journey, key))),
        "send_href": address_of(draft, "submissions.send") if may_send else "",
        "token": page_token() if may_send else "",
        "key": draft.idempotency_key if may_send else "",
        "later_href": address_of(draft, "submissions.save_and_return") if is_public else "",
    }
    if may_send and not links and not errors:
        return page_in_shell("submissions/check.html", settled, texts, {"draft": draft.id})
    return render_template(
        "submissions/check.html",
        **settled,
        **texts,
        problems=links,
        groups=_by_section(journey, found, links),
        errors=errors,
        why_not="" if may_send else may_send.reason,
        finishers=[] if may_send else _finishers(draft),
        back=back_to_family(draft),
    )


def _finishers(draft: Submission) -> list[str]:
    """The titles of the roles that finish this kind of paper, for whoever fills it in and does not; none where this person has such a role."""
    kind, _ = paper_and_episode(draft)
    finishing = [role for role in roles_on_file().values() if kind and "finalise" in role.rights_on(kind)]
    person = sign_in_state.person()
    held = person.roles if person else ()
    return [] if any(role.id in held for role in finishing) else [role.title for role in finishing]


def _key_url(draft: Submission, journey: Journey, key: str) -> str:
    step = journey.find_key(key)
    return step_url(draft, step, back="check") if step else url_for("submissions.tasks", submission_id=draft.id)


def _links(draft: Submission, journey: Journey, found: Sequence[Problem]) -> list[dict[str, str]]:
    """What is still needed, each with the item it is about and the way there."""
    return [{"text": _with_item(journey, problem), "href": _key_url(draft, journey, problem.step_key)} | _in_language(journey, problem) for problem in found]


def _in_language(journey: Journey, problem: Problem) -> dict[str, str]:
    """The language of what is said about a question, as `lang`, where that is not the language of the page."""
    question = journey.definition.index.questions.get(split_path(problem.path)[1]) if problem.path else None
    return {"lang": question.lang} if question is not None and question.lang else {}


def _by_section(journey: Journey, found: Sequence[Problem], links: list[dict[str, str]]) -> list[tuple[Section, list[dict[str, str]]]]:
    """What is still needed, section by section, where it is too much for one list; nothing where it is not."""
    if len(links) <= MOST_IN_ONE_LIST:
        return []
    steps = [journey.find_key(problem.step_key) for problem in found]
    grouped = [(section, [link for step, link in zip(steps, links, strict=True) if step is not None and step.page.section == section.id]) for section in journey.definition.sections]
    elsewhere = sum(len(inside) for _, inside in grouped) < len(links)
    return [] if elsewhere else [(section, inside) for section, inside in grouped if inside]


def _with_item(journey: Journey, problem: Problem) -> str:
    scope = split_path(problem.path)[0] if problem.path else ()
    labels = [item_label(journey.definition, journey.visible.answers, scope[:depth]) for depth in range(1, len(scope) + 1)]
    return f"{', '.join(labels)}: {problem.message}" if labels else problem.message


@door.post("/fill/<record_id:submission_id>/send")
@access.needs("submission.view", drafts.find_to_change, by="submission_id")
def send(submission: Submission) -> Response | tuple[str, int]:
    """Send or finish. A second press, another tab or a replay finds it sent and leads to the same reference."""
    if not submission.is_draft:
        return redirect(place_of(submission), 303)
    access.check("submission.send", submission)
    if news.unseen(submission):
        return redirect(url_for("submissions.what_changed", submission_id=submission.id), 303)
    try:
        if submission.audience == "public":
            _send(submission)
        else:
            submit.finalise(submission, by=writer(), facts=facts(submission))
            after.finalised(submission, sign_in_state.person())
    except NotReady:
        note_reading(submission)
        journey = journey_of(submission)
        return _check_page(submission, _links(submission, journey, submit.problems_on_way(submission, journey))), 422
    return redirect(place_of(submission), 303)


def _send(submission: Submission) -> None:
    """Everything that follows a public send, in this one transaction: the episode, the way back, the receipt."""
    note_language(submission)
    with language.speaking(language.ENGLISH):
        submit.send(submission, request.form.get("key", ""), by=writer(), facts=facts(submission))
        after.sent(submission, sign_in_state.person())
    email, wrong = address_read(own_address(submission))
    key = resume.key_of(submission)
    if not wrong and (key is None or not key.email):
        opening = resume.make(submission, email=email)
        session["codes"] = {submission.id: opening.code}
        key = resume.key_of(submission)
    if key is not None and key.email:
        notify("receipt", key.email if wrong else email, reference=submission.reference or "", link=link_for(resume.token_of(key)), spoken=submission.language)


@door.get("/sent/<record_id:submission_id>")
@access.needs("submission.view", drafts.find, by="submission_id")
def sent(submission: Submission) -> Response | str:
    """The confirmation, which is also the status page: reference, what happens next, what can still be done."""
    if submission.is_draft or not access.holds_draft(submission.id):
        return redirect(url_for("submissions.tasks", submission_id=submission.id) if submission.is_draft else place_of(submission), 303)
    codes = session.get("codes", {})
    code = codes.get(submission.id, "")
    if code:
        session.pop("codes", None)
    key = resume.key_of(submission)
    is_open = submission.status == "sent"
    return render_template(
        "submissions/sent.html",
        submission=submission,
        code=code,
        email=key.email if key else "",
        later=len(withdraw.may_follow(submission, facts(submission))) if is_open else 0,
        copy_href=_copy_href(submission) if is_open else "",
        state=_state_words(submission) if is_open else "",
        returned=returns.current(submission.id) if is_open else None,
    )


def _state_words(submission: Submission) -> str:
    """How far the request has got, in words that give nothing away of the family's record."""
    paper = of_submission(submission.id)
    episode = db.session.get(Episode, paper.episode_id) if paper else None
    if episode is None:
        return ""
    stage = council_in_force().stages.get(episode.stage)
    return IS_WAITING if stage is not None and stage.kind == "waiting" else IS_DECIDED


def _copy_href(submission: Submission) -> str:
    """Where the sender finds their Word copy: the council's document of this form, or else all answers; '' when these answers lead to none."""
    has_one = produce.rules_for(submission) or offers.has_all_answers(submission)
    return url_for("documents.copy", submission_id=submission.id) if has_one else ""


@door.get("/fill/<record_id:submission_id>/delete")
@fills()
def delete(draft: Submission) -> str:
    """Ask before everything is deleted, unless a hold keeps it."""
    check_not_held(draft.id)
    return render_template("submissions/delete.html", layout=layout_of(draft), draft=draft)


@door.post("/fill/<record_id:submission_id>/delete")
@fills(drafts.find_to_change)
def delete_draft(draft: Submission) -> Response:
    """Delete the draft with everything in it, unless a hold keeps it."""
    check_not_held_to_change(draft.id)
    back = back_to_family(draft)
    drafts.delete(draft, by=writer(), why="asked")
    access.let_go(draft.id)
    return redirect(back["href"] if back else url_for("submissions.left"), 303)


def back_to_family(submission: Submission) -> dict[str, str] | None:
    """The way back to the family's page for staff, or None."""
    if sign_in_state.person() is None or access.holds_draft(submission.id):
        return None
    paper = of_submission(submission.id)
    if paper is None:
        return None
    return {"href": url_for("episodes.episode_page", episode_id=paper.episode_id), "text": "Back to the family"}

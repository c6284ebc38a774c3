"""The doors of keeping while somebody types, and of settling what two people answered at once. Pages are kept by their own doors when they are sent."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, request, url_for

from portal import timekeeping
from portal.forms import question_kinds
from portal.forms.journey import Journey
from portal.forms.model import Scope
from portal.submissions import drafts
from portal.submissions.both_texts import BothTexts, both, clash_again, made_of_both, own_answer
from portal.submissions.changes import state_of
from portal.submissions.filling_routes import door, fills, journey_of, own_place
from portal.submissions.keeping_routes import both_texts_page, conflict_page, keep
from portal.submissions.models import Submission
from portal.submissions.page_reading import PageRead, StepForm, error_list, forms_changed, read_all
from portal.submissions.submission_words import label_of

CHOICES = ("theirs", "mine", "together")
MOST_CLASHES = 500


@door.post("/fill/<record_id:submission_id>/autosave")
@fills(drafts.find_to_change)
def autosave(draft: Submission) -> Response | tuple[Response, int]:
    """Keep the questions of a page that were changed, and answer in JSON when that was and on which version the page stands.

    409 names the questions somebody else has answered differently; everything else is kept even then. `version` is the one the whole
    page stands on, which is an old one while others have written what it does not show; `at` the one these questions stand on now.
    """
    journey = journey_of(draft)
    on = request.args.get("on", "")
    forms, gone = forms_changed(draft, journey, request.form)
    asked = _asked(journey, forms, on)
    read = read_all(forms, gone, to_go_on=False)
    kept = keep(draft, read.without(path for path, uploads in read.uploads.items()), forms)
    answer: dict[str, Any] = {
        "version": kept.saved.version,
        "at": draft.version,
        "saved_at": timekeeping.show_time(timekeeping.now()),
        "problems": [{"id": error["href"][1:], "text": error["text"]} for error in error_list(forms)],
        "more": _calls_for_more(journey_of(draft), asked, forms, on),
    }
    if kept.clashes or gone:
        answer["clashes"] = [label_of(journey, path) for path in [*(clash.path for clash in kept.clashes), *gone]]
        return jsonify(answer), 409
    return jsonify(answer), 200


def _asked(journey: Journey, forms: list[StepForm], on: str) -> set[tuple[str, Scope]]:
    """The questions that show now, as far as they may stand on the page that was sent: of the pages it holds, or of the whole form."""
    if on != "page":
        return set(journey.visible.questions)
    places = {(question.id, block.scope) for one in forms for block in one.form.page.blocks for question in block.page.questions}
    return {(name, scope) for name, scope in places if journey.visible.shows_question(name, scope)}


def _calls_for_more(journey: Journey, asked: set[tuple[str, Scope]], forms: list[StepForm], on: str) -> bool:
    """Whether these answers have made questions show that belong on the page that was sent: the whole form, a section of it or one page."""
    index = journey.definition.index
    sections = {index.page_of[question.id].section for one in forms for question in one.form.defined.values()}
    for name, _ in _asked(journey, forms, on) - asked:
        if (on != "section" or index.page_of[name].section in sections) and question_kinds.kind(index.questions[name].kind).has_value:
            return True
    return False


@door.post("/fill/<record_id:submission_id>/settle")
@fills(drafts.find_to_change)
def settle(draft: Submission) -> Any:
    """Write what somebody chose between two texts. A question without a choice is asked again; a newer clash shows both again."""
    journey = journey_of(draft)
    onward = own_place(draft, request.form.get("onward", "")) or url_for("submissions.tasks", submission_id=draft.id)
    asked = [number for number in range(1, MOST_CLASHES) if f"path-{number}" in request.form]
    if any(_field("keep", number) not in CHOICES for number in asked):
        shown, errors = _asked_again(draft, journey, asked)
        return both_texts_page(draft, shown, onward, errors), 422
    kept = keep(draft, _chosen(journey, asked), [])
    if kept.clashes:
        return conflict_page(draft, journey_of(draft), kept.clashes, {}, onward)
    return redirect(onward, 303)


def _field(name: str, number: int) -> str:
    return request.form.get(f"{name}-{number}", "")


def _chosen(journey: Journey, asked: list[int]) -> PageRead:
    """What a page of both texts chose to write: one's own answers, and texts made of both. The others stand as they are."""
    read = PageRead()
    for number in asked:
        path, choice = _field("path", number), _field("keep", number)
        what, value = own_answer(journey, path, _field("value", number)) if choice == "mine" else ("left", None)
        if choice == "together":
            what, value = made_of_both(journey, path, _field("together", number))
        if what == "value":
            read.values[path] = value
        elif what == "typed":
            read.incomplete[path] = value
        elif what == "cleared":
            read.cleared.append(path)
    return read


def _asked_again(draft: Submission, journey: Journey, asked: list[int]) -> tuple[list[BothTexts], list[dict[str, str]]]:
    """The questions once more, with what was chosen, and one error for each without a choice."""
    state = state_of(journey.definition, draft.data.answers, draft.data.incomplete)
    shown: list[BothTexts] = []
    errors = []
    for number in asked:
        clash = clash_again(journey, _field("path", number), _field("value", number), state)
        if clash is None:
            continue
        shown.append(both(journey, clash, chosen=_field("keep", number), together=_field("together", number)))
        if _field("keep", number) not in CHOICES:
            errors.append({"text": f"Choose what should stand for “{shown[-1].label}”", "href": f"#keep-{len(shown)}"})
    return shown, errors

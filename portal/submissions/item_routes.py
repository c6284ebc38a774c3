"""The doors of repeating groups: adding, removing and moving an item. The list itself is a step, shown by `page_routes`."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.errors import NotFound
from portal.forms.answers import NoSuchItem
from portal.forms.item_labels import item_label
from portal.forms.journey import Journey, Step
from portal.forms.model import Scope
from portal.forms.paths import item_path, path_of, split_item_path, split_path
from portal.submissions import drafts
from portal.submissions.filling_routes import (
    door,
    fills,
    journey_of,
    layout_of,
    own_place,
    press_of_page,
    step_url,
    writer,
)
from portal.submissions.models import Submission


class ItemMissing(NotFound):
    """There is no such repeating group or item in this form."""


@door.post("/fill/<record_id:submission_id>/items/add")
@fills(drafts.find_to_change)
def add_item(draft: Submission) -> Response:
    """Add an item and go to its first page."""
    journey = journey_of(draft)
    path = request.form.get("repeat", "")
    _check_repeat(journey, path)
    item_id = drafts.add_item(draft, path, by=writer(), press=press_of_page())
    scope, repeat_id = split_path(path)
    new_scope = (*scope, (repeat_id, item_id))
    journey = journey_of(draft)
    step = next((one for one in journey.steps() if one.kind == "page" and one.scope[: len(new_scope)] == new_scope), None)
    return redirect(step_url(draft, step) if step else _list_url(draft, journey, path), 303)


@door.get("/fill/<record_id:submission_id>/items/remove")
@fills()
def confirm_removal(draft: Submission) -> str:
    """Ask before an item is taken out."""
    journey = journey_of(draft)
    path = request.args.get("item", "")
    scope = _scope(journey, path)
    label = item_label(journey.definition, journey.visible.answers, scope)
    onward = _onward(draft) or _list_url(draft, journey, path_of(scope[:-1], scope[-1][0]))
    return render_template("submissions/remove_item.html", layout=layout_of(draft), label=label, item=path, back=onward)


@door.post("/fill/<record_id:submission_id>/items/remove")
@fills(drafts.find_to_change)
def remove_item(draft: Submission) -> Response:
    """Take an item out. Raises NoSuchItem for one that was taken out before."""
    journey = journey_of(draft)
    path = request.form.get("item", "")
    scope = _scope(journey, path)
    drafts.remove_item(draft, path, by=writer())
    return redirect(_onward(draft) or _list_url(draft, journey_of(draft), path_of(scope[:-1], scope[-1][0])), 303)


@door.post("/fill/<record_id:submission_id>/items/move")
@fills(drafts.find_to_change)
def move_item(draft: Submission) -> Response:
    """Move an item one place up or down from where its page showed it; one that stands elsewhere by now was moved already."""
    journey = journey_of(draft)
    path = request.form.get("item", "")
    scope = _scope(journey, path)
    place = [item["_id"] for item in _items(journey, scope)].index(scope[-1][1])
    if request.form.get("at", str(place)) == str(place):
        drafts.move_item(draft, path, -1 if request.form.get("places") == "-1" else 1, by=writer())
    return redirect(f"{_list_url(draft, journey, path_of(scope[:-1], scope[-1][0]))}#list", 303)


def _onward(draft: Submission) -> str:
    """The page of this draft that asked for the removal, to go back to; '' when none or another place was named."""
    return own_place(draft, request.values.get("onward", ""))


def _list_url(draft: Submission, journey: Journey, repeat_path: str) -> str:
    step = journey.step_of(repeat_path)
    return step_url(draft, step) if step else url_for("submissions.tasks", submission_id=draft.id)


def _check_repeat(journey: Journey, path: str) -> None:
    try:
        scope, repeat_id = split_path(path)
    except ValueError:
        raise ItemMissing(f"{path!r} is no group of this form") from None
    repeat = journey.definition.index.repeats.get(repeat_id)
    if repeat is None or repeat.over or (repeat_id, scope) not in journey.visible.repeats:
        raise ItemMissing(f"{path!r} is no group of this form that takes items")


def _scope(journey: Journey, path: str) -> Scope:
    try:
        scope = split_item_path(path)
    except ValueError:
        raise ItemMissing(f"{path!r} is no item of this form") from None
    _check_repeat(journey, path_of(scope[:-1], scope[-1][0]))
    known = {item["_id"] for item in _items(journey, scope)}
    if scope[-1][1] not in known:
        raise NoSuchItem("It has been removed already")
    return scope


def _items(journey: Journey, scope: Scope) -> list[dict[str, Any]]:
    holder: Any = journey.visible.answers
    for repeat_id, item_id in scope[:-1]:
        holder = next(item for item in holder[repeat_id] if item["_id"] == item_id)
    return holder.get(scope[-1][0]) or []


def paths_of_items(step: Step, journey: Journey) -> list[tuple[str, Scope]]:
    """The path and scope of every item that a list step shows."""
    if step.repeat is None:
        return []
    return [(item_path(scope), scope) for scope in journey.route.item_scopes(step.repeat, step.scope)]

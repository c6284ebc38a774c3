"""What a newer version of the form means for one draft that goes on in it: told to whoever opens it next, once, and readable until it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from portal import timekeeping
from portal.forms import held_back
from portal.forms.paths import split_path
from portal.forms.versions.upgrade import label_at
from portal.submissions.definitions import by_hash
from portal.submissions.models import Submission


def unseen(draft: Submission) -> list[dict[str, Any]]:
    """What was not told yet, oldest first."""
    return [one for one in draft.data.carried if not one["seen_at"]]


def told(draft: Submission) -> list[dict[str, Any]]:
    """Everything there was to tell, newest first; lost answers that are held back from whoever reads are not."""
    found = ({**one, "lost": [each for each in one["lost"] if not _is_held(draft, one, each)]} for one in reversed(draft.data.carried))
    return [one for one in found if any(one[key] for key in ("changed", "new", "needed", "lost"))]


def _is_held(draft: Submission, one: Mapping[str, Any], lost: Mapping[str, Any]) -> bool:
    return held_back.reader() is not None and held_back.is_held_at(by_hash(one["from_sha256"], draft.form_id), lost["path"])


def note_seen(draft: Submission) -> None:
    """Note that the person has seen it; once is enough."""
    moment = timekeeping.now().isoformat()
    draft.data.carried = [one if one["seen_at"] else {**one, "seen_at": moment} for one in draft.data.carried]
    flag_modified(draft.data, "carried")


def since(draft: Submission, version: int) -> list[dict[str, Any]]:
    """The carryings-over that a page read at this version of the draft does not know of, oldest first."""
    return [one for one in draft.data.carried if one["version"] > version]


def add_lost(draft: Submission, texts: Mapping[str, str]) -> None:
    """Keep what was typed on an old page for questions that the form has no more, by path in the version before, and tell it (again)."""
    *earlier, last = draft.data.carried
    old = by_hash(last["from_sha256"], draft.form_id)
    lost = [each for each in last["lost"] if each["path"] not in texts]
    lost += [{"path": path, "label": label_at(old, draft.data.answers, path), "text": text, "value": text} for path, text in texts.items() if split_path(path)]
    draft.data.carried = [*earlier, {**last, "lost": lost, "seen_at": ""}]

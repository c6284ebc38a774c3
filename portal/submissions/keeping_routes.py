"""What every door that keeps a posted page does: files in, save, and the page with both texts when two people clash. No view of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import render_template, request

from portal.accounts.sealing import key_for_browser
from portal.db import new_id
from portal.forms.journey import Journey
from portal.forms.question_kinds import Wrong
from portal.forms.validate import Problem
from portal.submissions import attachments, drafts, floods
from portal.submissions.arriving_routes import taken_in
from portal.submissions.both_texts import BothTexts, both, of_item_gone
from portal.submissions.changes import Clash
from portal.submissions.drafts import Clashed, Saved
from portal.submissions.filling_routes import (
    address_of,
    expected_version,
    layout_of,
    note_language,
    tab_of_page,
    writer,
)
from portal.submissions.models import Submission
from portal.submissions.page_reading import PageRead, StepForm
from portal.submissions.uploads import FileRefused


@dataclass(frozen=True)
class Kept:
    """How keeping a page ended: the save, and the questions where two people clash (everything else is kept)."""

    saved: Saved
    clashes: list[Clash]


def new_tab() -> str:
    """The mark of a page that is opened now; a page that comes back after a post keeps its own."""
    return tab_of_page() or new_id()


def saving_of(draft: Submission, *, on: str) -> dict[str, str]:
    """What the script needs that keeps a page while somebody types: where to send it (`on` is how much the page holds: page, section or all),
    and the key for the copy it keeps while the line is down, which is this draft's and this person's own."""
    address = address_of(draft, "submissions.autosave", on=on)
    return {"address": address, "key": typing_key(draft)}


def typing_key(draft: Submission) -> str:
    """The key for what a browser keeps of this draft's pages while the line is down: this person's own."""
    return key_for_browser(f"typing {draft.id} {writer().id or ''}")


def keep(draft: Submission, read: PageRead, forms: list[StepForm], passed: tuple[str, ...] = ()) -> Kept:
    """Keep what was read. Where somebody else changed the same answers, theirs stand and the rest is kept.

    A page that clashed has not seen the other's answers, so it stays on its old version and clashes again until that is settled.
    """
    keep_files(draft, read, forms)
    note_language(draft)
    is_empty = draft.version == 1
    version, by = expected_version(draft), writer()
    clashes: list[Clash] = []
    try:
        saved = drafts.save(draft, read, expected_version=version, by=by, passed=passed)
    except Clashed as error:
        clashes = error.clashes
        rest = drafts.save(draft, read.without(clash.path for clash in clashes), expected_version=version, by=by)
        saved = replace(rest, version=version)
    if any(one.form.has_files for one in forms):
        attachments.forget_unused(draft, actor=by.id)
    if is_empty and saved.changed and draft.audience == "public":
        floods.note_filling(request.remote_addr or "")
    return Kept(saved, clashes)


def keep_files(draft: Submission, read: PageRead, forms: list[StepForm]) -> None:
    """Keep the uploads of a page and put them among its values; what may not come in becomes a problem of its question."""
    for path, uploads in read.uploads.items():
        kept = list(read.values.get(path, ()))
        for upload in uploads:
            try:
                part = attachments.add_taken_in(draft, path, taken_in(upload), actor=writer().id)
                kept += [] if any(one.get("id") == part["id"] for one in kept) else [part]
            except (FileRefused, attachments.TooManyFiles) as error:
                _mark(forms, path, Wrong("file", error.message))
                read.problems.append(Problem(path, "file", error.message))
        if kept:
            read.values[path] = kept
        else:
            read.values.pop(path, None)


def _mark(forms: list[StepForm], path: str, wrong: Wrong) -> None:
    for one in forms:
        if path in one.form:
            one.form[path].wrong.append(wrong)
            if one.form.reading is not None:
                one.form.reading.problems.append(Problem(path, wrong.code, wrong.message))


def conflict_page(draft: Submission, journey: Journey, clashes: list[Clash], gone: dict[str, str], onward: str) -> tuple[str, int]:
    """Both texts of every question that two people answered, to choose from."""
    shown = [both(journey, clash) for clash in clashes] + [of_item_gone(journey, path, text) for path, text in gone.items()]
    return both_texts_page(draft, shown, onward, []), 409


def both_texts_page(draft: Submission, shown: list[BothTexts], onward: str, errors: list[dict[str, str]]) -> str:
    """The page to choose on. It stands on the newest version: what it shows of others is what stands now."""
    revisions = drafts.last_revisions(draft, 20)
    others = sorted({revision.by_label for revision in revisions if revision.by_label and revision.by_id != writer().id})
    return render_template(
        "submissions/conflict.html",
        layout=layout_of(draft),
        draft=draft,
        version=draft.version,
        clashes=shown,
        others=" and ".join(others),
        onward=onward,
        errors=errors,
    )

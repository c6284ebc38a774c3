"""Publishing a form with ten thousand open drafts, the way the worker does it: in batches, every draft read, taken over and written."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert

from portal import create_app, start_up, timekeeping
from portal.db import db, new_id
from portal.jobs import run
from portal.publishing import current
from portal.publishing.in_force import council_in_force
from portal.settings import Settings
from portal.submissions import carrying, new_version
from portal.submissions.models import Submission, SubmissionData

DRAFTS = 10_000
FORM = "request_for_support"
LIMIT = 10.0
LABEL = re.compile(r'label: (")?(?=[A-Z])')
"""Where a label begins: every one gets other words, which is the most that there can be to tell."""


def prepared(folder: Path) -> None:
    """Fill the database with drafts that hold a whole made-up request each."""
    answers = json.loads((Path("examples") / "hackney" / f"{FORM}.json").read_text())
    version = current("form", f"hackney/{FORM}")
    assert version is not None
    moment = timekeeping.now()
    shared = {"council": "hackney", "form_id": FORM, "form_sha256": version.sha256, "form_number": version.number, "audience": "public", "status": "draft"}
    ids = [new_id() for _ in range(DRAFTS)]
    drafts = [{"id": one, **shared, "version": 1, "idempotency_key": new_id(), "author_label": "", "created_at": moment, "updated_at": moment, "language": ""} for one in ids]
    empty = {"incomplete": {}, "prefilled": {}, "acknowledged": {}, "record": council_in_force().service.facts, "erased": {}, "carried": []}
    db.session.execute(insert(Submission.__table__), drafts)
    db.session.execute(insert(SubmissionData.__table__), [{"submission_id": one, "answers": answers, **empty} for one in ids])
    db.session.commit()


def _text(what: str) -> str:
    text = council_in_force().form_text(FORM)
    if what == "labels":
        return LABEL.sub(lambda found: f"label: {found[1] or ''}Now: " if found[1] else "label: Now ", text)
    return text.replace("    questions:\n", "    questions:\n      - {id: bench_question, kind: yes_no, label: May we write to you?, required: true}\n", 1)


def publishing() -> None:
    """Publishes three versions one after the other over the same drafts and prints the seconds of each, and of merely looking."""
    folder = Path(tempfile.mkdtemp(prefix="bench-publishing-"))
    app = create_app(Settings(council="hackney", data_dir=str(folder), secret_key="s" * 40, base_url="http://localhost", mail="outbox", allow_test_nhs_numbers=True, testing=True))
    try:
        start_up.migrate(app)
        start_up.publish_shipped(app)
        with app.app_context():
            prepared(folder)
            run.run_due()
            print(f"\n{f'publishing with {DRAFTS:,} open drafts':<60} {'looked s':>9} {'carried s':>10} {'CPU s':>6} {'drafts/s':>9}")
            for what in ("labels", "a question more"):
                _time(what)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _time(what: str) -> None:
    found = new_version.proposal(FORM, _text(what))
    assert not found.faults, found.faults[:3]
    began = time.perf_counter()
    found = new_version.looked_at(found)
    looked = time.perf_counter() - began
    db.session.rollback()
    began, cpu = time.perf_counter(), time.process_time()
    made = new_version.publish(found, {"loses_answer": "carry"})
    db.session.commit()
    run.run_due()
    took, used = time.perf_counter() - began, time.process_time() - cpu
    assert made.carry_over is not None
    done = carrying.find(made.carry_over.id)
    assert done is not None and done.finished_at is not None and done.counts.get("carried") == DRAFTS, done and done.counts
    db.session.rollback()
    print(f"{what:<60} {looked:>9.2f} {took:>10.2f} {used:>6.2f} {DRAFTS / took:>9,.0f}   {dict(done.counts)}")
    if took > LIMIT:
        print(f"  that is more than {LIMIT:.0f} s")


if __name__ == "__main__":
    publishing()

"""What the time machine costs: submissions of the largest form, as they are stored, led through a changed version.

    python bench/replay.py [10000]
"""

from __future__ import annotations

import sys
import tempfile
import time

from portal import create_app, start_up, timekeeping
from portal.command_line import kept
from portal.councils.library import council
from portal.db import db, new_id
from portal.forms.conditions import Facts
from portal.forms.derived.sample import Sampler
from portal.forms.load import load_definition
from portal.settings import Settings
from portal.submissions.definitions import current_version
from portal.submissions.models import Submission, SubmissionData
from portal.submissions.replaying import replay_stored

FORM = "request_for_support"
DIFFERENT = 200
"""So many different sets of made-up answers, stored again and again."""


def replay(number: int = 10_000) -> None:
    """Store so many submissions, lead them through, and print how long that took."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(council="hackney", data_dir=folder, secret_key="b" * 40, demonstration=True, base_url="http://localhost", allow_test_nhs_numbers=True))
        start_up.migrate(app)
        start_up.publish_shipped(app)
        with kept(app):
            _store(number)
        with kept(app):
            pack = council("hackney")
            text = pack.form_text(FORM).replace("required: true", "required: false", 1)
            new = load_definition(text, shared_lists=pack.shared_lists)
            wall, cpu = time.perf_counter(), time.process_time()
            found = replay_stored(new, progress=lambda done, all_: print(f"\r{done:,} of {all_:,}", end="", file=sys.stderr))
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"\ntime machine: {found.number:,} submissions of {FORM} in {wall:.1f} s ({cpu:.1f} s of CPU, {cpu / found.number * 1e3:.2f} ms each); {found.unchanged:,} unchanged")


def _store(number: int) -> None:
    pack = council("hackney")
    sampler = Sampler(pack.form(FORM), Facts(timekeeping.today(), record=pack.service.facts, test_numbers=True))
    answers = [sampler.sample(seed) for seed in range(DIFFERENT)]
    version = current_version(FORM)
    same = {"council": pack.id, "form_id": FORM, "form_sha256": version.sha256, "form_number": version.number, "audience": "public"}
    rows = [{**same, "id": new_id(), "status": "draft" if one % 10 == 0 else "sent", "reference": f"RFS-{one:08}", "sent_at": None if one % 10 == 0 else timekeeping.now()} for one in range(number)]
    db.session.execute(Submission.__table__.insert(), rows)
    data = [{"submission_id": row["id"], "answers": answers[one % DIFFERENT], "record": pack.service.facts} for one, row in enumerate(rows)]
    db.session.execute(SubmissionData.__table__.insert(), data)


if __name__ == "__main__":
    replay(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

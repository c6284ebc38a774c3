"""Makes the Word templates that come with the portal. For maintainers:  python assets/word/build.py doc_templates/hackney

Run it only to start afresh: a council edits its templates in Word, and what was edited there is not in here.
"""

from __future__ import annotations

import sys
from pathlib import Path

import easy_read
import letterhead
import letters
import records

TEMPLATES = {
    "closure-letter-parent.docx": letters.parent,
    "closure-letter-young-person.docx": letters.young_person,
    "closure-letter-child.docx": letters.child,
    "closure-letter-parent-easy-read.docx": easy_read.parent,
    "closure-letter-young-person-easy-read.docx": easy_read.young_person,
    "closure-letter-child-easy-read.docx": easy_read.child,
    "screening-outcome.docx": letters.screening_outcome,
    "taf-minutes.docx": records.taf_minutes,
    "request-for-support.docx": records.request_for_support,
    "closure-review.docx": records.closure_review,
    "letterhead.docx": letterhead.council,
}


def main(folder: str) -> None:
    """Write every template into the folder."""
    for name, build in TEMPLATES.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(build().save())
        print(path)


if __name__ == "__main__":
    main(sys.argv[1])

"""Facts of a record for a document made without one, such as to try a template or a form: specimens that anybody sees through."""

from __future__ import annotations

from datetime import date

from portal import timekeeping
from portal.councils.document_model import DocumentRule
from portal.councils.library import Council


def specimen_facts(council: Council, rule: DocumentRule, today: date) -> dict[str, str]:
    """What a document of this rule knows besides answers, made up as of a day."""
    return {
        "document.title": rule.title,
        "document.issued_on": timekeeping.show_date(today),
        "submission.reference": "SPECIMEN",
        "submission.sent_on": timekeeping.show_date(today),
        "submission.form": council.papers[rule.paper].title,
        "record.team_telephone": council.service.hub.telephone,
    }

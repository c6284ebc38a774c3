"""In which form a family gets a document: as it stands, in large print, easy to read, in high contrast. Which there are is for the council's files to say.

How a look is put on is `portal.word.looks`.
"""

from __future__ import annotations

from portal.councils.document_model import DocumentRule, VariantRule
from portal.documents import material
from portal.publishing.in_force import council_in_force
from portal.submissions.models import Submission

STANDARD = ""
ASKED = "asked"
"""For many at once: each in the form that its own answers ask for."""


def of_rule(rule: DocumentRule, variant: str) -> DocumentRule:
    """The rule of a copy in this variant, "" being as it stands. Raises KeyError for one that the council does not make of it."""
    return rule.for_variant(council_in_force().variants[variant]) if variant else rule


def offered(rule: DocumentRule) -> list[VariantRule]:
    """The variants in which this copy can be made, in the council's order."""
    return [variant for variant in council_in_force().variants if rule.has_variant(variant)]


def asked(rule: DocumentRule, submission: Submission) -> str:
    """The variant that the form itself asks for its reader, or "" where it asks for none that is made."""
    if not rule.variant_asked:
        return STANDARD
    answer = material.of_submission(submission).answers.get(rule.variant_asked)
    return next((variant.id for variant in offered(rule) if variant.id == answer), STANDARD)

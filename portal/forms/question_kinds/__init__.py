"""Kinds of question: one drawer (module) per kind, and the register that refuses an incomplete one when this is imported.

Ask here, not in a drawer: these functions also know the answer "Not known".
"""

from portal.forms.question_kinds.answering import (
    NOT_KNOWN,
    broken_rules,
    compare,
    comparison_fault,
    example,
    is_not_known,
    json_schema,
    merge_value,
    missing,
    raw_of,
    read,
    suggestions,
    text_of,
    wrong,
)
from portal.forms.question_kinds.kind import QuestionKind, Taken, Wrong
from portal.forms.question_kinds.register import IncompleteDrawer, UnknownKind, kind, kinds

__all__ = [
    "NOT_KNOWN",
    "IncompleteDrawer",
    "QuestionKind",
    "Taken",
    "UnknownKind",
    "Wrong",
    "broken_rules",
    "compare",
    "comparison_fault",
    "example",
    "is_not_known",
    "json_schema",
    "kind",
    "kinds",
    "merge_value",
    "missing",
    "raw_of",
    "read",
    "suggestions",
    "text_of",
    "wrong",
]

kinds()

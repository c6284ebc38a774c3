"""The facts of a family's record that a question may be bound to, and how a binding is spelt. Who reads them is elsewhere."""

from __future__ import annotations

import re

PERSON_FACTS = frozenset(
    {
        "first_name", "last_name", "other_names", "known_as", "date_of_birth", "expected_date", "estimated_age", "gender", "pronouns",
        "ethnicity", "language", "address", "phone", "email", "nhs_number", "upn", "school", "send", "relationship",
        "parental_responsibility", "must_not_be_told", "lives_with", "organisation", "role", "professional",
    }
)  # fmt: skip
"""Facts about a person: bound inside a repeat whose items stand for people."""

PERSON_TITLES = {
    "expected_date": "Due",
    "estimated_age": "Age in years, about",
    "school": "School, nursery or college",
    "known_as": "Known as",
    "other_names": "Other names",
    "address": "Address",
    "send": "Special educational needs",
    "nhs_number": "NHS number",
    "upn": "Unique pupil number",
    "language": "First language",
    "ethnicity": "Ethnic group",
    "phone": "Phone",
    "email": "E-mail",
    "role": "Job",
    "organisation": "Organisation",
    "professional": "Professional",
}
"""What those facts are called where they are shown short; one that is not here keeps the words of its question."""

SUBMISSION_FACTS = frozenset(
    {
        "referrer_name", "referrer_email", "referrer_phone", "referrer_organisation", "referrer_role", "level", "response_kind",
        "family_address",
    }
)  # fmt: skip
"""Facts about the submission as a whole."""

RECORD_FACTS = frozenset(
    {
        "reference", "family_name", "children_names", "stage", "stage_title", "level", "team", "team_name", "lead", "lead_name",
        "lead_email", "author", "author_name", "author_email", "opened_on", "closed_on", "today", "months_open", "number", "signs",
        "signs_author",
    }
)  # fmt: skip
"""Facts of a family's record that a first answer may come from (`record.level`) and a condition may ask for (`{record: level, …}`)."""

RECORD_LISTS = frozenset({"children", "adults", "professionals", "others"})
"""Lists of people of the record; their items have the facts about a person and those below."""

LISTED_FACTS = PERSON_FACTS | {"full_name"}

SERVICE = "service."
"""What a condition asks the council's own settings by, such as `{record: service.upn, is: "yes"}`."""

BINDING = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*\Z")
"""Two words, such as `meeting.date`; Python reads only those of people, submissions and consents."""

PREFILL = re.compile(r"(record\.[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?|form\.[a-z][a-z0-9_]*(\.[a-z0-9_]+)+)\Z")
"""`record.<fact>`, `record.<list>.<fact>` or `form.<paper>.<path>`."""

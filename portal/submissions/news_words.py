"""What is told of a new version, in the language of whoever reads it. The sentences themselves are made by `forms.versions`, in English, and kept so.

A sentence is known again by its form; what stands in it (labels of questions, choices) stays as it was kept, and says that it is English.
"""

from __future__ import annotations

import re

from markupsafe import Markup

from portal.language import current, show

SENTENCES = (
    "There is something new to read: {label}",
    "This form is now called {label}",
    "What you confirm before sending has changed",
    "The text on the page {label} has changed",
    "There is a new part: {label}",
    "There is a new question: {label}",
    "The words you confirm at {label} have changed",
    "Some choices at {label} may no longer fit",
    "There are other rules for the answer to {label}",
    "{label} is asked in another way",
    "{label} now needs at least {number}",
    "{label} now takes at most {number}",
    "{label} is asked of different people now",
    "{label} is asked of more people now",
    "{label} is asked anew",
    "{label} is answered in another way now",
    "{label} is now asked as {choices}",
    "{label} asks for less",
    "{label} can no longer be answered with “Not known”",
    "{label} takes other answers now",
    "{label} must be answered now",
    "{choices} can no longer be chosen at {label}",
    "{choices} can be chosen at {label}",
    "{choices} at {label} has become {now}",
    "{choices} at {label} now reads {now} (and {number} more)",
    "{choices} at {label} now reads {now}",
    "and {number} smaller changes",
    "and {number} more",
)
"""Every sentence there is; of two that fit, the one further up."""

_PARTS = {"label": "“.*”", "number": "[0-9]+", "choices": ".+", "now": "“.*”"}
_FORMS = tuple(
    (one, re.compile("".join(f"(?P<{part[1:-1]}>{_PARTS[part[1:-1]]})" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[a-z]+\})", one))))
    for one in SENTENCES
)
_ENGLISH = Markup('<span lang="en" dir="ltr">{}</span>')


def shown(words: str) -> Markup:
    """A sentence for a page; whatever is not known, or not translated, says that it is English."""
    if current().is_english:
        return Markup.escape(words)
    for sentence, form in _FORMS:
        found = form.fullmatch(words)
        if found is not None:
            return show(sentence, **{name: value if name == "number" else _ENGLISH.format(value) for name, value in found.groupdict().items()})
    return _ENGLISH.format(words)

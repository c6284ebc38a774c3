"""Where an answer stands in a file of answers: so that a problem can be told with the line to put right."""

from __future__ import annotations

import json
import re


def line_in(text: str, path: str) -> int:
    """The line, from 1, on which the answer at this path stands in a JSON text of answers; of one that is missing, the line of the
    nearest part that is there."""
    at = 0
    for part in path.split("."):
        found = re.compile(re.escape(json.dumps(part, ensure_ascii=False))).search(text, at)
        if found is None:
            break
        at = found.start()
    return text.count("\n", 0, at) + 1

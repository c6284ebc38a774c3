"""What each comparison that has an order says of an answer: the same words in every place that tells a condition. `{}` is what it is compared with."""

from __future__ import annotations

COMPARED = {
    "lt": "is less than {}", "lte": "is {} or less", "gt": "is more than {}", "gte": "is {} or more", "before": "is before {}",
    "after": "is after {}", "not_before": "is on or after {}", "not_after": "is on or before {}",
}  # fmt: skip

"""Scenarios of a form: made-up answers, and what must come of them. Moves and documents, which need a council, are judged a few floors above."""

"""The page that tells which role reads which kinds of answer, which copies may hold them, and which questions are of each kind. Written by `docs.generate`."""

from __future__ import annotations

from collections.abc import Callable

from portal.councils import sensitivity
from portal.councils.library import Council

Table = Callable[[tuple[str, ...], list[tuple[str, ...]]], list[str]]
YES = "yes"


def lines(pack: Council, table: Table) -> list[str]:
    """The lines of the page below its heading."""
    kinds = list(pack.sensitivities)
    heads = tuple(kind.title for kind in kinds)
    readers = [(role.title, role, sensitivity.of_roles(pack, [role])) for role in pack.roles if role.sees != "none"]
    roles = [(title, *(YES if reader is None or kind.id in reader.reads else "" for kind in kinds)) for title, _, reader in readers]
    copies = [(name, *(YES if made is None or kind.id in made.reads else "" for kind in kinds)) for name, made in _copies(pack)]
    return [
        f"The shipped council pack (`{pack.id}`). A role reads an answer only of families it reaches and of papers it may view: [who may do what](access.md). Whoever started a form reads what they wrote in it;",
        "a referrer reads their own request through its link. The system administrator, referrers and families have no role that reads a record.",
        "",
        "## Roles",
        "",
        *table(("role", *heads), roles),
        "## Documents and their copies",
        "",
        "What a copy may not hold is not in it. A document may be produced and downloaded only by those who read everything it may hold.",
        "",
        *table(("document", *heads), copies),
        "## Questions",
        "",
        *(line for kind in kinds for line in _questions(pack, kind.id, kind.title, kind.held_back)),
    ]


def _copies(pack: Council) -> list[tuple[str, object]]:
    rules = [rule.for_copy(copy) for rule in pack.documents for copy in ["", *(one.id for one in rule.copies)]]
    return [(rule.title, sensitivity.of_copy(pack, rule)) for rule in rules]


def _questions(pack: Council, kind: str, title: str, held_back: str) -> list[str]:
    found = [f"### {title} (`{kind}`)", "", f"In the place of an answer stands: Answer held back. {held_back}", ""]
    for form in pack.forms().values():
        ids = [question.id for question in form.index.questions.values() if question.kept_as == kind]
        if form.defaults.sensitivity == kind:
            found += [f"- {form.title}: all that are not named below"]
        elif ids:
            found += [f"- {form.title}: {', '.join(f'`{one}`' for one in ids)}"]
    return [*found, ""]

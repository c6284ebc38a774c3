"""The words of every shipped document as they are printed for one made-up family, kept in `tests/golden` so that a review sees each that changes.

`python -m tests.documents.golden` writes them anew.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from docx import Document
from docx.table import Table

from portal.documents.all_answers import all_answers
from portal.documents.contract import FACT_EXAMPLES
from portal.documents.merge_data import gather
from portal.word.render import render
from portal.word.template import compile_template
from tests.documents.shipped import PACKS, material, pack_of, sources

FOLDER = Path(__file__).parents[1] / "golden"


def texts() -> dict[str, str]:
    """The words of each document and of each of its copies, and of all answers where a form has no document, by the name of their file."""
    found = {}
    for name in PACKS:
        pack = pack_of(name)
        for rule in pack.documents:
            known = FACT_EXAMPLES | {"document.title": rule.title, "submission.form": pack.papers[rule.paper].title}
            template = compile_template(pack.template_path(rule.template).read_bytes())
            drawn_on = replace(sources(pack, rule), known=known)
            for copy in ("", *(one.id for one in rule.copies)):
                made = render(template, gather(rule.for_copy(copy), drawn_on))
                found["-".join(filter(None, (name, rule.id, copy))) + ".txt"] = words_of(made)
        printed = {pack.papers[rule.paper].form for rule in pack.documents}
        for paper in pack.papers:
            if paper.form not in printed:
                own = material(pack, paper.id, paper.form)
                found[f"{name}-{paper.form}-all_answers.txt"] = words_of(all_answers(pack, own.definition, own.answers, own.facts, {"Reference": "RFS-7K2M-9QXA"}))
    return found


def words_of(document: bytes) -> str:
    """The words as somebody reads them: title, headers, body with its styles, tables row by row, footers."""
    return "\n".join(_lines(Document(io.BytesIO(document)))) + "\n"


def _lines(word: object) -> Iterator[str]:
    yield f"title: {word.core_properties.title}"  # type: ignore[attr-defined]
    section = word.sections[0]  # type: ignore[attr-defined]
    for label, edge in (("first header", section.first_page_header), ("header", section.header)):
        yield from (f"{label}: {one.text}" for one in edge.paragraphs if one.text.strip())
    for part in word.iter_inner_content():  # type: ignore[attr-defined]
        if isinstance(part, Table):
            yield from ("| " + " | ".join(" / ".join(cell.text.splitlines()) for cell in dict.fromkeys(row.cells)) for row in part.rows)
        elif part.text.strip():
            yield f"{part.style.name}: " + " / ".join(part.text.splitlines())
    for label, edge in (("first footer", section.first_page_footer), ("footer", section.footer)):
        yield from (f"{label}: {one.text}" for one in edge.paragraphs if one.text.strip())


def renew() -> None:
    """Write what is printed now, and take away what is printed no more."""
    FOLDER.mkdir(exist_ok=True)
    now = texts()
    for old in FOLDER.glob("*.txt"):
        if old.name not in now:
            old.unlink()
            print(f"took away {old.name}")
    for name, text in now.items():
        path = FOLDER / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"wrote {name}")


if __name__ == "__main__":
    renew()

"""Every kind of Word file that somebody gets from the portal, made of made-up answers and fixed days: what validators look at, by name.

Templates and documents of both packs, copies, other looks, easy read, documents without an answer, forms to print, starters, all answers, and small
shapes that templates of councils may have. Files that nobody must get are in `tests.word.known_bad`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, time
from functools import cache, partial
from typing import Any

from portal import timekeeping
from portal.councils.document_model import DocumentRule
from portal.councils.library import Council
from portal.documents.all_answers import all_answers
from portal.documents.blank_form import blank_form
from portal.documents.merge_data import Material, Sources, gather
from portal.documents.scaffold import scaffold
from portal.forms.answers import visible
from portal.forms.conditions import Facts
from portal.forms.derived.sample import Sampler
from portal.word.looks import in_look
from portal.word.render import render
from portal.word.template import compile_template
from tests.documents.shipped import DAY, PACKS, everything, examples, known, pack_of, sources
from tests.word.test_directions import ARABIC, HEBREW
from tests.word.word_files import docx, p, table, text_box

Made = Callable[[], bytes]
LOOKS = (("large_print",), ("high_contrast",), ("white_on_black",), ("large_print", "high_contrast"), ("large_print", "white_on_black"))
ENDINGS = ("no_contact", "family_choice", "stepped_up", "moved", "goals_met")

LOOPS = {
    "a cell": table(["{% if items %}{{ items[0] }}{% endif %}"]),
    "a row": table(["Head"], ["{%tr for one in items %}"], ["{{ one }}"], ["{%tr endfor %}"]),
    "a bookmark": p("{%p for one in items %}") + '<w:p><w:bookmarkStart w:id="1" w:name="a"/><w:r><w:t>{{ one }}</w:t></w:r><w:bookmarkEnd w:id="1"/></w:p>' + p("{%p endfor %}"),
}
BOLD = '<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:b/><w:sz w:val="28"/><w:u w:val="single"/></w:rPr><w:t>{{ words }} and</w:t></w:r></w:p>'
SHAPES = table([p("{{ words }}", " Hackney")]) + text_box(p("{{ words }}") + BOLD)
FROM_THE_RIGHT = {"one": ARABIC, "mixed": f"{HEBREW}\n12 (abc)\t{ARABIC}"}


def emptied(value: Any) -> Any:
    """The same data with nothing in it."""
    if isinstance(value, dict):
        return {key: emptied(inner) for key, inner in value.items()}
    return [] if isinstance(value, list) else ""


@cache
def outputs() -> dict[str, Made]:
    """What makes each, by its name; made once."""
    found = [*_documents(), *_easy_read(), *_of_forms(), *_small_shapes()]
    made = {name: cache(verb) for name, verb in found}
    assert len(made) == len(found)
    return made


def _documents() -> Iterator[tuple[str, Made]]:
    for name in PACKS:
        pack = pack_of(name)
        for path in sorted({pack.template_path(rule.template) for rule in pack.documents}):
            yield f"{name}/template/{path.stem}", path.read_bytes
    for shipped in everything():
        name = f"{shipped.pack.id}/{shipped.rule.id}"
        yield name, partial(_filled, shipped.template, shipped.data)
        yield f"{name}/without an answer", partial(_filled, shipped.template, emptied(shipped.data))
        for looks in LOOKS:
            yield f"{name}/{'+'.join(looks)}", partial(_filled, shipped.template, shipped.data, looks)
        for copy in shipped.rule.copies:
            yield f"{name}/copy/{copy.id}", partial(_copied, shipped.pack, shipped.rule, copy.id, shipped.template)


def _easy_read() -> Iterator[tuple[str, Made]]:
    pack = pack_of("hackney")
    for rule in (rule.for_variant(pack.variants["easy_read"]) for rule in pack.documents if "easy_read" in rule.templates):
        template, data = pack.template_path(rule.template).read_bytes(), gather(rule, sources(pack, rule))
        yield f"hackney/{rule.id}/easy_read", partial(_filled, template, data)
        yield f"hackney/{rule.id}/easy_read/without an answer", partial(_filled, template, emptied(data))
        for ending in ENDINGS:
            yield f"hackney/{rule.id}/easy_read/{ending}", partial(_filled, template, data | {"ending": ending})


def _of_forms() -> Iterator[tuple[str, Made]]:
    for name in PACKS:
        pack = pack_of(name)
        for form_id in sorted(pack.form_ids()):
            yield f"{name}/{form_id}/to print", partial(_to_print, pack, form_id)
            yield f"{name}/{form_id}/starter", partial(_starter, pack, form_id)
            yield f"{name}/{form_id}/starter filled", partial(_starter_filled, pack, form_id)
            if (examples(pack) / f"{form_id}.json").exists():
                yield f"{name}/{form_id}/all answers", partial(_all_answers, pack, form_id)


def _small_shapes() -> Iterator[tuple[str, Made]]:
    for name, body in LOOPS.items():
        for items in ([], ["one"], ["one", "two"]):
            yield f"shapes/{name} with {len(items)}", partial(_filled, docx(body), {"items": items})
    for name, words in FROM_THE_RIGHT.items():
        for looks in ((), *LOOKS):
            yield "/".join(filter(None, ("shapes", f"{name} from the right", "+".join(looks)))), partial(_filled, docx(SHAPES), {"words": words}, looks)


def _filled(template: bytes, data: dict[str, Any], looks: tuple[str, ...] = ()) -> bytes:
    made = render(compile_template(template), data)
    return in_look(made, looks) if looks else made


def _copied(pack: Council, rule: DocumentRule, copy: str, template: bytes) -> bytes:
    return _filled(template, gather(rule.for_copy(copy), sources(pack, rule)))


def _to_print(pack: Council, form_id: str) -> bytes:
    with timekeeping.as_if(datetime.combine(DAY, time(12), timekeeping.LONDON)):
        return blank_form(pack, pack.form(form_id))


def _facts(pack: Council) -> Facts:
    return Facts(DAY, record=pack.service.facts, test_numbers=True)


def _starter(pack: Council, form_id: str) -> bytes:
    return scaffold(pack, pack.form(form_id), "starter.docx").template


def _starter_filled(pack: Council, form_id: str) -> bytes:
    definition, facts = pack.form(form_id), _facts(pack)
    starter = scaffold(pack, definition, "starter.docx")
    answers = visible(definition, Sampler(definition, facts, "some").sample(2), facts).answers
    rule = starter.rule if starter.rule.paper in pack.papers else starter.rule.model_copy(update={"paper": next(iter(pack.papers)).id})
    return _filled(starter.template, gather(rule, Sources(pack, Material(definition, answers, facts), known=known())))


def _all_answers(pack: Council, form_id: str) -> bytes:
    answers = json.loads((examples(pack) / f"{form_id}.json").read_text("utf-8"))
    return all_answers(pack, pack.form(form_id), answers, _facts(pack), {"Reference": "RFS-7K2M-9QXA"})

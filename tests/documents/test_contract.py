"""The contract between forms, documents.yaml, templates and the page for their authors: nothing in one that is not in the next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jinja2 import nodes

from docs import generate
from portal.councils.check_printed import undecided
from portal.documents.contract import FACT_EXAMPLES
from portal.documents.merge_data import shape
from portal.forms import question_kinds
from portal.word.fields import trees_of
from portal.word.template import compile_template
from tests.documents.shipped import PACKS, everything, pack_of

PACK = pack_of("hackney")
RULES = pytest.mark.parametrize("rule", list(PACK.documents), ids=lambda rule: rule.id)
PAGE = (generate.REFERENCE / "merge-fields.md").read_text("utf-8")
OF_SECTIONS = {
    "sections.title", "sections.blocks", "sections.blocks.title", "sections.blocks.kind", "sections.blocks.rows", "sections.blocks.rows.label", "sections.blocks.rows.text",
    "sections.blocks.rows.kind", "sections.blocks.unanswered",
}  # fmt: skip


def documented(document_id: str) -> dict[str, list[str]]:
    """The rows of one document on the page, by field: meaning, question, example, when empty. Parts of a field stand under their own dotted name."""
    section = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    text = next(one for one in section if one.startswith(f"{document_id}\n"))
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells and cells[0].startswith("`"):
            name = cells[0].strip("`")
            found[name] = cells[1:]
            parts = re.search(r"with the parts ([^|]*)$", cells[1])
            found |= {f"{name}.{part}": cells[1:] for part in re.findall(r"`([a-z_]+)`", parts[1] if parts else "")}
            if "the form's sections" in cells[1]:
                found |= dict.fromkeys(OF_SECTIONS, cells[1:])
    return found


def used(tree: nodes.Template) -> set[str]:
    """Every field that the tags use, with a dot for each step into a list's items or a group."""
    found: set[str] = set()

    def path(node: nodes.Node, known: dict[str, str]) -> str:
        if isinstance(node, nodes.Filter) and node.node is not None:
            return path(node.node, known)
        if isinstance(node, nodes.Getattr):
            before = path(node.node, known)
            return f"{before}.{node.attr}" if before and before != "loop" else ""
        return known.get(node.name, node.name) if isinstance(node, nodes.Name) and node.ctx == "load" else ""

    def walk(node: nodes.Node, known: dict[str, str]) -> None:
        if isinstance(node, nodes.For):
            walk(node.iter, known)
            known = known | {node.target.name: path(node.iter, known)}
            for part in (*node.body, *node.else_, *([node.test] if node.test is not None else [])):
                walk(part, known)
            return
        if isinstance(node, nodes.Assign):
            walk(node.node, known)
            known[node.target.name] = ""
            return
        if isinstance(node, (nodes.Name, nodes.Getattr)):
            found.add(path(node, known))
            return
        for child in node.iter_child_nodes():
            walk(child, known)

    walk(tree, {"loop": "loop"})
    return found - {"", "loop"}


def names_of(fields: Any, inside: str = "") -> Iterator[str]:
    """Every dotted name that a shape has."""
    for name, inner in fields.items():
        yield inside + name
        inner = inner[0] if isinstance(inner, list) else inner
        if isinstance(inner, dict):
            yield from names_of(inner, f"{inside}{name}.")


@pytest.mark.parametrize("shipped", [one for one in everything() if one.pack.id == "hackney"], ids=str)
def test_every_field_that_a_shipped_template_uses_is_documented(shipped):
    fields = set().union(*(used(tree.tree) for tree in trees_of(compile_template(shipped.template))))
    assert len(fields) > 4
    assert fields - documented(shipped.rule.id).keys() == set()


@RULES
def test_every_documented_field_resolves_and_every_field_is_documented(rule):
    fields = set(names_of(shape(rule, PACK, {paper.id: PACK.form(paper.form) for paper in PACK.papers})))
    assert fields == documented(rule.id).keys()


@RULES
def test_every_documented_field_has_a_meaning_an_example_and_the_question_it_prints(rule):
    rows = documented(rule.id)
    bound = dict(bindings(rule.fields))
    assert [name for name, (meaning, *_) in rows.items() if not meaning] == []
    assert [name for name, (meaning, _, example, _) in rows.items() if not example and not meaning.startswith("*list*")] == []
    assert {name: rows[name][1] for name in bound} == {name: f"`{binding.question}`" if binding.question else "" for name, binding in bound.items()}


def bindings(fields: Any, inside: str = "") -> Iterator[tuple[str, Any]]:
    for name, binding in fields.items():
        yield inside + name, binding
        yield from bindings(binding.fields, f"{inside}{name}.")


def test_every_fact_has_an_example():
    from portal.documents.merge_data import FACTS

    assert FACT_EXAMPLES.keys() | {"document.title", "submission.form"} == FACTS.keys()


@pytest.mark.parametrize("name", PACKS)
def test_every_question_reaches_a_field_or_is_named_as_not_printed(name):
    pack = pack_of(name)
    assert [str(fault) for fault in undecided(pack)] == []
    for rule in pack.documents:
        definition = pack.form(pack.papers[rule.paper].form)
        own = [binding for _, binding in bindings(rule.fields) if binding.paper in ("", rule.paper)]
        whole = {question.id for binding in own if binding.sections for page in definition.pages if binding.sections == "all" or page.section in binding.sections.split() for question in page.questions}
        reached = {binding.question for binding in own} | whole | {question for some in rule.not_printed.values() for question in some}
        answered = {question.id for question in definition.index.questions.values() if question_kinds.kind(question.kind).has_value}
        assert answered - reached == set()


def test_a_use_of_a_field_is_seen_wherever_it_stands():
    from tests.word.word_files import docx, p

    text = "{% for one in goals %}{{ one.goal }}{% for step in one.steps if step.done %}{{ step.what|upper }}{{ loop.index }}{% endfor %}{% endfor %}{% set x = lead.name %}{{ x }}{% if a and b.c %}{{ d or e|default(f) }}{% endif %}"
    tree = trees_of(compile_template(docx(p(text))))[0].tree
    assert used(tree) == {"goals", "goals.goal", "goals.steps", "goals.steps.done", "goals.steps.what", "lead.name", "a", "b.c", "d", "e", "f"}

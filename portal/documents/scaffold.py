"""A starter Word template of any form: every answer once, by section, on the council's letterhead, for somebody to go on with in Word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from portal.councils.document_model import DocumentRule
from portal.councils.library import Council
from portal.documents import letterhead
from portal.documents.starter_fields import INNER, ITEM, StarterFields
from portal.forms import question_kinds
from portal.forms.model import FormDefinition, Page, Question, Repeat
from portal.word import writing

HEAD = ("Question", "Answer")
WIDTHS = (6.4, 10.6)
WIDTH = sum(WIDTHS)
LONG = frozenset({"long_text"})
"""Kinds whose answers are paragraphs, not cells of a table."""

MOST_COLUMNS, LONGEST_HEAD = 4, 110
LONGEST_TEST = 300
"""Characters of one tag that asks whether any of many fields has an answer."""

NONE = "None recorded"


@dataclass(frozen=True)
class Scaffold:
    """The template's bytes, and the rule that binds its fields."""

    template: bytes
    rule: DocumentRule


def scaffold(council: Council, definition: FormDefinition, name: str) -> Scaffold:
    """A starter for the form, to be kept among the council's templates under this file name."""
    fields = StarterFields(definition)
    paper = next((paper.id for paper in council.papers if paper.form == definition.id), definition.id)
    kebab = name.removesuffix(".docx")
    rule = DocumentRule(
        id=kebab.replace("-", "_"), title=definition.title, paper=paper, template=name, audience="file", file_name=f"{kebab}-{{reference}}", fields=fields.bindings()
    )
    tags = {key: f"{{{{ {fields.fact(of)} }}}}" for key, of in (("council_name", "council_name"), ("service_name", "hub_title"), ("telephone", "hub_phone"))}
    words = tags | {"title": _plain(definition.title), "foot": f"Reference {{{{ {fields.fact('reference')} }}}}"}
    return Scaffold(letterhead.laid_out(council, words, "".join(_Writer(definition, fields).body())), rule)


def _plain(text: str) -> str:
    """Words of a form; a brace in them would be taken for a tag."""
    return text.replace("{", "(").replace("}", ")")


def _field(name: str) -> str:
    return f"{{{{ {name} }}}}"


def _row(tag: str, columns: int = 2) -> tuple[str, ...]:
    return (f"{{%tr {tag} %}}", *[""] * (columns - 1))


def _alone(tag: str) -> str:
    return writing.words(f"{{%p {tag} %}}")


class _Writer:
    """Writes the body; `holder` is what stands before a field's name, such as `one.` inside a loop."""

    def __init__(self, definition: FormDefinition, fields: StarterFields) -> None:
        self.definition = definition
        self.fields = fields
        self.count = 0

    def body(self) -> Iterator[str]:
        yield writing.words(_plain(self.definition.title), "Title")
        for label, fact in (("Reference", "reference"), ("Finished on", "finished_on")):
            yield writing.paragraph(f"{writing.run(f'{label}: ', bold=True)}{writing.run(_field(self.fields.fact(fact)))}", "Address")
        for section in self.definition.sections:
            pages = [page for page in self.definition.pages if page.section == section.id and page.type == "questions" and self._asked(page)]
            if pages:
                parts = [part for group in self._groups(pages) for part in self._group(group, section.title)]
                yield from self._guarded(self._sure_or_names(pages), [writing.words(_plain(section.title), "Heading1"), *parts])

    def _asked(self, page: Page) -> list[Question]:
        return [question for question in page.questions if question_kinds.kind(question.kind).has_value]

    def _outermost(self, page: Page) -> str:
        repeat_id = page.repeat
        while repeat_id and self.definition.index.repeats[repeat_id].inside:
            repeat_id = self.definition.index.repeats[repeat_id].inside
        return repeat_id

    def _groups(self, pages: Sequence[Page]) -> list[list[Page]]:
        """Pages of one repeat together, where its first page stands; others one by one."""
        made: list[list[Page]] = []
        at: dict[str, list[Page]] = {}
        for page in pages:
            outermost = self._outermost(page)
            if outermost in at:
                at[outermost].append(page)
                continue
            made.append([page])
            if outermost:
                at[outermost] = made[-1]
        return made

    def _sure_or_names(self, pages: Sequence[Page]) -> list[str]:
        """The fields to ask for before anything of these pages is printed; none where something is printed in any case."""
        names: list[str] = []
        for page in pages:
            if page.repeat:
                names.append(self.fields.name(self._outermost(page)))
                continue
            asked = self._asked(page)
            if not all(map(self.fields.may_be_missing, asked)):
                return []
            names += [self.fields.name(question.id) for question in asked]
        return list(dict.fromkeys(names))

    def _guarded(self, names: Sequence[str], parts: Sequence[str]) -> Iterator[str]:
        """The parts, printed only when one of these fields has an answer; always where none is named."""
        if not names:
            yield from parts
            return
        self.count += 1
        known = f"any_{self.count}_answered"
        tests = list(_in_pieces(names))
        for number, test in enumerate(tests[:-1]):
            yield _alone(f"set {known} = {known + ' or ' if number else ''}{test}")
        yield _alone(f"if {known + ' or ' if len(tests) > 1 else ''}{tests[-1]}")
        yield from parts
        yield _alone("endif")

    def _group(self, pages: Sequence[Page], above: str) -> list[str]:
        outermost = self._outermost(pages[0])
        if outermost:
            return list(self._loop(self.definition.index.repeats[outermost], pages, above, ""))
        page = pages[0]
        heading = [writing.words(_plain(page.title), "Heading2")] if page.title not in (above, *(question.label for question in page.questions)) else []
        return list(self._guarded(self._sure_or_names(pages), [*heading, *self._answers(self._asked(page), "")]))

    # --- answers

    def _answers(self, asked: Sequence[Question], holder: str) -> Iterator[str]:
        """Short answers in tables, long ones as paragraphs, in the order of the form."""
        for is_long, some in groupby(asked, key=lambda question: question.kind in LONG):
            if is_long:
                for question in some:
                    names = [holder + self.fields.name(question.id)] if self.fields.may_be_missing(question) else []
                    yield from self._guarded(names, [writing.words(_plain(question.label), "Label"), writing.words(_field(holder + self.fields.name(question.id)))])
            else:
                yield from self._table(list(some), holder)

    def _table(self, asked: Sequence[Question], holder: str) -> Iterator[str]:
        rows: list[tuple[str, ...]] = []
        for question in asked:
            name = holder + self.fields.name(question.id)
            row = (_plain(question.label), _field(name))
            rows += [_row(f"if {name}"), row, _row("endif")] if self.fields.may_be_missing(question) else [row]
        names = [holder + self.fields.name(question.id) for question in asked] if all(map(self.fields.may_be_missing, asked)) else []
        yield from self._guarded(names, [writing.table(HEAD, rows, WIDTHS)])

    # --- repeats

    def _loop(self, repeat: Repeat, pages: Sequence[Page], above: str, holder: str) -> Iterator[str]:
        """A repeat: a row for each item where that fits, else a heading and its answers for each."""
        name, item = holder + self.fields.name(repeat.id), INNER if holder else ITEM
        own = [question for page in pages if page.repeat == repeat.id for question in self._asked(page)]
        nested = [page for page in pages if page.repeat != repeat.id]
        if repeat.title != above:
            yield writing.words(_plain(repeat.title), "Label" if holder else "Heading2")
        if not nested and len(own) <= MOST_COLUMNS and not any(question.kind in LONG for question in own) and sum(len(question.label) for question in own) <= LONGEST_HEAD:
            columns = len(own)
            cells = tuple(_field(f"{item}.{self.fields.name(question.id)}") for question in own)
            rows = [_row(f"for {item} in {name}", columns), cells, _row("else", columns), (NONE, *[""] * (columns - 1)), _row("endfor", columns)]
            yield writing.table([_plain(question.label) for question in own], rows, [WIDTH / columns] * columns)
            return
        yield _alone(f"for {item} in {name}")
        yield writing.words(self._item_heading(repeat, item), "Label" if holder else "Heading2")
        for page in (page for page in pages if page.repeat == repeat.id):
            yield from self._answers(self._asked(page), f"{item}.")
        for inner in self.fields.inside(repeat.id):
            of_inner = [page for page in nested if page.repeat == inner.id]
            if of_inner:
                yield from self._loop(inner, of_inner, "", f"{item}.")
        yield _alone("else")
        yield writing.words(NONE)
        yield _alone("endfor")

    def _item_heading(self, repeat: Repeat, item: str) -> str:
        words = f"{_plain(repeat.item[:1].upper() + repeat.item[1:])} {{{{ loop.index }}}}"
        called = "".join(f"{{% if {item}.{name} %}} {_field(f'{item}.{name}')}{{% endif %}}" for name in self.fields.of_label(repeat).values())
        return f"{words}:{called}" if called else words


def _in_pieces(names: Sequence[str]) -> Iterator[str]:
    """`a or b or c`, in pieces short enough for a tag."""
    piece: list[str] = []
    for name in names:
        if piece and len(" or ".join([*piece, name])) > LONGEST_TEST:
            yield " or ".join(piece)
            piece = []
        piece.append(name)
    yield " or ".join(piece)

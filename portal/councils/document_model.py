"""The shape of documents.yaml, as frozen closed values: which Word document is made from which paper, and where its fields get their words.

The shape of a council's other files is `model`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from portal.councils.model import Audience, Id, Part, Words
from portal.forms.condition_tree import Condition


class Binding(Part):
    """Where a merge field gets its words: one of question, fact, wording, service, repeat, sections; and what it prints when empty.

    `sections` ("all", or ids of sections) gives the whole form as rows of label and text. `part` takes one part of a compound
    answer, `id` the option's id for a condition in the template, `lines` the lines as a list. `question` is a path inside the document's own paper, or inside the newest finalised `paper` of the episode. A
    `repeat` gives a list, each item with `fields` of its own whose questions belong to the repeat. While a `required` one is
    empty the document is not produced at all.
    """

    question: str = ""
    fact: str = ""
    wording: str = ""
    service: str = ""
    repeat: str = ""
    sections: str = ""
    paper: str = ""
    fields: dict[Id, Binding] = {}
    when: Condition | None = None
    part: str = ""
    kind: Literal["text", "rich_text", "image"] = "text"
    empty: str | None = None
    required: bool = False

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        given = [name for name in ("question", "fact", "wording", "service", "repeat", "sections") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"a merge field has exactly one of question, fact, wording, service, repeat, sections; this has {len(given)}")
        if bool(self.fields) != bool(self.repeat):
            raise ValueError("`fields` goes with `repeat`")
        if self.required and self.empty is not None:
            raise ValueError("`required` and `empty` exclude each other: either nothing is produced while there is no answer, or words stand in for it")
        return self

    @property
    def source(self) -> str:
        """question, fact, wording, service or repeat."""
        return next(name for name in ("question", "fact", "wording", "service", "repeat", "sections") if getattr(self, name))


class CopyRule(Part):
    """One reader's copy of a document: the same template, without what this `audience` must not see."""

    id: Id
    title: Words
    audience: Audience


class IssueRule(Part):
    """What stands between a document and its reader. It is checked by a person; `approval` says whether a second one must agree.

    `recipient` names the merge field that holds the reader's name.
    """

    approval: Literal["none", "anyone", "not_writer"] = "none"
    recipient: str = ""


class DocumentRule(Part):
    """A Word document that can be produced from a paper. Without `issue` it is kept as issued once it is produced, such as a copy for the file.

    `not_printed` holds the questions that are deliberately not printed, by the reason.
    """

    id: Id
    title: Words
    paper: Id
    template: Annotated[str, Field(pattern=r"^[a-z0-9-]+\.docx$")]
    audience: Audience
    when: Condition | None = None
    file_name: Annotated[str, Field(pattern=r"^[a-z0-9{}_-]+$")]
    fields: dict[Id, Binding] = {}
    not_printed: dict[Words, tuple[Id, ...]] = {}
    copies: tuple[CopyRule, ...] = ()
    issue: IssueRule | None = None

    @property
    def papers(self) -> frozenset[str]:
        """The papers whose answers this document prints."""
        return frozenset({self.paper, *_papers(self.fields)})

    def for_copy(self, copy: str) -> DocumentRule:
        """The rule as it holds for one copy, "" being the document as it stands here. Raises KeyError."""
        if not copy:
            return self
        chosen = {one.id: one for one in self.copies}[copy]
        return self.model_copy(update={"audience": chosen.audience, "title": f"{self.title}: {chosen.title}"})


def _papers(fields: dict[str, Binding]) -> set[str]:
    found = {binding.paper for binding in fields.values() if binding.paper}
    return found.union(*(_papers(binding.fields) for binding in fields.values()))


class Documents(Part):
    """documents.yaml. `ways` are the ways a document reaches its reader, by id."""

    documents: tuple[DocumentRule, ...]
    ways: dict[Id, Words] = {}

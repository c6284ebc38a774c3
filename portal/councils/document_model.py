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
    answer, `id` the option's id for a condition in the template, `lines` the lines as a list. `kind: rich_text` lets a text keep its
    look; `kind: image` prints the first picture attached to a question, `width` centimetres wide, in the file's own copy. `question` is a path inside the document's own paper, or inside the newest finalised `paper` of the episode. A
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
    width: Annotated[float, Field(ge=1, le=17)] = 8.0
    empty: str | None = None
    required: bool = False

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        given = [name for name in ("question", "fact", "wording", "service", "repeat", "sections") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"a merge field has exactly one of question, fact, wording, service, repeat, sections; this has {len(given)}")
        if bool(self.fields) != bool(self.repeat):
            raise ValueError("`fields` goes with `repeat`")
        if self.kind != "text" and (self.part or self.repeat or self.sections or self.kind == "image" and not self.question):
            raise ValueError("`kind: rich_text` goes with a whole question, fact or text of the council, `kind: image` with a question that takes files")
        if self.required and self.empty is not None:
            raise ValueError("`required` and `empty` exclude each other: either nothing is produced while there is no answer, or words stand in for it")
        return self

    @property
    def source(self) -> str:
        """question, fact, wording, service or repeat."""
        return next(name for name in ("question", "fact", "wording", "service", "repeat", "sections") if getattr(self, name))


Reads = tuple[Id | Literal["*"], ...] | None
"""The kinds of answer (`sensitivities` of roles.yaml) that a copy may hold; None for those its audience may have."""


class CopyRule(Part):
    """One reader's copy of a document: the same template, without what this `audience` must not see."""

    id: Id
    title: Words
    audience: Audience
    reads: Reads = None


class IssueRule(Part):
    """What stands between a document and its reader. It is checked by a person; `approval` says whether a second one must agree.

    `recipient` names the merge field that holds the reader's name.
    """

    approval: Literal["none", "anyone", "not_writer"] = "none"
    recipient: str = ""


Look = Literal["large_print", "high_contrast", "white_on_black"]
"""What a finished document can be made to look like without a template of its own."""

TEMPLATE_NAME = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*\.docx$"
Template = Annotated[str, Field(pattern=TEMPLATE_NAME)]


class VariantRule(Part):
    """Another form of the documents for families. Its `looks` are put on the finished document; without any, a document has a template for it (`templates`)."""

    id: Id
    title: Words
    looks: tuple[Look, ...] = ()


class DocumentRule(Part):
    """A Word document that can be produced from a paper. Without `issue` it is kept as issued once it is produced, such as a copy for the file.

    `not_printed` holds the questions that are deliberately not printed, by the reason. `templates` are templates of its own for variants, by their
    id; `variant_asked` is the question whose option names the variant its reader wants. `looks` are those of the variant this is the rule for.
    """

    id: Id
    title: Words
    paper: Id
    template: Template
    templates: dict[Id, Template] = {}
    variant_asked: Id | None = None
    looks: tuple[Look, ...] = ()
    audience: Audience
    reads: Reads = None
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

    @property
    def own_templates(self) -> tuple[str, ...]:
        """Its template and those of its variants."""
        return tuple(dict.fromkeys((self.template, *self.templates.values())))

    def for_copy(self, copy: str) -> DocumentRule:
        """The rule as it holds for one copy, "" being the document as it stands here. Raises KeyError."""
        if not copy:
            return self
        chosen = {one.id: one for one in self.copies}[copy]
        return self.model_copy(update={"audience": chosen.audience, "reads": chosen.reads, "title": f"{self.title}: {chosen.title}"})

    @property
    def every_copy(self) -> list[DocumentRule]:
        """The rule as it holds for the document as it stands here, and for each of its copies."""
        return [self, *(self.for_copy(copy.id) for copy in self.copies)]

    def for_variant(self, variant: VariantRule) -> DocumentRule:
        """The rule as it holds for this variant. Raises KeyError for one that is not made of it."""
        if not self.has_variant(variant):
            raise KeyError(variant.id)
        own = self.templates.get(variant.id, self.template)
        name = f"{self.file_name}-{variant.id.replace('_', '-')}"
        return self.model_copy(update={"template": own, "looks": variant.looks, "title": f"{self.title}: {variant.title}", "file_name": name})

    def has_variant(self, variant: VariantRule) -> bool:
        """Whether this copy can be made so: it is for a family, and there is a look or a template for it."""
        return self.audience == "family" and (bool(variant.looks) or variant.id in self.templates)


def _papers(fields: dict[str, Binding]) -> set[str]:
    found = {binding.paper for binding in fields.values() if binding.paper}
    return found.union(*(_papers(binding.fields) for binding in fields.values()))


class Documents(Part):
    """documents.yaml. `ways` are the ways a document reaches its reader, by id; `variants` the forms in which families can have theirs."""

    documents: tuple[DocumentRule, ...]
    ways: dict[Id, Words] = {}
    variants: tuple[VariantRule, ...] = ()

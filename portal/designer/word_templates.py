"""The Word templates of the council: which documents are made from each, which version is in force, what its supplier has new. Changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from portal import publishing
from portal.accounts.models import User
from portal.councils.check_printed import undecided
from portal.councils.document_model import DocumentRule
from portal.councils.library import Council, TemplateUnknown
from portal.db import db
from portal.documents.merge_data import shape
from portal.documents.models import Document
from portal.errors import NotFound
from portal.publishing.in_force import council_in_force
from portal.publishing.models import PublishedVersion
from portal.word.findings import Finding, Place


@dataclass(frozen=True)
class WordTemplate:
    """A template by its file name, and the documents made from it. `variant` is the form of them that it is for, '' for the usual one or more than one."""

    council: Council
    file: str
    rules: tuple[DocumentRule, ...]
    variant: str = ""

    @property
    def name(self) -> str:
        """What the ledger calls it."""
        return f"{self.council.id}/{self.file}"

    @property
    def slug(self) -> str:
        """What addresses call it."""
        return self.file.removesuffix(".docx").replace("-", "_")

    @property
    def title(self) -> str:
        """The documents it is for, in words."""
        titles = ", ".join(rule.title for rule in self.rules)
        return f"{titles}: {self.council.variants[self.variant].title}" if self.variant else titles

    @property
    def is_for_families(self) -> bool:
        """Whether a family reads what is made from it."""
        return any(rule.audience == "family" for rule in self.rules)

    def shape(self) -> dict[str, Any]:
        """The fields it may use: those that each of its documents has, since every one of them is made with it. Raises BindingBroken."""
        definitions = {paper.id: self.council.forms()[paper.form] for paper in self.council.papers}
        first, *others = (shape(rule, self.council, definitions) for rule in self.rules)
        return {name: inner for name, inner in first.items() if all(name in other and other[name] == inner for other in others)}

    def unprinted(self) -> list[Finding]:
        """Questions that its documents neither print nor leave out with a reason; told of the usual template alone."""
        names = {rule.id for rule in self.rules} if not self.variant else set()
        told = [fault.message for fault in undecided(self.council) if fault.message.partition(" ")[0] in names] if names else []
        return [Finding("not_printed", message, Place("template"), "warning") for message in told]

    def shipped(self) -> bytes | None:
        """The file of the council's pack, None where it is gone."""
        try:
            return self.council.template_path(self.file).read_bytes()
        except TemplateUnknown:
            return None


@dataclass(frozen=True)
class Put:
    """A version as a page tells of it: who put it in force, '' for the supplier at a start of the portal."""

    version: PublishedVersion
    by: str


def every() -> list[WordTemplate]:
    """The council's templates in the order of its documents."""
    council = council_in_force()
    uses: dict[str, tuple[dict[str, DocumentRule], set[str]]] = {}
    for rule in council.documents:
        for variant, file in (("", rule.template), *rule.templates.items()):
            rules, variants = uses.setdefault(file, ({}, set()))
            rules[rule.id] = rule
            variants.add(variant)
    return [WordTemplate(council, file, tuple(rules.values()), *(variants if len(variants) == 1 else ())) for file, (rules, variants) in uses.items()]


def find(slug: str) -> WordTemplate:
    """The template of this address. Raises NotFound."""
    return _only(one for one in every() if one.slug == slug)


def named(name: str) -> WordTemplate:
    """The template that the ledger calls so. Raises NotFound for one that no document is made from any more."""
    return _only(one for one in every() if one.name == name)


def _only(found: Any) -> WordTemplate:
    one = next(found, None)
    if one is None:
        raise NotFound("No document is made from a template of this name")
    return one


def history(template: WordTemplate) -> list[Put]:
    """Its versions, newest first, with who put each in force."""
    versions = publishing.versions("template", template.name)
    return [Put(version, name) for version, name in zip(versions, _names(versions), strict=True)]


def in_force(templates: Sequence[WordTemplate]) -> dict[str, Put]:
    """The version in force of each that has one, by name."""
    versions = [version for one in templates if (version := publishing.current("template", one.name)) is not None]
    return {version.name: Put(version, name) for version, name in zip(versions, _names(versions), strict=True)}


def _names(versions: Sequence[PublishedVersion]) -> list[str]:
    people = {version.published_by for version in versions} - {""}
    names = {row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(people)))} if people else {}
    return [names.get(version.published_by, "Somebody whose account is gone") if version.published_by else "" for version in versions]


def waiting(template: WordTemplate) -> bytes | None:
    """The supplier's file, where it is new and a person has decided what is in force: it waits for somebody to take it."""
    latest, file = publishing.current("template", template.name), template.shipped()
    if latest is None or not latest.published_by or file is None:
        return None
    sha256 = hashlib.sha256(file).hexdigest()
    return file if all(version.sha256 != sha256 for version in publishing.versions("template", template.name)) else None


def open_documents(template: WordTemplate) -> int:
    """How many documents that nobody has issued were made from it or an earlier version."""
    ids = [rule.id for rule in template.rules]
    query = select(func.count()).select_from(Document).where(Document.document_id.in_(ids), Document.state != "issued", Document.withdrawn_at.is_(None))
    return db.session.scalar(query) or 0

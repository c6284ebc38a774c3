"""Finding a council's pack and giving it as one value. A pack that has been read is kept for the life of the process.

A pack stands in same-named folders (files, forms, Word templates, examples), or whole in one folder given by its path.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from portal.councils.document_model import DocumentRule, VariantRule
from portal.councils.load import KINDS, CouncilFiles, load_files
from portal.councils.model import (
    Calendar,
    ClockRule,
    ListItem,
    Notice,
    PaperRule,
    Receiver,
    Role,
    Sensitivity,
    Stage,
    Team,
    TransitionRule,
    Wording,
)
from portal.councils.register import Register
from portal.councils.service_model import Service
from portal.errors import NotFound, PortalError
from portal.forms.borrowed_text import names_in

if TYPE_CHECKING:
    from portal.forms.model import FormDefinition

_LIST_NAMED = re.compile(r"\blist: *[\"']?council\.([a-z][a-z0-9_]*)")
_PORTAL = Path(__file__).resolve().parents[1]
_PROJECT = _PORTAL.parent


class CouncilUnknown(PortalError):
    """There is no pack of this name or at this path."""


class FormUnknown(NotFound):
    """The council has no form of this id."""


class TemplateUnknown(NotFound):
    """The council has no Word template of this name."""


@dataclass(frozen=True)
class Places:
    """The folders of one pack, and the file of its demonstration."""

    files: Path
    forms: Path
    templates: Path
    examples: Path
    demo: Path


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Council:
    """One council's service. A `Register` keeps the order of its file and is looked into by id.

    An episode opens in the first of `stages`; `transitions` and `receivers` are tried in their order; `recordings` are what a person
    may note that a clock waits for (name to title); `lists` are all that forms may name, `decisions` those of them that are reasons.
    """

    id: str
    places: Places
    files: CouncilFiles
    service: Service
    stages: Register[Stage]
    papers: Register[PaperRule]
    receivers: tuple[Receiver, ...]
    transitions: Register[TransitionRule]
    clocks: Register[ClockRule]
    recordings: dict[str, str]
    calendar: Calendar
    teams: Register[Team]
    roles: Register[Role]
    sensitivities: Register[Sensitivity]
    documents: Register[DocumentRule]
    ways: dict[str, str]
    variants: Register[VariantRule]
    notices: dict[str, Notice]
    wording: Wording
    lists: dict[str, tuple[ListItem, ...]]
    decisions: dict[str, tuple[ListItem, ...]]

    @property
    def name(self) -> str:
        """The council's full name."""
        return self.service.name

    @property
    def sha256(self) -> str:
        """The hash of the council's own files (forms and templates have hashes of their own)."""
        return self.files.sha256

    @cached_property
    def shared_lists(self) -> dict[str, list[dict[str, Any]]]:
        """The lists as data of options, the way `portal.forms.load` takes them; `teams` (those families go to) and `levels` among them."""
        made = {name: [item.model_dump(exclude={"notes"}, exclude_defaults=True) for item in items] for name, items in self.lists.items()}
        made["teams"] = [{"id": team.id, "label": team.title, "hint": team.service} for team in self.teams if team.allocates]
        made["levels"] = [{"id": level.id, "label": level.title, "hint": level.meaning} for level in self.service.levels]
        return made

    def rules_text(self) -> str:
        """All the council's own files as one text, for an immutable version of them."""
        paths = [self.places.files / f"{kind}.yaml" for kind in KINDS]
        return "".join(f"# {path.name}\n{path.read_text('utf-8')}\n" for path in paths)

    def form_ids(self) -> list[str]:
        """The ids of the forms in the pack's folder, in order."""
        return form_ids(self.places.forms)

    def form_path(self, form_id: str) -> Path:
        """The file of a form. Raises FormUnknown."""
        if form_id not in self.form_ids():
            raise FormUnknown(f"{self.id} has no form {form_id!r}; it has: {', '.join(self.form_ids()) or 'none'}")
        return self.places.forms / f"{form_id}.yaml"

    def form_text(self, form_id: str) -> str:
        """The text of a form with all it takes from the council, so that a version of it never changes. Raises FormUnknown."""
        return self.completed(self.form_path(form_id).read_text("utf-8"))

    def completed(self, text: str) -> str:
        """The text of a form with the council's lists that it names and the texts of its service that it borrows."""
        lists = [name for name in dict.fromkeys(_LIST_NAMED.findall(text)) if name in self.shared_lists]
        borrowed = {name: self.service.text(name) for name in names_in(text)}
        texts = {name: found for name, found in borrowed.items() if found is not None}
        if not lists and not texts:
            return text
        return text.rstrip("\n") + "\n" + "".join([*(self._list_lines(lists) if lists else ()), *(_text_lines(texts) if texts else ())])

    def _list_lines(self, named: list[str]) -> Iterator[str]:
        yield "\n# The lists of the council that this form names, as they were when this version was made.\ncouncil_lists:\n"
        for name in named:
            yield f"  {name}:\n"
            yield from (f"    - {json.dumps(item, ensure_ascii=False)}\n" for item in self.shared_lists[name])

    def form(self, form_id: str) -> FormDefinition:
        """One form, read with the council's lists. Raises FormUnknown, DefinitionFaults."""
        # Imported here because it brings every kind of question with it, which most uses of a council do not need.
        from portal.forms.load import load_definition

        path = self.form_path(form_id)
        return load_definition(self.form_text(form_id), source=str(path), shared_lists=self.shared_lists)

    @cached_property
    def _forms(self) -> dict[str, FormDefinition]:
        return {form_id: self.form(form_id) for form_id in self.form_ids()}

    def forms(self) -> dict[str, FormDefinition]:
        """Every form by id, read when first asked for. Raises DefinitionFaults."""
        return self._forms

    @property
    def templates_dir(self) -> Path:
        """The folder of the Word templates."""
        return self.places.templates

    def template_path(self, name: str) -> Path:
        """The file of a Word template. Raises TemplateUnknown."""
        path = self.places.templates / name
        if Path(name).name != name or not path.is_file():
            there = ", ".join(sorted(one.name for one in self.places.templates.glob("*.docx")))
            raise TemplateUnknown(f"{self.id} has no template {name!r}; it has: {there or 'none'}")
        return path


def _made(council_id: str, found: Places) -> Council:
    files = load_files(found.files)
    read = files.values
    return Council(
        id=council_id,
        places=found,
        files=files,
        service=read["service"],
        stages=Register(read["workflow"].stages),
        papers=Register(read["workflow"].papers),
        receivers=read["workflow"].receivers,
        transitions=Register(read["workflow"].transitions),
        clocks=Register(read["clocks"].clocks),
        recordings=read["clocks"].recordings,
        calendar=read["calendar"],
        teams=Register(read["teams"].teams),
        roles=Register(read["roles"].roles),
        sensitivities=Register(read["roles"].sensitivities),
        documents=Register(read["documents"].documents),
        ways=read["documents"].ways,
        variants=Register(read["documents"].variants),
        notices=read["notices"],
        wording=read["wording"],
        lists=read["lists"] | read["decisions"],
        decisions=read["decisions"],
    )


def _text_lines(texts: dict[str, str]) -> Iterator[str]:
    yield "\n# The texts of the council that this form borrows, as they were when this version was made.\ncouncil_texts:\n"
    yield from (f"  {name}: {json.dumps(text, ensure_ascii=False)}\n" for name, text in texts.items())


def form_ids(folder: Path) -> list[str]:
    """The ids of the forms in a folder: `<id>.yaml`, but not `<id>.tests.yaml` or `<id>.<language>.yaml`."""
    return sorted(path.stem for path in folder.glob("*.yaml") if "." not in path.stem)


def names() -> list[str]:
    """The packs that come with the portal, by name."""
    return sorted(path.parent.name for path in (_PORTAL / "councils").glob("*/service.yaml"))


def council(name: str, path: str | Path | None = None) -> Council:
    """The council of this name, or the pack in the folder at `path`. Raises CouncilUnknown, CouncilFaults."""
    key = (name, str(path or ""))
    with _reading:
        if key not in _read:
            found = places(name, path)
            _read[key] = _made(name or found.files.parent.name, found)
        return _read[key]


def forget() -> None:
    """Read every pack anew when it is next asked for (after a file was changed)."""
    _read.clear()


def places(name: str, path: str | Path | None = None) -> Places:
    """Where the parts of a pack stand. Raises CouncilUnknown, which names what there is."""
    if path:
        whole = Path(path).resolve()
        if not (whole / "council").is_dir():
            raise CouncilUnknown(f"There is no council pack at {whole}: its folder holds council/ forms/ documents/ demo/")
        return Places(whole / "council", whole / "forms", whole / "documents", whole / "demo", whole / "demo" / "demo.yaml")
    if name not in names():
        raise CouncilUnknown(f"There is no council pack called {name!r}; there are: {', '.join(names())}. Or set PORTAL_COUNCIL_PATH to a folder")
    return Places(
        _PORTAL / "councils" / name,
        _PORTAL / "forms" / "definitions" / name,
        _PROJECT / "doc_templates" / name,
        _PROJECT / "examples" / name,
        _PROJECT / "examples" / name / "demo.yaml",
    )


_read: dict[tuple[str, str], Council] = {}
_reading = Lock()

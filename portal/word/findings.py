"""What is wrong with a template and where: a finding, its place in the Word file, and the error that carries findings."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from portal.errors import RuleBroken


@dataclass(frozen=True)
class Place:
    """A spot in a Word file as a person finds it. Numbers start at 1 and are 0 where they do not apply."""

    part: str
    table: int = 0
    row: int = 0
    cell: int = 0
    paragraph: int = 0
    around: str = ""

    def __str__(self) -> str:
        steps = [self.part]
        steps += [f"{name} {number}" for name, number in (("table", self.table), ("row", self.row), ("cell", self.cell), ("paragraph", self.paragraph)) if number]
        return ", ".join(steps) + (f", near “{self.around}”" if self.around else "")


@dataclass(frozen=True)
class Finding:
    """One thing to put right (`error`), to look at (`warning`) or to know (`note`). `code` is stable, the message is for the template's author."""

    code: str
    message: str
    place: Place
    level: Literal["error", "warning", "note"] = "error"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"

    def as_data(self) -> dict[str, Any]:
        """The finding as plain JSON data."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Finding:
        """The inverse of `as_data`."""
        return cls(data["code"], data["message"], Place(**data["place"]), data["level"])


class TemplateRefused(RuleBroken):
    """A template cannot be used. `findings` holds every reason, each with its place."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


class RenderingFailed(RuleBroken):
    """A document could not be made from this data; the message names the tag and its place. Nothing was produced."""

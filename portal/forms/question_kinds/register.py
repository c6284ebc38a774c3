"""The register of drawers: finds the modules of this package and refuses an incomplete one. What a drawer must offer is `kind`."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType

from portal.forms.question_kinds.kind import QuestionKind

SHARED = frozenset({"kind", "wording", "register", "answering", "typed", "choices", "date_boxes", "compound", "paper", "made_up"})
"""Modules of this package that several drawers lean on; every other module is a drawer."""

MACROS = Path(__file__).parents[2] / "templates" / "components" / "questions"
VERBS = ("read", "wrong", "raw", "text", "example", "made_up", "schema")
COMPARING = ("compare", "comparison_fault")


class IncompleteDrawer(TypeError):
    """A module of the package is no whole kind of question; the message names the module and what is missing."""


class UnknownKind(KeyError):
    """No drawer has this name."""


def gather(modules: Iterable[ModuleType], macros: Path) -> dict[str, QuestionKind]:
    """The drawers of these modules by name. Raises `IncompleteDrawer` with everything missing in any of them."""
    drawers: dict[str, QuestionKind] = {}
    faults: list[str] = []
    for module in modules:
        file = module.__name__.rpartition(".")[2]
        found = [each for each in vars(module).values() if _is_drawer(each, module)]
        if len(found) != 1:
            faults.append(f"{file}: holds {len(found)} kinds of question; a drawer is one class with a `name`")
            continue
        drawer = found[0]
        if drawer.name in drawers:
            faults.append(f"{file}: the name {drawer.name!r} is taken by another drawer")
        faults += [f"{file}: {fault}" for fault in _missing(drawer, file, macros)]
        drawers[drawer.name] = drawer()
    if faults:
        raise IncompleteDrawer("; ".join(faults))
    return dict(sorted(drawers.items()))


@cache
def kinds() -> dict[str, QuestionKind]:
    """Every kind of question by name."""
    package = __name__.rpartition(".")[0]
    names = sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return gather([importlib.import_module(f"{package}.{name}") for name in names if name not in SHARED], MACROS)


def kind(name: str) -> QuestionKind:
    """The drawer of this name. Raises `UnknownKind`."""
    try:
        return kinds()[name]
    except KeyError:
        raise UnknownKind(f"no kind of question is called {name!r} (there are: {', '.join(kinds())})") from None


def _is_drawer(thing: object, module: ModuleType) -> bool:
    return inspect.isclass(thing) and issubclass(thing, QuestionKind) and thing.__module__ == module.__name__ and hasattr(thing, "name")


def _missing(drawer: type[QuestionKind], file: str, macros: Path) -> list[str]:
    needed = VERBS if drawer.has_value else ()
    if drawer.has_value and drawer.comparisons - {"answered"}:
        needed += COMPARING
    faults = [f"verb `{verb}` is missing" for verb in needed if getattr(drawer, verb) is getattr(QuestionKind, verb)]
    if drawer.name != file:
        faults.append(f"module and kind have different names: {drawer.name!r}")
    macro = macros / f"{drawer.name}.html"
    if not macro.is_file():
        faults.append(f"its macro file {macro.name} is missing in {macros}")
    elif "macro control(" not in macro.read_text(encoding="utf-8"):
        faults.append(f"{macro.name} defines no macro `control`")
    return faults

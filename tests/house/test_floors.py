"""Imports go down only: a room may use the floors below it, and within its floor only itself."""

from __future__ import annotations

from tests.house.source import imports, modules

FLOORS = (
    {"display", "errors", "language", "names", "sealed_files", "shared_sync"},
    {"in_turn", "timekeeping"},
    {"settings", "signatures"},
    {"db", "files", "security"},
    {"rows"},
    {"command_line"},
    {"word"},
    {"forms"},
    {"councils"},
    {"audit"},
    {"jobs", "publishing"},
    {"accounts"},
    {"submissions", "families"},
    {"episodes"},
    {"reach"},
    {"access"},
    {"documents", "notifications"},
    {"scenarios", "reports", "designer", "retention"},
)
"""Lowest first. Doors stand above all of these, the top above the doors."""

DOOR_NAMES = ("routes", "commands", "error_pages", "pages")
TOP = {"portal", "portal.application", "portal.housekeeping", "portal.worker", "portal.cli", "portal.__main__", "portal.start_up", "portal.serving", "portal.demo"}
DOORS = len(FLOORS)


def is_door(module: str) -> bool:
    last = module.split(".")[-1]
    return last in DOOR_NAMES or last.endswith("_routes")


def floor(module: str) -> int:
    """How high a module stands: 0 is the ground."""
    if module in TOP or module.startswith("portal.demo"):
        return DOORS + 1
    if is_door(module):
        return DOORS
    room = module.split(".")[1]
    for number, rooms in enumerate(FLOORS):
        if room in rooms:
            return number
    raise AssertionError(f"{module} stands on no floor: give its room one in tests/house/test_floors.py")


def test_every_module_imports_only_from_floors_below_or_its_own_room():
    wrong = []
    for module in modules():
        for target in imports(module):
            if target == "portal" or floor(target) < floor(module):
                continue
            same_room = module.split(".")[:2] == target.split(".")[:2]
            if floor(target) == floor(module) and (same_room or floor(module) > DOORS):
                continue
            wrong.append(f"{module} imports {target}")
    assert wrong == []


def test_nobody_but_the_top_imports_a_door():
    wrong = [
        f"{module} imports {target}"
        for module in modules()
        for target in imports(module)
        if is_door(target) and not is_door(module) and floor(module) <= DOORS
    ]
    assert wrong == []


def test_no_import_goes_round_in_a_circle():
    arrows = {module: {target for target in imports(module) if target != module and target != "portal"} for module in modules()}
    done: set[str] = set()

    def walk(module: str, way: tuple[str, ...]) -> list[str]:
        if module in way:
            return [" > ".join((*way[way.index(module) :], module))]
        if module in done:
            return []
        found = [circle for target in sorted(arrows.get(module, ())) for circle in walk(target, (*way, module))]
        done.add(module)
        return found

    assert [circle for module in sorted(arrows) for circle in walk(module, ())] == []

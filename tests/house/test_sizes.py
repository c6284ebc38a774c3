"""Rooms stay small: 400 lines a file, 60 a function, 15 public methods a class, 6 parameters."""

from __future__ import annotations

import ast

from tests.house.source import ROOT, functions, modules, tree

BANNED_NAMES = ("utils", "helpers", "common", "core", "base", "services", "misc")
BANNED_ENDINGS = ("Manager", "Helper", "Handler", "Util", "Utils")


def test_no_file_is_longer_than_400_lines():
    beside = {str(path.relative_to(ROOT)): path for folder in ("assets/word", "bench") for path in (ROOT / folder).glob("*.py")}
    long = {name: len(path.read_text().splitlines()) for name, path in (modules() | beside).items()}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}


def test_no_function_is_longer_than_60_lines():
    long = [f"{name}.{node.name}" for name in modules() for node in functions(name) if (node.end_lineno or 0) - node.lineno >= 60]
    assert long == []


def test_no_function_takes_more_than_6_parameters():
    many = []
    for name in modules():
        for node in functions(name):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            if len([one for one in arguments if one.arg not in ("self", "cls")]) > 6 and not _is_command(node):
                many.append(f"{name}.{node.name}")
    assert many == []


def _is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A command's parameters are its options."""
    return any("option" in ast.dump(decorator) or "command" in ast.dump(decorator) for decorator in node.decorator_list)


def test_no_class_has_more_than_15_public_methods():
    big = []
    for name in modules():
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.ClassDef):
                public = [one for one in node.body if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")]
                if len(public) > 15:
                    big.append(f"{name}.{node.name}")
    assert big == []


def test_no_room_collects_what_nobody_placed():
    assert [name for name in modules() if name.split(".")[-1] in BANNED_NAMES] == []
    wrong = [
        f"{name}.{node.name}" for name in modules() for node in ast.walk(tree(name)) if isinstance(node, ast.ClassDef) and node.name.endswith(BANNED_ENDINGS)
    ]
    assert wrong == []


def test_every_module_says_what_lives_there():
    assert [name for name in modules() if not ast.get_docstring(tree(name))] == []


def test_every_public_function_says_what_it_answers():
    silent = []
    for name in modules():
        for node in tree(name).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{name}.{node.name}")
    assert silent == []

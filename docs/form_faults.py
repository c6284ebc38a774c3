"""The page of the faults that `portal forms check` tells, made from the examples that tests load. Written by `docs.generate`."""

from __future__ import annotations

from docs.fault_examples import GROUPS, Example

INTRODUCTION = """\
`portal forms check` tells every fault of a form at once, one a line:

    file:line:column: CODE what was found, and what is nearest to it

With `--format json` it prints a list of objects with `file`, `line`, `column`, `code` and `message`. The codes never change their meaning.
A form with a fault cannot be published. How to write a form: [Writing a form](../writing-forms.md).

What is told to be impossible (`dead_condition`, `never_shown` and so on) is so for all answers that keep the rules of their questions. It is found
by looking for answers that would make it possible: through what shows the questions it looks at, through stop pages, and through the items of repeats.
""".splitlines()


def faults_page_lines() -> list[str]:
    """The lines of the page below its heading."""
    lines = [*INTRODUCTION, ""]
    for title, group in GROUPS.items():
        lines += [f"## {title}", ""]
        for code, example in group.items():
            lines += _section(code, example)
    return lines


def _section(code: str, example: Example) -> list[str]:
    beside = f" It is told together with {' and '.join(f'`{other}`' for other in example.beside)}." if example.beside else ""
    lines = [f"### {code}", "", example.says + beside, ""]
    if example.made is not None or code == "unreadable":
        return [*lines, f"Wrong: {example.bad}", "", f"Right: {example.good}", ""]
    return [*lines, "Wrong:", "", "```text", *example.bad.splitlines(), "```", "", "Right:", "", "```text", *example.good.splitlines(), "```", ""]

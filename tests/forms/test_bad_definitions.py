"""Definition files nobody meant well: every one is refused with file, line and column, after a bounded amount of work, and never with a stack trace."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.forms import yaml_text
from portal.forms.check import faults
from portal.forms.commands import forms
from portal.forms.load import DefinitionFaults, decoded, load_definition, text_of_file
from portal.forms.yaml_text import DEEPEST, MOST_BYTES, MOST_FAULTS, MOST_VALUES
from tests.forms.holiday_club import HOLIDAY_CLUB

GOOD = HOLIDAY_CLUB.strip()
BILLION_LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(f"{chr(98 + step)}: &{chr(98 + step)} [{', '.join([f'*{chr(97 + step)}'] * 9)}]\n" for step in range(9))

BAD: dict[str, bytes] = {
    "ten megabytes of comment": b"#" * 10_000_000,
    "ten megabytes of one word": b"schema: " + b"x" * 10_000_000,
    "ten megabytes of list": b"- a\n" * 2_500_000,
    "ten megabytes of pages": GOOD.encode() + b"\n  - {id: p, section: start, title: T}\n" * 250_000,
    "a thousand lists deep, in brackets": b"a: " + b"[" * 1000 + b"]" * 1000,
    "a thousand groups deep, in braces": b"{a: " * 1000 + b"1" + b"}" * 1000,
    "a thousand lists deep, in one line of dashes": b"- " * 1000 + b"x",
    "a thousand groups deep, line by line": b"".join(b" " * depth + b"k:\n" for depth in range(1000)),
    "a thousand conditions deep": (GOOD + "\nconditions:\n  deep: " + "{not: " * 1000 + "{question: lives_here, is: x}" + "}" * 1000).encode(),
    "brackets that never close": b"[" * 9000,
    "a hundred thousand values": b"a:\n" + b" - 1\n" * 100_000,
    "ten thousand faults": b"a:\n" + b" - yes\n" * 10_000,
    "a hundred thousand keys": b"".join(b"k%d: 1\n" % number for number in range(80_000)),
    "laughs": BILLION_LAUGHS.encode(),
    "an alias to itself": b"a: &a [*a]\n",
    "an alias as a key": b"a: &a x\n*a : y\n",
    "an alias to nothing": b"a: *nowhere\n",
    "a merge key": GOOD.replace("send:", "<<: {a: b}\nsend:").encode(),
    "a Python tag": b"a: !!python/object/apply:os.system ['true']\n",
    "a tag of its own": b"!form\nschema: 1\n",
    "a tag directive": b"%TAG ! tag:example.org,2000:\n---\nschema: 1\n",
    "an older YAML": b"%YAML 1.1\n---\na: yes\n",
    "a binary": b"a: !!binary aGVsbG8=\n",
    "UTF-16 with its mark, small end first": GOOD.encode("utf-16"),
    "UTF-16 without a mark": GOOD.encode("utf-16-le"),
    "UTF-16, big end first": b"\xfe\xff" + GOOD.encode("utf-16-be"),
    "UTF-32": GOOD.encode("utf-32"),
    "UTF-8 with a byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "a mark in the middle": GOOD.replace("title:", "title: \ufeff", 1).encode(),
    "NUL in a label": GOOD.replace("First name", "First\0name", 1).encode(),
    "NUL alone": b"\0",
    "a bell": GOOD.replace("First name", "First\x07name", 1).encode(),
    "Latin-1": GOOD.replace("First name", "Prénom", 1).encode("latin-1"),
    "half a character": GOOD.encode() + b"\xe2\x82",
    "a surrogate in UTF-8": GOOD.encode() + b"\n# \xed\xa0\x80",
    "overlong slash": b"a: \xc0\xaf",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "a Word file": Path(__file__).parents[2].joinpath("portal/documents/letterhead.docx").read_bytes(),
    "a very long line": b"schema: 1 # " + b"y" * 200_000,
    "a number of five thousand figures": b"schema: " + b"9" * 5000,
    "a fraction of five thousand figures": b"schema: 0." + b"9" * 5000,
    "a limit of five thousand figures": GOOD.replace("max: 12", "max: " + "9" * 5000, 1).encode() if "max: 12" in GOOD else b"a: " + b"9" * 5000,
    "a clock of a thousand parts": b"a: 1" + b":1" * 4000 + b"x",
    "escapes without end": b'a: "' + b"\\x41" * 2000,
    "a quote without end": b"a: 'b\n" * 3,
    "an illegal escape": b'a: "\\q"\n',
    "a lone surrogate by its number": b'schema: "\\ud800"\n',
    "NUL by its number": b'schema: "\\0"\n',
    "tabs for blanks": GOOD.replace("  ", "\t").encode(),
    "two documents": GOOD.encode() + b"\n---\nschema: 1\n",
    "a list": b"- schema\n- 1\n",
    "a word": b"form\n",
    "nothing": b"",
    "only a comment": b"# nothing here\n",
    "a question mark key": b"? [a, b]\n: c\n",
    "a number as a key": b"1: x\n",
    "a key of nine thousand letters": b"k" * 9000 + b": x\n",
    "unfinished business": GOOD[: len(GOOD) // 2].encode() + b" {",
    "JSON of nonsense": b'{"schema": {"schema": {"schema": []}}}',
    "two thousand faults of meaning": GOOD.replace("pages:", "pages:\n" + "".join(f"  - {{id: 'P {number}', section: nowhere, title: ''}}\n" for number in range(2000)), 1).encode(),
}


def refused(content: bytes) -> list:
    """The faults of a file's bytes, of form or of meaning."""
    try:
        return faults(load_definition(decoded(content[: MOST_BYTES + 1], "bad.yaml"), source="bad.yaml"))
    except DefinitionFaults as wrong:
        return wrong.faults


@pytest.mark.parametrize("name", BAD)
def test_a_bad_definition_is_refused_with_its_place(name):
    found = refused(BAD[name])
    assert found
    for fault in found:
        assert fault.file == "bad.yaml" and fault.line >= 1 and fault.column >= 1
        assert re.fullmatch(r"[a-z][a-z_]*", fault.code) and fault.message
        assert len(fault.message) < 1000, "a fault does not print the file again"


@pytest.mark.parametrize("name", BAD)
def test_the_command_tells_places_and_no_stack_trace(name, tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_bytes(BAD[name])
    ended = CliRunner().invoke(forms, ["check", str(file), "--council", "hackney"])
    assert ended.exit_code == 1
    assert isinstance(ended.exception, SystemExit), ended.exception
    *told, total = ended.stderr.strip().splitlines()
    assert told and "Traceback" not in ended.stderr
    assert all(re.match(rf"{re.escape(str(file))}:[0-9]+:[0-9]+: [a-z_]+ ", line) for line in told), told[:3]
    assert "in 1 of 1 forms" in total


# --- how much work a bad file may make: counted, not timed --------------------------------------------------------------------------


@pytest.fixture
def events(monkeypatch):
    """Counts what the parser hands out."""
    taken = []
    real = yaml_text._events

    def counting(text):
        for event in real(text):
            taken.append(event)
            yield event

    monkeypatch.setattr(yaml_text, "_events", counting)
    return taken


def test_of_a_large_file_no_more_is_read_than_the_limit(monkeypatch, events):
    read = []

    class Counted(io.BytesIO):
        def read(self, size=-1):
            found = super().read(size)
            read.append(len(found))
            return found

    monkeypatch.setattr(Path, "open", lambda path, mode: Counted(b"- a\n" * 2_500_000))
    with pytest.raises(DefinitionFaults) as wrong:
        text_of_file(Path("large.yaml"))
    assert read == [MOST_BYTES + 1]
    assert [(fault.line, fault.column, fault.code) for fault in wrong.value.faults] == [(1, 1, "too_large")]
    with pytest.raises(DefinitionFaults):
        load_definition("- a\n" * 2_500_000)
    assert events == [], "a text above the limit is not parsed at all"


@pytest.mark.parametrize("name", [name for name in BAD if "deep" in name or "never close" in name])
def test_deep_nesting_is_given_up_at_the_limit(name, events):
    found = refused(BAD[name])
    assert found[-1].code == "too_deep"
    opened = [event for event in events if type(event).__name__ in ("MappingStartEvent", "SequenceStartEvent")]
    assert len(opened) <= 200 + DEEPEST


def test_many_values_and_many_faults_end_the_reading(events):
    assert refused(BAD["a hundred thousand values"])[-1].code == "too_many"
    assert len(events) <= MOST_VALUES + 1
    events.clear()
    assert len(refused(BAD["ten thousand faults"])) <= MOST_FAULTS + 1
    assert len(events) <= MOST_FAULTS + 10


def test_aliases_are_never_followed(events):
    found = refused(BAD["laughs"])
    assert {"alias", "anchor"} <= {fault.code for fault in found}
    assert len(events) < 300

"""Microsoft's validator found nothing in what the portal makes today, and three checks together find everything that nobody must get."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from portal.word.sound import faults
from tests.documents.outputs import outputs
from tests.word.known_bad import GOOD, SCHEMA, STRUCTURE
from tests.word.sdk_verdicts import RENEW, content_hash, files, judged, program, recorded
from tests.word.test_sound import audited
from tests.word.word_files import docx, p

BAD = STRUCTURE | SCHEMA
ONLY = {
    "ours": {
        "a cell that ends with a table", "a table without rows", "two bookmarks of one name", "a bookmark without an end", "two paragraphs of one paraId",
        "a letter that lost its end", "an empty header", "an empty footnote",
    },
    "openxml-audit": {"a style that is not there", "a picture that is none"},
    "SDK": {"a size that is no number", "a choice of a kind that is not declared", "two links of one id", "styles twice"},
}  # fmt: skip
"""What one check sees and neither of the others."""


def test_each_file_as_it_is_made_today_has_a_verdict_and_what_the_portal_makes_a_clean_one():
    now = {name: content_hash(file) for name, file in files().items()}
    kept = recorded()
    other = sorted(name for name in now.keys() | kept.keys() if now.get(name) != kept.get(name, {}).get("content"))
    assert other == [], f"{len(other)} files are not those that Microsoft's validator saw: {RENEW}"
    assert {name: kept[name]["said"] for name in outputs() if kept[name]["said"]} == {}
    assert kept["known bad/nothing wrong"]["said"] == []


def test_a_verdict_is_about_what_a_file_holds_and_not_how_it_is_packed():
    stored = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(stored, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name))
    assert stored.getvalue() != GOOD and content_hash(stored.getvalue()) == content_hash(GOOD)
    assert len({content_hash(GOOD), content_hash(docx(p("Goof"))), content_hash(docx(p("Good"), more={"word/x.xml": ""})), content_hash(GOOD[:600])}) == 4


def test_every_known_bad_file_is_caught_and_none_of_the_three_checks_is_idle(tmp_path: Path):
    kept, clean = recorded(), audited(GOOD, tmp_path)
    caught = {
        "ours": {name for name, bad in BAD.items() if faults(bad.file)},
        "openxml-audit": {name for name, bad in BAD.items() if audited(bad.file, tmp_path) - clean},
        "SDK": {name for name in BAD if kept[f"known bad/{name}"]["said"]},
    }
    assert set().union(*caught.values()) == set(BAD)
    assert {check: found - set().union(*(caught[other] for other in caught if other != check)) for check, found in caught.items()} == ONLY


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(
            ("hackney/request_record", "hackney/closure_letter_parent/large_print+white_on_black", "known bad/two bookmarks of one id", "known bad/half a file"),
            marks=[] if program() else [pytest.mark.long],
        )
    ],
)
def test_the_program_says_what_is_recorded(names: tuple[str, ...]):
    by = program()
    assert by, f"Microsoft's validator is not at hand: {RENEW}"
    kept, of = recorded(), files()
    assert judged({name: of[name] for name in names}, by) == {name: kept[name]["said"] for name in names}
    assert [bool(kept[name]["said"]) for name in names] == [False, False, True, True]

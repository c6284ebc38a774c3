"""Texts read once: another process finds the same data without reading, and nothing that this portal did not keep."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.councils.library import council
from portal.councils.load import KINDS
from portal.forms import kept_reading, load, yaml_text
from portal.forms.load import DefinitionFaults, load_definition
from portal.forms.yaml_text import YamlFaults
from tests.forms.small_forms import small_forms

TEXT = "pages:\n  - id: one\n    title: Größe\n    most: 12\n    share: 0.5\n    wanted: true\n    none:\n"
KEY = "k" * 40


@pytest.fixture
def shelf(tmp_path):
    """A folder to keep in, empty."""
    before = list(kept_reading._shelves)
    kept_reading.keep_in(tmp_path / "readings", KEY)
    yield tmp_path / "readings"
    kept_reading._shelves[:] = before


@pytest.fixture
def read_anew(monkeypatch):
    """The sources that were really read."""
    read: list[str] = []
    real = yaml_text.read
    monkeypatch.setattr(yaml_text, "read", lambda text, source="the text": (read.append(source), real(text, source))[1])
    return read


def shipped() -> list[Path]:
    """Every text the portal and its first council come with: forms, translations, languages, the council's files, the demonstration."""
    places = council("hackney").places
    return [*sorted(places.forms.glob("*.yaml")), *(places.files / f"{kind}.yaml" for kind in KINDS), *sorted(Path("portal/languages").glob("*.yaml")), places.demo]


def same(one: object, other: object) -> bool:
    """Equal, and of the same kinds: 1 is not true, and 1.0 is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.name)
def test_every_shipped_text_is_the_same_when_it_was_kept(path, shelf, read_anew):
    fresh = kept_reading.read(path.read_text("utf-8"), str(path))
    kept = kept_reading.read(path.read_text("utf-8"), str(path))
    assert len(read_anew) == 1
    assert same(kept.data, fresh.data)
    assert kept.place(list(fresh.values)[-1]) == list(fresh.values.values())[-1]
    assert (kept.values, kept.keys) == (fresh.values, fresh.keys)


LEAVES = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.decimals(-9999, 9999, places=3).map(float) | st.text(st.characters(codec="utf-8"))


@settings(max_examples=200)
@given(st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=20))
def test_any_data_is_the_same_when_it_was_kept(tmp_path_factory, data):
    before = list(kept_reading._shelves)
    kept_reading.keep_in(tmp_path_factory.mktemp("readings"), KEY)
    try:
        text = json.dumps(data, allow_nan=False)
        fresh = kept_reading.read(text)
        assert same(kept_reading.read(text).data, fresh.data)
    except YamlFaults:
        with pytest.raises(YamlFaults):
            kept_reading.read(text)
    finally:
        kept_reading._shelves[:] = before


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(small_forms())
def test_any_form_read_from_what_was_kept_equals_the_form_read_anew(tmp_path_factory, form):
    before = list(kept_reading._shelves)
    kept_reading._shelves.clear()
    text = json.dumps(form.as_written())
    try:
        fresh = load._parse(text, "form.yaml", {}, "digest")
        kept_reading.keep_in(tmp_path_factory.mktemp("readings"), KEY)
        load._parse(text, "form.yaml", {}, "digest")
        kept = load._parse(text, "form.yaml", {}, "digest")
        assert kept == fresh
        assert kept.index.order == fresh.index.order
        assert kept.as_written("lists") == fresh.as_written("lists")
    finally:
        kept_reading._shelves[:] = before


def test_a_fault_found_later_has_its_place_though_the_text_was_not_read_again(shelf, read_anew):
    text = "schema: 1\nid: x\ntitle: X\naudience: nobody\nsections: []\npages: []\n"
    found = []
    for _ in range(2):
        with pytest.raises(DefinitionFaults) as refused:
            load_definition(text, source="form.yaml")
        found.append(refused.value.message)
    assert found[0] == found[1]
    assert "form.yaml:4:11: `audience` is one of public, staff" in found[0]
    assert read_anew == ["form.yaml"] * 2, "once to keep it, once for the place"


def test_a_text_with_faults_is_never_kept(shelf):
    with pytest.raises(YamlFaults, match="form.yaml:1:4: has 012 without quotes"):
        kept_reading.read("a: 012\n", "form.yaml")
    assert not shelf.exists()


@pytest.mark.parametrize("spoil", [lambda file: file[:-1] + b"]", lambda file: file[:40], lambda file: b"[]"], ids=["changed", "cut", "without a seal"])
def test_a_spoiled_file_is_passed_over_and_made_again(spoil, shelf, read_anew):
    fresh = kept_reading.read(TEXT)
    (path,) = shelf.iterdir()
    good = path.read_bytes()
    path.write_bytes(spoil(good))
    assert same(kept_reading.read(TEXT).data, fresh.data)
    assert len(read_anew) == 2
    assert path.read_bytes() == good


def test_what_another_portal_kept_is_passed_over(shelf, read_anew):
    kept_reading.keep_in(shelf, "o" * 40)
    kept_reading.read(TEXT)
    kept_reading.keep_in(shelf, KEY)
    kept_reading.read(TEXT)
    assert len(read_anew) == 2


def test_the_file_of_one_text_never_answers_for_another(shelf, read_anew):
    kept_reading.read(TEXT)
    kept_reading.read("other: text\n")
    one, other = sorted(shelf.iterdir())
    one.write_bytes(other.read_bytes())
    other.write_bytes(one.read_bytes())
    assert kept_reading.read(TEXT).data["pages"][0]["id"] == "one"
    assert kept_reading.read("other: text\n").data == {"other": "text"}


def test_another_reader_reads_anew(shelf, read_anew, monkeypatch):
    kept_reading.read(TEXT)
    monkeypatch.setattr(kept_reading, "_reader", lambda: "f" * 64)
    kept_reading.read(TEXT)
    assert len(read_anew) == 2


def test_only_so_many_texts_are_kept_and_the_oldest_make_room(shelf, monkeypatch):
    monkeypatch.setattr(kept_reading, "MOST", 3)
    for number in range(5):
        kept_reading.read(f"number: {number}\n")
        for age, file in enumerate(sorted(shelf.iterdir(), key=lambda file: file.stat().st_mtime_ns)):
            os.utime(file, (number * 100 + age, number * 100 + age))
    assert sorted(json.loads(file.read_bytes()[32:])["number"] for file in shelf.iterdir()) == [2, 3, 4]


def test_without_a_folder_every_text_is_read(read_anew, monkeypatch):
    monkeypatch.setattr(kept_reading, "_shelves", [])
    kept_reading.read(TEXT)
    kept_reading.read(TEXT)
    assert len(read_anew) == 2

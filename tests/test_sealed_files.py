"""Files the portal keeps to save work: whole, its own, and for the very name they were kept under."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal import sealed_files

KEY = "k" * 40


def test_what_was_kept_is_found_again(tmp_path):
    sealed_files.keep(tmp_path / "shelf" / "one", b"content", KEY)
    assert sealed_files.kept(tmp_path / "shelf" / "one", KEY) == b"content"
    assert sealed_files.kept(tmp_path / "shelf" / "two", KEY) is None


@pytest.mark.parametrize("spoil", [lambda file: file[:-1] + b"x", lambda file: bytes([file[0] ^ 1]) + file[1:], lambda file: file[:20], lambda file: b""])
def test_a_damaged_file_is_not_there(spoil, tmp_path):
    sealed_files.keep(tmp_path / "one", b"content", KEY)
    (tmp_path / "one").write_bytes(spoil((tmp_path / "one").read_bytes()))
    assert sealed_files.kept(tmp_path / "one", KEY) is None


def test_a_file_of_another_portal_or_under_another_name_is_not_there(tmp_path):
    sealed_files.keep(tmp_path / "one", b"content", "o" * 40)
    assert sealed_files.kept(tmp_path / "one", KEY) is None
    sealed_files.keep(tmp_path / "one", b"content", KEY)
    (tmp_path / "two").write_bytes((tmp_path / "one").read_bytes())
    assert sealed_files.kept(tmp_path / "two", KEY) is None


def test_whoever_reads_while_others_write_finds_a_whole_file(tmp_path):
    path = tmp_path / "one"
    contents = [bytes([letter]) * 50_000 for letter in b"abcdefgh"]
    sealed_files.keep(path, contents[0], KEY)

    def write_and_read(content: bytes) -> set[bytes | None]:
        found = set()
        for _ in range(20):
            sealed_files.keep(path, content, KEY)
            found.add(sealed_files.kept(path, KEY))
        return found

    with ThreadPoolExecutor(len(contents)) as several:
        found = set().union(*several.map(write_and_read, contents))
    assert found <= set(contents)
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_keeps_nothing_and_says_nothing(tmp_path):
    (tmp_path / "shelf").write_text("in the way")
    sealed_files.keep(tmp_path / "shelf" / "one", b"content", KEY)
    assert sealed_files.kept(tmp_path / "shelf" / "one", KEY) is None


def test_a_disk_that_is_full_leaves_no_half_file(tmp_path, monkeypatch):
    def full(_from: str, _to: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    sealed_files.keep(tmp_path / "one", b"content", KEY)
    assert list(tmp_path.iterdir()) == []

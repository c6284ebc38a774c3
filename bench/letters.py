"""`make bench`: Word documents beyond a single one: a long table, the first one of a new process, a download. Many at once are `many_letters`.

Ratios are against docxtpl used as its manual says, in the same run. Read the ratios: times are those of this machine at this moment.
"""

from __future__ import annotations

import io
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response

from bench.run import COUNCIL, FORM, ROOT, docxtpl_naive, settings, start_draft
from portal import create_app, start_up
from portal.councils.library import council
from portal.documents.commands import known_facts, material_of_file
from portal.documents.merge_data import Sources, gather
from portal.word.render import render
from portal.word.template import compile_template

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LETTER = "closure_letter_parent"
ROWS = 2000
_ROW = "<w:tr>" + "".join(f"<w:tc><w:tcPr/><w:p><w:r><w:t>{{{{ row.{name} }}}}</w:t></w:r></w:p></w:tc>" for name in ("what", "who", "by")) + "</w:tr>"
_TAG = "<w:tr><w:tc><w:tcPr/><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>"
_TABLE = f"<w:tbl><w:tblPr/><w:tblGrid/>{_TAG.format('{%tr for row in rows %}')}{_ROW}{_TAG.format('{%tr endfor %}')}</w:tbl><w:p/>"


def letter() -> tuple[bytes, dict[str, Any]]:
    """The parent's letter: its template and the data of the example."""
    pack = council(COUNCIL)
    rule = pack.documents[LETTER]
    example = ROOT / f"examples/{COUNCIL}/{pack.papers[rule.paper].form}.json"
    data = gather(rule, Sources(pack, material_of_file(pack, rule.paper, example), {}, known_facts(pack, rule, ())))
    return pack.template_path(rule.template).read_bytes(), data


def long_table(template: bytes) -> None:
    """Two thousand rows of actions."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "word/document.xml":
                head, _, rest = content.decode().partition("<w:body>")
                content = f"{head}<w:body>{_TABLE}{rest[rest.rindex('<w:sectPr') :]}".encode()
            elif name.startswith(("word/header", "word/footer", "docProps/")):
                content = content.replace(b"{{", b"").replace(b"}}", b"")
            after.writestr(name, content)
    rows = [{"what": f"Ring the school about day {n} & write it down", "who": f"Person {n}", "by": "4 May 2026"} for n in range(ROWS)]
    compiled = compile_template(made.getvalue())
    told(f"table of {ROWS:,} rows", paired(partial(render, compiled, {"rows": rows}), partial(docxtpl_naive, made.getvalue(), {"rows": rows}), (10, 1)))


def paired(ours: Callable[[], Any], theirs: Callable[[], Any], times: tuple[int, int], rounds: int = 5) -> list[tuple[float, float]]:
    """CPU seconds of one, ours and theirs, round by round."""
    found = []
    for _ in range(rounds):
        one_round = []
        for count, make in zip(times, (ours, theirs), strict=True):
            begun = time.process_time()
            for _ in range(count):
                make()
            one_round.append((time.process_time() - begun) / count)
        found.append((one_round[0], one_round[1]))
    return found


def told(what: str, rounds: list[tuple[float, float]]) -> None:
    """One line of the table."""
    ours, theirs = (statistics.median(one) for one in zip(*rounds, strict=True))
    print(f"{what:<42} {ours * 1e3:8.2f} {theirs * 1e3:8.2f} {statistics.median(b / a for a, b in rounds):9.1f}")


_FIRST = """
import json, sys, time
from portal.documents import kept_code
from portal.word.render import render
from portal.settings import Settings
folder, template, data = sys.argv[1], open(sys.argv[2], 'rb').read(), json.load(open(sys.argv[3]))
settings = Settings(data_dir=folder, secret_key='b' * 48)
begun = time.perf_counter()
render(kept_code.compiled_for(settings, template), data)
print(time.perf_counter() - begun)
"""


def first_of_a_process(template: bytes, data: dict[str, Any]) -> None:
    """The first document of a new process, its compiled template read from the data folder; beside one that has to compile."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "t.docx").write_bytes(template)
        Path(folder, "d.json").write_text(json.dumps(data))
        command = [sys.executable, "-c", _FIRST, folder, f"{folder}/t.docx", f"{folder}/d.json"]
        times = [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(7)]
    print(f"first letter of a process: {statistics.median(times[1:]) * 1e3:.2f} ms with the kept code, {times[0] * 1e3:.1f} ms when it has to compile")


def made_by_docxtpl(template: bytes, data: dict[str, Any]) -> Callable[[], Any]:
    """The yardstick of downloads: a Flask page that makes this document with docxtpl each time and sends it. It asks nobody who they are and notes nothing."""
    app = Flask("docxtpl")

    def page() -> Response:
        return Response(docxtpl_naive(template, data), content_type=WORD, headers={"Content-Disposition": "attachment; filename=document.docx"})

    app.add_url_rule("/document.docx", "page", page)
    client = app.test_client()
    assert client.get("/document.docx").status_code == 200
    return lambda: client.get("/document.docx")


def download() -> None:
    """A sender's own copy over the web: who asks, the answers, the document and a durable note of it; made anew each time, and again from what was kept."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings(folder))
        app.config["WTF_CSRF_ENABLED"] = False
        start_up.migrate(app)
        start_up.publish_shipped(app)
        client = app.test_client()
        draft = start_draft(app, client, json.loads((ROOT / f"examples/{COUNCIL}/{FORM}.short.json").read_text()))
        key = client.get(f"/fill/{draft}/check").text.split('name="key" value="')[1].split('"')[0]
        client.post(f"/fill/{draft}/send", data={"key": key})
        pack = council(COUNCIL)
        rule = pack.documents["request_record"]
        example = ROOT / f"examples/{COUNCIL}/{FORM}.short.json"
        data = gather(rule, Sources(pack, material_of_file(pack, rule.paper, example), {}, known_facts(pack, rule, ())))
        theirs = made_by_docxtpl(pack.template_path(rule.template).read_bytes(), data)
        address, copies = f"/documents/copy/{draft}.docx", Path(folder, "cache", "copies")

        def anew() -> None:
            for one in copies.glob("*"):
                one.unlink()
            client.get(address)

        assert client.get(address).status_code == 200
        assert list(copies.glob("*"))
        told("download of a sent request, made anew", paired(anew, theirs, (10, 4)))
        told("the same again, from the kept copy", paired(lambda: client.get(address), theirs, (40, 4)))


def main() -> None:
    """The whole table."""
    logging.disable(logging.WARNING)
    template, data = letter()
    print(f"\n{'documents':<42} {'ours ms':>8} {'docxtpl':>8} {'x faster':>9}")
    long_table(template)
    download()
    first_of_a_process(template, data)


if __name__ == "__main__":
    main()

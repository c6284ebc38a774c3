"""What makes the shipped Word templates makes them as they are: whoever builds them anew loses nothing that was mended in them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.documents.shipped import pack_of
from tests.word.word_files import member

BUILD = Path(__file__).parents[2] / "assets/word/build.py"
WRITTEN = ("word/document.xml", "word/styles.xml", "word/header1.xml", "word/header2.xml", "word/footer1.xml", "word/numbering.xml")


def test_the_shipped_templates_are_those_that_are_built(tmp_path):
    subprocess.run([sys.executable, BUILD, tmp_path], check=True, capture_output=True)
    built = sorted(tmp_path.glob("*.docx"))
    assert len(built) > 8
    differing = [(one.name, name) for one in built for name in WRITTEN if member(one.read_bytes(), name) != member(pack_of("hackney").template_path(one.name).read_bytes(), name)]
    assert differing == []

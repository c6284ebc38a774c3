"""What went wrong is told on standard error, under the reference that the person was shown, and names nobody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal import create_app
from portal.access import public
from tests.conftest import settings_for


def test_an_error_is_logged_under_the_reference_that_was_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    app = create_app(settings_for(tmp_path))
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/broken")
    @public
    def broken() -> str:
        raise RuntimeError("Elsie Linwood-Hart lives here")

    reference = re.search(r"<strong>([A-Z0-9]{8})</strong>", app.test_client().get("/broken").text)
    assert reference
    logged = capsys.readouterr().err
    assert f"error {reference[1]}: RuntimeError at GET /broken" in logged
    assert "Elsie" not in logged.replace('raise RuntimeError("Elsie', "")

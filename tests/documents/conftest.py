"""A family with a finished letter, and the administrator of its team at a browser."""

from __future__ import annotations

import pytest

from tests.documents.produced import make, sign_in


@pytest.fixture
def made(app):
    return make(app)


@pytest.fixture
def ada(app, made):
    return sign_in(app, "Ada Example", "administrator")

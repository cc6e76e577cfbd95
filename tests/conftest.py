"""Fixtures that every folder of tests shares. Keep out: anything about one layer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of public vendor samples and documents; its tests skip where it is absent."""
    folder = Path(os.environ.get("TIEOUT_SHARED", REPO.parent / "shared"))
    if not (folder / "samples").is_dir():
        pytest.skip("vendor samples are not here: set TIEOUT_SHARED to a folder that holds samples/ and specs/")
    return folder

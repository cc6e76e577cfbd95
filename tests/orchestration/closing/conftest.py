"""Fixtures of the tests of closing."""

from __future__ import annotations

from pathlib import Path

import pytest
from shops import Shops, make


@pytest.fixture
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shops:
    """Two shops whose days all tie; nothing of the caller's environment reaches them."""
    for variable in ("TIEOUT_HOME", "TIEOUT_CONFIG"):
        monkeypatch.delenv(variable, raising=False)
    return make(tmp_path)

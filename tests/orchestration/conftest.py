"""Fixtures of the orchestration tests: a tieout.yml on disk, judged with source kinds that need no system."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from valid_company import VALID, Drop, Service


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two source kinds of our own in place of the real ones."""
    registry: Any = types.ModuleType("connectors.registry")
    registry.KINDS = {"drop": Drop, "service": Service}
    monkeypatch.setitem(sys.modules, "connectors.registry", registry)


@pytest.fixture
def written(tmp_path: Path, kinds: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Writes a tieout.yml and gives its path; no setting of the caller's environment reaches it."""
    for variable in ("TIEOUT_HOME", "TIEOUT_CONFIG", "DEN_TOKEN"):
        monkeypatch.delenv(variable, raising=False)

    def write(text: str = VALID) -> Path:
        path = tmp_path / "tieout.yml"
        path.write_text(text, encoding="utf-8")
        return path

    return write

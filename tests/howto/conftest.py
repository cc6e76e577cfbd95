"""What the how-tos share: the command line.

Each how-to is a story with the commands that a user types; read them from top to bottom. Keep out: edge cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from orchestration.cli import app


@pytest.fixture
def tieout(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """tieout(home, "pull", "--connection", "chi_dms") -> what it says as JSON; `fails` is the exit code otherwise."""
    for variable in ("TIEOUT_HOME", "TIEOUT_CONFIG"):
        monkeypatch.delenv(variable, raising=False)

    def run(home: Path, *words: str, fails: int = 0) -> Any:
        result = CliRunner().invoke(app, [*words, "--home", str(home), "--format", "json"])
        assert result.exit_code == fails, result.output
        return json.loads(result.stdout) if result.stdout.startswith("{") else " ".join(result.output.split())

    return run

"""What the checks said of the last build, kept until the next, even if the process is killed between.

Keep out: running a build (warehouse.py) and publishing it (publish.py)."""

from __future__ import annotations

import json
from pathlib import Path

from connectors import store
from orchestration.config import Config
from orchestration.warehouse import BuildResult, Progress
from orchestration.warehouse import build as build_warehouse

_UNKNOWN = "the checks of the last build were cut short; run 'tieout build'"


def failures(home: Path) -> list[str]:
    """Why the last build may not be published; nothing when it may."""
    file = home / "verdict.json"
    if not file.is_file():
        return [_UNKNOWN]
    return list(json.loads(file.read_text(encoding="utf-8"))["failures"])


def build(config: Config, full_refresh: bool = False, progress: Progress | None = None) -> BuildResult:
    """Build, and keep the verdict. A build stays open until its checks pass, so one that was cut short is resumed."""
    _keep(config.home, [_UNKNOWN])
    result = build_warehouse(config, full_refresh=full_refresh, progress=progress)
    _keep(config.home, [*result.failed, *result.blocking_failures])
    return result


def _keep(home: Path, found: list[str]) -> None:
    home.mkdir(parents=True, exist_ok=True)
    store.write_text(home / "verdict.json", json.dumps({"failures": found}, indent=1))

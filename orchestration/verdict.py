"""Builds, and keeps why the last build may not be published, for whoever asks later.

Keep out: whether it may be published, which the warehouse says itself: a build closes when its checks pass."""

from __future__ import annotations

import json
from pathlib import Path

from connectors.landing import store
from orchestration.config import Config
from orchestration.dbt_run import Progress
from orchestration.warehouse import BuildResult
from orchestration.warehouse import build as build_warehouse


def failures(home: Path) -> list[str]:
    """What failed in the last build; nothing when all was well."""
    file = home / "verdict.json"
    return list(json.loads(file.read_text(encoding="utf-8"))["failures"]) if file.is_file() else []


def build(config: Config, full_refresh: bool = False, progress: Progress | None = None) -> BuildResult:
    """Build, and keep what failed."""
    result = build_warehouse(config, full_refresh=full_refresh, progress=progress)
    found = [*result.failed, *result.blocking_failures]
    store.write_text(config.home / "verdict.json", json.dumps({"failures": found}, indent=1))
    return result

"""One built warehouse that tests of the dbt project share: the golden day through the files connector.

Keep out: homes that a test changes (homes.py)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from dbt.cli.main import dbtRunner, dbtRunnerResult
from warehouse.homes import NOON, Home, home_of_fixtures

from orchestration import dbt_run

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
Dbt = Callable[..., dbtRunnerResult]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = home_of_fixtures(
        tmp_path_factory.mktemp("built"),
        {"chi": "name: Chicago, timezone: America/Chicago"},
        {"chi_files": (FIXTURES / "golden_day", {"CHI": "chi"})},
    )
    home.pull(NOON)
    home.build()
    return home


@pytest.fixture(scope="session")
def dbt(built: Home) -> Dbt:
    """dbt in this process on that warehouse: dbt("test", "--select", ...); `options` replace the company's own."""

    def invoke(*arguments: str, options: Mapping[str, str] | None = None) -> dbtRunnerResult:
        given = dbt_run.options(built.config)
        for name, value in (options or {}).items():
            given[given.index(name) + 1] = value
        with dbt_run.environment(built.config):
            try:
                return dbtRunner().invoke([*arguments, *given])
            finally:
                dbt_run.release()

    return invoke


@pytest.fixture(scope="session")
def manifest(built: Home) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((built.folder / "dbt" / "manifest.json").read_text(encoding="utf-8"))
    return found

"""One built warehouse that tests of the dbt project share: the golden day through the files connector.

Keep out: homes that a test changes (homes.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from dbt.cli.main import dbtRunner, dbtRunnerResult
from warehouse.golden import golden_home
from warehouse.homes import Home

from orchestration import dbt_run, models

Dbt = Callable[..., dbtRunnerResult]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = golden_home(tmp_path_factory.mktemp("built"))
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
    return models.manifest(built.config)

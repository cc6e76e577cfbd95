"""The dbt tests of core and reports, run against a built warehouse: compiled once, then executed in one connection.

dbt spends a tenth of a second on each test before its query starts; a hundred of them would cost a night's build more
than its models. Keep out: what is tested (dbt_project), what a failure holds back (publish)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from connectors.landing import store
from orchestration.layers import MARTS

_WHOLE = re.compile(r"/\* unless (\w+) \*/.*?/\* \*/", re.DOTALL)  # as the macro tested_rows writes it


@dataclass(frozen=True)
class DataTest:
    """One compiled test: it fails when its query finds more than no rows. `relation` is what it is attached to."""

    name: str
    severity: str
    relation: str
    sql: str


@dataclass(frozen=True)
class Outcome:
    """What a test found. `failures` counts rows; a test that could not run has its error in `error`."""

    test: DataTest
    failures: int
    error: str = ""

    @property
    def ok(self) -> bool:
        return not self.failures and not self.error

    @property
    def said(self) -> str:
        return f"{self.test.name}: {self.error or f'{self.failures} rows are wrong'}"


def compiled(file: Path, fingerprint: str, compile_tests: Callable[[list[str]], Any]) -> list[DataTest]:
    """The tests as compiled for these models and settings; compiled again when either changed."""
    if file.is_file():
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["fingerprint"] == fingerprint:
            return [DataTest(**test) for test in kept["tests"]]
    tests = [_test(result.node) for result in compile_tests(_arguments()).results]
    store.write_text(file, json.dumps({"fingerprint": fingerprint, "tests": [asdict(test) for test in tests]}))
    return tests


def _arguments() -> list[str]:
    selected = [f"test_type:data,path:models/{layer}" for layer in MARTS] + ["test_type:singular"]
    return ["compile", "--select", *selected]


def _test(node: Any) -> DataTest:
    attached = getattr(node, "attached_node", None) or ""
    return DataTest(node.name, str(node.config.severity).lower(), attached.rpartition(".")[2], node.compiled_code)


def run(warehouse: duckdb.DuckDBPyConnection, tests: list[DataTest]) -> list[Outcome]:
    """Every test, whatever the others found."""
    there = cache(lambda name: bool(warehouse.execute(f"select 1 from build.{name} limit 1").fetchone()))
    return [_run(warehouse, test, narrowed(test.sql, there)) for test in tests]


def narrowed(sql: str, there: Callable[[str], bool]) -> str:
    """A test of touched rows, or of every row where nothing is said to be touched: only the one of the two that holds.
    `there`: whether a touched set has rows."""
    return _WHOLE.sub(lambda found: "" if there(found[1]) else found[0], sql)


def _run(warehouse: duckdb.DuckDBPyConnection, test: DataTest, sql: str) -> Outcome:
    try:
        found = warehouse.execute(f"select count(*) from (\n{sql}\n) as failures").fetchone()
    except duckdb.Error as error:
        return Outcome(test, 0, str(error).splitlines()[0])
    return Outcome(test, found[0] if found else 0)

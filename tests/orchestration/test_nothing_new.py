"""What is a reason to build: rows that landed or were refused, a new business day; not a pull that found nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from small_company import SETTINGS

from orchestration import build_input, settings_tables
from orchestration.build_input import plan, state_of
from orchestration.config import load

FIRST, SECOND = ("chi_files", "p1"), ("chi_files", "p2")
NOON = datetime(2026, 3, 10, 17, tzinfo=UTC)  # noon in Chicago


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    """A warehouse with one closed build that took the first pull."""
    connection = duckdb.connect()
    build_input.create_records(connection)
    connection.execute("insert into core.build values ('b1', now(), now(), true, '', 'same', 'none refused')")
    connection.execute("insert into core.build_pull values ('b1', ?, ?)", list(FIRST))
    return connection


def test_a_pull_that_landed_nothing_is_no_reason_to_build(warehouse: duckdb.DuckDBPyConnection) -> None:
    todo = plan(warehouse, [FIRST, SECOND], "same", "none refused", False, empty={SECOND})
    assert todo.nothing_new


def test_an_empty_pull_is_taken_in_with_the_next_that_is_not(warehouse: duckdb.DuckDBPyConnection) -> None:
    third = ("den_files", "p3")
    todo = plan(warehouse, [FIRST, SECOND, third], "same", "none refused", False, empty={SECOND})
    assert todo.pulls == (SECOND, third)


@pytest.mark.parametrize(("settings", "refused"), [("changed", "none refused"), ("same", "one refused")])
def test_changed_settings_and_refused_rows_are_reasons(
    warehouse: duckdb.DuckDBPyConnection, settings: str, refused: str
) -> None:
    assert not plan(warehouse, [FIRST, SECOND], settings, refused, False, empty={SECOND}).nothing_new


def test_an_unfinished_build_is_a_reason(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("insert into core.build values ('b2', now(), null, false, '', 'same', 'none refused')")
    assert not plan(warehouse, [FIRST, SECOND], "same", "none refused", False, empty={SECOND}).nothing_new


def test_the_same_row_refused_by_every_pull_changes_nothing(tmp_path: Path) -> None:
    row = {"_connection": "c", "table_name": "tender", "key": "T1", "rule": "r", "column_name": "method", "raw": "{}"}

    def state(**statuses: str) -> str:
        for name, status in statuses.items():
            pl.DataFrame([{**row, "_pull_id": name, "status": status}]).write_parquet(tmp_path / f"{name}.parquet")
        return state_of([tmp_path / f"{name}.parquet" for name in statuses])

    assert state(p1="open") == state(p1="repeated", p2="open")
    assert state(p1="open") != state(p1="repeated", p2="replayed")
    assert state_of([]) != state(p1="open")


@pytest.mark.parametrize(
    ("until", "passed"), [("2026-03-11T04:59:00+00:00", False), ("2026-03-11T05:00:00+00:00", True)]
)
def test_a_new_business_day_of_any_shop_is_a_reason(tmp_path: Path, until: str, passed: bool) -> None:
    (tmp_path / "tieout.yml").write_text(SETTINGS, encoding="utf-8")
    config = load(tmp_path / "tieout.yml", tmp_path)
    connection = duckdb.connect()
    settings_tables.write(connection, config, pl.DataFrame(schema=settings_tables.PULL), NOON)
    assert settings_tables.a_day_has_passed(connection, config, datetime.fromisoformat(until)) is passed

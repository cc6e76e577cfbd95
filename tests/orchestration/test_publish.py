"""Publishing: readers see a whole version, killed at any step it can run again, and bad builds stay out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from connectors.base import TieoutError
from orchestration.publish import Published, PublishRefused, current, publish, versions

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
STEPS = ("copy", "version", "pointer", "snapshot")


class Killed(BaseException):
    """The process dies here: nothing after this runs, not even what catches errors."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose warehouse holds a fact, a report, a view of it, and schemas that are nobody's business."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path / 'warehouse.duckdb'}' as warehouse (storage_version 'v1.2.0')")
        connection.execute("""
            use warehouse;
            create schema core; create schema sales; create schema intermediate;
            create table core.fct_repair_order as
                select i as ro_key, (i * 1.25)::decimal(14, 2) as total from range(100) t(i);
            create table core.build (build_id text, opened_ts timestamptz, closed_ts timestamptz);
            insert into core.build values ('b0', '2026-03-09 01:00:00Z', '2026-03-09 01:01:00Z');
            create table core.quarantine as select '{"a": 1}'::json as raw;
            create table intermediate.secret as select 'not published' as text;
            create view sales.sales_summary as select sum(total)::decimal(14,2) as total, (select text from
                warehouse.intermediate.secret) as text from warehouse.core.fct_repair_order;
        """)
    return tmp_path


def total(home: Path) -> object:
    """The report as a BI tool reads it from the snapshot."""
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as connection:
        row = connection.execute("select total from sales.sales_summary").fetchone()
    assert row is not None
    return row[0]


def parquet_total(home: Path) -> object:
    return pl.read_parquet(home / "published" / "current" / "sales" / "sales_summary.parquet")["total"][0]


def build(home: Path, build_id: str, day: int = 1, *, closed: bool = True) -> None:
    """A build that raises every order by a dollar; it closes when its checks have passed."""
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("update core.fct_repair_order set total = total + 1")
        connection.execute(
            "insert into core.build values (?, ?, ?)", [build_id, later(day), later(day) if closed else None]
        )


def later(days: int) -> datetime:
    return NOON + timedelta(days=days)


def test_every_mart_is_a_parquet_file_and_a_table_of_the_snapshot(home: Path) -> None:
    publish(home, now=NOON)
    files = sorted(
        str(file.relative_to(home / "published" / "current"))
        for file in (home / "published" / "current").glob("*/*.parquet")
    )
    assert files == [
        "core/build.parquet",
        "core/fct_repair_order.parquet",
        "core/quarantine.parquet",
        "sales/sales_summary.parquet",
    ]
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as connection:
        kinds = connection.execute(
            "select table_schema, table_name, table_type from information_schema.tables order by all"
        ).fetchall()
    assert kinds == [
        ("core", "build", "BASE TABLE"),
        ("core", "fct_repair_order", "BASE TABLE"),
        ("core", "quarantine", "BASE TABLE"),
        ("main", "published", "BASE TABLE"),
        ("main", "report", "BASE TABLE"),
        ("sales", "sales_summary", "BASE TABLE"),
    ]
    assert str(total(home)) == str(parquet_total(home)) == "6187.50"


def test_the_snapshot_holds_what_the_full_build_kept_of_its_reports(home: Path) -> None:
    keep_reports(home, {"name": "sales_summary", "schema": "sales", "sql": "select 1", "meta": {}, "reads": []})
    publish(home, now=NOON)
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as connection:
        ((name, definition),) = connection.execute("select name, definition from main.report").fetchall()
    assert (name, json.loads(definition)["sql"]) == ("sales_summary", "select 1")


def test_what_is_computed_on_read_is_a_view_in_the_snapshot_and_no_file(home: Path) -> None:
    """Whatever the file is called where it is opened; one such view may read another."""
    shared = 'select total * 2 as twice from "warehouse"."sales"."sales_summary"'
    views = {"b_shared": shared, "a_report": 'select sum(twice) as total from "warehouse"."sales"."b_shared"'}
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        for name, sql in views.items():
            connection.execute(f"create view sales.{name} as {sql}")
    said = {"schema": "sales", "meta": {"computed": "on_read"}}
    keep_reports(
        home,
        {"name": "a_report", "sql": views["a_report"], "reads": ["b_shared"], **said},
        {"name": "c_calls", "sql": views["a_report"], "reads": ["b_shared"], **said, "schema": "calls"},
        {"name": "b_shared", "sql": shared, "reads": ["sales_summary"], **said},
    )
    publish(home, now=NOON)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home / 'published' / 'current.duckdb'}' as theirs (read_only)")
        found = connection.execute("select total from theirs.sales.a_report").fetchall()
    assert found == [(total(home) * 2,)]
    assert sorted(file.stem for file in (home / "published" / "current" / "sales").iterdir()) == ["sales_summary"]


def keep_reports(home: Path, *reports: dict[str, Any]) -> None:
    (home / "dbt").mkdir()
    (home / "dbt" / "reports.json").write_text(json.dumps(reports))


def test_json_leaves_as_text_in_parquet(home: Path) -> None:
    publish(home, now=NOON)
    assert pl.read_parquet(home / "published/current/core/quarantine.parquet")["raw"].to_list() == ['{"a": 1}']


def test_nothing_but_whole_versions_and_the_snapshot_is_left_beside_the_pointer(home: Path) -> None:
    version = publish(home, now=NOON).version
    assert sorted(entry.name for entry in (home / "published").iterdir()) == sorted(
        [version, "current", "current.duckdb"]
    )
    assert not list(home.rglob("*.wal"))


def test_a_build_is_published_once(home: Path) -> None:
    first = publish(home, now=NOON)
    again = publish(home, now=later(1))
    assert again.nothing_new
    assert again.version == first.version
    assert versions(home) == [first.version]


def test_a_mart_that_did_not_change_is_the_same_file_on_disk(home: Path) -> None:
    first = publish(home, now=NOON)
    build(home, "b2")
    second = publish(home, now=later(1))
    assert (first.written, second.written, second.marts) == (4, 3, 4)
    quarantine, orders = (
        [(home / "published" / version / "core" / f"{name}.parquet").stat().st_ino for version in versions(home)]
        for name in ("quarantine", "fct_repair_order")
    )
    assert quarantine[0] == quarantine[1]
    assert orders[0] != orders[1]
    assert str(parquet_total(home)) == "6287.50"


def test_a_mart_that_gained_only_a_column_is_written_again(home: Path) -> None:
    publish(home, now=NOON)
    build(home, "b2")
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("alter table core.quarantine rename raw to raw_text")
    publish(home, now=later(1))
    assert pl.read_parquet(home / "published/current/core/quarantine.parquet").columns == ["raw_text"]


def test_a_build_with_failed_checks_leaves_the_last_good_one(home: Path) -> None:
    version = publish(home, now=NOON).version
    build(home, "b2", closed=False)
    with pytest.raises(PublishRefused, match=f"build b2 is not published, readers keep version {version}: C-01 chi"):
        publish(home, failures=["C-01 chi 2026-03-10"], now=later(1))
    assert str(total(home)) == "6187.50"
    assert versions(home) == [version]


def test_a_build_that_did_not_finish_is_not_published(home: Path) -> None:
    build(home, "b2", closed=False)
    with pytest.raises(PublishRefused, match="nothing is published yet: it did not finish; run 'tieout build'"):
        publish(home, now=NOON)
    assert current(home) is None


@pytest.mark.parametrize("death", STEPS)
def test_killed_before_any_step_readers_keep_a_whole_version_and_the_next_run_completes(home: Path, death: str) -> None:
    publish(home, now=NOON)
    build(home, "b2")

    def die(step: str) -> None:
        if step == death:
            raise Killed(step)

    with pytest.raises(Killed):
        publish(home, now=later(1), step=die)
    assert str(total(home)) == "6187.50"
    assert str(parquet_total(home)) in ("6187.50", "6287.50")
    publish(home, now=later(2))
    assert str(total(home)) == str(parquet_total(home)) == "6287.50"
    assert not list((home / "published").glob(".tmp-*"))
    assert builds(home) in (["b0", "b2"], ["b0", "b2", "b2"])


def builds(home: Path) -> list[str]:
    folders = [home / "published" / version for version in versions(home)]
    return [json.loads((folder / "manifest.json").read_text())["build_id"] for folder in folders]


@pytest.mark.parametrize("death", STEPS)
def test_killed_the_first_time_there_is_nothing_and_then_everything(home: Path, death: str) -> None:
    def die(step: str) -> None:
        if step == death:
            raise Killed(step)

    with pytest.raises(Killed):
        publish(home, now=NOON, step=die)
    assert current(home) is None
    publish(home, now=later(1))
    assert str(total(home)) == str(parquet_total(home)) == "6187.50"


def test_the_last_seven_versions_are_kept(home: Path) -> None:
    made = []
    for day in range(9):
        build(home, f"b{day + 1}", day)
        made.append(publish(home, now=later(day)).version)
    assert versions(home) == made[2:]


def test_a_reader_that_holds_the_old_snapshot_does_not_wait_and_does_not_block(home: Path) -> None:
    publish(home, now=NOON)
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as reader:
        build(home, "b2")
        publish(home, now=later(1))
        assert str(reader.execute("select total from sales.sales_summary").fetchall()[0][0]) == "6187.50"


def test_a_home_without_a_warehouse_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(TieoutError, match="there is no warehouse yet; run 'tieout build'"):
        publish(tmp_path)


def test_what_is_published_can_be_asked(home: Path) -> None:
    assert current(home) is None
    version = publish(home, now=NOON).version
    published = current(home)
    assert isinstance(published, Published)
    assert published.version == version

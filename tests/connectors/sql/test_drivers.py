"""Rows leave every engine exact, as text, and the same."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import psycopg
import pytest
import sqlalchemy as sa
from polars.testing import assert_frame_equal
from sqlalchemy.dialects import mssql, mysql, postgresql

from connectors.base import Failed, Item, Keys, Rows, SourceError, Window
from connectors.sql import drivers
from connectors.sql.drivers import connect, literal
from connectors.sql.expressions import parse_condition
from connectors.sql.mapping import Options
from connectors.sql.source import Sql
from connectors.sql.statements import among, condition
from data_contracts.contract import load
from data_contracts.rules import judge

GARAGE = Path(__file__).parent / "garage.yml"
NOW = Window(None, datetime(2026, 3, 10, tzinfo=UTC))


def pulled(url: str) -> list[Item]:
    items = list(Sql(url, mapping=GARAGE).pull(NOW))
    assert not [item for item in items if isinstance(item, Failed)]
    return items


def column(path: Path, kind: str, *values: object) -> list[str | None]:
    """What is read of a column of that declared type, stored as given."""
    with sqlite3.connect(path) as db:
        db.execute(f"create table t (v {kind})")
        db.executemany("insert into t values (?)", [(value,) for value in values])
    db.close()
    with connect(f"sqlite:///{path}", Options()) as reader, reader.engine.connect() as connection:
        found = sa.inspect(connection).get_columns("t")[0]
        return reader.read(sa.select(sa.column("v", found["type"])).select_from(sa.table("t")))["v"].to_list()


def test_sqlite_and_postgresql_land_the_same_rows(sqlite_url: str, postgres_url: str) -> None:
    one, other = pulled(sqlite_url), pulled(postgres_url)
    assert [type(item) for item in one] == [type(item) for item in other]
    for left, right in zip(one, other, strict=True):
        if isinstance(left, Rows | Keys) and isinstance(right, Rows | Keys):
            assert left.table == right.table
            assert_frame_equal(left.frame, right.frame)


def test_every_row_satisfies_its_contract(sqlite_url: str) -> None:
    pages = [item for item in pulled(sqlite_url) if isinstance(item, Rows)]
    assert {page.table for page in pages if page.frame.height} >= {"repair_order", "ro_line", "tender"}
    for page in pages:
        assert judge(load("sql")[page.table], page.frame).refused["message"].to_list() == []


def test_the_garage_is_read_as_it_stands(sqlite_url: str) -> None:
    tables = {item.table: item.frame for item in pulled(sqlite_url) if isinstance(item, Rows)}
    orders = {row["ro_id"]: row for row in tables["repair_order"].to_dicts()}
    assert orders.keys() == {"A-1", "A-2", "B-1"}, "a quote is filtered out"
    assert orders["A-1"]["opened_at"] == "2026-03-02T14:00:00.000000Z"
    assert orders["A-2"]["closed_date"] is None, "1900-01-01 means empty"
    assert orders["B-1"]["opened_at"] == "2026-03-08T08:30:00.000000Z", "the clock skipped 02:30 that night"
    assert orders["B-1"]["customer_id"] is None
    assert orders["B-1"]["status"] == "V", "raw: the map is applied in the warehouse"
    lines = {(row["ro_id"], row["line_id"]): row for row in tables["ro_line"].to_dicts()}
    assert lines["A-2", "P1"]["gross_amount"] == "56.25"
    assert lines["A-1", "L1"]["net_amount"] == "99.98", "1.10 x 90.89 = 99.979"
    assert lines["A-2", "L1"]["line_type"] == "sublet"
    assert lines["A-2", "L1"]["net_amount"] == "0.01", "0.50 x 0.01, half away from zero"
    assert lines["A-1", "P1"]["cost_amount"] == "35.13"
    assert len(lines) == 5, "the quote's line does not come"
    assert [row["kind"] for row in tables["tender"].to_dicts()] == ["P", "C", "D"]


@pytest.mark.parametrize(
    ("kind", "stored", "read"),
    [
        ("numeric", [0, 12.34, 1e9 + 0.01, -0.07], ["0", "12.34", "1000000000.01", "-0.07"]),
        ("real", [0.1 + 0.2, 7.0], ["0.3", "7"]),
        ("numeric(12,2)", ["12,50", None, 3], ["12,50", None, "3"]),
        ("integer", [None, 7, "n/a"], [None, "7", "n/a"]),
        ("integer", [None, None, 2**53 + 1], [None, None, str(2**53 + 1)]),
        ("text", [None, "", "0012.50", "x\ny"], [None, "", "0012.50", "x\ny"]),
        ("date", ["2026-03-01", None], ["2026-03-01", None]),
        ("datetime", [None, "2026-03-01 10:00:00"], [None, "2026-03-01 10:00:00"]),
        ("boolean", [None, 1, "Y"], [None, "1", "Y"]),
        ("whatever", [None, 1, 2.5, "x"], [None, "1", "2.5", "x"]),
        ("money", [1.005, 33.333333], ["1.005", "33.333333"]),
    ],
)
def test_a_stored_value_is_read_exactly_whatever_its_column_was_declared_as(
    tmp_path: Path, kind: str, stored: list[object], read: list[str | None]
) -> None:
    assert column(tmp_path / "t.db", kind, *stored) == read


def test_every_amount_with_two_decimals_survives(tmp_path: Path) -> None:
    amounts = [Decimal(cents) / 100 for cents in range(-120_000, 120_000, 7)]
    read = column(tmp_path / "t.db", "real", *(float(amount) for amount in amounts))
    assert [Decimal(text or "") for text in read] == amounts


def test_reading_a_file_that_is_not_there_makes_none(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file; correct url"):
        Sql(f"sqlite:///{tmp_path / 'absent.db'}", mapping=GARAGE).check()
    assert not list(tmp_path.iterdir())


def test_the_postgresql_session_cannot_write(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("create sequence if not exists s")
    writing = sa.select(sa.literal_column("nextval('s')").label("n"))
    with (
        pytest.raises(SourceError, match="read-only transaction"),
        connect(postgres_url, Options()) as reader,
    ):
        reader.read(writing)


def test_a_url_that_is_none_and_a_driver_that_is_missing_are_told() -> None:
    with pytest.raises(SourceError, match="url: is no database address; write dialect://"):
        Sql("chi_dms", mapping=GARAGE)
    with pytest.raises(SourceError, match=r"no driver is installed for mssql\+pyodbc; install it"):
        Sql("mssql+pyodbc://reader:x@pc/shop?driver=ODBC+Driver+18", mapping=GARAGE).check()


def test_values_of_other_drivers_keep_every_digit() -> None:
    wall = datetime.fromisoformat("2026-03-01 10:00:00")
    values = [Decimal("12.3400"), Decimal("1E+2"), wall, b"caf\xc3\xa9", 7, None, "x"]
    assert [drivers.as_text(value) for value in values] == [
        "12.34",
        "100",
        "2026-03-01 10:00:00",
        "café",
        "7",
        None,
        "x",
    ]


def test_selects_are_written_in_each_dialect() -> None:
    """MariaDB and SQL Server are compiled for, not run against."""
    orders = sa.table(
        "RO Header",
        sa.column("No", sa.Integer()),
        sa.column("Shop", sa.String()),
        sa.column("Open", sa.Boolean()),
    )
    keys = pl.DataFrame({"Shop": ["O'Hare", "O'Hare", "B"], "No": ["1", "2", "3"]})
    flags = [condition(parse_condition(raw), orders.c) for raw in ({"eq": ["Open", True]}, {"ne": ["Shop", "X"]})]
    wanted = sa.select(orders.c.No).where(among([orders.c.Shop, orders.c.No], keys), *flags)
    written = {
        name: literal(wanted, dialect.dialect()).replace("\n", "")
        for name, dialect in (("mssql", mssql), ("mysql", mysql), ("postgresql", postgresql))
    }
    assert "FROM [RO Header] WHERE" in written["mssql"]
    assert "= N'O''Hare' AND" in written["mssql"].replace("'O''Hare'", "N'O''Hare'").replace("NN", "N")
    assert "[Open] = 1" in written["mssql"]
    assert "FROM `RO Header` WHERE" in written["mysql"]
    assert "`Open` = true" in written["mysql"]
    assert "IN ('1', '2')" in written["mysql"]
    assert 'FROM "RO Header" WHERE' in written["postgresql"]
    assert '"Shop" IS NULL OR "RO Header"."Shop" != \'X\'' in written["postgresql"]

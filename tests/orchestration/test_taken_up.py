"""Fields that landed before their contract knew them: a full build, and so `tieout replay`, takes them up.

Keep out: what an unknown field becomes at landing (tests/connectors/landing)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from connectors.files import Files
from connectors.landing import landing
from data_contracts import contract
from data_contracts.casts import cast, polars_type
from data_contracts.contract import Column, Contract
from data_contracts.raw import to_raw
from data_contracts.uptake import from_extra
from orchestration import build_input
from orchestration.build_input import Plan

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HEAD = "ro_id,site,ro_number,status,header_total,updated_at,"
GAINED = (
    Column("loaner_days", "integer", required=False),
    Column("deposit", "decimal(10,2)", required=False),
    Column("promised_at", "timestamp", required=False),
    Column("pickup", "text", required=False, allowed=("home", "shop")),
)


def grown(kind: str) -> dict[str, Contract]:
    """The contracts of a later release, by which an order has more fields."""
    found = dict(KNOWN)
    order = found["repair_order"]
    found["repair_order"] = replace(order, columns=(*order.columns, *GAINED))
    return found


KNOWN = contract.load("files")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A delivery of two orders with fields that nobody knows yet, and one of the time before it."""
    deliver(tmp_path / "drop" / "1", HEAD[:-1], ["3,S1,3,open,0.00,2026-03-01T12:00:00Z"])
    said = f"{HEAD}loaner_days,deposit,promised_at,pickup,paint"
    rows = [
        "1,S1,1,open,0.00,2026-03-01T12:00:00Z,2,49.90,2026-03-02T09:00:00-06:00,home,red",
        "2,S1,2,open,0.00,2026-03-01T12:00:00Z,two,1.999,tomorrow,sea,blue",
    ]
    deliver(tmp_path / "drop" / "2", said, rows)
    landing.pull(tmp_path, "dms", Files(tmp_path / "drop"), {"S1": "chi"}, NOW)
    return tmp_path


def deliver(folder: Path, head: str, rows: list[str]) -> None:
    folder.mkdir(parents=True)
    (folder / "repair_order.csv").write_text("\n".join([head, *rows, ""]))
    (folder / "_READY").write_text(f"repair_order.csv,{len(rows)}\n")


def orders(home: Path, full: bool) -> dict[str, tuple[Any, ...]]:
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    pulls = tuple((one.connection, one.pull_id) for one in landing.manifests(home))
    build_input.create_landing_views(con, home, Plan("b", pulls, full, "", None, ""), ["files"], [])
    sql = "select ro_id, loaner_days, deposit, promised_at, pickup, _extra from landing.files__repair_order"
    return {row[0]: row[1:] for row in con.execute(sql).fetchall()}


def test_a_full_build_takes_up_what_is_a_value_by_the_contract_of_today(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contract, "load", grown)
    found = orders(home, full=True)
    assert found["1"][:4] == (2, Decimal("49.90"), datetime(2026, 3, 2, 15, tzinfo=UTC), "home")
    assert found["2"][:4] == (None, None, None, None)  # refused, had they been known: they stay where they are
    assert '"deposit":"1.999"' in found["2"][4]
    assert '"paint":"red"' in found["1"][4]
    assert found["3"] == (None, None, None, None, None)


def test_a_column_that_no_file_has_yet_is_empty_in_a_build_of_what_is_new(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contract, "load", grown)
    assert {row[:4] for row in orders(home, full=False).values()} == {(None, None, None, None)}


def test_the_next_pull_has_them_in_their_place_and_its_version_is_the_newer(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contract, "load", grown)
    monkeypatch.setattr(landing, "load", grown)
    deliver(home / "drop" / "3", f"{HEAD}deposit", ["1,S1,1,open,0.00,2026-03-02T12:00:00Z,60.00"])
    landing.pull(home, "dms", Files(home / "drop"), {"S1": "chi"}, NOW.replace(day=3))
    assert len(list(landing.manifests(home))) == 2
    con = duckdb.connect()
    pulls = tuple((one.connection, one.pull_id) for one in landing.manifests(home))
    build_input.create_landing_views(con, home, Plan("b", pulls, True, "", None, ""), ["files"], [])
    sql = "select deposit from landing.files__repair_order where ro_id = '1' order by _order"
    assert con.execute(sql).fetchall() == [(Decimal("49.90"),), (Decimal("60.00"),)]


SAID = ("", " 7 ", "7", "007.00", "-3.5", "1.2300", "1.239", "99999999999", "1e3", "true", "false", "True", "0", "x",
        "2026-03-01", "2026-02-30", "2026-3-1", "2026-03-01T08:30:00Z", "2026-03-01T08:30Z", "2026-03-01T08:30:00",
        "2026-03-01 08:30:00.123456-05:00", "08:30", "08:30:15", "25:00", None)  # fmt: skip
COLUMNS = (
    Column("f", "text", required=False),
    Column("f", "text", required=False, allowed=("7", "x")),
    Column("f", "integer", required=False),
    Column("f", "integer", required=False, minimum=Decimal(0), maximum=Decimal(5)),
    Column("f", "decimal(7,2)", required=False),
    Column("f", "boolean", required=False),
    Column("f", "date", required=False),
    Column("f", "timestamp", required=False),
    Column("f", "time", required=False),
)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.type)
def test_what_is_taken_up_is_what_landing_would_have_taken(column: Column) -> None:
    rows = pl.DataFrame({"f": SAID}, {"f": pl.String})
    value, rule = cast(column, pl.String())
    if column.allowed:
        value = pl.when(value.is_in(list(column.allowed))).then(value)
    if column.maximum is not None:
        value = pl.when(value.is_between(column.minimum, column.maximum)).then(value)
    blank = rows.with_columns(pl.col("f").replace("", None))
    expected = blank.select(pl.when(rule.is_null()).then(value).alias("f"))["f"].cast(polars_type(column))
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    landed = pl.DataFrame({"_extra": to_raw(rows)})
    con.register("landed", landed)
    found = con.sql(f"select {from_extra(column)} as f from landed").pl()["f"].cast(polars_type(column))
    assert found.to_list() == expected.to_list()
    assert date(2026, 3, 1) in found.to_list() or column.type != "date"

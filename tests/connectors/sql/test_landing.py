"""From the shop's database to landed Parquet: what a pull changes, and what it leaves alone."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from connectors.landing.landing import PullResult, pull
from connectors.sql.source import Sql

GARAGE = Path(__file__).parent / "garage.yml"
NOW = datetime(2026, 3, 10, tzinfo=UTC)


class Garage:
    """A connection, and the nights on which it is pulled."""

    def __init__(self, url: str, home: Path) -> None:
        self.source, self.home, self.now = Sql(url, mapping=GARAGE), home, NOW

    def change(self, *statements: str) -> None:
        with sqlite3.connect(self.source.url.removeprefix("sqlite:///")) as db:
            for statement in statements:
                db.execute(statement)
        db.close()

    def night(self, sweep: bool = False) -> PullResult:
        self.now += timedelta(days=1)
        return pull(self.home, "garage", self.source, {"A": "one", "B": "two"}, self.now, sweep=sweep)

    def landed(self, table: str) -> pl.DataFrame:
        """The newest version of every key."""
        files = sorted((self.home / "landing" / "garage").glob(f"*/{table}.parquet"))
        rows = pl.concat([pl.read_parquet(file) for file in files], how="diagonal_relaxed")
        return rows.filter(pl.col("_order") == pl.col("_order").max().over("_key"))


@pytest.fixture
def garage(sqlite_url: str, tmp_path: Path) -> Garage:
    return Garage(sqlite_url, tmp_path / "home")


def test_a_void_lands_with_the_dollars_of_its_header_and_no_lines(garage: Garage) -> None:
    first = garage.night()
    assert not first.failed
    assert first.quarantined == 0
    assert first.tables["repair_order"].landed == 3
    assert first.tables["ro_line"].landed == 5
    void = garage.landed("repair_order").filter(pl.col("status") == "V")
    assert str(void["header_total"][0]) == "78.00"


def test_a_night_in_which_nothing_happened_lands_nothing(garage: Garage) -> None:
    garage.night()
    second = garage.night()
    assert sum(counts.landed + counts.deleted for counts in second.tables.values()) == 0
    assert second.tables["repair_order"].unchanged == 3


def test_a_late_edit_of_one_line_lands_its_whole_order_again(garage: Garage) -> None:
    garage.night()
    garage.change(
        "update part_lines set ext = 121.10 where no = 1",
        "update orders set total = 239.23 where no = 1 and shop = 'A'",
    )
    second = garage.night()
    assert second.tables["repair_order"].landed == 1
    assert second.tables["ro_line"].landed == 3
    assert second.tables["ro_line"].unchanged == 2


def test_what_disappears_is_marked_and_its_last_version_kept(garage: Garage) -> None:
    garage.night()
    garage.change(
        "delete from payments where id = 2",
        "delete from orders where no = 2",
        "delete from cars where id = 2",
    )
    second = garage.night()
    assert {table: counts.deleted for table, counts in second.tables.items() if counts.deleted} == {
        "repair_order": 1, "tender": 1, "vehicle": 1}  # fmt: skip
    gone = garage.landed("tender").filter("_is_deleted")
    assert gone.select("tender_id", pl.col("amount").cast(pl.String)).rows() == [("2", "100.00")]


def test_an_unknown_word_quarantines_the_order_with_its_lines_until_the_map_knows_it(garage: Garage) -> None:
    garage.change("update orders set state = 'W' where no = 2")
    first = garage.night()
    assert first.tables["repair_order"].quarantined == 1
    assert first.tables["ro_line"].quarantined == 2
    garage.source = Sql(garage.source.url, mapping=GARAGE, status_map={"W": "on_hold"})
    second = garage.night()
    assert second.quarantined == 0
    assert second.tables["repair_order"].landed == 1


def test_a_table_that_was_renamed_stops_alone_and_comes_again_when_it_is_back(garage: Garage) -> None:
    garage.night()
    garage.change("alter table payments rename to payment", "update payment set amount = 1 where id = 1")
    second = garage.night()
    assert "there is no table 'payments'; did you mean payment?" in second.failed["tender"]
    assert "tender" not in second.tables
    garage.change("alter table payment rename to payments")
    assert garage.night().tables["tender"].landed == 1

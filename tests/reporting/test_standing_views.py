"""What stands in the database in memory is left alone only where making it again would give the same."""

from __future__ import annotations

import duckdb
import pytest

from reporting.standing import Standing


@pytest.fixture
def standing() -> Standing:
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as snapshot; attach ':memory:' as warehouse")
    return Standing(connection)


def told(standing: Standing, relation: str) -> list[tuple[int, ...]]:
    return standing.connection.execute(f"from warehouse.{relation} order by all").fetchall()


def test_a_view_that_stands_reads_the_days_of_the_next_request(standing: Standing) -> None:
    for day in (1, 2):
        standing.table("core.days", f"select {day} as day")
        standing.view("core.twice", "select 2 * day as day from warehouse.core.days")
        assert told(standing, "core.twice") == [(2 * day,)]


def test_a_view_of_other_sql_takes_the_place_of_the_one_that_stood(standing: Standing) -> None:
    for number in (1, 2, 1):
        standing.view("core.one", f"select {number} as number")
        assert told(standing, "core.one") == [(number,)]


def test_a_table_may_stand_where_a_view_stood_and_a_view_where_a_table_stood(standing: Standing) -> None:
    sql = "select 7 as number"
    for stand in (standing.view, standing.table, standing.view, standing.table):
        stand("core.one", sql)
        assert told(standing, "core.one") == [(7,)]


def test_a_view_that_stands_is_not_made_again(standing: Standing) -> None:
    standing.view("core.one", "select 1 as number")
    standing.connection.execute("create or replace view warehouse.core.one as select 2 as number")
    standing.view("core.one", "select 1 as number")
    assert told(standing, "core.one") == [(2,)]


def test_a_table_is_made_again_when_what_it_is_of_is_another_and_only_then(standing: Standing) -> None:
    standing.connection.execute("create table memory.main.number as select 1 as number")
    for of, number, wanted in [("a", 1, 1), ("a", 2, 1), ("b", 3, 3), ("a", 4, 4)]:
        standing.connection.execute("update memory.main.number set number = $1", [number])
        standing.table("core.one", "select number from memory.main.number", [of])
        assert told(standing, "core.one") == [(wanted,)]

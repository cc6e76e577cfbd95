"""An incremental build writes the rows that are touched, and no others: counted for every stored relation.

Keep out: whether what it writes is right (test_made_up_company.py, test_kills.py)."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from warehouse import edits, written
from warehouse.homes import copy_of, deliver, files_world, home_of_world
from warehouse.written import Rows

from connectors.simulator.events import Event
from orchestration import dbt_run, statements, warehouse
from orchestration.data_tests import Outcome
from tests import grains

DAY, SOON = timedelta(days=1), timedelta(seconds=30)


class Killed(BaseException):
    """The process dies here."""


class Shops:
    """Two shops of which four days are built. Each edit is delivered and built by itself."""

    def __init__(self, folder: Path) -> None:
        self.world = files_world(5, 2, 5, end=date(2026, 3, 13), ros_per_day=5, calls_per_day=6, breaks=0)
        self.now = self.world.as_of - DAY
        self.home = home_of_world(folder / "home", self.world)
        deliver(self.home, self.world, None, self.now)
        self.home.pull(self.now)
        self.home.build()
        self.listed: Counter[str] = Counter()

    @property
    def file(self) -> Path:
        return self.home.folder / "warehouse.duckdb"

    def keep(self, name: str) -> Path:
        """The warehouse as it stands now."""
        return Path(shutil.copy(self.file, self.home.folder / f"{name}.duckdb"))

    def pull(self) -> set[str]:
        return {pulled.pull_id for pulled in self.home.pull(self.now)}

    def next_day(self) -> set[str]:
        deliver(self.home, self.world, self.now, self.world.as_of)
        self.now = self.world.as_of
        return self.pull()

    def edit(self, *events: Event) -> set[str]:
        """Events of the next minute: no day is gained."""
        self.now += timedelta(minutes=1)
        edits.bring(self.home, self.world, events, self.now)
        return self.pull()

    def order(self, number: int) -> Event:
        orders = [
            order
            for day in range(3)
            for order in edits.closed_orders(self.world, "den", self.world.company.start + day * DAY)
        ]
        return orders[number]

    def lists_each_once(self, *_: object) -> list[Outcome]:
        """In place of the data tests, which write nothing: when all is written, and the lists of what the build took in
        and touched are not yet emptied, nothing stands in one of them twice. No build checks that itself."""
        with duckdb.connect(str(self.file), read_only=True) as connection:
            for model in sorted((dbt_run.PROJECT / "models" / "build").glob("*.sql")):
                relation = f"build.{model.stem}"
                assert grains.broken(connection, relation, grains.stated(model)) == []
                self.listed[model.stem] += connection.execute(f"select count(*) from {relation}").fetchall()[0][0]
        return []

    def build(self, before: list[Path], pulls: set[str]) -> tuple[Rows, Rows]:
        """What a build wrote, and what it may have written."""
        with written.counted() as rows:
            built = self.home.build()
        assert not built.full
        return rows, written.allowed(self.home.folder, [*before, self.file], pulls)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Shops:
    return Shops(tmp_path_factory.mktemp("writes"))


@pytest.fixture
def shops(built: Shops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shops:
    """Built once; each test has its own copy."""
    own = object.__new__(Shops)
    own.world, own.now, own.home = built.world, built.now, copy_of(built.home, tmp_path / "home")
    own.listed = Counter()
    monkeypatch.setattr(warehouse, "_check", own.lists_each_once)
    return own


def assert_only_touched(shops: Shops, rows: Rows, bound: Rows) -> None:
    """Every stored relation has a bound, and none is over it; what was landed has been written."""
    assert {relation for relation, _ in bound} == written.stored(shops.file)
    over = {key: (wrote, bound[key]) for key, wrote in sorted(rows.items()) if wrote > bound[key]}
    assert over == {}, "(relation, verb): (rows written, rows touched)"
    assert rows["core.fct_repair_order", "insert"] > 0


def share_of_orders(shops: Shops, rows: Rows) -> float:
    with duckdb.connect(str(shops.file), read_only=True) as connection:
        stored = connection.execute("select count(*) from core.fct_repair_order").fetchall()[0][0]
    return rows["core.fct_repair_order", "insert"] / stored


def test_a_plain_new_day_writes_its_own_rows(shops: Shops) -> None:
    rows, bound = shops.build([shops.keep("old")], shops.next_day())
    assert_only_touched(shops, rows, bound)
    assert share_of_orders(shops, rows) < 0.6
    empty = {"deriving_ro", "touched_fact"}  # no shop's charges are derived, and nothing comes by itself
    assert {name for name, length in shops.listed.items() if length == 0} == empty


def test_a_late_edit_writes_one_order_and_its_days(shops: Shops) -> None:
    rows, bound = shops.build([shops.keep("old")], shops.edit(edits.dearer(shops.order(0), shops.now + SOON)))
    assert_only_touched(shops, rows, bound)
    assert rows["core.fct_repair_order", "insert"] == 1
    assert rows["sales.sales_summary_wide", "insert"] <= 2  # the day it closed on, and one of an advance


def test_an_order_that_moves_writes_both_days(shops: Shops) -> None:
    rows, bound = shops.build([shops.keep("old")], shops.edit(edits.moved(shops.order(1), shops.now + SOON, 1)))
    assert_only_touched(shops, rows, bound)
    assert 2 <= rows["sales.sales_summary_wide", "insert"] <= 3


def test_a_delete_writes_the_day_it_leaves(shops: Shops) -> None:
    rows, bound = shops.build([shops.keep("old")], shops.edit(edits.deleted(shops.order(2), shops.now + SOON)))
    assert_only_touched(shops, rows, bound)
    assert rows["sales.sales_summary_wide", "insert"] <= 2


@pytest.mark.slow
def test_the_day_after_a_killed_build_writes_what_both_touch(shops: Shops, monkeypatch: pytest.MonkeyPatch) -> None:
    old = shops.keep("old")
    pulls = shops.edit(
        edits.moved(shops.order(1), shops.now + SOON, 1), edits.dearer(shops.order(0), shops.now + DAY / 24)
    )
    with monkeypatch.context() as patched:
        half = ["run", "--select", "path:models/build", "path:models/core"]
        patched.setattr(dbt_run, "models", lambda _: half)
        patched.setattr(statements, "keep", lambda *_: None)
        patched.setattr(warehouse, "_check", killed)
        with pytest.raises(Killed):
            shops.home.build()
    rows, bound = shops.build([old, shops.keep("half")], pulls | shops.next_day())
    assert_only_touched(shops, rows, bound)


def killed(*_: object) -> None:
    raise Killed


def test_a_row_that_is_deleted_and_inserted_equal_is_counted_twice() -> None:
    with duckdb.connect() as connection, written.counted() as rows:
        connection.execute("attach ':memory:' as warehouse; create schema warehouse.core")
        connection.execute("create table warehouse.core.fct_call as select 1 as call_key")
        cursor = DuckDBCursorWrapper(connection)
        cursor.execute("delete from warehouse.core.fct_call; insert into warehouse.core.fct_call values (1), (2)")
    assert rows == {("core.fct_call", "delete"): 1, ("core.fct_call", "insert"): 2}

"""Whatever people do to a shop's database between pulls: what the pulls brought equals what stands there."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Cursor, Failed, Item, Keys, Rows, Window
from connectors.sql.source import Sql
from data_contracts.contract import load

MAPPING = """
vendor: small
formula_family: F1
locale: {zone: America/Chicago}
tenancy: {constant: S1}
status_map: {O: open, F: closed, V: void}
method_map: {CA: cash}
kind_map: {P: final}
entities:
  repair_order:
    table: orders
    key: [no]
    columns: {ro_id: no, ro_number: no, status: state, closed_date: closed, header_total: total}
    incremental: {mode: window_on, column: closed, open: [{ne: [state, F]}]}
    sweep: {number: no, last: 4}
  ro_line:
    table: lines
    parent: {on: {no: no}}
    columns: {ro_id: no, line_id: id, line_type: {literal: part}, gross_amount: ext, net_amount: ext}
  tender:
    table: payments
    key: [id]
    columns:
      {tender_id: id, ro_id: no, kind: {literal: P}, method: {literal: CA}, amount: ext, business_date: paid}
    incremental: {mode: window_on, column: paid}
    sweep: every_pull
  customer:
    table: customers
    key: [id]
    columns: {customer_id: id, last_name: name, updated_at: changed}
    incremental: {mode: updated_at, column: changed}
"""
SHOP = """
create table orders (no integer primary key, state text, closed date, total numeric(12,2));
create table lines (no integer, id integer primary key, ext numeric(12,2));
create table payments (id integer primary key, no integer, ext numeric(12,2), paid date);
create table customers (id integer primary key, name text, changed datetime);
insert into orders values (1, 'F', '2026-01-05', 10); insert into lines values (1, 1, 10);
insert into payments values (1, 1, 10, '2026-01-05');
"""
Truth = dict[str, dict[str, tuple[Any, ...]]]


@dataclass
class Shop:
    """A database that people work in, and what its pulls have told so far."""

    path: Path
    now: datetime = datetime(2026, 3, 1, 18, tzinfo=UTC)
    cursor: Any = field(default_factory=dict)
    known: dict[str, pl.DataFrame] = field(default_factory=dict)
    closed: str = ""  # at the last pull: such an order, reopened and closed far back, waits for the sweep

    def __post_init__(self) -> None:
        self.path.unlink(missing_ok=True)
        self.db = sqlite3.connect(self.path, isolation_level=None)
        self.db.execute("pragma synchronous = off")
        self.db.executescript(SHOP)

    def sql(self, text: str, *values: object) -> list[Any]:
        return self.db.execute(text, values).fetchall()

    def day(self, back: int) -> str:
        return (self.now.date() - timedelta(days=back)).isoformat()

    def pick(self, where: str, at: int) -> int | None:
        found = [row[0] for row in self.sql(f"select no from orders where no > 1 and {where} order by no desc")]
        return found[at % len(found)] if found else None

    def pull(self, sweep: bool = False) -> None:
        items = list(source(self.path).pull(Window(None, self.now, self.cursor, sweep)))
        assert not [item for item in items if isinstance(item, Failed)]
        learn(self.known, items)
        self.cursor = next(item.value for item in items if isinstance(item, Cursor))
        self.closed = ", ".join(str(row[0]) for row in self.sql("select no from orders where state = 'F'"))


@cache
def source(path: Path) -> Sql:
    mapping = path.with_name("mapping.yml")
    mapping.write_text(MAPPING)
    return Sql(f"sqlite:///{path}", mapping=mapping)


def learn(known: dict[str, pl.DataFrame], items: list[Item]) -> None:
    """What landing would know: newest versions by key, lines replaced with their header, absent keys gone."""
    page: set[tuple[Any, ...]] = set()
    brought: dict[str, set[tuple[Any, ...]]] = {}
    for item in items:
        if isinstance(item, Rows):
            about = load("sql")[item.table]
            by = list(about.document.parent_key if about.document else about.key)
            if not about.document:
                page = set(item.frame.select(by).rows())
                brought[item.table] = brought.get(item.table, set()) | page
            before = known.get(item.table, item.frame.clear())
            kept = before.filter([row not in page for row in before.select(by).rows()])
            known[item.table] = pl.concat([kept, item.frame], how="diagonal_relaxed")
        elif isinstance(item, Keys):
            key, before = load("sql")[item.table].key, known[item.table]
            whole = [True] * before.height
            asked = whole if item.scope is None else before.select(item.scope).to_series().to_list()
            keys = before.select(key).rows()
            gone = {row for row, compared in zip(keys, asked, strict=True) if compared}
            gone -= {*item.frame.rows(), *brought.get(item.table, ())}
            known[item.table] = before.filter([row not in gone for row in keys])


def compare(shop: Shop) -> None:
    """Every row that is known and not gone, against the database; lines count with their header."""
    lines = "select id, no, ext from lines where no in (select no from orders)"
    columns = {
        "repair_order": (
            "ro_id status closed_date header_total",
            "select no, state, closed, total from orders",
        ),
        "ro_line": ("line_id ro_id net_amount", lines),
        "tender": ("tender_id ro_id amount business_date", "select id, no, ext, paid from payments"),
        "customer": ("customer_id last_name", "select id, name from customers"),
    }
    alive = shop.known["repair_order"]["ro_id"].to_list()
    for table, (names, query) in columns.items():
        known = shop.known[table]
        known = known.filter(pl.col("ro_id").is_in(alive)) if table == "ro_line" else known
        truth = [tuple(None if cell is None else str(cell) for cell in row) for row in shop.sql(query)]
        assert sorted(known.select(names.split()).rows()) == sorted(truth), table


# what people do: (what, which one, how much, how many days back)
DEEDS = "open edit add_line drop_line close close_again late_edit redate void "
DEEDS += "reopen delete at_once pay unpay person wait pull"
deed = st.tuples(st.sampled_from(DEEDS.split()), st.integers(0, 9), st.integers(1, 99), st.integers(0, 90))


def do(shop: Shop, what: str, at: int, much: int, back: int) -> None:
    shop.now += timedelta(minutes=7)
    late = f"state = 'F' and closed >= '{shop.day(40)}'"
    edits = {
        "edit": ("state = 'O'", "total = ?", much),
        "close": (
            f"state = 'O' and no not in ({shop.closed or 0})",
            "state = 'F', closed = ?",
            shop.day(back),
        ),
        "close_again": ("state = 'O'", "state = 'F', closed = ?", shop.day(back % 40)),
        "late_edit": (late, "total = ?", much),
        "redate": (late, "closed = ?", shop.day(back % 40)),
        "reopen": (late, "state = 'O', closed = ?", None),
        "void": ("state = 'O'", "state = ?", "V"),
    }
    if what in edits:
        edit(shop, at, what, edits[what])
    elif what in ("open", "at_once"):
        closed = shop.day(back) if what == "at_once" else None
        no = shop.sql("select max(no) + 1 from orders")[0][0]
        shop.sql("insert into orders values (?, ?, ?, ?)", no, "F" if closed else "O", closed, much)
        shop.sql("insert into lines (no, ext) values (?, ?)", no, much)
    elif what == "delete":
        delete(shop, shop.pick("(state = 'O' or no > (select max(no) - 4 from orders))", at % 3))
    elif what == "wait":
        shop.now += timedelta(days=1 + back % 20)
    elif what == "pull":
        shop.pull()
        compare(shop)
    else:
        small(shop, what, at, much, back)


def small(shop: Shop, what: str, at: int, much: int, back: int) -> None:
    """Lines, payments, people."""
    if what == "pay":
        shop.sql("insert into payments (no, ext, paid) values (?, ?, ?)", at, much, shop.day(back % 40))
    elif what == "unpay":
        shop.sql("delete from payments where id > 1 and id = ?", at)
    elif what == "person":
        local = (shop.now - timedelta(hours=6)).strftime("%Y-%m-%d %H:%M:%S")
        shop.sql("insert or replace into customers values (?, ?, ?)", at, str(much), local)
    elif (no := shop.pick("state = 'O'", at)) is not None:
        add = "insert into lines (no, ext) values (?, 3)"
        shop.sql(add if what == "add_line" else "delete from lines where no = ?", no)


def edit(shop: Shop, at: int, what: str, deed: tuple[str, str, object]) -> None:
    where, change, value = deed
    if (no := shop.pick(where, at)) is not None:
        shop.sql(f"update orders set {change} where no = ?", value, no)
        if what == "void":
            shop.sql("delete from lines where no = ?", no)


def delete(shop: Shop, no: int | None) -> None:
    shop.sql("delete from orders where no = ?", no)
    shop.sql("delete from lines where no = ?", no)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file that every example fills anew."""
    return tmp_path_factory.mktemp("shop") / "shop.db"


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(deed, max_size=25))
def test_pulls_know_what_people_did(place: Path, deeds: list[tuple[str, int, int, int]]) -> None:
    shop = Shop(place)
    shop.pull()
    for what, at, much, back in deeds:
        do(shop, what, at, much, back)
    shop.pull()
    compare(shop)
    shop.db.close()


def test_a_sweep_finds_what_was_deleted_or_edited_long_ago(place: Path) -> None:
    shop = Shop(place)
    for _ in range(9):
        do(shop, "at_once", 0, 5, 80)
    shop.pull()
    delete(shop, 2)
    shop.sql("update orders set total = 99 where no = 3")
    shop.now += timedelta(days=1)
    shop.pull()
    assert {"2", "3"} <= set(shop.known["repair_order"]["ro_id"]), "outside of what a nightly pull reads"
    shop.now += timedelta(days=1)
    shop.pull(sweep=True)
    compare(shop)


def test_a_deleted_open_order_is_missed_at_once_however_old_its_number(place: Path) -> None:
    shop = Shop(place)
    do(shop, "open", 0, 5, 0)
    for _ in range(9):
        do(shop, "at_once", 0, 5, 80)
    shop.pull()
    delete(shop, 2)
    shop.pull()
    compare(shop)


def test_an_order_that_was_open_is_followed_to_a_close_dated_long_ago(place: Path) -> None:
    shop = Shop(place)
    do(shop, "open", 0, 5, 0)
    shop.pull()
    do(shop, "close", 0, 5, 90)
    shop.pull()
    compare(shop)


def test_an_empty_table_is_no_deletion_of_everything(place: Path) -> None:
    shop = Shop(place)
    shop.pull()
    shop.sql("delete from payments")
    items = list(source(place).pull(Window(None, shop.now, shop.cursor)))
    told = [str(item.error) for item in items if isinstance(item, Failed)]
    assert told == ["tender: the source has no row left; nothing was marked deleted, check it"]
    assert next(item.value for item in items if isinstance(item, Cursor))["tender"] == shop.cursor["tender"]


def test_another_mapping_reads_everything_again(place: Path, tmp_path: Path) -> None:
    shop = Shop(place)
    do(shop, "at_once", 0, 5, 90)
    shop.pull()
    shop.pull()
    changed = tmp_path / "changed.yml"
    changed.write_text(MAPPING.replace("header_total: total", "header_total: total, header_parts: total"))
    items = list(Sql(f"sqlite:///{shop.path}", mapping=changed).pull(Window(None, shop.now, shop.cursor)))
    orders = next(item for item in items if isinstance(item, Rows) and item.table == "repair_order")
    assert orders.frame.height == 2


def test_dates_that_are_asked_for_are_read_and_nothing_moves_on(place: Path) -> None:
    shop = Shop(place)
    shop.pull()
    window = Window(None, shop.now, shop.cursor, dates=(date(2026, 1, 5), date(2026, 1, 5)))
    items = list(source(place).pull(window))
    assert not [item for item in items if isinstance(item, Keys)]
    assert [item.frame.height for item in items if isinstance(item, Rows)] == [1, 1, 1, 0]
    assert items[-1] == Cursor(shop.cursor)
    none = list(source(place).pull(Window(None, shop.now, {}, dates=(date(2026, 1, 6), date(2026, 1, 9)))))
    assert sum(item.frame.height for item in none if isinstance(item, Rows)) == 0


@pytest.mark.parametrize(("page", "pages"), [(1, 4), (3, 2), (5000, 1)])
def test_an_order_comes_with_all_its_lines_in_pages_of_any_size(
    place: Path, tmp_path: Path, page: int, pages: int
) -> None:
    shop = Shop(place)
    for _ in range(3):
        do(shop, "open", 0, 5, 0)
    text = MAPPING + f"source: {{page: {page}}}\n"
    (tmp_path / "paged.yml").write_text(text)
    items = list(Sql(f"sqlite:///{shop.path}", mapping=tmp_path / "paged.yml").pull(Window(None, shop.now)))
    frames = [item for item in items if isinstance(item, Rows) and item.table in ("repair_order", "ro_line")]
    assert [item.table for item in frames] == ["repair_order", "ro_line"] * pages
    for header, lines in zip(frames[::2], frames[1::2], strict=True):
        assert set(header.frame["ro_id"]) == set(lines.frame["ro_id"])


def numbers(source: Sql, window: Window) -> dict[str, set[str]]:
    """First column of the key of every row that a pull brings, by table."""
    found: dict[str, set[str]] = {}
    for item in source.pull(window):
        assert not isinstance(item, Failed)
        if isinstance(item, Rows):
            found.setdefault(item.table, set()).update(item.frame[load("sql")[item.table].key[0]])
    return found


def begun(tmp_path: Path) -> tuple[Sql, datetime]:
    """A shop of an old and a new order, one that was never closed, and a customer who has not come for years."""
    shop, mapping = Shop(tmp_path / "shop.db"), tmp_path / "mapping.yml"
    mapping.write_text(MAPPING)
    shop.sql("insert into orders values (2, 'F', '2026-02-20', 10), (3, 'O', null, 10)")
    shop.sql("insert into payments values (2, 2, 10, '2026-02-20')")
    shop.sql("insert into customers values (1, 'Ann', '2019-01-01 10:00:00')")
    return Sql(f"sqlite:///{shop.path}", mapping=mapping), shop.now


def test_a_first_pull_may_begin_at_a_day_and_still_takes_what_is_open_and_every_customer(tmp_path: Path) -> None:
    source, now = begun(tmp_path)
    found = numbers(source, Window(datetime(2026, 2, 1, tzinfo=UTC), now))
    assert found["repair_order"] == {"2", "3"}
    assert (found["tender"], found["customer"]) == ({"2"}, {"1"})
    assert numbers(source, Window(None, now))["repair_order"] == {"1", "2", "3"}


def test_a_mapping_that_has_changed_is_read_whole_wherever_the_last_pull_stood(tmp_path: Path) -> None:
    source, now = begun(tmp_path)
    left = next(item for item in source.pull(Window(None, now)) if isinstance(item, Cursor))
    changed = {name: {**state, "mapping": "another"} for name, state in left.value.items()}
    assert numbers(source, Window(now, now + timedelta(days=1), changed))["repair_order"] == {"1", "2", "3"}

"""Every control catches the fault that is made for it, names the document and the amount, and says nothing else.

One company has each fault on a shop-day of its own (faults.py); what no source can do wrong is done to a copy of the
published snapshot (faults_stored.py). Keep out: how faults are made."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from warehouse.clean_company import POOR, home_of, make_clean
from warehouse.fault_expected import Expected
from warehouse.faults import PLANTED, Spoiled, spoil
from warehouse.faults_absent import ABSENT
from warehouse.faults_stored import STORED, Stored

pytestmark = pytest.mark.slow
CATALOGUE = {f"C-{number:02d}" for number in range(1, 37)}
KEYS = {  # word of a document -> fact, its key, and the column that the document is called by
    "RO": ("fct_repair_order", "ro_key", "ro_number"),
    "payment": ("fct_tender", "tender_key", "source_entity_id"),
    "call": ("fct_call", "call_key", "source_entity_id"),
    "task": ("fct_task", "task_key", "source_entity_id"),
    "payout": ("fct_payout", "payout_key", "source_entity_id"),
    "entry": ("fct_ar_entry", "ar_entry_key", "source_entity_id"),
    "card": ("fct_time_card", "time_card_key", "source_entity_id"),
    "purchase": ("fct_purchase_line", "purchase_line_key", "purchase_id"),
}
TELEPHONE = ("C-16", "C-17", "C-18", "C-19")
CARDS = ("C-06", "C-07")
WITHOUT_DRILL = {"C-17"}  # a count of the day, whose print has a row that could be named
SEVERITIES = {"fail": "B", "warn": "W"}
Row = dict[str, Any]
ShopDay = tuple[str, str, date]  # control, shop, business date


@dataclass(frozen=True)
class Told:
    """What the controls say over one snapshot."""

    exceptions: dict[ShopDay, list[Row]]
    results: dict[ShopDay, Row]

    @property
    def objecting(self) -> set[ShopDay]:
        return {key for key, row in self.results.items() if row["status"] in ("fail", "warn")}


def told_by(connection: duckdb.DuckDBPyConnection) -> Told:
    results = _rows(connection, "ctl_result")
    by_day = {(row["control_id"], row["site"], row["business_date"]): row for row in results}
    return Told(exceptions(connection), by_day)


def exceptions(connection: duckdb.DuckDBPyConnection, control: str = "") -> dict[ShopDay, list[Row]]:
    found = defaultdict(list)
    for row in _rows(connection, "ctl_exception", control):
        found[row["control_id"], row["site"], row["business_date"]].append(row)
    return found


def _rows(connection: duckdb.DuckDBPyConnection, name: str, control: str = "") -> list[Row]:
    only = f"where said.control_id = '{control}'" if control else ""
    found = connection.execute(
        f"select said.*, sites.site from finance.{name} as said join core.dim_site as sites using (site_key) {only}"
    )
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture(scope="module")
def spoiled() -> Spoiled:
    return spoil(make_clean())


@pytest.fixture(scope="module")
def snapshot(spoiled: Spoiled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = home_of(tmp_path_factory.mktemp("spoiled"), spoiled.world)
    return home.folder / "published" / "current.duckdb"


@pytest.fixture(scope="module")
def told(snapshot: Path) -> Told:
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        return told_by(connection)


@pytest.fixture(scope="module")
def copy(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The snapshot, for an auditor to spoil."""
    file = tmp_path_factory.mktemp("copy") / "current.duckdb"
    shutil.copyfile(snapshot, file)
    with duckdb.connect(str(file)) as connection:
        yield connection


@contextmanager
def undone(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Whatever is done to the copy is taken back."""
    connection.execute("begin")
    try:
        yield
    finally:
        connection.execute("rollback")


def test_every_control_of_the_catalogue_has_a_fault_that_it_must_catch(told: Told) -> None:
    assert {name.split()[0] for name in [*PLANTED, *STORED]} == CATALOGUE
    assert {control for control, _, _ in told.results} == CATALOGUE


@pytest.mark.parametrize("name", PLANTED)
def test_a_fault_in_the_source_is_caught_with_its_document_and_its_amount(
    name: str, spoiled: Spoiled, told: Told
) -> None:
    for expected in spoiled.said[name]:
        key = (expected.control, expected.site, expected.day)
        assert told.results[key]["status"] == expected.status, (told.results[key], expected.because)
        assert [row for row in told.exceptions[key] if names(row, expected)], (told.exceptions[key], expected)


def names(row: Row, expected: Expected) -> bool:
    """An exception of this document, and of this amount where the fault has one."""
    whose = row["document"].startswith(expected.document) and bool(row["said"])
    if expected.diff is None:
        return whose
    return whose and row["diff"] is not None and abs(row["diff"]) == abs(expected.diff)


def test_no_control_objects_to_a_shop_day_on_which_nothing_was_done_for_it(spoiled: Spoiled, told: Told) -> None:
    strange = sorted(told.objecting - spoiled.days)
    assert not strange, [row for key in strange for row in told.exceptions[key]]


def test_no_control_objects_to_a_clean_company(tmp_path: Path) -> None:
    home = home_of(tmp_path, make_clean())
    with duckdb.connect(str(home.folder / "published" / "current.duckdb"), read_only=True) as connection:
        told = told_by(connection)
    assert not told.exceptions, dict(told.exceptions)
    assert {row["status"] for row in told.results.values()} == {"pass", "not_run"}


@pytest.mark.parametrize("name", STORED)
def test_a_fault_of_the_warehouse_itself_is_caught(name: str, copy: duckdb.DuckDBPyConnection, told: Told) -> None:
    with undone(copy):
        expected = STORED[name](Stored(copy))
        after = exceptions(copy, expected.control)
    key = (expected.control, expected.site, expected.day)
    assert [row for row in after[key] if names(row, expected)], (after[key], expected)
    assert {row["severity"] for row in after.pop(key)} == {SEVERITIES[expected.status]}
    assert after.keys() == {one for one in told.exceptions if one[0] == expected.control}, after


@pytest.mark.parametrize("name", ABSENT)
def test_a_side_that_is_missing_is_a_difference(name: str, copy: duckdb.DuckDBPyConnection) -> None:
    taken, expected = ABSENT[name]
    with undone(copy):
        assert copy.execute(taken).fetchall() == [(1,)]
        after = exceptions(copy, expected.control)
    found = after[expected.control, expected.site, expected.day]
    ours = [row for row in found if row["document"].startswith(expected.document)]
    assert [row["severity"] for row in ours if row["expected"] is None or row["actual"] is None] == ["B"], found


def test_a_verdict_says_what_its_exceptions_say(told: Told) -> None:
    """One row for every control and shop-day: `fail` where an exception locks the close, `warn` where one only warns."""
    shops = defaultdict(set)
    for control, site, day in told.results:
        shops[control].add((site, day))
    assert len({frozenset(days) for days in shops.values()}) == 1
    for key, row in told.results.items():
        found = told.exceptions.get(key, [])
        severities = {one["severity"] for one in found}
        verdict = "fail" if "B" in severities else "warn" if "W" in severities else "pass"
        assert row["status"] == verdict or (row["status"] == "not_run" and not found), (row, found)
        assert row["exceptions"] == len(found), row
        assert row["could_fail"] <= row["compared"], row


def test_an_exception_leads_to_the_row_that_it_names(snapshot: Path, told: Told) -> None:
    """But for C-14, which names what is not there, and leads to the order after it."""
    found = [row for rows in told.exceptions.values() for row in rows if row["control_id"] != "C-14"]
    assert {row["control_id"] for row in found if not row["drill_key"]} <= WITHOUT_DRILL
    named = [row for row in found if row["document"].split()[0] in KEYS and " line " not in row["document"]]
    assert {row["document"].split()[0] for row in named} == KEYS.keys()
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        for row in named:
            word, name = row["document"].split()
            fact, key, called = KEYS[word]
            own = f"select {called} from core.{fact} where cast({key} as varchar) = $1"
            line = " or ro_key = (select ro_key from core.fct_ro_line where cast(ro_line_key as varchar) = $1)"
            rows = connection.execute(own + (line if word == "RO" else ""), [row["drill_key"]]).fetchall()
            assert rows == [(name,)], row


def test_the_exceptions_of_c_01_add_up_to_what_keeps_the_day_from_tying(snapshot: Path, told: Told) -> None:
    deltas = _deltas(snapshot)
    assert any(deltas.values())
    for (site, day), delta in deltas.items():
        rows = told.exceptions.get(("C-01", site, day), [])
        assert sum((row["diff"] for row in rows if row["aspect"] == "I-1"), Decimal(0)) == delta, rows


def test_a_day_on_which_no_blocking_control_objects_ties(snapshot: Path, told: Told) -> None:
    blocked = {key[1:] for key, rows in told.exceptions.items() if any(row["severity"] == "B" for row in rows)}
    deltas = _deltas(snapshot)
    assert {day for day, delta in deltas.items() if delta} <= blocked
    assert deltas.keys() - blocked


def _deltas(snapshot: Path) -> dict[tuple[str, date], Decimal]:
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        rows = connection.execute(
            "select site, business_date, delta from finance.recon_sales_payments join core.dim_site using (site_key)"
        ).fetchall()
    return {(site, day): delta for site, day, delta in rows}


@pytest.mark.parametrize("control", [*TELEPHONE, *CARDS, "C-20", "C-28"])
def test_a_control_whose_source_a_shop_lacks_has_not_run_there_and_says_why(control: str, told: Told) -> None:
    rows = {key[1:]: row for key, row in told.results.items() if key[0] == control}
    assert {row["status"] for (site, _), row in rows.items() if site == POOR} == {"not_run"}
    assert all(row["not_run_reason"] for (site, _), row in rows.items() if site == POOR)
    assert not any(row["status"] == "not_run" for (site, _), row in rows.items() if site != POOR)


def test_a_control_that_cannot_fail_says_for_which_share(told: Told) -> None:
    """A shop whose system labels no payment: its charges are what is left, so they cannot disagree (REPORTS.md 6.7)."""
    shares = {key: row["vacuous_share"] or 0 for key, row in told.results.items() if key[0] == "C-01"}
    assert max(share for key, share in shares.items() if key[1] == POOR) > 0
    assert not any(share for key, share in shares.items() if key[1] != POOR)
    for key, row in told.results.items():
        if row["compared"]:
            assert (row["vacuous_share"] == 0) == (row["could_fail"] == row["compared"]), (key, row)

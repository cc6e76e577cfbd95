"""The Mitchell 1 template over the simulator's database, against the simulator's own truth."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.base import Failed, Rows, Window
from connectors.landing import landing
from connectors.simulator import mitchell1
from connectors.simulator.company import World, make_company
from connectors.simulator.events import Event, state_at
from connectors.sql import templates
from connectors.sql.source import Sql
from data_contracts.contract import load
from data_contracts.rules import judge

NAMES = Path(templates.__file__).parent / "examples" / "mitchell1_demo.yml"
SAME = {  # columns that come through as they are
    "repair_order": ("ro_number", "opened_at", "closed_date", "customer_id", "vehicle_id", "advisor_id", "odometer_in",
                     "quote_amount", "header_labor", "header_total"),
    "ro_job": ("title", "category", "decision", "presented_parts", "presented_labor", "sold_amount", "technician_id"),
    "customer": ("first_name", "last_name", "company_name", "phones", "email", "postal_code", "created_at"),
    "vehicle": ("customer_id", "vin", "year", "make", "model", "engine", "odometer"),
    "employee": ("name", "active"),
    "appointment": ("customer_id", "vehicle_id", "scheduled_at", "created_at", "source", "status", "ro_id", "services",
                    "booked_hours", "advisor_id"),
    "ar_entry": ("customer_id", "ro_id", "type", "amount", "business_date"),
    "purchase_line": ("supplier_id", "supplier_name", "part_number", "quantity", "unit_cost", "is_return", "ro_id",
                      "invoice_date"),
    "time_card": ("employee_id", "in_at", "out_at", "hours", "approved"),
}  # fmt: skip
STAGES = {"open": "Repair Order", "on_hold": "Repair Order", "scheduled": "Repair Order", "finished": "Invoice",
          "closed": "Posted", "void": "Void", "estimate": "Estimate"}  # fmt: skip
LINES = {"other": "sublet", "upcharge": "fee", **dict.fromkeys(mitchell1.TAKEN_OFF, "discount")}
Landed = dict[str, list[dict[str, Any]]]


@cache
def world() -> World:
    return make_company(7, shops=1, days=9, ros_per_day=6, calls_per_day=1, beside=True)


def connection(path: Path) -> Sql:
    site = world().company.sites[0]
    return Sql(f"sqlite:///{path}", mapping=NAMES, names={"shop.code": site.source_code, "shop.zone": site.timezone})


def read(path: Path, events: list[Event]) -> Landed:
    """Judged rows of a first pull, by table."""
    now, site = world().events[-1].at, world().company.sites[0]
    mitchell1.write(world().company, events, site, path, as_of=now)
    found: Landed = defaultdict(list)
    for item in connection(path).pull(Window(None, now + timedelta(hours=1))):
        assert not isinstance(item, Failed), item
        if isinstance(item, Rows):
            verdict = judge(load("sql")[item.table], item.frame)
            assert verdict.refused.is_empty(), verdict.refused["message"].to_list()
            found[item.table] += verdict.valid.to_dicts()
    return found


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Landed:
    return read(tmp_path_factory.mktemp("shop") / "shop.db", world().events)


def truth() -> dict[str, dict[str, dict[str, Any]]]:
    return state_at(world().events, world().events[-1].at, world().company.sites[0].id)


@pytest.mark.parametrize("table", SAME)
def test_what_is_read_equals_what_happened(landed: Landed, table: str) -> None:
    key = load("sql")[table].key
    rows = truth()[table].values() if table != "ro_job" else [
        job for order in truth()["repair_order"].values() for job in order["jobs"]]  # fmt: skip
    expected = {tuple(str(row[name]) for name in key): {name: row[name] for name in SAME[table]} for row in rows}
    found = {tuple(row[name] for name in key): {name: row[name] for name in SAME[table]} for row in landed[table]}
    assert found == expected != {}


def test_an_order_is_an_estimate_a_repair_order_an_invoice_and_then_posted(landed: Landed) -> None:
    orders = truth()["repair_order"]
    found = {row["ro_id"]: row["status"] for row in landed["repair_order"]}
    assert found == {key: STAGES[row["status"]] for key, row in orders.items()}
    meanings = connection(Path("x")).maps()["repair_order", "status"]
    assert meanings == {
        "Estimate": "estimate",
        "Repair Order": "open",
        "Invoice": "finished",
        "Posted": "closed",
        "Void": "void",
    }


def test_lines_come_to_the_same_money_by_class_with_sublet_told_from_labor_by_its_mark(landed: Landed) -> None:
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in landed["ro_line"]:
        found[row["ro_id"], row["line_type"]] += row["net_amount"]
    expected: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for order in truth()["repair_order"].values():
        for line in order["lines"]:
            expected[order["ro_id"], LINES.get(line["line_type"], line["line_type"])] += line["net_amount"]
    assert dict(found) == {place: amount for place, amount in expected.items() if amount or place in found}
    assert {kind for _, kind in found} >= {"part", "labor", "sublet", "supply", "fee", "tax", "discount"}


def test_receipts_are_on_invoice_on_deposit_or_on_account_and_charge_sales_stand_on_the_order(landed: Landed) -> None:
    kinds = connection(Path("x")).maps()["tender", "kind"]
    found: dict[tuple[str | None, str], Decimal] = defaultdict(Decimal)
    for row in landed["tender"]:
        found[row["ro_id"], kinds[row["kind"]]] += row["amount"]
    expected: dict[tuple[str | None, str], Decimal] = defaultdict(Decimal)
    orders = truth()["repair_order"]
    for row in truth()["tender"].values():
        posted = row["kind"] != "ar_charge" or orders[row["ro_id"]]["status"] == "closed"
        expected[row["ro_id"], row["kind"]] += row["amount"] * (not row["is_void"] and posted)
    assert dict(found) == {place: amount for place, amount in expected.items() if amount or place in found}
    assert {kind for _, kind in found} >= {"final", "advance", "ar_charge"}


def _changed(order: dict[str, Any], status: str, parts: int, hours: int) -> Event:
    """The order with this many more parts on it, saved this many hours after the last event."""
    line = next(one for one in order["lines"] if one["line_type"] == "part")
    more = [{**line, "line_id": f"{line['line_id']}x{nth}"} for nth in range(parts)]
    at = world().events[-1].at - timedelta(hours=6 - hours)
    posted = order["closed_date"] if status == "closed" else None
    data = {**order, "status": status, "closed_date": posted, "lines": order["lines"] + more, "updated_at": at}
    return replace(
        next(e for e in world().events if e.key == order["ro_id"] and e.entity == "repair_order"), at=at, data=data
    )


def test_an_invoice_that_gets_another_part_is_a_repair_order_again_and_the_next_pull_sees_it(tmp_path: Path) -> None:
    order = next(row for row in truth()["repair_order"].values()
                 if row["status"] == "closed" and any(line["line_type"] == "part" for line in row["lines"]))  # fmt: skip
    events, path = list(world().events), tmp_path / "shop.db"
    site, now = world().company.sites[0], world().events[-1].at
    stages = []
    for status, parts, hours in (("finished", 0, 1), ("finished", 1, 2), ("finished", 1, 3), ("closed", 1, 4)):
        events = sorted([*events, _changed(order, status, parts, hours)], key=lambda event: event.at)
        mitchell1.write(world().company, events, site, path, as_of=now)
        pulled_at = now + timedelta(hours=hours)
        result = landing.pull(tmp_path / "home", "dms", connection(path), {site.source_code: "x"}, pulled_at)
        assert result.failed == {}
        rows = pl.read_parquet(tmp_path / "home/landing/dms" / result.pull_id / "repair_order.parquet") \
            if result.tables["repair_order"].landed else pl.DataFrame({"ro_id": [], "status": []})  # fmt: skip
        stages += rows.filter(pl.col("ro_id") == order["ro_id"])["status"].to_list()
    assert stages == ["Invoice", "Repair Order", "Posted"], "and the third pull found nothing new"

"""Shopmonkey's change events: what they make of the event log's truth, in whatever pieces and order they come."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from connectors.simulator import shopmonkey, shopmonkey_rows
from connectors.simulator.company import World, make_company
from connectors.simulator.events import Site, state_at

Pull = Callable[..., Any]
Rows = Callable[[str], list[dict[str, Any]]]


@cache
def world() -> World:
    return make_company(7, shops=2, days=4, ros_per_day=4, calls_per_day=1, breaks=0, beside=True)


def site() -> Site:
    return world().company.sites[1]


def truth(as_of: datetime) -> dict[str, dict[str, dict[str, Any]]]:
    return state_at(world().events, as_of, site().id)


def orders(as_of: datetime) -> dict[str, dict[str, Any]]:
    found = truth(as_of)["repair_order"]
    return {key: row for key, row in found.items() if row["status"] != "void" and not row["deleted"]}


def money_of(lines: list[dict[str, Any]]) -> dict[tuple[str, str], Decimal]:
    kinds = {"upcharge": "fee", "other": "fee", **dict.fromkeys(shopmonkey_rows.TAKEN_OFF, "discount")}
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line["ro_id"], kinds.get(line["line_type"], line["line_type"])] += line["net_amount"]
    return {place: amount for place, amount in sums.items() if amount}


def is_the_truth(rows: Rows, as_of: datetime) -> None:
    expected = orders(as_of)
    heads = {row["ro_id"]: row for row in rows("repair_order")}
    assert heads.keys() == expected.keys() != set()
    shown = {"estimate": "estimate", "scheduled": "estimate", "closed": "closed"}
    for key, row in expected.items():
        said = heads[key]
        assert said["status"] == shown.get(row["status"], "open")
        assert said["closed_at"] == (row["closed_at"] if row["status"] == "closed" else None)
        assert (said["header_total"], said["header_tax"], said["advisor_id"]) == (
            row["header_total"],
            row["header_tax"],
            row["advisor_id"],
        )
        named = ("header_labor", "header_sublet", "header_supplies", "header_discount")
        assert [said[name] for name in named] == [row[name] for name in named]
    assert money_of(rows("ro_line")) == money_of([line for row in expected.values() for line in row["lines"]])
    payments = {row["tender_id"]: (row["ro_id"], row["amount"], row["recorded_at"]) for row in rows("tender")}
    assert payments == {
        key: (row["ro_id"], row["amount"], row["recorded_at"])
        for key, row in truth(as_of)["tender"].items()
        if row["method"] != "ar" and not row["is_void"] and row["ro_id"] in expected
    }


def test_what_is_read_is_what_happened(tmp_path: Path, pull: Pull, newest: Callable[[], Rows]) -> None:
    as_of = world().as_of
    shopmonkey.deliver(world().company, world().events, site(), tmp_path / "out", since=None, as_of=as_of)
    result = pull(tmp_path / "out", as_of)
    assert (result.failed, result.quarantined, result.warnings) == ({}, 0, [])
    rows, state = newest(), truth(as_of)
    is_the_truth(rows, as_of)
    jobs = {row["job_id"]: row for row in rows("ro_job")}
    for row in (job for order in orders(as_of).values() if order["status"] == "closed" for job in order["jobs"]):
        assert (jobs[row["job_id"]]["decision"], jobs[row["job_id"]]["sold_amount"]) == (
            row["decision"],
            row["sold_amount"],
        )
        if row["decision"] != "sold":
            assert jobs[row["job_id"]]["presented_labor"] == row["presented_labor"]
    people = {
        row["customer_id"]: (row["first_name"], row["company_name"], row["phones"], row["email"], row["type"])
        for row in rows("customer")
    }
    assert people == {
        key: (row["first_name"], row["company_name"], row["phones"], row["email"], row["type"])
        for key, row in state["customer"].items()
    }
    cars = {
        row["vehicle_id"]: (row["customer_id"], row["vin"], row["year"], row["odometer"]) for row in rows("vehicle")
    }
    assert cars == {
        key: (row["customer_id"], row["vin"], row["year"], row["odometer"]) for key, row in state["vehicle"].items()
    }
    cards = {
        row["card_id"]: (row["employee_id"], row["in_at"], row["out_at"], row["hours"]) for row in rows("time_card")
    }
    assert cards == {
        key: (row["employee_id"], row["in_at"], row["out_at"], row["hours"]) for key, row in state["time_card"].items()
    }
    seen = {
        row["inspection_id"]: (row["completed_at"], row["items_red"] or 0, row["items_green"] or 0)
        for row in rows("inspection")
    }
    assert seen == {
        key: (row["completed_at"], row["items_red"] or 0, row["items_green"] or 0)
        for key, row in state["inspection"].items()
    }
    due = {
        row["appointment_id"]: (row["scheduled_at"], row["ro_id"], row["status"] == "cancelled")
        for row in rows("appointment")
    }
    assert due == {
        key: (row["scheduled_at"], row["ro_id"], row["status"] == "cancelled")
        for key, row in state["appointment"].items()
    }
    assert {row["employee_id"]: row["name"] for row in rows("employee")} == {
        key: row["name"] for key, row in state["employee"].items()
    }


def test_a_second_pull_takes_what_was_added_and_an_unchanged_directory_lands_nothing(
    tmp_path: Path, pull: Pull, newest: Callable[[], Rows]
) -> None:
    first, second = world().first_pull, world().as_of
    for since, until in ((None, first), (first, second)):
        shopmonkey.deliver(world().company, world().events, site(), tmp_path / "out", since=since, as_of=until)
        pull(tmp_path / "out", until)
    is_the_truth(newest(), second)
    again = pull(tmp_path / "out", second + timedelta(hours=1))
    assert sum(counts.landed for counts in again.tables.values()) == 0


def test_files_that_come_in_any_order_end_at_the_same_truth(
    tmp_path: Path, pull: Pull, newest: Callable[[], Rows]
) -> None:
    """Three pulls of files that were copied at random: an older change that comes late changes nothing."""
    as_of = world().as_of
    shopmonkey.deliver(world().company, world().events, site(), tmp_path / "all", since=None, as_of=as_of)
    files = sorted((tmp_path / "all").glob("*/*.json"))
    Random(7).shuffle(files)
    for part in range(3):
        for file in files[part::3]:
            target = tmp_path / "out" / file.parent.name / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
        assert pull(tmp_path / "out", as_of + timedelta(minutes=part)).quarantined == 0
    is_the_truth(newest(), as_of)

"""Shopmonkey's change events: what they make of the event log's truth, in whatever pieces and order they come."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from connectors.landing import landing
from connectors.shopmonkey import Shopmonkey
from connectors.simulator import shopmonkey, shopmonkey_rows
from connectors.simulator.company import World, make_company
from connectors.simulator.events import Site, state_at

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
Pull = Callable[..., Any]
Rows = Callable[[str], list[dict[str, Any]]]


@cache
def world() -> World:
    return make_company(7, shops=2, days=4, ros_per_day=4, calls_per_day=1, breaks=0, beside=True)


def site() -> Site:
    return world().company.sites[1]


def truth(as_of: datetime) -> dict[str, dict[str, dict[str, Any]]]:
    return state_at(world().events, as_of, site().id)


@pytest.fixture
def pull(tmp_path: Path) -> Pull:
    def pulled(folder: Path, now: datetime) -> Any:
        return landing.pull(tmp_path / "home", "sm", Shopmonkey(folder), {site().source_code: "x"}, now)

    return pulled


@pytest.fixture
def newest(tmp_path: Path, build: Any) -> Callable[[], Rows]:
    """Rows of the newest version of each document, by model."""

    def built() -> Rows:
        con: duckdb.DuckDBPyConnection = build(Shopmonkey(tmp_path), "sm", tmp_path / "home" / "landing" / "sm")

        def rows(model: str) -> list[dict[str, Any]]:
            head = "repair_order" if model in ("ro_line", "ro_job", "ro_tax", "tender") else model
            newest = f"""select _version from int_shopmonkey__{head}
                qualify _order = max(_order) over (partition by document_key) and not _is_deleted"""
            sql = f"from int_shopmonkey__{model} where _version in ({newest})"
            found: list[dict[str, Any]] = con.sql(sql).pl().to_dicts()
            return found

        return rows

    return built


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


def put(folder: Path, table: str, row: dict[str, Any], second: int, operation: str = "UPDATE", **more: Any) -> Path:
    said = {
        "id": str(second),
        "table": table,
        "key": [row["id"]],
        "operation": operation,
        "mvccTimestamp": f"{second}000000000.0000000000",
    }
    said |= {"before": row} if operation == "DELETE" else {"after": row}
    file = folder / table / f"{second}-{second:x}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(said | more))
    return file


SECOND = int(datetime(2026, 3, 5, 15, tzinfo=UTC).timestamp())
ORDER = {"id": "o1", "locationId": "S2", "number": 7, "invoiced": True, "invoicedDate": "2026-03-05T15:00:00Z", "authorized": True,
         "createdDate": "2026-03-05T14:00:00Z", "partsCents": 1000, "laborCents": 0, "tiresCents": 0, "subcontractsCents": 0,
         "feesCents": 0, "shopSuppliesCents": 0, "epaCents": 0, "discountCents": 0, "taxCents": 0, "totalCostCents": 1000}  # fmt: skip
SERVICE = {"id": "s1", "orderId": "o1", "name": "Job", "authorizationStatus": "Authorized", "calculatedDiscountCents": 0,
           "calculatedPartsCents": 1000, "calculatedTiresCents": 0, "calculatedLaborCents": 0, "calculatedSubcontractsCents": 0}  # fmt: skip
PART = {
    "id": "p1",
    "orderId": "o1",
    "serviceId": "s1",
    "name": "Pad",
    "quantity": 1,
    "retailCostCents": 1000,
    "discountCents": 0,
}


def shop(folder: Path) -> None:
    for nth, (table, row) in enumerate((("order", ORDER), ("service", SERVICE), ("part", PART))):
        put(folder, table, row, SECOND + nth, "INSERT")


def test_a_change_of_a_line_alone_lands_the_whole_order_again(
    tmp_path: Path, pull: Pull, newest: Callable[[], Rows]
) -> None:
    shop(tmp_path / "out")
    pull(tmp_path / "out", NOW)
    put(tmp_path / "out", "part", {**PART, "retailCostCents": 1500}, SECOND + 60)
    counts = pull(tmp_path / "out", NOW + timedelta(hours=1)).tables["order_row"]
    assert (counts.landed, counts.relanded) == (1, 2)
    (line,) = newest()("ro_line")
    assert (line["net_amount"], line["job_id"]) == (Decimal("15.00"), "s1")


def test_a_row_that_is_deleted_leaves_its_order_and_a_deleted_order_is_gone(
    tmp_path: Path, pull: Pull, newest: Callable[[], Rows]
) -> None:
    shop(tmp_path / "out")
    put(tmp_path / "out", "part", {**PART, "id": "p2"}, SECOND + 5, "INSERT")
    pull(tmp_path / "out", NOW)
    put(tmp_path / "out", "part", {**PART, "id": "p2"}, SECOND + 60, "DELETE")
    pull(tmp_path / "out", NOW + timedelta(hours=1))
    assert [line["line_id"] for line in newest()("ro_line")] == ["p1"]
    put(tmp_path / "out", "order", {**ORDER, "deleted": True, "deletedReason": "twice"}, SECOND + 90)
    pull(tmp_path / "out", NOW + timedelta(hours=2))
    assert newest()("repair_order") == newest()("ro_line") == []


def test_a_part_that_is_moved_to_another_order_leaves_the_first_one(
    tmp_path: Path, pull: Pull, newest: Callable[[], Rows]
) -> None:
    shop(tmp_path / "out")
    for nth, (table, row) in enumerate(
        (("order", {**ORDER, "id": "o2", "number": 8}), ("service", {**SERVICE, "id": "s2", "orderId": "o2"}))
    ):
        put(tmp_path / "out", table, row, SECOND + 10 + nth, "INSERT")
    pull(tmp_path / "out", NOW)
    put(tmp_path / "out", "part", {**PART, "orderId": "o2", "serviceId": "s2"}, SECOND + 60, before=PART)
    pull(tmp_path / "out", NOW + timedelta(hours=1))
    assert [line["ro_id"] for line in newest()("ro_line")] == ["o2"]


def test_work_that_was_declined_or_deferred_is_a_job_and_no_line(
    tmp_path: Path, pull: Pull, newest: Callable[[], Rows]
) -> None:
    shop(tmp_path / "out")
    for nth, (status, reason) in enumerate((("Declined", "Declined"), ("NotAuthorized", "InvoicedNotAuthorized"))):
        own = {"id": f"d{nth}", "authorizationStatus": status, "deferredReason": reason}
        put(tmp_path / "out", "service", {**SERVICE, **own}, SECOND + 10 + nth, "INSERT")
        put(tmp_path / "out", "part", {**PART, "id": f"dp{nth}", "serviceId": f"d{nth}"}, SECOND + 20 + nth, "INSERT")
    pull(tmp_path / "out", NOW)
    rows = newest()
    assert {row["job_id"]: row["decision"] for row in rows("ro_job")} == {
        "s1": "sold",
        "d0": "declined",
        "d1": "deferred",
    }
    assert [line["line_id"] for line in rows("ro_line")] == ["p1"]
    assert rows("repair_order")[0]["quote_amount"] == Decimal("30.00")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"id": 1, "table": "par', "is no whole JSON; it is read again"),
        ('{"table": "part", "operation": "UPDATE"}', "is no change event with table, operation, before or after"),
        ('{"table": "order", "operation": "UPDATE", "after": {"id": "p1"}, "mvccTimestamp": "1.0"}', "is no change event"),
        ('{"table": "part", "operation": "MERGE", "after": {"id": "p1"}, "mvccTimestamp": "1.0"}', "is no change event"),
        ('{"table": "part", "operation": "UPDATE", "after": {"id": "p1"}}', "has no mvccTimestamp"),
        ('{"table": "part", "operation": "UPDATE", "after": {"id": "p1"}, "mvccTimestamp": "yesterday"}', "has no mvccTimestamp"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named_holds_up_no_other_and_is_read_again(
    tmp_path: Path, pull: Pull, content: str, said: str
) -> None:
    shop(tmp_path / "out")
    file = put(tmp_path / "out", "part", {**PART, "id": "p2"}, SECOND + 5, "INSERT")
    good = file.read_text()
    file.write_text(content)
    failed = pull(tmp_path / "out", NOW).failed
    assert said in failed[f"file part/{file.name}"]
    file.write_text(good)
    again = pull(tmp_path / "out", NOW + timedelta(hours=1))
    assert (again.failed, again.tables["order_row"].landed) == ({}, 1)


def test_a_value_that_the_contract_does_not_know_is_quarantined(tmp_path: Path, pull: Pull) -> None:
    shop(tmp_path / "out")
    put(tmp_path / "out", "service", {**SERVICE, "id": "s9", "authorizationStatus": "Maybe"}, SECOND + 9, "INSERT")
    assert pull(tmp_path / "out", NOW).quarantined == 1
    put(tmp_path / "out", "order", {**ORDER, "id": "o9", "locationId": "S77"}, SECOND + 60, "INSERT")
    assert pull(tmp_path / "out", NOW + timedelta(hours=1)).quarantined >= 1


def test_a_stream_that_has_been_silent_for_a_week_has_expired(tmp_path: Path, pull: Pull) -> None:
    shop(tmp_path / "out")
    assert pull(tmp_path / "out", NOW + timedelta(days=6)).failed == {}
    said = pull(tmp_path / "out", NOW + timedelta(days=8)).failed["stream"]
    assert "no change since 2026-03-05; the tool's subscription has expired: run its import again" in said


def test_check_says_how_many_events_there_are_of_each_table(tmp_path: Path) -> None:
    shop(tmp_path / "out")
    put(tmp_path / "out", "label", {"id": "l"}, SECOND)
    assert Shopmonkey(tmp_path / "out").check()[1:] == [
        "label: 1 event(s), not read",
        "order: 1 event(s)",
        "part: 1 event(s)",
        "service: 1 event(s)",
    ]

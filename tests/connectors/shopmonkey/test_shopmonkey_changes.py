"""Shopmonkey's change events one by one: what becomes of an order when a row of it changes, moves, goes, or cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.shopmonkey import Shopmonkey

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
Pull = Callable[..., Any]
Rows = Callable[[str], list[dict[str, Any]]]


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

"""What a pull asks of PartnerHub, what is deleted or merged, and what happens when an operation fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.base import Cursor, Keys, Rows, SourceError, TieoutError, Window
from connectors.landing import landing
from connectors.pbs import Pbs
from connectors.pbs_order import document
from connectors.simulator.httpserver import BROKEN, REFUSED
from connectors.simulator.pbs import PbsServer
from tests.connectors import dms_truth
from tests.connectors.faults import HOPELESS, Fault, Tables, ends_by_name, ends_well, pulled

Serve = Callable[..., PbsServer]
Connect = Callable[..., Pbs]
NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
EXPECTED: Tables = {}  # what a pull without faults brings, pulled once


def asked(server: PbsServer) -> list[tuple[str, ...]]:
    """Operation and filters, without the ends of instants."""
    found = []
    for request in server.requests:
        filters = (f"{name} {value[:10]}" for name, value in request.json.items() if isinstance(value, str))
        found.append((request.path.rpartition("/")[2], *(text for text in filters if "Serial" not in text)))
    return found


def test_a_first_pull_reads_by_the_month_and_a_later_one_what_changed(serve: Serve, connect: Connect) -> None:
    server = serve()
    list(connect(server, history_days=40).pull(Window(None, NOW)))
    assert asked(server) == [
        ("RepairOrderGet", "CashieredSince 2026-02-04", "CashieredUntil 2026-03-07"),
        ("RepairOrderGet", "CashieredSince 2026-03-07", "CashieredUntil 2026-03-17"),
        ("RepairOrderGet", "OpenDateSince 2026-02-04"),
        ("ContactGet",),
        ("VehicleGet",),
        ("EmployeeGet",),
    ]
    assert server.requests[0].json["CashieredSince"] == "2026-02-04T12:00:00.0000000Z"
    server.requests.clear()
    still = {"9": "2026-01-20T15:00:00.0000000Z"}
    list(connect(server).pull(Window(NOW - timedelta(days=1), NOW, {"open": still})))
    assert asked(server) == [
        ("RepairOrderGet", "CashieredSince 2026-03-08", "CashieredUntil 2026-03-17"),
        ("RepairOrderGet", "OpenDateSince 2026-01-20"),  # the oldest order that was still open
        ("RepairOrderGet", "ModifiedSince 2026-03-15"),
        ("RepairOrderGet", "RepairOrderId 9"),  # which is in none of these lists
        ("ContactGet", "ModifiedSince 2026-03-15"),
        ("VehicleGet", "ModifiedSince 2026-03-15"),
        ("EmployeeGet",),
    ]


def test_named_days_are_read_by_the_cashier_with_a_day_on_each_side(serve: Serve, connect: Connect) -> None:
    server = serve()
    list(connect(server).pull(Window(NOW, NOW, dates=(date(2026, 3, 1), date(2026, 3, 2)))))
    assert ("RepairOrderGet", "CashieredSince 2026-02-28", "CashieredUntil 2026-03-04") in asked(server)


def test_an_open_order_that_is_in_no_answer_any_more_was_deleted(
    serve: Serve, connect: Connect, tmp_path: Path
) -> None:
    now = dms_truth.working_hours()
    server, sites = serve(now), {dms_truth.shop().source_code: "x"}
    landing.pull(tmp_path, "pb", connect(server), sites, now)
    lost = next(key for key, ro in server.state()["repair_order"].items() if ro["status"] == "open")
    server.events = [event for event in server.events if event.key != lost or event.entity != "repair_order"]
    result = landing.pull(tmp_path, "pb", connect(server), sites, now + timedelta(hours=1))
    assert result.tables["repair_order"].deleted == 1
    items = connect(server).pull(Window(now, now, {"open": {lost: "2026-03-01T00:00:00.0000000Z"}}))
    assert lost not in next(item.value for item in items if isinstance(item, Cursor))["open"]


def test_an_open_order_that_is_in_no_list_any_more_and_still_there_is_asked_for_by_its_id(
    serve: Serve, connect: Connect, tmp_path: Path
) -> None:
    """It was closed with a date of last month, and nothing tells of the change."""
    now = dms_truth.working_hours()
    server, sites = serve(now), {dms_truth.shop().source_code: "x"}
    landing.pull(tmp_path, "pb", connect(server), sites, now)
    lost = next(key for key, ro in server.state()["repair_order"].items() if ro["status"] == "open")
    back = {name: now - timedelta(days=40) for name in ("opened_at", "closed_at", "updated_at")}
    server.events = [
        replace(event, data={**event.data, **back, "status": "closed", "closed_date": back["closed_at"].date()})
        if (event.entity, event.key) == ("repair_order", lost)
        else event
        for event in server.events
    ]
    server.requests.clear()
    server.as_of = now + timedelta(hours=1)
    result = landing.pull(tmp_path, "pb", connect(server), sites, now + timedelta(hours=1))
    assert ("RepairOrderGet", f"RepairOrderId {lost}") in asked(server)
    assert result.tables["repair_order"].deleted == 0
    items = list(connect(server).pull(Window(now, now, {"open": {lost: "2026-03-01T00:00:00.0000000Z"}})))
    orders = [item.frame for item in items if isinstance(item, Rows) and item.table == "repair_order"]
    assert lost in pl.concat(orders)["repair_order_id"].to_list()


def test_a_server_that_does_not_know_the_filter_is_asked_once(serve: Serve, connect: Connect) -> None:
    server, gone = serve(), {"8": "2026-03-01T00:00:00.0000000Z", "9": "2026-03-01T00:00:00.0000000Z"}
    server.by_id = False
    items = list(connect(server).pull(Window(NOW - timedelta(days=1), NOW, {"open": gone})))
    assert [one for one in asked(server) if one[1:] and "RepairOrderId" in one[1]] == [
        ("RepairOrderGet", "RepairOrderId 8")
    ]
    (keys,) = (item for item in items if isinstance(item, Keys))
    assert keys.frame.is_empty()


def test_a_merged_contact_names_the_one_that_goes_on_and_a_deleted_one_is_landed_so(
    serve: Serve, connect: Connect, tmp_path: Path
) -> None:
    server = serve()
    first, second, third = sorted(server.state()["customer"])[:3]
    server.merged, server.deleted = {first: second}, {third}
    landing.pull(tmp_path, "pb", connect(server), {dms_truth.shop().source_code: "x"}, NOW)
    rows = pl.read_parquet(next((tmp_path / "landing/pb").glob("*/contact.parquet")))
    found = {row["contact_id"]: row for row in rows.to_dicts()}
    assert (found[first]["merged_to_contact_ref"], found[second]["merged_to_contact_ref"]) == (second, None)
    assert [key for key, row in found.items() if row["_is_deleted"]] == [third]


def test_an_order_is_taken_apart_and_a_list_may_be_absent_or_null() -> None:
    order: dict[str, Any] = {
        "RepairOrderId": "R", "CustomerSummary": {"Labour": 1}, "WarrantySummary": None, "PendingRequests": None,
        "Requests": [{"RequestDescription": "Brakes", "Summary": {"SubTotal": 2}, "PartLines": [{"PartNumber": "P"}]}],
    }  # fmt: skip
    found = document(order, "D")
    assert found["summary"] == [{"repair_order_id": "R", "payer": "customer", "labour": "1"}]
    place = {"repair_order_id": "R", "request_state": "done", "request_ordinal": "1"}
    assert found["request"] == [{"request_description": "Brakes", "summary_sub_total": "2", **place}]
    assert found["part"] == [{"part_number": "P", **place, "line_ordinal": "1"}]
    with pytest.raises(SourceError, match="Requests of an order is no list of objects"):
        document({"RepairOrderId": "R", "Requests": "none"}, "D")


def test_columns_added_and_enums_grown(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = serve()
    answer = server.answer

    def grown(request: Any, fault: str) -> Any:
        reply = answer(request, fault)
        for order in reply.body.get("RepairOrders", [])[:1]:
            order["Loyalty"] = "GOLD"
            order["Requests"] = [{"ChargeType": "Fleet", "LabourLines": []}]
        return reply

    monkeypatch.setattr(server, "answer", grown)
    result = landing.pull(tmp_path, "pb", connect(server), {dms_truth.shop().source_code: "x"}, NOW)
    assert "loyalty" in str(result.warnings)
    assert (result.tables["repair_order"].quarantined, result.tables["request"].quarantined) == (1, 1)
    assert result.tables["repair_order"].landed > 30


@pytest.mark.parametrize(
    ("kind", "operation"),
    [*((kind, "RepairOrderGet") for kind in (*REFUSED, *BROKEN)), ("503", "ContactGet"), ("reset", "EmployeeGet")],
)
def test_a_fault_ends_in_the_exact_truth_or_a_failure_by_name(
    serve: Serve, connect: Connect, kind: str, operation: str
) -> None:
    server, window = serve(), Window(None, NOW)
    if not EXPECTED:
        EXPECTED.update(pulled(connect(server), window)[0])
    ends_well(server, connect(server), window, Fault(kind, operation), EXPECTED)


@pytest.mark.parametrize("kind", ["503", "secret", "error-body", "html", "truncated", "encoding", *HOPELESS])
def test_a_fault_that_stays_names_the_dealer_and_shows_no_password(serve: Serve, connect: Connect, kind: str) -> None:
    server, window = serve(), Window(None, NOW)
    if not EXPECTED:
        EXPECTED.update(pulled(connect(server), window)[0])
    label = "PBS dealer S4: /json/reply/ContactGet"
    ends_by_name(server, connect(server), window, Fault(kind, "ContactGet"), EXPECTED, label, server.password)


def test_check_asks_and_settings_that_mean_nothing_are_refused(serve: Serve, connect: Connect) -> None:
    server = serve()
    assert connect(server).check() == [f"dealer S4: {len(server.state()['employee'])} employee(s)"]
    for settings, message in (({"password": ""}, "password: is empty"), ({"history_days": 0}, "history_days: 0")):
        with pytest.raises(TieoutError, match=message):
            connect(server, **settings)
    with pytest.raises(TieoutError, match="is not https"):
        Pbs("1", "u", "p", base_url="http://pbs.example")

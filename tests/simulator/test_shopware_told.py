"""Through Shop-Ware's API, landing and the models: orders, work, payments and people are the event log's.

Keep out: whether the API is spoken as the vendor's documents say (test_shopware_far_end.py)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from connectors.landing import landing
from connectors.shopware import ShopWare
from connectors.simulator.shopware import ShopWareServer
from connectors.simulator.shopware_services import CLASSES
from tests.connectors.conftest import modelled
from tests.simulator.shopware_shop import payment_types, truth, world


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The kind's models over one pull of the whole tenant."""
    home = tmp_path_factory.mktemp("home")
    with ShopWareServer(world().company, world().events, world().as_of).running() as server:
        source = ShopWare(1, server.partner_id, server.secret, payment_types(server), base_url=server.url, page_size=50)
        result = landing.pull(home, "dms", source, {"2": "den"}, world().as_of)
    assert (result.quarantined, result.failed, result.warnings) == (0, {}, [])
    return modelled(source, "dms", home / "landing" / "dms")


def test_every_order_comes_out_at_the_total_of_the_event_log(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Through the API, landing and the models, to the cent, and by class of line."""
    sql = "select ro_id, line_type, sum(net_amount) from int_shopware__ro_line group by all"
    found = {(ro_id, kind): amount for ro_id, kind, amount in warehouse.sql(sql).fetchall() if amount}
    expected: dict[tuple[str, str], Decimal] = {}
    for ro_id, ro in truth()["repair_order"].items():
        for line in ro["lines"]:
            place = (ro_id, line["line_type"])
            expected[place] = expected.get(place, Decimal(0)) + line["net_amount"]
    assert found == {place: amount for place, amount in expected.items() if amount}
    totals = {ro_id: ro["header_total"] for ro_id, ro in truth()["repair_order"].items()}
    sums = dict(warehouse.sql("select ro_id, sum(net_amount) from int_shopware__ro_line group by all").fetchall())
    assert sums == {ro_id: total for ro_id, total in totals.items() if ro_id in sums}
    assert len(totals) > 50


def test_labor_keeps_its_hours_and_the_shares_of_its_technicians(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    sql = """select ro_id, split_part(technician_ids, ':', 1), sum(hours_billed)
             from int_shopware__ro_line where line_type = 'labor' group by all"""
    found = {(ro_id, technician): hours for ro_id, technician, hours in warehouse.sql(sql).fetchall()}
    expected: dict[tuple[str, str], Decimal] = {}
    for ro_id, ro in truth()["repair_order"].items():
        for line in ro["lines"]:
            for share in (line["technician_ids"] or "").split(";") if line["line_type"] == "labor" else ():
                technician, part = share.split(":")
                place = (ro_id, technician)
                expected[place] = expected.get(place, Decimal(0)) + line["hours_billed"] * Decimal(part)
    assert found == expected


def test_payments_are_those_of_the_event_log_but_charges_to_an_account(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    sql = "select tender_id, ro_id, amount, recorded_at from int_shopware__tender"
    found = {row[0]: row[1:3] for row in warehouse.sql(sql).fetchall()}
    orders = truth()["repair_order"]
    expected = {
        key: (row["ro_id"], row["amount"])
        for key, row in truth()["tender"].items()
        if row["method"] != "ar" and row["ro_id"] in orders
    }
    assert found == expected


def test_states_and_people_come_out_as_they_went_in(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = dict(warehouse.sql("select ro_id, status from int_shopware__repair_order").fetchall())
    shown = {"finished": "open", "on_hold": "open", "scheduled": "estimate"}
    assert found == {key: shown.get(row["status"], row["status"]) for key, row in truth()["repair_order"].items()}
    sql = """select customer_id, coalesce(company_name, first_name || ' ' || last_name), phones, type
             from int_shopware__customer"""
    people = {row[0]: row[1:] for row in warehouse.sql(sql).fetchall()}
    assert people == {
        key: (row["company_name"] or f"{row['first_name']} {row['last_name']}", row["phones"], row["type"])
        for key, row in truth()["customer"].items()
    }


def test_jobs_are_those_of_the_event_log_with_what_was_presented_and_declined(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    sql = "select ro_id, title, decision, presented_parts, presented_labor, presented_sublet from int_shopware__ro_job"
    found = {row[:2]: row[2:] for row in warehouse.sql(sql).fetchall() if row[1] != "Other work"}
    expected: dict[tuple[str, str], tuple[Any, ...]] = {}
    for ro_id, ro in truth()["repair_order"].items():
        estimate, closed = ro["status"] in ("estimate", "scheduled"), ro["status"] == "closed"
        for job in ro["jobs"]:
            decision = job["decision"]
            if decision == "deferred" and not closed:
                decision = "open"
            if decision == "sold" and estimate:
                decision = "open"
            presented = tuple(job[f"presented_{name}"] for name in ("parts", "labor", "sublet"))
            expected[ro_id, job["title"]] = (decision, *presented)
    assert found.keys() == expected.keys()
    differing = {place for place in expected if found[place] != expected[place]}
    # a fee of a job is in its fixed price, and what an order gives for nothing is not in its lines
    assert not {place for place in differing if found[place][0] != expected[place][0]}
    assert not {place for place in differing if expected[place][0] in ("declined", "deferred", "open")}
    assert {row[0] for row in found.values()} == {"sold", "declined", "deferred", "open"}
    assert len(differing) < len(expected) / 20


def test_a_quote_is_what_stands_on_the_order_and_what_was_recommended_beside_it(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    sql = "select ro_id, quote_amount from int_shopware__repair_order"
    found = dict(warehouse.sql(sql).fetchall())
    jobs = """select ro_id, sum(presented_parts + presented_labor + presented_sublet)
        from int_shopware__ro_job group by all"""
    assert {key: value for key, value in found.items() if value is not None} == dict(warehouse.sql(jobs).fetchall())
    quoted = {key: ro["quote_amount"] for key, ro in truth()["repair_order"].items() if ro["jobs"]}
    assert sum(found[key] == amount for key, amount in quoted.items()) > len(quoted) * 9 // 10


def test_inspections_appointments_and_shifts_are_those_of_the_event_log(warehouse: duckdb.DuckDBPyConnection) -> None:
    state = truth()
    sql = "select ro_id, completed_at is not null, items_red, items_yellow, items_green from int_shopware__inspection"
    found = {row[0]: row[1:] for row in warehouse.sql(sql).fetchall()}
    expected = {
        row["ro_id"]: (
            row["completed_at"] is not None,
            row["items_red"] or 0,
            row["items_yellow"] or 0,
            row["items_green"] or 0,
        )
        for row in state["inspection"].values()
        if any(
            line["line_type"] in CLASSES
            for line in state["repair_order"].get(row["ro_id"], {}).get("lines", ())
        )
    }
    assert found == expected != {}
    sql = "select appointment_id, ro_id, scheduled_at, booked_hours, services from int_shopware__appointment"
    due = {row[0]: row[1:] for row in warehouse.sql(sql).fetchall()}
    assert due == {
        key: (row["ro_id"], row["scheduled_at"], row["booked_hours"], row["services"])
        for key, row in state["appointment"].items()
        if row["ro_id"]
    }
    sql = "select employee_id, in_at, out_at, site from int_shopware__time_card"
    assert sorted(warehouse.sql(sql).fetchall(), key=str) == sorted(
        ((row["employee_id"], row["in_at"], row["out_at"], "2") for row in state["time_card"].values()), key=str
    )

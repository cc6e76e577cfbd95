"""Pulls of a made-up shop by both protocols: what comes out of the models is what happened, as far as each can say."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from connectors.landing import landing
from connectors.reading import http
from connectors.simulator.events import state_at
from connectors.simulator.protractor import ProtractorServer
from connectors.simulator.protractor_payload import guid
from tests.connectors import dms_truth, faults
from tests.connectors.protractor.conftest import connected

TOLD = {"estimate": "estimate", "scheduled": "scheduled", "open": "open", "on_hold": "open", "finished": "finished",
        "closed": "closed"}  # fmt: skip
NEWEST = dms_truth.NEWEST.format(orders="int_protractor__repair_order")
LIVE = f"{NEWEST} and not _is_deleted"
Money = dict[tuple[str, str], Decimal]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, build: Any) -> duckdb.DuckDBPyConnection:
    """By IntegrationServices: a first pull two days before the end, a second at the end."""
    home, world, site = tmp_path_factory.mktemp("home"), dms_truth.world(), dms_truth.shop()
    halfway = world.as_of - timedelta(days=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "PATIENCE", faults.QUICK)
        with ProtractorServer(world.company, world.events, site, halfway).running() as server:
            source = connected(server)
            for until in (halfway, world.as_of):
                server.advance(until)
                result = landing.pull(home, "pr", source, {server.location: site.id}, until)
                assert (result.quarantined, result.failed, result.warnings) == (0, {}, [])
    con: duckdb.DuckDBPyConnection = build(source, "pr", home / "landing" / "pr")
    return con


@pytest.fixture(scope="module")
def posted(tmp_path_factory: pytest.TempPathFactory, build: Any) -> duckdb.DuckDBPyConnection:
    """By the CRM data set, which is throttled on the way."""
    home, world, site = tmp_path_factory.mktemp("home"), dms_truth.world(), dms_truth.shop()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "PATIENCE", faults.QUICK)
        with ProtractorServer(world.company, world.events, site, world.as_of).running() as server:
            server.throttle = ["00:00:00", "00:00:01"]
            source = connected(server, protocol="crm")
            result = landing.pull(home, "crm", source, {server.location: site.id}, world.as_of)
            assert (result.quarantined, result.failed, result.warnings) == (0, {}, [])
    con: duckdb.DuckDBPyConnection = build(source, "crm", home / "landing" / "crm")
    return con


def number(order: dict[str, Any]) -> str:
    """INV and the number, CS on a credit slip; the number alone on a work order."""
    digits = "".join(filter(str.isdigit, order["ro_number"]))
    prefix = "CS" if order["refund_of_ro_id"] else "INV"
    return f"{prefix}{digits}" if order["status"] == "closed" else digits


def truth(*statuses: str) -> dict[str, dict[str, Any]]:
    return {number(order): order for order in dms_truth.orders(statuses or TOLD).values()}


def told(orders: dict[str, dict[str, Any]]) -> Money:
    """Net amount by number and type."""
    sums: Money = defaultdict(Decimal)
    for key, order in orders.items():
        for line in order["lines"]:
            sums[key, line["line_type"]] += line["net_amount"]
    return {key: amount for key, amount in sums.items() if amount}


def modelled(con: duckdb.DuckDBPyConnection) -> Money:
    sql = f"""select ro_number, line_type, sum(net_amount) from int_protractor__ro_line
        join (select ro_id, ro_number, _version from int_protractor__repair_order) using (ro_id, _version)
        where {LIVE} group by all"""
    return {row[:2]: row[2] for row in con.sql(sql).fetchall() if row[2]}


def test_every_order_arrives_with_its_state_and_its_day(built: duckdb.DuckDBPyConnection) -> None:
    """One that was given up, or became an invoice, is a work order no more."""
    found, site = dms_truth.headers(built, "protractor"), dms_truth.shop()
    assert found.keys() == truth().keys()
    assert len(found) > 30
    for key, order in truth().items():
        row = found[key]
        assert row["status"] == TOLD[order["status"]]
        assert row["odometer_in"] == order["odometer_in"]
        assert (row["closed_at"] and site.business_date(row["closed_at"])) == order["closed_date"]
        assert row["advisor_id"] == guid("staff", order["advisor_id"])


def test_money_is_the_truth_by_order_and_kind(built: duckdb.DuckDBPyConnection) -> None:
    found = modelled(built)
    assert found == told(truth())
    assert {kind for _, kind in found} >= {"part", "labor", "sublet", "supply", "fee", "tax", "upcharge"}


def test_a_credit_slip_is_a_document_of_its_own_below_zero(built: duckdb.DuckDBPyConnection) -> None:
    slips = {key: row for key, row in dms_truth.headers(built, "protractor").items() if key.startswith("CS")}
    assert slips.keys() == {number(order) for order in truth().values() if order["refund_of_ro_id"]}
    assert all(row["header_total"] < 0 for row in slips.values())


def test_discounts_hours_and_costs_are_the_truth(built: duckdb.DuckDBPyConnection) -> None:
    lines = [line for order in truth().values() for line in order["lines"]]
    names = ("hours_billed", "discount_amount", "cost_amount")
    sql = f"select {', '.join(f'sum({name})' for name in names)} from int_protractor__ro_line where {LIVE}"
    assert built.sql(sql).fetchone() == tuple(sum(line[name] or 0 for line in lines) for name in names)


def test_the_header_is_the_sum_of_the_lines(built: duckdb.DuckDBPyConnection) -> None:
    sql = f"select ro_id, sum(net_amount) from int_protractor__ro_line where {LIVE} group by 1"
    totals = {row["ro_id"]: row["header_total"] for row in dms_truth.headers(built, "protractor").values()}
    assert dict(built.sql(sql).fetchall()) == {key: total for key, total in totals.items() if total}


def test_what_was_put_off_or_declined_is_a_deferred_job_with_its_price(built: duckdb.DuckDBPyConnection) -> None:
    parts = ("presented_labor", "presented_parts", "presented_sublet")
    jobs = [job for order in truth().values() for job in order["jobs"] if job["decision"] in ("declined", "deferred")]
    sql = f"""select count(*), sum({" + ".join(parts)}) from int_protractor__ro_job
        where decision = 'deferred' and {LIVE}"""
    assert built.sql(sql).fetchone() == (len(jobs), sum(job[part] for job in jobs for part in parts))
    assert len(jobs) > 5


def test_people_and_cars_that_orders_name_are_those_of_the_shop(built: duckdb.DuckDBPyConnection) -> None:
    state = state_at(dms_truth.world().events, dms_truth.world().as_of, dms_truth.shop().id)
    orders = truth().values()
    for entity, kind, column, columns in (
        ("customer", "contact", "customer_id", ("first_name", "company_name", "email", "phones", "postal_code")),
        ("vehicle", "car", "vehicle_id", ("vin", "make", "year")),
        ("employee", "staff", "advisor_id", ("name", "role")),
    ):
        named = {order[column] for order in orders}
        sql = f"select {entity}_id, {', '.join(columns)} from int_protractor__{entity}"
        newest = f" qualify _order = max(_order) over (partition by {entity}_id)"
        found = {row[0]: row[1:] for row in built.sql(sql + newest).fetchall()}
        people = {guid(kind, key): tuple(state[entity][key][name] for name in columns) for key in named}
        assert {key: row for key, row in found.items() if key in people} == people
        assert entity == "employee" or len(found) <= len({event.key for event in dms_truth.world().events})


def test_the_crm_data_set_tells_the_same_of_what_is_posted(
    posted: duckdb.DuckDBPyConnection, built: duckdb.DuckDBPyConnection
) -> None:
    assert modelled(posted) == told(truth("closed"))
    closed = {key: row for key, row in dms_truth.headers(built, "protractor").items() if row["status"] == "closed"}
    found = dms_truth.headers(posted, "protractor")
    same = ("ro_id", "closed_at", "customer_id", "vehicle_id", "header_total", "header_tax", "odometer_in")
    assert {key: [row[name] for name in same] for key, row in found.items()} == {
        key: [row[name] for name in same] for key, row in closed.items()
    }
    count = posted.sql("select count(*) from int_protractor__customer where phones like '+1%'").fetchone()
    assert count is not None
    assert count[0] > 10

"""Extracts of the far end, pulled twice: what comes out of the models is what happened."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from connectors import cdk
from connectors.cdk import Cdk
from connectors.landing import landing
from connectors.reading import http
from connectors.simulator.cdk import CdkServer
from connectors.simulator.cdk_order import CODES, KINDS
from connectors.simulator.events import state_at
from tests.connectors import dms_truth
from tests.connectors.faults import QUICK

SENT = ("open", "on_hold", "finished", "closed", "void")
WITH_LINES = SENT[:-1]
TOLD = {"on_hold": "open", "finished": "open"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, build: Any) -> duckdb.DuckDBPyConnection:
    """Two mornings, two pulls."""
    home, world, site = tmp_path_factory.mktemp("home"), dms_truth.world(), dms_truth.shop()
    halfway = world.as_of - timedelta(days=2)
    server = CdkServer(world.company, world.events, site, halfway)
    with pytest.MonkeyPatch.context() as patch, server.running():
        patch.setattr(http, "PATIENCE", QUICK)
        patch.setattr(cdk, "PATIENCE", QUICK)
        source = Cdk(site.source_code, server.user, server.password, CODES, base_url=server.url, history_days=20)
        for until in (halfway, world.as_of):
            server.as_of = until
            result = landing.pull(home, "ck", source, {site.source_code: site.id}, until)
            assert (result.quarantined, result.failed, result.warnings) == (0, {}, [])
    con: duckdb.DuckDBPyConnection = build(source, "ck", home / "landing" / "ck")
    return con


def test_every_order_arrives_with_its_state_and_its_days(built: duckdb.DuckDBPyConnection) -> None:
    truth, found = dms_truth.orders(SENT), dms_truth.headers(built, "cdk")
    assert found.keys() == truth.keys()
    for number, row in found.items():
        told = truth[number]
        closed = told["closed_date"] if told["status"] == "closed" else None
        assert (row["status"], row["closed_date"], row["odometer_in"]) == (
            TOLD.get(told["status"], told["status"]),
            closed,
            told["odometer_in"],
        )
        assert row["opened_at"].date() == dms_truth.shop().business_date(told["opened_at"])


def test_money_is_the_truth_by_order_kind_and_payer(built: duckdb.DuckDBPyConnection) -> None:
    """Discounts of lines stand as rows of their own beside the gross."""
    truth = dms_truth.gross(dms_truth.orders(WITH_LINES).values(), KINDS)
    assert {kind for _, kind, _ in truth} >= {"part", "labor", "sublet", "supply", "fee", "tax", "discount"}
    assert dms_truth.modelled(built, "cdk") == truth


def test_the_totals_of_all_who_pay_are_the_sum_of_the_lines(built: duckdb.DuckDBPyConnection) -> None:
    compared, wrong = dms_truth.totals(built, "cdk")
    assert (compared > 30, wrong) == (True, 0)


def test_hours_costs_and_technicians_are_the_truth(built: duckdb.DuckDBPyConnection) -> None:
    lines = [line for order in dms_truth.orders(WITH_LINES).values() for line in order["lines"]]
    names = ("hours_billed", "hours_actual", "cost_amount")
    dms_truth.assert_sums(built, "cdk", names, lines)
    shared = built.sql("select count(*) from int_cdk__ro_line where technician_ids like '%:0.6000;%:0.4000'")
    assert (shared.fetchone() or (0,))[0] > 0


def test_payments_of_closed_orders_are_told_on_the_day_of_the_close(built: duckdb.DuckDBPyConnection) -> None:
    world, site = dms_truth.world(), dms_truth.shop()
    orders = {order["ro_id"]: order for order in dms_truth.orders(["closed"]).values()}
    truth: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for tender in state_at(world.events, world.as_of, site.id)["tender"].values():
        of_close = tender["kind"] in ("final", "advance", "ar_charge") and not tender["is_void"]
        if tender["ro_id"] in orders and of_close:
            order = orders[tender["ro_id"]]
            truth[order["ro_number"], tender["method"], order["closed_date"]] += tender["amount"]
    newest = dms_truth.NEWEST.format(orders="int_cdk__repair_order")
    sql = f"select ro_id, method, business_date, sum(amount) from int_cdk__tender where {newest} group by all"
    found = {(number, CODES[code], day): amount for number, code, day, amount in built.sql(sql).fetchall()}
    assert len(found) > 20
    assert found == truth


def test_people_and_customers_are_those_of_the_dealer(built: duckdb.DuckDBPyConnection) -> None:
    state = state_at(dms_truth.world().events, dms_truth.world().as_of, dms_truth.shop().id)
    for entity, columns in (("customer", ("last_name", "email", "postal_code")), ("employee", ("name",))):
        sql = f"select {entity}_id, {', '.join(columns)} from int_cdk__{entity}"
        newest = f" qualify _order = max(_order) over (partition by {entity}_id)"
        found = {row[0]: row[1:] for row in built.sql(sql + newest).fetchall()}
        assert found == {key: tuple(row[name] for name in columns) for key, row in state[entity].items()}


def test_a_void_keeps_its_header_and_no_line(built: duckdb.DuckDBPyConnection) -> None:
    sql = "select voided_date, closed_date from int_cdk__repair_order where status = 'void'"
    found = built.sql(sql).fetchall()
    assert found
    assert all(voided and not closed for voided, closed in found)

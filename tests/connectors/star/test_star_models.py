"""Documents of the far end, pulled twice: what comes out of the models is what happened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import duckdb
import pytest

from connectors.landing import landing
from connectors.simulator.star import CHARGES, PAYERS, WORDS, deliver
from connectors.star import Star
from tests.connectors import dms_truth

SENT = ("open", "on_hold", "finished", "closed", "void")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, build: Any) -> duckdb.DuckDBPyConnection:
    """Two deliveries, two pulls."""
    home, world, site = tmp_path_factory.mktemp("home"), dms_truth.world(), dms_truth.shop()
    source = Star(home / "drop", statuses=WORDS, payers=PAYERS, charges=CHARGES)
    halfway = world.as_of - timedelta(days=2)
    for since, until in ((None, halfway), (halfway, world.as_of)):
        deliver(world.company, world.events, site, home / "drop", since=since, as_of=until)
        result = landing.pull(home, "st", source, {site.source_code: site.id}, until)
        assert (result.quarantined, result.failed, result.warnings) == (0, {}, [])
    con: duckdb.DuckDBPyConnection = build(source, "st", home / "landing" / "st")
    return con


def test_every_order_arrives_with_its_state_and_its_instants(built: duckdb.DuckDBPyConnection) -> None:
    truth, found = dms_truth.orders(SENT), dms_truth.headers(built, "star")
    assert found.keys() == truth.keys()
    for number, row in found.items():
        told = truth[number]
        assert (row["status"], row["opened_at"], row["odometer_in"]) == (
            told["status"],
            told["opened_at"],
            told["odometer_in"],
        )
        assert row["closed_at"] == (told["closed_at"] if told["status"] == "closed" else None)


def test_money_is_the_truth_by_order_kind_and_payer(built: duckdb.DuckDBPyConnection) -> None:
    """A cancelled order comes with a stripped body."""
    truth = dms_truth.money(dms_truth.orders([status for status in SENT if status != "void"]).values(), {})
    assert {kind for _, kind, _ in truth} >= {"part", "labor", "sublet", "supply", "fee", "tax", "discount"}
    assert dms_truth.modelled(built, "star") == truth


def test_the_stated_total_is_the_sum_of_the_lines(built: duckdb.DuckDBPyConnection) -> None:
    compared, wrong = dms_truth.totals(built, "star", where="status <> 'void'")
    assert (compared > 30, wrong) == (True, 0)


def test_hours_discounts_and_costs_are_the_truth(built: duckdb.DuckDBPyConnection) -> None:
    orders = dms_truth.orders([status for status in SENT if status != "void"])
    lines = [line for order in orders.values() for line in order["lines"]]
    names = ("hours_billed", "hours_actual", "discount_amount", "cost_amount")
    dms_truth.assert_sums(built, "star", names, lines)


def test_owners_cars_and_advisors_come_with_the_orders(built: duckdb.DuckDBPyConnection) -> None:
    world, site = dms_truth.world(), dms_truth.shop()
    state = dms_truth.state_at(world.events, world.as_of, site.id)
    for entity, key, columns in (
        ("customer", "customer_id", ("last_name", "email", "postal_code")),
        ("employee", "employee_id", ("role",)),
    ):
        sql = f"select {key}, {', '.join(columns)} from int_star__{entity}"
        found = built.sql(f"{sql} qualify _order = max(_order) over (partition by {key})").fetchall()
        assert len(found) > 3
        assert all(row[1:] == tuple(state[entity][row[0]][name] for name in columns) for row in found)
    cars = {row["vin"] for row in state["vehicle"].values()}
    assert {row[0] for row in built.sql("select distinct vin from int_star__vehicle").fetchall()} <= cars

"""Sets of the far end, pulled twice: what comes out of the models is what happened."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from connectors.landing import landing
from connectors.shopdata import Shopdata
from connectors.simulator.events import state_at
from connectors.simulator.shopdata import MISC_CODES, deliver
from tests.connectors import dms_truth

STATUSES = ("open", "on_hold", "finished", "closed", "void")
TOLD = {"open": "open", "on_hold": "open", "finished": "open", "closed": "closed", "void": "void"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, build: Any) -> duckdb.DuckDBPyConnection:
    """Two sets, two pulls."""
    home, world, site = tmp_path_factory.mktemp("home"), dms_truth.world(), dms_truth.shop()
    source = Shopdata(home / "drop", misc_codes=MISC_CODES)
    halfway = world.as_of - timedelta(days=2)
    for since, until in ((None, halfway), (halfway, world.as_of)):
        deliver(world.company, world.events, site, home / "drop", since=since, as_of=until)
        result = landing.pull(home, "sd", source, {site.source_code: site.id}, until)
        assert (result.quarantined, result.failed, result.warnings) == (0, {}, [])
    con: duckdb.DuckDBPyConnection = build(source, "sd", home / "landing" / "sd")
    return con


def test_every_order_arrives_with_its_state_and_its_days(built: duckdb.DuckDBPyConnection) -> None:
    truth, found = dms_truth.orders(STATUSES), dms_truth.headers(built, "shopdata")
    assert len(truth) > 30
    assert found.keys() == truth.keys()
    for number, row in found.items():
        told = truth[number]
        assert (row["status"], row["closed_date"], row["voided_date"], row["odometer_in"]) == (
            TOLD[told["status"]],
            told["closed_date"],
            told["voided_date"],
            told["odometer_in"],
        )
        assert row["opened_at"].date() == dms_truth.shop().business_date(told["opened_at"])


def test_money_is_the_truth_by_order_kind_and_payer(built: duckdb.DuckDBPyConnection) -> None:
    truth = dms_truth.money(dms_truth.orders(STATUSES).values(), {})
    assert {kind for _, kind, _ in truth} >= {"part", "labor", "sublet", "supply", "fee", "tax", "discount"}
    assert dms_truth.modelled(built, "shopdata") == truth


def test_the_header_is_the_sum_of_the_lines(built: duckdb.DuckDBPyConnection) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for (number, _, _), amount in dms_truth.modelled(built, "shopdata").items():
        sums[number] += amount
    headers = dms_truth.headers(built, "shopdata")
    assert {number: row["header_total"] for number, row in headers.items() if row["header_total"]} == {
        number: amount for number, amount in sums.items() if amount
    }


def test_hours_discounts_and_costs_are_the_truth(built: duckdb.DuckDBPyConnection) -> None:
    lines = [line for order in dms_truth.orders(STATUSES).values() for line in order["lines"]]
    told = [sum(line[name] or 0 for line in lines) for name in ("hours_billed", "discount_amount", "cost_amount")]
    actual = sum(line["hours_actual"] or 0 for line in lines)
    sql = f"""select sum(hours_billed), sum(discount_amount), sum(cost_amount), sum(hours_actual)
        from int_shopdata__ro_line where {dms_truth.NEWEST.format(orders="int_shopdata__repair_order")}"""
    found = built.sql(sql).fetchone()
    assert found == (*told, actual)
    shared = built.sql("select count(*) from int_shopdata__ro_line where technician_ids like '%:0.6000;%:0.4000'")
    assert (shared.fetchone() or (0,))[0] > 0


def test_what_was_declined_is_a_job_with_what_it_would_have_come_to(built: duckdb.DuckDBPyConnection) -> None:
    told: dict[str, Decimal] = defaultdict(Decimal)
    for order in dms_truth.orders(STATUSES).values():
        for job in order["jobs"]:
            if job["decision"] != "sold":
                told[job["decision"]] += job["presented_labor"] + job["presented_parts"] + job["presented_sublet"]
    sql = f"""select decision, sum(presented_labor + presented_parts + presented_sublet) from int_shopdata__ro_job
        where decision <> 'sold' and {dms_truth.NEWEST.format(orders="int_shopdata__repair_order")} group by 1"""
    assert dict(built.sql(sql).fetchall()) == told


def test_people_and_cars_are_those_of_the_shop(built: duckdb.DuckDBPyConnection) -> None:
    state, code = state_at(dms_truth.world().events, dms_truth.world().as_of, dms_truth.shop().id), "S4-"
    for entity, columns in (
        ("customer", ("last_name", "email", "phones", "postal_code")),
        ("vehicle", ("vin", "odometer", "make")),
        ("employee", ("name", "role")),
    ):
        sql = f"select {entity}_id, {', '.join(columns)} from int_shopdata__{entity}"
        newest = f" qualify _order = max(_order) over (partition by {entity}_id)"
        found = {row[0]: row[1:] for row in built.sql(sql + newest).fetchall()}
        truth = {code + key: tuple(row[name] for name in columns) for key, row in state[entity].items()}
        assert found == truth

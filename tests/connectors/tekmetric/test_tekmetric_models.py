"""Two pulls of a made-up shop: what comes out of the models is what happened, as far as Tekmetric can say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from datetime import timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from connectors.landing import landing
from connectors.reading import http
from connectors.simulator.events import state_at
from connectors.simulator.tekmetric import TekmetricServer
from connectors.simulator.tekmetric_jobs import DISCOUNT_TYPES, FEE_TYPES
from connectors.simulator.tekmetric_payload import WAYS_OF_PAYING
from connectors.tekmetric import Tekmetric
from tests.connectors import dms_truth, faults

TOLD = {"estimate": "estimate", "scheduled": "estimate", "open": "open", "on_hold": "open", "finished": "finished",
        "closed": "closed"}  # fmt: skip
NEWEST = dms_truth.NEWEST.format(orders="int_tekmetric__repair_order")
LIVE = f"{NEWEST} and not _is_deleted"
SOLD = TOLD.keys() - {"estimate", "scheduled"}  # what is not decided yet has no line


def numbered(statuses: Container[str]) -> dict[str, dict[str, Any]]:
    """The truth by number, which has no letters there."""
    orders = dms_truth.orders(statuses)
    return {"".join(filter(str.isdigit, number)): row for number, row in orders.items()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, build: Any) -> duckdb.DuckDBPyConnection:
    """A first pull two days before the end, when webhooks were turned on, and a second at the end."""
    home, world, site = tmp_path_factory.mktemp("home"), dms_truth.world(), dms_truth.shop()
    halfway, inbox = world.as_of - timedelta(days=2), home / "inbox"
    inbox.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "PATIENCE", faults.QUICK)
        with TekmetricServer(world.company, world.events, site, halfway).running() as server:
            types = {"payment_types": WAYS_OF_PAYING, "fee_types": FEE_TYPES, "discount_types": DISCOUNT_TYPES}
            source = Tekmetric(server.client_id, server.secret, inbox=inbox, base_url=server.url, **types)
            for since, until in ((None, halfway), (halfway, world.as_of)):
                server.advance(until)
                if since:
                    server.send_webhooks(inbox, since, until)
                code = source.check()[0].split()[1].rstrip(":")
                result = landing.pull(home, "tm", source, {code: site.id}, until)
                assert (result.quarantined, result.failed, result.warnings) == (0, {}, [])
    con: duckdb.DuckDBPyConnection = build(source, "tm", home / "landing" / "tm")
    return con


def test_every_order_that_was_not_given_up_arrives_with_its_state_and_its_day(
    built: duckdb.DuckDBPyConnection,
) -> None:
    truth, found = numbered(TOLD), dms_truth.headers(built, "tekmetric")
    assert found.keys() == truth.keys()
    assert len(truth) > 30
    site = dms_truth.shop()
    for number, row in found.items():
        told = truth[number]
        assert row["status"] == TOLD[told["status"]]
        assert row["odometer_in"] == told["odometer_in"]
        assert row["advisor_id"] == told["advisor_id"]
        assert (row["closed_at"] and site.business_date(row["closed_at"])) == told["closed_date"]


def test_money_is_the_truth_by_order_and_kind(built: duckdb.DuckDBPyConnection) -> None:
    """A line's discount is a discount of its job there, and nothing says who pays."""
    truth: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for number, order in numbered(SOLD).items():
        for line in order["lines"]:
            truth[number, line["line_type"]] += line["gross_amount"]
            truth[number, "discount"] -= line["discount_amount"]
    sql = f"""select ro_number, line_type, sum(net_amount) from int_tekmetric__ro_line
        join (select ro_id, ro_number, _version from int_tekmetric__repair_order) using (ro_id, _version)
        where {LIVE} group by all"""
    found = {row[:2]: row[2] for row in built.sql(sql).fetchall() if row[2]}
    assert found == {key: amount for key, amount in truth.items() if amount}
    assert {kind for _, kind in found} >= {"part", "labor", "sublet", "supply", "fee", "tax", "discount", "upcharge"}


def test_what_is_not_decided_yet_is_quoted_and_not_sold(built: duckdb.DuckDBPyConnection) -> None:
    found, parts = dms_truth.headers(built, "tekmetric"), ("presented_labor", "presented_parts", "presented_sublet")
    assert "estimate" in {order["status"] for order in numbered(TOLD).values()}
    for number, order in numbered(TOLD).items():
        assert found[number]["quote_amount"] >= sum(job[name] for job in order["jobs"] for name in parts)
        if order["status"] == "estimate":
            assert found[number]["header_total"] == 0


def test_the_header_is_the_sum_of_the_lines(built: duckdb.DuckDBPyConnection) -> None:
    sql = f"""select ro_id, sum(net_amount) from int_tekmetric__ro_line where {LIVE} group by 1"""
    sums = {row["ro_id"]: row["header_total"] for row in dms_truth.headers(built, "tekmetric").values()}
    assert dict(built.sql(sql).fetchall()) == {key: total for key, total in sums.items() if total}


def test_hours_and_costs_are_those_of_what_was_bought(built: duckdb.DuckDBPyConnection) -> None:
    lines = [line for order in numbered(SOLD).values() for line in order["lines"]]
    hours = sum(line["hours_billed"] or 0 for line in lines)
    cost = sum(line["cost_amount"] or 0 for line in lines if line["line_type"] in ("part", "sublet"))
    sql = f"select sum(hours_billed), sum(cost_amount) from int_tekmetric__ro_line where {LIVE}"
    assert built.sql(sql).fetchone() == (hours, cost)


def test_only_authorized_work_counts_and_what_was_declined_stays_as_quoted(
    built: duckdb.DuckDBPyConnection,
) -> None:
    truth: dict[str, Decimal] = defaultdict(Decimal)
    decisions = {"deferred": "declined"}
    for order in numbered(TOLD).values():
        for job in order["jobs"]:
            if job["decision"] != "sold":
                decision = decisions.get(job["decision"], job["decision"])
                truth[decision] += job["presented_labor"] + job["presented_parts"]
    sql = f"""select decision, sum(presented_labor + presented_parts) from int_tekmetric__ro_job
        where decision <> 'sold' and {LIVE} group by 1"""
    assert dict(built.sql(sql).fetchall()) == truth
    ticked = built.sql(f"select count(*) from stg_tekmetric__job where not is_authorized and {NEWEST}").fetchone()
    assert ticked is not None
    assert ticked[0] > 0


def payments() -> dict[str, dict[str, Any]]:
    state = state_at(dms_truth.world().events, dms_truth.world().as_of, dms_truth.shop().id)
    orders = {row["ro_id"] for row in numbered(TOLD).values()}
    return {
        key: row
        for key, row in state["tender"].items()
        if row["ro_id"] in orders and row["method"] != "ar" and not row["is_void"]
    }


def test_a_payment_that_a_webhook_told_stands_by_itself(built: duckdb.DuckDBPyConnection) -> None:
    """Those of the last two days, when webhooks were on."""
    since, site = dms_truth.world().as_of - timedelta(days=2), dms_truth.shop()
    truth = {
        key: (row["ro_id"], row["method_name"], row["amount"], row["business_date"])
        for key, row in payments().items()
        if row["updated_at"] > since
    }
    sql = f"""select tender_id, ro_id, method, amount, recorded_at from int_tekmetric__tender
        where {LIVE} and method <> 'amountPaid'"""
    found = {row[0]: (*row[1:4], site.business_date(row[4])) for row in built.sql(sql).fetchall()}
    assert found == truth
    assert len(truth) > 8


def test_payments_come_to_what_the_order_says_is_paid(built: duckdb.DuckDBPyConnection) -> None:
    """What no webhook told is one payment more, on the day of the posting."""
    truth: dict[str, Decimal] = defaultdict(Decimal)
    for row in payments().values():
        truth[row["ro_id"]] += row["amount"]
    sql = f"select ro_id, sum(amount) from int_tekmetric__tender where {LIVE} group by 1"
    assert dict(built.sql(sql).fetchall()) == truth
    sql = f"""select ro_id, recorded_at = closed_at from int_tekmetric__tender as one
        join int_tekmetric__repair_order using (ro_id, _version)
        where one.{LIVE.replace(" and not ", " and not one.")} and method = 'amountPaid' and closed_at is not null"""
    rest = built.sql(sql).fetchall()
    assert len(rest) > 10
    assert all(same for _, same in rest)


def test_people_and_cars_are_those_of_the_shop(built: duckdb.DuckDBPyConnection) -> None:
    state = state_at(dms_truth.world().events, dms_truth.world().as_of, dms_truth.shop().id)
    for entity, columns in (
        ("customer", ("first_name", "company_name", "email", "phones", "postal_code", "type")),
        ("vehicle", ("customer_id", "vin", "make", "year")),
        ("employee", ("name", "role")),
    ):
        sql = f"select {entity}_id, {', '.join(columns)} from int_tekmetric__{entity} where not _is_deleted"
        newest = f" qualify _order = max(_order) over (partition by {entity}_id)"
        found = {row[0]: row[1:] for row in built.sql(sql + newest).fetchall()}
        assert found == {key: tuple(row[name] for name in columns) for key, row in state[entity].items()}

"""Answers of the far end, pulled twice: what comes out of the models is what happened."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from connectors.landing import landing
from connectors.pbs import Pbs
from connectors.reading import http
from connectors.simulator.events import state_at
from connectors.simulator.pbs import PbsServer
from connectors.simulator.pbs_order import KINDS
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
    server = PbsServer(world.company, world.events, site, halfway)
    with pytest.MonkeyPatch.context() as patch, server.running():
        patch.setattr(http, "PATIENCE", QUICK)
        source = Pbs(site.source_code, server.user, server.password, history_days=20, base_url=server.url)
        for until in (halfway, world.as_of):
            server.as_of = until
            result = landing.pull(home, "pb", source, {site.source_code: site.id}, until)
            assert (result.quarantined, result.failed, result.warnings) == (0, {}, [])
    con: duckdb.DuckDBPyConnection = build(source, "pb", home / "landing" / "pb")
    return con


def test_every_order_arrives_with_its_state_and_its_instants(built: duckdb.DuckDBPyConnection) -> None:
    truth, found = dms_truth.orders(SENT), dms_truth.headers(built, "pbs")
    assert found.keys() == truth.keys()
    for number, row in found.items():
        told = truth[number]
        closed = told["status"] == "closed"
        assert (row["status"], row["opened_at"], row["odometer_in"], row["ro_id"]) == (
            TOLD.get(told["status"], told["status"]),
            told["opened_at"],
            told["odometer_in"],
            told["ro_id"],
        )
        assert row["closed_at"] == (told["closed_at"] if closed else None)
        assert row["closed_date"] == (dms_truth.shop().business_date(told["closed_at"]) if closed else None)


def test_money_is_the_truth_by_order_kind_and_payer(built: duckdb.DuckDBPyConnection) -> None:
    """Discounts of lines stand in the payers' blocks beside the gross."""
    truth = dms_truth.gross(dms_truth.orders(WITH_LINES).values(), KINDS)
    assert {kind for _, kind, _ in truth} >= {"part", "labor", "sublet", "supply", "fee", "tax", "discount"}
    assert dms_truth.modelled(built, "pbs") == truth


def test_the_invoices_of_all_who_pay_are_the_sum_of_the_lines(built: duckdb.DuckDBPyConnection) -> None:
    compared, wrong = dms_truth.totals(built, "pbs", where="true")
    assert (compared > 30, wrong) == (True, 0)


def test_hours_and_costs_are_the_truth(built: duckdb.DuckDBPyConnection) -> None:
    """Sublet stands in the blocks, which know no cost."""
    orders = dms_truth.orders(WITH_LINES).values()
    lines = [line for order in orders for line in order["lines"] if line["line_type"] in ("labor", "part")]
    names = ("hours_billed", "hours_actual", "cost_amount")
    dms_truth.assert_sums(built, "pbs", names, lines)


def test_what_was_declined_or_deferred_is_a_job_with_what_it_would_have_come_to(
    built: duckdb.DuckDBPyConnection,
) -> None:
    told: dict[str, Decimal] = defaultdict(Decimal)
    for order in dms_truth.orders(SENT).values():
        for job in order["jobs"]:
            if job["decision"] in ("declined", "deferred"):
                told[job["decision"]] += job["presented_labor"] + job["presented_parts"] + job["presented_sublet"]
    sql = f"""select decision, sum(presented_labor + presented_parts + presented_sublet) from int_pbs__ro_job
        where decision in ('declined', 'deferred')
        and {dms_truth.NEWEST.format(orders="int_pbs__repair_order")} group by 1"""
    assert dict(built.sql(sql).fetchall()) == told


def test_contacts_cars_and_people_are_those_of_the_dealer(built: duckdb.DuckDBPyConnection) -> None:
    state = state_at(dms_truth.world().events, dms_truth.world().as_of, dms_truth.shop().id)
    for entity, columns in (
        ("customer", ("last_name", "email", "phones", "postal_code", "updated_at")),
        ("vehicle", ("vin", "odometer", "customer_id")),
        ("employee", ("name", "role")),
    ):
        sql = f"select {entity}_id, {', '.join(columns)} from int_pbs__{entity}"
        newest = f" qualify _order = max(_order) over (partition by {entity}_id)"
        found = {row[0]: row[1:] for row in built.sql(sql + newest).fetchall()}
        expected = {key: tuple(row[name] for name in columns) for key, row in state[entity].items()}
        if entity == "employee":  # other roles have no flag
            expected = {key: (name, role if role != "manager" else "other") for key, (name, role) in expected.items()}
        assert found == expected

"""The far end and the connector meet only in the file: what comes out of the models is what happened."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.dealertrack import Dealertrack
from connectors.landing import landing
from connectors.simulator.company import World, make_company
from connectors.simulator.dealertrack import deliver
from connectors.simulator.events import Event, Site, state_at
from connectors.simulator.whole import Unspeakable

KINDS = {"discount": "coupon", "package_discount": "coupon"}  # one coupon is all that a document knows


@pytest.fixture(scope="module")
def world() -> World:
    return make_company(5, shops=3, days=6, ros_per_day=12, calls_per_day=1)


@pytest.fixture(scope="module")
def shop(world: World) -> Site:
    return next(site for site in world.company.sites if site.dms == "dealertrack")


@pytest.fixture(scope="module")
def truth(world: World, shop: Site) -> dict[str, dict[str, Any]]:
    orders = state_at(world.events, world.as_of, shop.id)["repair_order"]
    return {row["ro_number"]: row for row in orders.values() if row["status"] == "closed"}


@pytest.fixture(scope="module")
def built(world: World, shop: Site, tmp_path_factory: pytest.TempPathFactory, build: Any) -> duckdb.DuckDBPyConnection:
    """Two deliveries, two pulls."""
    home = tmp_path_factory.mktemp("home")
    drop, source = home / "drop", Dealertrack(home / "drop")
    halfway = world.as_of - timedelta(days=2)
    for since, until in ((None, halfway), (halfway, world.as_of)):
        deliver(world.company, world.events, shop, drop, since=since, as_of=until)
        result = landing.pull(home, "dt", source, {shop.source_code: shop.id}, until)
        assert (result.quarantined, result.failed, result.warnings) == (0, {}, [])
    con: duckdb.DuckDBPyConnection = build(source, "dt", home / "landing" / "dt")
    # an order that was changed between the deliveries has landed twice: the truth is its newest version
    con.execute("""create temp view newest_line as from int_dealertrack__ro_line where _version in (
        select arg_max(_version, _order) from int_dealertrack__repair_order group by _key)""")
    return con


def test_every_closed_order_arrives_once_with_its_day(
    built: duckdb.DuckDBPyConnection, truth: dict[str, Any], shop: Site
) -> None:
    sql = """select ro_number, closed_date, opened_at::date, customer_id, odometer_in
        from int_dealertrack__repair_order"""
    found = {row[0]: row[1:] for row in built.sql(sql).fetchall()}
    assert len(truth) > 30
    assert found.keys() == truth.keys()
    for number, (closed, opened, customer, odometer) in found.items():
        order = truth[number]
        assert opened == shop.business_date(order["opened_at"])
        assert (closed, customer, odometer) == (
            order["closed_date"],
            order["customer_id"],
            order["odometer_in"],
        )


def test_money_is_the_truth_by_order_kind_and_payer(built: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    """Kits, voided rows, lost sales and parts on order stand in the files and change nothing."""
    told: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for order in truth.values():
        for line in order["lines"]:
            kind = KINDS.get(line["line_type"], line["line_type"])
            told[order["ro_number"], kind, line["pay_type"]] += line["net_amount"]
    sql = """select split_part(ro_id, '-', 2), line_type, pay_type, sum(net_amount)
        from newest_line group by all"""
    found = {row[:3]: row[3] for row in built.sql(sql).fetchall()}
    assert {key: amount for key, amount in told.items() if amount} == {
        key: amount for key, amount in found.items() if amount
    }
    decoys = """select count(*) filter (is_kit_head), count(*) filter (trans_code = 'LS'),
        count(*) filter (is_still_on_order) from stg_dealertrack__part"""
    assert min(built.sql(decoys).fetchone() or ()) > 0
    assert built.sql("select count(*) from stg_dealertrack__labor where is_voided").fetchone() > (0,)


def test_hours_and_costs_are_the_truth_by_technician(built: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    told: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    costs: Counter[str] = Counter()
    for line in (line for order in truth.values() for line in order["lines"]):
        costs[line["line_type"]] += int((line["cost_amount"] or 0) * 100)
        for share in (line["technician_ids"] or "").split(";") if line["line_type"] == "labor" else ():
            who, _, part = share.rpartition(":")
            told[who][0] += line["hours_billed"] * Decimal(part)
            told[who][1] += line["net_amount"] * Decimal(part)
    sql = """select split_part(technician_ids, ':', 1), sum(hours_billed), sum(net_amount)
        from newest_line where line_type = 'labor' group by 1"""
    found = {who: (hours, amount) for who, hours, amount in built.sql(sql).fetchall()}
    assert {who: hours for who, (hours, _) in found.items()} == {who: hours for who, (hours, _) in told.items()}
    assert all(abs(amount - told[who][1]) < Decimal("0.50") for who, (_, amount) in found.items())
    sums = built.sql("select line_type, sum(cost_amount) from newest_line group by 1").fetchall()
    assert {kind: cost for kind, cost in sums if cost} == {
        kind: Decimal(cost) / 100 for kind, cost in costs.items() if cost
    }


def test_headers_agree_with_lines_where_the_customer_pays_all(built: duckdb.DuckDBPyConnection) -> None:
    sql = """with lines as (select _version, sum(net_amount) as net from int_dealertrack__ro_line group by 1)
        select count(*), count(*) filter (header_total <> coalesce(net, 0))
        from int_dealertrack__repair_order left join lines using (_version) where header_total is not null"""
    orders, wrong = built.sql(sql).fetchone() or (0, 0)
    assert (orders > 20, wrong) == (True, 0)


def test_the_same_delivery_has_the_same_bytes(world: World, shop: Site, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        deliver(world.company, world.events, shop, tmp_path / folder, since=None, as_of=world.as_of)
    (name,) = [path.name for path in (tmp_path / "a").iterdir()]
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_what_the_document_has_no_place_for_is_an_error_and_not_left_out(
    world: World, shop: Site, tmp_path: Path
) -> None:
    closed = next(event for event in world.events if event.site == shop.id and event.data.get("status") == "closed")
    lines = [{**closed.data["lines"][0], "line_type": "upcharge"}]
    event = Event(closed.seq, closed.at, shop.id, "repair_order", "saved", closed.key, {**closed.data, "lines": lines})
    with pytest.raises(Unspeakable, match="no place for a line of type upcharge"):
        deliver(world.company, [event], shop, tmp_path, since=None, as_of=world.as_of)

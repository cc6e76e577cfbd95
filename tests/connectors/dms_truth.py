"""One small shop whose week every dealership protocol tells, and what the models must make of it.

Belongs here: the world, sums by order, kind and payer. Keep out: what one protocol cannot say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb

from connectors.simulator.company import World, make_company
from connectors.simulator.events import Event, Site, blank, state_at

Row = Mapping[str, Any]
NEWEST = """_version in (select arg_max(_version, _order) from {orders} group by _key)"""


@cache
def world() -> World:
    """Four shops, of which the last is of the kind that knows most: discounts, upcharges, payers, voids, a refund, orders
    that were opened again, advances, charges to accounts and a payment of one."""
    made = make_company(75, shops=4, days=8, ros_per_day=8, calls_per_day=1, breaks=0)
    return replace(made, events=[_as_every_system_holds_it(made, event) for event in made.events])


def _as_every_system_holds_it(made: World, event: Event) -> Event:
    """Work that a refund takes back stands under a job; an order that was opened again is closed on the day of that."""
    order = event.data
    if event.entity != "repair_order":
        return event
    if order["closed_at"]:
        order = {**order, "closed_date": made.company.site(event.site).business_date(order["closed_at"])}
    return replace(event, data=_under_a_job(order, event.at) if order["refund_of_ro_id"] else order)


def _under_a_job(refund: dict[str, Any], at: datetime) -> dict[str, Any]:
    job = {"ro_id": refund["ro_id"], "job_id": f"{refund['ro_id']}01", "decision": "sold", "decided_at": at}
    lines = [
        {**line, "job_id": job["job_id"], **{name: line[name] or Decimal(0) for name in ("hours_billed", "hours_actual")}}
        if line["line_type"] in ("labor", "part")
        else line
        for line in refund["lines"]
    ]
    said = {"title": lines[0]["description"], "category": lines[0]["category"], "presented_sublet": Decimal(0)}
    for name, line_type in (("presented_parts", "part"), ("presented_labor", "labor")):
        said[name] = sum((line["gross_amount"] for line in lines if line["line_type"] == line_type), Decimal(0))
    return {**refund, "lines": lines, "jobs": [blank("jobs") | job | said]}


def shop() -> Site:
    return next(site for site in world().company.sites if site.dms == "files")


def orders(statuses: Container[str]) -> dict[str, dict[str, Any]]:
    """The truth by repair order number."""
    found = state_at(world().events, world().as_of, shop().id)["repair_order"].values()
    return {row["ro_number"]: row for row in found if row["status"] in statuses}


def money(truth: Iterable[Row], kinds: Mapping[str, str]) -> dict[tuple[str, str, str], Decimal]:
    """Net amount by order, line type and payer; `kinds` says which types a protocol calls by another's name."""
    told: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for order in truth:
        for line in order["lines"]:
            kind = kinds.get(line["line_type"], line["line_type"])
            told[order["ro_number"], kind, line["pay_type"]] += line["net_amount"]
    return {key: amount for key, amount in told.items() if amount}


def gross(truth: Iterable[Row], kinds: Mapping[str, str]) -> dict[tuple[str, str, str], Decimal]:
    """As `money`, of a protocol whose discounts of lines stand apart, beside the gross."""
    told: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for order in truth:
        for line in order["lines"]:
            kind = kinds.get(line["line_type"], line["line_type"])
            told[order["ro_number"], kind, line["pay_type"]] += line["gross_amount"]
            told[order["ro_number"], "discount", line["pay_type"]] -= line["discount_amount"]
    return {key: amount for key, amount in told.items() if amount}


def totals(con: duckdb.DuckDBPyConnection, kind: str, where: str = "header_total is not null") -> tuple[int, int]:
    """How many versions of orders state a total, and how many of them another than that of their lines."""
    sql = f"""with lines as (select _version, sum(net_amount) as net from int_{kind}__ro_line group by 1)
        select count(*), count(*) filter (header_total is distinct from coalesce(net, 0))
        from int_{kind}__repair_order left join lines using (_version) where {where}"""
    ((compared, wrong),) = con.sql(sql).fetchall()
    return compared, wrong


def assert_sums(con: duckdb.DuckDBPyConnection, kind: str, names: Iterable[str], lines: Sequence[Row]) -> None:
    """Hours and amounts of the newest versions' lines come to those of the truth, which has some of each."""
    expected = {name: sum((line[name] or Decimal(0) for line in lines), Decimal(0)) for name in names}
    assert all(expected.values()), expected
    sql = f"""select {", ".join(f"sum({name}) as {name}" for name in expected)} from int_{kind}__ro_line
        where {NEWEST.format(orders=f"int_{kind}__repair_order")}"""
    assert con.sql(sql).pl().to_dicts() == [expected]


def modelled(con: duckdb.DuckDBPyConnection, kind: str) -> dict[tuple[str, str, str], Decimal]:
    """The same of the newest version of every order in int_<kind>__ro_line."""
    sql = f"""select ro_number, line_type, pay_type, sum(net_amount) from int_{kind}__ro_line
        join (select ro_id, ro_number, _version from int_{kind}__repair_order) using (ro_id, _version)
        where {NEWEST.format(orders=f"int_{kind}__repair_order")} group by all"""
    return {row[:3]: row[3] for row in con.sql(sql).fetchall() if row[3]}


def headers(con: duckdb.DuckDBPyConnection, kind: str) -> dict[str, dict[str, Any]]:
    """Newest version of every order that the source still has, by number."""
    sql = f"""from int_{kind}__repair_order
        where {NEWEST.format(orders=f"int_{kind}__repair_order")} and not _is_deleted"""
    return {row["ro_number"]: row for row in con.sql(sql).pl().to_dicts()}


def working_hours() -> datetime:
    """An instant at which an order is open."""
    mine = [event for event in world().events if event.site == shop().id and event.data.get("status") == "open"]
    return mine[-1].at

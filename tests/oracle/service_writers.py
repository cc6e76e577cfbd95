"""Service Writer Summary (REPORTS 3D.8): site x advisor x period. Ratios are of sums, never means of ratios.

Keep out: voids beyond their count."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.facts import Order
from oracle.figures import ALL, ZERO, div
from oracle.periods import Item, Period, Rows, chosen, grouped
from oracle.sold import Sale, added, average, counted, ex_refunds, presented, sales
from oracle.told import Told

ADDED = ("hours_billed", "labor_sales", "parts_sales", "sublet_sales", "non_labor", "sub_cost", "supplies",
         "discounts", "total_ex_tax", "gross_sales", "gross_profit_vendor")  # fmt: skip
Counted = Sale | Order  # a sale, or an order that was voided


def service_writer_summary(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    inspected = inspected_orders(told)
    items: list[Item[Counted]] = [(sale.site, sale.counts_on, (sale.advisor,), sale) for sale in sales(told)]
    items += [(order.shop.id, day, (told.person(order.data["advisor_id"]),), order) for order, day in voids(told)]
    found = grouped(told.world, periods, sites, 1, items)
    quoting = {site for site in chosen(told.world, sites) if told.world.shops[site].quotes}
    return {
        key: _row(things, inspected) | _quotes(told, things, bool(quoting if key[0] == ALL else {key[0]} & quoting))
        for key, things in found.items()
    }


def voids(told: Told) -> list[tuple[Order, date]]:
    """Void orders and the business day of it: the source's date, else that of the status event."""
    found = []
    for order in told.world.orders.values():
        day = void_day(told, order) if order.data["status"] == "void" else None
        if day is not None:
            found.append((order, day))
    return found


def void_day(told: Told, order: Order) -> date | None:
    stated: date | None = order.data["voided_date"]
    event = void_event(told, order.ro_id)
    return stated or (order.shop.business_date(event["at"]) if event else None)


def void_event(told: Told, ro_id: str) -> dict[str, Any] | None:
    """The newest status event into void."""
    steps = [data for _, data in told.status_events.get(ro_id, ()) if data["to_status"] == "void"]
    return max(steps, key=lambda step: (step["at"], step["event_id"]), default=None)


def inspected_orders(told: Told) -> frozenset[str]:
    """Reading of 3D.8 dvi_completed: an inspection of the order is completed, or the order says that one is."""
    done = {data["ro_id"] for _, data in told.rows("inspection") if data["completed_at"] is not None}
    said = {order.ro_id for order in told.world.orders.values() if order.data["dvi_status"] == "completed"}
    return frozenset(done | said)


def _row(things: list[Counted], inspected: frozenset[str]) -> dict[str, Any]:
    found = [thing for thing in things if isinstance(thing, Sale)]
    money = added(found, *ADDED)
    gross_sales, hours, profit, ros = money["gross_sales"], money["hours_billed"], money["gross_profit_vendor"], counted(found)
    done = sum(sale.ro_id in inspected for sale in found)
    return money | ex_refunds(found, "ros_ex_refunds") | {
        "ros": ros,
        "car_count": len({(sale.vehicle, sale.counts_on) for sale in found if sale.vehicle}),
        "avg_ro": div(money["total_ex_tax"], ros, 2),
        "hours_per_ro": div(hours, ros, 2),
        "elr": div(money["labor_sales"], hours, 2),
        "gp_pct": div(profit, money["total_ex_tax"]),
        "gs_per_hr": div(gross_sales, hours, 2),
        "gp_per_hr": div(profit, hours, 2),
        "dvi_completed": done,
        "dvi_rate": div(done, ros),
        "refund_ros": sum(sale.is_refund for sale in found),
        "voided_ros": len(things) - len(found),
        "avg_days_open": average([days for sale in found if sale.counts and (days := days_open(sale)) is not None]),
    }  # fmt: skip


def _quotes(told: Told, things: list[Counted], told_of: bool) -> dict[str, Any]:
    """Of the shops whose source says what it presented; NULL where none does. E-04: as the vendors divide, and right."""
    found = [thing for thing in things if isinstance(thing, Sale) and thing.order.shop.quotes]
    jobs = [job for sale in found for job in sale.order.data["jobs"] or []]
    quoted = added(found, "quoted")["quoted"]
    unsold = [job for job in jobs if job["decision"] != "sold"]
    deferred = [job for job in unsold if job["decision"] != "open"]
    basis = quoted if told.options.quote_basis == "all_presented" else sum(map(presented, unsold), ZERO)
    sold: Decimal = sum((job["sold_amount"] or ZERO for job in jobs), ZERO)
    return {
        "quoted": quoted if told_of else None,
        "close_pct_vendor": div(added(found, "gross_sales")["gross_sales"], basis),
        "close_pct": div(sold, sum(map(presented, jobs), ZERO)),
        "deferred_total": sum(map(presented, deferred), ZERO) if told_of else None,
    }


def days_open(sale: Sale) -> int | None:
    """Reading of 3D.8 avg_days_open: business dates, so in and out on one day is 0."""
    opened = sale.order.data["opened_at"]
    return (sale.day - sale.order.shop.business_date(opened)).days if opened else None

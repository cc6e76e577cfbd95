"""Service Writer Summary (REPORTS 3D.8): site x advisor x period. Ratios are of sums, never means of ratios.

Keep out: voids beyond their count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.facts import Order
from oracle.figures import ZERO, div
from oracle.periods import Item, Period, Rows, grouped
from oracle.sold import Sale, added, average, counted, presented, sales
from oracle.told import Told

ADDED = ("hours_billed", "labor_sales", "parts_sales", "sublet_sales", "non_labor", "sub_cost", "supplies",
         "discounts", "total_ex_tax", "gross_sales", "gross_profit_vendor", "quoted")  # fmt: skip
Counted = Sale | Order  # a sale, or an order that was voided


def service_writer_summary(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    inspected = inspected_orders(told)
    items: list[Item[Counted]] = [(sale.site, sale.day, (sale.advisor,), sale) for sale in sales(told)]
    items += [(order.shop.id, day, (told.person(order.data["advisor_id"]),), order) for order, day in voids(told)]
    found = grouped(told.world, periods, sites, 1, items)
    return {key: _row(told, things, inspected) for key, things in found.items()}


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


def _row(told: Told, things: list[Counted], inspected: frozenset[str]) -> dict[str, Any]:
    found = [thing for thing in things if isinstance(thing, Sale)]
    money = added(found, *ADDED)
    gross_sales, hours, profit, ros = money["gross_sales"], money["hours_billed"], money["gross_profit_vendor"], counted(found)
    done = sum(sale.ro_id in inspected for sale in found)
    return money | {
        "ros": ros,
        "car_count": len({(sale.vehicle, sale.day) for sale in found if sale.vehicle}),
        "avg_ro": div(money["total_ex_tax"], ros, 2),
        "hours_per_ro": div(hours, ros, 2),
        "elr": div(money["labor_sales"], hours, 2),
        "gp_pct": div(profit, money["total_ex_tax"]),
        "gs_per_hr": div(gross_sales, hours, 2),
        "gp_per_hr": div(profit, hours, 2),
        "close_pct_vendor": div(gross_sales, _quote(told, found)),
        "close_pct": _close_pct(found),
        "dvi_completed": done,
        "dvi_rate": div(done, ros),
        "deferred_total": sum((presented(job) for job in _jobs(found, "deferred", "declined")), ZERO),
        "refund_ros": sum(sale.is_refund for sale in found),
        "voided_ros": len(things) - len(found),
        "avg_days_open": average([days for sale in found if (days := days_open(sale)) is not None]),
    }


def _jobs(found: Iterable[Sale], *decisions: str) -> list[dict[str, Any]]:
    return [job for sale in found for job in sale.order.data["jobs"] or [] if job["decision"] in decisions]


def _quote(told: Told, found: Iterable[Sale]) -> Decimal:
    """E-04, as the vendors divide: all that was presented, or only what was not sold of it."""
    if told.options.quote_basis == "all_presented":
        return added(found, "quoted")["quoted"]
    return sum((presented(job) for job in _jobs(found, "declined", "deferred", "open")), ZERO)


def _close_pct(found: Iterable[Sale]) -> Decimal | None:
    """E-04, canonical: what was sold of the presented jobs, of what was presented."""
    jobs = [job for sale in found for job in sale.order.data["jobs"] or [] if job["presented_at"] is not None]
    return div(sum((job["sold_amount"] or ZERO for job in jobs), ZERO), sum(map(presented, jobs), ZERO))


def days_open(sale: Sale) -> int | None:
    """Reading of 3D.8 avg_days_open: business dates, so in and out on one day is 0."""
    opened = sale.order.data["opened_at"]
    return (sale.day - sale.order.shop.business_date(opened)).days if opened else None

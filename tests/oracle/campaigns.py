"""Campaign Performance (REPORTS 3B.1): what was sent, what came back, and which orders it is credited with.

Keep out: short links (links)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from oracle.feeds import known
from oracle.figures import ZERO, div
from oracle.periods import Item, Period, Rows, grouped
from oracle.sold import Sale, sales
from oracle.told import Told

Row = dict[str, Any]
NOT_OPEN = frozenset({"void", "deleted", "estimate", "scheduled"})


@dataclass(frozen=True)
class Touch:
    site: str
    row: Row
    channel: str
    customer: str | None  # golden
    delivery: datetime | None  # from when on it can win something
    sales: list[Sale] = field(default_factory=list)
    refunds: list[Sale] = field(default_factory=list)
    appointments: set[str] = field(default_factory=set)


def campaign_performance(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    found = credited(told)
    items: list[Item[Touch]] = [
        (touch.site, told.day(touch.site, touch.row["sent_at"]), (touch.row["campaign_id"],), touch) for touch in found
    ]
    rows = {key: _row(things) for key, things in grouped(told.world, periods, sites, 1, items).items()}
    return known(told, sites, "marketing", rows)


def touches(told: Told) -> list[Touch]:
    """Reading of 3B.1 "after delivery": nobody reports that a letter came, so it is credited from its sending on; what
    failed, and what reached somebody whose car was in the shop, is credited with nothing."""
    channels = {(site, row["campaign_id"]): row["channel"] for site, row in told.rows("campaign")}
    busy = _visits(told)
    found = []
    for site, row in told.rows("campaign_touch"):
        customer, channel = told.customer(row["customer_id"]), channels.get((site, row["campaign_id"]), "")
        at = row["delivered_at"] or (row["sent_at"] if channel == "print" else None)
        inside = any(since <= row["sent_at"] < until for since, until in busy.get(customer or "", ()))
        found.append(Touch(site, row, channel, customer, None if inside or row["failed_at"] else at))
    return found


def _visits(told: Told) -> dict[str, list[tuple[datetime, datetime]]]:
    """From when to when each customer's orders were open."""
    found: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for order in told.world.orders.values():
        customer, since = told.customer(order.data["customer_id"]), order.data["opened_at"]
        if customer and since and order.data["status"] not in NOT_OPEN:
            found[customer].append((since, order.data["closed_at"] or told.as_of + timedelta(days=1)))
    return found


def credited(told: Told) -> list[Touch]:
    found = touches(told)
    reached: dict[str, list[Touch]] = defaultdict(list)
    for touch in sorted((touch for touch in found if touch.delivery), key=lambda x: (x.delivery, x.row["touch_id"])):
        reached[touch.customer or ""].append(touch)
    all_sales, winners = sales(told), {}
    for sale in all_sales:
        at = sale.order.data["opened_at"]
        if sale.customer and at and not sale.is_refund:
            winners[sale.ro_id] = _winners(told, reached.get(sale.customer, ()), at)
            for touch in winners[sale.ro_id]:
                touch.sales.append(sale)
    for sale in all_sales:
        for touch in winners.get(sale.order.data["refund_of_ro_id"], ()) if sale.is_refund else ():
            touch.refunds.append(sale)
    for _, row in told.rows("appointment"):
        for touch in _winners(told, reached.get(told.customer(row["customer_id"]) or "-", ()), row["created_at"]):
            touch.appointments.add(row["appointment_id"])
    return found


def _winners(told: Told, reached: Iterable[Touch], at: datetime) -> list[Touch]:
    """Of touches in the order of their delivery: those that `at` is credited to."""
    window = timedelta(days=told.options.campaign_window_days)
    within = [touch for touch in reached if touch.delivery and touch.delivery <= at <= touch.delivery + window]
    if told.options.attribution_model == "any":
        return list({(touch.site, touch.row["campaign_id"]): touch for touch in within}.values())
    return within[:1] if told.options.attribution_model == "first" else within[-1:]


def _row(found: Sequence[Touch]) -> Row:
    sent, delivered = len(found), _having(found, "delivered_at")
    clicks, replies = _having(found, "clicked_at"), _having(found, "replied_at")
    opt_outs = _having(found, "opted_out_at")
    won = {sale.ro_id: sale for touch in found for sale in touch.sales}
    money = won | {sale.ro_id: sale for touch in found for sale in touch.refunds}
    profit = sum((sale.money["gross_profit"] for sale in money.values()), ZERO)
    cost: Decimal = sum((touch.row["cost"] or ZERO for touch in found), ZERO)
    return {
        "sent": sent,
        "delivered": delivered,
        "failed": _having(found, "failed_at"),
        "opens": _having([touch for touch in found if touch.channel == "email"], "opened_at"),
        "unique_clicks": clicks,
        "replies": replies,
        "opt_outs": opt_outs,
        "delivery_rate": div(delivered, sent),
        "click_rate": div(clicks, delivered),
        "reply_rate": div(replies, delivered),
        "opt_out_rate": div(opt_outs, delivered),
        "appointments": len(set().union(*(touch.appointments for touch in found))),
        "attributed_ros": len(won),
        "attributed_sales": sum((sale.money["total_ex_tax"] for sale in money.values()), ZERO),
        "attributed_gp": profit,
        "cost": cost,
        "roi": div(profit - cost, cost),
        "cost_per_ro": div(cost, len(won), 2),
        "closing_ratio": div(len(won), sent),
    }


def _having(found: Iterable[Touch], name: str) -> int:
    return sum(touch.row[name] is not None for touch in found)

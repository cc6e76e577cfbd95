"""What the warehouse keeps of each repair order besides its amounts: flags, hours, quotes, and its closes so far.

Keep out: reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from oracle.facts import NO_LOG, Event, Order, Shop, World, orders, state
from oracle.figures import ZERO

Closes = dict[str, list[date]]


def repair_orders(world: World, closes: Closes) -> dict[str, dict[str, Any]]:
    return {name: _row(world, order, closes.get(name, [])) for name, order in world.orders.items()}


def _row(world: World, order: Order, closes: Sequence[date]) -> dict[str, Any]:
    amounts, status = order.amounts, order.data["status"]
    labor = [line for line in order.data["lines"] or [] if line["line_type"] == "labor"]
    clocked = [line["hours_actual"] for line in labor if line["hours_actual"] is not None]
    return {
        "is_closed": status == "closed",
        "is_void": status == "void",
        "is_sale": order.is_sale,
        "is_refund": order.is_sale and amounts.total < 0,
        "grand_total": amounts.total,
        "total_ex_tax": amounts.total_ex_tax,
        "discount_total": amounts.discount_total,
        "hours_billed": amounts.hours_billed,
        "hours_actual": None if order.shop.dms in NO_LOG or not clocked else sum(clocked, ZERO),
        "quoted_unsold": _unsold(order),
        "reopen_count": world.reopens.get(order.ro_id, 0),
        "first_close_business_date": min(closes, default=None),
        "last_close_business_date": max(closes, default=None),
    }


def _unsold(order: Order) -> Decimal:
    """QU (0.7): presented and not sold."""
    jobs = [job for job in order.data["jobs"] or [] if job["decision"] != "sold"]
    return sum((job[f"presented_{part}"] or ZERO for job in jobs for part in ("parts", "labor", "sublet")), ZERO)


def closes_seen(log: Iterable[Event], as_of: datetime, shops: dict[str, Shop], pulls: Sequence[datetime]) -> Closes:
    """The close dates of each RO in what was ever seen of it: at the pulls, or in the delivery of each noon (UTC)."""
    found: Closes = defaultdict(list)
    log = [event for event in log if event.entity == "repair_order" and event.at <= as_of]
    polled = [event for event in log if shops[event.site].dms in NO_LOG]
    delivered = {(noon(event.at), event.key): event for event in log if shops[event.site].dms not in NO_LOG}
    versions = [orders(state(polled, pull), shops) for pull in pulls]
    versions += [orders(state([event], as_of), shops) for event in delivered.values()]
    for version in versions:
        for name, order in version.items():
            if order.is_sale and order.close_date:
                found[name].append(order.close_date)
    return found


def noon(at: datetime) -> datetime:
    noon = at.astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    return noon if at <= noon else noon + timedelta(days=1)

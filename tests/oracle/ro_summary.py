"""Repair Order Summary (REPORTS 3D.9): what was opened, closed and voided, by events, and what was sold, by close date.

Keep out: money of voids (ro_voids)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Any

from oracle.figures import ALL, div
from oracle.periods import Item, Period, Rows, chosen, grouped
from oracle.sold import Sale, added, counted, ex_refunds, sales
from oracle.told import Told

OPEN = frozenset({"open", "on_hold", "finished"})  # Reading of C-21: what stands in the shop
OVER = frozenset({"void", "deleted"})
SIGN = {"opened": 1, "reopened": 1, "closed_events": -1, "voided": -1}
Counted = Sale | str  # a sale, or a flow


def ro_summary(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    flows = movements(told)
    items: list[Item[Counted]] = [(sale.site, sale.counts_on, (), sale) for sale in sales(told)]
    items += [(site, day, (), flow) for site, day, flow in flows]
    known, found = _numbers(told), grouped(told.world, periods, sites, 0, items)
    ends = {period.key: period for period in periods}
    moved = {place: _moved([flow for flow in flows if flow[0] == place]) for place in told.world.shops}
    moved[ALL] = _moved([flow for flow in flows if flow[0] in chosen(told.world, sites)])
    return {
        key: _row(things, _standing(moved[key[0]], ends[key[1:]].first), None if key[0] == ALL else known[key[0]])
        for key, things in found.items()
    }


def _moved(flows: Sequence[tuple[str, date, str]]) -> list[tuple[date, int]]:
    """How many orders stand in the shop after each movement."""
    ordered = sorted(flows, key=lambda flow: flow[1])
    return list(zip((day for _, day, _ in ordered), accumulate(SIGN[flow] for _, _, flow in ordered), strict=True))


def _standing(moved: Sequence[tuple[date, int]], day: date) -> int:
    """Before the day begins."""
    before = bisect_left(moved, day, key=lambda step: step[0])
    return moved[before - 1][1] if before else 0


def movements(told: Told) -> list[tuple[str, date, str]]:
    """Reading of 3D.9: a change of state that brings an order into the shop (opened, reopened) or out of it
    (closed_events, voided); one that comes closed without having been open does both. The rest moves nothing, nor
    does an order that the source has deleted."""
    return [
        (order.shop.id, told.day(order.shop.id, event["at"]), flow)
        for _, event in told.rows("ro_status_event")
        if (order := told.world.orders.get(event["ro_id"]))
        for flow in _flows(event["from_status"], event["to_status"])
    ]


def _flows(before: str | None, after: str) -> tuple[str, ...]:
    if before in OPEN:
        return ("closed_events",) if after == "closed" else ("voided",) if after in OVER else ()
    if after in OPEN:
        return ("reopened",) if before == "closed" or before in OVER else ("opened",)
    return ("opened", "closed_events") if after == "closed" and before != "closed" else ()


def _net(flows: Mapping[str, int]) -> int:
    return sum(SIGN[flow] * count for flow, count in flows.items())


def _numbers(told: Told) -> dict[str, list[int]]:
    """Whole numbers of all orders that a site is known to have had, whatever became of them."""
    found: dict[str, set[int]] = defaultdict(set)
    for event in told.log:
        if event.entity == "repair_order" and (event.data.get("ro_number") or "").isdigit():
            found[event.site].add(int(event.data["ro_number"]))
    return defaultdict(list, {site: sorted(numbers) for site, numbers in found.items()})


def _row(things: Iterable[Counted], opening: int, known: list[int] | None) -> dict[str, Any]:
    listed = list(things)
    found, flows = [thing for thing in listed if isinstance(thing, Sale)], Counter(x for x in listed if type(x) is str)
    money = added(found, "total_ex_tax")
    return money | _continuity(found, known) | ex_refunds(found, "closed_ex_refunds") | {
        "opening_open": opening,
        "opened": flows["opened"],
        "closed_events": flows["closed_events"],
        "closed": counted(found),
        "voided": flows["voided"],
        "reopened": flows["reopened"],
        "closing_open": opening + _net(flows),
        "refund_ros": sum(sale.is_refund for sale in found),
        "avg_ro": div(money["total_ex_tax"], counted(found), 2),
        "customers": len({sale.customer for sale in found if sale.customer}),
        "vehicles": len({sale.vehicle for sale in found if sale.vehicle}),
    }  # fmt: skip


def _continuity(found: list[Sale], known: list[int] | None) -> dict[str, Any]:
    """Reading of C-14: of numbers that are whole numbers; a number within the range that no order has is missing.
    Numbers are a shop's own, so all shops together have none."""
    numbers = [int(number) for sale in found if (number := sale.order.data["ro_number"] or "").isdigit()]
    if known is None:
        return {"ro_number_min": None, "ro_number_max": None, "missing_numbers": None}
    if not numbers:
        return {"ro_number_min": None, "ro_number_max": None, "missing_numbers": 0}
    low, high = min(numbers), max(numbers)
    present = bisect_left(known, high + 1) - bisect_left(known, low)
    return {"ro_number_min": str(low), "ro_number_max": str(high), "missing_numbers": high - low + 1 - present}

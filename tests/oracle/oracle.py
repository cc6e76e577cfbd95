"""The oracle: each relation as plain dictionaries, from a company's event log as of an instant.

Keep out: formulas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from oracle import calls, reconciliation, ro_detail, sales_summary, sums
from oracle import orders as repair_orders
from oracle.facts import CLOSED_ONLY, NO_LOG, Event, Order, Shop, State, Tender, World, orders, state
from oracle.options import Options
from oracle.sales_summary import LongKey
from oracle.sums import Groups
from oracle.tenders import derived_charges, tenders
from oracle.told import Told

BOOKS = ("ar_entry", "cash_count", "control_total", "opening_balance")


class Oracle:
    """What the warehouse must say. `pulls`: the instants at which unlabelled sources were seen (6.7)."""

    def __init__(
        self,
        company: Any,
        events: Iterable[Event],
        as_of: datetime,
        *,
        breakout_groups: Groups | None = None,
        pulls: Sequence[datetime] = (),
        last_day: date | None = None,
        options: Options | None = None,
    ) -> None:
        self.homes = {site.id: getattr(site, "postal_code", "") for site in company.sites}
        self.shops = {site.id: shop_of(site) for site in company.sites}
        self.events = list(events)
        self.as_of = as_of
        self.groups: Groups = breakout_groups or {}
        self.pulls = pulls
        self.last_day = last_day or company.end
        self.options = options or Options()

    @cached_property
    def world(self) -> World:
        now = state(self.events, self.as_of)
        found = orders(now, self.shops)
        paid = tenders(now, self.shops, found)
        charges = derived_charges(self.events, self.as_of, self.shops, found, self.pulls)
        rung = tuple((self.shops[site], data) for site, data in now.get("call", {}).values())
        return World(
            self.shops,
            found,
            tuple(paid + charges),
            rung,
            numbers=self._numbers(now),
            employees={data["employee_id"]: data for _, data in now.get("employee", {}).values()},
            customers={data["customer_id"]: data for _, data in now.get("customer", {}).values()},
            reopens=self._reopens(now),
            seen_orders=frozenset(e.data.get("ro_id") or e.key for e in self.events if e.entity == "repair_order"),
            last_day=self.last_day,
            first_days=first_days(found.values(), paid, rung, now),
        )

    @cached_property
    def told(self) -> Told:
        """What the reports beside the tie-out read."""
        log = tuple(event for event in self.events if event.at <= self.as_of)
        return Told(self.world, self.as_of, state(self.events, self.as_of), log, self.options)

    def _reopens(self, now: State) -> Counter[str]:
        logged = [
            data["ro_id"]
            for site, data in now.get("ro_status_event", {}).values()
            if reopens(data) and self.shops[site].dms not in NO_LOG
        ]
        return Counter(logged) + reopens_seen(self.events, self.as_of, self.shops, self.pulls)

    def _numbers(self, now: State) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for site, data in now.get("phone_number", {}).values():
            found.setdefault(data["number"], []).append(data | {"site": site})
        return found

    def sales_summary(self) -> dict[LongKey, Decimal | None]:
        return sales_summary.long(self.world, self.groups)

    def sales_summary_wide(self) -> dict[tuple[str, date], dict[str, Decimal]]:
        return sums.wide_days(self.world)

    def recon_sales_payments(self) -> dict[tuple[str, date], dict[str, Decimal | None]]:
        return reconciliation.recon_sales_payments(self.world)

    def ro_deltas(self) -> dict[tuple[str, date, str], Decimal]:
        return reconciliation.ro_deltas(self.world)

    def call_summary(self) -> dict[tuple[str, str, date], dict[str, Decimal | int | None]]:
        return calls.call_summary(self.world)

    def call_summary_by_number(self) -> dict[tuple[str, str, str, date], dict[str, Any]]:
        return calls.call_summary_by_number(self.world)

    def repair_orders(self) -> dict[str, dict[str, Any]]:
        closes = repair_orders.closes_seen(self.events, self.as_of, self.shops, self.pulls)
        return repair_orders.repair_orders(self.world, closes)

    def ro_detail(self) -> dict[str, dict[str, Any]]:
        return ro_detail.ro_detail(self.world)


def shop_of(site: Any) -> Shop:
    cutoff = getattr(site, "day_cutoff_minutes", 0)
    return Shop(site.id, site.timezone, site.dms, cutoff, site.source_code)


def reopens(event: dict[str, Any]) -> bool:
    """Reading of 0.4: a transition out of closed into anything but void or deleted."""
    return event["from_status"] == "closed" and event["to_status"] not in ("closed", "void", "deleted")


def reopens_seen(
    log: Iterable[Event], as_of: datetime, shops: dict[str, Shop], pulls: Sequence[datetime]
) -> Counter[str]:
    """Of a source without a log: closed at one pull, and open, or closed on another day, at the next."""
    unlogged = [event for event in log if event.entity == "repair_order" and shops[event.site].dms in NO_LOG]
    found: Counter[str] = Counter()
    before: dict[str, tuple[str, date | None]] = {}
    for pull in sorted(pull for pull in pulls if pull <= as_of):
        seen = orders(state(unlogged, pull), shops)
        after = {name: (order.data["status"], order.close_date) for name, order in seen.items()}
        found.update(name for name, (status, day) in after.items() if _reopened(before.get(name), status, day))
        before |= after
    return found


def _reopened(before: tuple[str, date | None] | None, status: str, day: date | None) -> bool:
    if before is None or before[0] != "closed":
        return False
    return status not in ("closed", "void", "deleted") or (status == "closed" and day != before[1])


def first_days(
    found: Iterable[Order], paid: Iterable[Tender], rung: Iterable[tuple[Shop, dict[str, Any]]], now: State
) -> dict[str, date]:
    """Reading of 7.1 "since the site's first data": the first day on which it opened or closed an RO, took a
    payment or had a call, or for which its books have an entry (an opening balance is of the day before)."""
    days: dict[str, list[date]] = {}
    for order in found:
        if order.shop.dms in CLOSED_ONLY and not order.is_sale:
            continue
        opened = order.data["opened_at"]
        starts = (order.shop.business_date(opened) if opened else None, order.close_date)
        days.setdefault(order.shop.id, []).extend(day for day in starts if day)
    for tender in paid:
        days.setdefault(tender.shop.id, []).append(tender.day)
    for shop, call in rung:
        days.setdefault(shop.id, []).append(shop.business_date(call["started_at"]))
    for site, row in (entry for entity in BOOKS for entry in now.get(entity, {}).values()):
        days.setdefault(site, []).append(row["business_date"])
    return {site: min(dates) for site, dates in days.items() if dates}

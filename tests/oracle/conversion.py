"""First Time Call Conversion, its metrics, and Existing Customer Call Conversion (REPORTS 3A.4 to 3A.6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from oracle.callers import Callers, credited, opened
from oracle.facts import Order
from oracle.figures import ZERO, div
from oracle.periods import Item, Period, Rows, grouped
from oracle.phone import Call, handled_by, number, score, scores, talk
from oracle.ro_detail import families
from oracle.sold import named
from oracle.told import Row, Told, median


def first_call_conversion(told: Told, sites: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """One row per first-time caller: call_id -> columns."""
    people, judged = Callers(told), scores(told)
    onboarded = _onboarded(people)
    brought = conversions(people)
    return {
        call.id: _first(told, people, call, brought.get(call.id))
        | {
            "call_score": score(judged.get(call.id, [])),
            "first_time_uncertain": (call.day - onboarded[call.site]).days < told.options.history_guard_days,
        }
        for call in people.first_calls
        if sites is None or call.site in sites
    }


def conversions(people: Callers) -> dict[str, Order]:
    """First call -> the earliest order after it."""
    found = [(call, people.after(call, people.customers(call.caller))) for call in people.first_calls]
    return credited([(call, orders[0]) for call, orders in found if orders])


def _onboarded(people: Callers) -> dict[str, date]:
    """Reading of 3A.4: a site's telephony begins with its first inbound call."""
    return {call.site: call.day for call in reversed(people.inbound)}


def _first(told: Told, people: Callers, call: Call, order: Order | None) -> dict[str, Any]:
    linked = people.customers(call.caller)
    return {
        "call_ts": call.start,
        "site": call.site,
        "did": call.data["to_number"],
        "campaign": _campaign(told, call),
        "caller": call.caller,
        "answered": call.answered,
        "talk_s": talk(call.data),
        "handled_by": named(told, handled_by(told, call)),
        "is_converted": order is not None,
        "window_complete": call.start + people.window <= told.as_of,
        "appointment_booked": people.has_booked(call, linked),
        "ambiguous_match": len(linked) > 1,
        **_order(told, call, order),
    }


def _campaign(told: Told, call: Call) -> str | None:
    """What the number was published for, by name."""
    wanted = number(told, call).get("campaign_id")
    names = (row["name"] for site, row in told.rows("campaign") if (site, row["campaign_id"]) == (call.site, wanted))
    return next(names, None)


def _order(told: Told, call: Call, order: Order | None) -> dict[str, Any]:
    """What was sold is known when it is closed; profit is the canonical one."""
    closed = order if order is not None and order.is_sale else None
    return {
        "converted_ro_no": order and order.data["ro_number"],
        "converted_site": order and order.shop.id,
        "ro_open_ts": order and opened(order),
        "days_to_convert": order and (order.shop.business_date(opened(order)) - call.day).days,
        "ro_total_ex_tax": closed and closed.amounts.total_ex_tax,
        "ro_gross_profit": closed and families(closed)[2],
    }


@dataclass(frozen=True)
class Heard:
    """An inbound call as the metrics count it."""

    call: Call
    first: Row | None  # its row of first_call_conversion
    customers: frozenset[str]  # golden ones who came in after it


def first_call_conversion_metrics(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    found = grouped(told.world, periods, sites, 0, _heard(told))
    return {key: _metrics(rows) for key, rows in found.items()}


def _heard(told: Told) -> Iterator[Item[Heard]]:
    people, first = Callers(told), first_call_conversion(told)
    for call in people.inbound:
        came = {key for key in people.customers(call.caller) if people.after(call, {key})}
        yield call.site, call.day, (), Heard(call, first.get(call.id), frozenset(came))


def _metrics(rows: Sequence[Heard]) -> dict[str, Any]:
    first = [row.first for row in rows if row.first]
    converted = [row for row in first if row["is_converted"]]
    mature = [row for row in first if row["window_complete"]]
    sales = sum((row["ro_total_ex_tax"] or ZERO for row in converted), ZERO)
    missed = sum(not row["answered"] for row in first)
    new = {key for row in rows if row.first and row.first["is_converted"] for key in row.customers}
    return {
        "first_time_callers": len(first),
        "converted": len(converted),
        "conversion_rate": div(len(converted), len(first)),
        "mature_conversion_rate": div(sum(row["is_converted"] for row in mature), len(mature)),
        "converted_sales": sales,
        "avg_sales_per_converted": div(sales, len(converted), 2),
        "revenue_per_first_call": div(sales, len(first), 2),
        "missed_first_calls": missed,
        "lost_potential": div(missed * sales, len(first), 2),
        "call_cost": None,  # no_cost: nothing says what a number costs
        "roi": None,
        "median_days_to_convert": median(row["days_to_convert"] for row in converted),
        "total_conversion_callrail": div(len({key for row in rows for key in row.customers}), len(rows)),
        "new_conversion_callrail": div(len(new), len(first)),
    }


@dataclass(frozen=True)
class Known:
    """A call of a known customer, and the order that it is credited with."""

    call: Call
    customer: str
    last_visit: date
    open_ro: bool
    booked: bool | None
    order: Order | None


def existing_call_conversion(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    """Detail rows are of a site's customers; subtotal and total rows count them."""
    found = grouped(told.world, periods, sites, 1, _known(told))
    return {key: _existing(told, rows, whole=key[1] is None) for key, rows in found.items()}


def _known(told: Told) -> Iterator[Item[Known]]:
    people = Callers(told)
    rung = [(call, key) for call in people.inbound if (key := people.known_as(call))]
    after = [(call, order) for call, key in rung for order in people.after(call, {key})]
    last: dict[str, list[Order]] = {}
    for order in {order.ro_id: order for _, order in after}.values():
        call_id, _ = next(iter(credited([pair for pair in after if pair[1].ro_id == order.ro_id]).items()))
        last.setdefault(call_id, []).append(order)
    for call, key in rung:
        past = people.before(call, {key})
        visit = max(order.shop.business_date(opened(order)) for order in past)
        held = any(is_in_shop(order, call) for order in past)
        bought = min(last.get(call.id, []), key=lambda order: (opened(order), order.ro_id), default=None)
        yield call.site, call.day, (key,), Known(call, key, visit, held, people.has_booked(call, {key}), bought)


def is_in_shop(order: Order, call: Call) -> bool:
    """The car is there: opened, and not closed by then. A close that is told by its day alone ends that day."""
    if order.data["status"] in ("open", "on_hold", "finished"):
        return True
    closed = order.data["closed_at"]
    if order.data["status"] != "closed":
        return False
    return bool(closed > call.start if closed else order.close_date and order.close_date >= call.day)


def _existing(told: Told, rows: Sequence[Known], whole: bool) -> dict[str, Any]:
    first: dict[tuple[str, str], Known] = {}  # by shop and customer, as the detail rows are
    bought: dict[tuple[str, str], Known] = {}
    for row in rows:
        first.setdefault((row.call.site, row.customer), row)
        if row.order is not None:
            bought.setdefault((row.call.site, row.customer), row)
    asked = [key for key, row in first.items() if told.options.include_open_ro or not row.open_ro]
    converted = len({customer for site, customer in asked if (site, customer) in bought})
    counts = {
        "unique_known_callers": len({customer for _, customer in first}),
        "excluding_open_ro": len({customer for (_, customer), row in first.items() if not row.open_ro}),
        "converted": converted,
        "conversion_rate": div(converted, len({customer for _, customer in asked})),
    }
    names = ("call_ts", "last_visit_d", "days_since_last_visit", "open_ro_at_call", "appointment_within_w",
             "is_converted", "ro_no", "ro_total_ex_tax", "days_to_convert")  # fmt: skip
    return counts | (
        dict.fromkeys(names) if whole else _detail(rows[0], bought.get((rows[0].call.site, rows[0].customer)))
    )


def _detail(first: Known, bought: Known | None) -> dict[str, Any]:
    order = bought.order if bought is not None else None
    total: Decimal | None = order.amounts.total_ex_tax if order is not None and order.is_sale else None
    return {
        "call_ts": first.call.start,
        "last_visit_d": first.last_visit,
        "days_since_last_visit": (first.call.day - first.last_visit) // timedelta(days=1),
        "open_ro_at_call": first.open_ro,
        "appointment_within_w": first.booked,
        "is_converted": order is not None,
        "ro_no": order and order.data["ro_number"],
        "ro_total_ex_tax": total,
        "days_to_convert": order and bought and (order.shop.business_date(opened(order)) - bought.call.day).days,
    }

"""Deferred Services (REPORTS 3D.2): work that was recommended and not bought, and whether it came back later.

Keep out: what was sold at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.callers import Callers
from oracle.figures import ALL, ZERO, div
from oracle.periods import Item, Period, Rows, chosen, grouped
from oracle.phone import calls
from oracle.sold import Sale, in_order, named, presented, sales
from oracle.told import Told

Row = dict[str, Any]
Job = dict[str, Any]
LOST = ("deferred", "declined")
Bought = Mapping[tuple[str, str], list[tuple[Sale, Decimal]]]


@dataclass(frozen=True)
class Deferred:
    sale: Sale
    job: Job
    times: int
    recovered: tuple[Sale, Decimal] | None  # the later order, and for how much


def deferred(told: Told) -> list[Deferred]:
    """Each job that was not bought.

    Reading of 3D.2 "(vehicle, op code)": jobs have no code, so their title says what was recommended."""
    found = sales(told)
    bought, times = _bought(found), defaultdict(set)
    jobs = [(sale, job) for sale in found for job in not_sold(sale)]
    for sale, job in jobs:
        times[_what(sale, job)].add(sale.ro_id)
    return [Deferred(sale, job, len(times[_what(sale, job)]), _recovered(sale, job, bought)) for sale, job in jobs]


def not_sold(sale: Sale) -> Iterator[Job]:
    """Deferred or declined, and not sold on the same order under the same title."""
    jobs = sale.order.data["jobs"] or []
    sold = {_title(job) for job in jobs if job["decision"] == "sold"}
    yield from (job for job in jobs if job["decision"] in LOST and _title(job) not in sold)


def _title(job: Job) -> str:
    return (job["title"] or "").strip().upper()


def _what(sale: Sale, job: Job) -> tuple[str, str]:
    return (sale.vehicle, _title(job)) if sale.vehicle else (f"order {sale.ro_id}", job["job_id"])


def _bought(found: Sequence[Sale]) -> Bought:
    """What each car had done of each category, or by title where a job has none."""
    bought: dict[tuple[str, str], list[tuple[Sale, Decimal]]] = defaultdict(list)
    for sale in sorted(found, key=in_order):
        of: dict[str, Decimal] = defaultdict(Decimal)
        for job in sale.order.data["jobs"] or []:
            if job["decision"] == "sold":
                of[job["category"] or _title(job)] += job["sold_amount"] or ZERO
        for category, amount in of.items():
            if sale.vehicle:
                bought[sale.vehicle, category].append((sale, amount))
    return bought


def _recovered(sale: Sale, job: Job, bought: Bought) -> tuple[Sale, Decimal] | None:
    visits = bought.get((sale.vehicle or "", job["category"] or _title(job)), ())
    return next(((later, amount) for later, amount in visits if in_order(later) > in_order(sale)), None)


def deferred_services(told: Told, sites: Collection[str] | None = None) -> dict[str, Row]:
    """By job id: each recommendation to a car, as it was presented last."""
    contacts, tasks = contacted(told), _tasks(told)
    newest: dict[tuple[str, str], Deferred] = {}
    for one in sorted(deferred(told), key=lambda one: (*in_order(one.sale), one.job["job_id"])):
        newest[_what(one.sale, one.job)] = one
    return {
        one.job["job_id"]: _row(told, one, contacts) | {"follow_up_task": tasks.get(one.sale.ro_id)}
        for one in newest.values()
        if sites is None or one.sale.site in sites
    }


def _row(told: Told, one: Deferred, contacts: Mapping[str, date]) -> Row:
    sale, job, later = one.sale, one.job, one.recovered
    return told.shown_car(sale.order.data["vehicle_id"]) | {
        "phone": told.phone(sale.order.data["customer_id"]),
        "date": sale.counts_on,
        "site": sale.site,
        "mileage": sale.order.data["odometer_in"],
        "advisor": named(told, sale.advisor),
        "category": job["category"],
        "decision": job["decision"],
        "reason": job["declined_reason"],
        "deferred_until": job["deferred_until"],
        "parts": job["presented_parts"],
        "labor": job["presented_labor"],
        "total": presented(job),
        "age_days": (told.today(sale.site) - sale.day).days,
        "contacted_since": sale.customer is not None and contacts.get(sale.customer, sale.day) > sale.day,
        "recovered": later is not None,
        "recovered_ro": later[0].order.data["ro_number"] if later else None,
        "recovered_amount": later[1] if later else None,
        "times_presented": one.times,
    }


def contacted(told: Told) -> dict[str, date]:
    """The last business day on which somebody wrote to a customer, or called and was answered."""
    found: dict[str, date] = {}
    for site, row in told.rows("message"):
        customer = told.customer(row["customer_id"])
        if customer and row["direction"] == "out" and row["failed_at"] is None and not row["is_automated"]:
            found[customer] = max(found.get(customer, date.min), told.day(site, row["sent_at"]))
    who = Callers(told)
    for call in calls(told, "out"):
        for customer in who.customers(call.caller) if call.answered else ():
            found[customer] = max(found.get(customer, date.min), call.day)
    return found


def _tasks(told: Told) -> dict[str, str]:
    """The state of the newest task of each order."""
    rows = [row for _, row in told.rows("task") if row["ro_id"]]
    return {row["ro_id"]: row["status"] for row in sorted(rows, key=lambda row: (row["created_at"], row["task_id"]))}


def deferred_services_ro(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    quoting = {site for site in chosen(told.world, sites) if told.world.shops[site].quotes}
    items: list[Item[Deferred | Job]] = [(one.sale.site, one.sale.counts_on, (), one) for one in deferred(told)]
    items += [
        (sale.site, sale.counts_on, (), job)
        for sale in sales(told)
        for job in sale.order.data["jobs"] or []
        if job["decision"] not in LOST
    ]
    found = grouped(told.world, periods, sites, 0, items)
    rows = {key: _rolled_up(things) for key, things in found.items()}
    unknown = {key for key in rows if not (quoting if key[0] == ALL else {key[0]} & quoting)}
    return {key: dict.fromkeys(row) if key in unknown else row for key, row in rows.items()}


def _rolled_up(things: Sequence[Deferred | Job]) -> Row:
    """R.O. Writer's Lost Sales columns: presented amounts, from which no discount is taken off."""
    found = [thing for thing in things if isinstance(thing, Deferred)]
    others = [thing for thing in things if not isinstance(thing, Deferred)]
    recovered, jobs = sum(one.recovered is not None for one in found), [one.job for one in found]
    of = {said: [job for job in others + jobs if job["decision"] == said] for said in ("sold", "open", *LOST)}
    worth = {said: sum(map(presented, listed), ZERO) for said, listed in of.items()}
    return {
        "ros_with_deferred": len({one.sale.ro_id for one in found}),
        "sold_jobs": len(of["sold"]),
        "declined_jobs": len(of["declined"]),
        "deferred_jobs": len(found),
        "saved_jobs": len(of["deferred"]),
        "open_jobs": len(of["open"]),
        "sold_total": sum((job["sold_amount"] or ZERO for job in of["sold"]), ZERO),
        "declined_total": worth["declined"],
        "deferred_total": worth["declined"] + worth["deferred"],
        "saved_total": worth["deferred"],
        "open_total": worth["open"],
        "recovered_jobs": recovered,
        "recovery_rate": div(recovered, len(found)),
        "lost_jobs_pct": div(len(of["declined"]), sum(map(len, of.values()))),
        "lost_sales_pct": div(worth["declined"], sum(worth.values(), ZERO)),
    }

"""Tech Sales Tracker (REPORTS 3E.7). What no technician did stands in a row of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from oracle.facts import Order
from oracle.feeds import fed
from oracle.figures import ALL, ZERO, div
from oracle.labor_shares import Part, job_hours, leader, parts_of, tires
from oracle.periods import Item, Period, Rows, chosen, grouped
from oracle.ro_lines import labor_search
from oracle.told import UNASSIGNED, Row, Told
from oracle.tracker import INSPECTION, LOF, SECTIONS, clock, counted, job_signs, jobs_of, mixed, sums, units, value

NOT_ALLOCATED = "-2"


@dataclass(frozen=True)
class Work:
    """What of one order is in a technician's row."""

    order: Order
    parts: tuple[Part, ...] = ()
    tire_units: Decimal = ZERO
    lof: int = 0
    inspections: int = 0
    quote: Decimal = ZERO
    comeback: bool = False
    rest: tuple[Decimal, Decimal] = (ZERO, ZERO)  # gross sales and profit that are allocated to nobody


@dataclass(frozen=True)
class Card:
    row: Row


def tech_sales_tracker(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    items: list[Item[Work | Card]] = [*_works(told), *_cards(told)]
    found = grouped(told.world, periods, sites, 1, items)
    clocks = fed(told, "timeclock") & set(chosen(told.world, sites))
    return {
        key: _row(told, key[1], rows, key[0] in clocks or (key[0] == ALL and bool(clocks)))
        for key, rows in found.items()
    }


def _works(told: Told) -> Iterator[Item[Work | Card]]:
    returned = comebacks(told)
    for order in told.world.sales():
        assert order.close_date is not None
        for tech, work in works(told, order, returned).items():
            yield order.shop.id, order.close_date, (tech,), work


def works(told: Told, order: Order, returned: set[str]) -> dict[str, Work]:
    parts = parts_of(told, order)
    hours = job_hours([part for part in parts if part.piece.section == "labor"])
    lead = {job: leader(of_job) for job, of_job in (hours | _jobless(parts)).items()}
    quotes: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for job in jobs_of(order):
        quotes[told.person(job["technician_id"])] += value(job)
    credit = {name: _by_leader(counts, lead) for name, counts in _counts(order).items()}
    people = dict.fromkeys([*(part.tech for part in parts), *quotes, *(one for by in credit.values() for one in by)])
    if not parts:
        people[UNASSIGNED] = None  # an order must be somebody's
    found = {tech: _work(order, tech, parts, credit, quotes.get(tech, ZERO), returned) for tech in people}
    own = sum((part.net for part in parts), ZERO)
    if order.amounts.total_ex_tax != own:
        rest = (sums([order])["gross_sales"] - own, order.amounts.total_ex_tax - own)
        found[NOT_ALLOCATED] = Work(order, rest=rest)
    return found


def _work(order: Order, tech: str, parts: Iterable[Part], credit: Mapping[str, Mapping[str, Any]], quote: Decimal,
          returned: set[str]) -> Work:  # fmt: skip
    own = tuple(part for part in parts if part.tech == tech)
    back = any(part.piece.line["line_id"] in returned for part in own)
    got = {name: by.get(tech, 0) for name, by in credit.items()}
    return Work(order, own, ZERO + got["tire_units"], got["lof"], got["inspections"], quote, back)


def _jobless(parts: Iterable[Part]) -> dict[str, dict[str, Decimal]]:
    """A labor line without a job is a job of its own."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for part in parts:
        if part.piece.section == "labor" and part.job is None:
            found[f"line {part.piece.line['line_id']}"][part.tech] = part.hours_billed
    return found


def _counts(order: Order) -> dict[str, dict[str, Any]]:
    """Counts of an order by job; what has no job is nobody's."""
    tire: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for piece in order.amounts.pieces:
        if piece.section == "parts" and piece.line["line_type"] == "part" and piece.line["category"] == "TIRE":
            tire[piece.line["job_id"] or ""] += units(piece.line)
    return {
        "tire_units": tire,
        "lof": job_signs(order, LOF, labor_only=True),
        "inspections": job_signs(order, INSPECTION),
    }


def _by_leader(counts: Mapping[str, Any], lead: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for job, count in counts.items():
        tech = lead.get(job, UNASSIGNED)
        found[tech] = found.get(tech, 0) + count
    return found


def comebacks(told: Told) -> set[str]:
    """Labor lines that Labor Search says are done again (3D.5)."""
    return {line for (line, _), row in labor_search(told).items() if row["comeback_flag"]}


def _cards(told: Told) -> Iterator[Item[Work | Card]]:
    for site, card in told.rows("time_card"):
        if told.world.employees.get(card["employee_id"], {}).get("role") == "technician":
            yield site, told.day(site, card["in_at"]), (told.person(card["employee_id"]),), Card(card)


def _row(told: Told, tech: str | None, rows: Sequence[Work | Card], clocked: bool) -> dict[str, Any]:
    works_ = [row for row in rows if isinstance(row, Work)]
    parts = [part for work in works_ for part in work.parts]
    labor = [part for part in parts if part.piece.section == "labor"]
    time = clock([row.row for row in rows if isinstance(row, Card)] if clocked else None)
    own = _orders(tech, works_)
    count = counted(told, own)
    gross, profit = _money(works_, parts)
    billed = sum((part.hours_billed for part in labor), ZERO)
    actual = [part.hours_actual for part in labor if part.hours_actual is not None]
    spent = sum(actual, ZERO) if actual or not labor else None  # of no labor 0, of labor that nobody clocked unknown
    net = sum((part.net for part in labor), ZERO)
    quote = sum((work.quote for work in works_), ZERO)
    return {
        "ro_count": count,
        "jobs": len({(work.order.ro_id, part.job) for work in works_ for part in work.parts if _is_job(part)}),
        "hours_billed_alloc": billed,
        "hours_actual": spent,
        "clocked_hours": time["time_hours"],
        "labor_sales_alloc": net,
        "parts_sales": sum((part.net for part in parts if part.piece.section == "parts"), ZERO),
        "sublet_alloc": sum((part.net for part in parts if part.piece.section == "sublet"), ZERO),
        "gross_sales": gross,
        "gp": profit,
        "elr": div(net, billed, 2),
        "gs_per_hr": div(gross, billed, 2),
        "gp_per_hr": div(profit, billed, 2),
        "hours_per_ro": div(billed, count, 2),
        "efficiency": div(billed, spent),
        "productivity": div(spent, time["time_hours"]),
        "proficiency": div(billed, time["time_hours"]),
        "tech_quote": quote,
        "avg_tech_quote": div(quote, count, 2),
        **_credits(works_, parts),
        **mixed([*own, *(work.order for work in works_ if work.rest != (ZERO, ZERO))]),
        **time,
    }


def _is_job(part: Part) -> bool:
    return part.piece.section == "labor" and part.job is not None


def _orders(tech: str | None, works_: Sequence[Work]) -> list[Order]:
    """A technician's orders are those with labor of theirs; of nobody's, with any line of nobody's, or with no line at all."""
    if tech is None:
        return _once(work.order for work in works_)
    nobody = tech == UNASSIGNED
    return _once(
        work.order
        for work in works_
        if any(part.piece.section == "labor" or nobody for part in work.parts) or (nobody and _is_bare(work.order))
    )


def _once(orders: Iterable[Order]) -> list[Order]:
    return list({order.ro_id: order for order in orders}.values())


def _is_bare(order: Order) -> bool:
    return not any(piece.section in SECTIONS for piece in order.amounts.pieces)


def _money(works_: Sequence[Work], parts: Sequence[Part]) -> tuple[Decimal, Decimal]:
    """Gross sales as the family counts them and canonical profit; a row without technician has the rest of its orders."""
    net = sum((part.net for part in parts), ZERO)
    cost = sum((part.cost for part in parts), ZERO)
    rest = [work.rest for work in works_]
    return net + sum((one for one, _ in rest), ZERO), net - cost + sum((one for _, one in rest), ZERO)


def _credits(works_: Sequence[Work], parts: Sequence[Part]) -> dict[str, Any]:
    return {
        "tire_sales": sum((part.net for part in parts if tires(part)), ZERO),
        "tire_units": sum((work.tire_units for work in works_), ZERO),
        "lof": sum(work.lof for work in works_),
        "inspections": sum(work.inspections for work in works_),
        "comebacks": len({work.order.ro_id for work in works_ if work.comeback}),
    }

"""Sales as the reports of repair orders count them: who, what car, whose order, its amounts of REPORTS 0.7.

Keep out: any report's row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any

from oracle.facts import Order
from oracle.figures import ZERO, div
from oracle.orders import noon
from oracle.reconciliation import settled_ro
from oracle.ro_detail import families, quoted
from oracle.told import Told

NEVER = datetime.max.replace(tzinfo=UTC)
NEVER_PAID = date.max
QUOTED = ("presented_parts", "presented_labor", "presented_sublet")


@dataclass(frozen=True)
class Sale:
    order: Order
    site: str
    day: date  # of its close
    counts_on: date  # by the option date_basis; NEVER_PAID for none
    customer: str | None  # golden
    vehicle: str | None  # golden
    advisor: str
    money: Mapping[str, Decimal]  # by the names of 0.7
    counts: bool  # as an order; option include_refund_ros leaves refunds out of counts, never out of money

    @property
    def ro_id(self) -> str:
        return self.order.ro_id

    @property
    def is_refund(self) -> bool:
        return self.order.amounts.total < 0


def sales(told: Told) -> list[Sale]:
    """0.4: the orders that count."""
    paid = _received(told) if told.options.date_basis == "fully_paid" else {}
    return [_sale(told, order, order.close_date, paid) for order in told.world.sales() if order.close_date]


Received = Mapping[str, list[tuple[date, Decimal]]]


def _received(told: Told) -> Received:
    """What came in on each order, day by day; an advance where it was used."""
    found: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for tender in told.world.tenders:
        if tender.kind in ("final", "advance", "ar_payment"):
            found[settled_ro(tender) or ""].append((tender.day, tender.amount))
    return {ro_id: sorted(rows) for ro_id, rows in found.items()}


def _counts_on(told: Told, order: Order, closed: date, paid: Received) -> date:
    """Reading of 0.4 date_basis: sold is the day on which the first job was sold, else that of the opening."""
    opened, jobs = order.data["opened_at"], order.data["jobs"] or []
    sold = [job["decided_at"] for job in jobs if job["decision"] == "sold" and job["decided_at"]]
    if told.options.date_basis == "opened":
        return order.shop.business_date(opened) if opened else closed
    if told.options.date_basis == "sold":
        at = min(sold, default=opened)
        return order.shop.business_date(at) if at else closed
    return closed if told.options.date_basis == "closed" else _paid_on(order, paid.get(order.ro_id, ()))


def _paid_on(order: Order, paid: Sequence[tuple[date, Decimal]]) -> date:
    """When what came in had reached the total; never where some of it went back since."""
    sums = list(accumulate(amount for _, amount in paid))
    reached = [so_far >= order.amounts.total for so_far in sums]
    return paid[reached.index(True)][0] if reached and reached[-1] else NEVER_PAID


def _sale(told: Told, order: Order, day: date, paid: Received) -> Sale:
    data = order.data
    customer, vehicle = told.customer(data["customer_id"]), told.vehicle(data["vehicle_id"])
    counts = told.options.include_refund_ros or order.amounts.total >= 0
    on = _counts_on(told, order, day, paid)
    return Sale(order, order.shop.id, day, on, customer, vehicle, told.person(data["advisor_id"]), _money(order), counts)


def _money(order: Order) -> dict[str, Decimal]:
    amounts, (gross_sales, gross_profit_vendor, gross_profit) = order.amounts, families(order)
    labor, parts = amounts.sales("labor"), amounts.sales("parts")
    return {
        "hours_billed": amounts.hours_billed,
        "labor_sales": labor,
        "parts_sales": parts,
        "sublet_sales": amounts.sales("sublet"),
        "non_labor": amounts.total - labor - parts,  # E-06
        "sub_cost": amounts.cost("sublet"),
        "supplies": amounts.supplies,
        "discounts": amounts.discount_total,
        "total_ex_tax": amounts.total_ex_tax,
        "gross_profit": gross_profit,
        "gross_profit_vendor": gross_profit_vendor,
        "gross_sales": gross_sales,
        "quoted": quoted(order),
    }


def in_order(sale: Sale) -> tuple[date, datetime, str]:
    """Which of two sales came first: by close date, then when it was opened (unknown is last), then number."""
    return sale.day, sale.order.data["opened_at"] or NEVER, sale.order.data["ro_number"] or ""


def added(found: Iterable[Sale], *names: str) -> dict[str, Decimal]:
    """The sum of each of these amounts."""
    listed = list(found)
    return {name: sum((sale.money[name] for sale in listed), ZERO) for name in names}


def counted(found: Iterable[Sale]) -> int:
    return sum(sale.counts for sale in found)


def ex_refunds(found: Iterable[Sale], count: str) -> dict[str, Any]:
    """0.4: always published beside what counts refunds."""
    kept = [sale for sale in found if not sale.is_refund]
    return {count: len(kept), "avg_ro_ex_refunds": div(added(kept, "total_ex_tax")["total_ex_tax"], len(kept), 2)}


def landed(told: Told) -> Mapping[str, list[Mapping[str, Any]]]:
    """The versions of each order that canonical files brought, oldest first: one delivery at each noon (UTC)."""
    last: dict[tuple[str, datetime], Mapping[str, Any]] = {}
    for event in told.log:
        if event.entity == "repair_order" and event.action == "saved":
            last[event.key, noon(event.at)] = event.data
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for (ro_id, _), data in sorted(last.items(), key=lambda item: item[0]):
        found[ro_id].append(data)
    return found


def presented(job: Mapping[str, Any]) -> Decimal:
    return sum((job[name] or ZERO for name in QUOTED), ZERO)


def named(told: Told, employee_id: str | None) -> str:
    """As a reader sees a person."""
    return told.world.employees.get(employee_id or "", {}).get("name") or "Unassigned"


def average(values: Sequence[Decimal | int], places: int = 2) -> Decimal | None:
    return div(sum(values, Decimal(0)), len(values), places)


def first_sales(
    found: Iterable[Sale], by_site: bool = False, day: Callable[[Sale], date] = lambda sale: sale.day
) -> dict[tuple[str, str], date]:
    """The first sale of each customer in the company, or at each site: (site or '', customer) -> its close, or `day`."""
    first: dict[tuple[str, str], date] = {}
    for sale in found:
        if sale.customer:
            key = (sale.site if by_site else "", sale.customer)
            first[key] = min(first.get(key, day(sale)), day(sale))
    return first

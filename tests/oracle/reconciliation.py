"""The tie-out of sales and payments (REPORTS 6, 7.1): per site and day, and exactly per RO. No causes.

Lines come from the sums of the sales summary; gaps, t_in, t_out and deltas per RO from single tenders."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from oracle.facts import Order, Tender, World
from oracle.figures import ZERO, div
from oracle.sums import day_sums, wide

Day = tuple[str, date]
LINES = [
    "total_sales",
    "supplies_taxable",
    "supplies_nontax",
    "sales_tax",
    "fees_nontax",
    "card_upcharge",
    "total_other_sales",
    "advance_pay",
    "ar_pay",
    "total_sales_and_other",
    "cards",
    "cash",
    "check_amt",
    "deposit",
    "total_pay",
    "charged",
    "store_credit_used",
    "previous_advance_pay",
    "payments_total",
]


def settled_ro(tender: Tender) -> str | None:
    """The RO that a tender pays: an advance may be used on another RO than it was taken on (5.8)."""
    return tender.applied_to if tender.kind == "advance" else tender.ro_id


def home(world: World, tender: Tender) -> tuple[Order, Day] | None:
    """The closed RO that a tender settles and the site and day on which that RO's sale counts."""
    order = world.orders.get(settled_ro(tender) or "")
    if order is None or not order.is_sale or order.close_date is None:
        return None
    return order, (order.shop.id, order.close_date)


def recon_sales_payments(world: World) -> dict[Day, dict[str, Decimal | None]]:
    by_day = day_sums(world, {})
    parts = _attribution(world)
    table = {}
    for site in world.shops:
        for day in world.days(site):
            line = wide(by_day.get((site, day), {}))
            row: dict[str, Decimal | None] = {name: line[name] for name in LINES}
            row |= _identities(line, by_day.get((site, day), {}).get(("total",), ZERO))
            row |= {name: parts[name].get((site, day), ZERO) for name in ("sum_tender_gap", "t_in", "t_out")}
            derived = parts["derived"].get((site, day), ZERO)
            row["derived_charge_share"] = div(derived, by_day.get((site, day), {}).get(("total",), ZERO))
            table[site, day] = row
    return table


def _identities(line: dict[str, Decimal], billed: Decimal) -> dict[str, Decimal | None]:
    """I-1, I-2 and I-3 as payments minus sales: all three differences are the same number (6.1)."""
    other_pay = line["ar_pay"] + line["advance_pay"]
    growth_ar = line["charged"] - line["ar_pay"]
    growth_deposits = line["advance_pay"] - line["previous_advance_pay"]
    v30 = line["cash"] + line["check_amt"] + line["cards"] + line["charged"] + line["store_credit_used"]
    return {
        "other_pay": other_pay,
        "delta": line["payments_total"] - line["total_sales_and_other"],
        "i2_diff": v30 - (billed + other_pay - line["previous_advance_pay"]),
        "i3_diff": line["total_pay"] - (billed - growth_ar + growth_deposits - line["store_credit_used"]),
    }


def _attribution(world: World) -> dict[str, dict[Day, Decimal]]:
    """6.2: gaps of closed ROs; FINAL money of the day on ROs outside C; FINAL money of C paid elsewhere."""
    parts: dict[str, dict[Day, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for order in world.sales():
        assert order.close_date is not None
        parts["sum_tender_gap"][order.shop.id, order.close_date] -= order.amounts.total
    for tender in world.tenders:
        paid, found = (tender.shop.id, tender.day), home(world, tender)
        at_close = found[1] if found else None
        if at_close is not None and tender.kind in ("final", "advance", "ar_charge") and not _lost(tender):
            parts["sum_tender_gap"][at_close] += tender.amount
        if at_close is not None and tender.origin == "derived":
            parts["derived"][at_close] += tender.amount
        if tender.kind == "final" and tender.is_money and paid != at_close:
            parts["t_in"][paid] += tender.amount
            if at_close is not None:
                parts["t_out"][at_close] += tender.amount
    return parts


def _lost(tender: Tender) -> bool:
    """A FINAL tender of class ar is in no line of 5.8, so it leaves its RO open."""
    return tender.kind == "final" and tender.method == "ar"


def ro_deltas(world: World) -> dict[tuple[str, date, str], Decimal]:
    """6.3: payments minus sales of each RO (or `payment:<id>`) by site and day; zeros are left out."""
    deltas: dict[tuple[str, date, str], Decimal] = defaultdict(lambda: ZERO)
    for order in world.sales():
        assert order.close_date is not None
        deltas[order.shop.id, order.close_date, order.ro_id] -= order.amounts.total
    for tender in world.tenders:
        own = (tender.shop.id, tender.day, _key(world, tender))
        found = home(world, tender)
        if tender.kind == "final" and tender.is_money:
            deltas[own] += tender.amount
        if tender.kind in ("advance", "ar_payment"):
            deltas[own] += (tender.amount if tender.is_money else ZERO) - tender.amount
        if found and (tender.kind in ("advance", "ar_charge") or _is_credit(tender)):
            order, (site, day) = found
            deltas[site, day, order.ro_id] += tender.amount
    return {key: value for key, value in deltas.items() if value != 0}


def _is_credit(tender: Tender) -> bool:
    return tender.kind == "final" and tender.method == "store_credit"


def _key(world: World, tender: Tender) -> str:
    """Reading of 6.3: an RO never shown is no RO; one that was shown and deleted still names the break."""
    return tender.ro_id if tender.ro_id in world.seen_orders else f"payment:{tender.tender_id}"

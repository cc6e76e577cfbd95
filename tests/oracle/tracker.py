"""The column set of the sales trackers over the orders, time cards and days of one row (REPORTS 3E.0).

Keep out: which orders a row has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from oracle.amounts import Piece
from oracle.facts import Order
from oracle.figures import ZERO, div, rounded
from oracle.ro_detail import families
from oracle.told import Row, Told

TIRE, LOF, INSPECTION = "TIRE", "LOF", "INSPECTION"
SECTIONS = ("parts", "labor", "sublet")


def tracker(told: Told, orders: Sequence[Order], worked: Decimal, whole: Decimal) -> dict[str, Any]:
    """3E.0 without time and cards."""
    sales, count = sums(orders), counted(told, orders)
    quoting = [order for order in orders if order.shop.quotes]
    return {
        "ro_count": count,
        **refunds(orders),
        **_quotes(told, quoting),
        "avg_ro": div(sales["net_sales"], count, 2),
        **sales,
        **_profit(orders),
        **mixed(orders),
        "lof": done(orders, LOF, labor_only=True),
        "inspections": done(orders, INSPECTION),
        "discounts": sum((order.amounts.discount_total for order in orders), ZERO),
        "worked_days": rounded(worked, 2),
        "total_work_days": rounded(whole, 2),
        "tracking": div(sales["gross_sales"] * whole, worked, 2),
    }


def counted(told: Told, orders: Sequence[Order]) -> int:
    """Option include_refund_ros: whether refunds count as orders; their money always does (0.4)."""
    return sum(told.options.include_refund_ros or order.amounts.total >= 0 for order in orders)


def sums(orders: Iterable[Order]) -> dict[str, Decimal]:
    """0.8, additive."""
    found = {"gross_sales": ZERO, "net_sales": ZERO, "gross_profit_vendor": ZERO, "gross_profit": ZERO}
    for order in orders:
        gross, vendor, profit = families(order)
        found["gross_sales"] += gross
        found["net_sales"] += order.amounts.total_ex_tax
        found["gross_profit_vendor"] += vendor
        found["gross_profit"] += profit
    return found


def refunds(orders: Sequence[Order]) -> dict[str, Any]:
    """0.4: always published; twins of the averages are without them."""
    kept = [order for order in orders if order.amounts.total >= 0]
    quoting = [order for order in kept if order.shop.quotes]
    return {
        "refund_ro_count": len(orders) - len(kept),
        "ro_count_ex_refunds": len(kept),
        "avg_ro_ex_refunds": div(sums(kept)["net_sales"], len(kept), 2),
        "avg_quote_ex_refunds": div(_presented(quoting, "parts", "labor"), len(quoting), 2),
    }


def mixed(orders: Iterable[Order]) -> dict[str, Any]:
    here = {order.shop.family for order in orders}
    return {"formula_family": min(here) if len(here) == 1 else None, "mixed_family_flag": len(here) > 1}


def _quotes(told: Told, quoting: Sequence[Order]) -> dict[str, Decimal | None]:
    """E-04; NULL when no shop of the row says what it presented."""
    jobs = [job for order in quoting for job in jobs_of(order)]
    base = jobs if told.options.quote_basis == "all_presented" else [job for job in jobs if job["decision"] != "sold"]
    asked = sum((value(job) for job in jobs), ZERO)
    sold = sum((job["sold_amount"] or ZERO for job in jobs), ZERO)
    own = sums(quoting)["gross_sales"]
    return {
        "avg_quote": div(_presented(quoting, "parts", "labor"), counted(told, quoting), 2),
        "close_pct_vendor": div(own, sum((value(job) for job in base), ZERO)),
        "close_pct": div(sold, asked),
    }


def jobs_of(order: Order) -> list[Row]:
    """Reading of 0.7 QP, QL, QS: every job that the source tells of was presented."""
    return list(order.data["jobs"] or [])


def value(job: Row, *parts: str) -> Decimal:
    return sum((job[f"presented_{part}"] or ZERO for part in parts or SECTIONS), ZERO)


def _presented(orders: Iterable[Order], *parts: str) -> Decimal:
    return sum((value(job, *parts) for order in orders for job in jobs_of(order)), ZERO)


def _profit(orders: Sequence[Order]) -> dict[str, Any]:
    """E-01 and E-03: the printed formulas beside the right one."""
    found = sums(orders)
    cost = {part: sum((order.amounts.cost(part) for order in orders), ZERO) for part in SECTIONS}
    tires = [piece for order in orders for piece in order.amounts.pieces if is_tire(piece)]
    sales = sum((piece.net for piece in tires), ZERO)
    profit = sales - sum((piece.cost or ZERO for piece in tires), ZERO)
    vendor = sum((_vendor_profit(order) for order in orders), ZERO)
    return {
        "gross_profit_printed_literal": sum((_literal(order) for order in orders), ZERO),
        "gp_pct_ex_tires_vendor": div(vendor - sales, found["gross_sales"] - sales),
        "gp_pct_ex_tires": div(found["net_sales"] - sum(cost.values(), ZERO) - profit, found["net_sales"] - sales),
        "tire_sales": sales,
        "tire_units": sum((units(piece.line) for piece in tires if piece.line["line_type"] == "part"), ZERO),
    }


def _literal(order: Order) -> Decimal:
    amounts = order.amounts
    supplies = amounts.supplies if order.shop.family == "F2" else ZERO
    return amounts.total_ex_tax - (amounts.cost("parts") - amounts.cost("labor") - amounts.cost("sublet") - supplies)


def _vendor_profit(order: Order) -> Decimal:
    """The numerator before tires: F1 its profit, F2 gross sales less costs, supplies not deducted."""
    gross, vendor, _ = families(order)
    cost = sum((order.amounts.cost(part) for part in SECTIONS), ZERO)
    return vendor if order.shop.family == "F1" else gross - cost


def is_tire(piece: Piece) -> bool:
    """0.7 TS: parts (taxable fees too) and labor."""
    return piece.section in ("parts", "labor") and piece.line.get("category") == TIRE


def units(line: Any) -> Decimal:
    """Returns are negative, whatever sign the source gives them."""
    quantity = line["quantity"] or ZERO
    return -abs(quantity) if line["is_return"] else quantity


def done(orders: Iterable[Order], category: str, labor_only: bool = False) -> int:
    """3E.0 LOF, inspections: jobs by the sign of their lines; a reversal takes one back."""
    return sum((sum(job_signs(order, category, labor_only).values()) for order in orders), 0)


def job_signs(order: Order, category: str, labor_only: bool = False) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for line in order.data["lines"] or []:
        if line["category"] == category and (line["line_type"] == "labor" or not labor_only):
            found[line["job_id"] or f"line {line['line_id']}"] += -1 if _is_reversal(line) else 1
    return {job: (count > 0) - (count < 0) for job, count in found.items()}


def _is_reversal(line: Row) -> bool:
    told = next((line[name] for name in ("quantity", "hours_billed", "gross_amount") if line[name] is not None), ZERO)
    return bool(line["is_return"]) or told < 0


def clock(cards: Sequence[Row] | None) -> dict[str, Any]:
    """Time and Cards; None: no shop of the row has a time clock."""
    if cards is None:
        return {"time_hours": None, "cards": None}
    return {"time_hours": rounded(sum((card_hours(card) for card in cards), ZERO), 4), "cards": len(cards)}


def card_hours(card: Row) -> Decimal:
    """Reading of 3E.0: as told, else from in to out; an open card has none yet."""
    if card["hours"] is not None:
        told: Decimal = card["hours"]
        return told
    span = (card["out_at"] - card["in_at"]) // timedelta(seconds=1) if card["out_at"] else 0
    return div(span, 3600, 4) or ZERO

"""Parts Supplier Spend (REPORTS 3D.4): supplier x site x period, of invoices where the shop has them, else of the lines of
its orders. Keep out: stock, and the difference of the two (C-28)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.figures import ZERO, div, rounded
from oracle.periods import Item, Period, Rows, chosen, grouped
from oracle.ro_lines import Line, lines_of, part_no_norm
from oracle.sold import sales
from oracle.told import Told

UNKNOWN = "-1"


@dataclass(frozen=True)
class Bought:
    basis: str
    supplier: str
    order: tuple[date, str, str]  # of invoices: the first one is linked with the sold line
    amount: Decimal  # >= 0 for what was bought and for what was given back
    quantity: Decimal
    is_return: bool
    invoice: tuple[str, str] | None
    ro_id: str | None
    core_credit: Decimal
    lines: tuple[Line, ...]  # of orders


def supplier_spend(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    basis = {site: _basis(told, site) for site in chosen(told.world, sites)}
    items = [*_purchases(told), *(_of_orders(line) for line in lines_of(sales(told), "part"))]
    used = [item for item in items if item[3].basis == basis.get(item[0])]
    found = grouped(told.world, periods, sites, 1, used)
    of_all = "mixed" if len(set(basis.values())) > 1 else min(basis.values(), default=None)
    rows = {}
    for key, things in found.items():
        whole = found[key[0], None, *key[-2:]]
        lines = [line for line, supplier in _linked(whole) if key[1] in (None, supplier)]
        rows[key] = _row(things, lines, _spend(whole)) | {"basis": basis.get(key[0], of_all)}
    return rows


def _linked(things: Iterable[Bought]) -> list[tuple[Line, str]]:
    """Each sold line of the row once, with the supplier whose invoice of it came first."""
    found: dict[tuple[str, str], tuple[Line, str]] = {}
    for one in sorted(things, key=lambda one: one.order):
        for line in one.lines:
            found.setdefault((line.sale.ro_id, line.row["line_id"]), (line, one.supplier))
    return list(found.values())


def _basis(told: Told, site: str) -> str:
    invoiced = any(place == site for place, _ in told.rows("purchase_line"))
    return "purchases" if invoiced and told.options.supplier_basis == "purchases" else "ro_lines"


def _purchases(told: Told) -> list[Item[Bought]]:
    """Reading of 3D.4: a line of an invoice is worth cents; the lines of orders that it is linked with are those of the
    same part number on the order that it names, whose sale counts."""
    linked: dict[tuple[str, str | None], list[Line]] = defaultdict(list)
    for line in lines_of(sales(told), "part"):
        linked[line.sale.ro_id, part_no_norm(line.row["part_number"])].append(line)
    found: list[Item[Bought]] = []
    for site, row in told.rows("purchase_line"):
        lines = () if row["is_return"] else linked.get((row["ro_id"] or "", part_no_norm(row["part_number"])), ())
        worth = rounded(abs((row["quantity"] or ZERO) * (row["unit_cost"] or ZERO)), 2)
        supplier, order = row["supplier_id"] or UNKNOWN, (row["invoice_date"], row["purchase_id"], row["line_id"])
        one = Bought(
            "purchases", supplier, order, worth, row["quantity"] or ZERO,
            bool(row["is_return"]), (site, row["purchase_id"]), row["ro_id"], row["core_credit"] or ZERO, tuple(lines),
        )  # fmt: skip
        found.append((site, row["invoice_date"], (supplier,), one))
    return found


def _of_orders(line: Line) -> Item[Bought]:
    """Reading of basis `ro_lines`: what the parts of the orders cost; returns are the lines that say so."""
    row, supplier = line.row, line.row["supplier_id"] or UNKNOWN
    order = (line.sale.day, line.sale.ro_id, row["line_id"])
    one = Bought("ro_lines", supplier, order, abs(row["cost_amount"] or ZERO), row["quantity"] or ZERO, bool(row["is_return"]), None,
                 line.sale.ro_id, ZERO, (line,))  # fmt: skip
    return line.sale.site, line.sale.counts_on, (supplier,), one


def _spend(things: Iterable[Bought]) -> Decimal:
    return sum((-one.amount if one.is_return else one.amount for one in things), ZERO)


def _row(things: Sequence[Bought], lines: Sequence[Line], whole: Decimal) -> dict[str, Any]:
    bought = [one for one in things if not one.is_return]
    purchases = sum((one.amount for one in bought), ZERO)
    returns = sum((one.amount for one in things if one.is_return), ZERO)
    parts_sales = sum((line.net for line in lines), ZERO)
    return {
        "spend": _spend(things),
        "lines": len(things),
        "invoices": len({one.invoice for one in things if one.invoice}),
        "ros": len({one.ro_id for one in things if one.ro_id}),
        "returns": returns,
        "return_rate": div(returns, purchases),
        "core_credits": sum((one.core_credit for one in things), ZERO),
        "share": div(_spend(things), whole),
        "avg_unit_cost": div(purchases, sum((one.quantity for one in bought), ZERO), 2),
        "parts_sales": parts_sales,
        "margin": parts_sales - sum((line.row["cost_amount"] or ZERO for line in lines), ZERO),
    }

"""Sales by Category (REPORTS 3E.3): what each advisor sold of what."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oracle.amounts import Piece
from oracle.facts import Order
from oracle.figures import ALL, ZERO, div, rounded
from oracle.periods import Item, Key, Period, Rows, grouped
from oracle.told import Told
from oracle.tracker import SECTIONS, counted, units

NOT_FOUND, NOT_ASSIGNED = "Not Found", "Not Assigned"


@dataclass(frozen=True)
class Sold:
    """A line in parts, labor or sublet."""

    order: Order
    piece: Piece
    category: str


def sales_by_category(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    found = grouped(told.world, periods, sites, 2, _sold(told))
    whole = grouped(told.world, periods, sites, 1, _orders(told))
    return {key: _row(told, rows, whole[_owner(key)]) for key, rows in found.items()}


def _owner(key: Key) -> Key:
    """Whose orders a row's shares are of: the advisor's, the site's, the company's."""
    site, person, _, *period = key
    return (site, None if site == ALL else person, *period)


def _sold(told: Told) -> Iterator[Item[Sold]]:
    for order in told.world.sales():
        assert order.close_date is not None
        for piece in order.amounts.pieces:
            if piece.section in SECTIONS:
                category = category_of(piece)
                keys = (told.person(order.data["advisor_id"]), category)
                yield order.shop.id, order.close_date, keys, Sold(order, piece, category)


def _orders(told: Told) -> Iterator[Item[Order]]:
    for order in told.world.sales():
        assert order.close_date is not None
        yield order.shop.id, order.close_date, (told.person(order.data["advisor_id"]),), order


def category_of(piece: Piece) -> str:
    """Reading of 0.5: a line without a category is Not Assigned when it belongs to no job, else Not Found."""
    stated = piece.line["category"]
    return str(stated) if stated else NOT_FOUND if piece.line["job_id"] else NOT_ASSIGNED


def _row(told: Told, rows: Sequence[Sold], orders: Sequence[Order]) -> dict[str, Any]:
    pieces = [row.piece for row in rows]
    net = {part: sum((piece.net for piece in pieces if piece.section == part), ZERO) for part in SECTIONS}
    cost, total = sum((piece.cost or ZERO for piece in pieces), ZERO), sum(net.values(), ZERO)
    everything = sum((order.amounts.sales(part) for order in orders for part in SECTIONS), ZERO)
    sold = counted(told, list({row.order.ro_id: row.order for row in rows}.values()))
    return {
        "jobs": len({_job(told, row) for row in rows if row.piece.line["job_id"]}),
        "units": sum((units(piece.line) for piece in pieces if piece.line["line_type"] == "part"), ZERO),
        "parts_sales": net["parts"],
        "labor_sales": net["labor"],
        "sublet_sales": net["sublet"],
        "category_sales": total,
        "cost": cost,
        "gp": total - cost,
        "gp_pct": div(total - cost, total),
        "hours": sum((piece.line["hours_billed"] or ZERO for piece in pieces if piece.section == "labor"), ZERO),
        "ros_with_category": sold,
        "penetration": div(sold, counted(told, orders)),
        "share_of_sales": div(total, everything),
        "other_allocated": _other(orders, total, everything),
    }


def _job(told: Told, row: Sold) -> tuple[str, str]:
    """Option: two jobs of one category in an order count once."""
    return row.order.ro_id, row.category if told.options.count_jobs_by_category else row.piece.line["job_id"]


def _other(orders: Sequence[Order], part: Decimal, whole: Decimal) -> Decimal | None:
    """R.O. Writer's "Other": all that is in no category, tax included, by what the category sold."""
    rest = sum((order.amounts.total for order in orders), ZERO) - whole
    return rounded(Fraction(rest) * Fraction(part) / Fraction(whole), 2) if whole else None

"""Additive sums of the sales summary per site and day, and the wide lines made of them (REPORTS 5.0, 6.5).

Keep out: cells and sections (sales_summary), and which ROs and tenders exist (facts, tenders)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from oracle.amounts import Piece
from oracle.facts import Order, Tender, World
from oracle.figures import ZERO

Sums = dict[tuple[str, ...], Decimal]
Groups = Mapping[str | None, Mapping[str, frozenset[str]]]  # site, or None for the company's default

ROWS = ("parts", "labor", "sublet")
REST = "not_in_breakout"


def groups_of(groups: Groups, site: str) -> Mapping[str, frozenset[str]]:
    return groups.get(site, groups.get(None, {}))


def day_sums(world: World, groups: Groups) -> dict[tuple[str, date], Sums]:
    """Each term on one business day (6.5): T, K, used advances on the close date, the rest on their own."""
    sums: dict[tuple[str, date], Sums] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for order in world.sales():
        assert order.close_date is not None
        _add_order(sums[order.shop.id, order.close_date], order, groups_of(groups, order.shop.id))
    for tender in world.tenders:
        _add_receipt(sums[tender.shop.id, tender.day], tender)
        settled = world.orders.get((tender.applied_to if tender.kind == "advance" else tender.ro_id) or "")
        if settled is not None and settled.is_sale and settled.close_date is not None:
            _add_settlement(sums[settled.shop.id, settled.close_date], tender)
    return sums


def _add_order(sums: Sums, order: Order, groups: Mapping[str, frozenset[str]]) -> None:
    amounts = order.amounts
    sums["ro_count",] += 1
    sums["total",] += amounts.total
    for name in ("supplies_taxable", "supplies_nontax", "fees", "upcharge", "tax"):
        sums[name,] += getattr(amounts, name)
    for name, value in amounts.memo.items():
        sums["memo", name] += value
    for piece in amounts.pieces:
        for group in ("", *_blocks(piece, groups)):
            _add_piece(sums, group, piece)
        if not piece.outside_cogs:
            sums["cogs_gross",] += piece.gross
            sums["cogs_cost",] += piece.cost or ZERO if piece.folded == "parts" else ZERO


def _blocks(piece: Piece, groups: Mapping[str, frozenset[str]]) -> list[str]:
    """Reading of 5.2: a line of any type is in a group by its labor operation or its department.

    In two groups it stands in both blocks; Sales - blocks + overlap is then the lines in none."""
    inside = [name for name, members in groups.items() if {piece.op_code, piece.department} & members]
    return inside or [REST]


def _add_piece(sums: Sums, group: str, piece: Piece) -> None:
    row = piece.folded
    sums[group, row, "taxable" if piece.taxable else "non_tax"] += piece.net
    sums[group, row, "cost"] += piece.cost or ZERO
    if row == "labor":
        sums[group, row, "lines"] += 1
        sums[group, row, "lines_with_cost"] += 0 if piece.cost is None else 1


def _add_receipt(sums: Sums, tender: Tender) -> None:
    """5.7 and 5.8: on the tender's own site and date."""
    if tender.kind not in ("final", "advance", "ar_payment"):
        return
    sums[tender.kind,] += tender.amount
    if not tender.is_money:
        return
    if tender.method in ("cash", "check"):
        sums[tender.method,] += tender.amount
    else:
        sums["cards",] += tender.amount
        sums["type", tender.name] += tender.amount


def _add_settlement(sums: Sums, tender: Tender) -> None:
    """5.8: on the site and close date of the RO, whatever the tender's own."""
    if tender.kind == "ar_charge":
        sums["charged",] += tender.amount
    elif tender.kind == "advance":
        sums["previous_advance",] += tender.amount
    elif tender.kind == "final" and tender.method == "store_credit":
        sums["store_credit",] += tender.amount


def total(parts: Iterable[Sums]) -> Sums:
    added: Sums = defaultdict(lambda: ZERO)
    for part in parts:
        for name, value in part.items():
            added[name] += value
    return added


def wide(sums: Sums) -> dict[str, Decimal]:
    """The additive lines of `sales_summary_wide` under the codes of 5.0."""

    def of(*key: str) -> Decimal:
        return sums.get(key, ZERO)

    line = {f"{row}_{column}": of("", row, column) for row in ROWS for column in ("non_tax", "taxable")}
    line["total_sales"] = sum(line.values(), ZERO)
    line |= {f"{row}_cost": of("", row, "cost") for row in ROWS}
    line |= {name: of("memo", name) for name in ("discounts", "coupons", "package_discounts", "package_adds")}
    charges = {
        "supplies_taxable": of("supplies_taxable"),
        "supplies_nontax": of("supplies_nontax"),
        "sales_tax": of("tax"),
        "fees_nontax": of("fees"),
        "card_upcharge": of("upcharge"),
    }
    line |= charges | {"total_other_sales": sum(charges.values(), ZERO), "ro_count": of("ro_count")}
    line |= {"advance_pay": of("advance"), "ar_pay": of("ar_payment")}
    line["total_sales_and_other"] = (
        line["total_sales"] + line["total_other_sales"] + line["advance_pay"] + line["ar_pay"]
    )
    line |= {"cards": of("cards"), "cash": of("cash"), "check_amt": of("check"), "charged": of("charged")}
    line["deposit"] = line["cash"] + line["check_amt"]
    line["total_pay"] = line["cards"] + line["deposit"]
    line |= {"store_credit_used": of("store_credit"), "previous_advance_pay": of("previous_advance")}
    settled = line["charged"] + line["store_credit_used"] + line["previous_advance_pay"]
    line["payments_total"] = line["total_pay"] + settled
    line["ro_total_sales"] = (
        line["total_sales"] + of("supplies_taxable") + of("supplies_nontax") + of("upcharge")
    )
    line["total_sales_w_tax"] = line["ro_total_sales"] + line["fees_nontax"] + line["sales_tax"]
    return line


def wide_days(world: World) -> dict[tuple[str, date], dict[str, Decimal]]:
    by_day = day_sums(world, {})
    return {
        (site, day): wide(by_day.get((site, day), {})) for site in world.shops for day in world.days(site)
    }

"""The R.O. Writer Sales Summary (REPORTS 5), long and wide: additive sums per site and day, then every cell from sums.

Keep out: which tenders and ROs exist (facts, tenders) and the tie-out per RO (reconciliation)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from oracle.amounts import Piece
from oracle.facts import Order, Tender, World
from oracle.figures import ALL, ZERO, div, period_start

Sums = dict[tuple[str, ...], Decimal]
Cells = dict[tuple[str, str, str, str], Decimal | None]  # breakout_group, section, row_code, column_code
Groups = Mapping[
    str | None, Mapping[str, frozenset[str]]
]  # site (None: the company's default) -> group -> members
LongKey = tuple[str, str, date, str, str, str, str, str]

ROWS = ("parts", "labor", "sublet")
REST = "not_in_breakout"
VERSIONS = {
    "other_receipts": ("v1.31",),
    "payments": ("v1.31",),
    "payment_types": ("v30",),
    "payment_summary": ("v30",),
}
BOTH = ("v1.31", "v30")


def groups_of(groups: Groups, site: str) -> Mapping[str, frozenset[str]]:
    return groups.get(site, groups.get(None, {}))


def day_sums(world: World, groups: Groups) -> dict[tuple[str, date], Sums]:
    """Every term on exactly one business day (6.5): T, K and advances used on the RO's close date, the rest on their own."""
    sums: dict[tuple[str, date], Sums] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for order in world.sales():
        assert order.close_date is not None
        _add_order(sums[order.shop.id, order.close_date], order, groups_of(groups, order.shop.id))
    for tender in world.tenders:
        _add_receipt(sums[tender.shop.id, tender.day], tender)
        settled = world.orders.get(tender.applied_to if tender.kind == "advance" else tender.ro_id)  # type: ignore[arg-type]
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
    """Reading of 5.2: a line is in a group by its labor operation or its department; in none, it is the residual.

    A line in two groups stands in both blocks; Sales - blocks + overlap is then the lines that are in none."""
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


def long(world: World, groups: Groups) -> dict[LongKey, Decimal | None]:
    """Every cell of both layouts, grain day and month, with the All-sites rows."""
    by_day = day_sums(world, groups)
    periods: dict[tuple[str, str, date], list[tuple[str, date]]] = defaultdict(list)
    for site in world.shops:
        for day in world.days(site):
            for grain in ("day", "month"):
                for scope in (site, ALL):
                    periods[scope, grain, period_start(grain, day)].append((site, day))
    names = {site: tuple(groups_of(groups, site)) for site in world.shops}
    names[ALL] = tuple(dict.fromkeys(name for site in world.shops for name in names[site]))
    table: dict[LongKey, Decimal | None] = {}
    for (site, grain, start), days in periods.items():
        for (group, section, row, column), value in cells(
            total(by_day.get(day, {}) for day in days), names[site]
        ).items():
            for version in VERSIONS.get(section, BOTH):
                table[site, grain, start, version, group, section, row, column] = value
    return table


def cells(sums: Sums, groups: Iterable[str]) -> Cells:
    """All cells of one site and period. Reading of 5.2 ("always"): the residual block exists without groups too."""
    found: Cells = {}
    whole = sum((_row(sums, "", row)["total"] for row in ROWS), ZERO)
    _block(found, sums, "", "sales", "gross_profit", whole)
    for name in (*groups, REST):
        _block(found, sums, name, "breakout", "breakout_gross_profit", whole)
    for name in ("discounts", "coupons", "package_discounts", "package_adds"):
        found["", "sales", name, "total"] = sums.get(("memo", name), ZERO)
    lines = wide(sums)
    _cogs(found, sums, whole)
    _amounts(found, "other_charges", _other_charges(lines))
    _amounts(found, "ro_summary", _ro_summary(lines))
    types = {f"type:{key[1]}": value for key, value in sums.items() if key[0] == "type"}
    _amounts(
        found,
        "other_receipts",
        {name: lines[name] for name in ("advance_pay", "ar_pay", "total_sales_and_other")},
    )
    _amounts(found, "payments", types | _payments(lines))
    _amounts(found, "payment_types", types | _payment_types(lines))
    _amounts(found, "payment_summary", _payment_summary(lines, sums.get(("total",), ZERO)))
    return found


def _amounts(found: Cells, section: str, rows: Mapping[str, Decimal | None]) -> None:
    found.update({("", section, row, "amount"): value for row, value in rows.items()})


def _row(sums: Sums, group: str, row: str) -> dict[str, Decimal]:
    names = ROWS if row == "total" else (row,)
    nt, tx, cost = (
        sum((sums.get((group, name, column), ZERO) for name in names), ZERO)
        for column in ("non_tax", "taxable", "cost")
    )
    return {"non_tax": nt, "taxable": tx, "total": nt + tx, "cost": cost}


def _block(found: Cells, sums: Sums, group: str, sales: str, profit: str, whole: Decimal) -> None:
    """5.1 to 5.4. % of Sales is of the whole report's Total Sales in breakout blocks too (5.2)."""
    for row in (*ROWS, "total"):
        line = _row(sums, group, row)
        printed: dict[str, Decimal | None] = {name: line[name] for name in ("non_tax", "taxable", "total")}
        printed["pct_of_sales"] = div(line["total"], whole)
        made = line["total"] - line["cost"]
        margin = None if row == "labor" and _cost_unknown(sums, group) else div(made, line["total"])
        earned = {"sales": line["total"], "cost": line["cost"], "profit": made, "margin": margin}
        found.update({(group, sales, row, column): value for column, value in printed.items()})
        earned = printed | earned if group else earned  # E-09: the breakout prints both column sets
        found.update({(group, profit, row, column): value for column, value in earned.items()})


def _cost_unknown(sums: Sums, group: str) -> bool:
    """Reading of 5.3: a labor margin is NULL, not 100 %, where no labor line of the cell has a cost."""
    return (
        sums.get((group, "labor", "lines"), ZERO) > 0
        and sums.get((group, "labor", "lines_with_cost"), ZERO) == 0
    )


def _cogs(found: Cells, sums: Sums, whole: Decimal) -> None:
    """5.5. Reading: freight, returns and warranty refunds leave P° and PC of the first two rows; D stays whole, and
    `net` stands on the canonical amounts with nothing left out."""
    gross, cost = sums.get(("cogs_gross",), ZERO), sums.get(("cogs_cost",), ZERO)
    discount = -sum((value for key, value in sums.items() if key[0] == "memo"), ZERO)
    supplies = sums.get(("supplies_taxable",), ZERO)
    for row, base in (("wo_supplies", gross), ("w_supplies", gross + supplies)):
        _cogs_row(found, row, base - discount - cost, base, cost)
    costs = _row(sums, "", "parts")["cost"] + _row(sums, "", "sublet")["cost"]
    _cogs_row(found, "net", whole - costs, whole, costs)


def _cogs_row(found: Cells, row: str, amount: Decimal, base: Decimal, cost: Decimal) -> None:
    found["", "gp_cogs", row, "gp_amount"] = amount
    found["", "gp_cogs", row, "gp_pct"] = div(amount, base)
    found["", "gp_cogs", row, "cogs"] = cost


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


def _other_charges(line: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    return {
        "taxable_supplies": line["supplies_taxable"],
        "non_tax_supplies": line["supplies_nontax"],
        "sales_tax": line["sales_tax"],
        "other_taxes_fees": line["fees_nontax"],
        "credit_charges": line["card_upcharge"],
        "total_other_sales": line["total_other_sales"],
    }


def _payments(line: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    same = ("cash", "deposit", "total_pay", "charged", "store_credit_used", "previous_advance_pay")
    renamed = {"total_cards": line["cards"], "check": line["check_amt"], "total": line["payments_total"]}
    return renamed | {name: line[name] for name in same}


def _payment_types(line: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    return {
        "cash": line["cash"],
        "check": line["check_amt"],
        "cash_check_deposit": line["deposit"],
        "total_credit_cards": line["cards"],
        "total_payments": line["deposit"] + line["cards"],
        "charge_open_account": line["charged"],
        "store_credit_used": line["store_credit_used"],
        "total": line["deposit"] + line["cards"] + line["charged"] + line["store_credit_used"],
    }


def _payment_summary(line: Mapping[str, Decimal], total_ro_sales: Decimal) -> dict[str, Decimal | None]:
    other = line["ar_pay"] + line["advance_pay"]
    return {
        "total_ro_sales": total_ro_sales,
        "ar_pay": line["ar_pay"],
        "advanced_pay": line["advance_pay"],
        "total_other_pay": other,
        "previous_advance_pay": line["previous_advance_pay"],
        "total": total_ro_sales + other - line["previous_advance_pay"],
    }


def _ro_summary(line: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    count, sales, with_tax = line["ro_count"], line["ro_total_sales"], line["total_sales_w_tax"]
    return {
        "ro_count": count,
        "total_sales": sales,
        "non_taxable_fees": line["fees_nontax"],
        "total_sales_plus_fees": sales + line["fees_nontax"],
        "total_tax": line["sales_tax"],
        "total_sales_w_tax": with_tax,
        "total_sales_w_tax_literal": sales + line["sales_tax"],
        "avg_sale_wo_tax": div(sales, count, 2),
        "avg_sale_w_tax": div(with_tax, count, 2),
    }


def wide_days(world: World) -> dict[tuple[str, date], dict[str, Decimal]]:
    by_day = day_sums(world, {})
    return {
        (site, day): wide(by_day.get((site, day), {})) for site in world.shops for day in world.days(site)
    }

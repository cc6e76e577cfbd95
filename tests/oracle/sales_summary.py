"""Every cell of the R.O. Writer Sales Summary (REPORTS 5), both layouts, day and month, All sites included.

Keep out: what is added up on which day (sums) and the tie-out per RO (reconciliation)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from oracle.facts import World
from oracle.figures import ALL, ZERO, div, period_start
from oracle.sums import REST, ROWS, Groups, Sums, day_sums, groups_of, total, wide

Cells = dict[tuple[str, str, str, str], Decimal | None]  # breakout_group, section, row_code, column_code
LongKey = tuple[str, str, date, str, str, str, str, str]

VERSIONS = {
    "other_receipts": ("v1.31",),
    "payments": ("v1.31",),
    "payment_types": ("v30",),
    "payment_summary": ("v30",),
}
BOTH = ("v1.31", "v30")


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
    """All cells of a site and period. Reading of 5.2 ("always"): the residual exists without groups too."""
    found: Cells = {}
    whole = sum((_row(sums, "", row)["total"] for row in ROWS), ZERO)
    _block(found, sums, "", whole)
    for name in (*groups, REST):
        _block(found, sums, name, whole)
    for name in ("discounts", "coupons", "package_discounts", "package_adds"):
        found["", "sales", name, "total"] = sums.get(("memo", name), ZERO)
    lines = wide(sums)
    _cogs(found, sums, whole)
    _amounts(found, "other_charges", _other_charges(lines))
    _amounts(found, "ro_summary", _ro_summary(lines))
    types = {f"type:{key[1]}": value for key, value in sums.items() if key[0] == "type" and len(key) == 2}
    _amounts(
        found,
        "other_receipts",
        {name: lines[name] for name in ("advance_pay", "ar_pay", "total_sales_and_other")},
    )
    _amounts(found, "payments", {**types, **_payments(lines)})
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


def _block(found: Cells, sums: Sums, group: str, whole: Decimal) -> None:
    """5.1 to 5.4. % of Sales is of the whole report's Total Sales in breakout blocks too (5.2)."""
    sales, profit = ("breakout", "breakout_gross_profit") if group else ("sales", "gross_profit")
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
    """5.5. Reading: freight, returns and warranty refunds leave P° and PC of the first two rows; D stays
    whole, and `net` stands on the canonical amounts with nothing left out."""
    gross, cost = sums.get(("cogs_gross",), ZERO), sums.get(("cogs_cost",), ZERO)
    discount = -sum((value for key, value in sums.items() if key[0] == "memo" and len(key) == 2), ZERO)
    supplies = sums.get(("supplies_taxable",), ZERO)
    for row, base in (("wo_supplies", gross), ("w_supplies", gross + supplies)):
        _cogs_row(found, row, base - discount - cost, base, cost)
    costs = _row(sums, "", "parts")["cost"] + _row(sums, "", "sublet")["cost"]
    _cogs_row(found, "net", whole - costs, whole, costs)


def _cogs_row(found: Cells, row: str, amount: Decimal, base: Decimal, cost: Decimal) -> None:
    found["", "gp_cogs", row, "gp_amount"] = amount
    found["", "gp_cogs", row, "gp_pct"] = div(amount, base)
    found["", "gp_cogs", row, "cogs"] = cost


def _other_charges(line: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    return {
        "taxable_supplies": line["supplies_taxable"],
        "non_tax_supplies": line["supplies_nontax"],
        "sales_tax": line["sales_tax"],
        "other_taxes_fees": line["fees_nontax"],
        "credit_charges": line["card_upcharge"],
        "total_other_sales": line["total_other_sales"],
    }


def _payments(line: Mapping[str, Decimal]) -> dict[str, Decimal]:
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

"""What a repair order adds up to: its tax lines, its tax by jurisdiction, its header money.

Belongs here: arithmetic on lines, rounded half away from zero. Keep out: which lines there are, payments."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.simulator.events import Site, blank

Row = dict[str, Any]
ZERO = Decimal("0.00")
CENT = Decimal("0.01")
RO_LEVEL = frozenset({"discount", "coupon", "package_discount", "package_add"})


def cents(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2)


def half_away(amount: Decimal) -> Decimal:
    """Decimal's ROUND_HALF_UP rounds the magnitude, so it is half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def line(ro_id: str, number: int, line_type: str, gross: Decimal, **columns: Any) -> Row:
    row = blank("lines")
    row.update(
        ro_id=ro_id, line_id=f"{ro_id}{number:02d}", line_type=line_type, pay_type="customer", taxable=False
    )
    row.update(
        gross_amount=gross, discount_amount=ZERO, is_return=False, is_freight=False, is_warranty_refund=False
    )
    row.update(columns)
    row["net_amount"] = gross - row["discount_amount"]
    return row


def priced(site: Site, ro: Row, lines: Iterable[Row], jobs: list[Row]) -> Row:
    """The repair order with these lines, its tax lines made anew and its header set."""
    charged = [row for row in lines if row["line_type"] != "tax"]
    taxes = [] if ro["tax_exempt"] else _taxes(site, ro["ro_id"], charged)
    number = len(charged)
    tax_lines = [
        line(ro["ro_id"], 90 + index, "tax", tax["tax_amount"], tax_code=tax["jurisdiction"], job_id=None)
        for index, tax in enumerate(taxes, start=1)
    ]
    assert number < 90, "a repair order has at most 89 lines"
    return {**ro, **_header(charged + tax_lines), "lines": charged + tax_lines, "jobs": jobs, "taxes": taxes}


def _taxes(site: Site, ro_id: str, lines: list[Row]) -> list[Row]:
    base = sum((row["net_amount"] for row in lines if row["taxable"]), ZERO)
    if base == 0:
        return []
    return [
        {
            "ro_id": ro_id,
            "jurisdiction": name,
            "taxable_base": base,
            "rate": rate,
            "tax_amount": half_away(base * rate),
        }
        for name, rate in site.taxes
    ]


def _header(lines: list[Row]) -> Row:
    total = dict.fromkeys(
        ("part", "labor", "sublet", "supply", "fee", "upcharge", "other", "tax", "discount"), ZERO
    )
    for row in lines:
        kind = row["line_type"]
        if kind == "fee" and row["taxable"]:
            kind = "part"  # a taxable fee is a parts sale
        total["discount" if kind in RO_LEVEL else kind] += row["net_amount"]
    return {
        "header_parts": total["part"],
        "header_labor": total["labor"],
        "header_sublet": total["sublet"],
        "header_supplies": total["supply"],
        "header_fees": total["fee"],
        "header_upcharge": total["upcharge"],
        "header_discount": abs(total["discount"]),
        "header_other": total["other"],
        "header_tax": total["tax"],
        "header_total": sum(total.values(), ZERO),
    }

"""The two layouts of R.O. Writer's Sales Summary: sections, rows and columns in print order.

Keep out: figures and how they are drawn."""

from __future__ import annotations

from dataclasses import dataclass

Labelled = tuple[tuple[str, str], ...]  # (code, label)

VERSIONS = ("v1.31", "v30")

_SALES_ROWS: Labelled = (
    ("parts", "Parts"),
    ("labor", "Labor"),
    ("sublet", "Sublet"),
    ("total", "Total Sales"),
)
_MEMO_ROWS: Labelled = (
    ("discounts", "Discounts"),
    ("coupons", "Coupons"),
    ("package_discounts", "Package Discounts"),
    ("package_adds", "Package Adds"),
)
_SALES_COLUMNS: Labelled = (
    ("non_tax", "Non Tax"),
    ("taxable", "Taxable"),
    ("total", "Total"),
    ("pct_of_sales", "% of Sales"),
)
_PROFIT_COLUMNS: Labelled = (
    ("sales", "Sales"),
    ("cost", "Cost"),
    ("profit", "Profit"),
    ("margin", "Margin"),
)
_AMOUNT: Labelled = (("amount", ""),)


@dataclass(frozen=True)
class Block:
    """One titled table. `rows` may name `type:*`: one row per payment type, in the order of its name."""

    title: str
    section: str
    rows: Labelled
    columns: Labelled = _AMOUNT
    per_group: bool = False
    memo: Labelled = ()
    totals: tuple[str, ...] = ("total",)


_COMMON = (
    Block("Sales", "sales", _SALES_ROWS, _SALES_COLUMNS, memo=_MEMO_ROWS),
    Block("Sales - {group}", "breakout", _SALES_ROWS, _SALES_COLUMNS, per_group=True),
    Block("Gross Profit", "gross_profit", (*_SALES_ROWS[:3], ("total", "Total")), _PROFIT_COLUMNS),
    Block(
        "Gross Profit - {group}",
        "breakout_gross_profit",
        (*_SALES_ROWS[:3], ("total", "Total")),
        _PROFIT_COLUMNS,
        per_group=True,
    ),
    Block(
        "Gross Profit and Cost of Goods Sold",
        "gp_cogs",
        (("wo_supplies", "Without supplies"), ("w_supplies", "With supplies"), ("net", "Net of all costs")),
        (("gp_amount", "Gross Profit"), ("gp_pct", "GP %"), ("cogs", "Cost of Goods")),
    ),
    Block(
        "Other Charges",
        "other_charges",
        (
            ("taxable_supplies", "Taxable Supplies"),
            ("non_tax_supplies", "Non Tax Supplies"),
            ("sales_tax", "Sales Tax"),
            ("other_taxes_fees", "Other Taxes/Fees"),
            ("credit_charges", "Credit Charges"),
            ("total_other_sales", "Total Other Sales"),
        ),
        totals=("total_other_sales",),
    ),
)

_RO_SUMMARY = Block(
    "R.O. Summary",
    "ro_summary",
    (
        ("ro_count", "Total Number of Repair Orders"),
        ("total_sales", "Total Sales"),
        ("non_taxable_fees", "Total Non Taxable Fees"),
        ("total_sales_plus_fees", "Total Sales + Other Taxes/Fees"),
        ("total_tax", "Total Tax"),
        ("total_sales_w_tax", "Total Sales w/Tax"),
        ("avg_sale_wo_tax", "Average Sale per R.O. (w/o tax)"),
        ("avg_sale_w_tax", "Average Sale per R.O. (w/tax)"),
    ),
    totals=(),
)

_V131 = (
    Block(
        "Other Receipts",
        "other_receipts",
        (
            ("advance_pay", "Advance Pay"),
            ("ar_pay", "A/R Pay"),
            ("total_sales_and_other", "Total Sales and Other"),
        ),
        totals=("total_sales_and_other",),
    ),
    Block(
        "Payments",
        "payments",
        (
            ("type:*", ""),
            ("total_cards", "Total Cards"),
            ("cash", "Cash"),
            ("check", "Check"),
            ("deposit", "Deposit"),
            ("total_pay", "Total Pay"),
            ("charged", "Charged"),
            ("store_credit_used", "Store Credit Used"),
            ("previous_advance_pay", "Previous Advance Pay"),
            ("total", "Payments Total"),
        ),
        totals=("total_cards", "deposit", "total_pay", "total"),
    ),
)

_V30 = (
    Block(
        "Payment Types",
        "payment_types",
        (
            ("cash", "Cash"),
            ("check", "Check"),
            ("cash_check_deposit", "Cash/Check Deposit"),
            ("type:*", ""),
            ("total_credit_cards", "Total Credit Cards"),
            ("total_payments", "Total Payments"),
            ("charge_open_account", "Charge (Open Account)"),
            ("store_credit_used", "Store Credit Used"),
            ("total", "Total"),
        ),
        totals=("cash_check_deposit", "total_credit_cards", "total_payments", "total"),
    ),
    Block(
        "Payment Summary",
        "payment_summary",
        (
            ("total_ro_sales", "Total R.O. Sales"),
            ("ar_pay", "A/R Pay"),
            ("advanced_pay", "Advanced Pay"),
            ("total_other_pay", "Total Other Pay"),
            ("previous_advance_pay", "Previous Advance Pay"),
            ("total", "Total"),
        ),
        totals=("total_other_pay", "total"),
    ),
)

LAYOUTS: dict[str, tuple[Block, ...]] = {
    "v1.31": (*_COMMON, *_V131, _RO_SUMMARY),
    "v30": (*_COMMON, *_V30, _RO_SUMMARY),
}

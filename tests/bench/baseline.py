"""Runs the hand-written script, and compares its tables with what the models built.

Belongs here: the cells of the long sales summary, the comparison. Keep out: measuring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Template

import duckdb

from tests.bench import company

SCRIPT = Path(__file__).parent / "baseline.sql"
BOTH, OLD, NEW = ("v1.31", "v30"), ("v1.31",), ("v30",)
GROSS = "cogs_parts_gross + labor_sales_gross + sublet_sales_gross"
AMOUNTS = {
    ("other_charges", BOTH): "taxable_supplies=supplies_taxable non_tax_supplies=supplies_nontax sales_tax "
    "other_taxes_fees=fees_nontax credit_charges=card_upcharge total_other_sales",
    ("other_receipts", OLD): "advance_pay ar_pay total_sales_and_other",
    ("payments", OLD): "total_cards=cards cash check=check_amt deposit total_pay charged store_credit_used "
    "previous_advance_pay total=payments_total",
    (
        "payment_types",
        NEW,
    ): "cash check=check_amt cash_check_deposit=deposit total_credit_cards=cards total_payments=total_pay "
    "charge_open_account=charged store_credit_used total=total_pay+charged+store_credit_used",
    (
        "payment_summary",
        NEW,
    ): "total_ro_sales=total_sales_w_tax ar_pay advanced_pay=advance_pay total_other_pay=ar_pay+advance_pay "
    "previous_advance_pay total=total_sales_w_tax+ar_pay+advance_pay-previous_advance_pay",
    (
        "ro_summary",
        BOTH,
    ): "total_sales=ro_total_sales non_taxable_fees=fees_nontax total_sales_plus_fees=ro_total_sales+fees_nontax "
    "total_tax=sales_tax total_sales_w_tax total_sales_w_tax_literal=ro_total_sales+sales_tax",
}
Cell = tuple[tuple[str, ...], str, str, str, str, str]  # layouts, section, row, column, unit, expression


def run(home: Path, database: Path, shops: int) -> None:
    """Landing of `home` to the tables of the script, in a new database file."""
    zones = ", ".join(f"{{'site': '{company.shop(n)}', 'zone': '{company.ZONES[n % 4]}'}}" for n in range(shops))
    last = company.bound(shops - 1, company.DAYS - 1)
    script = Template(SCRIPT.read_text()).substitute(
        landing=home / "landing" / "_packed", zones=f"[{zones}]", horizon=f"'{last.isoformat()}'",
        sales_summary=sales_summary(),
    )  # fmt: skip
    with duckdb.connect(str(database), config={"memory_limit": "4GB"}) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute("set preserve_insertion_order = false")
        con.execute(script)


def block(sales: str, profit: str, also_sold: bool) -> Iterator[Cell]:
    """Parts, labor, sublet and total of the whole report or of a breakout block."""
    for row, parts in {
        **{part: (part,) for part in ("parts", "labor", "sublet")},
        "total": ("parts", "labor", "sublet"),
    }.items():
        non_tax, taxable, cost = (
            "+".join(f"{part}_{column}" for part in parts) for column in ("non_tax", "taxable", "cost")
        )
        total = f"({non_tax}+{taxable})"
        margin = f"div6({total}-({cost}), {total})"
        if row == "labor":
            margin = f"case when labor_lines = 0 or labor_lines_with_cost > 0 then {margin} end"
        sold = [("non_tax", "money", non_tax), ("taxable", "money", taxable), ("total", "money", total),
                ("pct_of_sales", "ratio", f"div6({total}, whole_sales)")]  # fmt: skip
        earned = [
            ("sales", "money", total),
            ("cost", "money", cost),
            ("profit", "money", f"{total}-({cost})"),
            ("margin", "ratio", margin),
        ]
        yield from ((BOTH, sales, row, *cell) for cell in sold)
        yield from ((BOTH, profit, row, *cell) for cell in (sold if also_sold else []) + earned)


def whole() -> Iterator[Cell]:
    """Every other cell."""
    for memo in ("discounts", "coupons", "package_discounts", "package_adds"):
        yield BOTH, "sales", memo, "total", "money", memo
    for row, base, cost in (
        ("wo_supplies", GROSS, "cogs_parts_cost"), ("w_supplies", f"supplies_taxable + {GROSS}", "cogs_parts_cost"),
        ("net", "total_sales", "(parts_cost + sublet_cost)"),
    ):  # fmt: skip
        amount = f"{base} - {cost}" if row == "net" else f"{base} - discount_total - {cost}"
        yield BOTH, "gp_cogs", row, "gp_amount", "money", amount
        yield BOTH, "gp_cogs", row, "gp_pct", "ratio", f"div6({amount}, {base})"
        yield BOTH, "gp_cogs", row, "cogs", "money", cost
    for (section, layouts), rows in AMOUNTS.items():
        for item in rows.split():
            row, _, expression = item.partition("=")
            yield layouts, section, row, "amount", "money", expression or row
    yield BOTH, "ro_summary", "ro_count", "amount", "count", "ro_count"
    for row, amount in (("avg_sale_wo_tax", "ro_total_sales"), ("avg_sale_w_tax", "total_sales_w_tax")):
        yield BOTH, "ro_summary", row, "amount", "money", f"div2({amount}, ro_count::decimal(14, 2))"


def _cells(name: str, cells: list[Cell], rows: str, group: str) -> str:
    """Each row of `rows` as many rows: its values as a list, joined to the names of the cells."""
    values = ", ".join(f"d6({cell[-1]})" for cell in cells)
    names = ", ".join(
        f"({at}, '{layout}', '{section}', '{row}', '{column}', '{unit}')"
        for at, (layouts, section, row, column, unit, _) in enumerate(cells)
        for layout in layouts
    )
    return f"""select site_key, period_grain, period_start, period_end, report_version, {group} as breakout_group, section, row_code, column_code, unit, value
        from (select site_key, period_grain, period_start, period_end, {group}, unnest([{values}]) as value, unnest(range({len(cells)})) as cell from {rows}) as v
        join (values {names}) as {name} (cell, report_version, section, row_code, column_code, unit) using (cell)"""


def sales_summary() -> str:
    """SQL of the long sales summary, with its breakouts and methods of payment."""
    whole_cells = [*block("sales", "gross_profit", False), *whole()]
    block_cells = list(block("breakout", "breakout_gross_profit", True))
    sums = ", ".join(f"sum(columns(c -> c not in ({_NOT_SUMMED})))" for _ in range(1))
    return f"""
create table sales_breakout_day as
    with lines as (
        select l.ro_line_key, o.site_key, o.close_business_date as business_date, if(l.sales_class = 'other', 'sublet', l.sales_class) as class, extended_net,
            l.taxable and not (coalesce(c.is_tax_exempt, false) or o.is_tax_exempt) as is_taxable, l.cost
        from fct_ro_line as l join fct_repair_order as o on l.ro_key = o.ro_key left join dim_customer as c on o.customer_key = c.customer_key
        where o.is_sale and l.sales_class in ('part', 'labor', 'sublet', 'other') and (l.op_code = 'OP3' or l.department = 'TIRE')
    )
    select site_key, business_date, {
        ", ".join(
            f"m(coalesce(sum(extended_net) filter (class = '{kind}' and not is_taxable), 0)) as {part}_non_tax, "
            f"m(coalesce(sum(extended_net) filter (class = '{kind}' and is_taxable), 0)) as {part}_taxable, "
            f"m(coalesce(sum(cost) filter (class = '{kind}'), 0)) as {part}_cost"
            for kind, part in (("part", "parts"), ("labor", "labor"), ("sublet", "sublet"))
        )
    },
        cast(count(*) filter (class = 'labor') as integer) as labor_lines, cast(count(cost) filter (class = 'labor') as integer) as labor_lines_with_cost
    from lines group by all;
create table sales_summary as
    with totals as materialized (
        select coalesce(site_key, -2) as site_key, period_grain, period_start, period_end, {sums}
        from sales_summary_wide join period using (business_date)
        group by grouping sets ((site_key, period_grain, period_start, period_end), (period_grain, period_start, period_end))
    ),
    whole as (select *, total_sales as whole_sales from totals),
    tires as (
        select coalesce(site_key, -2) as site_key, period_grain, period_start, {
        ", ".join(f"sum({c}) as {c}" for c in BLOCK_SUMS)
    }
        from sales_breakout_day join period using (business_date)
        group by grouping sets ((site_key, period_grain, period_start), (period_grain, period_start))
    ),
    blocks as (
        select w.site_key, w.period_grain, w.period_start, period_end, whole_sales, 'tires' as breakout_group, {
        ", ".join(f"coalesce(t.{c}, 0) as {c}" for c in BLOCK_SUMS)
    }
        from whole as w left join tires as t on w.site_key = t.site_key and w.period_grain = t.period_grain and w.period_start = t.period_start
        union all
        select w.site_key, w.period_grain, w.period_start, period_end, whole_sales, 'not_in_breakout', {
        ", ".join(f"w.{c} - coalesce(t.{c}, 0)" for c in BLOCK_SUMS)
    }
        from whole as w left join tires as t on w.site_key = t.site_key and w.period_grain = t.period_grain and w.period_start = t.period_start
    ),
    methods as (
        select coalesce(site_key, -2) as site_key, period_grain, period_start, period_end, method_name, sum(amount) as amount
        from fct_tender join period using (business_date)
        where kind in ('final', 'advance', 'ar_payment') and not is_void and not _is_deleted and method not in ('cash', 'check', 'ar', 'store_credit')
        group by grouping sets ((site_key, period_grain, period_start, period_end, method_name), (period_grain, period_start, period_end, method_name))
    ),
    cells as (
        {_cells("a", whole_cells, "(select *, '' as none from whole)", "none")}
        union all
        {_cells("b", block_cells, "blocks", "breakout_group")}
        union all
        select site_key, period_grain, period_start, period_end, version, '', section, 'type:' || method_name, 'amount', 'money', d6(amount)
        from methods, (values ('v1.31', 'payments'), ('v30', 'payment_types')) as s (version, section)
    )
    select site_key, period_grain, period_start, period_end, if(site_key = -2, 'total', 'detail') as row_type, report_version, breakout_group, section, row_code,
        column_code, section = 'sales' and row_code in ('discounts', 'coupons', 'package_discounts', 'package_adds') as is_memo, unit, value
    from cells;
"""


_NOT_SUMMED = "'site_key', 'business_date', 'period_grain', 'period_start', 'period_end'"
BLOCK_SUMS = [f"{part}_{column}" for part in ("parts", "labor", "sublet") for column in ("non_tax", "taxable", "cost")] + [
    "labor_lines", "labor_lines_with_cost",
]  # fmt: skip

# of each relation, the rows that the script has too: it knows no members that stand for nobody
COMPARED = {
    "core.fct_repair_order": "", "core.fct_ro_line": "", "core.fct_ro_line_tech": "", "core.fct_tender": "", "core.fct_call": "",
    "core.fct_repair_order_superseded": "", "core.fct_ro_line_superseded": "", "core.fct_tender_superseded": "",
    "core.dim_customer": "where customer_key <> -1", "core.dim_vehicle": "where vehicle_key <> -1", "core.dim_site_day": "", "sales.sales_summary_wide": "", "sales.sales_summary": "",
    "finance.tie_component": "", "finance.recon_break": "", "finance.recon_sales_payments": "", "calls.call_summary": "",
    "calls.call_summary_by_number": "", "repair_orders.ro_detail": "",
}  # fmt: skip
OTHER = "('is_open', 'open_minutes', 'workday_weight', 'quoted')"  # what the script leaves out


def differences(built: Path, scripted: Path) -> list[str]:
    """Tables whose number of rows, or the sum of a number or date column that both have, is not the same."""
    with duckdb.connect() as con:
        con.execute(f"attach '{built}' as built (read_only)")
        con.execute(f"attach '{scripted}' as scripted (read_only)")
        return [line for table in COMPARED for line in _differing(con, table)]


def _differing(con: duckdb.DuckDBPyConnection, table: str) -> Iterator[str]:
    ours, theirs = f"(from built.{table} {COMPARED[table]})", f"scripted.main.{table.partition('.')[2]}"
    types = {
        relation: dict(con.execute(f"select column_name, column_type from (describe from {relation})").fetchall())
        for relation in (ours, theirs)
    }
    shared = [
        column for column, kind in types[theirs].items()
        if column in types[ours] and kind.startswith(("DECIMAL", "INTEGER", "BIGINT", "DATE", "BOOLEAN", "UUID", "TIMESTAMP"))
        and not column.startswith("phone_number")
    ]  # fmt: skip

    def figure(column: str, kind: str) -> str:
        if kind.startswith(("DECIMAL", "INTEGER", "BIGINT", "BOOLEAN")):
            return f"sum({column}::decimal(38, 6))" if kind.startswith("DECIMAL") else f"sum({column}::hugeint)"
        return f"sum(hash({column})::hugeint)"

    figures = ", ".join(f"{figure(column, types[theirs][column])}" for column in shared)
    mine, other = (con.execute(f"select count(*), {figures} from {relation}").fetchone() for relation in (ours, theirs))
    assert mine is not None
    assert other is not None
    for column, left, right in zip(["rows", *shared], mine, other, strict=True):
        if left != right:
            yield f"{table}.{column}: models {left}, script {right}"

"""A home whose published snapshot holds journals that a test has written by hand: shop chi, 9 to 11 March 2026.

Keep out: what a real day's journal is made of (tests/warehouse/test_books.py)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

DAY = date(2026, 3, 10)
# REPORTS 5.10, worked by hand: account, debit, credit, section, row
GOLDEN = (
    ("1030 Card Clearing", "798.60", "0", "payments", "type:Visa"),
    ("1010 Cash", "0", "30.00", "payments", "cash"),
    ("1020 Checks", "456.00", "0", "payments", "check"),
    ("1200 Accounts Receivable", "1080.00", "0", "payments", "charged"),
    ("2300 Customer Deposits", "150.00", "0", "payments", "previous_advance_pay"),
    ("4010 Parts Sales", "0", "750.00", "sales", "parts"),
    ("4020 Labor Sales", "0", "970.00", "sales", "labor"),
    ("4030 Sublet Sales", "0", "48.00", "sales", "sublet"),
    ("4040 Shop Supplies", "0", "20.00", "other_charges", "taxable_supplies"),
    ("4050 Other Taxes and Fees", "0", "2.00", "other_charges", "other_taxes_fees"),
    ("4060 Card Upcharge", "0", "3.00", "other_charges", "credit_charges"),
    ("2200 Sales Tax Payable", "0", "61.60", "other_charges", "sales_tax"),
    ("2300 Customer Deposits", "0", "300.00", "other_receipts", "advance_pay"),
    ("1200 Accounts Receivable", "0", "300.00", "other_receipts", "ar_pay"),
)
# RO 1006 (labor 100, upcharge 3, paid by card) is void, and its payment too
WITHOUT_1006 = (
    ("1030 Card Clearing", "695.60", "0", "payments", "type:Visa"),
    *(line for line in GOLDEN[1:] if line[4] not in ("labor", "credit_charges")),
    ("4020 Labor Sales", "0", "870.00", "sales", "labor"),
)
Posted = Iterable[tuple[str, str, str, str, str]]
DETAIL = {"site_key": "bigint", "business_date": "date", "line_no": "integer", "account": "varchar",
          "account_name": "varchar", "debit": "decimal(14,2)", "credit": "decimal(14,2)", "memo": "varchar",
          "section": "varchar", "row_code": "varchar"}  # fmt: skip


def publish(home: Path, posted: Posted, version: str, orders: Iterable[str] = ("1001",), day: date = DAY) -> Path:
    """The snapshot of that version, with this journal of the day and these orders sold on it."""
    file = home / "published" / "current.duckdb"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as db:
        db.execute(f"""
            create schema core; create schema finance;
            create table main.published as select '{version}' as version;
            create table core.dim_site as select 1::bigint as site_key, 'chi' as site, 'Chicago' as name,
                null::text as region, 'America/Chicago' as iana_tz, 0 as day_cutoff_minutes;
            create table core.dim_site_day as select site_key, unnest(range(date '2026-03-09', date '2026-03-12',
                interval 1 day))::date as business_date from core.dim_site;
            create table core.reporting_period_day as
                select 'day' as period_grain, business_date as period_start, business_date as period_end, business_date
                from core.dim_site_day;
            create table core.cfg_report (site_key bigint, name text, value text);
            insert into core.cfg_report values (null, 'data_mode', 'frozen');
            create table core.fct_repair_order (ro_key uuid, ro_number text, site_key bigint,
                close_business_date date, is_sale boolean);
            create table finance.recon_sales_payments as select site_key, business_date from core.dim_site_day;
            create table finance.posted (site_key bigint, business_date date, line_no integer, account text,
                account_name text, debit decimal(14, 2), credit decimal(14, 2), memo text, section text, row_code text);
            create table main.report (name text, definition text);
        """)  # fmt: skip
        for number in orders:
            db.execute("insert into core.fct_repair_order values (uuid(), ?, 1, ?, true)", [number, day])
        for place, (account, debit, credit, section, row) in enumerate(posted, 1):
            line = [
                1,
                day,
                place,
                account,
                account.partition(" ")[2],
                Decimal(debit),
                Decimal(credit),
                row,
                section,
                row,
            ]
            db.execute("insert into finance.posted values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", line)
        db.execute("insert into main.report values ('journal_export', ?)", [_definition()])
    return file


def _definition() -> str:
    plain = {"description": "", "label": None, "unit": None, "additivity": None}
    columns = [{"name": name, "type": type_, **plain} for name, type_ in DETAIL.items()]
    meta = {"computed": "on_read", "purpose": "The books.", "day": "business_date"}
    return json.dumps(
        {"name": "journal_export", "schema": "finance", "description": "A line.", "meta": meta, "columns": columns,
         "reads": ["posted"], "sql": 'select * from "warehouse"."finance"."posted"'}
    )  # fmt: skip

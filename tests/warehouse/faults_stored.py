"""Faults that no source can plant, because the control guards the warehouse's own figures: done to a copy of the
published snapshot, as an auditor would.

Belongs here: what is altered, and what must be said. Keep out: faults of sources (faults.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb
from warehouse.fault_expected import Expected

SHOP, DAY = "chi", date(2026, 3, 3)  # nothing else is planted there
MORE = Decimal("1.00")


@dataclass(frozen=True)
class Stored:
    """A copy of the snapshot, open to edits."""

    connection: duckdb.DuckDBPyConnection

    @property
    def shop(self) -> int:
        return int(
            self.connection.execute("select site_key from core.dim_site where site = ?", [SHOP]).fetchall()[0][0]
        )

    def order(self, having: str) -> tuple[str, str]:
        """Key and number of an order that this shop closed on this day."""
        key, number = self.connection.execute(
            f"""select cast(ro_key as varchar), ro_number from core.fct_repair_order
            where site_key = ? and close_business_date = ? and is_sale and {having} order by ro_number limit 1""",
            [self.shop, DAY],
        ).fetchall()[0]
        return key, number

    def put(self, relation: str, sql: str) -> None:
        """These rows in the place of what a relation (a view, mostly) holds."""
        self.connection.execute(f"create temp table put as {sql}")
        name = relation.rpartition(".")[2]
        kinds = self.connection.execute("select 1 from duckdb_views() where view_name = ?", [name]).fetchall()
        self.connection.execute(f"drop {'view' if kinds else 'table'} {relation}")
        self.connection.execute(f"create table {relation} as from put")
        self.connection.execute("drop table put")


def _total_without_lines(stored: Stored) -> Expected:
    """An order is reported with a dollar of parts that none of its lines has."""
    key, number = stored.order("parts_sales > 0")
    stored.connection.execute(f"update core.fct_repair_order set parts_sales = parts_sales + 1 where ro_key = '{key}'")
    return Expected("C-03", SHOP, DAY, f"RO {number}", MORE)


def _signed_otherwise(stored: Stored) -> Expected:
    """The day was signed when an order came to a dollar less."""
    key, number = stored.order("parts_sales > 0")
    shop = stored.shop
    stored.put(
        "core.signed_measure",
        f"""select site_key, business_date, document_key, ro_number, measure,
            amount - case when document_key = '{key}' and measure = 'parts_sales' then 1 else 0 end as amount, version
        from finance.document_measure where site_key = {shop} and business_date = date '{DAY}'""",
    )
    stored.put(
        "core.signed_day",
        f"""select cast({shop} as bigint) as site_key, date '{DAY}' as business_date, 1 as seq,
            timestamptz '{DAY} 23:00:00+00' as signed_ts, 'Ann' as signed_by, 'counted' as reason, 'b' as build_id,
            (select version from main.published) as version, 'h' as stored_hash, true as is_same_release""",
    )
    return Expected("C-31", SHOP, DAY, f"RO {number}", MORE)


def _journal_out_of_balance(stored: Stored) -> Expected:
    """A line of the day's journal has a dollar too much."""
    stored.put(
        "finance.journal_export",
        f"""select * replace (
            debit + case when site_key = {stored.shop} and business_date = date '{DAY}' and debit > 0 and line_no = (
                select min(line_no) from finance.journal_export
                where site_key = {stored.shop} and business_date = date '{DAY}' and debit > 0
            ) then 1 else 0 end as debit
        ) from finance.journal_export""",
    )
    return Expected("C-36", SHOP, DAY, "", MORE)


STORED: dict[str, Callable[[Stored], Expected]] = {
    "C-03": _total_without_lines,
    "C-31": _signed_otherwise,
    "C-36": _journal_out_of_balance,
}

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

    def more(self, relation: str, column: str, which: str, *, period: bool = True) -> None:
        """A dollar more in this column of this shop's row of the day."""
        day = "period_grain = 'day' and period_start" if period else "business_date"
        ours = f"site_key = {self.shop} and {day} = date '{DAY}' and {which}"
        self.put(
            relation,
            f"select * replace (cast({column} + case when {ours} then 1 else 0 end as decimal(14, 2)) as {column}) "
            f"from {relation}",
        )


def _total_without_lines(stored: Stored) -> Expected:
    """An order is reported with a dollar of parts that none of its lines has."""
    key, number = stored.order("parts_sales > 0")
    stored.connection.execute(f"update core.fct_repair_order set parts_sales = parts_sales + 1 where ro_key = '{key}'")
    return Expected("C-03", SHOP, DAY, f"RO {number}", MORE)


def _converted_twice(stored: Stored) -> Expected:
    """The order that one call brought is credited to the caller's next call too."""
    relation = "calls.existing_call_conversion"
    [(number, day)] = stored.connection.execute(
        f"""select ro_no, period_start from {relation} where row_type = 'detail' and period_grain = 'day'
        and site_key = ? and is_converted order by call_ts limit 1""",
        [stored.shop],
    ).fetchall()
    stored.put(
        relation,
        f"""from {relation} union all
        select * replace (call_ts + interval 1 hour as call_ts) from {relation}
        where row_type = 'detail' and site_key = {stored.shop} and ro_no = '{number}'""",
    )
    return Expected("C-22", SHOP, day, f"RO {number}", MORE, "warn")


def _more_in_the_total(stored: Stored) -> Expected:
    """The shop's row of a report has a dollar that none of its service writers sold."""
    stored.more("repair_orders.service_writer_summary", "gross_sales", "row_type = 'subtotal'")
    return Expected("C-23", SHOP, DAY, "report service_writer_summary", MORE)


def _more_in_the_cell(stored: Stored) -> Expected:
    """The Sales Summary prints a dollar of cash that no payment shows."""
    stored.more("sales.sales_summary_wide", "cash", "true", period=False)
    return Expected("C-24", SHOP, DAY, "report sales_summary_wide", MORE)


def _merged_twice(stored: Stored) -> Expected:
    """A customer of a source is two customers after a merge, so that what he paid counts twice."""
    [(number, total, customer)] = stored.connection.execute(
        """select ro_number, grand_total, customer_key from core.fct_repair_order
        where site_key = ? and close_business_date = ? and is_sale and grand_total > 0 order by ro_number limit 1""",
        [stored.shop, DAY],
    ).fetchall()
    stored.connection.execute(
        """insert into core.bridge_customer_source select * replace (
            (select max(golden_customer_key) from core.bridge_customer_source) as golden_customer_key
        ) from core.bridge_customer_source where customer_key = ?""",
        [customer],
    )
    return Expected("C-25", SHOP, DAY, f"RO {number}", total, "warn")


def _signed_otherwise(stored: Stored) -> Expected:
    """The day was signed when an order came to a dollar less."""
    key, number = stored.order("parts_sales > 0")
    shop = stored.shop
    columns = stored.connection.execute(
        "select string_agg(column_name, ', ' order by column_index) from duckdb_columns() where table_name = 'signed_measure'"
    ).fetchall()[0][0]
    stored.put(
        "core.signed_measure",
        f"""select {columns} from (
            select * replace (
                amount - case when document_key = '{key}' and measure = 'parts' then 1 else 0 end as amount
            ) from finance.document_measure where site_key = {shop} and business_date = date '{DAY}'
        )""",
    )
    stored.put(
        "core.signed_day",
        f"""select cast({shop} as bigint) as site_key, date '{DAY}' as business_date, 1 as seq,
            timestamptz '{DAY} 23:00:00+00' as signed_ts, 'Ann' as signed_by, 'counted' as reason, 'b' as build_id,
            (select version from main.published) as version, 'h' as stored_hash, true as is_same_release""",
    )
    return Expected("C-31", SHOP, DAY, f"RO {number}", MORE)


def _gap_between_pulls(stored: Stored) -> Expected:
    """The second pull of a connection begins six hours after the first one ended."""
    connection = "select source_connection_key from core.dim_source_connection where connection = ?"
    stored.connection.execute(
        f"""update core.fct_pull set window_from = cast(cast(window_from as timestamptz) + interval 6 hours as varchar)
        where window_from is not null and source_connection_key in ({connection})""",
        [f"{SHOP}_files"],
    )
    [(day,)] = stored.connection.execute(
        f"""select min(cast(cast(window_to as timestamptz) as date)) from core.fct_pull
        where source_connection_key in ({connection})""",
        [f"{SHOP}_files"],
    ).fetchall()
    return Expected("C-32", SHOP, day, "")


def _tracker_apart(stored: Stored) -> Expected:
    """The service writers' tracker says a dollar more of sales than the other reports of the day."""
    stored.more("sales.advisor_sales_tracker", "gross_sales", "row_type = 'subtotal'")
    return Expected("C-33", SHOP, DAY, "report", MORE)


def _store_report_apart(stored: Stored) -> Expected:
    stored.more("sales.store_report", "gross_sales", "true")
    return Expected("C-33", SHOP, DAY, "report store_report", MORE)


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
    "C-22": _converted_twice,
    "C-23": _more_in_the_total,
    "C-24": _more_in_the_cell,
    "C-25": _merged_twice,
    "C-31": _signed_otherwise,
    "C-32": _gap_between_pulls,
    "C-33": _tracker_apart,
    "C-33 store report": _store_report_apart,
    "C-36": _journal_out_of_balance,
}

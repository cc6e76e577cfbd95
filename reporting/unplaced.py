"""What stands at no shop: sales and payments whose site code had no site on their day. No shop's close counts them.

Keep out: rows that landing refused (the quarantine)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

UNMAPPED = -1  # the member of core.dim_site that such rows stand at


@dataclass(frozen=True)
class Unplaced:
    """Of one connection: orders sold and their total, payments and their sum, and the days that they would be on."""

    connection: str
    orders: int
    sales: Decimal
    payments: int
    paid: Decimal
    first: date
    last: date

    def __str__(self) -> str:
        days = f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"
        return (
            f"{self.connection}: {self.orders} orders ({self.sales:,.2f}) and {self.payments} payments "
            f"({self.paid:,.2f}) of {days} are in no shop's close: their site code has no site on that day; "
            f"correct connections.{self.connection}.sites in tieout.yml"
        )


def unplaced(connection: duckdb.DuckDBPyConnection, day: date | None = None) -> tuple[Unplaced, ...]:
    """Of every connection that has any, on one business day or ever."""
    rows = connection.execute(
        """
        with found as (
            select source_connection_key, close_business_date as day, grand_total as sales, null as paid
            from core.fct_repair_order where site_key = $site and is_sale
            union all
            select source_connection_key, business_date, null, amount
            from core.fct_tender
            where site_key = $site and kind in ('final', 'advance', 'ar_payment')
            and not is_void and not is_deleted_at_source
        )
        select connections.connection, count(sales), coalesce(sum(sales), 0), count(paid), coalesce(sum(paid), 0),
            min(day), max(day)
        from found inner join core.dim_source_connection as connections using (source_connection_key)
        where day = coalesce($day, day)
        group by connections.connection order by connections.connection
        """,
        {"site": UNMAPPED, "day": day},
    ).fetchall()
    return tuple(Unplaced(*row) for row in rows)

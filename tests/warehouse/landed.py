"""What a company has landed, edited in place by a test: orders that nothing else touches, copies, earlier versions.

Keep out: what an edit is meant to be (landed_edits.py, landed_decoys.py)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
from warehouse.homes import Home

from connectors.landing import packing
from connectors.landing.manifest import manifests

Row = dict[str, Any]
Break = tuple[date, str, str, Decimal]  # business date, cause, order (or payment), delta


class Landing:
    """The landed files of the first shop, edited in place; every order is used for one edit only."""

    def __init__(self, home: Home, connection: str, other_shop: str) -> None:
        pulls = [(said.connection, said.pull_id) for said in manifests(home.folder) if said.connection == connection]
        self.files = {table: found[0][0] for (_, table), found in packing.files_for(home.folder, pulls).items()}
        self.used: set[str] = set()
        self.other_shop = other_shop
        self.connection = duckdb.connect()
        self.connection.execute("set TimeZone = 'UTC'")
        for table, path in self.files.items():
            self.connection.execute(f"create table {table} as from '{path}'")

    def orders(self, tender: str, order: str = "true") -> Row:
        """A closed order that nothing else touches, with its only tender."""
        cursor = self.connection.execute(
            f"""select tenders.*, orders.closed_date, orders.ro_number, orders._version as order_version
            from tender as tenders join repair_order as orders on tenders.ro_id = orders.ro_id
            where orders.status = 'closed' and {tender} and {order} and not list_contains(?, tenders.ro_id)
            and (select count(*) from tender as others where others.ro_id = tenders.ro_id) = 1
            and (select count(*) from repair_order as others where others.ro_id = orders.ro_id) = 1
            and (select count(*) from repair_order as refunds where refunds.refund_of_ro_id = orders.ro_id) = 0
            order by tenders.tender_id limit 1""",
            [sorted(self.used)],
        )
        names = [column[0] for column in cursor.description or []]
        row = dict(zip(names, cursor.fetchall()[0], strict=True))
        self.used.add(row["ro_id"])
        return row

    def quiet(self) -> str:
        """Of an order: on its day no order was closed, and nothing was paid, that is edited yet. The printed totals of
        such a day lack just what an edit takes from them."""
        edited = ", ".join(f"'{key}'" for key in sorted(self.used))
        return f"""orders.closed_date not in (
            select business_date from tender where ro_id in ({edited}) and business_date is not null
            union all
            select closed_date from repair_order where ro_id in ({edited}) and closed_date is not null
        )"""

    def run(self, sql: str, *values: Any) -> None:
        self.connection.execute(sql, values)

    def reopen(self, row: Row) -> None:
        self.was_closed(row)
        self.run(
            "update repair_order set status = 'open', closed_date = null, closed_at = null where _version = ?",
            row["order_version"],
        )

    def was_closed(self, row: Row, dearer: str = "0") -> None:
        """An earlier version of the order, closed on the same day, with its lines, each so much dearer."""
        of_version = "cast(md5('before ' || _version) as uuid) as _version"
        for table, changes in (("repair_order", ""), ("ro_line", f", net_amount + {dearer} as net_amount")):
            self.run(
                f"""insert into {table} select * replace ({of_version}, '0|' || _order as _order {changes})
                from {table} where _version = ?""",
                row["order_version"],
            )

    def lines(self, row: Row) -> int:
        found = self.connection.execute("select count(*) from ro_line where _version = ?", [row["order_version"]])
        return int(found.fetchall()[0][0])

    def copy(self, tender_id: str, new_id: str, changes: str) -> None:
        """The same landed row under another id."""
        self.connection.execute(
            f"""insert into tender select * replace (
                '{new_id}' as tender_id, cast(md5(_connection || chr(31) || '{new_id}') as uuid) as _key,
                cast(md5('{new_id}') as uuid) as _version, {changes}
            ) from tender where tender_id = ?""",
            [tender_id],
        )

    def write(self) -> None:
        for table, path in self.files.items():
            self.connection.execute(f"copy {table} to '{path}' (format parquet, compression zstd)")
        self.connection.close()


FINAL = "tenders.kind = 'final' and tenders.amount > 20 and tenders.business_date = orders.closed_date"
LATER = """cast({amount} as decimal(14, 2)) as amount, business_date + 3 as business_date,
recorded_at + interval '3' day as recorded_at"""


def both_sides(row: Row, cause: str, day: date) -> list[Break]:
    return [(row["closed_date"], cause, row["ro_id"], -row["amount"]), (day, cause, row["ro_id"], row["amount"])]

"""Two published versions beside each other, as databases `earlier` and `later` over their files.

Belongs here: rows that differ, and what each order and payment adds to a day in one and not in the other. Keep out:
what is told of it (diff.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from reporting.close import ReportError
from reporting.on_read import opened

EVENTS = "sales_summary_event"  # what every order and payment adds to the lines of a day
DAYS = "recon_sales_payments"  # has a row for every shop and day
WAREHOUSE = '"warehouse".'  # how dbt names the database that it compiles for
SIDES = ("earlier", "later")
SETTLING = (
    "charged",
    "store_credit_used",
    "previous_advance_pay",
)  # what a payment adds to the day of its order's sale
Row = Mapping[str, Any]
Pair = tuple[Row | None, Row | None]  # of the earlier version, and of the later


@dataclass(frozen=True)
class Scope:
    """Which shops (none: all) and days (None: all) are compared."""

    sites: Sequence[str] = ()
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Versions:
    """Both, open; `measures` are the figures that orders and payments add up to."""

    connection: duckdb.DuckDBPyConnection
    measures: tuple[str, ...]

    def columns(self, relation: str) -> list[str]:
        """Columns that it has in both."""
        earlier, later = (
            [row[0] for row in self.connection.execute(f"describe {side}.{relation}").fetchall()] for side in SIDES
        )
        return [name for name in later if name in earlier]

    def differing(self, relation: str, keys: Sequence[str], where: str = "true") -> dict[tuple[Any, ...], Pair]:
        """Rows of one that the other has not, by their keys."""
        names = self.columns(relation)
        query = f"select {', '.join(names)} from {{}}.{relation} where {where}"
        found: dict[tuple[Any, ...], Pair] = {}
        for place, (one, other) in enumerate((SIDES, SIDES[::-1])):
            rows = self.connection.execute(f"{query.format(one)} except {query.format(other)}").fetchall()
            for row in (dict(zip(names, values, strict=True)) for values in rows):
                key = tuple(row[name] for name in keys)
                before, after = found.get(key, (None, None))
                found[key] = (row, after) if place == 0 else (before, row)
        return found

    def rows(self, relation: str, key: str, values: Sequence[Any]) -> dict[Any, Pair]:
        """Rows of both by key."""
        names = self.columns(relation)
        sides: list[dict[Any, Row]] = []
        for side in SIDES:
            query = f"select {', '.join(names)} from {side}.{relation} where list_contains(?, cast({key} as varchar))"
            rows = self.connection.execute(query, [[str(value) for value in values]]).fetchall()
            told = (dict(zip(names, row, strict=True)) for row in rows)
            sides.append({row[key]: row for row in told})
        return {value: (sides[0].get(value), sides[1].get(value)) for value in {*sides[0], *sides[1]}}

    def of_one(self) -> list[tuple[str, date, str]]:
        """Days that one version alone has: (shop, day, earlier or later)."""
        return self.connection.execute(
            "select site, business_date, side from memory.main.day where side <> 'both' order by all"
        ).fetchall()

    def moved(self) -> list[Row]:
        """What orders and payments add to days otherwise than before, by site_key, business_date, ro_key, tender_key;
        `is_settling`: to the day of the order's sale, not of the payment."""
        keys = "site_key, business_date, ro_key, tender_key, is_settling"
        names = ", ".join(self.measures)
        minus = ", ".join(f"-{name} as {name}" for name in self.measures)
        sums = ", ".join(f"sum({name}) as {name}" for name in self.measures)
        differs = " or ".join(f"sum({name}) <> 0" for name in self.measures)
        relation = "main.contributed"
        found = self.connection.execute(
            f"select {keys}, {sums} from ("
            f"select {keys}, {minus} from (from earlier.{relation} except from later.{relation}) union all "
            f"select {keys}, {names} from (from later.{relation} except from earlier.{relation})"
            f") group by {keys} having {differs} order by all"
        )
        columns = [column[0] for column in found.description or []]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


@contextmanager
def compared(snapshot: Path, earlier: Path, later: Path, scope: Scope) -> Iterator[Versions]:
    """Both versions, by their folders, under the SQL of the snapshot that is published now.

    Raises ReportError for a shop that neither has, and for a version that is not made of the same columns."""
    with opened(snapshot) as known:
        event = known.reports[EVENTS]
        reads = {*event.reads, DAYS, "sales_summary_wide", "dim_site", "dim_employee"}
        measures = tuple(column.name for column in event.columns if column.additivity)
        for side, folder in zip(SIDES, (earlier, later), strict=True):
            _stand(known.connection, side, folder, reads)
        _scope(known.connection, scope)
        for side, folder in zip(SIDES, (earlier, later), strict=True):
            _contribute(known.connection, side, event.sql.replace(WAREHOUSE, f"{side}."), measures, folder.name)
        yield Versions(known.connection, measures)


def _stand(connection: duckdb.DuckDBPyConnection, side: str, folder: Path, reads: set[str]) -> None:
    connection.execute(f"attach ':memory:' as {side}")
    files = {file.stem: file for file in folder.glob("*/*.parquet") if file.stem in reads}
    if lacking := sorted(reads - set(files)):
        raise ReportError(f"version {folder.name} has no {', '.join(lacking)}: an earlier release published it")
    for name, file in files.items():
        path = str(file).replace("'", "''")
        connection.execute(f"create schema if not exists {side}.{file.parent.name}")
        connection.execute(f"create view {side}.{file.parent.name}.{name} as from read_parquet('{path}')")


def _scope(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """The shops' days that are asked for as memory.main.day, which of them both versions have as common_day."""
    connection.execute(
        "create table memory.main.site as select site_key, max(site) as site from ("
        "from earlier.core.dim_site union all by name from later.core.dim_site) where site_key >= 0 group by site_key"
    )
    known = [row[0] for row in connection.execute("select site from memory.main.site order by site").fetchall()]
    if wrong := [name for name in scope.sites if name not in known]:
        raise ReportError(f"--site: no site '{wrong[0]}'; there are: {', '.join(known)}")
    connection.execute(
        "create table memory.main.day as select site_key, site, business_date, "
        "case when max(side) = 1 then 'earlier' when min(side) = 2 then 'later' else 'both' end as side from ("
        f"select site_key, business_date, 1 as side from earlier.finance.{DAYS} union all "
        f"select site_key, business_date, 2 as side from later.finance.{DAYS}) "
        "inner join memory.main.site using (site_key) "
        "where (len(?) = 0 or list_contains(?, site)) and business_date between ? and ? group by all",
        [list(scope.sites), list(scope.sites), scope.first or date.min, scope.last or date.max],
    )
    connection.execute("create view memory.main.common_day as from memory.main.day where side = 'both'")


def _contribute(
    connection: duckdb.DuckDBPyConnection, side: str, events: str, measures: Sequence[str], version: str
) -> None:
    """What each order and payment adds to the days that are compared."""
    sums = ", ".join(f"coalesce(sum({name}), 0) as {name}" for name in measures)
    settling = " or ".join(f"{name} is not null" for name in SETTLING)
    try:
        connection.execute(
            f"create table {side}.main.contributed as "
            f"select site_key, business_date, ro_key, tender_key, ({settling}) as is_settling, {sums} from ({events}) "
            "semi join memory.main.common_day using (site_key, business_date) group by all"
        )
    except duckdb.BinderException as error:
        reason = str(error).splitlines()[0]
        raise ReportError(f"version {version} was published by another release: {reason}") from None

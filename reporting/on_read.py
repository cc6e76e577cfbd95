"""Computes a report for any days, shops and filters by its own SQL over the published snapshot.

A database in memory stands where the warehouse stood when dbt compiled the SQL: views on the snapshot, with the days
that are asked for in place of all days. So there is one implementation of a figure. Belongs here: what is replaced.
Keep out: figures, what a report is (catalogue.py), days by name (periods.py), files (files.py)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from reporting.catalogue import SITE, Column, Filter, Report, find, reports
from reporting.close import ReportError
from reporting.conditions import Condition, conditions
from reporting.periods import Clock, Span

GRAINS = ("day", "week", "month", "quarter", "year", "none")
TOTAL = -2  # site_key of the row of all shops
STORED_GRAIN = "day"  # models take their periods under this name


@dataclass(frozen=True)
class Request:
    """What a reader asks: a report, its days for each site key, how they are cut, and conditions as they were typed."""

    report: str
    spans: Mapping[int, Span]
    grain: str = "none"
    filters: Sequence[str] = ()


@dataclass(frozen=True)
class Answer:
    """A report's rows under its columns, shops by their code, and the published version that they are of."""

    report: Report
    columns: tuple[Column, ...]
    rows: pl.DataFrame
    version: str


@dataclass(frozen=True)
class Snapshot:
    """The published marts, and what they are made of, attached under the warehouse's name."""

    connection: duckdb.DuckDBPyConnection
    reports: Mapping[str, Report]

    def sites(self) -> list[tuple[int, str, str | None, Clock]]:
        """(key, code, region, clock) of every shop."""
        found = self.connection.execute(
            "select site_key, site, region, iana_tz, day_cutoff_minutes from snapshot.core.dim_site "
            "where site_key >= 0 order by site"
        ).fetchall()
        return [(key, code, region, Clock(zone, minutes)) for key, code, region, zone, minutes in found]

    def week_starts_on(self) -> int:
        """0 is Monday."""
        row = self.connection.execute(
            "select isodow(period_start) - 1 from snapshot.core.reporting_period_day "
            "where period_grain = 'week' limit 1"
        ).fetchone()
        return int(row[0]) if row else 0


@contextmanager
def opened(snapshot: Path) -> Iterator[Snapshot]:
    """The snapshot, to read. Raises ReportError when there is none, or none with its reports."""
    if not snapshot.is_file():
        raise ReportError(f"{snapshot}: nothing is published yet; run 'tieout run'")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{str(snapshot).replace(chr(39), chr(39) * 2)}' as snapshot (read_only)")
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("use snapshot")
        known = reports(connection)
        connection.execute("use memory")
        yield Snapshot(connection, known)


def answer(snapshot: Snapshot, request: Request) -> Answer:
    """The report's rows. Raises ReportError naming the report, the days or the condition that there is not."""
    report = find(snapshot.reports, request.report)
    if request.grain not in GRAINS:
        raise ReportError(f"--grain: no grain '{request.grain}'; there are: {', '.join(GRAINS)}")
    if not report.by_period and request.grain != "none":
        raise ReportError(f"--grain: {report.name} has a row for each of its days or documents; leave --grain out")
    wanted = conditions(report, request.filters)
    population = [one for one in wanted if isinstance(one.target, Filter)]
    _views(snapshot, report, population)
    _days(snapshot.connection, request.spans)
    _periods(snapshot.connection, request.grain)
    return _rows(snapshot, report, request.grain, wanted)


def _views(snapshot: Snapshot, report: Report, population: Sequence[Condition]) -> None:
    """A view for each table of the snapshot, narrowed by the conditions; anew what is made of a narrowed one."""
    connection = snapshot.connection
    narrowed = {one.target.relation for one in population if isinstance(one.target, Filter)}
    anew = _made_of(snapshot.reports, {relation.rpartition(".")[2] for relation in narrowed}) - {report.name}
    tables = connection.execute(
        "select schema_name, table_name, "
        "list_contains(columns, 'site_key') and list_contains(columns, 'business_date') from ("
        "select schema_name, table_name, list(column_name) as columns from duckdb_columns() "
        "where database_name = 'snapshot' and schema_name <> 'main' group by all)"
    ).fetchall()
    for schema in {schema for schema, *_ in tables}:
        connection.execute(f"create schema if not exists warehouse.{schema}")
    for schema, name, has_days in sorted(
        tables, key=lambda table: table[0] != "core"
    ):  # others are narrowed by its days
        if name not in anew:
            by_day = has_days and schema != "core"
            connection.execute(
                _view(f"{schema}.{name}", by_day, [one for one in population if _is_on(one, schema, name)])
            )
    for name in _in_order(snapshot.reports, anew):
        made = snapshot.reports[name]
        connection.execute(f"create or replace view warehouse.{made.schema}.{name} as {made.sql}")


def _is_on(condition: Condition, schema: str, name: str) -> bool:
    return isinstance(condition.target, Filter) and condition.target.relation == f"{schema}.{name}"


def _view(relation: str, by_day: bool, narrowing: Sequence[Condition]) -> str:
    """Parameters cannot stand in a view: the values of conditions are quoted."""
    clauses = [_literal(one) for one in narrowing]
    if by_day:
        clauses.append("(site_key, business_date) in (select site_key, business_date from warehouse.core.dim_site_day)")
    where = f" where {' and '.join(clauses)}" if clauses else ""
    kind = "table" if relation in ("core.dim_site_day", "core.reporting_period_day") else "view"
    return f"create or replace {kind} warehouse.{relation} as select * from snapshot.{relation}{where}"


def _literal(condition: Condition) -> str:
    assert isinstance(condition.target, Filter)
    value = condition.value.replace("'", "''")
    return condition.sql(condition.target.value).replace("?", f"'{value}'")


def _made_of(known: Mapping[str, Report], relations: Collection[str]) -> set[str]:
    """Every model of the report schemas that reads one of these, near or far."""
    found: set[str] = set()
    while new := {
        name for name, report in known.items() if name not in found and report.reads & (found | set(relations))
    }:
        found |= new
    return found


def _in_order(known: Mapping[str, Report], names: Collection[str]) -> list[str]:
    """Each after those it reads."""
    left, found = sorted(names), list[str]()
    while left:
        ready = [name for name in left if not known[name].reads & set(left)]
        found += ready
        left = [name for name in left if name not in ready]
    return found


def _days(connection: duckdb.DuckDBPyConnection, spans: Mapping[int, Span]) -> None:
    """Leaves the business days that are asked for, each shop's own. Raises ReportError when there are none."""
    connection.execute("create or replace temp table asked (site_key bigint, first_day date, last_day date)")
    connection.executemany("insert into asked values (?, ?, ?)", [[key, *span] for key, span in spans.items()])
    connection.execute(
        "delete from warehouse.core.dim_site_day as days where not exists (from asked where "
        "asked.site_key = days.site_key and days.business_date between first_day and last_day)"
    )
    if connection.execute("select 1 from warehouse.core.dim_site_day limit 1").fetchone():
        return
    first, last = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    there = connection.execute(
        "select min(business_date), max(business_date) from snapshot.core.dim_site_day semi join asked using (site_key)"
    ).fetchone()
    known = f"they are published from {there[0]} to {there[1]}" if there and there[0] else "none is published"
    raise ReportError(f"no business day of these shops lies from {first} to {last}; {known}")


def _periods(connection: duckdb.DuckDBPyConnection, grain: str) -> None:
    """The periods of the days that are asked for, under the name of a stored grain, cut off where the days end."""
    asked = "(select min(first_day) as first_day, max(last_day) as last_day from asked)"
    periods = (
        "select business_date, first_day as period_start, last_day as period_end "
        f"from (select distinct business_date from warehouse.core.dim_site_day) cross join {asked}"
        if grain == "none"
        else "select business_date, greatest(period_start, first_day) as period_start, "
        "least(period_end, last_day) as period_end "
        f"from snapshot.core.reporting_period_day cross join {asked} where period_grain = '{grain}' "
        "and business_date in (select business_date from warehouse.core.dim_site_day)"
    )
    connection.execute(
        "create or replace table warehouse.core.reporting_period_day as select "
        f"'{STORED_GRAIN}' as period_grain, period_start, period_end, business_date from ({periods})"
    )


def _rows(snapshot: Snapshot, report: Report, grain: str, wanted: Sequence[Condition]) -> Answer:
    on_rows = [one for one in wanted if isinstance(one.target, Column)]
    computed = report.by_period or any(isinstance(one.target, Filter) for one in wanted)
    relation = f"({report.sql})" if computed else f"warehouse.{report.schema}.{report.name}"
    shown = ", ".join(_shown(column, grain) for column in report.columns)
    clauses = [one.sql(_shown_value(one.target, grain)) for one in on_rows if isinstance(one.target, Column)]
    if report.day:
        clauses.append(f"(report.site_key, report.{report.day}) in (select site_key, business_date from days)")
    where = f" where {' and '.join(clauses)}" if clauses else ""
    found = snapshot.connection.execute(
        "with days as (select site_key, business_date from warehouse.core.dim_site_day) "
        f"select {shown} from {relation} as report left join snapshot.core.dim_site as sites using (site_key){where} "
        f"order by report.site_key = {TOTAL}, {', '.join(str(place + 1) for place in range(len(report.columns)))}",
        [one.value for one in on_rows],
    )
    version = snapshot.connection.cursor().execute("select version from snapshot.main.published").fetchone()
    return Answer(report, report.columns, found.pl(), version[0] if version else "")


def _shown(column: Column, grain: str) -> str:
    return f'{_shown_value(column, grain)} as "{column.name}"'


def _shown_value(column: Column, grain: str) -> str:
    """Shops by their code; periods as they were asked for; ids as text."""
    if column.name == SITE:
        return f"case when report.site_key = {TOTAL} then 'Total' else coalesce(sites.site, 'Unknown') end"
    if column.name == "period_grain":
        return f"'{grain}'"
    return f"cast(report.{column.name} as varchar)" if column.type == "uuid" else f"report.{column.name}"

"""Computes a report for any days, shops and filters by its own SQL over the published snapshot.

A database in memory stands where the warehouse stood when dbt compiled the SQL (stage.py). So there is one
implementation of a figure. Belongs here: the snapshot, a request, its rows. Keep out: figures, what a report is
(catalogue.py), days by name (periods.py), files (files.py), the rows behind a cell (drill.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from reporting.catalogue import SITE, Column, Filter, Report, find, reports
from reporting.close import ReportError
from reporting.conditions import Condition, conditions
from reporting.frozen import Signed
from reporting.periods import Clock, Span
from reporting.stage import DAYS, GRAINS, STORED_GRAIN, Asked, stage
from reporting.standing import Standing

TOTAL = -2  # site_key of the row of all shops


@dataclass(frozen=True)
class Request:
    """What a reader asks: a report, its days for each site key, how they are cut, conditions as they were typed,
    options (REPORTS 9) instead of those of tieout.yml, the instant that "today" is, and what the close journal says."""

    report: str
    spans: Mapping[int, Span]
    grain: str = "none"
    filters: Sequence[str] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    as_of: datetime = field(default_factory=lambda: datetime.now(UTC))
    signed: Signed = field(default_factory=Signed)


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

    file: Path
    connection: duckdb.DuckDBPyConnection
    reports: Mapping[str, Report]
    standing: Standing

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

    def version(self) -> str:
        row = self.connection.execute("select version from snapshot.main.published").fetchone()
        return str(row[0]) if row else ""


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
        yield Snapshot(snapshot, connection, known, Standing(connection))


def staged(snapshot: Snapshot, request: Request) -> tuple[Report, list[Condition]]:
    """The report, standing as it is asked for, and the conditions that are left for the rows shown.

    Raises ReportError naming the report, the days or the condition that there is not."""
    report = find(snapshot.reports, request.report)
    if request.grain not in GRAINS:
        raise ReportError(f"--grain: no grain '{request.grain}'; there are: {', '.join(GRAINS)}")
    if not report.by_period and request.grain != "none":
        raise ReportError(f"--grain: {report.name} has a row for each of its days or documents; leave --grain out")
    wanted = conditions(report, request.filters)
    stage(snapshot.standing, snapshot.reports, report, _asked(report, request, wanted))
    return report, [one for one in wanted if isinstance(one.target, Column)]


def also_staged(snapshot: Snapshot, request: Request, name: str) -> None:
    """Another model beside the report, of the same days and narrowed alike."""
    report = find(snapshot.reports, request.report)
    wanted = conditions(report, request.filters)
    stage(snapshot.standing, snapshot.reports, snapshot.reports[name], _asked(report, request, wanted))


def _asked(report: Report, request: Request, wanted: Sequence[Condition]) -> Asked:
    """Rows of a day read what they compare by day, however many days are asked for."""
    population = [one for one in wanted if isinstance(one.target, Filter)]
    grain = request.grain if report.by_period else STORED_GRAIN
    return Asked(request.spans, grain, population, request.options, request.as_of, request.signed)


def answer(snapshot: Snapshot, request: Request) -> Answer:
    """The report's rows. Raises ReportError as `staged` does."""
    report, on_rows = staged(snapshot, request)
    shown = ", ".join(f'{shown_value(column, request.grain)} as "{column.name}"' for column in report.columns)
    clauses = [one.sql(shown_value(one.target, request.grain)) for one in on_rows if isinstance(one.target, Column)]
    if report.day:
        clauses.append(f"(report.site_key, report.{report.day}) in (select site_key, business_date from days)")
    elif not report.by_period:
        clauses.append("report.site_key in (select site_key from days)")
    where = f" where {' and '.join(clauses)}" if clauses else ""
    places = ", ".join(str(place + 1) for place in range(len(report.columns)))
    found = snapshot.connection.execute(
        f"with days as (select site_key, business_date from warehouse.core.{DAYS}) select {shown} "
        f"from warehouse.{report.schema}.{report.name} as report "
        f"left join snapshot.core.dim_site as sites using (site_key){where} "
        f"order by report.site_key = {TOTAL}, {places}",
        [one.value for one in on_rows],
    )
    return Answer(report, report.columns, found.pl(), snapshot.version())


def shown_value(column: Column, grain: str) -> str:
    """Shops by their code; periods as they were asked for; ids as text."""
    if column.name == SITE:
        return f"case when report.site_key = {TOTAL} then 'Total' else coalesce(sites.site, 'Unknown') end"
    if column.name == "period_grain":
        return f"'{grain}'"
    return f"cast(report.{column.name} as varchar)" if column.type == "uuid" else f"report.{column.name}"

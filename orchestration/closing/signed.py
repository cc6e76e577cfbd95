"""What signing stores of a shop's day: its facts, what each document came to, and the figures that were printed.

Belongs here: which rows, in which files. Keep out: the folder's place and the journal (folders.py, book.py), reading
the files back (stored.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from connectors.landing import store as files
from orchestration.closing import stored
from reporting.frozen import ORDERS, PARTS, TENDERS, origins
from reporting.on_read import Request, Snapshot, also_staged, opened, staged

FIGURES = ("sales_summary", "recon_sales_payments", "recon_break")
MEASURES = "document_measure"
OF_THE_DAY = "site_key = {site} and {day} = date '{date}'"


def store(snapshot: Path, folder: Path, site_key: int, day: date) -> dict[str, str]:
    """Write the day into the folder; {file: sha256}. What an earlier day has signed of a document is not signed again:
    facts and figures are read as frozen. What documents came to is stored as it is today: what moves later is compared
    with that. Raises ReportError for a day that is not published."""
    signed = stored.signed(snapshot)
    with opened(snapshot) as published:
        request = Request(FIGURES[0], {site_key: (day, day)}, options={"data_mode": "frozen"}, signed=signed)
        for name in FIGURES:
            staged(published, replace(request, report=name))
        _facts(published, folder, site_key, day, bool(any(signed.facts.values())))
        _figures(published, folder, site_key, day)
        also_staged(published, replace(request, options={"data_mode": "current"}), MEASURES)
        columns = ", ".join(stored.SIGNED_MEASURE)
        measures = f"select {columns} from warehouse.finance.{MEASURES} where {_of('business_date', site_key, day)}"
        _copy(published.connection, measures, folder, stored.MEASURES)
    return {name: files.sha256(folder / name) for name in sorted(files.names(folder))}


def _facts(published: Snapshot, folder: Path, site_key: int, day: date, has_origins: bool) -> None:
    connection = published.connection
    connection.execute("create schema if not exists memory.frozen")
    found = origins() if has_origins else "select null::uuid as document_key, null::uuid as origin_key where false"
    connection.execute(f"create or replace table memory.frozen.origin as {found}")
    of_orders = f"is_sale and {_of('close_business_date', site_key, day)}"
    orders = f"select ro_key from warehouse.core.{ORDERS} where {of_orders}"
    paid_then = _of("business_date", site_key, day)
    settling = f"{paid_then} or ro_key in ({orders}) or applied_to_ro_key in ({orders})"
    _fact(connection, folder, ORDERS, "ro_key", of_orders, site_key, day)
    for name in PARTS:
        _fact(connection, folder, name, "ro_key", f"ro_key in ({orders})", site_key, day)
    _fact(connection, folder, TENDERS, "tender_key", settling, site_key, day)


def _figures(published: Snapshot, folder: Path, site_key: int, day: date) -> None:
    for name in FIGURES:
        report = published.reports[name]
        own = _of("period_start" if report.by_period else "business_date", site_key, day)
        _copy(published.connection, f"select * from warehouse.{report.schema}.{name} where {own}", folder, name)


def _of(column: str, site_key: int, day: date) -> str:
    return OF_THE_DAY.format(site=site_key, day=column, date=day.isoformat())


def _fact(
    connection: duckdb.DuckDBPyConnection, folder: Path, name: str, key: str, where: str, site_key: int, day: date
) -> None:
    query = (
        f"select facts.*, coalesce(origins.origin_key, facts.{key}) as origin_key, "
        f"cast({site_key} as bigint) as signed_site_key, date '{day.isoformat()}' as signed_date "
        f"from (select * from warehouse.core.{name} where {where}) as facts "
        f"left join memory.frozen.origin as origins on facts.{key} = origins.document_key"
    )
    _copy(connection, query, folder, name)


def _copy(connection: duckdb.DuckDBPyConnection, query: str, folder: Path, name: str) -> None:
    target = str(folder / f"{name}.parquet").replace("'", "''")
    connection.execute(f"copy (select * from ({query}) order by all) to '{target}' (format parquet, compression zstd)")

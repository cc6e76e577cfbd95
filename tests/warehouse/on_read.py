"""Reports as readers ask for them, and what the oracle says of the same days.

Keep out: the company (test_made_up_company.py), what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from unittest import mock

from oracle.oracle import Oracle
from warehouse.homes import Home

from orchestration import publish, reports
from orchestration.reports import Asked

KEYS = {
    "sales_summary": ("report_version", "breakout_group", "section", "row_code", "column_code"),
    "call_summary": (),
    "call_summary_by_number": ("number",),
}
Cells = dict[tuple[Any, ...], Any]


def published(home: Home) -> Home:
    publish.publish(home.folder)
    return home


def asked(home: Home, name: str, asked: Asked) -> Cells:
    """Cells of a report by (site, what the row is, start of the period, column)."""
    found = reports.ask(home.folder / "published" / "current.duckdb", name, asked)
    cells: Cells = {}
    for row in found.rows.iter_rows(named=True):
        site = "ALL" if row["site"] == "Total" else row["site"]
        key = tuple("ALL" if row[one] == "All numbers" else row[one] for one in KEYS[name])
        cells |= {(site, key, row["period_start"], column): value for column, value in row.items()}
    return cells


@contextmanager
def periods(start_of: Callable[[date], date]) -> Iterator[None]:
    """The oracle's months begin where `start_of` a day says."""

    def start(grain: str, day: date) -> date:
        return start_of(day) if grain == "month" else day

    with mock.patch("oracle.calls.period_start", start), mock.patch("oracle.sales_summary.period_start", start):
        yield


def said(oracle: Oracle, name: str, start_of: Callable[[date], date]) -> Cells:
    """The oracle's cells of those periods, by the keys of `asked`."""
    with periods(start_of):
        table: Any = getattr(oracle, name)()
    found: Cells = {}
    if name == "sales_summary":
        for (site, grain, start, *key), value in table.items():
            if grain == "month":
                found[site, tuple(key), start, "value"] = value
        return found
    for (site, *key, grain, start), row in table.items():
        if grain == "month":
            found |= {(site, tuple(key), start, column): value for column, value in row.items()}
    return found

"""The reports of a published snapshot as their models describe them: what a row is, columns, filters, SQL.

Keep out: computing one (on_read.py), showing one (orchestration/views_report.py), files of one (files.py)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from reporting.close import ReportError, known

SITE = "site"  # the column that tells the shop
TEXTUAL = ("varchar", "uuid")


@dataclass(frozen=True)
class Column:
    """A column; `label` is printed above it; `additivity`: A adds up over everything, S not over time, N over nothing;
    `drill` is the column of the event rows that it is made of, where that has another name."""

    name: str
    type: str
    description: str
    label: str
    unit: str | None = None
    additivity: str | None = None
    drill: str | None = None


@dataclass(frozen=True)
class Filter:
    """Narrows the rows that a figure is made of: those of `relation` for which the SQL `value` meets the
    condition; `type`: of that value."""

    name: str
    relation: str
    value: str
    description: str
    type: str = "varchar"


@dataclass(frozen=True)
class Report:
    """A model of the report schemas, or one that they share and that is computed on read. One without `purpose` is a
    step on the way to others. `parameters`: options of REPORTS 9 that it looks at; `grain`: what is unique; `behind`:
    the relation of the event rows behind its figures, where they are not a step of its own SQL; `all_days`: whether it
    is of all days, whichever are asked for; `all_shops`: whether it is of all shops."""

    name: str
    schema: str
    description: str
    purpose: str
    requires: Mapping[str, str]
    day: str | None
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    parameters: Mapping[str, str]
    grain: tuple[str, ...]
    on_read: bool
    all_days: bool
    all_shops: bool
    behind: str | None
    reads: frozenset[str]
    sql: str

    @property
    def by_period(self) -> bool:
        """Whether a row is of a period of days, which a reader chooses; else each row has its own day."""
        return any(column.name == "period_grain" for column in self.columns)

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


def reports(connection: duckdb.DuckDBPyConnection) -> dict[str, Report]:
    """Every model of the report schemas by name. Raises ReportError on a snapshot of an earlier release."""
    try:
        rows = connection.execute("select definition from main.report").fetchall()
    except duckdb.CatalogException:
        rows = []
    if not rows:
        raise ReportError("the published snapshot does not hold its reports; run 'tieout build --full-refresh'")
    found = (_report(json.loads(definition)) for (definition,) in rows)
    return {report.name: report for report in found}


def find(reports: Mapping[str, Report], name: str) -> Report:
    """The report of that name. Raises ReportError naming those that there are."""
    if name in reports and reports[name].purpose:
        return reports[name]
    names = [report.name for report in reports.values() if report.purpose]
    raise ReportError(f"no report '{name}'; {known(name, names)}")


def _report(told: Mapping[str, Any]) -> Report:
    meta = told["meta"]
    return Report(
        name=told["name"],
        schema=told["schema"],
        description=told["description"],
        purpose=meta.get("purpose", ""),
        requires=meta.get("requires", {}),
        day=meta.get("day"),
        columns=tuple(_column(column) for column in told["columns"]),
        filters=tuple(Filter(name, **said) for name, said in meta.get("filters", {}).items()),
        parameters=meta.get("parameters", {}),
        grain=tuple(meta.get("grain", ())),
        behind=meta.get("behind"),
        on_read=meta.get("computed") == "on_read",
        all_days=meta.get("days") == "all",
        all_shops=meta.get("shops") == "all",
        reads=frozenset(told["reads"]),
        sql=told["sql"],
    )


def _column(told: Mapping[str, Any]) -> Column:
    """Readers get the shop by its code, and ids as text."""
    said = dict(told)
    if said["name"] == "site_key":
        said |= {"name": SITE, "type": "varchar", "description": "Shop, as tieout.yml names it."}
    return Column(**{**said, "label": said["label"] or said["name"].replace("_", " ").capitalize()})

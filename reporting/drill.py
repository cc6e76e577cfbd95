"""The event rows behind one cell of a report: what a count counts and a sum adds up.

They come out of the report's own SQL, from its step `behind`, so their sum or distinct count is the cell (C-24).
Keep out: computing reports (on_read.py), showing rows (orchestration/views_report.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from reporting.catalogue import SITE, Column, Report
from reporting.close import ReportError
from reporting.conditions import conditions
from reporting.on_read import TOTAL, Answer, Request, Snapshot, also_staged, shown_value, staged

LAST_LINE = "select * from final"
PERIOD = ("period_grain", "period_start", "period_end")
KEY = "site_key"
LEVEL = "level"  # of an event that counts differently in its shop than for its people: the row_type whose rows it makes
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """One figure of a report, and the rows that it is made of; `measure` is the column of them that makes it."""

    column: Column
    value: Any
    measure: str
    behind: Answer

    @property
    def counted(self) -> bool:
        """Whether the figure is the number of different values, not their sum."""
        return self.column.additivity == "N" or not self.behind.rows[self.measure].dtype.is_numeric()

    def recomputed(self) -> Decimal | int:
        """What the rows say the figure is."""
        values = self.behind.rows[self.measure]
        return int(values.n_unique()) if self.counted else sum(values.to_list())


def drill(snapshot: Snapshot, request: Request, row: Sequence[str], name: str) -> Cell:
    """The rows behind the column `name` of the one row of the report that meets the conditions `row`.

    Raises ReportError when no row or several do, or when the column is not made of rows."""
    report, _ = staged(snapshot, request)
    types = _behind_types(snapshot, report, request)
    measures = {
        column.name: measure
        for column in report.columns
        if column.additivity and column.name not in report.grain
        if (measure := column.drill or column.name) in types and _adds_up(column)
    }
    column = report.column(name)
    if column is None or name not in measures:
        wrong = f"has no '{name}'" if column is None else f"computes {name} from other columns"
        raise ReportError(f"--column: {report.name} {wrong}; there are rows behind: {', '.join(measures)}")
    found = _row(snapshot, report, request.grain, row)
    others = (set(measures.values()) | {one.name for one in report.columns if one.additivity}) - {measures[name]}
    shown = [(one, type_) for one, type_ in types.items() if one not in {*others, *PERIOD, KEY}]
    return Cell(column, found[name], measures[name], _behind(snapshot, report, found, shown, measures[name]))


def _adds_up(column: Column) -> bool:
    return column.additivity in ("A", "S") or (column.unit == "count" and column.type == "integer")


def _sql(report: Report, known: Mapping[str, Report]) -> str:
    if report.behind:
        return f"select * from warehouse.{known[report.behind].schema}.{report.behind}"
    head, found, _ = report.sql.rstrip().rpartition(LAST_LINE)
    if not found or "behind as (" not in head:
        raise ReportError(f"{report.name} has a row for each document: its own rows are what there is")
    return f"{head}select * from behind"


def _behind_types(snapshot: Snapshot, report: Report, request: Request) -> dict[str, str]:
    if report.behind:
        also_staged(snapshot, request, report.behind)
    found = snapshot.connection.execute(f"describe {_sql(report, snapshot.reports)}").fetchall()
    return {name: str(type_).lower() for name, type_, *_ in found}


def _row(snapshot: Snapshot, report: Report, grain: str, row: Sequence[str]) -> Row:
    """The one row that is meant."""
    wanted = conditions(replace(report, filters=()), row)
    clauses = [one.sql(shown_value(one.target, grain)) for one in wanted if isinstance(one.target, Column)]
    found = snapshot.connection.execute(
        f"select report.* from warehouse.{report.schema}.{report.name} as report "
        f"left join snapshot.core.dim_site as sites using (site_key) where {' and '.join(clauses) or 'true'}",
        [one.value for one in wanted],
    ).pl()
    if found.height != 1:
        period = ["period_start", "row_type"] if report.by_period else []
        keys = [SITE, *period, *(one for one in report.grain if one not in (KEY, *PERIOD))]
        said = f"--row '{' '.join(row)}': {found.height} rows of {report.name} are that"
        raise ReportError(f"{said}; name one by: {', '.join(keys)}")
    return found.row(0, named=True)


def _behind(snapshot: Snapshot, report: Report, row: Row, shown: Sequence[tuple[str, str]], measure: str) -> Answer:
    """Rows of every key that the row names; a total names none, a subtotal its shop or its region alone."""
    named = () if row.get("row_type") == "total" else report.grain
    keys = {key: row[key] for key in named if key not in PERIOD and row[key] is not None}
    if keys.get(KEY) == TOTAL:
        del keys[KEY]
    if report.by_period:
        keys |= {key: row[key] for key in PERIOD[1:]}
    types = dict(shown)
    if LEVEL in types:
        keys[LEVEL] = row["row_type"]
    clauses = [f"rows_of.{key} = ?" for key in keys]
    zero = f" and rows_of.{measure} <> 0" if types[measure].startswith(("decimal", "int", "bigint", "hugeint")) else ""
    columns = [_column(name, type_, report) for name, type_ in shown]
    texts = ", ".join(f"cast(rows_of.{name} as varchar) as {name}" if type_ == "uuid" else f"rows_of.{name}"
                      for name, type_ in shown)  # fmt: skip
    found = snapshot.connection.execute(
        f"select coalesce(sites.site, 'Unknown') as {SITE}, {texts} from ({_sql(report, snapshot.reports)}) as rows_of "
        f"left join snapshot.core.dim_site as sites using (site_key) where {' and '.join(clauses)} "
        f"and rows_of.{measure} is not null{zero} order by all",
        list(keys.values()),
    )
    site = Column(SITE, "varchar", "Shop, as tieout.yml names it.", "Site")
    return Answer(report, (site, *columns), found.pl(), snapshot.version())


def _column(name: str, type_: str, report: Report) -> Column:
    known = report.column(name)
    label = known.label if known else name.replace("_", " ").capitalize()
    return Column(name, type_, "", label, known.unit if known else None)

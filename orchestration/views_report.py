"""What the command line shows of reports, as Rich tables: a report's rows, what it means, which reports there are.

Keep out: computing a report (reporting/on_read.py), files of one (reporting/files.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from orchestration.views import QUIET, table
from reporting.catalogue import Report
from reporting.drill import Cell
from reporting.on_read import Answer

AT_MOST = 200  # rows on a screen; a file has them all
KEYS = ("pair_id",)
GAP = 2  # between columns


def rows(answer: Answer, width: int) -> RenderableType:
    """As many columns as fit, without the keys of the warehouse and those that say nothing here."""
    wanted = [place for place, column in enumerate(answer.columns) if _says(answer, column.name)]
    cells = [[_cell(row[place]) for place in wanted] for row in answer.rows.head(AT_MOST).iter_rows()]
    labels = [answer.columns[place].label for place in wanted]
    fit = _fitting([max(map(len, column)) + GAP for column in zip(labels, *cells, strict=True)], width)
    numbers = [answer.columns[place].label for place in wanted[:fit] if answer.columns[place].unit]
    made = table(*labels[:fit], numbers=numbers)
    for row in cells:
        made.add_row(*row[:fit])
    return Group(made, Text(_note(answer, labels[fit:]), style=QUIET))


def _fitting(widths: Sequence[int], width: int) -> int:
    return sum(1 for total in accumulate(widths) if total <= width) or 1


def _note(answer: Answer, left_out: Sequence[str]) -> str:
    rows, columns = answer.rows.height - AT_MOST, ", ".join(left_out)
    more = [f"{rows:,} rows"] * (rows > 0) + [f"the columns {columns}"] * bool(left_out)
    hidden = f"; --format csv also has {' and '.join(more)}" if more else ""
    return f"{answer.rows.height:,} rows of version {answer.version}{hidden}"


def _says(answer: Answer, name: str) -> bool:
    is_key = name in KEYS or name.endswith("_key")
    return not is_key and name != "period_grain" and answer.rows[name].null_count() < max(answer.rows.height, 1)


def _cell(value: Any) -> str:
    """Numbers with commas; what begins with a bracket is no markup."""
    if value is None:
        return ""
    plain = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return f"{value:,}" if plain else str(value).replace("[", "\\[")


def told(cell: Cell) -> RenderableType:
    """What the rows of a drill make up."""
    how = "different values" if cell.counted else "in all"
    return Text(f"{cell.column.label}: {_cell(cell.value)}; the rows' {cell.measure}: {cell.recomputed():,} {how}")


def catalogue(reports: Mapping[str, Report]) -> RenderableType:
    made = table("Report", "Rows are by", "What for")
    for report in sorted(reports.values(), key=lambda report: (report.schema, report.name)):
        made.add_row(report.name, "period" if report.by_period else "day", report.purpose)
    return made


def described(report: Report) -> RenderableType:
    """Purpose, what a row is, and every column."""
    head = [Text(report.name, style="bold"), Text(report.purpose), Text(report.description, style=QUIET)]
    if report.requires:
        head.append(Text("requires " + ", ".join(f"{key} {value}" for key, value in report.requires.items())))
    made = table("Column", "Label", "Unit", "Adds up", "Meaning")
    for column in report.columns:
        adds = {"A": "yes", "S": "not over time", "N": "no"}.get(column.additivity or "", "")
        made.add_row(column.name, column.label, column.unit or column.type, adds, column.description)
    filters = table("Filter", "Meaning")
    for one in report.filters:
        filters.add_row(one.name, one.description)
    for name, meaning in report.parameters.items():
        filters.add_row(name, f"{meaning} (an option; {name}=... changes it for one answer)")
    filters.add_row("any column", "narrows the rows shown, not what a total is made of")
    return Group(*head, Text(), made, Text(), filters)

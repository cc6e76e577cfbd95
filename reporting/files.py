"""A report as a file that people open or machines read: CSV, Excel, JSON, Parquet.

Belongs here: what a cell of each is. No text is a formula (what begins like one would run in a spreadsheet).
Keep out: what the report says (on_read.py)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from reporting.catalogue import Column
from reporting.close import ReportError
from reporting.on_read import Answer

FORMATS = ("csv", "json", "xlsx", "parquet")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ROWS = 1_048_575  # of an Excel sheet below its header
SHOWN = {"money": "#,##0.00", "hours": "#,##0.00", "minutes": "#,##0.0", "seconds": "#,##0", "count": "#,##0",
         "ratio": "0.00%"}  # fmt: skip


def text(answer: Answer, form: str) -> str:
    """CSV or JSON. JSON has money as text, so that no reader turns it into a float."""
    if form == "json":
        return json.dumps(as_dict(answer), indent=2) + "\n"
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(guarded(column.label) for column in answer.columns)
    writer.writerows([_plain(value) for value in row] for row in answer.rows.iter_rows())
    return out.getvalue()


def write(answer: Answer, form: str, file: Path) -> None:
    """One file. Raises ReportError when Excel could not hold the rows."""
    if form == "xlsx":
        _workbook(answer, file)
    elif form == "parquet":
        answer.rows.write_parquet(file, compression="zstd")
    else:
        file.write_text(text(answer, form), encoding="utf-8-sig" if form == "csv" else "utf-8", newline="")


def as_dict(answer: Answer) -> dict[str, Any]:
    rows = [{name: _for_machines(value) for name, value in row.items()} for row in answer.rows.iter_rows(named=True)]
    return {"report": answer.report.name, "version": answer.version, "rows": rows}


def _for_machines(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _plain(value: Any) -> Any:
    """NULL is an empty cell; a text that looks like a formula is marked as text."""
    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else value


def guarded(value: str) -> str:
    """The text, marked where a spreadsheet would run it."""
    return f"'{value}" if value.startswith(FORMULA) else value


def _workbook(answer: Answer, file: Path) -> None:
    if answer.rows.height > ROWS:
        raise ReportError(f"{answer.report.name}: {answer.rows.height} rows; Excel holds {ROWS}: use --format csv")
    with xlsxwriter.Workbook(str(file), {"constant_memory": True, "remove_timezone": True}) as book:
        sheet = book.add_worksheet(answer.report.name[:31])
        head, formats = book.add_format({"bold": True}), [_format(book, column) for column in answer.columns]
        for place, column in enumerate(answer.columns):
            sheet.write_string(0, place, column.label, head)
            sheet.set_column(place, place, max(10, min(len(column.label) + 2, 40)))
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(answer.rows.iter_rows(), start=1):
            _cells(sheet, number, row, formats)
        sheet.autofilter(0, 0, answer.rows.height, len(answer.columns) - 1)


def _format(book: Any, column: Column) -> Any:
    if column.type == "date":
        return book.add_format({"num_format": "yyyy-mm-dd"})
    if column.type.startswith("timestamp"):
        return book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    return book.add_format({"num_format": SHOWN.get(column.unit or "", "General")})


def _cells(sheet: Any, number: int, row: Iterable[Any], formats: list[Any]) -> None:
    for place, value in enumerate(row):
        if isinstance(value, bool):
            sheet.write_boolean(number, place, value)
        elif isinstance(value, int | Decimal):
            sheet.write_number(number, place, value, formats[place])
        elif isinstance(value, datetime | date):
            sheet.write_datetime(number, place, value, formats[place])
        elif value is not None:
            sheet.write_string(number, place, str(value))

"""What `tieout report` and `tieout drill` do. Each gives whether all is well, which becomes the exit code.

Keep out: options and help (cli_report.py), what is asked of the snapshot (reports.py), tables (views_report.py)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from orchestration import config as settings
from orchestration import console, reports, views_report
from reporting import files
from reporting.close import ReportError
from reporting.on_read import Answer


def report(name: str, asked: dict[str, Any], out: Path | None, home: Path | None, format_: str) -> bool:
    _check(out, format_)
    _give(reports.ask(settings.snapshot(home), name, reports.Asked(**asked)), out, format_)
    return True


def drill(
    name: str, asked: dict[str, Any], row: Sequence[str], column: str, out: Path | None, home: Path | None, format_: str
) -> bool:
    _check(out, format_)
    cell = reports.behind(settings.snapshot(home), name, reports.Asked(**asked), row, column)
    console.note().print(views_report.told(cell))
    _give(cell.behind, out, format_)
    return True


def _check(out: Path | None, format_: str) -> None:
    if format_ in ("xlsx", "parquet") and out is None:
        raise ReportError(f"--format {format_}: is written to a file; name it with --out")
    if format_ == "table" and out is not None:
        raise ReportError(f"--out {out}: name the form of the file with --format: {', '.join(files.FORMATS)}")


def _give(found: Answer, out: Path | None, format_: str) -> None:
    if out is not None:
        files.write(found, format_, out)
        console.note().print(f"{out}: {found.rows.height:,} rows of {found.report.name}, version {found.version}")
    elif format_ == "table":
        screen = console.out(width=None if sys.stdout.isatty() else console.ENDLESS)
        screen.print(views_report.rows(found, screen.width))
    else:
        sys.stdout.write(files.text(found, format_))


def report_list(home: Path | None, format_: str) -> bool:
    found = reports.catalogue(settings.snapshot(home))
    told = [{"name": one.name, "purpose": one.purpose, "schema": one.schema} for one in found.values()]
    console.show(format_, {"reports": told}, views_report.catalogue(found))
    return True


def report_describe(name: str, home: Path | None, format_: str) -> bool:
    found = reports.described(settings.snapshot(home), name)
    console.show(format_, found, views_report.described(found))
    return True

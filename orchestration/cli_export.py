"""The command `tieout export`: its options and help. Light to import.

Keep out: what it does (commands_export.py)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from orchestration.cli_options import DAY, ConfigFile, Home, do


def export(
    context: typer.Context,
    *,
    site: Annotated[str, typer.Option(help="The shop's name in tieout.yml.")],
    date: Annotated[datetime, typer.Option(formats=DAY, metavar="YYYY-MM-DD", help="The business day.")],
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the file is written.")],
    format_: Annotated[
        Literal["csv", "iif"], typer.Option("--format", help="CSV with headers, or IIF for QuickBooks.")
    ],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who exports it.")] = "",
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Write a day's journal for the books: debits and credits of every line of the report, on your accounts.

    A day is exported once. Exported again, it gives what has changed since as a journal of its own, and nothing when
    nothing has: every file may be taken into the books once.

    Example:  tieout export --site chi --date 2026-03-10 --to books --format iif --by "Ann Lee"
    """
    do(context, "export", "commands_export", site=site, day=date.date(), folder=to, form=format_, by=by,
       config=config, home=home)  # fmt: skip

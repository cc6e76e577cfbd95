"""The command `tieout report`: its options and help. Light to import.

Keep out: what it does (commands.py)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from orchestration.cli_options import DAY, Home, do


def report(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="The report; --list names them all.")] = None,
    *,
    first: Annotated[datetime | None, typer.Option("--from", formats=DAY, metavar="YYYY-MM-DD")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=DAY, metavar="YYYY-MM-DD")] = None,
    period: Annotated[
        str | None,
        typer.Option(help="today, yesterday, this_week, last_month, last_30_days ... by each shop's own clock."),
    ] = None,
    site: Annotated[list[str] | None, typer.Option(help="Only this shop; may be given more than once.")] = None,
    region: Annotated[list[str] | None, typer.Option(help="Only shops of this region.")] = None,
    grain: Annotated[
        Literal["day", "week", "month", "quarter", "year", "none"], typer.Option(help="How the days are cut.")
    ] = "none",
    filter_: Annotated[
        list[str] | None, typer.Option("--filter", help="advisor=Kim, tech~lee (contains), gp_pct<0.4")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of the screen.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="Name every report.")] = False,
    describe: Annotated[bool, typer.Option(help="Say what the report means, column by column.")] = False,
    home: Home = None,
    format_: Annotated[Literal["table", "csv", "json", "xlsx", "parquet"], typer.Option("--format")] = "table",
) -> None:
    """Any report over any days and shops, computed from what is published.

    Example:  tieout report sales_summary --period last_month --site chi

    Example:  tieout report ro_detail --period this_week --filter "gp_pct<0.4" --format xlsx --out ro.xlsx
    """
    days = {"first": first and first.date(), "last": last and last.date(), "period": period}
    asked = {**days, "sites": site or (), "regions": region or (), "grain": grain, "filters": filter_ or ()}
    if list_ or name is None:
        do(context, "report_list", home=home, format_=format_)
    if describe:
        do(context, "report_describe", name=name, home=home, format_=format_)
    do(context, "report", name=name, asked=asked, out=out, home=home, format_=format_)

"""The command `tieout diff`: its options and help. Light to import.

Keep out: what it does (commands_diff.py)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from orchestration.cli_options import DAY, Format, Home, do

Day = Annotated[datetime | None, typer.Option("--date", formats=DAY, metavar="YYYY-MM-DD", help="Only this day.")]
First = Annotated[datetime | None, typer.Option("--from-date", formats=DAY, metavar="YYYY-MM-DD", help="Only from,")]
Last = Annotated[datetime | None, typer.Option("--to-date", formats=DAY, metavar="YYYY-MM-DD", help="or up to it.")]
Earlier = Annotated[str, typer.Option("--from", metavar="VERSION", help="The earlier version; or previous, current.")]
Later = Annotated[str, typer.Option("--to", metavar="VERSION", help="The later version.")]


def diff(
    context: typer.Context,
    *,
    earlier: Earlier = "previous",
    later: Later = "current",
    site: Annotated[list[str] | None, typer.Option("--site", help="Only this shop; more than once.")] = None,
    date: Day = None,
    first: First = None,
    last: Last = None,
    home: Home = None,
    format_: Format = "table",
) -> None:
    """Why a number is not what it was: figures that differ between two published versions, and the repair orders and
    payments that were added, removed or changed, with what they said before and who wrote it.

    Example:  tieout diff --site chi --date 2026-03-10

    Example:  tieout diff --from 20260310T020000000000Z --to current --from-date 2026-03-01
    """
    if date and (first or last):
        raise typer.BadParameter("--date and --from-date, --to-date exclude each other")
    if first and last and last < first:
        raise typer.BadParameter(f"--to-date {last:%Y-%m-%d} is before --from-date {first:%Y-%m-%d}")
    days = [one.date() if one else None for one in (date or first, date or last)]
    do(context, "diff", "commands_diff", names=(earlier, later), sites=site or [], days=days, home=home,
       format_=format_)  # fmt: skip

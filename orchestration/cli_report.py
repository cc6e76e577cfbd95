"""The commands `tieout report` and `tieout drill`: their options and help. Light to import.

Keep out: what they do (commands_report.py)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from orchestration.cli_options import DAY, Home, do

First = Annotated[datetime | None, typer.Option("--from", formats=DAY, metavar="YYYY-MM-DD")]
Last = Annotated[datetime | None, typer.Option("--to", formats=DAY, metavar="YYYY-MM-DD")]
Period = Annotated[
    str | None, typer.Option(help="today, yesterday, this_week, last_month, last_30_days ... by each shop's own clock.")
]
Sites = Annotated[list[str] | None, typer.Option("--site", help="Only this shop; may be given more than once.")]
Regions = Annotated[list[str] | None, typer.Option("--region", help="Only shops of this region.")]
Grain = Annotated[
    Literal["day", "week", "month", "quarter", "year", "none"], typer.Option(help="How the days are cut.")
]
Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter", help="advisor=Kim, tech~lee (contains), gp_pct<0.4; or an option, conversion_window_days=60"
    ),
]
Moment = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"], metavar="YYYY-MM-DDTHH:MM+ZZZZ",
                 help="The instant that counts as now. [default: now]", show_default=False),
]  # fmt: skip
Out = Annotated[Path | None, typer.Option(help="Write to this file instead of the screen.")]
Form = Annotated[Literal["table", "csv", "json", "xlsx", "parquet"], typer.Option("--format")]


def report(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="The report; --list names them all.")] = None,
    *,
    first: First = None,
    last: Last = None,
    period: Period = None,
    site: Sites = None,
    region: Regions = None,
    grain: Grain = "none",
    filter_: Filters = None,
    as_of: Moment = None,
    out: Out = None,
    list_: Annotated[bool, typer.Option("--list", help="Name every report.")] = False,
    describe: Annotated[bool, typer.Option(help="Say what the report means, column by column.")] = False,
    home: Home = None,
    format_: Form = "table",
) -> None:
    """Any report over any days and shops, computed from what is published.

    Example:  tieout report sales_summary --period last_month --site chi

    Example:  tieout report ro_detail --period this_week --filter "gp_pct<0.4" --format xlsx --out ro.xlsx
    """
    if list_ or name is None:
        do(context, "report_list", "commands_report", home=home, format_=format_)
    if describe:
        do(context, "report_describe", "commands_report", name=name, home=home, format_=format_)
    asked = _asked(first, last, period, site, region, grain, filter_, as_of)
    do(context, "report", "commands_report", name=name, asked=asked, out=out, home=home, format_=format_)


def drill(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The report.")],
    *,
    column: Annotated[str, typer.Option(help="The count or sum whose rows are wanted.")],
    row: Annotated[
        list[str] | None, typer.Option(help="What tells the row: site=chi, advisor=Kim; may be given more than once.")
    ] = None,
    first: First = None,
    last: Last = None,
    period: Period = None,
    site: Sites = None,
    region: Regions = None,
    grain: Grain = "none",
    filter_: Filters = None,
    as_of: Moment = None,
    out: Out = None,
    home: Home = None,
    format_: Form = "table",
) -> None:
    """The rows behind one figure of a report: their sum, or how many they are, is the figure.

    Example:  tieout drill service_writer_summary --period last_month --row site=chi --row advisor=Kim --column ros
    """
    asked = _asked(first, last, period, site, region, grain, filter_, as_of)
    do(context, "drill", "commands_report", name=name, asked=asked, row=row or (), column=column, out=out, home=home,
       format_=format_)  # fmt: skip


def _asked(
    first: datetime | None, last: datetime | None, period: str | None, site: list[str] | None,
    region: list[str] | None, grain: str, filter_: list[str] | None, as_of: datetime | None,
) -> dict[str, Any]:  # fmt: skip
    days = {"first": first and first.date(), "last": last and last.date(), "period": period, "as_of": as_of}
    return {**days, "sites": site or (), "regions": region or (), "grain": grain, "filters": filter_ or ()}

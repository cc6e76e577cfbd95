"""The command line `tieout`: its commands, options and help. Light to import, so that help is there at once.

Keep out: what a command does (commands.py) and how errors are told (console.py)."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Literal

import typer

from orchestration.cli_close import close
from orchestration.cli_diff import diff
from orchestration.cli_export import export
from orchestration.cli_options import DAY, ConfigFile, Connections, Debug, Format, Full, Home, do
from orchestration.cli_report import drill, report

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
quarantine_app = typer.Typer(no_args_is_help=True, help="Rows that were refused, with the reason: nothing is lost.")
config_app = typer.Typer(no_args_is_help=True, help="tieout.yml: your shops and their systems.")
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(config_app, name="config")
app.command()(close)
app.command()(report)
app.command()(drill)
app.command()(export)
app.command()(diff)


@app.callback()
def root(context: typer.Context, *, debug: Debug = False) -> None:
    """The data warehouse of companies that repair cars: every daily close ties out to the cent.

    Begin with a made-up company:  [bold]tieout demo[/]

    Then with your own shops:  [bold]cp tieout.example.yml tieout.yml[/],
    [bold]tieout config check[/],  [bold]tieout run[/],  [bold]tieout close --site chi --date 2026-03-10[/]

    Exit codes: 0 all is well, 1 a check or a source failed, 2 wrong usage or settings.
    """
    context.obj = debug


@app.command()
def demo(
    context: typer.Context,
    *,
    home: Home = None,
    shops: Annotated[int, typer.Option(min=1, max=500, help="Each speaks another system's protocol.")] = 4,
    days: Annotated[int, typer.Option(min=6, max=400)] = 45,
    seed: Annotated[int, typer.Option(help="The same seed makes the same company.")] = 7,
    breaks: Annotated[int, typer.Option(min=0, max=20, help="Of each kind, in each shop that can show it.")] = 1,
    format_: Format = "table",
) -> None:
    """Make a company, plant breaks in its books, and find them all.

    Example:  tieout demo --shops 8 --days 30 --seed 1
    """
    do(context, "demo", home=home, shops=shops, days=days, seed=seed, breaks=breaks, format_=format_)


@app.command()
def run(
    context: typer.Context,
    *,
    config: ConfigFile = None,
    home: Home = None,
    full_refresh: Full = False,
    format_: Format = "table",
) -> None:
    """Pull what changed, build, check, publish: the nightly job.

    A source that fails stops nothing else; what failed is in the summary, and the exit code is 1.

    Example, every night at 2:  0 2 * * *  tieout run --home /srv/tieout
    """
    do(context, "run", config=config, home=home, full_refresh=full_refresh, format_=format_)


@app.command()
def pull(
    context: typer.Context,
    *,
    connection: Connections = None,
    from_: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=DAY,
            metavar="YYYY-MM-DD",
            help="Read these business days again: the first,",
        ),
    ] = None,
    to: Annotated[
        datetime | None,
        typer.Option("--to", formats=DAY, metavar="YYYY-MM-DD", help="and the last."),
    ] = None,
    config: ConfigFile = None,
    home: Home = None,
    format_: Format = "table",
) -> None:
    """Pull what changed at the sources into landing.

    Example:  tieout pull --connection chi_dms --from 2026-03-01 --to 2026-03-10
    """
    if (from_ is None) != (to is None):
        raise typer.BadParameter("give both --from and --to, or neither")
    if from_ and to and to < from_:
        raise typer.BadParameter(f"--to {to:%Y-%m-%d} is before --from {from_:%Y-%m-%d}")
    dates = (from_.date(), to.date()) if from_ and to else None
    do(context, "pull", names=connection or [], dates=dates, config=config, home=home, format_=format_)


@app.command()
def backfill(
    context: typer.Context,
    *,
    connection: Annotated[list[str], typer.Option("--connection", help="Which; may be given more than once.")],
    from_: Annotated[
        datetime, typer.Option("--from", formats=DAY, metavar="YYYY-MM-DD", help="The first business day.")
    ],
    to: Annotated[
        datetime | None,
        typer.Option("--to", formats=DAY, metavar="YYYY-MM-DD", help="The last. [default: that of the first pull]"),
    ] = None,
    chunk: Annotated[Literal["week", "month", "quarter", "year"], typer.Option(help="What one pull reads.")] = "month",
    chunks: Annotated[int | None, typer.Option(min=1, help="At most so many now: an API's daily budget.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0, help="Begin no chunk after so many minutes.")] = None,
    config: ConfigFile = None,
    home: Home = None,
    format_: Format = "table",
) -> None:
    """Read years of history, a chunk at a time, newest first.

    Killed or ended by its budget, the same command goes on where it was. A nightly pull goes first when it comes.

    Example, a year a night:  tieout backfill --connection chi_dms --from 2018-01-01 --chunks 12
    """
    if to and to < from_:
        raise typer.BadParameter(f"--to {to:%Y-%m-%d} is before --from {from_:%Y-%m-%d}")
    last = to.date() if to else None
    extent = {"first": from_.date(), "last": last, "chunk": chunk, "chunks": chunks, "minutes": minutes}
    do(context, "backfill", names=connection, extent=extent, config=config, home=home, format_=format_)


@app.command()
def build(
    context: typer.Context,
    *,
    config: ConfigFile = None,
    home: Home = None,
    full_refresh: Full = False,
    format_: Format = "table",
) -> None:
    """Build the warehouse from what has landed, and check it.

    Example, after a change of mappings:  tieout build --full-refresh
    """
    do(context, "build", config=config, home=home, full_refresh=full_refresh, format_=format_)


@app.command()
def replay(
    context: typer.Context,
    *,
    connection: Connections = None,
    config: ConfigFile = None,
    home: Home = None,
    format_: Format = "table",
) -> None:
    """Take all that has landed anew, after a map, a contract or a model has changed: no source is asked.

    Refused rows are judged again (with --connection, only its own), then everything is built and published. Landed
    rows keep the source's own words, so that maps of states, methods and sites hold for all history; so do fields that
    no contract knew when they landed, and one knows now. What was never read cannot be replayed: a column that a
    mapping file names for the first time is read by the next pull.

    Example, after a payment method was mapped:  tieout replay
    """
    do(context, "replay", names=connection or [], config=config, home=home, format_=format_)


@app.command()
def publish(context: typer.Context, *, home: Home = None, format_: Format = "table") -> None:
    """Put the last good build where people and BI tools read it.

    They read published/current.duckdb, or published/current/SCHEMA/MART.parquet, under the home.
    """
    do(context, "publish", home=home, format_=format_)


@app.command()
def status(context: typer.Context, *, config: ConfigFile = None, home: Home = None, format_: Format = "table") -> None:
    """Show connections and last pulls, the quarantine, what is published, and days that do not tie."""
    do(context, "status", config=config, home=home, format_=format_)


@app.command()
def alerts(
    context: typer.Context,
    *,
    test: Annotated[bool, typer.Option("--test", help="Only say to everybody that the channel works.")] = False,
    config: ConfigFile = None,
    home: Home = None,
    format_: Format = "table",
) -> None:
    """Look once for what is wrong, and tell those whom tieout.yml names under alerts: each thing once.

    Dagster does it every five minutes; without Dagster:

    Example:  */5 * * * *  tieout alerts --home /srv/tieout

    A channel that fails is tried again the next time, and the exit code is 1.
    """
    do(context, "alerts", "commands_alerts", test=test, config=config, home=home, format_=format_)


@quarantine_app.command("list")
def quarantine_list(
    context: typer.Context,
    *,
    connection: Connections = None,
    table: Annotated[list[str] | None, typer.Option("--table", help="Only this table of the sources.")] = None,
    rule: Annotated[list[str] | None, typer.Option("--rule", help="Only this reason, such as unmapped_site.")] = None,
    site: Annotated[list[str] | None, typer.Option("--site", help="Only this code, as the source writes it.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=DAY, metavar="YYYY-MM-DD", help="Refused on that day or later."),
    ] = None,
    status: Annotated[
        Literal["open", "repeated", "superseded", "gone", "replayed"],
        typer.Option(help="open waits for you; superseded has been said otherwise by the source since."),
    ] = "open",
    rows: Annotated[bool, typer.Option("--rows", help="Every row by itself, not by reason.")] = False,
    home: Home = None,
    format_: Format = "table",
) -> None:
    """List refused rows: how many, for which reason, since when, and the money that the figures lack for them.

    A row that every pull refuses again is counted once.

    Example:  tieout quarantine list --connection chi_dms --rule unmapped_method --rows
    """
    wanted = {
        "connections": connection or [], "tables": table or [], "rules": rule or [], "sites": site or [],
        "since": since.date() if since else None, "status": status,
    }  # fmt: skip
    do(context, "quarantine_list", wanted=wanted, rows=rows, home=home, format_=format_)


@quarantine_app.command("replay")
def quarantine_replay(
    context: typer.Context,
    *,
    connection: Connections = None,
    config: ConfigFile = None,
    home: Home = None,
    format_: Format = "table",
) -> None:
    """Judge refused rows again after a map was fixed; what passes is landed for the next build.

    Example:  tieout quarantine replay --connection chi_dms
    """
    do(context, "quarantine_replay", names=connection or [], config=config, home=home, format_=format_)


@config_app.command("check")
def config_check(
    context: typer.Context,
    *,
    connection: Connections = None,
    config: ConfigFile = None,
    home: Home = None,
    format_: Format = "table",
) -> None:
    """Name every mistake of tieout.yml at once; then connect, and list what each connection offers.

    Example:  tieout config check --connection chi_dms
    """
    do(context, "config_check", names=connection or [], config=config, home=home, format_=format_)


def main() -> None:
    """Entry point of the console script; --debug counts wherever it stands."""
    words = sys.argv[1:]
    debug = ["--debug"] if "--debug" in words else []
    typer.main.get_command(app)([*debug, *(word for word in words if word != "--debug")])

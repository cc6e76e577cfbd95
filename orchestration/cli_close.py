"""The command `tieout close`: its options and help. Light to import.

Keep out: what it does (commands_close.py), and which rules it goes by (closing/)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import typer

from orchestration.cli_options import DAY, ConfigFile, Home, do

COMMANDS = "commands_close"
Sites = Annotated[
    list[str] | None, typer.Option("--site", help="The shop's name in tieout.yml; more than once, or 'all'.")
]
Day = Annotated[datetime | None, typer.Option("--date", formats=DAY, metavar="YYYY-MM-DD", help="The business day.")]
First = Annotated[
    datetime | None, typer.Option("--from", formats=DAY, metavar="YYYY-MM-DD", help="Many days: the first,")
]
To = Annotated[str | None, typer.Option("--to", metavar="YYYY-MM-DD|NAME", help="and the last. Of --assign: to whom.")]
Month = Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="The whole month.")]
Layout = Annotated[Literal["v1.31", "v30"], typer.Option(help="Of R.O. Writer's Sales Summary.")]
Sign = Annotated[bool, typer.Option("--sign", help="Sign the day, or close the month.")]
Reopen = Annotated[bool, typer.Option("--reopen", help="Open again what another person has signed.")]
Accepts = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="ID=REASON", help="Sign although a control objects: C-11:10456=refunded by "
                 "cheque 77; C-11=... for all that it objects to; may be given more than once."),
]  # fmt: skip
Assign = Annotated[str | None, typer.Option("--assign", metavar="BREAK", help="Give a break an owner, with --to.")]
Resolve = Annotated[str | None, typer.Option("--resolve", metavar="BREAK", help="Say what became of a break.")]
Restated = Annotated[bool, typer.Option("--restated", help="What signed days have come to since.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")]
Verify = Annotated[bool, typer.Option("--verify", help="Compute the journal's hashes anew, and those of its files.")]
Head = Annotated[str | None, typer.Option("--head", metavar="HASH", help="Of --verify: the last head that you kept.")]
Form = Annotated[
    Literal["table", "json", "csv"],
    typer.Option("--format", help="Tables for people, JSON for machines; a month as CSV too."),
]


def close(
    context: typer.Context,
    *,
    site: Sites = None,
    day: Day = None,
    first: First = None,
    to: To = None,
    month: Month = None,
    layout: Layout = "v1.31",
    sign: Sign = False,
    accept: Accepts = None,
    reopen: Reopen = False,
    assign: Assign = None,
    resolve: Resolve = None,
    by: By = "",
    reason: Reason = "",
    restated: Restated = False,
    verify: Verify = False,
    head: Head = None,
    config: ConfigFile = None,
    home: Home = None,
    format_: Form = "table",
) -> None:
    """Show one shop's day: the Sales Summary, whether it ties, what broke it, and whether it is signed.

    Example:  tieout close --site chi --date 2026-03-10

    Where all shops' days of a month stand, or those of one with --site:  tieout close --month 2026-03

    Sign it, once every objection of a blocking control is gone or accepted with a reason; many days at once; a month:

    tieout close --site chi --date 2026-03-10 --sign --by "Ann Lee" --reason "counted" --accept "C-11:10456=refunded"

    tieout close --site all --from 2026-03-01 --to 2026-03-10 --sign --by "Ann Lee" --reason "counted"

    tieout close --site chi --month 2026-03 --sign --by "Ann Lee" --reason "all days are closed"

    A second person may reopen it with --reopen. Who looks after a break, and what became of it:

    tieout close --site chi --date 2026-03-10 --assign R11:10456 --to "Bo Chen" --by "Ann Lee"

    What has moved on signed days, order by order:  tieout close --restated

    Whether anybody has altered what was signed:  tieout close --verify --head LAST_HEAD_THAT_YOU_KEPT
    """
    acts = {"--sign": sign, "--reopen": reopen, "--assign": assign, "--resolve": resolve}
    doing = _one({**acts, "--restated": restated, "--verify": verify})
    _check(doing, format_, accept, head, month, day or first or to)
    if doing == "--verify":
        do(context, "verify", COMMANDS, head=head, home=home, format_=format_)
    if doing == "--restated":
        do(context, "restated", "commands_restated", sites=site or (), home=home, format_=format_)
    if month and not doing:
        do(context, "month", "commands_calendar", month=month, sites=site or (), home=home, format_=format_)
    if not site:
        raise typer.BadParameter("which shop? give --site")
    who = {"by": by, "reason": reason, "config": config, "home": home, "format_": format_}
    if doing in ("--sign", "--reopen"):
        when = {"month": month} if month else _span(day, first, to)
        accepts = {"accept": accept or []} if doing == "--sign" else {}
        do(context, doing.strip("-"), COMMANDS, sites=site, when=when, **accepts, **who)
    if day is None or len(site) > 1:
        raise typer.BadParameter("one shop's day at a time: give one --site and --date")
    if doing:
        more: dict[str, Any] = {"named": assign, "owner": to or ""} if assign else {"named": resolve}
        do(context, doing.strip("-"), COMMANDS, site=site[0], day=day.date(), **more, **who)
    do(context, "show", COMMANDS, site=site[0], day=day.date(), layout=layout, home=home, format_=format_)


def _check(
    doing: str, format_: str, accept: list[str] | None, head: str | None, month: str | None, days: object
) -> None:
    """What does not go together."""
    if accept and (doing != "--sign" or month):
        raise typer.BadParameter("--accept goes with --sign of days; a month has nothing of its own to accept")
    if head and doing != "--verify":
        raise typer.BadParameter("--head goes with --verify")
    if month and days:
        raise typer.BadParameter("give --month, or days, not both")
    if format_ == "csv" and (doing or not month):
        raise typer.BadParameter("--format csv is of --month alone; take json")


def _one(asked: dict[str, Any]) -> str:
    """The one thing to do; nothing is to show."""
    found = [option for option, value in asked.items() if value]
    if len(found) > 1:
        raise typer.BadParameter(f"{' and '.join(found)}: do one at a time")
    return found[0] if found else ""


def _span(day: datetime | None, first: datetime | None, to: str | None) -> dict[str, date]:
    if day and not first and not to:
        return {"first": day.date(), "last": day.date()}
    if day or not first or not to:
        raise typer.BadParameter("which days? give --date, or --from and --to, or --month")
    try:
        last = date.fromisoformat(to)
    except ValueError:
        raise typer.BadParameter(f"--to '{to}': is no day; write it as 2026-03-10") from None
    if last < first.date():
        raise typer.BadParameter(f"--to {to} is before --from {first:%Y-%m-%d}")
    return {"first": first.date(), "last": last}

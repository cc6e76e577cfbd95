"""What `tieout alerts` shows of a round.

Keep out: what is sent to channels (message.py)."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from orchestration.alerting.found import Alert
from orchestration.alerting.rounds import Round
from orchestration.views import BAD, GOOD, QUIET, table

STYLES = {"critical": BAD, "warning": "yellow", "info": ""}
AT_MOST = 40


def round_(done: Round) -> RenderableType:
    """All that is open, the newest marked; then who was told, and who could not be."""
    return Group(*_open(done), *_sent(done))


def told(done: Round) -> RenderableType:
    """Only who was told."""
    return Group(*_sent(done))


def _open(done: Round) -> Iterator[RenderableType]:
    if not done.open:
        yield Text("Alerts     nothing is open", style=GOOD)
        return
    new = {alert.key for alert in done.new}
    shown = table("", "Severity", "Kind", "Site", "Day", "What")
    for alert in sorted(done.open, key=lambda one: one.key not in new)[:AT_MOST]:
        shown.add_row("new" if alert.key in new else "", *_cells(alert))
    yield shown
    yield Text(f"Alerts     {len(new):,} new, {len(done.open):,} open", style=QUIET)


def _cells(alert: Alert) -> list[Text]:
    severity = Text(alert.severity, style=STYLES[alert.severity])
    day = f"{alert.day}" if alert.day else ""
    return [severity, *(Text(part) for part in (alert.kind, alert.site or "", day, alert.text))]


def _sent(done: Round) -> Iterator[Text]:
    if not done.channels:
        yield Text("Told       nobody: tieout.yml names no channel under alerts:", style=BAD)
    elif not done.sent and not done.failed:
        yield Text("Told       nobody: there is nothing that somebody has not heard", style=GOOD)
    for one in done.sent:
        to = f" {one.address}" if one.address else ""
        count = f", {one.alerts:,} in it" if one.what != "test" else ""
        yield Text(f"Told       {one.channel}{to}: {one.what}{count}", style=GOOD)
    for one in done.failed:
        to = f" {one.address}" if one.address else ""
        yield Text(f"Not told   {one.channel}{to}: {one.why}; the next round tries again", style=BAD)
    if done.unread:
        yield Text(f"Not read   {done.unread}", style=BAD)

"""What the demo prints: shops and their days, each planted break beside what was found, the verdict.

Keep out: finding it out."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from orchestration import views
from orchestration.demo import Demo
from orchestration.demo_score import Match, Row, Score
from reporting.close_text import money
from reporting.days import by_site


def tell(demo: Demo) -> Iterator[RenderableType]:
    yield views.run(demo.run)
    if demo.score is None:
        return
    yield from ("", _shops(demo))
    yield from ("", _controls(demo))
    if demo.score.matches:
        yield from ("", _breaks(demo.score))
    if demo.score.others:
        yield from ("", _others(demo.score.others))
    yield from ("", verdict(demo.score), "", *_next(demo))


def _shops(demo: Demo) -> RenderableType:
    numbers = ("Days", "Tie", "Do not tie", "Net", "Unexplained")
    shown = views.table("Shop", *numbers, numbers=numbers)
    for site, days in by_site(demo.days).items():
        tied = sum(day.ties for day in days)
        net, unexplained = sum(day.delta for day in days), sum(day.unexplained for day in days)
        shown.add_row(site, str(len(days)), str(tied), str(len(days) - tied), f"{net:,.2f}", f"{unexplained:,.2f}")
    return shown


def _controls(demo: Demo) -> RenderableType:
    """A control that could not fail proves nothing: both counts stand beside each other."""
    numbers = ("Controls run", "Could fail", "Compared", "Exceptions")
    shown = views.table("Shop", *numbers, "Failing", "Warning", "Not run", numbers=numbers)
    for one in demo.controls:
        lists = (" ".join(one.failing), " ".join(one.warning), " ".join(control for control, _ in one.idle))
        counts = (one.ran, one.could_fail, one.compared, one.exceptions)
        shown.add_row(one.site, *(f"{count:,}" for count in counts), *lists)
    return shown


def _breaks(score: Score) -> RenderableType:
    shown = views.table("Cause", "Shop", "Day", "Planted on", "Amount", "Found", numbers=("Amount",))
    for match in score.matches:
        planted = match.planted
        subject = match.expected[0]
        shown.add_row(
            planted.cause, planted.site, str(planted.business_date), _subject(subject), money(planted.amount),
            _found(match),
        )  # fmt: skip
    return shown


def _subject(row: Row) -> str:
    return f"RO {row.ro_number}" if row.ro_number else f"payment {row.payment}"


def _found(match: Match) -> Text:
    if not match.complete:
        missing = [row for row in match.expected if row not in match.found]
        return Text("no: " + ", ".join(f"{row.day} {money(row.delta)}" for row in missing), style=views.BAD)
    sides = "both sides" if len(match.found) > 1 else "yes"
    return Text(f"{sides}: {match.found[0].cause}, {_subject(match.found[0])}", style=views.GOOD)


def _others(rows: list[Row]) -> RenderableType:
    shown = views.table("Found but not planted", "Shop", "Day", "On", "Amount", numbers=("Amount",))
    for row in rows:
        shown.add_row(row.cause, row.site, str(row.day), _subject(row), money(row.delta), style=views.BAD)
    return shown


def verdict(score: Score) -> Text:
    style = "bold green" if score.ok else views.BAD
    return Text(f"found {score.found} of {len(score.matches)} planted breaks, {len(score.others)} others", style=style)


def _next(demo: Demo) -> Iterator[RenderableType]:
    broken = next((day for day in demo.days if not day.ties), demo.days[-1] if demo.days else None)
    if broken:
        yield Text("Try next:", style="bold")
        yield Text(f"  tieout close --home {demo.home} --site {broken.site} --date {broken.day}")
        yield Text(f"  tieout status --home {demo.home}")

"""What the command line shows of pulls, builds and the state of a home, as Rich tables.

Keep out: finding it out, the quarantine (views_quarantine.py), and the daily close (reporting/close_text.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orchestration.landing import Pulled
from orchestration.pipeline import Run
from orchestration.publish import Published
from orchestration.status import Status
from orchestration.warehouse import BuildResult

GOOD, BAD, QUIET = "green", "bold red", "dim"
SKIPPED = "not built: "  # what a build says of a model that had to wait for a failed one


def table(*columns: str, numbers: Sequence[str] = (), title: str = "") -> Table:
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", title=title, title_justify="left")
    for column in columns:
        last = column == columns[-1]
        made.add_column(column, justify="right" if column in numbers else "left", no_wrap=not last, overflow="fold")
    return made


def pulls(pulled: Sequence[Pulled]) -> RenderableType:
    numbers = ("Rows in", "Landed", "Unchanged", "Quarantined", "Deleted")
    shown = table("Connection", "Kind", *numbers, "Result", numbers=numbers)
    for one in pulled:
        counts = [f"{one.total(name.lower().replace(' ', '_')):,}" for name in numbers]
        shown.add_row(one.connection, one.kind, *counts, _result(one))
    return Group(shown, *_details(pulled))


def _result(one: Pulled) -> Text:
    if one.error:
        return Text("failed", style=BAD)
    if one.failed:
        return Text(f"failed: {', '.join(sorted(one.failed))}", style=BAD)
    if one.fetched is not None:
        return Text(f"{one.fetched} fetched" if one.fetched else "nothing new to fetch", style=GOOD)
    return Text("ok", style=GOOD)


def _details(pulled: Sequence[Pulled]) -> list[Text]:
    lines = []
    for one in pulled:
        if one.error:
            lines.append(Text(f"{one.connection}: {one.error}", style=BAD))
        lines += [Text(f"{one.connection}.{name}: {why}", style=BAD) for name, why in sorted(one.failed.items())]
        lines += [Text(f"{one.connection}: {warning}", style="yellow") for warning in one.warnings]
    return lines


def build(result: BuildResult) -> RenderableType:
    if result.nothing_new:
        return Group(Text("Build      nothing new"), *_failures(result))
    kind = f"full ({result.reason})" if result.full else "what changed"
    line = Text(f"Build      {kind}, {result.nodes} models and checks in {result.seconds:.1f} s")
    return Group(line, *_failures(result))


def _failures(result: BuildResult) -> list[Text]:
    warned = [Text(f"  warning: {_short(one)}", style="yellow") for one in result.warnings]
    if result.ok:
        return [Text("Checks     all passed", style=GOOD), *warned]
    waiting = [one for one in result.failed if SKIPPED in one]
    broken = [one for one in result.failed if SKIPPED not in one]
    lines = [f"{len(broken)} models failed, {len(waiting)} more wait for them"] if broken else []
    lines += [f"{len(result.blocking_failures)} failed"] if result.blocking_failures else []
    told = [Text(f"  {_short(one)}", style=BAD) for one in [*broken, *result.blocking_failures]]
    return [Text(f"Checks     {'; '.join(lines)}", style=BAD), *told, *warned]


def _short(message: str) -> str:
    """The beginning of a message; all of it is in --format json."""
    text = " ".join(message.split())
    return text if len(text) <= 300 else f"{text[:300]} ..."


def published(now: Published | None, refused: Sequence[str] = ()) -> RenderableType:
    if refused:
        stays = f"readers keep version {now.version}" if now else "nothing is published yet"
        return Text(f"Published  no: {stays}", style=BAD)
    if now is None:
        return Text("Published  nothing yet")
    if now.nothing_new:
        return Text(f"Published  version {now.version} stays: nothing changed")
    what = f"{now.marts} marts, {now.written} of them changed, in {now.seconds:.1f} s"
    return Text(f"Published  version {now.version}: {what}", style=GOOD)


def run(done: Run) -> RenderableType:
    return Group(pulls(done.pulled), "", build(done.build), published(done.published, done.refused))


def status(state: Status) -> RenderableType:
    shown = table("Connection", "Kind", "Last pull", "Age", "Quarantined", "Last result", numbers=("Quarantined",))
    for one in state.connections:
        style = GOOD if one.result == "complete" else BAD
        shown.add_row(
            one.connection, one.kind, _when(one.last_pull), age(one.age), f"{one.quarantined:,}",
            Text(one.result, style=style),
        )  # fmt: skip
    breaks = _open_breaks(state.open_breaks) if state.published else []
    lost = [Text(f"Unmapped   {one}", style=BAD) for one in state.unplaced]
    broken = [Text(f"Journal    {state.journal}", style=BAD)] if state.journal else []
    return Group(shown, "", _published_line(state), *broken, *breaks, *lost)


def _published_line(state: Status) -> Text:
    if state.published is None:
        return Text("Published  nothing yet; run 'tieout run'", style=BAD)
    text = Text(f"Published  version {state.published.version}, {state.published.marts} marts")
    if state.held_back:
        text.append(f"; a newer build is held back by {len(state.held_back)} failed checks", style=BAD)
    return text


def _open_breaks(breaks: Mapping[str, Mapping[str, object]]) -> list[RenderableType]:
    if not breaks:
        return [Text("Breaks     none: every published day ties", style=GOOD)]
    shown = table("Site", "Days that do not tie", "Breaks", "Net", "Last", numbers=("Breaks", "Net"))
    for site, found in breaks.items():
        shown.add_row(site, *(str(found[key]) for key in ("days", "breaks", "net", "last")))
    return ["", shown]


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"


def age(span: timedelta | None) -> str:
    """A span in its largest unit: 40 min, 5 h, 3 d."""
    if span is None:
        return "-"
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"


def offers(found: Mapping[str, list[str]], errors: Mapping[str, str]) -> RenderableType:
    lines: list[RenderableType] = []
    for name in [*found, *errors]:
        good = name in found
        lines.append(Text(f"{name}: {'connected' if good else 'failed'}", style=GOOD if good else BAD))
        lines += [Text(f"  {line}") for line in (found[name] if good else [errors[name]])]
    return Group(*lines)

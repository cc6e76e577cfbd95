"""What the command line shows of an export: the journal that was written, or why none was.

Keep out: exporting (exports.py)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.text import Text

from orchestration.closing import exported
from orchestration.exports import Export
from orchestration.views import BAD, GOOD, QUIET, table
from reporting.close_text import money

WARN = "bold yellow"


def export(made: Export, anchor: str = "") -> RenderableType:
    """`anchor`: what went wrong with handing the journal's head over."""
    about = f"{made.site} {made.day}"
    if made.entry is None:
        return Text(_nothing(made, about), style=QUIET)
    what = "what has changed since" if made.is_difference else "the day"
    head: list[RenderableType] = [Text(f"{about}: {what} is in {made.file}, entry {made.entry.seq}", style=GOOD)]
    return Group(*head, _lines(made), *_notes(made, anchor))


def _nothing(made: Export, about: str) -> str:
    if made.before is None:
        return f"{about}: nothing was sold and nothing paid; there is nothing to export"
    return f"{about}: nothing has changed since it was exported ({exported.said_of(made.before)}); nothing is written"


def _lines(made: Export) -> RenderableType:
    shown = table("Account", "Debit", "Credit", "Line", numbers=("Debit", "Credit"))
    for line in made.lines:
        shown.add_row(Text(line.account), *_sides(line.amount), Text(line.memo))
    shown.add_row("", money(made.debits), money(made.debits), "")
    return shown


def _sides(amount: Decimal) -> tuple[str, str]:
    return (money(amount), "") if amount > 0 else ("", money(-amount))


def _notes(made: Export, anchor: str) -> Iterator[RenderableType]:
    if made.before:
        yield Text(f"exported before: {exported.said_of(made.before)}", style=QUIET)
    if made.over_short:
        word = "over" if made.over_short > 0 else "short"
        yield Text(f"The day does not tie: {money(abs(made.over_short))} {word}; tieout close says why", style=WARN)
    if not made.signed:
        yield Text("The day is not signed: what still changes in it is another export's difference", style=WARN)
    yield Text(f"head {made.head}", style=QUIET)
    if anchor:
        yield Text(f"the head was not handed over, keep it yourself; {anchor}", style=BAD)

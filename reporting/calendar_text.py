"""The look of a month of the close: shops down, days across, a letter each. Colours only say again what letters say.

Keep out: where days stand (calendar.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.console import Group, RenderableType
from rich.text import Text

from reporting.calendar import MARKS, NONE, Calendar

STYLES = {
    "o": "dim", "T": "green", "e": "black on yellow", "U": "bold white on red", "C": "black on magenta",
    "S": "white on green", "R": "bold white on blue", NONE: "dim",
}  # fmt: skip
WIDE, NARROW = 3, 2  # columns of a day
WEEKDAYS = "MTWTFSS"
QUIET = "dim"


def render(found: Calendar, width: int) -> RenderableType:
    """For a screen of so many columns."""
    names = max((len(shop) for shop in found.shops), default=0) + 2
    cell = WIDE if names + WIDE * len(found.dates) + len("  30 of 30 signed") <= width else NARROW
    head = [_line(" " * names, [f"{day.day}" for day in found.dates], cell, QUIET)]
    head.append(_line(" " * names, [WEEKDAYS[day.weekday()] for day in found.dates], cell, QUIET))
    title = Text(f"Close of {found.span[0]:%B %Y}", style="bold")
    title.append(f"   version {found.version}", style=QUIET)
    return Group(title, "", *head, *(_shop(found, shop, names, cell) for shop in found.shops), "", *_legend(found))


def _line(name: str, words: list[str], cell: int, style: str) -> Text:
    return Text(name + "".join(f"{word:>{cell}}" for word in words), style=style, no_wrap=True)


def _shop(found: Calendar, shop: str, names: int, cell: int) -> Text:
    line = Text(f"{shop:<{names}}", no_wrap=True)
    for day in found.dates:
        letter = found.mark(shop, day)
        line.append(" " * (cell - NARROW))
        line.append(f"{letter:>{NARROW}}", style=STYLES[letter])
    closed = found.counted(shop)
    line.append(f"  {closed['S'] + closed['R']} of {sum(closed.values())} signed", style=QUIET)
    return line


def _legend(found: Calendar) -> Iterator[Text]:
    """Every letter that stands there, with how many days have it; and the days that somebody has to look at."""
    counts = found.counted()
    for letter, meaning in MARKS.items():
        if counts[letter]:
            line = Text(f"{counts[letter]:>5,}  ")
            line.append(f" {letter} ", style=STYLES[letter])
            yield line.append(f"  {meaning}{_worst(found, letter)}")
    if sum(counts.values()) < len(found.shops) * len(found.dates):
        yield Text(f"       {NONE}   not published", style=QUIET)


def _worst(found: Calendar, letter: str) -> str:
    """Where the largest difference of these days stands; nothing where they all tie."""
    days = [(abs(day.delta), shop, when) for (shop, when), day in found.days.items() if day.mark == letter]
    amount, shop, when = max(days, default=(0, "", date.min))
    return f"; the largest difference is {amount:,.2f}, {shop} {when}" if amount and letter in "eU" else ""

"""A month of the close: the letter of each day, the grid, what machines get, whether anything waits."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from reporting.calendar import MARKS, calendar, mark
from reporting.calendar_text import render
from reporting.catalogue import Report
from reporting.on_read import Answer

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
BROKEN = {"status": "broken", "tie_status": "explained", "delta": Decimal("-6.00")}
STANDS: dict[str, dict[str, Any]] = {
    "o": {"status": "open", "tie_status": "unexplained"},
    "T": {"status": "tied"},
    "e": BROKEN,
    "U": {"status": "broken", "tie_status": "unexplained", "delta": Decimal("1204.00")},
    "C": {"status": "broken"},
    "S": {"status": "signed", "tie_status": "explained", "signed_by": "Ann"},
    "R": {"status": "restated", "signed_by": "Ann"},
}


def row(site: str, day: int, **said: Any) -> dict[str, Any]:
    plain = {"status": "tied", "tie_status": "tied", "delta": Decimal(0), "signed_by": None}
    return {"site": site, "business_date": date(2026, 3, day)} | plain | said


def answer(*rows: dict[str, Any]) -> Answer:
    report = Report("close_calendar", "finance", "", "x", {}, None, (), (), {}, (), True, False, False, None, frozenset(), "")
    return Answer(report, (), pl.DataFrame(rows), "20260401T020000000000Z")


def lines(*rows: dict[str, Any], width: int = 120, colour: bool = False) -> list[str]:
    screen = Console(width=width, force_terminal=colour, color_system="truecolor" if colour else None, record=True)
    with screen.capture() as text:
        screen.print(render(calendar(answer(*rows), MARCH), width))
    return text.get().splitlines()


@pytest.mark.parametrize("letter", MARKS)
def test_every_standing_has_its_letter(letter: str) -> None:
    assert mark(row("chi", 1, **STANDS[letter])) == letter


def test_shops_are_down_and_days_across() -> None:
    rows = [row("chi", place + 1, **said) for place, said in enumerate(STANDS.values())]
    assert lines(*rows, row("den", 31)) == [
        "Close of March 2026   version 20260401T020000000000Z",
        "",
        "       1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31",
        "       S  M  T  W  T  F  S  S  M  T  W  T  F  S  S  M  T  W  T  F  S  S  M  T  W  T  F  S  S  M  T",
        "chi    o  T  e  U  C  S  R" + "  ." * 24 + "  2 of 7 signed",
        "den  " + "  ." * 30 + "  T  0 of 1 signed",
        "",
        "    1   o   open: the day is not over",
        "    2   T   tied: it can be signed",
        "    1   e   broken, and explained; the largest difference is 6.00, chi 2026-03-03",
        "    1   U   broken, and unexplained; the largest difference is 1,204.00, chi 2026-03-04",
        "    1   C   ties, but a blocking control objects",
        "    1   S   signed",
        "    1   R   restated: signed, and moved since",
        "       .   not published",
    ]


def test_a_narrow_screen_has_two_columns_for_a_day_and_no_line_is_broken() -> None:
    shown = lines(row("a_long_name", 1), row("b", 2), width=80)
    assert shown[2] == " " * 13 + "".join(f"{day:>2}" for day in range(1, 32))
    assert shown[4].startswith("a_long_name   T .")
    assert max(map(len, shown)) <= 93


def test_colours_only_say_what_letters_say() -> None:
    rows = [row("chi", place + 1, **said) for place, said in enumerate(STANDS.values())]
    coloured = lines(*rows, colour=True)
    assert "\x1b[" in "".join(coloured)
    plain = lines(*rows)
    assert "\x1b[" not in "".join(plain)
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in coloured] == plain


def test_a_month_is_well_when_no_day_waits_for_somebody() -> None:
    well = [row("chi", 1), row("chi", 2, **STANDS["S"]), row("chi", 3, **STANDS["o"])]
    assert calendar(answer(*well), MARCH).is_well
    for letter in ("e", "U", "C", "R"):
        assert not calendar(answer(*well, row("den", 1, **STANDS[letter])), MARCH).is_well


def test_days_of_other_months_are_left_out() -> None:
    rows = [row("chi", 1), row("chi", 2) | {"business_date": date(2026, 4, 1)}]
    found = calendar(answer(*rows), MARCH)
    assert [day for _, day in found.days] == [date(2026, 3, 1)]
    assert found.counted("chi") == {"T": 1}

"""A month of the close: where every shop's every day stands, as finance.close_calendar says.

Keep out: its look (calendar_text.py), and any judgement that the report has not made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from reporting.on_read import Answer
from reporting.periods import Span

# letter of a day -> what it means
MARKS = {
    "o": "open: the day is not over",
    "T": "tied: it can be signed",
    "e": "broken, and explained",
    "U": "broken, and unexplained",
    "C": "ties, but a blocking control objects",
    "S": "signed",
    "R": "restated: signed, and moved since",
}
NONE = "."  # no such day is published
TO_DO = ("e", "U", "C", "R")


@dataclass(frozen=True)
class Day:
    """One shop's day. `mark` is its letter."""

    mark: str
    delta: Decimal
    signed_by: str | None


@dataclass(frozen=True)
class Calendar:
    """`days` by shop and date; those that are not published are not in it."""

    span: Span
    version: str
    shops: tuple[str, ...]
    days: Mapping[tuple[str, date], Day]

    @property
    def dates(self) -> list[date]:
        first, last = self.span
        return [first + timedelta(days=place) for place in range((last - first).days + 1)]

    def mark(self, shop: str, day: date) -> str:
        found = self.days.get((shop, day))
        return found.mark if found else NONE

    def counted(self, shop: str | None = None) -> Counter[str]:
        """How many days have each letter, of one shop or of all."""
        return Counter(day.mark for (own, _), day in self.days.items() if shop in (None, own))

    @property
    def is_well(self) -> bool:
        """Whether no day waits for somebody to look at it."""
        return not any(day.mark in TO_DO for day in self.days.values())


def calendar(answer: Answer, span: Span) -> Calendar:
    """The rows of close_calendar, shops in the order of their names."""
    rows = answer.rows.to_dicts()
    days = {
        (row["site"], row["business_date"]): Day(mark(row), row["delta"], row["signed_by"])
        for row in rows
        if span[0] <= row["business_date"] <= span[1]
    }
    return Calendar(span, answer.version, tuple(sorted({shop for shop, _ in days})), days)


def mark(row: Mapping[str, object]) -> str:
    """The letter of a row of close_calendar."""
    if row["status"] == "broken":
        return {"explained": "e", "unexplained": "U"}.get(str(row["tie_status"]), "C")
    return {"open": "o", "tied": "T", "signed": "S", "restated": "R"}[str(row["status"])]

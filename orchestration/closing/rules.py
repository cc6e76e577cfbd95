"""What speaks against signing a shop's day, in words: the journal, the clock, the snapshot, the pulls.

Keep out: objections of controls (exceptions.py), and doing it (signing.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from orchestration.closing.entries import Entry
from orchestration.closing.published import Facts
from orchestration.closing.pulled import Coverage
from orchestration.closing.standing import ShopDay, Standing


def standing_against(state: Standing, day: ShopDay) -> Iterator[str]:
    """What the journal has against signing the day."""
    if signed := state.days.get(day):
        yield f"is signed already, {by_whom(signed)}; a second person can reopen it with --reopen"
    elif month := state.closed_month(*day):
        fix = f"a second person can reopen it with --month {month.month} --reopen"
        yield f"its month is closed, {by_whom(month)}; {fix}"


def not_ready(facts: Facts, coverage: Coverage, day: ShopDay, now: datetime) -> Iterator[str]:
    """What the snapshot and the pulls have against it."""
    site, date_ = day
    shop = facts.shops[site]
    ends = shop.ends(date_)
    if ends > now:
        yield f"the day is not over: in {shop.clock.zone} it ends at {ends:%Y-%m-%d %H:%M} UTC"
    elif shop.days is None or date_ > shop.days[1]:
        last = f"the last day is {shop.days[1]}" if shop.days else f"no day of {site} is"
        yield f"the day is not published yet ({last}); run 'tieout run'"
        yield from coverage.lacks(site, date_, ends)
    elif day not in facts.lines:
        yield f"there is no such day: {site} has days from {shop.days[0]} to {shop.days[1]}"
    else:
        yield from coverage.lacks(site, date_, ends)


def by_whom(entry: Entry) -> str:
    """'by Ann at 2026-03-11 01:00 UTC (entry 3)'."""
    return f"by {entry.by} at {entry.moment:%Y-%m-%d %H:%M} UTC (entry {entry.seq})"


def second_person(signed: Entry) -> str:
    return f"was signed {by_whom(signed)}: a second person has to reopen it, not {signed.by}"

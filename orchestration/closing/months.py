"""Closing a shop's month, once all its days with business are signed, and opening it again.

Keep out: the days (signing.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from orchestration.closing.book import Book
from orchestration.closing.entries import Said
from orchestration.closing.published import Facts
from orchestration.closing.pulled import Coverage
from orchestration.closing.rules import by_whom, second_person
from orchestration.closing.signing import Answer, Pen, refusal, written
from orchestration.closing.standing import Standing, same_person, standing
from reporting.close import ReportError
from reporting.periods import Span


def span(month: str) -> Span:
    """First and last day of '2026-11'. Raises ReportError."""
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month):
        raise ReportError(f"--month '{month}': is no month; write it as 2026-11")
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def sign(pen: Pen, facts: Facts, coverage: Coverage, sites: Sequence[str], month: str) -> list[Answer]:
    """Each shop's month by itself."""
    with pen.opened() as journal:
        state = standing(journal.entries)
        return [_sign(pen, facts, coverage, state, journal, site, month) for site in sites]


def _sign(pen: Pen, facts: Facts, coverage: Coverage, state: Standing, journal: Book, site: str, month: str) -> Answer:
    if closed := state.months.get((site, month)):
        return refusal("sign", site, month, f"is closed already, {by_whom(closed)}")
    days = facts.business(site, month)
    why = [*_not_over(facts, coverage, site, month, pen.now()), *_open(state, site, days)]
    if why:
        return refusal("sign", site, month, *why)
    detail = {"month": month, "days": {str(day): state.days[site, day].seq for day in days}}
    told = Said("sign", site, None, pen.by, pen.reason, facts.build_id, facts.version, detail=detail)
    return written(pen, journal, state, told)


def _not_over(facts: Facts, coverage: Coverage, site: str, month: str, now: datetime) -> Iterator[str]:
    """A month is whole when its last day is over, read and published; a shop that is gone has no such day."""
    shop, last = facts.shops[site], span(month)[1]
    if shop.ends(last) > now:
        yield f"the month is not over: it ends at {shop.ends(last):%Y-%m-%d %H:%M} UTC"
    elif not any(code == site and f"{day:%Y-%m}" == month for code, day in facts.lines):
        yield f"no day of {month} is published for {site}"
    elif coverage.serves(site, last):
        yield from coverage.lacks(site, last, shop.ends(last))
        if shop.days and shop.days[1] < last:
            yield f"it is published to {shop.days[1]} only; run 'tieout run'"


def _open(state: Standing, site: str, days: Sequence[date]) -> Iterator[str]:
    left = [str(day) for day in days if (site, day) not in state.days]
    if left:
        yield f"{len(left)} of {len(days)} days with business are not signed: {', '.join(left)}"


def reopen(pen: Pen, sites: Sequence[str], month: str) -> list[Answer]:
    """Each shop's month by itself; never by the one who closed it."""
    with pen.opened() as journal:
        state = standing(journal.entries)
        return [_reopen(pen, journal, state, site, month) for site in sites]


def _reopen(pen: Pen, journal: Book, state: Standing, site: str, month: str) -> Answer:
    closed = state.months.get((site, month))
    if closed is None:
        return refusal("reopen", site, month, "is not closed")
    if same_person(closed.by, pen.by):
        return refusal("reopen", site, month, second_person(closed))
    detail = {"month": month, "of": closed.seq}
    return written(pen, journal, state, Said("reopen", site, None, pen.by, pen.reason, detail=detail))

"""Signing and reopening shops' days, each wholly or not at all.

Belongs here: the order in which a day is judged, stored and written. Keep out: what speaks against it (rules.py),
months (months.py), reading the snapshot (published.py), the journal (book.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from connectors.base import TieoutError
from orchestration.closing import book, exceptions, folders, published, tables
from orchestration.closing.book import Book, Step
from orchestration.closing.entries import Said, words
from orchestration.closing.exceptions import Accept, Objection
from orchestration.closing.published import Facts, Shop
from orchestration.closing.pulled import Coverage
from orchestration.closing.rules import by_whom, not_ready, second_person, standing_against
from orchestration.closing.standing import ShopDay, Standing, same_person, standing
from reporting.close import ReportError

Store = Callable[[Path, Path, int, date], dict[str, str]]  # snapshot, folder, site_key, day -> file: sha256
RECON, KEYS = "recon_sales_payments.parquet", ("site_key", "business_date")
Failures = (TieoutError, ReportError, OSError, duckdb.Error)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Pen:
    """Who writes, and why. `anchor` hands the new head to whoever keeps it, and says what went wrong with that."""

    home: Path
    by: str
    reason: str
    anchor: Callable[[str], str] = lambda _: ""
    now: Callable[[], datetime] = _now
    step: Step = lambda _: None

    def opened(self) -> Any:
        return book.opened(self.home, partial(folders.sweep, self.home), self.step)


@dataclass(frozen=True)
class Answer:
    """What became of one shop's day or month. `left`: what a signature still has to answer."""

    act: str
    site: str
    date: str
    done: bool
    refused: list[str] = field(default_factory=list)
    left: list[Objection] = field(default_factory=list)
    accepted: int = 0
    seq: int | None = None
    head: str = ""
    anchor: str = ""


def said(by: str, reason: str, act: str) -> tuple[str, str]:
    """Name and reason. Raises ReportError when one is missing."""
    name, why = words("--by", by), words("--reason", reason)
    if not name:
        raise ReportError(f'--by: who {act}s? give a name, --by "Ann Lee"')
    if not why:
        raise ReportError('--reason: why? give a reason, --reason "checked with the bank"')
    return name, why


def sign(
    pen: Pen, facts: Facts, coverage: Coverage, days: Sequence[ShopDay], accepts: Sequence[Accept], store: Store
) -> Iterator[Answer]:
    """Each day wholly or not at all, in order, and its answer at once; a failure (a full disk) ends it."""
    exceptions.require_all_used(accepts, [one for day in days for one in facts.objections.get(day, ())])
    with pen.opened() as journal:
        state = standing(journal.entries)
        for place, day in enumerate(days):
            try:
                yield _sign(pen, facts, coverage, state, journal, day, accepts, store)
            except Failures as error:
                yield refusal("sign", *day, f"not signed: {_failed(error, facts.version)}")
                for left in days[place + 1 :]:
                    yield refusal("sign", *left, f"not reached: {day[0]} {day[1]} failed")
                return


def _failed(error: Exception, version: str) -> str:
    """In one line, with what to do."""
    if isinstance(error, duckdb.Error):
        why = str(error).partition("\n")[0]
        return f"{why}; has Tieout been updated since version {version} was published? Run 'tieout run' first"
    return str(error)


def refusal(act: str, site: str, when: date | str, *why: str, left: Sequence[Objection] = ()) -> Answer:
    return Answer(act, site, str(when), done=False, refused=list(why), left=list(left))


def _sign(
    pen: Pen, facts: Facts, coverage: Coverage, state: Standing, journal: Book, day: ShopDay,
    accepts: Sequence[Accept], store: Store,
) -> Answer:  # fmt: skip
    why = [*standing_against(state, day)] or [*not_ready(facts, coverage, day, pen.now())]
    accepted, left = exceptions.judged(facts.objections.get(day, ()), accepts)
    if left:
        count = f"{len(left)} exceptions are" if len(left) > 1 else "1 exception is"
        why.append(f'{count} not accepted; accept each with --accept "ID=reason", or correct it at the source')
    if why:
        return refusal("sign", *day, *why, left=left)
    seq, shop = journal.next, facts.shops[day[0]]
    stored, figures = _stored(pen, facts, shop, day, state, store)
    told = Said(
        "sign", *day, pen.by, pen.reason, facts.build_id, facts.version, figures, accepted, stored,
        {"release": tables.release()},
    )  # fmt: skip
    place = partial(folders.name, pen.home, *day, seq, pen.step)
    return written(pen, journal, state, told, place)


def _stored(
    pen: Pen, facts: Facts, shop: Shop, day: ShopDay, state: Standing, store: Store
) -> tuple[dict[str, str], dict[str, str]]:
    """The day's files, on disk, not yet in their place; and its recon line, as it stands in them."""
    folders.sweep_day(pen.home, *day, state.stored.get(day, set()))
    folder = folders.fresh(pen.home)
    pen.step("store")
    stored = store(facts.snapshot, folder, shop.key, day[1])
    folders.settle(folder, stored)
    now = published.version_of(facts.snapshot)
    if now != facts.version:
        raise TieoutError(f"version {now} was published meanwhile, and what you saw is {facts.version}; look again")
    return stored, _figures(folder / RECON)


def _figures(file: Path) -> dict[str, str]:
    line = pl.read_parquet(file).row(0, named=True)
    return {name: str(value) for name, value in line.items() if name not in KEYS and value is not None}


def written(pen: Pen, journal: Book, state: Standing, told: Said, place: Callable[[], None] | None = None) -> Answer:
    """The entry in the journal, and its head with whoever keeps it."""
    entry = journal.append(told, pen.now(), place)
    state.take(entry)
    return Answer(
        entry.act, entry.site, entry.date or entry.month or "", done=True, accepted=len(entry.accepted),
        seq=entry.seq, head=entry.hash, anchor=pen.anchor(entry.hash),
    )  # fmt: skip


def reopen(pen: Pen, days: Sequence[ShopDay]) -> list[Answer]:
    """Each day by itself; never by the one who signed it."""
    with pen.opened() as journal:
        state = standing(journal.entries)
        return [_reopen(pen, journal, state, day) for day in days]


def _reopen(pen: Pen, journal: Book, state: Standing, day: ShopDay) -> Answer:
    signed = state.days.get(day)
    if signed is None:
        return refusal("reopen", *day, "is not signed")
    if month := state.closed_month(*day):
        fix = f"reopen it first with --month {month.month} --reopen"
        return refusal("reopen", *day, f"its month is closed, {by_whom(month)}; {fix}")
    if same_person(signed.by, pen.by):
        return refusal("reopen", *day, second_person(signed))
    return written(pen, journal, state, Said("reopen", *day, pen.by, pen.reason, detail={"of": signed.seq}))

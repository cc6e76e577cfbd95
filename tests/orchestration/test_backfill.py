"""Which chunks a backfill reads, what it leaves to the nightly pulls, and who goes first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
import pytest

from connectors.base import Cursor, Failed, Item, Rows, SourceError, Window
from connectors.landing import landing, manifest
from connectors.locks import hold
from orchestration import backfill as filling
from orchestration.backfill import Extent, backfill, spans_of
from orchestration.config import Config, ConfigError, load
from orchestration.landing import pull_all

SETTINGS = """
company: {name: One Shop}
sites:
  chi: {name: Chicago, timezone: America/Chicago}
connections:
  dms: {kind: sql, url: "sqlite:///shop.db", mapping: mapping.yml, sites: {"S1": chi}}
  drop: {kind: files, path: drop, sites: {"S1": chi}}
"""
NOW = datetime(2026, 3, 11, 2, tzinfo=UTC)
YEAR = Extent(date(2025, 4, 1), date(2026, 3, 10))


@dataclass
class Asked:
    """A source that remembers what it was asked, and gives a payment a day of what it is asked for."""

    windows: list[Window] = field(default_factory=list)
    then: Callable[[Window], None] = lambda _: None
    kind: ClassVar[str] = "sql"

    def tables(self) -> tuple[str, ...]:
        return ("tender",)

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {}

    def check(self) -> list[str]:
        return []

    def pull(self, window: Window) -> Iterator[Item]:
        self.windows.append(window)
        self.then(window)
        first, last = window.dates or (window.until.date(), window.until.date())
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        yield Rows("tender", pl.DataFrame([tender(day) for day in days]))
        yield Cursor({"seen": window.until.isoformat()})

    @property
    def spans(self) -> list[tuple[date, date]]:
        return [window.dates for window in self.windows if window.dates]


def tender(day: date) -> dict[str, str]:
    text = day.isoformat()
    return {
        "tender_id": text, "site": "S1", "kind": "final", "method": "cash", "amount": "10.00", "business_date": text,
    }  # fmt: skip


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()
    monkeypatch.setattr(Config, "source", lambda *_: asked)
    return asked


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    from orchestration import sources

    monkeypatch.setattr(sources, "check", lambda *_: None)
    (tmp_path / "tieout.yml").write_text(SETTINGS, encoding="utf-8")
    return load(tmp_path / "tieout.yml", tmp_path)


def go(company: Config, extent: Extent = YEAR) -> filling.Backfilled:
    (state,) = backfill(company, ["dms"], extent, now=lambda: NOW)
    return state


def nightly(company: Config, **more: Any) -> landing.PullResult:
    return landing.pull(company.home, "dms", company.source("dms"), {"S1": 1}, NOW, **more)


@pytest.mark.parametrize(
    ("chunk", "spans"),
    [
        ("week", ["2026-03-09 2026-03-10", "2026-03-02 2026-03-08", "2026-02-25 2026-03-01"]),
        ("month", ["2026-03-01 2026-03-10", "2026-02-25 2026-02-28"]),
        ("quarter", ["2026-02-25 2026-03-10"]),
        ("year", ["2026-02-25 2026-03-10"]),
    ],
)
def test_chunks_follow_the_calendar_newest_first_and_are_cut_at_both_ends(chunk: str, spans: list[str]) -> None:
    found = spans_of(date(2026, 2, 25), date(2026, 3, 10), chunk)
    assert [f"{first} {last}" for first, last in found] == spans


def test_every_day_is_read_once_and_newest_first(company: Config, source: Asked) -> None:
    nightly(company)
    state = go(company)
    assert (state.done, state.total, state.now, state.complete) == (12, 12, 12, True)
    assert source.spans[0] == (date(2026, 3, 1), date(2026, 3, 10))
    assert source.spans[-1] == (date(2025, 4, 1), date(2025, 4, 30))
    assert state.landed == (date(2026, 3, 10) - date(2025, 4, 1)).days + 1


def test_a_budget_ends_a_run_and_the_next_one_goes_on(company: Config, source: Asked) -> None:
    nightly(company)
    states = [go(company, Extent(YEAR.first, YEAR.last, chunks=5)) for _ in range(4)]
    assert [(state.now, state.done, state.complete) for state in states] == [
        (5, 5, False), (5, 10, False), (2, 12, True), (0, 12, True),
    ]  # fmt: skip
    assert len(set(source.spans)) == len(source.spans) == 12
    assert go(company, Extent(YEAR.first, YEAR.last, chunk="week", minutes=0)).now == 0


def test_where_the_nightly_pulls_go_on_is_not_moved(company: Config, source: Asked) -> None:
    nightly(company)
    before = manifest.newest(company.home, "dms")
    go(company)
    after = manifest.newest(company.home, "dms")
    assert before
    assert after
    assert (after.since, after.cursor) == (before.since, before.cursor)
    nightly(company)
    assert source.windows[-1].since == NOW
    assert source.windows[-1].dates is None


def test_a_source_that_fails_ends_the_run_and_a_table_that_stops_leaves_its_chunk_to_be_done(
    company: Config, source: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly(company)

    def away(window: Window) -> None:
        if len(source.spans) == 3:
            raise SourceError("the server is away")

    source.then = away
    state = go(company)
    assert (state.done, state.error, state.ok) == (2, "dms: the server is away", False)
    source.then = lambda _: None
    with monkeypatch.context() as patch:
        patch.setattr(Asked, "pull", lambda *_: iter([Failed("tender", SourceError("page 3 of 9 is missing"))]))
        state = go(company, Extent(YEAR.first, YEAR.last, chunks=1))
    assert (state.done, list(state.failed)) == (2, ["2026-01-01 to 2026-01-31 tender"])
    assert go(company).complete


def test_a_connection_that_was_never_pulled_begins_with_an_ordinary_pull(company: Config, source: Asked) -> None:
    go(company)
    first = source.windows[0]
    assert (first.dates, first.since, first.sweep) == (None, datetime(2026, 3, 1, tzinfo=UTC), True)
    nightly(company)
    assert source.windows[-1].since == NOW


def test_without_a_last_day_it_ends_where_the_nightly_pulls_began(company: Config, source: Asked) -> None:
    nightly(company)
    go(company, Extent(date(2026, 3, 1)))
    assert source.spans == [(date(2026, 3, 1), NOW.date())]


def test_a_nightly_pull_waits_for_the_end_of_the_chunk_and_goes_before_the_next(company: Config, source: Asked) -> None:
    nightly(company)
    in_chunk, done = threading.Event(), threading.Event()
    order: list[str] = []

    def slow(window: Window) -> None:
        order.append("chunk" if window.dates else "nightly")
        if len(source.spans) == 2 and window.dates:
            in_chunk.set()
            done.wait(20)

    source.then = slow
    thread = threading.Thread(target=go, args=(company, Extent(YEAR.first, YEAR.last, chunks=4)))
    thread.start()
    assert in_chunk.wait(20)
    waiting = threading.Thread(target=nightly, args=(company,))
    waiting.start()
    while not (company.home / "locks" / "dms.next.lock").exists():
        pass
    done.set()
    thread.join(20)
    waiting.join(20)
    assert order == ["chunk", "chunk", "nightly", "chunk", "chunk"]


def test_a_second_backfill_of_the_same_connection_is_refused(company: Config, source: Asked) -> None:
    with hold(company.home, "dms.backfill"), pytest.raises(Exception, match=r"dms\.backfill is in use by process"):
        go(company)


def test_a_kind_that_reads_files_has_no_days_to_be_asked_for(company: Config, source: Asked) -> None:
    with pytest.raises(ConfigError, match=r"kind files cannot be asked for a span of days .*tieout pull --connection"):
        backfill(company, ["drop"], YEAR)


def test_a_pull_of_a_person_is_no_backfill(company: Config, source: Asked) -> None:
    pull_all(company, ["dms"], now=NOW)
    pull_all(company, ["dms"], dates=(YEAR.first, date(2026, 3, 10)), now=NOW)
    assert go(company).now == 12

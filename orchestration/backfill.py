"""Years of history, a chunk of days at a time, newest first; killed and started again it goes on where it was.

What is done is what the manifests say: a chunk counts once a whole pull of it is committed. Between two chunks the
connection is free, and whoever waits for it goes first; the cursor of the nightly pulls never moves.
Belongs here: which chunks, in which order, how many now. Keep out: pulling a chunk (connectors/landing/landing.py)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from functools import partial
from typing import Any

from connectors.base import TieoutError
from connectors.landing import landing, manifest
from connectors.landing.remote import Remote
from connectors.locks import backfilling
from connectors.reading.collecting import seldom_collecting
from data_contracts.contract import load
from orchestration.config import Config, ConfigError

AT_ONCE = 4  # connections; half of what a nightly run takes, which may start meanwhile
MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAY = timedelta(days=1)
UNDATED = {  # kinds, beside those that read files, that cannot be asked for a span of days
    "shopware": "its API knows a first day and no last one",
    "square": "its lists are read from a first day to the last one there is",
    "stripe": "its lists are read from a first day to the last one there is",
    "shopmonkey": "its events are files",
    "star": "its documents are files",
}
Span = tuple[date, date]  # both included


@dataclass(frozen=True)
class Extent:
    """Which days, in chunks of a week, month, quarter or year; at most so many chunks and minutes now."""

    first: date
    last: date | None = None  # None: the day of the connection's first pull, from which the nightly ones go on
    chunk: str = "month"
    chunks: int | None = None
    minutes: float | None = None


@dataclass
class Backfilled:
    """How far a connection has come. `done` chunks, `now` in this run, of `total`; `failed`: chunk -> why."""

    connection: str
    total: int
    done: int
    now: int = 0
    rows_in: int = 0
    landed: int = 0
    quarantined: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    error: str = ""

    @property
    def complete(self) -> bool:
        return self.done == self.total

    @property
    def ok(self) -> bool:
        return not self.error and not self.failed


Progress = Callable[[Backfilled, str], None]


@dataclass(frozen=True)
class _Run:
    """What all connections of one backfill share."""

    config: Config
    extent: Extent
    remote: Remote | None
    now: Callable[[], datetime]
    progress: Progress
    stop: float  # on the monotonic clock

    def pull(self, name: str, **more: Any) -> landing.PullResult:
        """Pulls, and sends it where pulls are exchanged."""
        home, codes = self.config.home, {entry.code: entry for entry in self.config.connection(name).sites}
        done = landing.pull(home, name, self.config.source(name), codes, self.now(), **more)
        if self.remote:
            self.remote.send(home, name)
        return done


def backfill(
    config: Config,
    names: Sequence[str],
    extent: Extent,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Progress = lambda *_: None,
) -> list[Backfilled]:
    """Goes on with these connections. ConfigError, before anything is pulled, where one has no days to ask for."""
    problems = [text for name in names if (text := _why_not(config, name))]
    if problems:
        raise ConfigError(str(config.path), problems)
    config.require(names)
    run = _Run(config, extent, config.remote(), now, progress, time.monotonic() + (extent.minutes or 0) * 60)
    with seldom_collecting(), ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(partial(_connection, run), names))


def _why_not(config: Config, name: str) -> str:
    connection = config.connection(name)
    contracts = load(connection.kind).values()
    files = all(one.file_like or (one.document is not None and one.document.append) for one in contracts)
    why = "it reads files" if files else UNDATED.get(connection.kind, "")
    if why:
        return (
            f"connections.{name}: kind {connection.kind} cannot be asked for a span of days ({why}); its first "
            f"pull takes all there is: tieout pull --connection {name}"
        )
    return f"connections.{name}: is retired; take `retired` away to read it again" if connection.retired else ""


def _connection(run: _Run, name: str) -> Backfilled:
    config, extent = run.config, run.extent
    if run.remote:
        run.remote.fetch(config.home, name)
    last = extent.last or _first_pulled(config, name) or run.now().date()
    spans = list(spans_of(extent.first, last, extent.chunk))
    with backfilling(config.home, name) as after_others:
        known = covered(config, name)
        todo = [span for span in spans if not _days(span) <= known]
        state = Backfilled(name, len(spans), len(spans) - len(todo))
        run.progress(state, "")
        try:
            _start(run, name, spans)
            for span in todo[: extent.chunks]:
                if extent.minutes is not None and time.monotonic() >= run.stop:
                    break
                after_others()
                _chunk(run, span, state)
                run.progress(state, _said(span))
        except TieoutError as error:
            state.error = config.redact(str(error))
    return state


def _start(run: _Run, name: str, spans: Sequence[Span]) -> None:
    """A connection that was never pulled begins with an ordinary pull, so that the nightly ones know where to go on;
    it looks no further back than the newest chunk, if its source can be asked for what changed."""
    if spans and not manifest.pulls(run.config.home, name):
        run.pull(name, sweep=True, start=datetime.combine(spans[0][0], clock(), UTC))


def _chunk(run: _Run, span: Span, state: Backfilled) -> None:
    """One pull of one chunk. What stopped a table of it is told, and the chunk stays to be done."""
    done = run.pull(state.connection, dates=span, backfill=True)
    state.now += 1
    state.done += not done.failed
    for counts in done.tables.values():
        state.rows_in += counts.rows_in
        state.landed += counts.landed
        state.quarantined += counts.quarantined
    for table, why in done.failed.items():
        state.failed[f"{_said(span)} {table}"] = run.config.redact(why)


def covered(config: Config, name: str) -> set[date]:
    """Days that committed backfill pulls have read whole."""
    found: set[date] = set()
    for said in manifest.manifests(config.home, name):
        if said.window.get("backfill") and said.status == "complete":
            first, last = (date.fromisoformat(day) for day in said.window["dates"])
            found |= _days((first, last))
    return found


def _first_pulled(config: Config, name: str) -> date | None:
    pulls = manifest.pulls(config.home, name)
    return manifest.read(config.home, name, pulls[0]).until.date() if pulls else None


def spans_of(first: date, last: date, chunk: str) -> Iterator[Span]:
    """The chunks by the calendar, newest first, cut at both ends."""
    while last >= first:
        begin = max(_begin(last, chunk), first)
        yield begin, last
        last = begin - DAY


def _begin(day: date, chunk: str) -> date:
    if chunk == "week":
        return day - timedelta(days=day.weekday())
    months = MONTHS[chunk]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _days(span: Span) -> set[date]:
    return {span[0] + timedelta(days=n) for n in range((span[1] - span[0]).days + 1)}


def _said(span: Span) -> str:
    return f"{span[0]} to {span[1]}"

"""What is in quarantine, by connection, table and rule; and taking it again after a map or a source is fixed.

Keep out: refusing rows and replaying them (connectors)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

from connectors.base import TieoutError
from connectors.landing import quarantine
from connectors.landing.manifest import Counts
from connectors.landing.refusals import OPEN
from orchestration import exchange
from orchestration.config import Config
from orchestration.settings import near


@dataclass(frozen=True)
class Filter:
    """Which refused rows are meant; what is empty is not asked for."""

    connections: Sequence[str] = ()
    tables: Sequence[str] = ()
    rules: Sequence[str] = ()
    sites: Sequence[str] = ()  # the source's own codes
    since: date | None = None  # last seen on that day or later
    status: str = OPEN


@dataclass(frozen=True)
class Refusals:
    """Rows that were refused for the same reason. `at_stake` is the money that the figures lack for them."""

    connection: str
    table: str
    rule: str
    column: str | None
    rows: int
    since: datetime
    last: datetime
    at_stake: Decimal
    example: str


@dataclass(frozen=True)
class Refused:
    """One refused row, with its text as the source sent it."""

    connection: str
    table: str
    key: str | None
    rule: str
    site: str | None
    business_date: date | None
    at_stake: Decimal | None
    since: datetime
    last: datetime
    times: int
    message: str
    file: str
    raw: str


@dataclass(frozen=True)
class Replayed:
    """What a replay did: rows taken now, rows that stay, and what landed per table."""

    connection: str
    taken: int
    still_open: int
    tables: dict[str, Counts]


def summary(home: Path, wanted: Filter = Filter()) -> list[Refusals]:
    """Refused rows by reason."""
    return [Refusals(*row) for row in quarantine.summary(_found(home, wanted)).iter_rows()]


def listed(home: Path, wanted: Filter) -> list[Refused]:
    """Refused rows, one by one."""
    columns = [
        *["_connection", "table_name", "key", "rule", "site", "business_date", "at_stake", "first_seen", "_pulled_at"],
        *["times", "message", "_file", "raw"],
    ]
    return [Refused(*row) for row in _found(home, wanted).select(columns).iter_rows()]


def _found(home: Path, wanted: Filter) -> pl.DataFrame:
    every = quarantine.rows(home, status=wanted.status)
    given = {
        "_connection": wanted.connections, "table_name": wanted.tables, "rule": wanted.rules, "site": wanted.sites,
    }  # fmt: skip
    found = every
    for column, names in given.items():
        if names:
            _check_names(column.strip("_").partition("_name")[0], names, every[column].drop_nulls().unique().to_list())
            found = found.filter(pl.col(column).is_in(list(names)))
    return found.filter(pl.col("_pulled_at").dt.date() >= wanted.since) if wanted.since else found


def _check_names(what: str, names: Sequence[str], known: Sequence[str]) -> None:
    """A name that nothing was refused under is more often a slip than good news."""
    for name in names:
        if known and name not in known:
            raise TieoutError(f"nothing in quarantine has the {what} {name!r}{near(name, known)}")


def replay(config: Config, names: Sequence[str] = ()) -> list[Replayed]:
    """Take the refused rows of these connections (all that have any when none is named) again.

    Retired connections and those of agents too: a replay reads their maps, and asks no source."""
    for name in names:
        config.connection(name)
    exchange.fetch_all(config)
    waiting = sorted({one.connection for one in summary(config.home) if not names or one.connection in names})
    remote = config.remote()
    done = [_replay(config, name) for name in waiting]
    if remote:
        for one in done:
            remote.send(config.home, one.connection)
    return done


def _replay(config: Config, name: str) -> Replayed:
    connection = config.connection(name)
    codes = {entry.code: entry for entry in connection.sites}
    done = quarantine.replay(config.home, name, config.described(name), codes, datetime.now(UTC))
    return Replayed(name, done.taken, done.still_open, done.result.tables if done.result else {})

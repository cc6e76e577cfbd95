"""What is in quarantine, by connection, table and rule; and taking it again after a map or a source is fixed.

Keep out: refusing rows and replaying them (connectors)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from connectors import quarantine
from connectors.manifest import Counts
from orchestration.config import Config


@dataclass(frozen=True)
class Refusals:
    """Rows that were refused for the same reason. `amount` is their money, as far as it could be read."""

    connection: str
    table: str
    rule: str
    column: str | None
    rows: int
    since: datetime
    amount: Decimal
    example: str


@dataclass(frozen=True)
class Replayed:
    """What a replay did: rows taken now, rows that stay, and what landed per table."""

    connection: str
    taken: int
    still_open: int
    tables: dict[str, Counts]


def summary(home: Path, names: Sequence[str] = ()) -> list[Refusals]:
    """Refused rows that still wait, of these connections or of all."""
    found = quarantine.summary(home).drop("last").iter_rows()
    return [Refusals(*row) for row in found if not names or row[0] in names]


def replay(config: Config, names: Sequence[str] = ()) -> list[Replayed]:
    """Take the refused rows of these connections (all that have any when none is named) again."""
    for name in names:
        config.connection(name)
    waiting = sorted({one.connection for one in summary(config.home, names)})
    config.require(waiting)
    return [_replay(config, name) for name in waiting]


def _replay(config: Config, name: str) -> Replayed:
    connection = config.connection(name)
    codes = {entry.code: entry for entry in connection.sites}
    done = quarantine.replay(config.home, name, config.source(name), codes, datetime.now(UTC))
    return Replayed(name, done.taken, done.still_open, done.result.tables if done.result else {})

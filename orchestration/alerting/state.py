"""What has been found and who has been told: <home>/alerts/state.sqlite, in which every step is one transaction.

An episode is one alert from when it was found until it was gone. Each address of each channel is owed each episode
once. It is told first and noted then: whoever is killed between the two tells it again, and nothing is lost.
Belongs here: that bookkeeping. Keep out: what is wrong (found.py), what is sent (message.py, channels.py)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from orchestration.alerting.found import Alert, Found

TABLES = """
create table if not exists episode (
    id integer primary key, key text, kind text, severity text, text text, site text, day text, since text, gone text
);
create unique index if not exists open_episode on episode (key) where gone is null;
create table if not exists telling (
    channel text, address text, episode integer references episode, told text, primary key (channel, address, episode)
);
create table if not exists digest (channel text, address text, day text, primary key (channel, address));
create table if not exists watched (connection text primary key, since text);
create table if not exists mark (name text primary key, value text);
"""
COLUMNS = "id, key, kind, severity, text, site, day, since, gone"


@dataclass(frozen=True)
class Episode:
    """An alert with its number and times; `gone` is None while it is true."""

    number: int
    alert: Alert
    since: datetime
    gone: datetime | None


class State:
    """An open state file. Methods that write do it at once."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def note(self, found: Found, now: datetime, mark: str | None = None) -> list[Alert]:
        """Begin the episodes of what is new, end those of what is gone; gives what is new. `mark`: see `marked`."""
        with self.database as change:
            known = {one.alert.key for one in self.open()}
            there = {alert.key: alert for alert in found.alerts}
            for one in self.open():
                if one.alert.kind in found.judged and one.alert.key not in there.keys() | found.unseen:
                    change.execute("update episode set gone = ? where id = ?", [now.isoformat(), one.number])
            for alert in there.values():
                self._write(alert, now, new=alert.key not in known)
            if mark is not None:
                change.execute("insert or replace into mark values ('figures', ?)", [mark])
        return [alert for key, alert in there.items() if key not in known]

    def _write(self, alert: Alert, now: datetime, *, new: bool) -> None:
        if new:
            told = [alert.key, alert.kind, *_said(alert), now.isoformat()]
            columns = "key, kind, severity, text, site, day, since"
            self.database.execute(f"insert into episode ({columns}) values (?, ?, ?, ?, ?, ?, ?)", told)
        else:
            changes = "severity = ?, text = ?, site = ?, day = ?"
            self.database.execute(
                f"update episode set {changes} where key = ? and gone is null", [*_said(alert), alert.key]
            )

    def owe(self, channel: str, address: str, episodes: Iterable[Episode]) -> None:
        """From now on the address is to be told these; what it has been told stays told."""
        rows = [(channel, address, one.number) for one in episodes]
        with self.database as change:
            change.executemany("insert or ignore into telling values (?, ?, ?, null)", rows)

    def owed(self, channel: str, address: str) -> list[Episode]:
        """What the address has yet to hear, what is gone since too: it was true."""
        return self._episodes(
            "where id in (select episode from telling where channel = ? and address = ? and told is null)",
            [channel, address],
        )

    def told(self, channel: str, address: str, episodes: Iterable[Episode], now: datetime) -> None:
        rows = [(now.isoformat(), channel, address, one.number) for one in episodes]
        with self.database as change:
            change.executemany("update telling set told = ? where channel = ? and address = ? and episode = ?", rows)

    def open(self) -> list[Episode]:
        """All that is true as far as is known."""
        return self._episodes("where gone is null")

    def _episodes(self, where: str, values: Sequence[str] = ()) -> list[Episode]:
        rows = self.database.execute(f"select {COLUMNS} from episode {where} order by id", values)
        return [_episode(row) for row in rows]

    def last_digest(self, channel: str, address: str) -> date | None:
        row = self.database.execute(
            "select day from digest where channel = ? and address = ?", [channel, address]
        ).fetchone()
        return date.fromisoformat(row[0]) if row else None

    def digested(self, channel: str, address: str, day: date) -> None:
        with self.database as change:
            change.execute("insert or replace into digest values (?, ?, ?)", [channel, address, day.isoformat()])

    def watched(self, connections: Iterable[str], now: datetime) -> dict[str, datetime]:
        """When each connection was first looked at: now, for those that never were."""
        with self.database as change:
            rows = [(name, now.isoformat()) for name in connections]
            change.executemany("insert or ignore into watched values (?, ?)", rows)
        found = self.database.execute("select connection, since from watched").fetchall()
        return {name: datetime.fromisoformat(since) for name, since in found}

    def marked(self) -> str:
        """What the figures were made of when they were last looked at."""
        row = self.database.execute("select value from mark where name = 'figures'").fetchone()
        return row[0] if row else ""


@contextmanager
def opened(home: Path) -> Iterator[State]:
    """The state of a home; a transaction that has ended is on disk."""
    file = home / "alerts" / "state.sqlite"
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as database:
        database.execute("pragma synchronous = extra")
        database.executescript(TABLES)
        yield State(database)


def _said(alert: Alert) -> list[str | None]:
    return [alert.severity, alert.text, alert.site, alert.day.isoformat() if alert.day else None]


def _episode(row: Sequence[Any]) -> Episode:
    number, key, kind, severity, text, site, day, since, gone = row
    alert = Alert(key, kind, severity, text, site, date.fromisoformat(day) if day else None)
    return Episode(number, alert, datetime.fromisoformat(since), datetime.fromisoformat(gone) if gone else None)

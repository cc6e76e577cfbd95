"""The state of a home at a glance: connections, last pulls, what is published, which days do not tie.

Keep out: changing any of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from connectors.landing import manifest
from orchestration import publish, quarantine, verdict
from orchestration.closing import journal
from orchestration.config import Config
from reporting.close import connect
from reporting.unplaced import Unplaced, unplaced


@dataclass(frozen=True)
class ConnectionState:
    """One connection. `result` is complete, partial (a table stopped) or never pulled."""

    connection: str
    kind: str
    last_pull: datetime | None
    age: timedelta | None
    quarantined: int
    result: str


@dataclass(frozen=True)
class Status:
    """`open_breaks` per site: days that do not tie, their breaks, their net. `held_back`: failed checks. `unplaced`:
    what is in no shop's close. `journal`: what is wrong with the close journal."""

    connections: list[ConnectionState]
    published: publish.Published | None
    held_back: list[str]
    open_breaks: dict[str, dict[str, Any]]
    unplaced: tuple[Unplaced, ...]
    journal: str = ""


def status(config: Config, now: datetime | None = None) -> Status:
    waiting: dict[str, int] = {}
    for one in quarantine.summary(config.home):
        waiting[one.connection] = waiting.get(one.connection, 0) + one.rows
    moment = now or datetime.now(UTC)
    published = publish.current(config.home)
    return Status(
        connections=[_connection(config, name, waiting, moment) for name in config.connections],
        published=published,
        held_back=verdict.failures(config.home) if published else [],
        open_breaks=open_breaks(config.home / "published" / "current.duckdb"),
        unplaced=_unplaced(config.home / "published" / "current.duckdb"),
        journal=str(journal.read(config.home).fault or ""),
    )


def _connection(config: Config, name: str, waiting: dict[str, int], now: datetime) -> ConnectionState:
    last = manifest.newest(config.home, name)
    return ConnectionState(
        connection=name,
        kind=config.connections[name].kind,
        last_pull=last.until if last else None,
        age=now - last.until if last else None,
        quarantined=waiting.get(name, 0),
        result=last.status if last else "never pulled",
    )


def _unplaced(snapshot: Path) -> tuple[Unplaced, ...]:
    if not snapshot.is_file():
        return ()
    with connect(snapshot) as connection:
        return unplaced(connection)


def open_breaks(snapshot: Path) -> dict[str, dict[str, Any]]:
    """Per site that has any: days that do not tie, breaks on them, their net, and the last day."""
    if not snapshot.is_file():
        return {}
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        rows = connection.execute(
            """
            select sites.site, count(distinct days.business_date), count(breaks.cause_code),
                coalesce(sum(breaks.delta), 0)::varchar, max(days.business_date)::varchar
            from finance.recon_sales_payments as days
            inner join core.dim_site as sites on sites.site_key = days.site_key
            left join finance.recon_break as breaks
                on breaks.site_key = days.site_key and breaks.business_date = days.business_date
            where days.delta <> 0
            group by sites.site
            order by sites.site
            """
        ).fetchall()
    return {site: {"days": days, "breaks": breaks, "net": net, "last": last} for site, days, breaks, net, last in rows}

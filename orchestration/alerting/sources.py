"""What is wrong with what comes in: sources that are silent too long, tables of which too much is refused.

Keep out: what is wrong with figures (figures.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import polars as pl

from connectors.landing import manifest, quarantine, refusals, store
from connectors.landing.manifest import Counts, Manifest
from orchestration.alerting.found import Alert, Found
from orchestration.alerting.hours import is_open, silence
from orchestration.config import Config
from orchestration.settings import Connection, Site
from orchestration.source_kinds import DROPPED

LOOKED_AT = timedelta(days=7)  # a source sends enough in a week for a share to mean something


def found(config: Config, now: datetime, since: dict[str, datetime]) -> Found:
    """`since`: when each connection was first looked at, for those that have never sent anything.

    A source whose shops are all closed now is not looked at: what was known of it stays."""
    looked_at = [name for name in config.running if any(is_open(site, now) for site in _shops(config, name, now))]
    silent = [alert for name in looked_at if (alert := _silent(config, name, now, since[name]))]
    refused = [alert for name in config.running for alert in _refused(config, name, now)]
    unseen = {f"source:{name}" for name in config.running if name not in looked_at}
    return Found([*silent, *refused], frozenset({"source", "quarantine"}), frozenset(unseen))


def _shops(config: Config, name: str, now: datetime) -> list[Site]:
    """The shops that a connection serves now."""
    entries = config.connections[name].sites
    today = now.date()
    return [
        config.sites[entry.site]
        for entry in entries
        if (entry.from_ is None or entry.from_ <= today) and (entry.to is None or today <= entry.to)
    ]


def _silent(config: Config, name: str, now: datetime, since: datetime) -> Alert | None:
    connection, shops = config.connections[name], _shops(config, name, now)
    last = _heard(config, connection)
    allowed = timedelta(seconds=int((connection.sla_hours or config.alerts.sla_hours) * 3600))
    silent = min((silence(shop, last.until if last else since, now) for shop in shops), default=timedelta(0))
    if silent <= allowed:
        return None
    said = f"last heard {last.until:%Y-%m-%d %H:%M} UTC" if last else "never heard"
    text = f"{name} ({connection.kind}) is silent: {said}, and {_hours(allowed)} h are allowed{_stopped(config, name)}"
    return Alert(f"source:{name}", "source", "critical", text, site=_only_site(config, name))


def _heard(config: Config, connection: Connection) -> Manifest | None:
    """The last sign of life: an answer for all tables of a system that is asked; of one that sends files, a delivery,
    since an empty folder looks like a good pull."""
    last = manifest.newest(config.home, connection.name)
    if last is None or _is_heard(connection, last):
        return last  # mostly: no need to look at all the others
    earlier = reversed(manifest.pulls(config.home, connection.name))
    read = (manifest.read(config.home, connection.name, pull_id) for pull_id in earlier)
    return next((pull for pull in read if _is_heard(connection, pull)), None)


def _is_heard(connection: Connection, pull: Manifest) -> bool:
    delivered = any(counts.rows_in for counts in pull.tables.values())
    return delivered if connection.kind in DROPPED else pull.status == "complete"


def _stopped(config: Config, name: str) -> str:
    """Why the newest pull is not whole, if it is not."""
    last = manifest.newest(config.home, name)
    return f"; {', '.join(sorted(last.failed))} stopped" if last and last.failed else ""


def _hours(span: timedelta) -> str:
    return f"{span / timedelta(hours=1):g}"


def _refused(config: Config, name: str, now: datetime) -> Iterator[Alert]:
    """Tables of which more than the limit waits in quarantine, of what was sent in the last week."""
    if not store.names(refusals.refusals_folder(config.home, name)):
        return
    sent = _sent(config, name, now)
    limit = config.alerts.quarantine_share
    over = {table for table, counts in sent.items() if counts.quarantined > limit * counts.rows_in}
    if not over:
        return  # pulls count what they refuse again: what waits is never more
    waiting = quarantine.rows(config.home, name).filter(pl.col("_pulled_at") > now - LOOKED_AT)
    for table, rows in sorted(waiting["table_name"].value_counts().iter_rows()):
        if table in over and rows > limit * sent[table].rows_in:
            of = f"{rows} of the {sent[table].rows_in} rows of {table} that {name} has sent in a week"
            text = f"{of} wait in quarantine: more than {limit:%}; see 'tieout quarantine list --connection {name}'"
            yield Alert(f"quarantine:{name}:{table}", "quarantine", "warning", text, site=_only_site(config, name))


def _sent(config: Config, name: str, now: datetime) -> dict[str, Counts]:
    """Rows of every table in the pulls of the last week."""
    sent: dict[str, Counts] = {}
    for pull_id in reversed(manifest.pulls(config.home, name)):
        if pull_id <= manifest.stamp(now - LOOKED_AT):
            break
        for table, counts in manifest.read(config.home, name, pull_id).tables.items():
            sent[table] = sent.get(table, Counts()) + counts
    return sent


def _only_site(config: Config, name: str) -> str | None:
    """The shop that a connection is of; None where it serves several."""
    sites = {entry.site for entry in config.connections[name].sites}
    return sites.pop() if len(sites) == 1 else None

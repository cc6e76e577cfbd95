"""Far end `shopmonkey`: the directory that Shopmonkey's replication tool fills, a file for every change of a row.

Belongs here: which rows an event changes, the tool's envelope and file names. Keep out: a row's fields
(shopmonkey_rows.py).

The tool's `import` writes the state at its start as INSERT events; its `server` adds what happens after. Every file is
named by the second in which it was written, so a second pull finds the new ones beside the old."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.simulator import shopmonkey_rows as rows
from connectors.simulator.events import Company, Event, Site, iso
from connectors.simulator.httpserver import json_text

Row = dict[str, Any]
Key = tuple[str, str]
MAKERS: dict[str, Callable[[Site, Row], rows.Rows]] = {
    "repair_order": rows.order,
    "tender": rows.tender,
    "customer": rows.customer,
    "vehicle": rows.vehicle,
    "employee": rows.employee,
    "appointment": rows.appointment,
    "time_card": rows.time_card,
    "inspection": rows.inspection,
}


def deliver(
    company: Company, events: Iterable[Event], site: Site, folder: Path, *, since: datetime | None, as_of: datetime
) -> int:
    """The files of the changes after `since` (of all, if None) up to `as_of`; how many there are."""
    held: dict[tuple[str, str], dict[Key, Row]] = {}  # record -> its rows
    written = 0
    for event in events:
        if event.site == site.id and event.at <= as_of and event.entity in MAKERS:
            for change in _changes(site, event, held):
                if since is None or event.at > since:
                    written += 1
                    _write(folder, change, event.at, written)
    return written


def _changes(site: Site, event: Event, held: dict[tuple[str, str], dict[Key, Row]]) -> Iterator[Row]:
    """One per row that is new, changed or gone; deleting an order marks it, deleting a row deletes it."""
    before = held.get((event.entity, event.key), {})
    made = MAKERS[event.entity](site, event.data) if event.action == "saved" else ()
    now = {(table, key): _stamped(site, event, before.get((table, key)), key, fields) for table, key, fields in made}
    held[event.entity, event.key] = now
    for place, row in now.items():
        old = before.get(place)
        if old is None or {**old, "updatedDate": None} != {**row, "updatedDate": None}:
            yield _change(site, event, place, old, row)
    for place, old in before.items():
        if place not in now:
            yield _change(site, event, place, old, None)


def _stamped(site: Site, event: Event, before: Row | None, key: str, fields: Row) -> Row:
    created = before["createdDate"] if before else iso(event.at)
    composite = "|" in key
    named = {} if composite else {"id": key}
    return {**named, "createdDate": created, "updatedDate": iso(event.at), "companyId": f"co-{site.region}", **fields}


def _change(site: Site, event: Event, place: Key, before: Row | None, after: Row | None) -> Row:
    operation = "DELETE" if after is None else "UPDATE" if before else "INSERT"
    diff = [name for name, value in (after or {}).items() if before is None or before.get(name) != value]
    return {
        "operation": operation,
        "table": place[0],
        "key": place[1].split("|"),
        "modelVersion": "b041c12fbf8d1103",
        "companyId": f"co-{site.region}",
        "locationId": site.source_code,
        "userId": None,
        **({"before": before} if before else {}),
        **({"after": after} if after else {}),
        "diff": diff,
        "timestamp": int(event.at.timestamp() * 1000),
    }


def _write(folder: Path, change: Row, at: datetime, number: int) -> None:
    micros = int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 10**6 + at.microsecond
    identity = f"{micros:x}{number:06x}"
    stamped = {"id": identity, **change, "mvccTimestamp": f"{micros * 1000}.{number % 10**10:010d}"}
    file = folder / change["table"] / f"{int(at.timestamp())}-{identity}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json_text(stamped), encoding="utf-8")

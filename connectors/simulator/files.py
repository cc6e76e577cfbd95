"""Far end `files`: a shop that delivers folders of CSV under CANONICAL.md's names, one generation a day.

Belongs here: which rows changed since the last delivery, and the folder. Keep out: what happened (events)."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.simulator.columns import CHILDREN, ENTITIES
from connectors.simulator.events import Company, Event, Site, iso
from connectors.simulator.operations import of_site

Row = dict[str, Any]
CHILD_FILES = {"lines": "ro_line", "jobs": "ro_job", "taxes": "ro_tax", "legs": "call_leg", "steps": "call_step"}
READY = "_READY"


def deliver(
    company: Company,
    events: Iterable[Event],
    site: Site,
    drop: Path,
    *,
    since: datetime | None,
    as_of: datetime,
) -> list[str]:
    """Write the generations after `since` (all of them, if None) up to `as_of`; their names, oldest first."""
    mine = of_site(events, site, as_of)
    if since is not None:
        mine = [event for event in mine if event.at > since]
    made = []
    for moment, batch in _batches(mine, as_of):
        name = moment.strftime("%Y%m%dT%H%M%SZ")
        write(drop / name, tables(company, batch), packed=moment.toordinal() % 3 == 0)
        made.append(name)
    return made


def _batches(events: list[Event], as_of: datetime) -> Iterator[tuple[datetime, list[Event]]]:
    """The events of each delivery: up to noon UTC of a day (the shop is asleep), the last up to as_of."""
    batch: list[Event] = []
    end: datetime | None = None
    for event in events:
        if end is not None and event.at > end:
            yield end, batch
            batch, end = [], None
        batch.append(event)
        end = end or min(_noon(event.at), as_of)
    if end is not None:
        yield end, batch


def _noon(at: datetime) -> datetime:
    noon = at.astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    return noon if at <= noon else noon + timedelta(days=1)


def tables(company: Company, batch: list[Event]) -> dict[str, list[Row]]:
    """File name -> rows: the last state of what changed; a repair order brings all that belongs to it."""
    last = {(event.entity, event.key): event for event in batch}
    codes = {site.id: site.source_code for site in company.sites}
    found: dict[str, list[Row]] = {}
    for event in last.values():
        row = dict(event.data)
        if row.get("site"):
            row["site"] = codes[row["site"]]
        if event.action == "deleted":
            row.update(deleted=True, updated_at=event.at)
        found.setdefault(event.entity, []).append(row)
        for children, name in CHILD_FILES.items():
            if children in row:
                found.setdefault(name, []).extend(row[children])
    return found


COLUMNS = {
    **{entity: tuple(name for name in names if name not in CHILDREN) for entity, names in ENTITIES.items()},
    **{name: CHILDREN[children] for children, name in CHILD_FILES.items()},
}


def write(folder: Path, tables: dict[str, list[Row]], *, packed: bool) -> None:
    """A delivery is complete when its list of files stands there, written last."""
    folder.mkdir(parents=True)
    listed = []
    for name, rows in sorted(tables.items()):
        data = _csv(COLUMNS[name], rows)
        file = folder / (f"{name}.csv.gz" if packed else f"{name}.csv")
        file.write_bytes(gzip.compress(data, mtime=0) if packed else data)
        listed.append(f"{file.name},{len(rows)}\n")
    (folder / READY).write_text("".join(listed), encoding="utf-8")


def _csv(columns: tuple[str, ...], rows: list[Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    return out.getvalue().encode("utf-8")


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return iso(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)

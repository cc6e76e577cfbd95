"""The event log: what really happened at the made-up company, and its exact text form (JSON lines).

Belongs here: Site, Company, Event, reading and writing, the state at an instant.
Keep out: how events are made (the engine) and how a vendor would tell them (the far ends)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.simulator.columns import CHILDREN, DATES, ENTITIES


@dataclass(frozen=True)
class Site:
    """One shop. `source_code` is what its own system calls it; `id` is what the company calls it."""

    id: str
    name: str
    region: str
    timezone: str
    source_code: str
    dms: str  # rowriter, shopware, dealertrack, files
    phone: str  # asterisk, files
    phone_columns: int  # asterisk: 21, 18 or 17 columns of cdr_csv; 0 with files
    state: str
    city: str
    postal_code: str
    area_code: str
    taxes: tuple[tuple[str, Decimal], ...]  # jurisdiction, rate
    ar_enabled: bool = True
    upcharge_pct: Decimal = Decimal("0.0300")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def business_date(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


@dataclass(frozen=True)
class Company:
    """The made-up company: everything else about it is in its events."""

    seed: int
    start: date
    days: int
    sites: tuple[Site, ...]
    currency: str = "USD"

    @property
    def end(self) -> date:
        return self.start + timedelta(days=self.days - 1)

    def site(self, site_id: str) -> Site:
        return next(site for site in self.sites if site.id == site_id)

    def save(self, path: Path) -> None:
        path.write_text(plain(asdict(self)) + "\n", encoding="utf-8")

    @staticmethod
    def load(path: Path) -> Company:
        raw = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        taxes = [tuple((name, rate) for name, rate in site["taxes"]) for site in raw["sites"]]
        sites = tuple(Site(**{**site, "taxes": tax}) for site, tax in zip(raw["sites"], taxes, strict=True))
        return Company(raw["seed"], date.fromisoformat(raw["start"]), raw["days"], sites, raw["currency"])


@dataclass(frozen=True, slots=True)
class Event:
    """`data` is the complete new state of the entity under CANONICAL.md's column names; never change it."""

    seq: int
    at: datetime
    site: str
    entity: str
    action: str  # saved, deleted
    key: str
    data: dict[str, Any]
    note: str = ""


State = dict[str, dict[str, dict[str, Any]]]


def state_at(events: Iterable[Event], at: datetime | None = None, site: str | None = None) -> State:
    """Truth at an instant: entity -> key -> data of the last event at or before it, less what was deleted."""
    state: State = {entity: {} for entity in ENTITIES}
    for event in events:
        if at is not None and event.at > at:
            break
        if site is not None and event.site != site:
            continue
        if event.action == "deleted":
            state[event.entity].pop(event.key, None)
        else:
            state[event.entity][event.key] = event.data
    return state


def blank(kind: str) -> dict[str, Any]:
    """All columns of an entity or child list, empty."""
    return dict.fromkeys(ENTITIES.get(kind) or CHILDREN[kind])


def write_events(events: Iterable[Event], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for event in events:
            out.write(plain({name: getattr(event, name) for name in Event.__slots__}) + "\n")


def read_events(path: Path) -> Iterator[Event]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            raw = json.loads(line, parse_float=Decimal)
            data = _typed(raw["data"], ENTITIES[raw["entity"]])
            yield Event(**{**raw, "at": _instant(raw["at"]), "data": data})


def plain(value: Any) -> str:
    """The text of one value as JSON: a number with a point is a Decimal, one without is an int."""
    return _PLAIN[type(value)](value)


def _decimal(value: Decimal) -> str:
    text = format(value, "f")
    return text if "." in text else text + ".0"


def iso(at: datetime) -> str:
    text = at.astimezone(UTC).isoformat(timespec="microseconds" if at.microsecond else "seconds")
    return text.replace("+00:00", "Z")


def _object(value: Mapping[str, Any]) -> str:
    """What is None is left out; reading puts it back."""
    pairs = (f'"{key}":{_PLAIN[type(item)](item)}' for key, item in value.items() if item is not None)
    return "{" + ",".join(pairs) + "}"


def _list(value: Iterable[Any]) -> str:
    return "[" + ",".join(map(plain, value)) + "]"


_PLAIN: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: str,
    bool: {True: "true", False: "false"}.__getitem__,
    Decimal: _decimal,
    datetime: lambda value: f'"{iso(value)}"',
    date: lambda value: f'"{value.isoformat()}"',
    dict: _object,
    list: _list,
    tuple: _list,
}


def _typed(raw: Mapping[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    data: dict[str, Any] = dict.fromkeys(columns)
    for name, value in raw.items():
        if name in CHILDREN:
            data[name] = [_typed(row, CHILDREN[name]) for row in value]
        elif name in DATES:
            data[name] = date.fromisoformat(value)
        elif name == "at" or name.endswith("_at"):
            data[name] = _instant(value)
        else:
            data[name] = value
    return data


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))

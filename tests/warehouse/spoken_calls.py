"""The telephone of the same shop spoken by every system: a far end per kind, and the connection that reads it.

Belongs here: one function per kind, one line in SPOKEN_CALLS. Keep out: what is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.simulator import (
    asterisk,
    asterisk_events,
    asterisk_file,
    callrail,
    freeswitch,
    ringcentral,
    threecx,
    twilio,
)
from connectors.simulator.company import World
from connectors.simulator.events import Site

Spoken = Iterator[dict[str, Any]]


@contextmanager
def speak_asterisk(world: World, site: Site, folder: Path, as_of: datetime) -> Spoken:
    asterisk_file.append(world.company, world.events, site, folder / "Master.csv", as_of=as_of)
    asterisk_events.append(world.company, world.events, site, folder, as_of=as_of)
    logs = {"cel": asterisk_events.CEL, "queue_log": asterisk_events.QUEUE_LOG}
    yield {
        "kind": "asterisk",
        "path": str(folder / "Master.csv"),
        **{name: str(folder / path) for name, path in logs.items()},
        "timezone": site.timezone,
        "entry_points": asterisk.entry_points(),
        "sites": {"*": site.id},
    }


@contextmanager
def speak_freeswitch(world: World, site: Site, folder: Path, as_of: datetime) -> Spoken:
    freeswitch.documents(world.company, world.events, site, folder, as_of=as_of)
    points = freeswitch.entry_points()
    yield {"kind": "freeswitch", "documents": str(folder), "entry_points": points, "sites": {"*": site.id}}


@contextmanager
def speak_threecx(world: World, site: Site, folder: Path, as_of: datetime) -> Spoken:
    threecx.append(world.company, world.events, site, folder / "cdr.log", as_of=as_of)
    yield {
        "kind": "threecx",
        "path": str(folder / "cdr.log"),
        "fields": list(threecx.FIELDS),
        "timezone": site.timezone,
        "entry_points": threecx.ENTRY_POINTS,
        "sites": {"*": site.id},
    }


@contextmanager
def speak_ringcentral(world: World, site: Site, folder: Path, as_of: datetime) -> Spoken:
    with ringcentral.RingCentralServer(world.company, world.events, site, as_of).running() as server:
        yield {
            "kind": "ringcentral",
            "client_id": server.client_id,
            "client_secret": server.secret,
            "jwt": server.jwt,
            "base_url": server.url,
            "requests_per_minute": 6000,
            "sites": {"*": site.id},
        }


@contextmanager
def speak_twilio(world: World, site: Site, folder: Path, as_of: datetime) -> Spoken:
    with twilio.TwilioServer(world.company, world.events, site, as_of).running() as server:
        yield {
            "kind": "twilio",
            "account_sid": server.account_sid,
            "auth_token": server.secret,
            "base_url": server.url,
            "sites": {"*": site.id},
        }


@contextmanager
def speak_callrail(world: World, site: Site, folder: Path, as_of: datetime) -> Spoken:
    with callrail.CallRailServer(world.company, world.events, site, as_of).running() as server:
        yield {
            "kind": "callrail",
            "account_id": server.account_id,
            "api_key": server.secret,
            "since": f"{world.company.start:%Y-%m-%d}",
            "base_url": server.url,
            "sites": {server.company_id: site.id},
        }


SPOKEN_CALLS: dict[str, Callable[[World, Site, Path, datetime], AbstractContextManager[dict[str, Any]]]] = {
    "asterisk": speak_asterisk,
    "freeswitch": speak_freeswitch,
    "threecx": speak_threecx,
    "ringcentral": speak_ringcentral,
    "twilio": speak_twilio,
    "callrail": speak_callrail,
}

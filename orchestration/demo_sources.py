"""The made-up company of the demo on disk: what each shop's system holds, and the tieout.yml that reads it.

Keep out: making the company (connectors/simulator) and running the pipeline (demo.py)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from connectors.simulator import asterisk, asterisk_events, asterisk_file, beside_files, dealertrack, files, rowriter
from connectors.simulator.company import World
from connectors.simulator.events import Site
from connectors.simulator.shopware import ShopWareServer
from connectors.simulator.whole import shop_id
from connectors.sql import source as sql
from data_contracts import capability
from orchestration import config as settings

URL = "TIEOUT_DEMO_SHOPWARE"  # the far end takes a free port each time; tieout.yml refers to it by this name
ROWRITER_NAMES = Path(sql.__file__).parent / "examples" / "rowriter_demo.yml"
LOGS_EVENTS = 21  # the shop with this many columns logs its calls on their way too
TYPES = {f"Credit Card - {name}": "card" for name in ("Visa", "MasterCard", "Amex", "Discover", "Debit")}
TYPES |= {"Cash": "cash", "Check": "check", "Other - Synchrony": "financing", "Other - ACH": "ach"}


def write(world: World, home: Path, since: datetime | None, as_of: datetime) -> None:
    """Bring every shop's system to an instant. Shop-Ware is not written but served."""
    folder = home / "sources"
    for site in world.company.sites:
        own = folder / site.id
        own.mkdir(parents=True, exist_ok=True)
        if site.dms == "rowriter":
            rowriter.write(world.company, world.events, site, own / "shop.db", as_of=as_of)
        elif site.dms in ("files", "dealertrack"):
            far_end = files if site.dms == "files" else dealertrack
            far_end.deliver(world.company, world.events, site, own / "drop", since=since, as_of=as_of)
        if site.dms != "files":
            beside_files.deliver(
                world.company, world.events, site, own / "beside", since=since, as_of=as_of, told=_told(site.dms)
            )
        if site.phone == "asterisk":
            asterisk_file.append(world.company, world.events, site, own / "cdr" / "Master.csv", as_of=as_of)
            if site.phone_columns == LOGS_EVENTS:
                asterisk_events.append(world.company, world.events, site, own / "events", as_of=as_of)


@contextmanager
def served(world: World, as_of: datetime) -> Iterator[None]:
    """Shop-Ware's API on loopback, as of an instant, for as long as it is needed."""
    if not any(site.dms == "shopware" for site in world.company.sites):
        with nullcontext():
            yield
        return
    server = ShopWareServer(world.company, world.events, as_of)
    with server.running():
        settings.define(URL, server.url)
        yield


def write_settings(world: World, home: Path) -> Path:
    """<home>/tieout.yml, and the names of R.O. Writer's tables beside the sources."""
    (home / "sources").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROWRITER_NAMES, home / "sources" / "rowriter_names.yml")
    sites = world.company.sites
    company = {
        "company": {"name": "Demo Auto", "currency": world.company.currency, "week_starts_on": "monday"},
        "sites": {site.id: _site(site) for site in sites},
        "connections": dict(
            connection for site in sites for connection in [*_books(site, sites, home), *_phones(site), *_beside(site)]
        ),
    }
    path = home / "tieout.yml"
    text = yaml.safe_dump(company, sort_keys=False, allow_unicode=True, width=110)
    path.write_text("# The demo's company; `tieout demo` made it.\n" + text, encoding="utf-8")
    return path


def _site(site: Site) -> dict[str, Any]:
    return {
        "name": site.name,
        "region": site.region,
        "timezone": site.timezone,
        "postal_code": site.postal_code,
        "hours": {"mon-fri": "08:00-18:00", "sat": "08:00-14:00"},
        "ar_enabled": site.ar_enabled,
        "upcharge_pct": str(site.upcharge_pct),
    }


def _books(site: Site, sites: tuple[Site, ...], home: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    folder = f"sources/{site.id}"
    own = {site.source_code: site.id}
    if site.dms == "rowriter":
        names = {"shop.code": site.source_code, "shop.zone": site.timezone}
        url = f"sqlite:///{home / folder / 'shop.db'}"
        yield f"{site.id}_dms", {
            "kind": "sql", "url": url, "mapping": "sources/rowriter_names.yml", "names": names, "sites": own,
        }  # fmt: skip
    elif site.dms == "dealertrack":
        yield f"{site.id}_dms", {"kind": "dealertrack", "path": f"{folder}/drop", "sites": own}
    elif site.dms == "files":
        codes = {other.source_code: other.id for other in sites}  # a payment may have been taken at another shop
        yield f"{site.id}_files", {"kind": "files", "path": f"{folder}/drop", "sites": codes}
    elif site == next(other for other in sites if other.dms == "shopware"):
        yield "shopware", _shopware([other for other in sites if other.dms == "shopware"])


def _phones(site: Site) -> Iterator[tuple[str, dict[str, Any]]]:
    if site.phone == "asterisk":
        layout = list(asterisk_file.LAYOUTS[17]) if site.phone_columns == 17 else site.phone_columns
        logs = {"cel": asterisk_events.CEL, "queue_log": asterisk_events.QUEUE_LOG}
        events = {name: f"sources/{site.id}/events/{path}" for name, path in logs.items()}
        yield f"{site.id}_phone", {
            "kind": "asterisk", "path": f"sources/{site.id}/cdr/Master.csv", "timezone": site.timezone,
            "columns": layout, "entry_points": asterisk.entry_points(), "sites": {"*": site.id},
            **(events if site.phone_columns == LOGS_EVENTS else {}),
        }  # fmt: skip


def _told(dms: str) -> set[str]:
    """Entities that a shop's DMS brings itself."""
    kind = {"rowriter": "sql"}.get(dms, dms)
    return {field.entity for field in capability.load(kind) if field.can != "never"}


def _beside(site: Site) -> Iterator[tuple[str, dict[str, Any]]]:
    """Messages, tasks, appointments: of other systems, which name orders and people by the ids of the books."""
    if site.dms != "files":
        books = "shopware" if site.dms == "shopware" else f"{site.id}_dms"
        owners = dict.fromkeys(("order", "customer", "vehicle", "employee"), books) | {"call": f"{site.id}_phone"}
        yield f"{site.id}_beside", {
            "kind": "files", "path": f"sources/{site.id}/beside", "ids_of": owners,
            "sites": {site.source_code: site.id},
        }  # fmt: skip


def _shopware(sites: list[Site]) -> dict[str, Any]:
    """All shops with Shop-Ware are one tenant."""
    return {
        "kind": "shopware",
        "tenant_id": 1,
        "partner_id": "${TIEOUT_DEMO_PARTNER:-partner-1}",
        "secret": "${TIEOUT_DEMO_SECRET:-a-secret}",
        "base_url": f"${{{URL}:-http://127.0.0.1:9}}",
        "payment_types": TYPES,
        "sites": {str(shop_id(site)): site.id for site in sites},
    }

"""The same shop spoken by every system: a far end per kind, and the connection that reads it.

Belongs here: one function per kind, one line in SPOKEN. Keep out: what is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.reading import settings
from connectors.simulator import (
    cdk,
    cdk_order,
    dealertrack,
    files,
    mitchell1,
    opentrack,
    pbs,
    protractor,
    protractor_payload,
    rowriter,
    shopdata,
    shopmonkey,
    shopware,
    shopware_payload,
    star,
    tekmetric,
    tekmetric_jobs,
    tekmetric_payload,
)
from connectors.simulator.company import World
from connectors.simulator.events import Site
from connectors.simulator.whole import shop_id
from connectors.sql import templates
from tests.warehouse import retold, spoken_calls

Speaker = Callable[[World, Site, Path, datetime], AbstractContextManager[dict[str, Any]]]


@contextmanager
def speak_shopdata(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    shopdata.deliver(world.company, world.events, site, folder, since=None, as_of=as_of)
    yield {
        "kind": "shopdata",
        "path": str(folder),
        "misc_codes": shopdata.MISC_CODES,
        "sites": {site.source_code: site.id},
    }


def _database(example: str, file: Path, site: Site) -> dict[str, Any]:
    return {
        "kind": "sql",
        "url": f"sqlite:///{file}",
        "mapping": str(Path(templates.__file__).parent / "examples" / f"{example}.yml"),
        "names": {"shop.code": site.source_code, "shop.zone": site.timezone},
        "sites": {site.source_code: site.id},
    }


@contextmanager
def speak_rowriter(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    rowriter.write(world.company, world.events, site, folder / "shop.db", as_of=as_of)
    yield _database("rowriter_demo", folder / "shop.db", site)


@contextmanager
def speak_mitchell1(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    mitchell1.write(world.company, world.events, site, folder / "shop.db", as_of=as_of)
    yield _database("mitchell1_demo", folder / "shop.db", site)


@contextmanager
def speak_star(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    star.deliver(world.company, world.events, site, folder, since=None, as_of=as_of)
    words = {"statuses": star.WORDS, "payers": star.PAYERS, "charges": star.CHARGES}
    yield {"kind": "star", "path": str(folder), **words, "sites": {site.source_code: site.id}}


@contextmanager
def speak_cdk(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    with cdk.CdkServer(world.company, world.events, site, as_of).running() as server:
        account = {"dealer_id": site.source_code, "user": server.user, "password": server.password}
        yield {
            "kind": "cdk",
            **account,
            "base_url": server.url,
            "payment_codes": cdk_order.CODES,
            "sites": {site.source_code: site.id},
        }


@contextmanager
def speak_shopmonkey(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    shopmonkey.deliver(world.company, world.events, site, folder, since=None, as_of=as_of)
    yield {"kind": "shopmonkey", "path": str(folder), "sites": {site.source_code: site.id}}


@contextmanager
def speak_tekmetric(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    """With every webhook since the beginning in the inbox."""
    with tekmetric.TekmetricServer(world.company, world.events, site, as_of).running() as server:
        server.send_webhooks(folder / "inbox", None, as_of)
        yield {
            "kind": "tekmetric",
            "client_id": server.client_id,
            "secret": server.secret,
            "base_url": server.url,
            "inbox": str(folder / "inbox"),
            "payment_types": tekmetric_payload.WAYS_OF_PAYING,
            "fee_types": tekmetric_jobs.FEE_TYPES,
            "discount_types": tekmetric_jobs.DISCOUNT_TYPES,
            "sites": {str(shop_id(site)): site.id},
        }


@contextmanager
def speak_dealertrack(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    events = retold.dealertrack_events(world, site)
    with opentrack.OpenTrackServer(world.company, events, site, as_of).running() as server:
        account = {"user": server.user, "password": server.password, "enterprise_code": server.enterprise}
        yield {
            "kind": "dealertrack",
            **account,
            "company_number": site.source_code,
            "base_url": server.url,
            "sites": {site.source_code: site.id},
        }


@contextmanager
def speak_pbs(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    with pbs.PbsServer(world.company, world.events, site, as_of).running() as server:
        account = {"serial_number": site.source_code, "user": server.user, "password": server.password}
        yield {"kind": "pbs", **account, "base_url": server.url, "sites": {site.source_code: site.id}}


@contextmanager
def speak_shopware(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    company = replace(world.company, sites=(replace(site, dms="shopware"),))
    events = retold.shopware_events(world, site)
    mine = [event.data for event in events if event.entity == "tender"]
    tenders = [row for row in mine if row["method"] in settings.METHODS and row["method"] != "ar"]
    with shopware.ShopWareServer(company, events, as_of).running() as server:
        yield {
            "kind": "shopware",
            "tenant_id": server.tenant_id,
            "partner_id": server.partner_id,
            "secret": server.secret,
            "base_url": server.url,
            "payment_types": {shopware_payload.payment_type(row)["payment_type"]: row["method"] for row in tenders},
            "sites": {str(shop_id(site)): site.id},
        }


@contextmanager
def speak_protractor(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    with protractor.ProtractorServer(world.company, world.events, site, as_of).running() as server:
        account = {"connection_id": server.connection_id, "api_key": server.api_key, "location": server.location}
        yield {
            "kind": "protractor",
            **account,
            "timezone": site.timezone,
            "base_url": server.url,
            "requests_per_second": 1000,
            "line_types": protractor_payload.LINE_TYPES,
            "sites": {server.location: site.id},
        }


@contextmanager
def speak_files(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    files.deliver(world.company, world.events, site, folder, since=None, as_of=as_of)
    yield {"kind": "files", "path": str(folder), "sites": {site.source_code: site.id}}


@contextmanager
def speak_dealertrack_drop(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    """Documents in a folder instead of the service."""
    events = retold.dealertrack_events(world, site)
    dealertrack.deliver(world.company, events, site, folder, since=None, as_of=as_of)
    yield {"kind": "dealertrack", "path": str(folder), "sites": {site.source_code: site.id}}


@contextmanager
def speak_protractor_crm(world: World, site: Site, folder: Path, as_of: datetime) -> Iterator[dict[str, Any]]:
    with speak_protractor(world, site, folder, as_of) as services:
        yield {**services, "protocol": "crm"}


SPOKEN_CALLS: dict[str, Speaker] = spoken_calls.SPOKEN_CALLS
SPOKEN: dict[str, Speaker] = {
    "files": speak_files,
    "dealertrack_drop": speak_dealertrack_drop,
    "protractor": speak_protractor,
    "protractor_crm": speak_protractor_crm,
    "shopware": speak_shopware,
    "dealertrack": speak_dealertrack,
    "tekmetric": speak_tekmetric,
    "shopmonkey": speak_shopmonkey,
    "rowriter": speak_rowriter,
    "mitchell1": speak_mitchell1,
    "shopdata": speak_shopdata,
    "star": speak_star,
    "cdk": speak_cdk,
    "pbs": speak_pbs,
}

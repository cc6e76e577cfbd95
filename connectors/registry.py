"""The source kinds: one line each, imported when a connection is of that kind. Keep out: everything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from connectors.base import Source


class Kinds(Mapping[str, type[Source]]):
    """Kind -> its class. Drivers of databases alone take more than a second to import: nobody waits for another's."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self.places = places

    def __getitem__(self, kind: str) -> type[Source]:
        module, _, name = self.places[kind].partition(":")
        found: type[Source] = getattr(import_module(module), name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)


KINDS: Mapping[str, type[Source]] = Kinds(
    {
        "asterisk": "connectors.asterisk:Asterisk",
        "callrail": "connectors.callrail:CallRail",
        "cdk": "connectors.cdk:Cdk",
        "dealertrack": "connectors.dealertrack:Dealertrack",
        "files": "connectors.files:Files",
        "freeswitch": "connectors.freeswitch:FreeSwitch",
        "iif": "connectors.iif:Iif",
        "pbs": "connectors.pbs:Pbs",
        "protractor": "connectors.protractor.source:Protractor",
        "ringcentral": "connectors.ringcentral:RingCentral",
        "shopdata": "connectors.shopdata:Shopdata",
        "shopmonkey": "connectors.shopmonkey:Shopmonkey",
        "shopware": "connectors.shopware:ShopWare",
        "sql": "connectors.sql.source:Sql",
        "square": "connectors.square:Square",
        "star": "connectors.star:Star",
        "stripe": "connectors.stripe:Stripe",
        "tekmetric": "connectors.tekmetric:Tekmetric",
        "threecx": "connectors.threecx:ThreeCx",
        "twilio": "connectors.twilio:Twilio",
    }
)

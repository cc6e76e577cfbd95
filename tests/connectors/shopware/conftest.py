"""A small company's Shop-Ware tenant on loopback, and a connection to it. Keep out: what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from connectors.reading import http
from connectors.shopware import ShopWare
from connectors.simulator.company import World, make_company
from connectors.simulator.shopware import ShopWareServer
from tests.connectors import faults

TYPES = {f"Credit Card - {name}": "card" for name in ("Visa", "MasterCard", "Amex", "Discover")}
TYPES |= {"Cash": "cash", "Check": "check", "Other - Synchrony": "financing"}


@cache
def world() -> World:
    """Two shops, of which the second has Shop-Ware."""
    return make_company(7, shops=2, days=8, ros_per_day=8, calls_per_day=1, breaks=0, beside=True)


@pytest.fixture
def company() -> World:
    return world()


@pytest.fixture
def serve(company: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ShopWareServer]]:
    """A server as of the last morning, or of an earlier instant."""
    patience = http.Patience(attempts=4, first_wait=0.01, longest_wait=5, timeout=5)
    with faults.served(monkeypatch, ShopWareServer, company, patience=patience) as serve:
        yield serve


@pytest.fixture
def connect() -> Callable[..., ShopWare]:
    def connection(server: ShopWareServer, **settings: Any) -> ShopWare:
        settings = {"page_size": 20, "payment_types": TYPES, "secret": server.secret, **settings}
        return ShopWare(server.tenant_id, server.partner_id, base_url=server.url, **settings)

    return connection

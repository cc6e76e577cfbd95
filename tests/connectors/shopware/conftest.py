"""A small company's Shop-Ware tenant on loopback, and a connection to it. Keep out: what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest

from connectors.reading import http
from connectors.shopware import ShopWare
from connectors.simulator.company import World, make_company
from connectors.simulator.shopware import ShopWareServer

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
    monkeypatch.setattr(
        http, "PATIENCE", http.Patience(attempts=4, first_wait=0.01, longest_wait=5, timeout=5)
    )
    with ExitStack() as stack:

        def served(as_of: Any = None, **account: Any) -> ShopWareServer:
            server = ShopWareServer(company.company, company.events, as_of or company.as_of, **account)
            return stack.enter_context(server.running())

        yield served


@pytest.fixture
def connect() -> Callable[..., ShopWare]:
    def connection(server: ShopWareServer, **settings: Any) -> ShopWare:
        settings = {"page_size": 20, "payment_types": TYPES, "secret": server.secret, **settings}
        return ShopWare(server.tenant_id, server.partner_id, base_url=server.url, **settings)

    return connection

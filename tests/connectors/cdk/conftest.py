"""A small dealer's pip-extracts on loopback, and a connection to them. Keep out: what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from connectors import cdk
from connectors.cdk import Cdk
from connectors.reading import http
from connectors.simulator.cdk import CdkServer
from connectors.simulator.cdk_order import CODES
from tests.connectors import dms_truth
from tests.connectors.faults import QUICK


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., CdkServer]]:
    """A server as of the last morning, or of an earlier instant."""
    monkeypatch.setattr(http, "PATIENCE", QUICK)
    monkeypatch.setattr(cdk, "PATIENCE", QUICK)
    monkeypatch.setattr(cdk, "LONGEST", 0)
    world = dms_truth.world()
    with ExitStack() as stack:

        def served(as_of: Any = None) -> CdkServer:
            server = CdkServer(world.company, world.events, dms_truth.shop(), as_of or world.as_of)
            return stack.enter_context(server.running())

        yield served


@pytest.fixture
def connect() -> Callable[..., Cdk]:
    def connection(server: CdkServer, **settings: Any) -> Cdk:
        settings = {"payment_codes": CODES, "history_days": 20, "password": server.password, **settings}
        return Cdk(server.site.source_code, server.user, base_url=server.url, **settings)

    return connection

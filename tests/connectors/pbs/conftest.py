"""A small dealer's PartnerHub on loopback, and a connection to it. Keep out: what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest

from connectors.pbs import Pbs
from connectors.reading import http
from connectors.simulator.pbs import PbsServer
from tests.connectors import dms_truth
from tests.connectors.faults import QUICK


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., PbsServer]]:
    """A server as of the last morning, or of an earlier instant."""
    monkeypatch.setattr(http, "PATIENCE", QUICK)
    world = dms_truth.world()
    with ExitStack() as stack:

        def served(as_of: datetime | None = None) -> PbsServer:
            server = PbsServer(world.company, world.events, dms_truth.shop(), as_of or world.as_of)
            return stack.enter_context(server.running())

        yield served


@pytest.fixture
def connect() -> Callable[..., Pbs]:
    def connection(server: PbsServer, **settings: Any) -> Pbs:
        settings = {"history_days": 20, "password": server.password, **settings}
        return Pbs(server.site.source_code, server.user, base_url=server.url, **settings)

    return connection

"""A small dealer's PartnerHub on loopback, and a connection to it. Keep out: what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.pbs import Pbs
from connectors.simulator.pbs import PbsServer
from tests.connectors import dms_truth, faults


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., PbsServer]]:
    """A server as of the last morning, or of an earlier instant."""
    with faults.served(monkeypatch, PbsServer, dms_truth.world(), dms_truth.shop()) as serve:
        yield serve


@pytest.fixture
def connect() -> Callable[..., Pbs]:
    def connection(server: PbsServer, **settings: Any) -> Pbs:
        settings = {"history_days": 20, "password": server.password, **settings}
        return Pbs(server.site.source_code, server.user, base_url=server.url, **settings)

    return connection

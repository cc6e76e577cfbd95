"""A small dealer's pip-extracts on loopback, and a connection to them. Keep out: what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors import cdk
from connectors.cdk import Cdk
from connectors.simulator.cdk import CdkServer
from connectors.simulator.cdk_order import CODES
from tests.connectors import dms_truth, faults
from tests.connectors.faults import QUICK


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., CdkServer]]:
    """A server as of the last morning, or of an earlier instant."""
    monkeypatch.setattr(cdk, "PATIENCE", QUICK)
    monkeypatch.setattr(cdk, "LONGEST", 0)
    with faults.served(monkeypatch, CdkServer, dms_truth.world(), dms_truth.shop()) as serve:
        yield serve


@pytest.fixture
def connect() -> Callable[..., Cdk]:
    def connection(server: CdkServer, **settings: Any) -> Cdk:
        settings = {"payment_codes": CODES, "history_days": 20, "password": server.password, **settings}
        return Cdk(server.site.source_code, server.user, base_url=server.url, **settings)

    return connection

"""A small shop's Tekmetric on loopback, and a connection to it. Keep out: what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.simulator.tekmetric import TekmetricServer
from connectors.simulator.tekmetric_jobs import DISCOUNT_TYPES, FEE_TYPES
from connectors.simulator.tekmetric_payload import WAYS_OF_PAYING
from connectors.tekmetric import Tekmetric
from tests.connectors import dms_truth, faults


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., TekmetricServer]]:
    """A server as of the last morning, or of an earlier instant."""
    with faults.served(monkeypatch, TekmetricServer, dms_truth.world(), dms_truth.shop()) as serve:
        yield serve


@pytest.fixture
def connect() -> Callable[..., Tekmetric]:
    def connection(server: TekmetricServer, **settings: Any) -> Tekmetric:
        types = {"payment_types": WAYS_OF_PAYING, "fee_types": FEE_TYPES, "discount_types": DISCOUNT_TYPES}
        settings = {"page_size": 20, "base_url": server.url, "requests_per_minute": 6000, **types, **settings}
        return Tekmetric(server.client_id, server.secret, **settings)

    return connection

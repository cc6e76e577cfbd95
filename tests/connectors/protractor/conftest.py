"""A small shop's Protractor on loopback, and a connection to it. Keep out: what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.protractor.source import Protractor
from connectors.simulator.protractor import ProtractorServer
from connectors.simulator.protractor_payload import LINE_TYPES
from tests.connectors import dms_truth, faults


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ProtractorServer]]:
    """A server as of the last morning, or of an earlier instant."""
    with faults.served(monkeypatch, ProtractorServer, dms_truth.world(), dms_truth.shop()) as serve:
        yield serve


def connected(server: ProtractorServer, **settings: Any) -> Protractor:
    account = {"connection_id": server.connection_id, "api_key": server.api_key, "location": server.location}
    said = {"timezone": dms_truth.shop().timezone, "line_types": LINE_TYPES, "start": "2026-03-01",
            "requests_per_second": 1000, "base_url": server.url, "page_size": 20}  # fmt: skip
    return Protractor(**{**account, **said, **settings})


@pytest.fixture
def connect() -> Callable[..., Protractor]:
    return connected

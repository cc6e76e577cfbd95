"""OpenTrack's web service: what is asked, what the models make of it, and what happens when a call fails."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from connectors.base import Cursor, TieoutError, Window
from connectors.dealertrack import Dealertrack
from connectors.landing import landing
from connectors.reading.xmlrows import elements
from connectors.simulator.company import World, make_company
from connectors.simulator.events import Site, state_at
from connectors.simulator.httpserver import BROKEN, REFUSED
from connectors.simulator.opentrack import OpenTrackServer
from tests.connectors import dms_truth, faults
from tests.connectors.faults import HOPELESS, Fault, Tables, ends_by_name, ends_well, pulled

Serve = Callable[..., OpenTrackServer]
SAMPLE = "samples/dealertrack_opentrack/OpenRepairOrderLookupResponse.sample.xml"
EXPECTED: Tables = {}  # what a pull without faults brings, pulled once


@cache
def world() -> World:
    return make_company(5, shops=3, days=4, ros_per_day=6, calls_per_day=1)


def shop() -> Site:
    return next(site for site in world().company.sites if site.dms == "dealertrack")


def at_work() -> datetime:
    """An instant at which an order is open."""
    mine = [event for event in world().events if event.site == shop().id and event.data.get("status") == "open"]
    return mine[-1].at


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    with faults.served(monkeypatch, OpenTrackServer, world(), shop()) as serve:
        yield serve


def connection(server: OpenTrackServer, **settings: Any) -> Dealertrack:
    account = {"user": server.user, "password": server.password, "company_number": server.site.source_code}
    more = {"enterprise_code": server.enterprise, "base_url": server.url, "history_days": 30}
    return Dealertrack(**{**account, **more, **settings})


def asked(server: OpenTrackServer) -> list[tuple[str, ...]]:
    found = []
    for request in server.requests:
        call = Xml.fromstring(request.body)[1][0]
        found.append((call.tag.partition("}")[2], *(element.text or "" for element in call[1])))
    return found


def test_open_orders_then_windows_of_the_final_close_then_one_order_at_a_time(serve: Serve) -> None:
    server, now = serve(), world().as_of  # noon of 16 March 2026
    list(connection(server).pull(Window(None, now)))
    calls = asked(server)
    assert calls[:2] == [
        ("OpenRepairOrderLookup",),
        ("GetClosedRepairOrders", "2026-02-15T00:00:00", "2026-03-17T00:00:00"),
    ]
    closed = {ro["ro_number"] for ro in server.state()["repair_order"].values() if ro["status"] == "closed"}
    assert {call[1] for call in calls[2:]} == closed
    server.requests.clear()
    list(connection(server).pull(Window(now - timedelta(days=1), now)))
    assert asked(server)[:3] == [
        ("OpenRepairOrderLookup", "2026-03-13T12:00:00"),
        ("GetClosedRepairOrders", "2026-03-08T00:00:00", "2026-03-17T00:00:00"),
        ("GetClosedRepairOrders", "2026-03-13T12:00:00"),
    ]


def test_the_truth_arrives_open_orders_too_and_a_close_is_a_new_version(
    serve: Serve, tmp_path: Path, build: Any
) -> None:
    server = serve(at_work())
    source = connection(server)
    for until in (at_work(), world().as_of):
        server.as_of = until
        result = landing.pull(tmp_path, "dt", source, {shop().source_code: shop().id}, until)
        assert (result.quarantined, result.failed, result.warnings) == (0, {}, [])
    con = build(source, "dt", tmp_path / "landing" / "dt")
    orders = state_at(world().events, world().as_of, shop().id)["repair_order"].values()
    truth = {ro["ro_number"]: ro for ro in orders if ro["status"] != "estimate"}
    found = dms_truth.headers(con, "dealertrack")
    assert {number: (row["status"], row["closed_date"]) for number, row in found.items()} == {
        number: ("closed" if ro["status"] == "closed" else "open", ro["closed_date"]) for number, ro in truth.items()
    }
    kinds = {"discount": "coupon", "package_discount": "coupon"}
    assert dms_truth.modelled(con, "dealertrack") == dms_truth.money(truth.values(), kinds)
    was_open = con.sql("select count(*) from int_dealertrack__repair_order where status = 'open'").fetchone()
    assert was_open > (0,)
    taxes: dict[str, Decimal] = defaultdict(Decimal)
    sql = "select ro_number, max(header_tax) from int_dealertrack__repair_order where status = 'open' group by 1"
    taxes |= dict(con.sql(sql).fetchall())
    assert sum(taxes.values()) > 0  # Tax1 to Tax4 of open documents


def test_an_order_that_is_neither_open_nor_closed_is_asked_for_by_number_and_deleted(
    serve: Serve, tmp_path: Path
) -> None:
    server, sites = serve(at_work()), {shop().source_code: "x"}
    number = next(ro["ro_number"] for ro in server.state()["repair_order"].values() if ro["status"] == "open")
    landing.pull(tmp_path, "dt", connection(server), sites, at_work())
    server.events = [event for event in server.events if event.data.get("ro_number") != number]
    result = landing.pull(tmp_path, "dt", connection(server), sites, at_work() + timedelta(hours=1))
    assert result.tables["repair_order"].deleted == 0  # only a sweep asks for all that is open
    result = landing.pull(tmp_path, "dt", connection(server), sites, at_work() + timedelta(hours=2), sweep=True)
    assert result.tables["repair_order"].deleted == 1
    assert ("GetClosedRepairOrderDetails", number) in asked(server)
    items = connection(server).pull(Window(at_work(), at_work(), {"open": [number]}, sweep=True))
    assert number not in next(item.value for item in items if isinstance(item, Cursor))["open"]


def test_the_public_open_order_lands_whole(shared: Path, tmp_path: Path) -> None:
    source = Dealertrack((shared / SAMPLE).parent, pattern=Path(SAMPLE).name)
    result = landing.pull(tmp_path, "dt", source, {"ZE7": "x"}, world().as_of)
    assert (result.tables["repair_order"].landed, result.quarantined, result.warnings) == (1, 0, [])


def test_other_public_answers_are_read_safely(shared: Path) -> None:
    files = list((shared / SAMPLE).parent.glob("*.xml"))
    assert len(files) > 1
    for file in files:
        assert sum(1 for _ in elements(file.name, file.read_bytes(), "OpenTrack")) > 10


@pytest.mark.parametrize("kind", [*REFUSED, *BROKEN])
def test_a_fault_ends_in_the_exact_truth_or_a_failure_by_name(serve: Serve, kind: str) -> None:
    server, window = serve(), Window(None, world().as_of)
    if not EXPECTED:
        EXPECTED.update(pulled(connection(server), window)[0])
    ends_well(server, connection(server), window, Fault(kind), EXPECTED)


@pytest.mark.parametrize("kind", ["503", "secret", "error-body", "html", "truncated", *HOPELESS])
def test_a_fault_that_stays_names_the_company_and_shows_no_password(serve: Serve, kind: str) -> None:
    server, window = serve(), Window(None, world().as_of)
    label = f"OpenTrack company {shop().source_code}: /ServiceAPI.asmx"
    ends_by_name(server, connection(server), window, Fault(kind), {}, label, server.password)


def test_check_counts_the_open_orders_and_a_connection_has_one_way(serve: Serve, tmp_path: Path) -> None:
    server = serve(at_work())
    assert connection(server).check()[0].endswith("open repair order(s)")
    with pytest.raises(TieoutError, match="stands beside an account"):
        connection(server, path=tmp_path)
    with pytest.raises(TieoutError, match="enterprise_code: is empty"):
        connection(server, enterprise_code="")
    with pytest.raises(TieoutError, match="is not https"):
        connection(server, base_url="http://ot.example")

"""An account's tracking numbers: what a pull brings, late tags, faults, and the calls that come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.base import TieoutError, Window
from connectors.callrail import ASKED, CallRail, _steps
from connectors.landing import landing
from connectors.simulator.callrail import CallRailServer
from connectors.simulator.company import World, make_company
from tests.connectors import faults
from tests.connectors.faults import Fault

Serve = Callable[..., CallRailServer]
NEWEST = "qualify _order = max(_order) over (partition by document_key)"
CALL = "direction, from_number, to_number, started_at, ended_at, status"
SEEN = [fault for fault in faults.FAULTS if fault != "secret"]
EXPECTED: dict[str, pl.DataFrame] = {}  # what a pull without faults brings, pulled once


@pytest.fixture(scope="module")
def world() -> World:
    return make_company(10, shops=1, days=4, ros_per_day=3, calls_per_day=50)


@pytest.fixture
def serve(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    with faults.served(monkeypatch, CallRailServer, world, world.company.sites[0]) as serve:
        yield serve


def connection(server: CallRailServer, **settings: Any) -> CallRail:
    settings = {"page_size": 40, "since": "2026-01-01", "base_url": server.url, **settings}
    return CallRail(server.account_id, server.secret, **settings)


def pulled(home: Path, server: CallRailServer, **settings: Any) -> landing.PullResult:
    sites = {server.company_id: "chi"}
    result = landing.pull(home, "cr", connection(server), sites, server.as_of, **settings)
    assert (result.quarantined, result.failed) == (0, {})
    return result


def calls_of(world: World) -> list[dict[str, Any]]:
    calls = [event.data for event in world.events if event.entity == "call"]
    return [call for call in calls if call["direction"] != "internal"]


def test_the_calls_that_were_made_come_out_of_two_pulls(world: World, serve: Serve, tmp_path: Path, build: Any) -> None:
    """The first in the middle of a day: calls that go on then are calls when they are over."""
    server = serve(world.as_of - timedelta(hours=60, minutes=7))
    pulled(tmp_path, server)
    server.advance(world.as_of)
    pulled(tmp_path, server)
    con = build(connection(server), "cr", tmp_path / "landing" / "cr")
    known = {"busy": "missed", "failed": "missed"}
    names = CALL.split(", ")
    truth = Counter(
        tuple({**call, "status": known.get(call["status"], call["status"])}[name] for name in names)
        for call in calls_of(world)
    )
    assert Counter(con.sql(f"select {CALL} from int_callrail__call {NEWEST}").fetchall()) == truth


def test_tags_that_arrive_days_later_are_a_new_version(world: World, serve: Serve, tmp_path: Path) -> None:
    server = serve()
    pulled(tmp_path, server)
    server.advance(world.as_of + timedelta(days=20))
    again = pulled(tmp_path, server)
    rows = pl.read_parquet(tmp_path / "landing" / "cr" / "*" / "call.parquet")
    tagged = rows.filter(pl.col("tags") == "Quoted;Tires")
    assert tagged["lead_status"].unique().to_list() == ["good_lead"]
    assert 0 < again.tables["call"].landed < again.tables["call"].unchanged
    pulled(tmp_path, server)
    assert (
        landing.pull(tmp_path, "cr", connection(server), {server.company_id: "chi"}, server.as_of).tables["call"].landed
        == 0
    )


def test_fields_that_the_list_leaves_out_are_asked_for_by_name(world: World, serve: Serve) -> None:
    server = serve()
    rows = faults.tables(connection(server).pull(Window(None, world.as_of)))["call"]
    asked = dict(server.requests[0].query)["fields"].split(",")
    assert asked == list(ASKED)
    assert {"tags", "company_id", "company_time_zone", "keypad_entries"} <= set(rows.columns)
    assert set(rows["keypad_entries"].drop_nulls()) == {"1"}


def test_a_long_time_is_asked_for_in_steps_and_the_window_overlaps_by_a_month(world: World, serve: Serve) -> None:
    server = serve()
    list(connection(server, since=date(2025, 9, 1)).pull(Window(None, world.as_of)))
    spans = [
        (ask["start_date"], ask["end_date"])
        for request in server.requests
        if "page" not in (ask := dict(request.query))
    ]
    assert [span[0] for span in spans] == ["2025-09-01", "2025-12-10"]
    assert spans[-1][1] == f"{world.as_of.date() + timedelta(days=1)}"
    server.requests.clear()
    list(connection(server).pull(Window(world.as_of, world.as_of)))
    assert dict(server.requests[0].query)["start_date"] == f"{world.as_of.date() - timedelta(days=31)}"
    assert list(_steps(date(2026, 1, 1), date(2026, 1, 1))) == [(date(2026, 1, 1), date(2026, 1, 1))]


def test_a_call_that_was_deleted_is_found_by_the_sweep(world: World, serve: Serve, tmp_path: Path, build: Any) -> None:
    server = serve()
    pulled(tmp_path, server)
    gone = f"CAL{calls_of(world)[5]['call_id']}"
    server.removed.add(gone)
    server.advance(world.as_of + timedelta(days=1))
    pulled(tmp_path, server, sweep=True)
    con = build(connection(server), "cr", tmp_path / "landing" / "cr")
    sql = f"select call_id from (from int_callrail__call {NEWEST}) where _is_deleted"
    assert con.sql(sql).fetchall() == [(gone,)]


@pytest.mark.parametrize("kind", SEEN)
def test_a_fault_ends_in_the_truth_or_in_a_failure_by_name(world: World, serve: Serve, kind: str) -> None:
    server, window = serve(), Window(None, world.as_of)
    if not EXPECTED:
        EXPECTED.update(faults.pulled(connection(server), window)[0])
        assert EXPECTED["call"].height > 100
    faults.ends_well(server, connection(server), window, Fault(kind, "page=2"), EXPECTED)


@pytest.mark.parametrize(
    "kind", ["429", "503", "error-body", "empty", "repeat", "shift", "total", "secret", "truncated"]
)
def test_a_fault_that_stays_is_a_failure_that_names_the_place(world: World, serve: Serve, kind: str) -> None:
    server = serve()
    place = "CallRail account ACC1: /v3/a/ACC1/calls.json"
    faults.ends_by_name(
        server, connection(server), Window(None, world.as_of), Fault(kind, "page=2"), {}, place, server.secret
    )


def test_a_company_that_is_no_site_is_refused(world: World, serve: Serve, tmp_path: Path) -> None:
    result = landing.pull(tmp_path, "cr", connection(serve()), {"COM0": "chi"}, world.as_of)
    assert result.quarantined == len(calls_of(world))


def test_check_names_the_companies_of_the_account(serve: Serve) -> None:
    assert connection(serve()).check() == ["company COMchi: Chicago, America/Chicago"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"api_key": ""}, "api_key: is empty"),
        ({"since": "last year"}, "since: 'last year' is no date"),
        ({"base_url": "http://api.callrail.com"}, "base_url: .* is not https"),
        ({"page_size": 500}, "page_size: 500 is not a whole number from 1 to 250"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(TieoutError, match=said):
        CallRail(**{"account_id": "ACC1", "api_key": "x", **settings})

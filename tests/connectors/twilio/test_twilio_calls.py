"""An account's calls: what a pull brings, what it does when the source fails, and the calls that come out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from connectors.base import Keys, TieoutError, Window
from connectors.landing import landing
from connectors.reading.jsonrows import frame
from connectors.simulator.company import World, make_company
from connectors.simulator.twilio import TwilioServer
from connectors.twilio import Twilio, _dated
from tests.connectors import faults
from tests.connectors.faults import Fault

Serve = Callable[..., TwilioServer]
NEWEST = "qualify _order = max(_order) over (partition by document_key)"
CALL = "direction, from_number, to_number, started_at, answered_at, ended_at, status, extension"
LEG = "extension, started_at, answered_at, ended_at, result, transfer_from"
# a fault in the last page of a list cannot be told from a short one: the API says nothing of a list's length
PLACES = {"empty": "Page=1", "repeat": "Page=1", "shift": "Page=1"}
EXPECTED: dict[str, pl.DataFrame] = {}  # what a pull without faults brings, pulled once
SEEN = [fault for fault in faults.FAULTS if fault not in ("total", "secret")]


@pytest.fixture(scope="module")
def world() -> World:
    return make_company(8, shops=1, days=4, ros_per_day=3, calls_per_day=50)


@pytest.fixture
def serve(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    with faults.served(monkeypatch, TwilioServer, world, world.company.sites[0]) as serve:
        yield serve


def connection(server: TwilioServer, **settings: Any) -> Twilio:
    return Twilio(server.account_sid, server.secret, base_url=server.url, **{"page_size": 100, **settings})


def calls_of(world: World) -> list[dict[str, Any]]:
    return [event.data for event in world.events if event.entity == "call"]


def truth(rows: list[dict[str, Any]], columns: str) -> Counter[Any]:
    return Counter(tuple(row[name] for name in columns.split(", ")) for row in rows)


def found(con: duckdb.DuckDBPyConnection, entity: str, columns: str) -> Counter[Any]:
    return Counter(con.sql(f"select {columns} from int_twilio__{entity} {NEWEST}").fetchall())


def test_the_calls_that_were_made_come_out_of_two_pulls(world: World, serve: Serve, tmp_path: Path, build: Any) -> None:
    """The first in the middle of a day: calls that go on then are calls when they are over."""
    server = serve(world.as_of - timedelta(hours=60, minutes=7))
    source = connection(server)
    for until in (server.as_of, world.as_of):
        server.advance(until)
        result = landing.pull(tmp_path, "twilio", source, {"*": "chi"}, until)
        assert (result.quarantined, result.failed) == (0, {})
    con = build(source, "twilio", tmp_path / "landing" / "twilio")
    assert found(con, "call", CALL) == truth(calls_of(world), CALL)
    legs = [leg for call in calls_of(world) for leg in call["legs"] if leg["result"] != "busy"]
    told = {leg: n for leg, n in found(con, "call_leg", LEG).items() if leg[4] not in ("busy", "failed")}
    names = "extension, started_at, answered_at, ended_at, transfer_from"
    assert Counter({(*leg[:4], leg[5]): n for leg, n in told.items() if leg[2]}) == truth(
        [leg for leg in legs if leg["answered_at"]], names
    )
    messages = "select count(recording_id) from int_twilio__call where status = 'voicemail' and not _is_deleted"
    assert con.sql(messages).fetchall()[0][0] >= sum(call["status"] == "voicemail" for call in calls_of(world))


def test_a_price_that_arrives_later_is_a_new_version_and_a_text_no_float(
    world: World, serve: Serve, tmp_path: Path
) -> None:
    last = max(call["ended_at"] for call in calls_of(world))
    server = serve(last)
    landing.pull(tmp_path, "twilio", connection(server), {"*": "chi"}, last)
    server.advance(last + timedelta(hours=1))
    again = landing.pull(tmp_path, "twilio", connection(server), {"*": "chi"}, server.as_of)
    assert 0 < again.tables["call"].landed < again.tables["call"].landed + again.tables["call"].unchanged
    rows = pl.read_parquet(tmp_path / "landing" / "twilio" / "*" / "call.parquet")
    assert rows["price"].dtype == pl.Decimal(14, 5)
    assert rows.filter(
        pl.col("price").is_null() & pl.col("duration").is_not_null() & (pl.col("resource") == "call")
    ).height


def test_a_call_that_was_deleted_is_found_by_the_sweep(world: World, serve: Serve, tmp_path: Path, build: Any) -> None:
    server = serve()
    source = connection(server)
    landing.pull(tmp_path, "twilio", source, {"*": "chi"}, world.as_of)
    parent = next(row for row in server.rows("Calls") if row["parent_call_sid"] is None)
    server.removed = {
        row["sid"] for row in server.rows("Calls") if parent["sid"] in (row["sid"], row["parent_call_sid"])
    }
    server.removed |= {row["sid"] for row in server.rows("Recordings") if row["call_sid"] == parent["sid"]}
    landing.pull(tmp_path, "twilio", source, {"*": "chi"}, world.as_of + timedelta(days=1), sweep=True)
    con = build(source, "twilio", tmp_path / "landing" / "twilio")
    gone = con.sql(f"select call_id from (from int_twilio__call {NEWEST}) where _is_deleted").fetchall()
    assert gone == [(parent["sid"],)]


def test_the_window_overlaps_by_days_and_named_dates_are_read_alone(world: World, serve: Serve) -> None:
    server = serve()
    source = connection(server)
    list(source.pull(Window(world.as_of - timedelta(days=1), world.as_of)))
    assert dict(server.requests[0].query)["StartTime>"] == f"{world.as_of - timedelta(days=4):%Y-%m-%d}"
    day = world.company.start + timedelta(days=1)
    server.requests.clear()
    list(source.pull(Window(world.as_of, world.as_of, dates=(day, day))))
    asked = dict(server.requests[0].query)
    assert (asked["StartTime>"], asked["StartTime<"]) == (f"{day - timedelta(1)}", f"{day + timedelta(1)}")
    items = list(source.pull(Window(world.as_of, world.as_of, sweep=True)))
    assert any(isinstance(item, Keys) and item.scope is not None for item in items)


@pytest.mark.parametrize("kind", SEEN)
def test_a_fault_ends_in_the_truth_or_in_a_failure_by_name(world: World, serve: Serve, kind: str) -> None:
    server = serve()
    window = Window(None, world.as_of)
    if not EXPECTED:
        EXPECTED.update(faults.pulled(connection(server), window)[0])
        assert EXPECTED["call"].height > 300
    fault = Fault(kind, PLACES.get(kind, "Calls.json"))
    faults.ends_well(server, connection(server), window, fault, EXPECTED)


@pytest.mark.parametrize("kind", ["429", "503", "error-body", "repeat", "shift", "secret", "truncated"])
def test_a_fault_that_stays_is_a_failure_that_names_the_place(world: World, serve: Serve, kind: str) -> None:
    server = serve()
    fault = Fault(kind, PLACES.get(kind, "Calls.json"))
    place = f"Twilio account {server.account_sid}: /2010-04-01/Accounts/{server.account_sid}/Calls.json"
    faults.ends_by_name(server, connection(server), Window(None, world.as_of), fault, {}, place, server.secret)


def test_the_vendors_own_page_becomes_a_call(shared: Path, tmp_path: Path, build: Any) -> None:
    text = (shared / "samples/twilio/calls_list.json").read_text()
    (row,) = json.loads(text)["calls"]

    class Sample(Twilio):
        def pull(self, window: Window) -> Iterator[Any]:
            from connectors.base import Rows
            from connectors.reading.numbers import with_e164
            from connectors.twilio import NUMBERS

            yield Rows("call", with_e164(frame([self._call(row)]), "US", NUMBERS))

    source = Sample("AC1", "secret")
    landing.pull(tmp_path, "twilio", source, {"*": "chi"}, datetime.fromisoformat("2010-09-01T00:00:00Z"))
    con = build(source, "twilio", tmp_path / "landing" / "twilio")
    ((way, caller, called, started, ended, status),) = con.sql(
        "select direction, from_number, to_number, started_at, ended_at, status from int_twilio__call"
    ).fetchall()
    assert (way, caller, called, status) == ("in", "+14158675308", "+14158675309", "abandoned")
    assert (f"{started:%H:%M:%S}", f"{ended:%H:%M:%S}") == ("20:36:28", "20:36:44")


def test_a_date_that_is_none_stays_for_the_contract_to_refuse() -> None:
    row = _dated(
        {"sid": "CA1", "start_time": "yesterday", "end_time": None, "date_created": "Tue, 31 Aug 2010 20:36:28 +0000"}
    )
    assert (row["start_time"], row["end_time"], row["date_created"]) == ("yesterday", None, "2010-08-31T20:36:28+00:00")


def test_check_names_the_account_and_its_numbers(serve: Serve, world: World) -> None:
    said = connection(serve()).check()
    assert said[0] == "account Shop: active"
    assert len(said) == 1 + len({call["to_number"] for call in calls_of(world) if call["direction"] == "in"})


def test_sites_may_be_the_companys_numbers(world: World, serve: Serve) -> None:
    items = list(
        connection(serve(), site_by_number=True).pull(
            Window(None, world.as_of, dates=(date(2026, 3, 1), date(2026, 3, 31)))
        )
    )
    rows = faults.tables(items)["call"].filter(pl.col("direction") == "inbound")
    own = {call["to_number"] for call in calls_of(world) if call["direction"] == "in"}
    assert len(own) > 1
    assert own <= set(rows["site_code"])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"account_sid": ""}, "account_sid: is empty"),
        ({"account_sid": "SK1"}, "account_sid: 'SK1' is no account"),
        ({"auth_token": ""}, "auth_token: is empty"),
        ({"base_url": "http://api.twilio.com"}, "base_url: .* is not https"),
        ({"page_size": 0}, "page_size: 0 is not a whole number from 1 to 1000"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(TieoutError, match=said):
        Twilio(**{"account_sid": "AC1", "auth_token": "x", **settings})

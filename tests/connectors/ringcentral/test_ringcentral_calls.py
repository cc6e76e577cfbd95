"""A company's call log: tokens, lists, faults, and the calls that come out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from connectors.base import Cursor, Keys, Rows, TieoutError, Window
from connectors.landing import landing
from connectors.ringcentral import LOG, SYNC, RingCentral
from connectors.simulator.company import World, make_company
from connectors.simulator.ringcentral import RingCentralServer
from tests.connectors import faults
from tests.connectors.faults import Fault

Serve = Callable[..., RingCentralServer]
NEWEST = "qualify _order = max(_order) over (partition by document_key)"
CALL = "direction, from_number, to_number, started_at, ended_at, status, extension"
STEP = "seq, node_type, label, entered_at, exited_at, exit_reason"
# a fault in the last page of a list cannot be told from a short one: the log says nothing of a list's length
PLACES = dict.fromkeys(("empty", "repeat", "shift"), "page=2")
SEEN = [fault for fault in faults.FAULTS if fault not in ("total", "secret")]
EXPECTED: dict[str, pl.DataFrame] = {}  # what a pull without faults brings, pulled once


@pytest.fixture(scope="module")
def world() -> World:
    return make_company(9, shops=1, days=4, ros_per_day=3, calls_per_day=50)


@pytest.fixture
def serve(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    with faults.served(monkeypatch, RingCentralServer, world, world.company.sites[0]) as serve:
        yield serve


def connection(server: RingCentralServer, **settings: Any) -> RingCentral:
    settings = {"page_size": 50, "requests_per_minute": 6000, "base_url": server.url, **settings}
    return RingCentral(server.client_id, server.secret, server.jwt, **settings)


def pulled(home: Path, server: RingCentralServer, **settings: Any) -> landing.PullResult:
    result = landing.pull(home, "rc", connection(server), {"*": "chi"}, server.as_of, **settings)
    assert (result.quarantined, result.failed) == (0, {})
    return result


def calls_of(world: World) -> list[dict[str, Any]]:
    return [event.data for event in world.events if event.entity == "call"]


def truth(rows: list[dict[str, Any]], columns: str) -> Counter[Any]:
    return Counter(tuple(row[name] for name in columns.split(", ")) for row in rows)


def found(con: duckdb.DuckDBPyConnection, entity: str, columns: str) -> Counter[Any]:
    return Counter(con.sql(f"select {columns} from int_ringcentral__{entity} {NEWEST}").fetchall())


def asked(server: RingCentralServer, path: str) -> list[dict[str, str]]:
    return [dict(request.query) for request in server.requests if request.path == path]


def test_a_list_and_then_what_changed_are_the_calls_that_were_made(
    world: World, serve: Serve, tmp_path: Path, build: Any
) -> None:
    server = serve(world.as_of - timedelta(hours=40))
    pulled(tmp_path, server)
    lists = len(asked(server, LOG))
    server.advance(world.as_of)
    pulled(tmp_path, server)
    assert len(asked(server, LOG)) == lists  # the second pull needed no list
    assert [ask["syncType"] for ask in asked(server, SYNC)] == ["FSync", "ISync"]
    con = build(connection(server), "rc", tmp_path / "landing" / "rc")
    assert found(con, "call", CALL) == truth(calls_of(world), CALL)
    inbound = [call for call in calls_of(world) if call["direction"] == "in"]
    way = [step for call in inbound for step in call["steps"] if step["node_type"] in ("ring_group", "voicemail")]
    told = Counter((row[1], row[5]) for row in found(con, "call_step", STEP).elements() if row[1] != "hangup")
    assert told == Counter((step["node_type"], step["exit_reason"]) for step in way)
    legs = [leg for call in inbound for leg in call["legs"]]
    names = "extension, answered_at, ended_at, transfer_from"
    took = {leg: n for leg, n in found(con, "call_leg", names + ", leg_id").items() if leg[4] != "call" and leg[1]}
    assert Counter(leg[:4] for leg in Counter(took).elements()) == truth(
        [leg for leg in legs if leg["answered_at"]], names
    )


def test_a_recording_arrives_after_its_call_and_a_deleted_call_is_told_once(
    world: World, serve: Serve, tmp_path: Path, build: Any
) -> None:
    answered = max(
        (call for call in calls_of(world) if call["status"] == "answered"), key=lambda call: call["ended_at"]
    )
    server = serve(answered["ended_at"])
    pulled(tmp_path, server)
    gone = calls_of(world)[0]["call_id"]
    server.removed[gone] = server.as_of + timedelta(minutes=5)
    server.advance(server.as_of + timedelta(hours=1))
    pulled(tmp_path, server)
    con = build(connection(server), "rc", tmp_path / "landing" / "rc")
    newest = f"(select * from int_ringcentral__call {NEWEST})"
    recorded = con.sql(f"select recording_id from {newest} where call_id = 'ID{answered['call_id']}'").fetchall()
    assert recorded == [(f"R{answered['call_id']}",)]
    assert con.sql(f"select call_id from {newest} where _is_deleted").fetchall() == [(f"ID{gone}",)]


@pytest.mark.parametrize("reason", ["more changes than 250", "a token that was forgotten"])
def test_a_token_that_is_of_no_use_costs_a_list_and_loses_nothing(
    world: World, serve: Serve, tmp_path: Path, build: Any, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(world.as_of - timedelta(hours=40))
    pulled(tmp_path, server)
    server.requests.clear()
    gone = calls_of(world)[-1]["call_id"] if reason.startswith("a token") else calls_of(world)[0]["call_id"]
    if reason.startswith("more"):
        monkeypatch.setattr("connectors.simulator.ringcentral.MOST", 3)
    else:
        server.forgotten = datetime(2100, 1, 1, tzinfo=UTC)
    server.removed[gone] = world.as_of
    server.advance(world.as_of)
    pulled(tmp_path, server)
    assert [ask["syncType"] for ask in asked(server, SYNC)] == ["ISync", "FSync"]
    assert asked(server, LOG)[0]["dateFrom"] < f"{world.as_of - timedelta(days=4):%Y-%m-%d}"
    con = build(connection(server), "rc", tmp_path / "landing" / "rc")
    alive = con.sql(f"select call_id from (from int_ringcentral__call {NEWEST}) where not _is_deleted").fetchall()
    assert {call for (call,) in alive} == {f"ID{call['call_id']}" for call in calls_of(world)} - {f"ID{gone}"}


def test_a_sweep_compares_the_window_and_named_dates_are_read_alone(world: World, serve: Serve) -> None:
    server = serve()
    cursor = {"sync_token": ""}
    items = list(connection(server).pull(Window(world.as_of, world.as_of, cursor, sweep=True)))
    assert any(isinstance(item, Keys) and item.scope is not None for item in items)
    day = world.company.start
    items = list(connection(server).pull(Window(world.as_of, world.as_of, cursor, dates=(day, day))))
    assert not any(isinstance(item, Keys) for item in items)
    assert {str(item.frame["start_time"].max())[:10] for item in items if isinstance(item, Rows)} <= {
        f"{day}", f"{day + timedelta(days=1)}", f"{day + timedelta(days=2)}",
    }  # fmt: skip


def test_an_expired_access_token_is_renewed_in_the_middle_of_a_pull(
    world: World, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve()
    expected, _ = faults.pulled(connection(server), Window(None, world.as_of))
    source, pages = connection(server), server._list

    def expiring(request: Any, fault: str) -> Any:
        reply = pages(request, fault)
        if len(server.tokens) == 1:
            server.tokens.append("token-1")
        return reply

    monkeypatch.setattr(server, "_list", expiring)
    found, failed = faults.pulled(source, Window(None, world.as_of))
    assert not failed
    assert faults.same(found, expected)


@pytest.mark.parametrize("kind", SEEN)
def test_a_fault_ends_in_the_truth_or_in_a_failure_by_name(world: World, serve: Serve, kind: str) -> None:
    server, window = serve(), Window(None, world.as_of)
    if not EXPECTED:
        EXPECTED.update(faults.pulled(connection(server), window)[0])
        assert EXPECTED["call"].height > 100
    faults.ends_well(server, connection(server), window, Fault(kind, PLACES.get(kind, "call-log?")), EXPECTED)


@pytest.mark.parametrize("kind", ["429", "503", "error-body", "repeat", "shift", "secret", "truncated"])
def test_a_fault_that_stays_is_a_failure_that_names_the_place(world: World, serve: Serve, kind: str) -> None:
    server = serve()
    fault = Fault(kind, PLACES.get(kind, "call-log?"))
    faults.ends_by_name(
        server, connection(server), Window(None, world.as_of), fault, {}, f"call log: {LOG}", server.secret
    )


def test_the_vendors_own_records_become_calls(shared: Path, tmp_path: Path, build: Any) -> None:
    """Two of the simple view with a recording each; two of 2013 without plus or time of change."""
    records = []
    for name in ("call_log_list_simple", "call_log_sync_fsync"):
        text = (shared / f"samples/ringcentral/{name}.json").read_text()
        records += json.loads(text, parse_float=Decimal)["records"]

    class Sample(RingCentral):
        def pull(self, window: Window) -> Iterator[Any]:
            yield from self._rows(records)
            yield Cursor({})

    source = Sample("app", "secret", "jwt")
    landing.pull(tmp_path, "rc", source, {"*": "chi"}, datetime(2023, 5, 1, tzinfo=UTC))
    con = build(source, "rc", tmp_path / "landing" / "rc")
    rows = con.sql(
        "select direction, from_number, to_number, status, recording_id from int_ringcentral__call order by call_id"
    ).fetchall()
    assert rows == [
        ("out", "+16505556100", "+14155555908", "answered", "1659910004"),
        ("out", None, "+2055551234", "missed", None),
        ("out", None, "+12055550010", "answered", None),
        ("out", None, "+12055550010", "answered", None),
        ("in", "+14155555908", "+15625555778", "answered", "1662272004"),
    ]


def test_check_names_the_account_and_the_newest_call(serve: Serve) -> None:
    said = connection(serve()).check()
    assert said[0] == "account 400151: Confirmed"
    assert said[1].startswith("newest call in the log: 2026-03-1")


def test_a_result_that_nobody_knows_is_refused(
    world: World, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "connectors.simulator.ringcentral.RESULTS",
        {
            **dict.fromkeys(("answered", "missed", "abandoned", "voicemail", "busy", "failed"), "Accepted"),
            "busy": "Beamed Up",
        },
    )
    result = landing.pull(tmp_path, "rc", connection(serve()), {"*": "chi"}, world.as_of)
    busy = sum(call["status"] == "busy" for call in calls_of(world))
    assert result.tables["call"].quarantined == busy > 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"jwt": ""}, "jwt: is empty"),
        ({"base_url": "http://platform.ringcentral.com"}, "base_url: .* is not https"),
        ({"page_size": 1000}, "page_size: 1000 is not a whole number from 1 to 250"),
        ({"country": "us"}, "country: 'us' is no country"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(TieoutError, match=said):
        RingCentral(**{"client_id": "a", "client_secret": "b", "jwt": "c", **settings})

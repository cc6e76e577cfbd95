"""Square's seller: movements and payouts of every location, what a later pull reads again, and faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import md5
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from connectors.base import Window
from connectors.landing import landing, quarantine
from connectors.simulator.company import World, make_company
from connectors.simulator.events import state_at
from connectors.simulator.square import SquareServer
from connectors.square import Square
from tests.connectors import faults
from tests.connectors.faults import Fault

Serve = Callable[..., SquareServer]
NEWEST = "qualify _order = max(_order) over (partition by _key) and not _is_deleted"
EXPECTED: dict[str, faults.Tables] = {}
# the API says nothing of a list's length: a row or a page that is missing cannot be told
SEEN = [fault for fault in faults.FAULTS if fault not in ("total", "secret", "shift", "empty")]


@cache
def world() -> World:
    return make_company(5, shops=2, days=14, ros_per_day=4, calls_per_day=1, beside=True)


SITES = {site.source_code: site.id for site in world().company.sites}


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    with faults.served(monkeypatch, SquareServer, world()) as serve:
        yield serve


def connection(server: SquareServer, **settings: Any) -> Square:
    return Square(server.secret, base_url=server.url, **{"page_size": 10, **settings})


def is_the_truth(con: Any, as_of: datetime) -> None:
    state = state_at(world().events, as_of)
    codes = {site: code for code, site in SITES.items()}
    columns = "type, txn_id, site, gross, processed_at, payout_id, reference"
    found = {
        row[:2]: row[2:] for row in con.sql(f"select {columns} from int_square__processor_txn {NEWEST}").fetchall()
    }
    expected = {
        (row["type"], key): (codes[row["site"]], row["gross"], row["processed_at"],
                             row["payout_id"], row["reference"] if row["type"] == "payment" else None)
        for key, row in state["processor_txn"].items()
        if row["type"] in ("payment", "refund", "dispute")
    }  # fmt: skip
    assert {key: value for key, value in found.items() if key[0] in ("payment", "refund", "dispute")} == expected != {}
    keys = con.sql(f"select txn_id, _key from int_square__processor_txn {NEWEST} and type = 'payment'").fetchall()
    assert keys == [(key, UUID(md5(f"pay\x1f{key}".encode()).hexdigest())) for key, _ in keys] != []
    settled = {row["payout_id"] for row in state["payout"].values()}
    inside = f"select fee, payout_id from int_square__processor_txn {NEWEST}"
    fees = con.sql(f"select sum(fee) from ({inside}) where payout_id is not null").fetchall()
    rows = [row for row in state["processor_txn"].values() if row["payout_id"] in settled]
    assert fees == [(sum((row["fee"] for row in rows), Decimal(0)),)]
    columns = "payout_id, site, deposited_date, amount, status, bank_reference"
    paid = {row[0]: row[1:] for row in con.sql(f"select {columns} from int_square__payout {NEWEST}").fetchall()}
    assert paid == {
        key: (codes[row["site"]], row["deposited_date"], row["amount"], row["status"], row["bank_reference"])
        for key, row in state["payout"].items()
    }


def test_two_pulls_bring_every_movement_its_fee_its_payout_and_what_became_of_them(
    serve: Serve, tmp_path: Path, build: Any
) -> None:
    first, second = world().first_pull, world().as_of
    server = serve(first)
    source = connection(server)
    for until in (first, second):
        server.advance(until)
        result = landing.pull(tmp_path, "pay", source, SITES, until)
        assert (result.quarantined, result.failed, result.warnings) == (0, {}, [])
        is_the_truth(build(source, "pay", tmp_path / "landing" / "pay", grain=True), until)
    again = landing.pull(tmp_path, "pay", source, SITES, second + timedelta(minutes=1))
    assert sum(counts.landed for counts in again.tables.values()) == 0
    asked = {dict(request.query).get("location_id") for request in server.requests if request.path == "/v2/payments"}
    assert asked == set(SITES), "by default a list is of the main location alone"


def test_a_payment_that_could_not_be_seen_yet_comes_with_the_next_pull(serve: Serve) -> None:
    late = next(
        event for event in world().events if event.entity == "processor_txn" and event.data["type"] == "payment"
    )
    at = late.data["processed_at"] + timedelta(seconds=2)
    server = serve(at)
    first = faults.pulled(connection(server), Window(None, at))[0]
    assert late.key not in set(first["movement"]["id"] if "movement" in first else ())
    server.advance(at + timedelta(hours=2))
    second = faults.pulled(connection(server), Window(at, at + timedelta(hours=2)))[0]
    assert late.key in set(second["movement"]["id"])
    assert late.key in set(second["movement_fee"]["movement_id"])


def test_what_was_not_completed_and_what_was_cash_moved_no_money(serve: Serve, tmp_path: Path, build: Any) -> None:
    server = serve()
    payments = server.lists["payments"]
    payments[0]["status"], payments[1]["status"], payments[2]["source_type"] = "APPROVED", "FAILED", "CASH"
    source = connection(server)
    landing.pull(tmp_path, "pay", source, SITES, world().as_of)
    con = build(source, "pay", tmp_path / "landing" / "pay")
    found = {row[0] for row in con.sql(f"select txn_id from int_square__processor_txn {NEWEST}").fetchall()}
    assert not found & {row["id"] for row in payments[:3]}
    assert payments[3]["id"] in found
    payments[0] |= {"status": "COMPLETED", "updated_at": "2026-03-20T00:00:00Z"}
    landing.pull(tmp_path, "pay", source, SITES, world().as_of + timedelta(hours=1))
    con = build(source, "pay", tmp_path / "landing" / "pay")
    assert (payments[0]["id"],) in con.sql(f"select txn_id from int_square__processor_txn {NEWEST}").fetchall()


@pytest.mark.parametrize("kind", SEEN)
@pytest.mark.parametrize("place", ["/v2/payments?", "/v2/payouts?"])
def test_a_fault_ends_with_the_exact_truth_or_by_name(serve: Serve, kind: str, place: str) -> None:
    server = serve()
    source, window = connection(server), Window(None, world().as_of)
    if not EXPECTED:
        EXPECTED["truth"] = faults.pulled(source, window)[0]
    faults.ends_well(
        server, source, window, Fault(kind, "cursor=" if kind in faults.MOVED else place), EXPECTED["truth"]
    )


@pytest.mark.parametrize("kind", ["503", "html", "secret", "error-body"])
def test_a_fault_that_stays_fails_by_name_and_shows_no_token(serve: Serve, kind: str) -> None:
    server = serve()
    source, window = connection(server), Window(None, world().as_of)
    label = "Square seller of the token: /v2/payments"
    faults.ends_by_name(server, source, window, Fault(kind, "/v2/payments"), {}, label, server.secret)


def test_a_location_without_a_site_and_another_currency_are_quarantined(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    server.lists["payments"][0]["amount_money"]["currency"] = "CAD"
    landing.pull(tmp_path, "pay", connection(server), {"S1": "chi"}, world().as_of)
    assert set(quarantine.rows(tmp_path)["rule"]) >= {"unmapped_amount_money_currency", "unmapped_site"}


def test_check_names_the_locations(serve: Serve) -> None:
    assert connection(serve()).check() == [
        f"location {site.source_code}: {site.name}, ACTIVE" for site in world().company.sites
    ]

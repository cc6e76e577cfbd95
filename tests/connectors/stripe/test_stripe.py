"""Stripe's account: transactions and payouts that come out, what a later pull reads again, and faults."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from connectors.base import TieoutError, Window
from connectors.landing import landing, quarantine
from connectors.reading.jsonrows import flat
from connectors.simulator.company import World, make_company
from connectors.simulator.events import state_at
from connectors.simulator.stripe import StripeServer
from connectors.stripe import Stripe, _transaction
from data_contracts.contract import load
from tests.connectors import faults
from tests.connectors.faults import Fault

Serve = Callable[..., StripeServer]
TXN = "txn_id, type, gross, fee, net, processed_at, payout_id, card_brand, last4, auth_code, reference"
EXPECTED: dict[str, faults.Tables] = {}
# the API says nothing of a list's length: a row that is missing on a page cannot be told
SEEN = [fault for fault in faults.FAULTS if fault not in ("total", "secret", "shift")]


@cache
def world() -> World:
    return make_company(5, shops=1, days=14, ros_per_day=6, calls_per_day=1, beside=True)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    with faults.served(monkeypatch, StripeServer, world(), world().company.sites[0]) as serve:
        yield serve


def connection(server: StripeServer, **settings: Any) -> Stripe:
    return Stripe(server.secret, base_url=server.url, **{"page_size": 20, **settings})


def truth(as_of: datetime) -> dict[str, dict[str, dict[str, Any]]]:
    return state_at(world().events, as_of, world().company.sites[0].id)


def is_the_truth(con: Any, as_of: datetime) -> None:
    state, newest = truth(as_of), "qualify _order = max(_order) over (partition by _key)"
    found = {row[0]: row[1:] for row in con.sql(f"select {TXN} from int_stripe__processor_txn {newest}").fetchall()}
    rows = state["processor_txn"].values()
    names = TXN.split(", ")[1:]
    expected = {f"txn_{row['txn_id']}": tuple(row[name] for name in names) for row in rows}
    expected = {key: (*row[:5], row[5] and f"po_{row[5]}", *row[6:]) for key, row in expected.items()}
    assert found == expected != {}
    columns = "payout_id, deposited_date, amount, status, bank_reference"
    paid = {row[0]: row[1:] for row in con.sql(f"select {columns} from int_stripe__payout {newest}").fetchall()}
    assert paid == {
        f"po_{key}": (row["deposited_date"], row["amount"], row["status"], row["bank_reference"])
        for key, row in state["payout"].items()
    }


def test_two_pulls_bring_every_transaction_its_payout_and_what_became_of_both(
    serve: Serve, tmp_path: Path, build: Any
) -> None:
    first, second = world().first_pull, world().as_of
    server = serve(first)
    source = connection(server)
    for until in (first, second):
        server.advance(until)
        result = landing.pull(tmp_path, "pay", source, {"*": "chi"}, until)
        assert (result.quarantined, result.failed, result.warnings) == (0, {}, [])
        is_the_truth(build(source, "pay", tmp_path / "landing" / "pay"), until)
    assert any("created%5Bgte%5D=" in request.target for request in server.requests)
    again = landing.pull(tmp_path, "pay", source, {"*": "chi"}, second + timedelta(minutes=1))
    assert sum(counts.landed for counts in again.tables.values()) == 0


def test_what_is_pending_becomes_available_and_goes_into_a_payout(serve: Serve) -> None:
    server = serve(world().first_pull)
    early = faults.pulled(connection(server), Window(None, world().first_pull))[0]["balance_transaction"]
    waiting = set(early.filter(early["status"] == "pending")["id"])
    server.advance(world().as_of)
    later = faults.pulled(connection(server), Window(world().first_pull, world().as_of))[0]["balance_transaction"]
    settled = later.filter(later["id"].is_in(list(waiting)) & (later["status"] == "available"))
    assert set(settled["id"]) == waiting != set()
    assert settled.filter(settled["reporting_category"] == "charge")["payout"].null_count() == 0


def test_transactions_are_of_every_type_with_the_card_behind_them(serve: Serve) -> None:
    rows = faults.pulled(connection(serve()), Window(None, world().as_of))[0]["balance_transaction"]
    assert set(rows["reporting_category"]) >= {"charge", "dispute", "payout"}
    disputed = rows.filter(rows["reporting_category"] == "dispute")
    assert disputed["source"].str.starts_with("dp_").all()
    assert disputed["card_last4"].null_count() == 0
    assert set(rows["payment_method_type"].drop_nulls()) == {"card", "card_present"}


@pytest.mark.parametrize("kind", SEEN)
@pytest.mark.parametrize("place", ["balance_transactions?created", "payouts?", "payout=po_"])
def test_a_fault_ends_with_the_exact_truth_or_by_name(serve: Serve, kind: str, place: str) -> None:
    server = serve()
    source, window = connection(server), Window(None, world().as_of)
    if not EXPECTED:
        EXPECTED["truth"] = faults.pulled(source, window)[0]
    if kind in faults.MOVED:
        place = "starting_after="
    faults.ends_well(server, source, window, Fault(kind, place), EXPECTED["truth"])


@pytest.mark.parametrize("kind", ["500", "429-long", "html", "secret", "error-body"])
def test_a_fault_that_stays_fails_by_name_and_shows_no_key(serve: Serve, kind: str) -> None:
    server = serve()
    source, window = connection(server), Window(None, world().as_of)
    faults.ends_by_name(
        server, source, window, Fault(kind, "/v1/payouts"), {}, "Stripe account of the key: /v1/payouts", server.secret
    )


def test_an_unknown_category_or_currency_is_quarantined_until_it_is_named(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    rows = server.lists["balance_transactions"]
    rows[0]["reporting_category"], rows[1]["currency"] = "climate_order_purchase", "cad"
    landing.pull(tmp_path, "pay", connection(server), {"*": "chi"}, world().as_of)
    assert set(quarantine.rows(tmp_path)["rule"]) == {"unmapped_reporting_category", "unmapped_currency"}
    named = connection(server, categories={"climate_order_purchase": "fee"})
    assert named.maps()["balance_transaction", "reporting_category"]["climate_order_purchase"] == "fee"
    with pytest.raises(TieoutError, match=r"categories.x: 'gift' is none of payment, refund"):
        connection(server, categories={"x": "gift"})


def test_check_says_what_is_in_the_balance(serve: Serve) -> None:
    said = connection(serve()).check()
    assert [line.split(":")[0] for line in said] == ["available", "pending"]
    assert "minor units of usd" in said[0]


def test_the_official_examples_are_what_the_contracts_say(shared: Path) -> None:
    """Fields of the vendor's fixtures, with the charge expanded, are all named; its enumerations are known."""
    samples = {
        name: json.loads((shared / f"samples/stripe/{name}.json").read_text())
        for name in ("balance_transaction", "charge", "payout", "refund", "dispute")
    }
    row = _transaction({**samples["balance_transaction"], "source": samples["charge"]})
    assert (row["card_brand"], row["card_last4"], row["charge_description"]) == (
        "visa",
        "4242",
        "My First Test Charge (created for API docs)",
    )
    assert (row["amount"], row["net"], row["status"], row["created"]) == (
        "100",
        "100",
        "available",
        "2009-02-13T23:31:30+00:00",
    )
    assert set(row) <= {column.name for column in load("stripe")["balance_transaction"].columns}
    for name in ("refund", "dispute"):
        behind = _transaction(
            {**samples["balance_transaction"], "source": {**samples[name], "charge": samples["charge"]}}
        )
        assert (behind["source_object"], behind["charge"], behind["card_brand"]) == (
            name,
            samples["charge"]["id"],
            "visa",
        )
    assert samples["payout"]["status"] in load("stripe")["payout"].column("status").allowed
    assert set(flat(samples["payout"])) <= {column.name for column in load("stripe")["payout"].columns}

"""What a pull asks for and yields by both protocols, on lists that move, by callback, and when the source fails."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from connectors.base import Keys, SourceError, TieoutError, Window
from connectors.landing import landing
from connectors.protractor import crm
from connectors.protractor.services import headers
from connectors.protractor.source import Protractor
from connectors.reading.answers import Answer
from connectors.simulator.httpserver import Reply, Request
from connectors.simulator.protractor import ProtractorServer
from tests.connectors import dms_truth, faults
from tests.connectors.faults import Fault, failures, pulled, tables

Serve = Callable[..., ProtractorServer]
Connect = Callable[..., Protractor]
AS_OF = dms_truth.world().as_of
FIRST = Window(None, AS_OF)
TRUTH: dict[str, faults.Tables] = {}  # by protocol: what a pull without faults brings, pulled once


def keys(items: list[Any]) -> list[tuple[set[str], str]]:
    return [(set(item.frame["id"]), str(item.scope)) for item in items if isinstance(item, Keys)]


def test_the_third_header_is_made_of_the_other_two() -> None:
    """Worked with openssl: printf %s <id without dashes> | openssl dgst -sha1 -hmac <key without dashes> -binary
    | base64."""
    made = headers("3F2504E0-4F89-11D3-9A0C-0305E82C3301", "B7AF6E80-1C2D-4E5F-8A9B-0C1D2E3F4A5B")
    assert made["authentication"] == "mbqGHrSBtb55fnP4wpF2ezdkLIQ="


def test_open_orders_are_read_one_by_one_and_invoices_as_they_are_listed(serve: Serve, connect: Connect) -> None:
    server = serve()
    items = list(connect(server).pull(FIRST))
    found = tables(items)
    assert set(found["order"]["id"]) == set(server.orders)
    asked = [one.path.rsplit("/", 2)[-2:] for one in server.requests]
    still_open = {key for key, row in server.orders.items() if not row["InvoiceNumber"]}
    assert {number for name, number in asked if name == "WorkOrder" and number} == still_open
    assert not [number for name, number in asked if name == "Invoice" and number]
    packages = [one for row in server.orders.values() for one in row["ServicePackages"]["ItemCollection"]]
    assert found["package"].filter(pl.col("deferred") == "false").height == len(packages)
    assert {dtype for frame in found.values() for dtype in frame.dtypes} == {pl.String}


def test_what_is_gone_from_the_board_or_from_the_invoices_of_a_sweep_is_deleted(
    serve: Serve, connect: Connect, tmp_path: Path
) -> None:
    """An open order that is given up has no document: only its absence tells."""
    server, site = serve(), dms_truth.shop()
    source, sites = connect(server), {server.location: site.id}
    landing.pull(tmp_path, "pr", source, sites, AS_OF)
    given_up = next(key for key, row in server.orders.items() if not row["InvoiceNumber"])
    posted = next(key for key, row in server.orders.items() if not row["InvoiceNumber"] and key != given_up)
    stamps = {"LastModifiedTime": "2026-03-17T09:00:00"}
    invoice = {"InvoiceNumber": "INV1", "InvoiceTime": "2026-03-17T09:00:00"}
    server.orders[posted] = {
        **server.orders[posted],
        **invoice,
        "Header": {**server.orders[posted]["Header"], **stamps},
    }
    gone = next(key for key, row in server.orders.items() if row["InvoiceNumber"] and key != posted)
    del server.orders[given_up], server.orders[gone]
    result = landing.pull(tmp_path, "pr", source, sites, AS_OF + timedelta(days=2), sweep=True)
    newest = pl.read_parquet(sorted((tmp_path / "landing" / "pr").glob("*/order.parquet"))[-1])
    told = dict(newest.select("id", "_is_deleted").iter_rows())
    assert told == {given_up: True, gone: True, posted: False}
    assert result.tables["order"].deleted == 2
    landed = {table: counts.landed for table, counts in result.tables.items() if counts.landed}
    assert landed.keys() <= {"order", "package", "line"}  # nothing else has changed
    assert landed["order"] == 1


def test_an_order_that_is_posted_while_the_board_is_read_comes_as_an_invoice(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Posted, a work order may be without its packages."""
    server = serve()
    order = next(key for key, row in server.orders.items() if not row["InvoiceNumber"])
    answer = server.answer

    def posting(request: Request, fault: str) -> Reply:
        reply = answer(request, fault)
        if "readInProgress" in request.target and "skip=0" in request.target:
            changed = {"InvoiceNumber": "INV77", "InvoiceTime": "2026-03-15T16:00:00"}
            server.orders[order] = {**server.orders[order], **changed}
        return reply

    monkeypatch.setattr(server, "answer", posting)
    found = tables(connect(server).pull(FIRST))
    row = found["order"].filter(pl.col("id") == order).to_dicts()
    assert [(one["document"], one["invoice_number"]) for one in row] == [("invoice", "INV77")]
    assert found["package"].filter(pl.col("order_id") == order).height > 0


def test_a_later_pull_reads_seven_days_of_invoices_again_and_a_sweep_ninety(serve: Serve, connect: Connect) -> None:
    server = serve()
    since = AS_OF - timedelta(days=1)
    for window, days in ((Window(since, AS_OF), 8), (Window(since, AS_OF, sweep=True), 90)):
        server.requests.clear()
        items = list(connect(server).pull(window))
        asked = [dict(one.query) for one in server.requests if one.path.endswith("/Invoice/")]
        first = min(query["startDate"] for query in asked)
        assert first == f"{AS_OF - timedelta(days=days):%Y-%m-%d}"
        assert max(query["endDate"] for query in asked) == f"{AS_OF + timedelta(days=1):%Y-%m-%d}"
        assert all(
            (datetime.fromisoformat(query["endDate"]) - datetime.fromisoformat(query["startDate"])).days <= 25
            for query in asked
        )
        assert len(keys(items)) == 1 + window.sweep


def test_days_asked_for_are_read_again(serve: Serve, connect: Connect) -> None:
    server, company = serve(), dms_truth.world().company
    late = AS_OF + timedelta(days=60)
    found = tables(connect(server).pull(Window(late, late, dates=(company.start, company.end))))
    invoiced = {key for key, row in server.orders.items() if row["InvoiceNumber"]}
    assert len(invoiced) > 10
    assert invoiced <= set(found["order"]["id"])


def test_times_are_those_of_the_wall_clock_of_the_location(serve: Serve, connect: Connect) -> None:
    """Seattle: noon is 19:00 UTC in summer time."""
    server = serve()
    order = next(key for key, row in server.orders.items() if row["InvoiceNumber"])
    server.orders[order]["InvoiceTime"] = "2026-03-12T12:00:00"
    found = tables(connect(server).pull(FIRST))["order"].filter(pl.col("id") == order)
    assert found["invoice_time"].to_list() == ["2026-03-12T19:00:00.000000Z"]


def test_what_a_callback_names_is_read_whatever_its_dates_say(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    server = serve()
    order = next(key for key, row in server.orders.items() if row["InvoiceNumber"])
    server.send(tmp_path, "a", order)
    server.send(tmp_path, "b", "00000000-0000-0000-0000-000000000000")  # no such order
    now = datetime.now(UTC)
    source = connect(server, inbox=tmp_path)
    items = list(source.pull(Window(now, now)))
    assert order in set(tables(items)["order"]["id"])
    os.utime(tmp_path / "a.json", (0, 0))
    assert order not in set(tables(source.pull(Window(now, now)))["order"]["id"])
    (tmp_path / "c.json").write_text("{")
    assert "c.json: is not whole JSON" in failures(source.pull(Window(now, now)))["inbox"]


def test_a_throttle_that_comes_with_success_is_waited_for_and_the_wait_is_the_vendors() -> None:
    message = b"<CRMDataSet><Header><ErrorNumber>CallThrottled</ErrorNumber><ErrorMessage>%s</ErrorMessage></Header>"
    for text, wait in ((b"wait 00:04:32 please", 272.0), (b"wait 01:00:00", 3600.0), (b"later", 60.0)):
        assert crm.throttled(Answer(200, httpx.Headers(), message % text)) == wait
    assert crm.throttled(Answer(200, httpx.Headers(), b"<CRMDataSet/>")) is None


def test_a_throttle_longer_than_a_pull_waits_is_named(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.throttle = ["01:30:00"]
    _, failed = pulled(connect(server, protocol="crm"), FIRST)
    assert "says throttled, to be tried again in 5400 s" in failed["order"]


def test_an_error_in_the_data_set_is_a_refusal_by_its_own_words(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve()
    head = "<Header><ErrorNumber>Expired</ErrorNumber><ErrorMessage>End date passed</ErrorMessage></Header>"
    reply = Reply(200, f"<CRMDataSet>{head}</CRMDataSet>".encode())
    monkeypatch.setattr(server, "answer", lambda *_: reply)
    _, failed = pulled(connect(server, protocol="crm"), FIRST)
    assert "refused: Expired End date passed; check the connection id" in failed["order"]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><CRMDataSet><Contacts>&b;</Contacts></CRMDataSet>'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><CRMDataSet><Contacts>&a;</Contacts></CRMDataSet>'


@pytest.mark.parametrize("text", [BOMB, FILE])
def test_a_data_set_that_declares_a_document_type_is_not_read(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    server = serve()
    monkeypatch.setattr(server, "answer", lambda *_: Reply(200, text.encode()))
    found, failed = pulled(connect(server, protocol="crm"), FIRST)
    assert "declares a document type, as Protractor never does" in failed["order"]
    assert found == {}
    assert len(server.requests) == 1


def test_a_type_of_line_that_nobody_knows_goes_to_quarantine_with_its_order(
    serve: Serve, connect: Connect, tmp_path: Path
) -> None:
    server = serve()
    order = next(row for row in server.orders.values() if row["InvoiceNumber"])
    order["ServicePackages"]["ItemCollection"][0]["ServicePackageLines"]["ItemCollection"][0]["Type"] = "Rental"
    result = landing.pull(tmp_path, "pr", connect(server), {server.location: dms_truth.shop().id}, AS_OF)
    files = list((tmp_path / "quarantine" / "pr").rglob("*.parquet"))
    refused = pl.concat([pl.read_parquet(file).select("table_name", "rule", "value") for file in files])
    assert ("line", "unmapped_type", "Rental") in set(refused.iter_rows())
    landed = pl.read_parquet(next((tmp_path / "landing" / "pr").glob("*/order.parquet")))
    assert order["ID"] not in set(landed["id"])
    assert result.quarantined > 1


def small(serve: Serve, connect: Connect, protocol: str) -> tuple[ProtractorServer, Protractor]:
    """Seven orders, by pages of two."""
    server = serve()
    kept = [*(row["ID"] for row in server.orders.values() if row["InvoiceNumber"])][:5]
    kept += [row["ID"] for row in server.orders.values() if not row["InvoiceNumber"]][:2]
    server.orders = {key: server.orders[key] for key in kept}
    source = connect(server, protocol=protocol, page_size=2)
    if protocol not in TRUTH:
        TRUTH[protocol] = tables(source.pull(FIRST))
    return server, source


CASES = [("services", kind) for kind in faults.FAULTS if kind != "total"]  # no list says how long it is
CASES += [("crm", kind) for kind in faults.FAULTS if kind not in faults.MOVED]  # one document
PLACES = {"services": "Invoice/?", "crm": "startDate=2026-03-01"}


@pytest.mark.parametrize(("protocol", "kind"), CASES)
def test_after_a_fault_that_passes_every_table_is_the_truth_or_failed_by_name(
    serve: Serve, connect: Connect, protocol: str, kind: str
) -> None:
    server, source = small(serve, connect, protocol)
    place = "Invoice/*skip=2" if kind in faults.MOVED else PLACES[protocol]
    faults.ends_well(server, source, FIRST, Fault(kind, place), TRUTH[protocol])


@pytest.mark.parametrize(("protocol", "kind"), [case for case in CASES if case[1] in (*faults.STAYING, *faults.MOVED)])
def test_a_fault_that_stays_stops_the_pull_by_name(serve: Serve, connect: Connect, protocol: str, kind: str) -> None:
    server, source = small(serve, connect, protocol)
    place = "Invoice/*skip=2" if kind in faults.MOVED else PLACES[protocol]
    label = f"Protractor location {server.location}: "
    faults.ends_by_name(server, source, FIRST, Fault(kind, place), TRUTH[protocol], label, server.api_key)


def test_no_more_than_three_requests_are_in_flight(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.latency = 0.02
    list(connect(server).pull(FIRST))
    assert 1 < server.most_at_once <= 3


def test_check_says_which_location_it_is(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    server = serve()
    assert connect(server).check() == [
        f"location {server.location}: Seattle",
        "no inbox: changes are found by dates alone",
    ]
    assert connect(server, inbox=tmp_path).check()[1] == f"inbox {tmp_path}: 0 bodies, 0 unreadable files"
    assert connect(server, protocol="crm").check() == ["CRM data set of today and yesterday: 0 invoice(s)"]
    with pytest.raises(SourceError, match="there is no location 7; it has location "):
        connect(server, location="7").check()
    with pytest.raises(SourceError, match="HTTP 401: the credentials are refused") as error:
        connect(server, api_key="expired").check()
    assert "expired" not in str(error.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"api_key": ""}, "api_key: is empty"),
        ({"timezone": "Seattle"}, "timezone: 'Seattle' is no time zone"),
        ({"protocol": "soap"}, "protocol: 'soap' is none of services, crm"),
        ({"start": "03/01/2026"}, "start: '03/01/2026' is no day; write it as"),
        ({"line_types": {"Rental": "car"}}, "line_types.Rental: 'car' is none of labor, part"),
        ({"protocol": "crm", "inbox": Path("x")}, "inbox: the CRM data set cannot be asked for one order"),
        ({"base_url": "http://integration.protractor.com"}, "is not https"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(settings: dict[str, Any], said: str) -> None:
    account = {"connection_id": "c", "api_key": "k", "location": "1", "timezone": "America/Chicago"}
    with pytest.raises(TieoutError, match=said):
        Protractor(**{**account, **settings})

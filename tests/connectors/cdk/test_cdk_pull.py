"""What a pull asks of the extracts, how arrays become rows, and what happens when an extract fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Cursor, SourceError, TieoutError, Window
from connectors.cdk import Cdk
from connectors.cdk_extract import orders, rows
from connectors.landing import landing
from connectors.reading.answers import Again
from connectors.reading.xmlrows import NotWhole, row
from connectors.simulator.cdk import CdkServer
from connectors.simulator.httpserver import BROKEN, REFUSED
from tests.connectors import dms_truth
from tests.connectors.faults import HOPELESS, Fault, Tables, ends_by_name, ends_well, pulled

Serve = Callable[..., CdkServer]
Connect = Callable[..., Cdk]
EXPECTED: Tables = {}  # what a pull without faults brings, pulled once


def asked(server: CdkServer) -> list[tuple[str, ...]]:
    names = ("queryId", "qparamStartDate", "qparamEndDate", "deltaDate", "qparamRONum")
    return [tuple(request.form[name] for name in names if name in request.form) for request in server.requests]


def cursor(items: Iterable[Any]) -> dict[str, Any]:
    return dict(next(item.value for item in items if isinstance(item, Cursor)))


def test_a_first_pull_reads_history_and_a_later_one_the_open_and_the_last_days(serve: Serve, connect: Connect) -> None:
    server, now = serve(), dms_truth.world().as_of  # noon of 16 March 2026
    list(connect(server).pull(Window(None, now)))
    assert asked(server) == [
        ("SROD_Open_WIP",),
        ("SROD_History_DateRange", "12/17/2025", "01/16/2026"),
        ("SROD_History_DateRange", "01/17/2026", "02/16/2026"),
        ("SROD_History_DateRange", "02/17/2026", "03/11/2026"),
        ("SROD_Closed_DateRange", "03/12/2026", "03/17/2026"),
        ("CUST_Bulk",),
        ("HEMPL_Bulk_Service",),
    ]
    server.requests.clear()
    list(connect(server).pull(Window(now - timedelta(days=1), now)))
    assert asked(server) == [
        ("SROD_Open_WIP",),
        ("SROD_History_DateRange", "03/10/2026", "03/11/2026"),
        ("SROD_Closed_DateRange", "03/12/2026", "03/17/2026"),
        ("CUST_Delta", "03/14/2026"),
        ("HEMPL_Bulk_Service",),
    ]


def test_named_days_are_read_from_the_history(serve: Serve, connect: Connect) -> None:
    server, now = serve(), dms_truth.world().as_of
    list(connect(server).pull(Window(now, now, dates=(date(2026, 3, 10), date(2026, 3, 11)))))
    assert ("SROD_History_DateRange", "03/10/2026", "03/11/2026") in asked(server)


def test_an_order_that_left_the_open_list_is_asked_for_by_number_and_deleted_if_there_is_none(
    serve: Serve, connect: Connect, tmp_path: Path
) -> None:
    now = dms_truth.working_hours()
    server = serve(now)
    number = next(ro["ro_number"] for ro in server.state()["repair_order"].values() if ro["status"] == "open")
    source, sites = connect(server), {server.site.source_code: "x"}
    landing.pull(tmp_path, "ck", source, sites, now)
    server.events = [event for event in server.events if event.data.get("ro_number") != number]
    server.requests.clear()
    result = landing.pull(tmp_path, "ck", source, sites, now + timedelta(hours=1))
    assert ("SROD_ByRONumber", number) in asked(server)
    assert result.tables["repair_order"].deleted == 1
    assert cursor(source.pull(Window(now, now, {"open": [number]})))["open"].count(number) == 0


ORDER = """<?xml version="1.0"?><x:History xmlns:x="http://www.dmotorworks.com/{space}">{first}
<x:Row><x:RONumber>1</x:RONumber><x:lbrMultivalueCount>{count}</x:lbrMultivalueCount>
<x:lbrLineCode><x:V>A</x:V><x:V>B</x:V><x:V/></x:lbrLineCode><x:lbrSale><x:V>10</x:V></x:lbrSale>
<x:disLineCode>A</x:disLineCode><x:payCPTotal>12.5</x:payCPTotal>
<x:PhoneNumber><x:V>312</x:V><x:V>313</x:V></x:PhoneNumber></x:Row>{last}</x:History>"""
CODE = "<x:ErrorCode>{}</x:ErrorCode><x:ErrorMessage>{}</x:ErrorMessage>"


def extract(first: str = "", last: str = CODE.format(0, ""), count: int = 3, space: str = "any") -> bytes:
    return ORDER.format(first=first, last=last, count=count, space=space).encode()


def test_arrays_are_zipped_by_position_whatever_the_namespace_and_empty_ends_may_be_left_out() -> None:
    (document,) = orders("a", extract(), "D1")
    assert document["labor"] == [
        {"ro_number": "1", "ordinal": "1", "line_code": "A", "sale": "10"},
        {"ro_number": "1", "ordinal": "2", "line_code": "B", "sale": None},
    ]
    assert document["discount"] == [{"ro_number": "1", "ordinal": "1", "line_code": "A"}]
    header = document["repair_order"][0]
    assert (header["pay_cp_total"], header["phone_number"], header["dealer_id"]) == ("12.5", "312;313", "D1")


def test_more_values_than_the_count_says_cannot_be_zipped() -> None:
    with pytest.raises(SourceError, match=r"order 1: 3 values in lbr\*, lbrMultivalueCount says 2"):
        list(orders("a", extract(count=2), "D1"))


def test_the_error_code_counts_first_or_last_and_an_answer_without_one_is_none() -> None:
    for place in ({"first": CODE.format(5, "Bad"), "last": ""}, {"last": CODE.format(5, "Bad")}):
        with pytest.raises(Again, match=r"ErrorCode 5 in a 200 \(Bad\)"):
            list(rows("a", extract(**place)))
    with pytest.raises(Again, match="without ErrorCode"):
        list(rows("a", extract(last="")))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>', "declares a document type"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>', "declares a document type"),
        (extract()[:-30], "is not whole XML"),
        (extract().replace(b"312", b"\xe9"), "is not whole XML"),
    ],
)
def test_bombs_and_broken_xml_are_not_read(body: bytes, error: str) -> None:
    with pytest.raises(SourceError, match=error) as caught:
        list(rows("a", body))
    assert isinstance(caught.value, NotWhole) == (error == "is not whole XML")


def test_the_public_sample_is_read(shared: Path) -> None:
    data = (shared / "samples/cdk_pip_extract/ServiceSalesClosed_minimal.xml").read_bytes()
    (found,) = [row(element) for element in rows("sample", data)]
    said = (found["ro_number"], found["open_date"], found["cust_no"], found["name1"])
    assert said == ("25001", "2019-02-20", "418601", None)


@pytest.mark.parametrize(
    ("kind", "query"),
    [*((kind, "service-ro-closed") for kind in (*REFUSED, *BROKEN)), ("503", "service-ro-open"), ("reset", "customer")],
)
def test_a_fault_ends_in_the_exact_truth_or_a_failure_by_name(
    serve: Serve, connect: Connect, kind: str, query: str
) -> None:
    server, window = serve(), Window(None, dms_truth.world().as_of)
    source = replace(connect(server), history_days=1)
    if not EXPECTED:
        EXPECTED.update(pulled(source, window)[0])
    ends_well(server, source, window, Fault(kind, query), EXPECTED)


@pytest.mark.parametrize("kind", ["503", "secret", "error-body", "html", "truncated", "encoding", *HOPELESS])
def test_a_fault_that_stays_names_the_dealer_and_shows_no_password(serve: Serve, connect: Connect, kind: str) -> None:
    server, window = serve(), Window(None, dms_truth.world().as_of)
    source = replace(connect(server), history_days=1)
    if not EXPECTED:
        EXPECTED.update(pulled(source, window)[0])
    fault = Fault(kind, "service-ro-closed")
    ends_by_name(server, source, window, fault, EXPECTED, "CDK dealer S4: /pip-extract", server.password)


def test_a_code_that_nobody_has_named_is_refused_with_its_order(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    server, now = serve(), dms_truth.world().as_of
    few = {"CASH": "cash"}
    result = landing.pull(tmp_path, "ck", connect(server, payment_codes=few), {server.site.source_code: "x"}, now)
    assert result.tables["payment"].quarantined > 0
    assert result.tables["repair_order"].quarantined > 0
    assert result.failed == {}


def test_fields_added_removed_renamed_and_retyped(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Unknown fields are kept; a decimal comma refuses its order; a field that is gone stops the document."""
    server, sites = serve(), {dms_truth.shop().source_code: "x"}
    answer = server.answer
    edits = {
        "added": (b"<RONumber>", b"<LoyaltyTier>GOLD</LoyaltyTier><RONumber>"),
        "retyped": (b"<payCPTotal>", b"<payCPTotal>1,"),
        "renamed": (b"lbrSale", b"lbrAmount"),
    }

    def edited(name: str) -> landing.PullResult:
        def reply(request: Any, fault: str) -> Any:
            found = answer(request, fault)
            return replace(found, body=found.body.replace(*edits[name]))

        monkeypatch.setattr(server, "answer", reply)
        return landing.pull(tmp_path / name, "ck", connect(server), sites, dms_truth.world().as_of)

    assert "loyalty_tier" in str(edited("added").warnings)
    retyped = edited("retyped").tables["repair_order"]
    assert retyped.quarantined > 30
    assert retyped.landed < 10  # voids, which have no total
    assert "sends no column sale" in edited("renamed").failed["labor"]


def test_check_counts_the_open_orders_and_settings_that_mean_nothing_are_refused(
    serve: Serve, connect: Connect
) -> None:
    server = serve()
    open_now = sum(ro["status"] in ("open", "on_hold", "finished") for ro in server.state()["repair_order"].values())
    assert connect(server).check() == [f"dealer S4: {open_now} open repair order(s)"]
    for settings, message in (
        ({"password": ""}, "password: is empty"),
        ({"history_days": 0}, "history_days: 0"),
        ({"payment_codes": {"X": "gold"}}, r"payment_codes\.X: 'gold'"),
        ({"misc_types": {"X": "gold"}}, r"misc_types\.X: 'gold'"),
    ):
        with pytest.raises(TieoutError, match=message):
            connect(server, **settings)
    with pytest.raises(TieoutError, match="is not https"):
        Cdk("1", "u", "p", base_url="http://3pa.example")

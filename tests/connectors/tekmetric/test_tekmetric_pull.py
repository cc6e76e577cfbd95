"""What a pull asks for and yields, on lists that move, by webhook, and when the source fails."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors import tekmetric
from connectors.base import Keys, SourceError, TieoutError, Window
from connectors.landing import landing
from connectors.reading import http
from connectors.simulator.tekmetric import TekmetricServer
from connectors.tekmetric import LISTS, Tekmetric
from connectors.tekmetric_rows import ORDER
from tests.connectors import dms_truth, faults
from tests.connectors.faults import Fault, failures, pulled, tables

Serve = Callable[..., TekmetricServer]
Connect = Callable[..., Tekmetric]
AS_OF = dms_truth.world().as_of
FIRST = Window(None, AS_OF)
TRUTH: faults.Tables = {}  # what a pull without faults brings of orders and employees, pulled once


@pytest.fixture
def few_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Employees stand for the lists beside the orders: they are paged like the others."""
    monkeypatch.setattr(tekmetric, "LISTS", {"employee": "employees"})


def asked(server: TekmetricServer, name: str) -> list[dict[str, str]]:
    return [dict(one.query) for one in server.requests if one.path.endswith(f"/{name}")]


def test_a_first_pull_brings_every_order_once_with_all_that_hangs_on_it(serve: Serve, connect: Connect) -> None:
    server = serve()
    found = tables(connect(server).pull(FIRST))
    held = [row for row in server.records["repair-orders"].values() if not row["deletedDate"]]
    assert sorted(found["repair_order"]["id"]) == sorted(str(row["id"]) for row in held)
    jobs = [job for row in held for job in row["jobs"]]
    assert found["job"].height == len(jobs)
    for name, table in (("labor", "labor"), ("parts", "part")):
        assert found[table].height == sum(len(job[name]) for job in jobs)
    for table in ("fee", "discount"):
        levels = [sum(len(row[f"{table}s"]) for row in rows) for rows in (jobs, held)]
        by_level = found[table].group_by("level").len().sort("level", descending=True)["len"].to_list()
        assert by_level == [count for count in reversed(levels) if count]
    assert {dtype for frame in found.values() for dtype in frame.dtypes} == {pl.String}
    assert found["employee"]["shop_id"].unique().to_list() == ["4"]


def test_a_later_pull_asks_for_changes_and_for_deletions_each_by_itself(serve: Serve, connect: Connect) -> None:
    """Two filters on dates at once would bring deleted orders only."""
    server = serve()
    deleted = [row["deletedDate"] for row in server.records["repair-orders"].values() if row["deletedDate"]]
    since = datetime.fromisoformat(max(deleted))
    found = tables(connect(server).pull(Window(since, AS_OF)))
    for query in asked(server, "repair-orders"):
        assert len({name[:7] for name in query if "Date" in name and name != "sort"}) == 1
    after = f"{since - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
    changed = {str(row["id"]) for row in server.records["repair-orders"].values() if row["updatedDate"] >= after}
    assert set(found["repair_order"]["id"]) == changed
    gone = set(found["repair_order"].filter(pl.col("deleted") == "true")["id"])
    assert gone == {key for key in changed if server.records["repair-orders"][key]["deletedDate"]}
    assert gone
    assert len(changed) < len(server.records["repair-orders"])


def test_every_list_is_cut_at_the_bound_of_the_pull(serve: Serve, connect: Connect) -> None:
    server = serve()
    list(connect(server).pull(FIRST))
    bound = f"{AS_OF:%Y-%m-%dT%H:%M:%SZ}"
    for name in ("repair-orders", *LISTS.values()):
        asks = asked(server, name)
        assert {query.get("updatedDateEnd") or query.get("updatedDateStart") for query in asks} == {bound}


def test_an_order_that_is_saved_while_the_list_is_read_is_neither_lost_nor_doubled(
    serve: Serve, connect: Connect
) -> None:
    server = serve()
    orders = sorted(key for key, row in server.records["repair-orders"].items() if not row["deletedDate"])
    server.drift += [orders[0], orders[-1]]
    found = tables(connect(server).pull(FIRST))["repair_order"]
    assert sorted(found["id"]) == orders
    saved = found.filter(pl.col("updated_date") > f"{AS_OF:%Y-%m-%dT%H:%M:%SZ}")["id"]
    assert sorted(saved) == [orders[0], orders[-1]]
    assert not server.drift


def test_a_sweep_reads_sixty_days_of_posted_orders_and_all_that_stands_beside_them(
    serve: Serve, connect: Connect
) -> None:
    server = serve()
    items = list(connect(server).pull(Window(AS_OF - timedelta(hours=1), AS_OF, sweep=True)))
    posted = {key for key, row in server.records["repair-orders"].items() if row["postedDate"]}
    assert posted <= set(tables(items)["repair_order"]["id"])
    keys = {item.table: set(item.frame["id"]) for item in items if isinstance(item, Keys)}
    assert keys == {table: set(server.records[name]) for table, name in LISTS.items()}
    assert set(tables(items)["customer"]["id"]) == keys["customer"]  # also those that nobody touched for years


def test_days_asked_for_are_read_again_in_whatever_zone_they_lie(serve: Serve, connect: Connect) -> None:
    site, company = dms_truth.shop(), dms_truth.world().company
    days = (company.start, company.end)
    server = serve()
    found = tables(connect(server).pull(Window(AS_OF, AS_OF, dates=days)))
    told = dms_truth.orders({"closed"}).values()
    closed = {row["ro_id"] for row in told if days[0] <= row["closed_date"] <= days[1]}
    assert closed <= set(found["repair_order"]["id"])
    assert site.timezone == "America/Los_Angeles"
    assert len(server.requests) < 10  # a chunk of history asks for nothing else


def test_an_order_that_a_webhook_spoke_of_is_read_whatever_its_dates_say(
    serve: Serve, connect: Connect, tmp_path: Path
) -> None:
    server, inbox = serve(), tmp_path / "inbox"
    inbox.mkdir()
    oldest = min(server.records["repair-orders"], key=int)
    server.send(inbox, {"event": "Repair Order posted", "data": {"id": int(oldest), "repairOrderNumber": 1}})
    server.send(inbox, {"event": "Repair Order viewed", "data": {"id": 99, "repairOrderNumber": 9}})  # no such order
    source = connect(server, inbox=inbox)
    now = datetime.now(UTC)
    assert oldest in set(tables(source.pull(Window(now, now)))["repair_order"]["id"])
    long_ago = (now - timedelta(days=9)).timestamp()
    for file in inbox.iterdir():
        os.utime(file, (long_ago, long_ago))
    found = tables(source.pull(Window(now, now)))
    assert oldest not in set(found["repair_order"]["id"] if "repair_order" in found else ())


def test_a_body_that_came_twice_is_one_payment_and_two_payments_of_an_order_are_two(
    serve: Serve, connect: Connect, tmp_path: Path
) -> None:
    server = serve()
    sent = server.send_webhooks(tmp_path, None, AS_OF)
    assert len(list(tmp_path.iterdir())) > sent
    found = tables(connect(server, inbox=tmp_path).pull(FIRST))["payment"]
    assert found.height == found.select("repair_order_id", "id").unique().height
    assert found["repair_order_id"].is_duplicated().any()


def test_a_file_in_the_inbox_that_is_not_whole_holds_up_no_order(
    serve: Serve, connect: Connect, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text('{"event": "Payment')
    (tmp_path / "b.json.part").write_text("{")
    items = list(connect(serve(), inbox=tmp_path).pull(FIRST))
    assert "a.json: is not whole JSON" in failures(items)["inbox"]
    assert tables(items)["repair_order"].height > 30


@pytest.mark.usefixtures("few_lists")
def test_a_token_that_dies_in_the_middle_of_a_run_is_renewed_without_a_word(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve()
    answer = server._page

    def revoking(*asked: Any) -> Any:
        if server.token_requests == 1 and asked[1].get("page") == "1":
            server.revoke()
        return answer(*asked)

    monkeypatch.setattr(server, "_page", revoking)
    found, failed = pulled(connect(server), FIRST)
    assert failed == {}
    assert found["repair_order"].height > 30
    assert server.token_requests == 2


@pytest.mark.usefixtures("few_lists")
def test_requests_go_side_by_side_and_never_more_than_eight(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.latency = 0.02
    list(connect(server, page_size=2).pull(FIRST))
    assert 1 < server.most_at_once <= 8


def test_a_budget_that_is_spent_stops_the_rest_by_name(serve: Serve, connect: Connect) -> None:
    found, failed = pulled(connect(serve(), requests_per_pull=6), FIRST)
    assert "the 6 requests of this pull are used up" in failed["employee"]
    assert not found.keys() & failed.keys()


def test_what_nobody_knows_is_quarantined_and_a_field_that_is_new_is_kept(
    serve: Serve, connect: Connect, tmp_path: Path
) -> None:
    """A status and a way of paying that grew, a field that was retyped, one that was removed, one that was added."""
    server = serve()
    server.send_webhooks(tmp_path / "inbox", None, AS_OF)
    grown, retyped, removed, added, *_ = (
        row for row in server.records["repair-orders"].values() if not row["deletedDate"]
    )
    grown["repairOrderStatus"] = {"id": 8, "code": "FROZEN", "name": "Frozen"}
    retyped["totalSales"] = "1,234.50"
    del removed["repairOrderNumber"]
    added["brandNewField"] = {"surprise": 1}
    source = connect(server, inbox=tmp_path / "inbox", payment_types={"Visa": "card"})
    result = landing.pull(tmp_path / "home", "tm", source, {"4": dms_truth.shop().id}, AS_OF)
    files = (tmp_path / "home" / "quarantine" / "tm").rglob("*.parquet")
    refused = pl.concat([pl.read_parquet(file).select("key", "column_name", "value", "rule") for file in files])
    told = {row[:3] for row in refused.iter_rows()}
    assert {
        (str(grown["id"]), "repair_order_status_id", "8"),
        (str(retyped["id"]), "total_sales", "1,234.50"),
        (str(removed["id"]), "repair_order_number", None),
    } <= told
    assert "unmapped_payment_type" in set(refused["rule"])
    assert [text for text in result.warnings if "brand_new_field" in text]
    landed = pl.read_parquet(next((tmp_path / "home" / "landing" / "tm").glob("*/repair_order.parquet")))
    assert not {str(row["id"]) for row in (grown, retyped, removed)} & set(landed["id"])


def small(serve: Serve, connect: Connect) -> tuple[TekmetricServer, Tekmetric]:
    """Seven orders on three pages."""
    server = serve()
    orders = server.records["repair-orders"]
    server.records["repair-orders"] = {key: orders[key] for key in list(orders)[-7:]}
    source = connect(server, page_size=3)
    if not TRUTH:
        TRUTH.update(tables(source.pull(FIRST)))
    return server, source


@pytest.mark.usefixtures("few_lists")
@pytest.mark.parametrize("kind", faults.FAULTS)
def test_after_a_fault_that_passes_every_table_is_the_truth_or_failed_by_name(
    serve: Serve, connect: Connect, kind: str
) -> None:
    server, source = small(serve, connect)
    faults.ends_well(server, source, FIRST, Fault(kind, "repair-orders?"), TRUTH)
    if kind in faults.MOVED:
        faults.ends_well(server, source, FIRST, Fault(kind, "repair-orders*page=1"), TRUTH)


@pytest.mark.usefixtures("few_lists")
@pytest.mark.parametrize("kind", [*faults.STAYING, *faults.MOVED])
def test_a_fault_that_stays_stops_its_tables_by_name_and_no_other(serve: Serve, connect: Connect, kind: str) -> None:
    server, source = small(serve, connect)
    place = "repair-orders*page=1" if kind in faults.MOVED else "repair-orders?"
    label = "Tekmetric client client-1: /api/v1/repair-orders"
    faults.ends_by_name(server, source, FIRST, Fault(kind, place), TRUTH, label, server.secret)


def test_a_refused_secret_stops_the_pull_and_is_never_shown(serve: Serve, connect: Connect) -> None:
    server = serve()
    source = Tekmetric(server.client_id, "expired", base_url=server.url)
    with pytest.raises(SourceError, match="HTTP 401 for a token: the credentials are refused") as error:
        list(source.pull(FIRST))
    assert "expired" not in f"{error.value}{source!r}"


def test_check_says_which_shops_the_client_may_read(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    server = serve()
    said = connect(server).check()
    assert said == ["shop 4: Seattle", "no inbox: payments are the sums that orders state, dated by their posting"]
    assert connect(server, inbox=tmp_path).check()[1] == f"inbox {tmp_path}: 0 bodies, 0 unreadable files"
    with pytest.raises(SourceError, match="shop 7: the client may read 4; let Tekmetric grant it"):
        connect(server, shops=(7,)).check()
    with pytest.raises(SourceError, match="no such folder"):
        connect(server, inbox=tmp_path / "none").check()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"secret": ""}, "secret: is empty"),
        ({"base_url": "http://shop.tekmetric.com"}, "is not https"),
        ({"page_size": 500}, "page_size: 500"),
        ({"shops": 4}, r"shops: 4 is no list; write \[4\]"),
        ({"payment_types": {"Cash": "coins"}}, "payment_types.Cash: 'coins' is none of cash, check"),
        ({"fee_types": {"Towing": "part"}}, "fee_types.Towing: 'part' is none of fee, supply"),
        ({"payment_fields": {"day": "date"}}, "payment_fields.day: there is no such name; known are amount"),
        ({"country": "Texas"}, "country: 'Texas' is no country"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(TieoutError, match=said):
        Tekmetric(**{"client_id": "c", "secret": "s", **settings})


def test_every_table_of_an_order_is_delivered_and_no_other(connect: Connect, serve: Serve) -> None:
    assert connect(serve()).tables() == (*ORDER, "customer", "vehicle", "employee")
    assert http.PATIENCE is faults.QUICK

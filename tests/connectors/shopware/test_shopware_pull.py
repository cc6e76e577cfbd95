"""What a pull asks for and yields, on a list that moves, and what it does when the source fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from connectors.base import Failed, Item, Keys, Rows, TieoutError, Window
from connectors.reading import http
from connectors.shopware import ShopWare, source
from connectors.shopware.orders import ITEMS, ORDER
from connectors.simulator.company import World
from connectors.simulator.httpserver import Fault
from connectors.simulator.shopware import ShopWareServer

Serve = Callable[..., ShopWareServer]
Connect = Callable[..., ShopWare]
PASSING = (
    "429",
    "429-after",
    "429-reset",
    "500",
    "502",
    "503",
    "reset",
    "error-body",
    "truncated",
    "bad-gzip",
)
MOVING = ("empty", "repeat", "shift")
EXPECTED: dict[str, pl.DataFrame] = {}  # what a pull without faults brings, pulled once


def tables(items: list[Item]) -> dict[str, pl.DataFrame]:
    """Rows by table, in an order of their own."""
    pages: dict[str, list[pl.DataFrame]] = {}
    for item in items:
        if isinstance(item, Rows):
            pages.setdefault(item.table, []).append(item.frame)
    joined = {table: pl.concat(frames, how="diagonal") for table, frames in pages.items()}
    return {table: frame.select(sorted(frame.columns)).sort(pl.all()) for table, frame in joined.items()}


def same(found: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame]) -> bool:
    return found.keys() == expected.keys() and all(found[name].equals(expected[name]) for name in found)


def failures(items: list[Item]) -> dict[str, str]:
    return {item.table: str(item.error) for item in items if isinstance(item, Failed)}


@pytest.fixture
def few_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Customers stand for all V1 lists: they are paged like the others."""
    monkeypatch.setattr(source, "LISTS", {"customer": ("customers", True)})
    monkeypatch.setattr(source, "_clocks", lambda *_: iter(()))


def test_a_first_pull_brings_every_order_once_with_all_that_hangs_on_it(
    company: World, serve: Serve, connect: Connect
) -> None:
    server = serve()
    found = tables(list(connect(server).pull(Window(None, company.as_of))))
    held = server.tenant.rows("repair_orders")
    assert found["repair_order"]["id"].sort().to_list() == sorted(str(row["id"]) for row in held)
    assert found["service"].height == sum(len(row["services"]) for row in held)
    assert found["payment"].height == sum(len(row["payments"]) for row in held)
    for name, table in ITEMS.items():
        assert found[table].height == sum(len(service[name]) for row in held for service in row["services"])
    assert found["part"].filter(pl.col("occurrence") == "2").height > 0
    assert {name: found[name].height for name in ("shop", "status", "category")} == {
        "shop": 1, "status": 3, "category": len(server.tenant.categories)}  # fmt: skip


def test_rows_are_text_and_no_number_has_been_a_float(company: World, serve: Serve, connect: Connect) -> None:
    found = tables(list(connect(serve()).pull(Window(None, company.as_of))))
    assert {dtype for frame in found.values() for dtype in frame.dtypes} == {pl.String}
    assert set(found["repair_order"]["part_tax_rate"].to_list()) <= {"8.0500", "0.0"}


def test_a_later_pull_reads_what_changed_and_what_is_open(company: World, serve: Serve, connect: Connect) -> None:
    server = serve()
    since = company.as_of - timedelta(days=2)
    found = tables(list(connect(server).pull(Window(since, company.as_of))))
    after = f"{since - timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}"
    expected = {
        str(row["id"])
        for row in server.tenant.rows("repair_orders")
        if row["updated_at"] > after or row["state"] != "invoice"
    }
    assert set(found["repair_order"]["id"]) == expected
    assert 0 < len(expected) < len(server.tenant.rows("repair_orders"))


def test_rows_that_move_to_the_top_while_the_list_is_read_are_neither_lost_nor_doubled(
    company: World, serve: Serve, connect: Connect
) -> None:
    server = serve()
    oldest = [str(row["id"]) for row in server.tenant.rows("repair_orders")][::-1]
    server.drift["repair_orders"] = oldest[:3] + oldest[-2:]
    server.drift["customers"] = [str(row["id"]) for row in server.tenant.rows("customers")][::-1][:2]
    found = tables(list(connect(server).pull(Window(None, company.as_of))))
    for table, name in (("repair_order", "repair_orders"), ("customer", "customers")):
        held = {str(row["id"]): row["updated_at"] for row in server.tenant.rows(name)}
        assert dict(found[table].select("id", "updated_at").iter_rows()) == held
    assert server.drift == {"repair_orders": [], "customers": []}
    doubled = found["service"].select("repair_order_id", "id").is_duplicated().sum()
    assert doubled == 0


def test_a_sweep_names_every_id_there_is_and_reads_sixty_days_of_closed_orders(
    company: World, serve: Serve, connect: Connect
) -> None:
    server = serve()
    items = list(connect(server).pull(Window(company.as_of - timedelta(hours=1), company.as_of, sweep=True)))
    keys = {
        item.table: set(item.frame["id"]) for item in items if isinstance(item, Keys) and item.table != "time_clock"
    }
    assert keys["repair_order"] == {str(row["id"]) for row in server.tenant.rows("repair_orders")}
    assert keys["customer"] == {str(row["id"]) for row in server.tenant.rows("customers")}
    assert set(tables(items)["repair_order"]["id"]) == keys["repair_order"]
    assert any("closed_after=" in request.target for request in server.requests)


def test_what_is_deleted_at_the_source_is_missing_in_the_next_sweep(
    company: World, serve: Serve, connect: Connect
) -> None:
    gone = next(event for event in company.events if event.action == "deleted" and event.entity == "repair_order")
    server = serve(gone.at - timedelta(seconds=1))
    assert gone.key in {str(row["id"]) for row in server.tenant.rows("repair_orders")}
    server.advance(company.as_of)
    items = connect(server).pull(Window(gone.at, company.as_of, sweep=True))
    keys = next(item for item in items if isinstance(item, Keys) and item.table == "repair_order")
    assert gone.key not in set(keys.frame["id"])


def test_a_recommendation_that_changed_alone_brings_its_order_with_all_its_recommendations(
    company: World, serve: Serve, connect: Connect
) -> None:
    server = serve()
    orders = {row["id"]: row for row in server.tenant.rows("repair_orders")}
    closed = next(row for row in server.tenant.rows("recommendations")[::-1]
                  if orders[row["repair_order_id"]]["state"] == "invoice" and row["approved"] == "false")  # fmt: skip
    order = closed["repair_order_id"]
    server.tenant.touch("repair_orders", str(order), company.as_of - timedelta(days=30))
    job = next(key for key, row in server.tenant.records["recommendations"].items() if row["id"] == closed["id"])
    server.tenant.records["recommendations"][job]["approved"] = "true"
    server.tenant.touch("recommendations", job, company.as_of - timedelta(minutes=1))
    found = tables(list(connect(server).pull(Window(company.as_of - timedelta(minutes=5), company.as_of))))
    assert str(order) in set(found["repair_order"]["id"])
    own = found["recommendation"].filter(pl.col("repair_order_id") == str(order))
    held = [row for row in server.tenant.rows("recommendations") if row["repair_order_id"] == order]
    assert dict(own.select("id", "approved").iter_rows()) == {str(row["id"]): row["approved"] for row in held}
    assert own.filter(pl.col("id") == str(closed["id"]))["approved"].to_list() == ["true"]


def test_a_payment_that_did_not_touch_its_order_brings_the_order(
    company: World, serve: Serve, connect: Connect
) -> None:
    late = [event for event in company.events if event.entity == "tender" and event.data["method"] != "ar"
            and event.site == company.company.sites[1].id][-1]  # fmt: skip
    server = serve(touch_on_payment=False)
    order = late.data["ro_id"]
    server.tenant.touch("repair_orders", order, company.as_of - timedelta(days=30))
    found = tables(list(connect(server).pull(Window(late.at - timedelta(minutes=1), company.as_of))))
    assert order in set(found["repair_order"]["id"])
    assert late.key in set(found["payment"].filter(pl.col("repair_order_id") == order)["id"])


def test_days_asked_for_are_read_again_whatever_the_cursor_says(company: World, serve: Serve, connect: Connect) -> None:
    server, days = serve(), (company.company.start, company.company.end)
    window = Window(company.as_of, company.as_of, dates=days)
    found = tables(list(connect(server).pull(window)))
    closed = {str(row["id"]) for row in server.tenant.rows("repair_orders") if row["state"] == "invoice"}
    assert len(closed) > 10
    assert closed <= set(found["repair_order"]["id"])


@pytest.mark.usefixtures("few_lists")
@pytest.mark.parametrize("kind", [*PASSING, *MOVING, "total"])
def test_a_fault_that_passes_costs_nothing(company: World, serve: Serve, connect: Connect, kind: str) -> None:
    server = serve()
    window = Window(None, company.as_of)
    if not EXPECTED:
        EXPECTED.update(tables(list(connect(server).pull(window))))
    places = {"total": ("customers", "v1/tenants/1/repair_orders"), "429-reset": ("customers",)}
    for place in places.get(kind, ("cursor=" if kind in MOVING else "/v2/", "/customers")):
        server.faults.append(Fault(kind, place))
    items = list(connect(server).pull(window))
    assert failures(items) == {}
    assert same(tables(items), EXPECTED)
    assert not [fault for fault in server.faults if fault.times]


@pytest.mark.usefixtures("few_lists")
@pytest.mark.parametrize("kind", [*(kind for kind in PASSING if kind != "429-reset"), *MOVING, "total", "secret"])
def test_a_fault_that_stays_stops_its_tables_by_name_and_no_other(
    company: World, serve: Serve, connect: Connect, kind: str
) -> None:
    server = serve()
    server.faults.append(
        Fault(kind, "/v2/tenants/1/repair_orders" if kind != "total" else "v1/tenants/1/repair_orders", 99)
    )
    items = list(connect(server).pull(Window(None, company.as_of)))
    assert set(failures(items)) == set(ORDER)
    assert tables(items).keys() == {"customer"}
    message = failures(items)["repair_order"]
    assert "Shop-Ware tenant 1: /api/v2/tenants/1/repair_orders page " in message
    assert server.secret not in message


@pytest.mark.usefixtures("few_lists")
def test_a_source_that_does_not_answer_in_time_stops_the_table(
    company: World, serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve()
    monkeypatch.setattr(http, "PATIENCE", http.Patience(attempts=2, first_wait=0.01, timeout=0.5))
    server.faults.append(Fault("timeout", "/customers", 2))
    items = list(connect(server).pull(Window(None, company.as_of)))
    assert "no answer within 0.5 s, 2 times" in failures(items)["customer"]
    assert "customer" not in tables(items)


@pytest.mark.usefixtures("few_lists")
def test_a_wait_that_is_longer_than_a_pull_is_refused(company: World, serve: Serve, connect: Connect) -> None:
    server = serve()
    server.faults.append(Fault("429-long", "/customers", 99))
    message = failures(list(connect(server).pull(Window(None, company.as_of))))["customer"]
    assert "to be tried again in 3600 s" in message
    assert sum("/customers" in request.target for request in server.requests) == 1


def test_a_refused_secret_stops_every_table_and_is_never_shown(company: World, serve: Serve, connect: Connect) -> None:
    source = connect(serve(), secret="expired")
    items = list(source.pull(Window(None, company.as_of)))
    assert set(failures(items)) == set(source.tables())
    assert all("HTTP 401" in message and "expired" not in message for message in failures(items).values())
    assert "expired" not in repr(source)


def test_check_says_which_shops_there_are(serve: Serve, connect: Connect) -> None:
    assert connect(serve()).check() == [
        "tenant 1: 1 shop(s)",
        "shop 2: Denver, Mountain Time (US & Canada)",
        "payment types of its own: Synchrony",
    ]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"tenant_id": "acme"}, "tenant_id: 'acme' is no number"),
        ({"secret": ""}, "secret: is empty"),
        ({"base_url": "http://api.shop-ware.com"}, "is not https"),
        ({"page_size": 500}, "page_size: 500"),
        ({"payment_types": {"Cash": "coins"}}, "payment_types.Cash: 'coins' is none of cash, check"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(TieoutError, match=said):
        ShopWare(**{"tenant_id": 1, "partner_id": "p", "secret": "s", **settings})

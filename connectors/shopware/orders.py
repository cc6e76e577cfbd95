"""Repair orders as documents: the order with its services, their items and inspections, payments, recommendations.

Belongs here: which orders a pull reads, and how nested arrays become tables. Keep out: requests (account.py), what a
price or an approval means (the dbt models).

Recommendations are no part of the order's own answer, and their list knows no filter by order. None is older than its
order: so all are read that were saved since the oldest order of the pull was made, and each order takes its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import count, islice
from typing import Any

import polars as pl

from connectors.base import Item, Keys, Window
from connectors.reading.answers import Gone
from connectors.reading.http import Params
from connectors.reading.jsonrows import NTH, documents, frame, ids, newest
from connectors.reading.jsontables import Table
from connectors.reading.pages import Moved, Page
from connectors.reading.settling import settle
from connectors.shopware.account import NOTHING_NESTED, Account, after

Row = dict[str, Any]
Frames = dict[str, pl.DataFrame]
RECOMMENDED = ("recommendation", "recommended_item")
ORDER = ("repair_order", "service", "labor", "part", "hazmat", "sublet", "inspection", "payment", *RECOMMENDED)
ITEMS = {"labors": "labor", "parts": "part", "hazmats": "hazmat", "sublets": "sublet", "inspections": "inspection"}
NESTED = ("payments", "label", "integrator_tags", *(f"services.{item}" for item in ITEMS))
LATE_EDITS = timedelta(days=60)  # closed orders that a sweep reads again


@dataclass(frozen=True)
class Reading:
    """What the documents of one pull share: their ordinals, and the names of categories."""

    ordinal: Iterator[int]
    categories: Mapping[str, str]


def pull(account: Account, window: Window) -> Iterator[Item]:
    """All documents are read before the first leaves: half an order, or half a pull, never lands."""
    categories = {str(row["id"]): row["text"] for row in account.rows("categories", paged=False)}
    reading = Reading(count(), categories)
    pages = _pages(account, _lists(window), window, reading)
    if window.since is not None:
        strays = list(_strays(account, window.since, window.until, _known(pages)))
        pages += _pages(account, strays, window, reading) if strays else []
    pages += _recommended(account, pages, window)
    keys = _keys(account, window) if window.sweep else None
    yield from documents(pages, ORDER, "repair_orders")
    if keys is not None:
        yield Keys("repair_order", keys)


def _lists(window: Window) -> list[Params]:
    """Everything at first; then what changed, whatever is open, and what late edits may have touched."""
    if window.since is None:
        return [[]]
    lists = [after("updated_after", window.since), [("status", "estimate")], [("status", "in_progress")]]
    if window.sweep:
        lists.append(after("closed_after", window.until, LATE_EDITS))
    if window.dates:
        first = datetime.combine(window.dates[0], time(), UTC)
        lists.append(after("closed_after", first, timedelta(days=1)))
    return lists


def _pages(account: Account, lists: list[Params], window: Window, reading: Reading) -> list[Frames]:
    nested = [("associations[]", name) for name in NESTED]
    closing = after("updated_after", window.until)
    return settle(
        lambda params: account.orders([*params, *nested]), lists, closing, lambda page: flattened(page, reading)
    )


def _keys(account: Account, window: Window) -> pl.DataFrame:
    closing = after("updated_after", window.until)
    pages = settle(lambda params: account.orders([*params, NOTHING_NESTED]), [[]], closing, lambda page: page.ids)
    return ids(frame({"id": key} for page in pages for key in page))


def _strays(account: Account, since: datetime, until: datetime, known: set[str]) -> Iterator[Params]:
    """Orders with a payment or recommendation that changed without the order: found by V1, read like the others."""
    touched: set[str] = set()
    for name in ("payments", "recommendations"):
        pages = settle(
            partial(account.listed, name),
            [after("updated_after", since)],
            after("updated_after", until),
            lambda page: [str(row["repair_order_id"]) for row in page.rows],
        )
        touched |= {order for page in pages for order in page}
    for order in sorted(touched - known):
        try:
            head = account.one(f"repair_orders/{order}", [NOTHING_NESTED], holds="number")
        except Gone:
            continue  # deleted since; the sweep finds it
        yield [("number", str(head["number"])), ("shop_id", str(head["shop_id"]))]


def _recommended(account: Account, pages: list[Frames], window: Window) -> list[Frames]:
    """Recommendations of the orders of these pages, and what they recommend, under every reading of their order."""
    heads = [page["repair_order"].select("id", "created_at", NTH) for page in pages if page["repair_order"].width]
    if not heads:
        return []
    readings = pl.concat(heads).select(pl.col("id").alias("repair_order_id"), "created_at", NTH)
    oldest = datetime.fromisoformat(str(readings["created_at"].min()))
    ordinal = count()
    found = settle(
        partial(account.listed, "recommendations"),
        [[] if window.since is None else after("updated_after", oldest)],
        after("updated_after", window.until),
        lambda page: _recommendations(page, ordinal),
    )
    latest = newest([page["recommendation"] for page in found])
    if latest.is_empty():
        return []
    rows = latest.drop(NTH).join(readings.drop("created_at"), on="repair_order_id")
    every = [page["recommended_item"] for page in found if page["recommended_item"].width]
    items = pl.concat(every, how="diagonal").join(latest.select(NTH), on=NTH, how="semi").drop(NTH) if every else None
    own = readings.drop("created_at")
    tables = {table: pl.DataFrame() for table in ORDER} | {"recommendation": rows}
    return [tables | ({"recommended_item": items.join(own, on="repair_order_id")} if items is not None else {})]


def _recommendations(page: Page, ordinal: Iterator[int]) -> Frames:
    """A recommendation names the work that is recommended as a service, or only a price."""
    services = [row.get("service") or {} for row in page.rows]
    nth: dict[str, Sequence[Any]] = {NTH: list(islice(ordinal, len(services)))}
    bare = [{name: value for name, value in service.items() if name not in ITEMS} for service in services]
    rows = Table([{**row, "service": service} for row, service in zip(page.rows, bare, strict=True)], nth)
    of_order = [str(row["repair_order_id"]) for row in page.rows]
    own = {**nth, "repair_order_id": of_order, "recommendation_id": rows.ids()}
    items = {
        item_class: Table(services).inside(name, own).numbered("occurrence").frame()
        for name, item_class in ITEMS.items()
        if item_class != "inspection"
    }
    told = [frame.with_columns(item_class=pl.lit(item_class)) for item_class, frame in items.items() if frame.height]
    return {
        "recommendation": rows.frame(),
        "recommended_item": pl.concat(told, how="diagonal") if told else pl.DataFrame(),
    }


def flattened(page: Page, reading: Reading) -> Frames:
    """The tables of one page of orders; recommendations come with their own list. Items are numbered: a part's id
    stands twice where a share of its quantity has a price of its own."""
    orders = Table(page.rows, {NTH: list(islice(reading.ordinal, len(page.rows)))})
    _whole(page, "repair order", orders, ("services", "payments"))
    of_order = {**orders.around, "repair_order_id": orders.ids()}
    services = orders.inside("services", of_order)
    _whole(page, "service", services, ITEMS)
    of_service = {**services.around, "service_id": services.ids()}
    tables = {table: services.inside(name, of_service) for name, table in ITEMS.items()}
    tables |= {table: items.numbered("occurrence") for table, items in tables.items() if table != "inspection"}
    tables["payment"] = orders.inside("payments", of_order)
    named = [reading.categories.get(str(service.get("category_id"))) for service in services.objects]
    services = replace(services, around={**services.around, "category_text": named})
    return {
        "repair_order": orders.frame("services", "payments"),
        "service": services.frame(*ITEMS),
        **{table: items.frame() for table, items in tables.items()},
        **{table: pl.DataFrame() for table in RECOMMENDED},
    }


def _whole(page: Page, what: str, owners: Table, arrays: Iterable[str]) -> None:
    """Arrays that were asked for are there, if only empty ones: without one, half a document would land."""
    for name in arrays:
        for owner in owners.objects:
            if not isinstance(owner.get(name), list):
                raise Moved(f"{page.where}: {what} {owner.get('id')} came without {name}; pull again")


def _known(pages: list[Frames]) -> set[str]:
    return {order for page in pages if page["repair_order"].width for order in page["repair_order"]["id"]}

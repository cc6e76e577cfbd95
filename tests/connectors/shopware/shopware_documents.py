"""Repair orders as the API writes them, and a source that has just these. Keep out: anything that checks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any, ClassVar

import polars as pl

from connectors.base import Item, Rows, Window
from connectors.reading.jsonrows import documents
from connectors.reading.pages import Page
from connectors.shopware.orders import ORDER, Reading, flattened
from connectors.shopware.source import LISTS

NUMBER = count(1)
HEAD = {"is_fixed_price_service": False, "fixed_price_cents": None, "fixed_price_labor_total_cents": None}


@dataclass(frozen=True)
class Documents:
    """Kind `shopware` without a server: these orders, these lists."""

    orders: list[dict[str, Any]]
    categories: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    kind: ClassVar[str] = "shopware"

    def tables(self) -> tuple[str, ...]:
        return (*ORDER, *LISTS)

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {("payment", "payment_type"): {"Credit Card - Visa": "card"}}

    def check(self) -> list[str]:
        return []

    def pull(self, window: Window) -> Iterator[Item]:
        pages = [flattened(Page("documents", self.orders), Reading(count(), self.categories))]
        yield from documents(pages, ORDER, "repair_orders")
        yield from (Rows(table, rows) for table, rows in self.lists.items())


def service(**changes: Any) -> dict[str, Any]:
    items: dict[str, Any] = {name: [] for name in ("labors", "parts", "hazmats", "sublets", "inspections")}
    said = {
        "id": next(NUMBER),
        "title": "Brakes",
        "category_id": 4,
        "labor_rate_cents": 10000,
        "completed": True,
    }
    stamps = {"created_at": "2026-03-09T14:00:00Z", "updated_at": "2026-03-09T14:00:00Z"}
    return {**stamps, **said, **HEAD, **items, **changes}


def part(cents: int, quantity: str = "1.0", taxable: bool = True, **changes: Any) -> dict[str, Any]:
    said = {"id": next(NUMBER), "brand": "B", "description": "Pad", "number": "P-1", "cost_cents": 100}
    return {**said, "sell_price_cents": cents, "quantity": Decimal(quantity), "taxable": taxable, **changes}


def labor(hours: str, taxable: bool = False, technician: int | None = 3) -> dict[str, Any]:
    said = {"id": next(NUMBER), "name": "Work", "technician_id": technician, "taxable": taxable}
    return {**said, "hours": Decimal(hours)}


def order(text: str = "", **changes: Any) -> dict[str, Any]:
    """A repair order of one service; `changes` replace fields of its head."""
    base = json.loads(text or ORDER_TEXT, parse_float=Decimal)
    return {**base, **changes}


ORDER_TEXT = """{
 "id": 71, "created_at": "2026-03-09T14:00:00Z", "updated_at": "2026-03-10T21:00:00Z", "number": 1071,
 "odometer": 52000, "odometer_out": 52001, "state": "invoice", "customer_id": 5, "technician_id": null,
 "advisor_id": 2, "vehicle_id": 9, "detail": null, "preferred_contact_type": "text", "shop_id": 2,
 "status_id": null,
 "part_discount_cents": null, "labor_discount_cents": null, "part_discount_percentage": null,
 "labor_discount_percentage": null, "taxable": true, "customer_source": null, "supply_fee_cents": null,
 "customer_concern": null, "vehicle_use": null, "fleet_po": null, "started_at": "2026-03-09T15:00:00Z",
 "closed_at": "2026-03-10T20:59:00Z", "picked_up_at": null, "due_in_at": null, "due_out_at": null,
 "part_tax_rate": 8.25, "labor_tax_rate": 0.0, "hazmat_tax_rate": 0.0, "sublet_tax_rate": 0.0,
 "services": [], "payments": [], "integrator_tags": [], "label": null}"""

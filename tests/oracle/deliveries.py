"""Canonical deliveries (CANONICAL.md) of tests/fixtures as an event log, and their expected figures.

Keep out: any figure. It shares nothing with the `files` connector."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
BEGIN, AS_OF = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
PARENT = {"ro_line": "lines", "ro_job": "jobs", "ro_tax": "taxes"}
KEYS = {
    "repair_order": "ro_id",
    "tender": "tender_id",
    "customer": "customer_id",
    "employee": "employee_id",
} | {
    "vehicle": "vehicle_id",
    "call": "call_id",
    "ro_status_event": "event_id",
    "phone_number": "number",
}
FLAGS = frozenset(
    [
        "tax_exempt",
        "taxable",
        "is_return",
        "is_freight",
        "is_warranty_refund",
        "is_void",
        "deleted",
        "is_spam",
        "is_tracking",
    ]
)
NUMBERS = frozenset(
    [
        "quantity",
        "unit_price",
        "core_charge",
        "hours_billed",
        "hours_actual",
        "taxable_base",
        "rate",
        "sold_amount",
    ]
)
DATES = frozenset({"business_date", "closed_date", "voided_date", "valid_from", "valid_to"})


@dataclass(frozen=True)
class Event:
    at: datetime
    site: str
    entity: str
    action: str
    key: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Site:
    id: str
    timezone: str = "America/Chicago"
    dms: str = "files"
    source_code: str = ""
    day_cutoff_minutes: int = 0


@dataclass(frozen=True)
class Company:
    sites: tuple[Site, ...]
    end: date
    notes: dict[str, str] = field(default_factory=dict)


class Row(dict[str, Any]):
    """A row of a delivery: a column that it does not bring is NULL."""

    def __missing__(self, _: str) -> None:
        return None


def rows(delivery: Path, entity: str) -> list[Row]:
    path = delivery / f"{entity}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as text:
        return [
            Row({name: value_of(name, cell) for name, cell in raw.items()}) for raw in csv.DictReader(text)
        ]


def value_of(name: str, text: str) -> Any:
    if text == "":
        return None
    if name in FLAGS:
        return {"true": True, "false": False}[text]
    if name in DATES:
        return date.fromisoformat(text)
    if name.endswith("_at"):
        return datetime.fromisoformat(text)
    if (
        name in NUMBERS
        or name == "amount"
        or name.endswith("_amount")
        or name.startswith(("header_", "presented_"))
    ):
        return Decimal(text)
    return text


def events(delivery: Path, site: str) -> list[Event]:
    """One `saved` event per row, all known at once; lines, jobs and taxes ride on their repair order."""
    return [
        Event(BEGIN, row["site"] or site, entity, "saved", row[key], row)
        for entity, key in KEYS.items()
        for row in _documents(delivery, entity)
    ]


def _documents(delivery: Path, entity: str) -> Iterator[Row]:
    children = (
        {name: rows(delivery, child) for child, name in PARENT.items()} if entity == "repair_order" else {}
    )
    for row in rows(delivery, entity):
        for name, brought in children.items():
            row[name] = [child for child in brought if child["ro_id"] == row["ro_id"]]
        yield row


def expected_sales_summary(
    folder: Path,
) -> dict[tuple[str, str, date, str, str, str, str, str], Decimal | None]:
    with (folder / "expected_sales_summary.csv").open(encoding="utf-8", newline="") as text:
        return {
            (
                r["site"],
                r["grain"],
                date.fromisoformat(r["period_start"]),
                r["report_version"],
                r["breakout_group"],
                r["section"],
                r["row_code"],
                r["column_code"],
            ): Decimal(r["value"]) if r["value"] else None
            for r in csv.DictReader(text)
        }


def expected_table(path: Path, keys: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rows of an expected CSV by their key columns; business_date is a date, numbers are Decimal."""
    with path.open(encoding="utf-8", newline="") as text:
        return {
            tuple(_plain(name, raw[name]) for name in keys): {
                name: _plain(name, cell) for name, cell in raw.items() if name not in keys
            }
            for raw in csv.DictReader(text)
        }


def _plain(name: str, text: str) -> Any:
    if text == "":
        return None
    if name.endswith("_date") or name == "period_start":
        return date.fromisoformat(text)
    if name in ("number", "ro_number", "site", "ro_id"):
        return text
    if text in ("true", "false"):
        return text == "true"
    try:
        return Decimal(text)
    except ArithmeticError:
        return text

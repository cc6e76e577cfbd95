"""The repair orders and payments that make a day's figures other than they were in an earlier version.

Belongs here: which they are, what each says otherwise, who wrote it and when. Keep out: figures (diff.py), opening
versions and their rows (versions.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reporting.versions import Pair, Row, Versions

ORDERS, PAYMENTS = "core.fct_repair_order", "core.fct_tender"
ORDER, PAYMENT = "repair order", "payment"
# how a row came, not what it says
OUT_OF_SIGHT = ("document_key", "version", "source_order", "source_row_hash", "source_connection_key", "recorded_ts",
                "updated_by")  # fmt: skip
# of an order: what figures are made of that no event of the report has
BESIDE = ("parts_sales_gross", "labor_sales_gross", "sublet_sales_gross", "other_charges_gross", "discount_total",
          "cogs_excluded_gross", "cogs_excluded_cost", "labor_lines", "labor_lines_with_cost")  # fmt: skip
Day = tuple[str, date]
Amount = Decimal | int  # of money, and of orders
Effects = Mapping[Day, Mapping[str, Amount]]


@dataclass(frozen=True)
class Document:
    """A repair order or payment that moved a figure. `columns`: (name, before, after) of what it says otherwise than
    before; `effects`: what it adds to the figures of a day, more than before."""

    kind: str
    number: str
    ro_number: str | None
    change: str
    columns: tuple[tuple[str, Any, Any], ...]
    by: str | None
    at: datetime | None
    effects: Effects

    @property
    def name(self) -> str:
        """As people call it."""
        if self.kind == ORDER:
            return f"RO {self.number}"
        return f"payment {self.number}" + (f" of RO {self.ro_number}" if self.ro_number else "")


def documents(versions: Versions, sites: Mapping[int, str], days: set[Day]) -> list[Document]:
    """Each with all that it moves, by day. `days`: those that have figures which moved."""
    moved = versions.moved()
    payments = versions.rows(PAYMENTS, "tender_key", [row["tender_key"] for row in moved if row["tender_key"]])
    effects: dict[tuple[str, Any], dict[Day, dict[str, Amount]]] = defaultdict(dict)
    for row in moved:
        own = effects[_whose(row, payments)].setdefault((sites[row["site_key"]], row["business_date"]), {})
        for name in versions.measures:
            own[name] = own.get(name, 0) + row[name]
    for key in _beside(versions, sites, days):
        effects.setdefault((ORDER, key), {})
    paid = {row["ro_key"] for pair in payments.values() for row in pair if row and row["ro_key"]}
    orders = versions.rows(ORDERS, "ro_key", [*paid, *(key for kind, key in effects if kind == ORDER)])
    teller = _Teller(sites, _people(versions), orders)
    made = [
        teller.order(orders[key], told) if kind == ORDER else teller.payment(payments[key], told)
        for (kind, key), told in effects.items()
    ]
    return sorted(made, key=lambda one: (min(one.effects, default=("", date.max)), one.kind != ORDER, one.number))


def _whose(row: Row, payments: Mapping[Any, Pair]) -> tuple[str, Any]:
    """What settles an order moves with the order, unless the payment itself says something else than before."""
    if not row["tender_key"]:
        return ORDER, row["ro_key"]
    of_order = row["is_settling"] and row["ro_key"] and not _differs(payments[row["tender_key"]])
    return (ORDER, row["ro_key"]) if of_order else (PAYMENT, row["tender_key"])


def _beside(versions: Versions, sites: Mapping[int, str], days: set[Day]) -> Iterator[Any]:
    """Orders sold on those days that differ in what only other figures are made of."""
    for (key,), pair in versions.differing(ORDERS, ["ro_key"]).items():
        sold = [row for row in pair if row and row["is_sale"]]
        differs = len(sold) == 2 and any(sold[0].get(name) != sold[1].get(name) for name in BESIDE)
        if differs and any((sites.get(row["site_key"]), row["close_business_date"]) in days for row in sold):
            yield key


def _people(versions: Versions) -> dict[Any, str]:
    """Names by key, and by connection and the id that its system knows them by."""
    rows = versions.connection.execute(
        "select employee_key, source_connection_key, source_entity_id, name from later.core.dim_employee"
    ).fetchall()
    return {key: name for key, _, _, name in rows} | {(connection, own): name for _, connection, own, name in rows}


@dataclass(frozen=True)
class _Teller:
    """Words for keys."""

    sites: Mapping[int, str]
    people: Mapping[Any, str]
    orders: Mapping[Any, Pair]

    def order(self, pair: Pair, effects: Effects) -> Document:
        row = _newest(pair)
        by = self.people.get((row["source_connection_key"], row["updated_by"]), row["updated_by"])
        return self._told(ORDER, row["ro_number"], row["ro_number"], pair, by, effects)

    def payment(self, pair: Pair, effects: Effects) -> Document:
        row = _newest(pair)
        of = _newest(self.orders.get(row["ro_key"], (None, None)))
        by = self.people.get(row["taken_by_key"])
        return self._told(PAYMENT, row["source_entity_id"], of.get("ro_number"), pair, by, effects)

    def _told(
        self, kind: str, number: str, ro_number: str | None, pair: Pair, by: str | None, effects: Effects
    ) -> Document:
        at = _newest(pair)["recorded_ts"]
        return Document(kind, number, ro_number, _change(pair), self._columns(pair), by, at, _without_zeros(effects))

    def _columns(self, pair: Pair) -> tuple[tuple[str, Any, Any], ...]:
        """What both say, and say otherwise; shops and people by their names."""
        before, after = pair
        if before is None or after is None:
            return ()
        return tuple((*self._named(name, before[name]), self._named(name, after[name])[1]) for name in _differing(pair))

    def _named(self, name: str, value: Any) -> tuple[str, Any]:
        if name == "site_key":
            return "site", self.sites.get(value, value)
        if name in ("advisor_key", "open_advisor_key", "taken_by_key"):
            return name.removesuffix("_key"), self.people.get(value, value)
        return name, value


def _newest(pair: Pair) -> Row:
    return pair[1] or pair[0] or {}


def _change(pair: Pair) -> str:
    before, after = (row is not None and not row["is_deleted_at_source"] for row in pair)
    if before and after:
        return "changed" if _differs(pair) else "moved by its customer or its payments"
    return "added" if after else "removed"


def _differs(pair: Pair) -> bool:
    return None in pair or bool(_differing(pair))


def _differing(pair: Pair) -> list[str]:
    before, after = pair
    if before is None or after is None:
        return []
    return [name for name in after if name not in OUT_OF_SIGHT and before[name] != after[name]]


def _without_zeros(effects: Effects) -> dict[Day, dict[str, Amount]]:
    found = {day: {name: amount for name, amount in told.items() if amount} for day, told in effects.items()}
    return {day: told for day, told in sorted(found.items()) if told}

"""The world as of an instant: shops, repair orders, tenders and calls that a report may count.

Keep out: any report's formula."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from oracle.amounts import Amounts, amounts
from oracle.figures import split

UNLABELLED = frozenset({"shopware", "dealertrack"})  # REPORTS 6.7: the source does not say what a payment is
NO_TENDERS = frozenset({"dealertrack"})
NO_QUOTES = frozenset({"dealertrack", "cdk"})  # the source does not say what was presented
CLOSED_ONLY = frozenset({"dealertrack"})  # the source shows an RO once it is closed
NO_HEADER_TOTALS = NO_LOG = frozenset({"shopware"})
METHODS = frozenset(["cash", "check", "card", "ach", "financing", "ar", "store_credit", "other"])
FAMILY_1 = frozenset({"rowriter", "protractor", "mitchell1"})  # REPORTS 0.8


class Event(Protocol):
    """One entry of an event log; `data` is the complete new state."""

    @property
    def at(self) -> datetime: ...

    @property
    def site(self) -> str: ...

    @property
    def entity(self) -> str: ...

    @property
    def action(self) -> str: ...

    @property
    def key(self) -> str: ...

    @property
    def data(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Shop:
    id: str
    timezone: str
    dms: str = "files"
    cutoff_minutes: int = 0
    code: str = ""

    def business_date(self, at: datetime) -> date:
        """REPORTS 0.3."""
        return (at.astimezone(ZoneInfo(self.timezone)) - timedelta(minutes=self.cutoff_minutes)).date()

    def local_hour(self, at: datetime) -> int:
        return at.astimezone(ZoneInfo(self.timezone)).hour

    @property
    def labelled(self) -> bool:
        return self.dms not in UNLABELLED

    @property
    def quotes(self) -> bool:
        return self.dms not in NO_QUOTES

    @property
    def family(self) -> str:
        return "F1" if self.dms in FAMILY_1 else "F2"


@dataclass(frozen=True)
class Order:
    ro_id: str
    shop: Shop
    data: dict[str, Any]
    amounts: Amounts

    @property
    def is_sale(self) -> bool:
        """REPORTS 0.4: the latest status is closed, which a void is not."""
        return bool(self.data["status"] == "closed") and self.close_date is not None

    @property
    def close_date(self) -> date | None:
        closed: date | None = self.data["closed_date"]
        if closed is None and self.data["closed_at"] is not None:
            return self.shop.business_date(self.data["closed_at"])
        return closed


@dataclass(frozen=True)
class Tender:
    tender_id: str
    shop: Shop
    ro_id: str | None
    kind: str
    method: str
    name: str
    amount: Decimal
    day: date
    applied_to: str | None  # REPORTS 5.8: coalesce(applied_to_ro, ro)
    origin: str = "source"  # or derived (6.7)

    @property
    def is_money(self) -> bool:
        return self.method not in ("ar", "store_credit")


@dataclass(frozen=True)
class World:
    shops: dict[str, Shop]
    orders: dict[str, Order]
    tenders: tuple[Tender, ...]
    calls: tuple[tuple[Shop, dict[str, Any]], ...]
    numbers: dict[str, list[dict[str, Any]]]
    employees: dict[str, dict[str, Any]]
    customers: dict[str, dict[str, Any]]
    reopens: dict[str, int]
    seen_orders: frozenset[str]
    last_day: date
    first_days: dict[str, date] = field(default_factory=dict)

    def days(self, site: str) -> list[date]:
        first = self.first_days.get(site)
        if first is None:
            return []
        return [first + timedelta(days=n) for n in range((self.last_day - first).days + 1)]

    def sales(self) -> list[Order]:
        return [order for order in self.orders.values() if order.is_sale]


State = dict[str, dict[str, tuple[str, dict[str, Any]]]]  # entity -> key -> (site of the event, data)


def state(events: Iterable[Event], as_of: datetime) -> State:
    """The last event of each entity at or before `as_of`, without what is deleted at the source."""
    found: State = {}
    for event in events:
        if event.at <= as_of:
            rows = found.setdefault(event.entity, {})
            if event.action == "deleted" or event.data.get("deleted"):
                rows.pop(event.key, None)
            else:
                rows[event.key] = (event.site, event.data)
    return found


def orders(now: State, shops: dict[str, Shop]) -> dict[str, Order]:
    customers = now.get("customer", {})
    return {
        data["ro_id"]: order_of(data, shops[site], customers)
        for site, data in now.get("repair_order", {}).values()
        if data["status"] != "deleted"
    }


def order_of(data: dict[str, Any], shop: Shop, customers: dict[str, tuple[str, dict[str, Any]]]) -> Order:
    _, customer = customers.get(data["customer_id"], ("", {}))
    # Reading of 5: an exemption on the RO itself is the customer's, as the source states it there.
    exempt = bool(data["tax_exempt"]) or bool(customer.get("tax_exempt"))
    lines = [told for line in data["lines"] or [] for told in _as_told(line, shop)]
    return Order(data["ro_id"], shop, data, amounts(lines, exempt))


def _as_told(line: dict[str, Any], shop: Shop) -> list[dict[str, Any]]:
    """Shop-Ware (SOURCES 5) tells of labor by technician, and not what it costs. Its ids begin with the type of line."""
    if shop.dms != "shopware":
        return [line]
    told = _with(line, line_id=f"{line['line_type']}-{line['line_id']}")
    if line["line_type"] != "labor":
        return [told]
    parts = [item.partition(":") for item in (line["technician_ids"] or "").split(";")]
    shares = {name: Decimal(share or 1) for name, _, share in parts}
    nets = split(line["net_amount"], list(shares.items()))
    return [_of_technician(told, name, share, nets.get(name, line["net_amount"])) for name, share in shares.items()]


def _of_technician(line: dict[str, Any], name: str, share: Decimal, net: Decimal) -> dict[str, Any]:
    hours, gross = (line["hours_billed"] or 0) * share, net + (line["discount_amount"] or 0)
    line_id = f"{line['line_id']}-{name}"
    return _with(line, line_id=line_id, technician_ids=name, net_amount=net, gross_amount=gross, hours_billed=hours,
                 cost_amount=None)  # fmt: skip


def _with(line: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return type(line)({**line, **changes})


@dataclass(frozen=True)
class RawTender:
    source: Shop  # whose system told of it, and whether it labels payments
    shop: Shop  # where it was paid (R25: it may be another shop)
    data: dict[str, Any]


def raw_tenders(now: State, shops: dict[str, Shop]) -> list[RawTender]:
    """Tenders that stand (REPORTS 5.8): void ones are out.

    Reading of "never both": the counter-row of a tender that is itself flagged void is out too.
    Reading of R21: a method that the canonical list lacks is quarantined, so its tender is in no figure."""
    places = shops | {shop.code: shop for shop in shops.values() if shop.code}
    rows = [
        RawTender(shops[source], places.get(data["site"] or source, shops[source]), data)
        for source, data in now.get("tender", {}).values()
    ]
    void = {row.data["tender_id"] for row in rows if row.data["is_void"]}
    return [row for row in rows if _stands(row, void)]


def _stands(row: RawTender, void: set[str]) -> bool:
    known = row.data["method"] in METHODS and row.source.dms not in NO_TENDERS
    return known and not row.data["is_void"] and row.data["voids_tender_id"] not in void


def tender_day(row: RawTender) -> date:
    stated: date | None = row.data["business_date"]
    return stated if stated is not None else row.shop.business_date(row.data["recorded_at"])

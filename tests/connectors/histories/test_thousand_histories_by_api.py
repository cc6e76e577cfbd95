"""The same thousand histories through systems that are asked what was updated since: with deletions told by a second
pass (Tekmetric), and by nothing but a sweep of the keys (Shop-Ware). Both ends are the simulated vendors' own.

Keep out: what is done (thousand.py), rounds and the comparison (rounds.py)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from rounds import HISTORIES, SEED, Mode, Truth, go_through, of_orders
from thousand import FIRST, NIGHT, Order, Shop

from connectors.shopware import ShopWare
from connectors.simulator.events import Company, Event, Site, blank
from connectors.simulator.shopware import ShopWareServer
from connectors.simulator.tekmetric import TekmetricServer
from connectors.tekmetric import Tekmetric

SWEPT = (4, 9, 14, 19)  # rounds
STATUS = {"O": "open", "F": "closed", "V": "void"}
SITE = Site("chi", "Chicago", "", "America/Chicago", "1", "shopware", "files", 0, "IL", "Chicago", "60601", "312", ())
COMPANY = Company(SEED, date(2026, 2, 1), 60, (SITE,))
DAY = "cast({} at time zone 'America/Chicago' as date)"
CURRENT = "where _version in (select _version from current_orders)"
LINES = f"select ro_id, description, net_amount from int_{{kind}}__ro_line {CURRENT}"
OF_TEKMETRIC = {
    "repair_order": f"select ro_id, status, {DAY.format('closed_at')}, header_total from current_orders",
    "ro_line": LINES,
    "tender": f"select ro_id, amount from int_{{kind}}__tender {CURRENT}",
}
OF_SHOPWARE = {
    "repair_order": f"select ro_id, status, {DAY.format('closed_at')} from current_orders",
    "ro_line": LINES,
    "tender": f"select ro_id, tender_id, amount, {DAY.format('recorded_at')} from int_{{kind}}__tender {CURRENT}",
}


def noon(day: date | None) -> datetime | None:
    return datetime.combine(day, time(12), SITE.zone).astimezone(UTC) if day else None


class Api(Mode):
    """A simulated vendor's server that hears what the shop did as events."""

    server: ShopWareServer | TekmetricServer
    orders = "int_{kind}__repair_order"

    def __init__(self) -> None:
        self.numbers, self.before = count(1), dict[int, set[int]]()

    def show(self, shop: Shop) -> None:
        self.hear([event for order in shop.touched for event in self._events(order)])
        self.server.advance(shop.now)

    @abstractmethod
    def hear(self, events: list[Event]) -> None:
        """What the far end learns before its clock goes on."""

    def truth(self, shop: Shop) -> Truth:
        """A void is no order there."""
        told = of_orders([order for order in shop.live() if order.state != "V"])
        return told | {"repair_order": {(no, STATUS[state], *rest) for no, state, *rest in told["repair_order"]}}

    def _events(self, order: Order) -> Iterator[Event]:
        yield self._event(order, "repair_order", order.no, order.gone, _data(order))
        paid, before = set(order.payments), self.before.get(order.no, set())
        if order.state != "V":
            for number in sorted(paid | before):
                yield self._event(order, "tender", number, number not in paid, _payment(order, number))
            self.before[order.no] = paid

    def _event(self, order: Order, entity: str, key: int, gone: bool, data: dict[str, Any]) -> Event:
        action = "deleted" if gone else "saved"
        return Event(next(self.numbers), order.changed, SITE.id, entity, action, str(key), data)


def _data(order: Order) -> dict[str, Any]:
    no, own = str(order.no), {"status": STATUS[order.state], "closed_date": order.closed}
    lines = [
        blank("lines")
        | {"ro_id": no, "line_id": str(line), "line_type": "part", "description": str(line), "pay_type": "customer"}
        | {"quantity": Decimal(1), "gross_amount": amount, "discount_amount": Decimal(), "net_amount": amount}
        | {"taxable": False}
        for line, amount in order.lines.items()
    ]
    stamps = {"opened_at": order.changed, "closed_at": noon(order.closed), "updated_at": order.changed}
    return blank("repair_order") | {"ro_id": no, "ro_number": no, "site": SITE.id, **own, **stamps,
                                    "tax_exempt": False, "lines": lines, "jobs": [], "taxes": []}  # fmt: skip


def _payment(order: Order, number: int) -> dict[str, Any]:
    amount, day = order.payments.get(number, (Decimal(), FIRST.date()))
    told = {"tender_id": str(number), "ro_id": str(order.no), "site": SITE.id, "kind": "final", "method": "cash"}
    return blank("tender") | {**told, "method_name": "Cash", "amount": amount, "business_date": day,
                              "recorded_at": noon(day), "is_void": False, "deleted": False}  # fmt: skip


class SecondPass(Api):
    """Tekmetric: what was updated and what was deleted are two lists; no pull sweeps. An order states what is paid."""

    server: TekmetricServer
    reads = OF_TEKMETRIC

    def __init__(self) -> None:
        super().__init__()
        self.server = TekmetricServer(COMPANY, [], SITE, FIRST - NIGHT)

    def connect(self) -> Tekmetric:
        return Tekmetric(
            self.server.client_id, self.server.secret, payment_types={}, base_url=self.server.url,
            requests_per_minute=6000,
        )  # fmt: skip

    def hear(self, events: list[Event]) -> None:
        self.server.events += events

    def truth(self, shop: Shop) -> Truth:
        told, sums = super().truth(shop), dict[str, Decimal]()
        for no, _, amount, _ in told["tender"]:
            sums[no] = sums.get(no, Decimal()) + amount
        return told | {"tender": set(sums.items())}


class Sweep(Api):
    """Shop-Ware: an order that was deleted or voided is in no list any more; every fifth pull sweeps. No totals."""

    server: ShopWareServer
    reads = OF_SHOPWARE

    def __init__(self) -> None:
        super().__init__()
        self.server, self.ended = ShopWareServer(COMPANY, [], FIRST - NIGHT), set[str]()

    def connect(self) -> ShopWare:
        return ShopWare(1, self.server.partner_id, self.server.secret, {"Cash": "cash"}, self.server.url)

    def hear(self, events: list[Event]) -> None:
        self.server.tenant.events += sorted(events, key=lambda event: event.at)

    def truth(self, shop: Shop) -> Truth:
        told = super().truth(shop)
        return told | {"repair_order": {row[:3] for row in told["repair_order"]}}

    def sweeps(self, shop: Shop) -> bool:
        return shop.round in SWEPT

    def untold(self, shop: Shop) -> set[str]:
        """Of a sweep's round, none."""
        self.ended |= {str(order.no) for order in shop.touched if order.gone or order.state == "V"}
        self.ended -= self.ended if self.sweeps(shop) else set()
        return self.ended


@pytest.mark.slow
@pytest.mark.parametrize("made", [SecondPass, Sweep])
def test_a_thousand_histories_by_what_was_updated(
    made: type[SecondPass | Sweep], tmp_path: Path, build: Any, newest: Callable[[str], str]
) -> None:
    mode = made()
    mode.sites = {"1": SITE.id}
    with mode.server.running():
        mode.source = mode.connect()
        go_through(tmp_path, mode, Shop(SEED, HISTORIES), build, newest)

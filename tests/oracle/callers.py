"""Who called: whose number it is, whether it is new, and what became of it (REPORTS 3A.4, 3A.6).

Keep out: rows and rates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from oracle.facts import Order
from oracle.feeds import fed
from oracle.identity import e164, phones
from oracle.phone import Call, calls
from oracle.told import Row, Told


@dataclass(frozen=True)
class Callers:
    """An index of a company's customers by number, and of what they came for."""

    told: Told

    @cached_property
    def inbound(self) -> list[Call]:
        return calls(self.told, "in")

    @cached_property
    def cards(self) -> dict[str, list[Row]]:
        """Cards by number, as they are now; the company's own numbers are nobody's."""
        found: dict[str, list[Row]] = defaultdict(list)
        for card in self.told.world.customers.values():
            for number in {one for one in map(e164, phones(card)) if one and one not in self.told.world.numbers}:
                found[number].append(card)
        return found

    @cached_property
    def orders(self) -> dict[str, list[Order]]:
        """Not void, by golden customer, in the order in which they were opened."""
        found: dict[str, list[Order]] = defaultdict(list)
        for order in self.told.world.orders.values():
            customer = self.told.customer(order.data["customer_id"])
            if customer and order.data["opened_at"] and order.data["status"] != "void":
                found[customer].append(order)
        return {key: sorted(rows, key=lambda one: (opened(one), one.ro_id)) for key, rows in found.items()}

    def customers(self, number: str | None) -> set[str]:
        """Golden customers of a number."""
        cards = self.cards.get(number or "", [])
        return {golden for card in cards if (golden := self.told.customer(card["customer_id"]))}

    @cached_property
    def first_calls(self) -> list[Call]:
        """3A.4: the first inbound call of a number, unless its people were known before.

        Reading: a card without a date of creation is known by its orders only."""
        seen: set[tuple[str, str]] = set()
        found = []
        for call in self.inbound:
            scope = (call.caller or "", call.site if self.by_site else "")
            own = call.caller in self.told.world.numbers
            if call.caller and not own and scope not in seen and not self._known(call):
                found.append(call)
            seen.add(scope)
        return found

    @property
    def by_site(self) -> bool:
        return self.told.options.first_call_scope == "site"

    def _known(self, call: Call) -> bool:
        created = [card["created_at"] for card in self.cards.get(call.caller or "", []) if card["created_at"]]
        return any(at <= call.start for at in created) or bool(self.before(call, self.customers(call.caller)))

    def before(self, call: Call, customers: set[str]) -> list[Order]:
        """Orders opened by then."""
        return [one for key in customers for one in self.orders.get(key, []) if opened(one) <= call.start]

    def after(self, call: Call, customers: set[str]) -> list[Order]:
        """Orders that a call may have brought: of the scope, opened within the window, no refunds; earliest first."""
        until = call.start + self.window
        found = [one for key in customers for one in self.orders.get(key, []) if call.start <= opened(one) <= until]
        fit = [one for one in found if not is_refund(one) and (not self.by_site or one.shop.id == call.site)]
        return sorted(fit, key=lambda one: (opened(one), one.ro_id))

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.told.options.conversion_window_days)

    def known_as(self, call: Call) -> str | None:
        """3A.6: the golden customer of the number with an order opened before; of two, who came last."""
        here = self.customers(call.caller)
        visits = [(opened(self.before(call, {key})[-1]), key) for key in here if self.before(call, {key})]
        latest = max((at for at, _ in visits), default=None)
        return min((key for at, key in visits if at == latest), default=None)

    @cached_property
    def booked(self) -> dict[str, list[datetime]]:
        """When appointments were made, by golden customer."""
        found: dict[str, list[datetime]] = defaultdict(list)
        for _, row in self.told.rows("appointment"):
            customer = self.told.customer(row["customer_id"])
            if customer:
                found[customer].append(row["created_at"])
        return found

    @cached_property
    def _scheduling(self) -> set[str]:
        return fed(self.told, "scheduler")

    def has_booked(self, call: Call, customers: set[str]) -> bool | None:
        """NULL where no system of the shop makes appointments."""
        if call.site not in self._scheduling:
            return None
        until = call.start + self.window
        return any(call.start <= at <= until for key in customers for at in self.booked.get(key, []))


def opened(order: Order) -> datetime:
    at: datetime = order.data["opened_at"]
    return at


def is_refund(order: Order) -> bool:
    return order.amounts.total < 0 or order.data["refund_of_ro_id"] is not None


def credited(found: Sequence[tuple[Call, Order]]) -> dict[str, Order]:
    """C-22: an order is credited to one call, the last one before it (call id -> order)."""
    best: dict[str, tuple[Call, Order]] = {}
    for call, order in found:
        other = best.get(order.ro_id)
        if other is None or (other[0].start, other[0].id) < (call.start, call.id):
            best[order.ro_id] = (call, order)
    return {call.id: order for call, order in best.values()}

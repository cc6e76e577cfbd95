"""A thousand orders and what a shop's people do to them, round by round, from a seed; and the truth after each round.

Belongs here: deeds and truth. Keep out: how a source shows them (test_thousand_histories.py)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

ROUNDS = 20
FIRST = datetime(2026, 3, 1, 18, tzinfo=UTC)
NIGHT = timedelta(days=1)
LATE = timedelta(minutes=5)  # a change is stamped before the last pull, and seen after it
BACK = 24  # days that a close may lie back: after all rounds still within the 45 that every mode reads again


@dataclass
class Order:
    """One history: an order, its lines and its payments. `gone`: deleted; it may come back."""

    no: int
    state: str = "O"
    closed: date | None = None
    total: Decimal = Decimal(0)
    lines: dict[int, Decimal] = field(default_factory=dict)
    payments: dict[int, tuple[Decimal, date]] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    changed: datetime = FIRST - 30 * NIGHT
    gone: bool = False


class Shop:
    """The orders, and the deeds of each round. `touched`: what was changed in the last one."""

    def __init__(self, seed: int, orders: int) -> None:
        self.random = Random(seed)
        self.orders = {no: Order(no) for no in range(1, orders + 1)}
        self.begins = {no: self.random.randrange(ROUNDS // 2) for no in self.orders}
        self.round = -1
        self.touched: list[Order] = []
        self.done: dict[str, int] = {}

    @property
    def now(self) -> datetime:
        """When the round's pull begins."""
        return FIRST + self.round * NIGHT

    def live(self) -> list[Order]:
        return [order for no, order in self.orders.items() if self.begins[no] <= self.round and not order.gone]

    def next(self) -> None:
        """One day: every order that has begun may have one thing done to it."""
        self.round += 1
        self.touched = []
        for no, order in self.orders.items():
            if self.begins[no] == self.round:
                self._do(order, "add_line")
            elif self.begins[no] < self.round and self.random.random() < 0.4:
                self._do(order, self.random.choice(self._deeds(order)))

    def _deeds(self, order: Order) -> list[str]:
        if order.gone:
            return ["come_back"]
        known = {
            "O": ["add_line", "edit_line", "drop_line", "close", "close", "close", "void", "delete", "pay"],
            "F": ["edit_line", "redate", "reopen", "pay", "edit_payment", "drop_payment", "void", "delete"],
            "V": ["delete", "drop_payment"],
        }
        return known[order.state]

    def _do(self, order: Order, deed: str) -> None:
        late = self.random.random() < 0.1 and self.begins[order.no] < self.round
        before = self.now - NIGHT if late else self.now
        order.changed = max(before - LATE, order.changed + timedelta(seconds=1))
        getattr(self, f"_{deed}")(order)
        if order.state != "V":
            order.total = sum(order.lines.values(), Decimal(0))
        self.touched.append(order)
        self.done[deed] = self.done.get(deed, 0) + 1

    def _money(self) -> Decimal:
        return Decimal(self.random.randrange(100, 99999)) / 100

    def _day(self) -> date:
        return (self.now - timedelta(days=self.random.randrange(BACK))).date()

    def _add_line(self, order: Order) -> None:
        order.lines[order.no * 100 + self.random.randrange(100)] = self._money()

    def _edit_line(self, order: Order) -> None:
        order.lines[self.random.choice(sorted(order.lines))] = self._money()

    def _drop_line(self, order: Order) -> None:
        if len(order.lines) > 1:
            del order.lines[self.random.choice(sorted(order.lines))]

    def _close(self, order: Order) -> None:
        order.state, order.closed = "F", self._day()
        self._pay(order)

    def _redate(self, order: Order) -> None:
        order.closed = self._day()

    def _reopen(self, order: Order) -> None:
        order.state, order.closed = "O", None

    def _void(self, order: Order) -> None:
        """The header keeps its money, the lines are gone."""
        order.state, order.lines = "V", {}
        order.closed = order.closed or self._day()

    def _delete(self, order: Order) -> None:
        order.gone = True
        order.dropped |= set(order.payments)
        order.payments = {}

    def _come_back(self, order: Order) -> None:
        order.gone = False

    def _pay(self, order: Order) -> None:
        number = order.no * 100 + self.random.randrange(100)
        order.payments[number] = (self._money(), self._day())
        order.dropped.discard(number)

    def _edit_payment(self, order: Order) -> None:
        if order.payments:
            order.payments[self.random.choice(sorted(order.payments))] = (self._money(), self._day())

    def _drop_payment(self, order: Order) -> None:
        if order.payments:
            dropped = self.random.choice(sorted(order.payments))
            del order.payments[dropped]
            order.dropped.add(dropped)

"""Which orders, time cards and days each row of a sales tracker has (REPORTS 3E). Keep out: figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from oracle.facts import Order
from oracle.feeds import fed
from oracle.figures import ALL, ZERO
from oracle.periods import Item, Key, Period, chosen, grouped
from oracle.told import Row, Told

Person = Callable[[Order], str]


@dataclass(frozen=True)
class Share:
    """What one row counts: its orders and the time cards of its people."""

    site: str
    period: Period
    sites: tuple[str, ...]  # that the row is about
    orders: tuple[Order, ...]
    cards: tuple[Row, ...] | None  # None without a time clock


def advisor(told: Told) -> Person:
    return lambda order: told.person(order.data["advisor_id"])


def shares(
    told: Told,
    periods: Sequence[Period],
    sites: Collection[str] | None,
    person: Person | None = None,
    role: str | None = None,
) -> dict[Key, Share]:
    """By site, or by site and person; the time of people of the role alone."""
    width = 0 if person is None else 1
    items: list[Item[Order | Row]] = [*_orders(told, person), *_cards(told, person, role)]
    found = grouped(told.world, periods, sites, width, items)
    clocks = fed(told, "timeclock")
    by_key = {period.key: period for period in periods}
    return {key: _share(key, by_key[key[-2:]], rows, chosen(told.world, sites), clocks) for key, rows in found.items()}


def _orders(told: Told, person: Person | None) -> Iterator[Item[Order | Row]]:
    for order in told.world.sales():
        assert order.close_date is not None
        yield order.shop.id, order.close_date, () if person is None else (person(order),), order


def _cards(told: Told, person: Person | None, role: str | None) -> Iterator[Item[Order | Row]]:
    """Reading of 3E.0: a card counts on the business day on which it began."""
    for site, card in told.rows("time_card"):
        if role is None or told.world.employees.get(card["employee_id"], {}).get("role") == role:
            keys = () if person is None else (told.person(card["employee_id"]),)
            yield site, told.day(site, card["in_at"]), keys, card


def _share(key: Key, period: Period, rows: Sequence[Order | Row], sites: Sequence[str], clocks: set[str]) -> Share:
    here = tuple(sites) if key[0] == ALL else (key[0],)
    cards = tuple(row for row in rows if not isinstance(row, Order)) if clocks.intersection(here) else None
    return Share(key[0], period, here, tuple(row for row in rows if isinstance(row, Order)), cards)


def worked(told: Told, share: Share) -> Decimal:
    """Worked days of the calendar: site-days on total rows."""
    return sum((told.weight(site, (day for day in told.world.days(site) if day in share.period))
                for site in share.sites), ZERO)  # fmt: skip


def whole_months(told: Told, share: Share) -> Decimal:
    return sum((told.weight(site, share.period.months()) for site in share.sites), ZERO)


def worked_by(told: Told, share: Share, person: str) -> Decimal:
    """A person's: of the site's calendar, or the days with a time card or a closed order of theirs."""
    if told.options.worked_days_basis == "calendar":
        return worked(told, share)
    return Decimal(len(days_by(told, share, person)))


def days_by(told: Told, share: Share, person: str) -> set[date]:
    """Days with a time card or a closed order of theirs at the shop."""
    cards = [card for site, card in told.rows("time_card") if (site, card["employee_id"]) == (share.site, person)]
    days = {day for card in cards if (day := told.day(share.site, card["in_at"])) in share.period}
    return days | {order.close_date for order in share.orders if order.close_date}

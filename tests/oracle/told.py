"""All that the systems of a company hold as of an instant, beside the orders, tenders and calls of `World`: rows of
every entity, who is who, and when the shops are open. Keep out: any report's formula."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from oracle import identity
from oracle.facts import Event, State, World
from oracle.figures import rounded
from oracle.options import Options

Row = dict[str, Any]
UNASSIGNED = "-1"  # 0.5: nobody
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED = Decimal(0)


@dataclass(frozen=True)
class Hours:
    """A day of a shop (`dim_site_day`)."""

    is_open: bool
    opens: time | None
    closes: time | None
    is_holiday: bool
    weight: Decimal  # 0 on closed days


@dataclass(frozen=True)
class Told:
    world: World
    as_of: datetime
    entities: State
    log: tuple[Event, ...] = ()  # every event at or before `as_of`, for what only history tells
    options: Options = field(default_factory=Options)

    def rows(self, entity: str) -> list[tuple[str, Row]]:
        """(site, data) of what is there and not deleted."""
        return list(self.entities.get(entity, {}).values())

    def by(self, entity: str, column: str) -> dict[Any, list[tuple[str, Row]]]:
        found: dict[Any, list[tuple[str, Row]]] = {}
        for site, data in self.rows(entity):
            found.setdefault(data[column], []).append((site, data))
        return found

    @cached_property
    def ro_numbers(self) -> dict[str, str]:
        """Of every order that there ever was: what names one that is deleted since still says which it was."""
        return {event.key: event.data["ro_number"] for event in self.log if event.entity == "repair_order"}

    @cached_property
    def status_events(self) -> dict[str, list[tuple[str, Row]]]:
        """Changes of state by order."""
        return self.by("ro_status_event", "ro_id")

    def today(self, site: str) -> date:
        return self.world.shops[site].business_date(self.as_of)

    def day(self, site: str, at: datetime) -> date:
        return self.world.shops[site].business_date(at)

    # who is who

    def person(self, employee_id: str | None) -> str:
        """Reading of DECISIONS 19: one log tells of each person once, so a person is their own golden one."""
        return employee_id or UNASSIGNED

    @cached_property
    def golden(self) -> dict[str, str]:
        """Customer card -> golden customer, named by the smallest id among their cards."""
        cars = [data for _, data in self.rows("vehicle")]
        return identity.golden_customers(self.world.customers, cars, self.world.numbers)

    def customer(self, customer_id: str | None) -> str | None:
        """A card that is not told of stands alone."""
        return self.golden.get(customer_id, customer_id) if customer_id else None

    @cached_property
    def golden_cars(self) -> dict[str, str]:
        return identity.golden_vehicles({data["vehicle_id"]: data for _, data in self.rows("vehicle")})

    def vehicle(self, vehicle_id: str | None) -> str | None:
        return self.golden_cars.get(vehicle_id, vehicle_id) if vehicle_id else None

    def phone(self, customer_id: str | None) -> str | None:
        """The first number on a card."""
        numbers = identity.phones(self.world.customers.get(customer_id or "", {}))
        return identity.e164(numbers[0]) if numbers else None

    @cached_property
    def cars(self) -> dict[str, Row]:
        return {data["vehicle_id"]: data for _, data in self.rows("vehicle")}

    def shown_car(self, vehicle_id: str | None) -> Row:
        """As its card has it."""
        card = self.cars.get(vehicle_id or "", {})
        return {f"vehicle_{name}": card.get(name) for name in ("year", "make", "model")}

    # when the shops are open

    @cached_property
    def _stated(self) -> dict[tuple[str, Any], Row]:
        """A stated date goes before its weekday."""
        return {(site, data["date"] or data["weekday"]): data for site, data in self.rows("site_hours")}

    def hours(self, site: str, day: date) -> Hours:
        """Reading of `dim_site_day`: a shop of which no hours are stated is open on no day. The source's own weight
        of a day goes before the option, which is for Saturdays without one."""
        row = self._stated.get((site, day)) or self._stated.get((site, WEEKDAYS[day.weekday()]))
        holiday = bool(row and row["is_holiday"])
        if row is None or not row["opens"] or not row["closes"] or holiday:
            return Hours(False, None, None, holiday, CLOSED)
        weight = row["workday_weight"]
        if weight is None:
            weight = self.options.workday_weight if day.weekday() == 5 else Decimal(1)
        return Hours(True, time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]), False, weight)

    def open_span(self, site: str, day: date) -> tuple[datetime, datetime] | None:
        """Opening and closing of a day of the shop's wall clock, as instants."""
        hours, zone = self.hours(site, day), ZoneInfo(self.world.shops[site].timezone)
        if hours.opens is None or hours.closes is None:
            return None
        opens, closes = (datetime.combine(day, at, zone).astimezone(UTC) for at in (hours.opens, hours.closes))
        return opens, closes

    def is_open_at(self, site: str, at: datetime) -> bool:
        span = self.open_span(site, at.astimezone(ZoneInfo(self.world.shops[site].timezone)).date())
        return span is not None and span[0] <= at < span[1]

    def work_seconds(self, site: str, since: datetime, until: datetime) -> Fraction:
        """Seconds within open hours; days outside of the shop's calendar have none."""
        calendar, zone = self._calendar[site], ZoneInfo(self.world.shops[site].timezone)
        day, last, found = since.astimezone(zone).date(), until.astimezone(zone).date(), Fraction(0)
        while day <= last:
            span = self.open_span(site, day) if day in calendar else None
            if span:
                found += max(Fraction(0), seconds(max(span[0], since), min(span[1], until)))
            day += timedelta(days=1)
        return found

    def work_minutes(self, site: str, since: datetime, until: datetime) -> Decimal:
        return rounded(self.work_seconds(site, since, until) / 60, 2)

    @cached_property
    def _calendar(self) -> dict[str, frozenset[date]]:
        return {site: frozenset(self.world.days(site)) for site in self.world.shops}

    def weight(self, site: str, days: Iterable[date]) -> Decimal:
        """Worked days: the sum of their weights (3E.0)."""
        return sum((self.hours(site, day).weight for day in days), CLOSED)


def seconds(since: datetime, until: datetime) -> Fraction:
    """Between two instants in UTC."""
    return Fraction((until - since) // timedelta(microseconds=1), 1_000_000)


def minutes(since: datetime, until: datetime) -> Decimal:
    """Wall-clock minutes."""
    return rounded(seconds(since, until) / 60, 2)


def median(values: Iterable[Decimal | Fraction | int], places: int = 2) -> Decimal | None:
    """The middle one, or the mean of the two middle ones."""
    ordered = sorted(Fraction(value) for value in values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    low = ordered[middle] if len(ordered) % 2 else ordered[middle - 1]
    return rounded((low + ordered[middle]) / 2, places)

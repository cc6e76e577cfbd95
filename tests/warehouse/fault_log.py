"""The clean company's log, open to edits: orders to spoil, each on a shop-day of its own, and what else keeps a count
of the same money (drawers, printed totals).

Belongs here: finding and changing events. Keep out: which faults there are (faults*.py), what controls say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from warehouse.clean_company import POOR

from connectors.simulator.company import World
from connectors.simulator.control_totals import LINES
from connectors.simulator.days import is_open
from connectors.simulator.events import Event, blank

Row = dict[str, Any]
Change = Callable[[Row], Row]
COUNTED = {"cash": "counted_cash", "check": "counted_checks"}


@dataclass(frozen=True)
class Visit:
    """An order that was opened, paid and closed within one day, and the payments on it."""

    site: str
    day: date
    ro: Row
    tenders: tuple[Row, ...]

    @property
    def document(self) -> str:
        return f"RO {self.ro['ro_number']}"

    def paid_by(self, *methods: str) -> bool:
        """In one payment at the close, by one of these methods."""
        found = [(row["kind"], row["method"]) for row in self.tenders]
        return len(found) == 1 and found[0][0] == "final" and found[0][1] in methods and self.tenders[0]["amount"] > 20

    def lines(self, *kinds: str) -> list[Row]:
        return [line for line in self.ro["lines"] if line["line_type"] in kinds]


class Log:
    """Edits change every state that the log holds of a thing, so that no restatement is told besides."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.events = list(world.events)
        days = (world.company.start + timedelta(n) for n in range(3, world.company.days - 4))
        shops = [site.id for site in world.company.sites if site.id != POOR]
        self.free = [(shop, day) for day in days if is_open(day) for shop in shops]

    def told(self) -> World:
        events = sorted(self.events, key=lambda event: event.at)
        return replace(self.world, events=[replace(event, seq=place) for place, event in enumerate(events, start=1)])

    def day(self, site: str, at: datetime) -> date:
        return self.world.company.site(site).business_date(at)

    def rows(self, entity: str) -> dict[str, Row]:
        """The last state of each."""
        return {event.key: event.data for event in self.events if event.entity == entity}

    def take(self, *days: tuple[str, date]) -> bool:
        """These shop-days belong to one fault from now on; not, if one of them belongs to another."""
        if any(day not in self.free for day in days):
            return False
        self.free = [day for day in self.free if day not in days]
        return True

    def visits(self) -> Iterator[Visit]:
        """On free shop-days, one after another shop; none that is given back or was ever opened again."""
        orders, tenders = self.rows("repair_order"), list(self.rows("tender").values())
        refunded = {row["refund_of_ro_id"] for row in orders.values()}
        by_day: dict[tuple[str, date], list[Row]] = {}
        for row in orders.values():
            sold = row["status"] == "closed" and row["opened_at"] and row["header_total"] > 0
            if sold and row["ro_id"] not in refunded and self.day(row["site"], row["opened_at"]) == row["closed_date"]:
                by_day.setdefault((row["site"], row["closed_date"]), []).append(row)
        for site, day in self.free:
            for row in by_day.get((site, day), ()):
                own = tuple(tender for tender in tenders if tender["ro_id"] == row["ro_id"])
                yield Visit(site, day, row, own)

    def visit(self, like: Callable[[Visit], bool]) -> Visit:
        """The first that is like this; its day is taken."""
        found = next(visit for visit in self.visits() if like(visit))
        assert self.take((found.site, found.day))
        return found

    def one(
        self, entity: str, like: Callable[[Row], bool], day: Callable[[Row], date | None]
    ) -> tuple[str, date, str, Row]:
        """Shop, day, key and last state of something on a free shop-day, which is taken."""
        shops = {event.key: event.site for event in self.events if event.entity == entity}
        for key, row in self.rows(entity).items():
            found = day(row) if like(row) else None
            if found and self.take((shops[key], found)):
                return shops[key], found, key, row
        raise AssertionError(f"no {entity} is like this on a day that is free")

    def edit(self, entity: str, key: str, change: Change | Row) -> None:
        def changed(row: Row) -> Row:
            return {**row, **(change(row) if callable(change) else change)}

        ours = [event.entity == entity and event.key == key for event in self.events]
        assert any(ours), (entity, key)
        self.events = [
            replace(event, data=changed(event.data)) if own else event
            for event, own in zip(self.events, ours, strict=True)
        ]

    def later(self, entity: str, key: str, by: timedelta) -> None:
        """Written down so much later than it was."""
        times = ("recorded_at", "updated_at")
        self.edit(entity, key, lambda row: {name: row[name] + by for name in times})
        self.events = [
            replace(event, at=event.at + by) if (event.entity, event.key) == (entity, key) else event
            for event in self.events
        ]

    def status_event(self, order: str, to_status: str) -> str:
        """The one change of an order to a status."""
        events = self.rows("ro_status_event").items()
        [found] = [key for key, row in events if row["ro_id"] == order and row["to_status"] == to_status]
        return found

    def drop(self, unwanted: Callable[[Event], bool]) -> None:
        before = len(self.events)
        self.events = [event for event in self.events if not unwanted(event)]
        assert len(self.events) < before

    def save(self, at: datetime, site: str, entity: str, key: str, /, **columns: Any) -> Row:
        row = {**blank(entity), **columns}
        self.events.append(Event(0, at, site, entity, "saved", key, row))
        return row

    def money(self, site: str, day: date, method: str, by: Decimal) -> None:
        """What the drawer holds and what the shop's own system prints follow the payments."""
        if method in COUNTED:
            self.edit("cash_count", f"{site}|{day}|1", lambda row: _more(row, by, COUNTED[method], "deposited_amount"))
        self.printed(site, day, LINES[method], by)

    def printed(self, site: str, day: date, name: str, by: Decimal) -> None:
        key = f"{site}|{day}|{name}"
        if any(event.entity == "control_total" and event.key == key for event in self.events):
            self.edit("control_total", key, lambda row: _more(row, by, "value"))
        else:
            at = datetime.combine(day + timedelta(days=1), datetime.min.time(), self.world.company.site(site).zone)
            row = {"site": site, "business_date": day, "name": name, "value": by}
            self.save(at + timedelta(hours=3), site, "control_total", key, **row)


def _more(row: Row, by: Decimal, *names: str) -> Row:
    return {name: row[name] + by for name in names}


def in_lines(change: Change, *kinds: str, first: bool = True) -> Change:
    """A change of an order's lines of these kinds: of the first one, or of all."""

    def changed(row: Row) -> Row:
        lines, done = [], False
        for line in row["lines"] or []:
            ours = line["line_type"] in kinds and not (first and done)
            lines.append({**line, **change(line)} if ours else line)
            done = done or ours
        return {"lines": lines}

    return changed

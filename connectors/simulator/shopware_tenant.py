"""The records of one Shop-Ware tenant as time goes by: every event changes, adds or removes one.

Belongs here: what the tenant holds at an instant. Keep out: a record's content (payload, people), HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.simulator import shopware_office as office
from connectors.simulator import shopware_payload as payload
from connectors.simulator import shopware_people as people
from connectors.simulator.events import Company, Event, iso
from connectors.simulator.whole import number

Row = dict[str, Any]
ENDPOINTS = {"customer": "customers", "vehicle": "vehicles", "employee": "staffs", "appointment": "appointments"}
MAKERS: dict[str, Callable[..., Row | None]] = {
    "customer": people.customer,
    "vehicle": people.vehicle,
    "employee": people.staff,
    "appointment": office.appointment,
}
LISTS = ("repair_orders", "payments", "recommendations", "shops", "statuses", "categories", *ENDPOINTS.values())


@dataclass
class Tenant:
    """The records of all Shop-Ware shops of the company at an instant; `advance` moves it."""

    company: Company
    events: list[Event]
    touch_on_payment: bool = True  # does a payment count as a change of its repair order?
    records: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in LISTS})
    inspections: dict[str, list[Row]] = field(default_factory=dict)  # by order
    clocks: dict[str, Row] = field(default_factory=dict)
    as_of: datetime | None = None
    _next: int = 0

    def __post_init__(self) -> None:
        self.sites = {site.id: site for site in self.company.sites if site.dms == "shopware"}
        ours = [event for event in self.events if event.site in self.sites]
        self.events = ours
        self.categories = sorted(_categories(ours))
        stamp = _stamps(self.company.start)
        for site in self.sites.values():
            self.records["shops"][site.id] = people.shop(site, stamp)
        for name, texts in (("statuses", payload.STATUSES), ("categories", self.categories)):
            for nth, text in enumerate(texts, start=1):
                self.records[name][text] = {**stamp, "id": nth, "text": text, "integrator_tags": []}

    def advance(self, to: datetime) -> None:
        """Time goes on: everything that happened until then has happened."""
        while self._next < len(self.events) and self.events[self._next].at <= to:
            self._happen(self.events[self._next])
            self._next += 1
        self.as_of = to

    def _happen(self, event: Event) -> None:
        gone = event.action == "deleted" or event.data.get("deleted") or event.data.get("status") == "void"
        if event.entity in MAKERS:
            self._put(ENDPOINTS[event.entity], event, None if gone else MAKERS[event.entity])
        elif event.entity == "repair_order":
            self._put("repair_orders", event, None if gone else self._order)
            self._recommend(event, gone)
            if gone:
                self._forget("payments", event.key)
        elif event.entity == "tender":
            self._put("payments", event, None if gone else payload.payment)
            if self.touch_on_payment and event.data["ro_id"] in self.records["repair_orders"]:
                self.touch("repair_orders", event.data["ro_id"], event.at)
        elif event.entity == "inspection" and event.data["ro_id"] in self.records["repair_orders"]:
            self.inspections[event.data["ro_id"]] = office.inspected(event.data, _stamps(event.at))
            self.touch("repair_orders", event.data["ro_id"], event.at)
        elif event.entity == "time_card":
            self.clocks[event.key] = office.time_clock(self.sites[event.site], event.data)

    def _recommend(self, event: Event, gone: bool) -> None:
        """A recommendation is saved when it changes, or the service that it has become."""
        if gone:
            self._forget("recommendations", event.key)
            return
        order, known = self.records["repair_orders"][event.key], self.records["recommendations"]
        before = {job["job_id"]: known.get(job["job_id"]) for job in event.data["jobs"]}
        self._forget("recommendations", event.key)
        for job, made in office.recommendations(event.data, order, _stamps(event.at)).items():
            old = before[job]
            known[job] = {**made, **({"created_at": old["created_at"]} if old else {})}

    def _forget(self, name: str, ro_id: str) -> None:
        rows, order = self.records[name], number(ro_id)
        for key in [key for key, row in rows.items() if row["repair_order_id"] == order]:
            del rows[key]

    def _order(self, site: Any, data: Row, stamps: Row) -> Row:
        return payload.repair_order(site, data, stamps, self.categories)

    def _put(self, name: str, event: Event, make: Callable[..., Row | None] | None) -> None:
        known = self.records[name].get(event.key)
        stamps = _stamps(event.at) | ({"created_at": known["created_at"]} if known else {})
        made = make(self.sites[event.site], event.data, stamps) if make else None
        if made is None:
            self.records[name].pop(event.key, None)
        else:
            self.records[name][event.key] = made

    def touch(self, name: str, key: str, at: datetime) -> None:
        self.records[name][key] = {**self.records[name][key], "updated_at": _stamps(at)["updated_at"]}

    def rows(self, name: str) -> list[Row]:
        """Newest first, as the vendor's lists are."""
        rows = [
            self._with_payments(row) if name == "repair_orders" else row
            for row in self.records[name].values()
        ]
        return sorted(rows, key=position, reverse=True)

    def _with_payments(self, row: Row) -> Row:
        own = [one for one in self.records["payments"].values() if one["repair_order_id"] == row["id"]]
        items, services = self.inspections.get(str(row["id"]), []), row["services"]
        if items and services:
            services = [{**services[0], "inspections": items}, *services[1:]]
        return {**row, "services": services, "payments": own}

    def shifts(self, staff_id: int) -> list[Row]:
        """The last one first."""
        own = [row for row in self.clocks.values() if row["staff_id"] == staff_id]
        return sorted(own, key=lambda row: datetime.fromisoformat(row["clock_in_at"]), reverse=True)


def _categories(events: Iterable[Event]) -> set[str]:
    orders = (event.data for event in events if event.entity == "repair_order")
    return {"", *(row["category"] or "" for data in orders for row in (*data["jobs"], *data["lines"]))}


def _stamps(at: Any) -> Row:
    instant = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=UTC)
    text = iso(instant.replace(microsecond=0))
    return {"created_at": text, "updated_at": text}


def position(row: Row) -> tuple[str, int]:
    return row["updated_at"], int(row["id"])

"""All that the systems beside the DMS and the telephone hold of the same people, cars, orders and calls.

Belongs here: which systems write, over all shops. Keep out: what each of them writes."""

from __future__ import annotations

from collections.abc import Callable

from connectors.simulator.appointments import book
from connectors.simulator.audit import audit
from connectors.simulator.back_office import keep_books
from connectors.simulator.campaigns import advertise
from connectors.simulator.events import Company, Event
from connectors.simulator.inspections import inspect
from connectors.simulator.messages import write
from connectors.simulator.office import Office
from connectors.simulator.processor import process
from connectors.simulator.switchboard import connect
from connectors.simulator.tasks import remember
from connectors.simulator.travellers import travel

SYSTEMS: tuple[Callable[[Office], None], ...] = (
    connect, inspect, write, remember, book, advertise, process, keep_books, audit,
)  # fmt: skip


def add_beside(company: Company, events: list[Event]) -> list[Event]:
    """The log with their entries among the others, which stay as they are."""
    made: list[Event] = []
    for index in range(len(company.sites)):
        office = Office(company, index, events)
        for system in SYSTEMS:
            system(office)
        made += office.made
    made += travel(company, events)
    return sorted(events + made, key=lambda event: event.at)

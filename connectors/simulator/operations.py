"""A repair order as dealership systems see it: operations, each with one payer, and what stands outside of them.

Belongs here: grouping, shares of technicians. Keep out: any vendor's names for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from connectors.simulator.events import Event, Site, State, state_at

Row = Mapping[str, Any]
ZERO = Decimal("0.00")
CENT = Decimal("0.01")


@dataclass
class Operation:
    """What one payer has done under one job; `labor` has one row at most, a second starts an operation."""

    number: int
    payer: str
    job: Row
    labor: Row | None = None
    parts: list[Row] = field(default_factory=list)
    others: list[Row] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        return [*([self.labor] if self.labor else []), *self.parts, *self.others]


def operations(ro: Row) -> tuple[list[Operation], list[Row]]:
    """The operations in the order of their lines, and the lines without a job."""
    jobs = {job["job_id"]: job for job in ro["jobs"]}
    found: list[Operation] = []
    latest: dict[tuple[str, str], Operation] = {}
    outside = []
    for row in ro["lines"]:
        if row["job_id"] is None:
            outside.append(row)
            continue
        operation = latest.get((row["job_id"], row["pay_type"]))
        is_labor = row["line_type"] == "labor"
        if operation is None or (is_labor and operation.labor):
            operation = Operation(len(found) + 1, row["pay_type"], jobs.get(row["job_id"], {}))
            found.append(operation)
            latest[row["job_id"], row["pay_type"]] = operation
        if is_labor:
            operation.labor = row
        else:
            (operation.parts if row["line_type"] == "part" else operation.others).append(row)
    return found, outside


def total(rows: Iterable[Row], *line_types: str) -> Decimal:
    return sum((row["net_amount"] for row in rows if row["line_type"] in line_types), ZERO)


def shares(line: Row) -> list[tuple[str | None, Decimal, Decimal, Decimal]]:
    """Technician, hours, amount and cost: cents by largest remainder, the first named gets the tie."""
    who: list[tuple[str | None, Decimal]] = [*technicians(line)] or [(None, Decimal(1))]
    amounts = _split(line["net_amount"], [share for _, share in who])
    costs = _split(line["cost_amount"] or ZERO, [share for _, share in who])
    hours = line["hours_billed"] or Decimal(0)
    return [
        (name, hours * share, amount, cost) for (name, share), amount, cost in zip(who, amounts, costs, strict=True)
    ]


def technicians(line: Row) -> list[tuple[str, Decimal]]:
    """t1:0.6;t2:0.4 as pairs."""
    pairs = [pair.rpartition(":") for pair in (line["technician_ids"] or "").split(";") if pair]
    return [(name, Decimal(share)) for name, _, share in pairs]


def _split(amount: Decimal, parts_of: list[Decimal]) -> list[Decimal]:
    sign = -1 if amount < 0 else 1
    exact = [abs(amount) * share for share in parts_of]
    parts = [part.quantize(CENT, ROUND_FLOOR) for part in exact]
    left = int((abs(amount) - sum(parts)) / CENT)
    for index in sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])[:left]:
        parts[index] += CENT
    return [sign * part for part in parts]


def of_site(events: Iterable[Event], site: Site, as_of: datetime) -> list[Event]:
    """What a shop's own system has seen by then."""
    return [event for event in events if event.site == site.id and event.at <= as_of]


class View:
    """The state of one shop as of an instant, made once for each."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._made: tuple[tuple[datetime, int], State] | None = None

    def at(self, events: list[Event], as_of: datetime) -> State:
        asked = (as_of, len(events))
        if self._made is None or self._made[0] != asked:
            self._made = (asked, state_at(of_site(events, self.site, as_of)))
        return self._made[1]


def changed(events: Iterable[Event], entity: str, since: datetime | None) -> set[str]:
    """Keys that were saved or deleted after an instant."""
    return {event.key for event in events if event.entity == entity and (not since or event.at > since)}

"""Compares the breaks that were planted with the breaks that the published marts show.

Keep out: planting (connectors/simulator) and finding (dbt_project)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from connectors.simulator.company import World
from connectors.simulator.marks import Break
from reporting.close import connect


@dataclass(frozen=True)
class Row:
    """A line of finance.recon_break, or what one must look like. RO by number; payment by the source's id."""

    site: str
    day: date
    cause: str
    delta: Decimal
    ro_number: str | None
    payment: str | None


@dataclass(frozen=True)
class Match:
    """A planted break with the lines that it must show, and those of them that were found."""

    planted: Break
    expected: list[Row]
    found: list[Row]

    @property
    def complete(self) -> bool:
        return len(self.found) == len(self.expected)


@dataclass(frozen=True)
class Score:
    """Every planted break with what was found of it; and what was found though nobody planted it."""

    matches: list[Match]
    others: list[Row]

    @property
    def found(self) -> int:
        return sum(match.complete for match in self.matches)

    @property
    def ok(self) -> bool:
        return self.found == len(self.matches) and not self.others


def found_breaks(snapshot: Path) -> list[Row]:
    """Every published break."""
    with connect(snapshot) as connection:
        rows = connection.execute(
            """
            select sites.site, breaks.business_date, breaks.cause_code, breaks.delta, orders.ro_number,
                tenders.source_entity_id
            from finance.recon_break as breaks
            inner join core.dim_site as sites on sites.site_key = breaks.site_key
            left join core.fct_tender as tenders on tenders.tender_key = breaks.tender_key
            left join core.fct_repair_order as orders
                on orders.ro_key = breaks.tie_key and (tenders.tender_key is null or tenders.ro_key is not null)
            order by all
            """
        ).fetchall()
    return [Row(*row) for row in rows]


def expected_of(planted: Break, numbers: dict[str, str]) -> list[Row]:
    """The lines that a planted break must show: its own, and that of its other side if it has one."""
    own = Row(
        planted.site, planted.business_date, planted.cause, planted.amount,
        numbers.get(planted.ro_id or ""), planted.tender_id,
    )  # fmt: skip
    if planted.pair_amount is None:
        return [own]
    other_ro = planted.pair_ro_id or planted.ro_id
    pair = Row(
        planted.pair_site or planted.site, planted.pair_date or planted.business_date, planted.cause,
        planted.pair_amount, numbers.get(other_ro or ""), planted.tender_id,
    )  # fmt: skip
    return [own, pair]


def ro_numbers(world: World) -> dict[str, str]:
    """Repair-order number by the id of the truth."""
    orders = (event for event in world.events if event.entity == "repair_order")
    return {event.key: event.data["ro_number"] for event in orders}


def score(world: World, found: Iterable[Row]) -> Score:
    """Match each planted line with one found line: same shop, day, cause and cents, same order or payment."""
    numbers, left, matches = ro_numbers(world), list(found), []
    for planted in world.breaks:
        expected = expected_of(planted, numbers)
        hits = []
        for row in expected:
            hit = next((one for one in left if _same(row, one)), None)
            if hit:
                left.remove(hit)
                hits.append(hit)
        matches.append(Match(planted, expected, hits))
    return Score(matches, left)


def _same(expected: Row, found: Row) -> bool:
    if (expected.site, expected.day, expected.cause, expected.delta) != (
        found.site, found.day, found.cause, found.delta,
    ):  # fmt: skip
        return False
    if expected.ro_number and found.ro_number:
        return expected.ro_number == found.ro_number
    return expected.payment is not None and expected.payment == found.payment

"""Who did what on an order (REPORTS 1.2 `fct_ro_line_tech`, 3E.7): lines shared among technicians by largest remainder.

Keep out: periods, rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from oracle.amounts import Piece
from oracle.facts import Order
from oracle.figures import ZERO
from oracle.ro_lines import shares
from oracle.told import UNASSIGNED, Told
from oracle.tracker import SECTIONS, is_tire

Shares = Mapping[str, Decimal]


@dataclass(frozen=True)
class Part:
    """What of a line is one technician's."""

    tech: str
    piece: Piece
    net: Decimal
    cost: Decimal
    hours_billed: Decimal
    hours_actual: Decimal | None

    @property
    def job(self) -> str | None:
        job: str | None = self.piece.line["job_id"]
        return job


def largest_remainder(amount: Decimal, weights: Shares, places: int = 2) -> dict[str, Decimal]:
    """Smallest units by weight, what is left over to the largest remainders, ties by key (DESIGN)."""
    whole = sum((abs(Fraction(weight)) for weight in weights.values()), Fraction(0))
    if whole == 0:
        return largest_remainder(amount, dict.fromkeys(weights, Decimal(1)), places)
    size = abs(Fraction(amount)) * 10**places
    exact = {key: size * abs(Fraction(weight)) / whole for key, weight in weights.items()}
    floors = {key: value.numerator // value.denominator for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: (floors[key] - exact[key], key))
    for key in by_remainder[: int(size) - sum(floors.values())]:
        floors[key] += 1
    return {key: Decimal(-units if amount < 0 else units).scaleb(-places) for key, units in floors.items()}


def parts_of(told: Told, order: Order) -> list[Part]:
    """Labor by its technicians; parts and sublet of a job by the hours of the job's technicians."""
    labor = [
        part
        for piece in order.amounts.pieces
        if piece.section == "labor"
        for part in _shared(piece, shares(told, piece.line))
    ]
    rest = [piece for piece in order.amounts.pieces if piece.section in SECTIONS and piece.section != "labor"]
    hours = job_hours(labor)
    return labor + [part for piece in rest for part in _shared(piece, hours.get(piece.line["job_id"] or "") or NOBODY)]


NOBODY: Shares = {UNASSIGNED: Decimal(1)}


def _shared(piece: Piece, shares: Shares) -> list[Part]:
    line, is_labor = piece.line, piece.section == "labor"
    nets, costs = largest_remainder(piece.net, shares), largest_remainder(piece.cost or ZERO, shares)
    billed = largest_remainder((line["hours_billed"] or ZERO) if is_labor else ZERO, shares, 4)
    actual = largest_remainder(line["hours_actual"], shares, 4) if is_labor and line["hours_actual"] is not None else {}
    return [Part(tech, piece, nets[tech], costs[tech], billed[tech], actual.get(tech)) for tech in shares]


def job_hours(labor: Sequence[Part]) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for part in labor:
        if part.job:
            found[part.job][part.tech] += part.hours_billed
    return found


def leader(hours: Shares) -> str:
    """The technician with most billed hours, ties by id."""
    return min(hours, key=lambda tech: (-hours[tech], tech), default=UNASSIGNED)


def tires(part: Part) -> bool:
    return is_tire(part.piece)

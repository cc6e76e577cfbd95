"""Plants breaks and decoys.

Belongs here: which, where, how many. Keep out: what each does to the log (causes_*, decoys)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TypeVar

from connectors.simulator import causes_bank, causes_later, causes_orders, causes_payments
from connectors.simulator.decoys import DECOYS
from connectors.simulator.dossier import NoCandidateError, Plan
from connectors.simulator.events import Company, Event, Site
from connectors.simulator.marks import Break, Decoy
from connectors.simulator.protocols import NEEDS_PROCESSOR, TABLE, shows

T = TypeVar("T")
Cause = Callable[[Plan, Site, int], Break]
CAUSES: dict[str, Cause] = {
    code: getattr(module, code.lower())
    for code in TABLE
    for module in (causes_payments, causes_orders, causes_later, causes_bank)
    if hasattr(module, code.lower())
}
LAST = ("R22", NEEDS_PROCESSOR)  # a watermark stands after everything else; a processor changes no one else's dice


@dataclass(frozen=True)
class Planted:
    events: list[Event]
    source: list[Event]  # what the sources hold: their extracts lost or doubled some of it
    breaks: list[Break]
    decoys: list[Decoy]


def plant(company: Company, events: list[Event], breaks: int, seed: int, processor: bool = False) -> Planted:
    """So many breaks of each cause, and decoys of each kind, in each shop whose system can show it.

    A repair order gets one at most. A company too small for one of them goes without it, and one that has no
    `processor` without those that only a processor tells of."""
    plan = Plan(company, events, Random(f"{seed}:breaks"))
    found: list[Break] = []
    decoys: list[Decoy] = []
    if breaks == 0:
        return Planted(events, events, found, decoys)
    for site in company.sites:
        own = [code for code in CAUSES if shows(code, site.dms) and code not in LAST]
        for code in own:
            found += _tries(breaks, partial(CAUSES[code], plan, site))
        for make, protocols in DECOYS:
            if site.dms in protocols:
                decoys += _tries(breaks, partial(_decoy, make, plan, site))
    for code in LAST if processor else LAST[:1]:
        for site in company.sites:
            if shows(code, site.dms):
                found += _tries(breaks, partial(CAUSES[code], plan, site))
    return Planted(plan.current(), plan.source(), found, decoys)


def _decoy(make: Callable[[Plan, Site], Decoy], plan: Plan, site: Site, _: int) -> Decoy:
    """As a cause is made: the turn makes no difference to it."""
    return make(plan, site)


def _tries(count: int, make: Callable[[int], T]) -> list[T]:
    made: list[T] = []
    for turn in range(count):
        try:
            made.append(make(turn))
        except NoCandidateError:
            break
    return made

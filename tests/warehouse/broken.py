"""Companies whose books are broken in many ways at once: several faults on one order, many on one day, faults that hide
each other. What each must be is written down as it is planted.

Belongs here: planting, and the lines that it must show. Keep out: single causes (connectors/simulator), figures of SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from warehouse.homes import files_world

from connectors.simulator import breaks as planting
from connectors.simulator.causes_bank import TAKEN_BACK
from connectors.simulator.causes_later import dear, repriced
from connectors.simulator.company import World
from connectors.simulator.control_totals import add_control_totals
from connectors.simulator.dossier import Dossier, NoCandidateError, Plan, minutes
from connectors.simulator.events import Event, Site, blank
from connectors.simulator.marks import Break
from connectors.simulator.pricing import half_away

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """What one fault moves, where it shows, and on which document: the order, or a payment that has none."""

    site: str
    day: date
    document: str
    cause: str
    amount: Decimal


@dataclass
class Case:
    """One order with its one payment, and the faults that it has got so far."""

    plan: Plan
    site: Site
    file: Dossier
    lines: list[Line]

    @property
    def paid(self) -> dict[str, Any]:
        current = self.plan.swapped.get(self.file.tender.seq, self.file.tender)
        assert current is not None
        return current.data

    def says(self, cause: str, amount: Decimal, day: date | None = None, site: str = "") -> None:
        self.lines.append(Line(site or self.site.id, day or self.file.day, self.file.ro_id, cause, amount))

    def pays(self, amount: Decimal) -> None:
        self.plan.swap(self.file.tender, amount=amount)

    def also_paid(self, at: Any, note: str = "", **changes: Any) -> int:
        """One more payment, like the first but for what is said."""
        key = self.plan.new_id(self.site)
        row = {**self.paid, "tender_id": key, "recorded_at": at, "updated_at": at, **changes}
        return self.plan.add(at, self.site, "tender", row, note=note)


# faults of the amount: what the tenders of the order sum to, or what it comes to


def short(case: Case) -> None:
    cents = case.plan.rng.choice([-1, 1]) * case.plan.rng.randrange(307, 2999)
    case.pays(case.paid["amount"] + cents * CENT)
    case.says("R13", cents * CENT)


def fee(case: Case) -> None:
    if case.file.method != "card":
        raise NoCandidateError
    amount = half_away(case.file.total * case.site.upcharge_pct)
    case.pays(case.paid["amount"] + amount)
    case.says("R15", amount)


def gift_card(case: Case) -> None:
    sold = Decimal(case.plan.rng.choice((25, 50, 100))).quantize(CENT)
    case.plan.swap(case.file.close, header_total=case.file.total + sold)
    case.pays(case.paid["amount"] + sold)
    case.says("R20", sold)


def forgotten(case: Case) -> None:
    """An advance that nobody applied."""
    at = case.file.ro["opened_at"] + minutes(5)
    day, amount = case.site.business_date(at), Decimal(case.plan.rng.randrange(11, 39)).quantize(CENT)
    case.also_paid(at, kind="advance", amount=amount, business_date=day, method="cash", method_name="Cash",
                   auth_code=None, reference=None)  # fmt: skip
    case.says("R16", amount)


def edited(case: Case) -> None:
    part = next((row for row in case.file.ro["lines"] if dear(row)), None)
    if part is None:
        raise NoCandidateError
    changed = repriced(case.site, case.file.ro, part, Decimal(case.plan.rng.choice(("-5.00", "5.00", "8.00"))))
    case.plan.order(case.site, changed, case.plan.after_cut(case.site), updated_by=case.file.ro["advisor_id"])
    case.says("R09", case.file.total - changed["header_total"])


# faults of the place: the day or the shop on which the payment stands


def _moves(case: Case, cause: str, day: date, shop: str = "", **changes: Any) -> None:
    case.plan.swap(case.file.tender, changes.pop("at", None), business_date=day, **changes)
    case.says(cause, -case.paid["amount"])
    case.says(cause, case.paid["amount"], day, shop)


def late(case: Case) -> None:
    day = case.plan.later(case.file.day, 4)
    assert day is not None
    at = case.plan.at_work(case.site, day)
    _moves(case, "R11", day, at=at, recorded_at=at, updated_at=at)


def back_dated(case: Case) -> None:
    _moves(case, "R12", [day for day in case.plan.open if day < case.file.day][-2])


def elsewhere(case: Case) -> None:
    sites = case.plan.company.sites
    other = sites[(sites.index(case.site) + 1) % len(sites)].id
    _moves(case, "R25", case.file.day, other, site=other)


# faults that come on top of the payment as it stands


def doubled(case: Case) -> None:
    if case.file.method != "card":
        raise NoCandidateError
    number = case.also_paid(case.paid["recorded_at"] + minutes(3), note="the extract has this payment twice")
    case.plan.doubled.add(number)
    case.says("R01", case.paid["amount"], case.paid["business_date"], case.paid["site"])


def given_back(case: Case) -> None:
    day = case.plan.later(case.file.day + timedelta(5), 3) or case.plan.open[-2]
    amount = -Decimal(case.plan.rng.randrange(1100, 2900)).scaleb(-2)
    case.also_paid(case.plan.at_work(case.site, day), amount=amount, business_date=day)
    case.says("R17", amount, day, case.paid["site"])


def taken_back(case: Case) -> None:
    if case.paid["site"] != case.site.id:
        raise NoCandidateError
    day = case.plan.later(case.file.day + timedelta(5), 3) or case.plan.open[-2]
    amount = -case.paid["amount"]
    case.also_paid(case.plan.at_work(case.site, day), note=TAKEN_BACK, amount=amount, business_date=day)
    case.says("R24", amount, day)


AMOUNT, PLACE, TOP = (short, fee, gift_card, forgotten, edited), (late, back_dated, elsewhere), (doubled, given_back,
                                                                                               taken_back)  # fmt: skip
NEVER_TOGETHER = ({gift_card, edited},)  # the second writes the order's total anew


def faults(rng: Random) -> list[Callable[[Case], None]]:
    """Two or three that can meet, in the order in which they happen."""
    while True:
        found = rng.sample(AMOUNT, rng.choice((0, 1, 1, 2))) + rng.sample(PLACE, rng.choice((0, 1)))
        found += rng.sample(TOP, rng.choice((0, 0, 1)))
        if len(found) > 1 and not any(pair <= set(found) for pair in NEVER_TOGETHER):
            return sorted(found, key=(*AMOUNT, *PLACE, *TOP).index)


class Crowded(Plan):
    """An order with several faults comes from one of few days, so that they meet on days too."""

    def take_early(self, site: Site, card: bool) -> Dossier:
        last = self.cut - timedelta(8)  # a payment may move, and come back
        days = [day for day in self.open if self.open[3] < day <= last and day.day % 3]
        return self.take(site, lambda one: one.simple() and one.day in days and (one.method == "card" or not card))


def several(plan: Crowded, site: Site) -> list[Line]:
    """An order with two or three faults; with one less where one does not fit it."""
    chosen = faults(plan.rng)
    case = Case(plan, site, plan.take_early(site, card=bool({fee, doubled} & set(chosen))), [])
    for fault in chosen:
        with suppress(NoCandidateError):
            fault(case)
    return case.lines


def single(plan: Crowded, site: Site, code: str, turn: int) -> list[Line]:
    """A fault of the simulator's, on an order of its own, on any day."""
    try:
        one = planting.CAUSES[code](plan, site, turn)
    except NoCandidateError:
        return []
    return [*shown(one)]


def shown(one: Break) -> Iterator[Line]:
    yield Line(one.site, one.business_date, one.ro_id or one.tender_id or "", one.cause, one.amount)
    if one.pair_amount is not None and one.pair_date is not None:
        document = one.pair_ro_id or one.ro_id or ""
        yield Line(one.pair_site or one.site, one.pair_date, document, one.cause, one.pair_amount)


def disputes(plan: Plan) -> Iterator[Event]:
    """What the processor has of payments that a bank took back."""
    files = {file.ro_id: file for of_site in plan.by_site.values() for file in of_site}
    for event in plan.added:
        if event.note == TAKEN_BACK:
            row, key = blank("processor_txn"), f"dp{event.key}"
            row.update(txn_id=key, site=event.data["site"], type="dispute", gross=event.data["amount"],
                       fee=Decimal("15.00"), net=event.data["amount"] - 15, processed_at=event.at - timedelta(hours=1),
                       reference=files[event.data["ro_id"]].ro["ro_number"])  # fmt: skip
            yield Event(0, row["processed_at"], event.site, "processor_txn", "saved", key, row)


def broken_world(seed: int, shops: int, days: int, orders: int = 6, cases: int = 12) -> tuple[World, list[Line]]:
    """Each shop has so many orders with several faults, and one with each cause of the catalogue."""
    clean = files_world(seed, shops, days, ros_per_day=orders, calls_per_day=1, breaks=0)
    events = [event for event in clean.events if event.entity != "control_total"]
    plan, lines = Crowded(clean.company, events, Random(f"{seed}:broken")), []
    for site in clean.company.sites:
        for _ in range(cases):
            lines += several(plan, site)
        for code in sorted(planting.CAUSES, key=lambda code: code == "R22"):
            lines += single(plan, site, code, plan.rng.randrange(2))
    of_processor = list(disputes(plan))
    told = add_control_totals(clean.company, sorted(plan.current() + of_processor, key=at), plan.source())
    return replace(clean, events=[replace(event, seq=number) for number, event in enumerate(told, start=1)]), lines


def at(event: Event) -> datetime:
    return event.at

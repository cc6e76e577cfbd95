"""What was planted: breaks and decoys, kept apart from the event log. No field of these reaches a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors.simulator.events import Company


@dataclass(frozen=True)
class Break:
    """`amount` is what this break alone adds to I-1's delta (RHS - LHS) of the site on the business date.

    A break with another side (another day, shop or repair order) has it in the pair_ fields.
    `before`: its evidence is an earlier state, on record only if a pull saw the source before then."""

    cause: str
    site: str
    business_date: date
    ro_id: str | None
    tender_id: str | None
    amount: Decimal
    pair_site: str | None = None
    pair_date: date | None = None
    pair_ro_id: str | None = None
    pair_amount: Decimal | None = None
    before: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Decoy:
    """Looks like the cause it names and is none: it moves no day's delta."""

    looks_like: str
    site: str
    business_date: date
    ro_id: str
    tender_id: str | None
    note: str


def cut_day(company: Company) -> date:
    """The last business day of the first of two pulls: what is lost or edited later was seen before."""
    return company.end - timedelta(days=max(2, min(7, company.days // 3)))

"""What the reports of calls share: the calls that count, their legs, who took them, what they scored (REPORTS 3A).

Keep out: any report's row; who called (callers)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from oracle.calls import registered, site_of
from oracle.facts import Shop
from oracle.figures import ZERO, div
from oracle.told import Row, Told


@dataclass(frozen=True)
class Call:
    """One call at the site that it belongs to."""

    site: str
    day: date
    shop: Shop  # whose system told of it
    data: Row

    @property
    def id(self) -> str:
        return str(self.data["call_id"])

    @property
    def start(self) -> datetime:
        at: datetime = self.data["started_at"]
        return at

    @property
    def caller(self) -> str | None:
        """The number at the other end; None when it is withheld."""
        number: str | None = self.data["from_number" if self.inbound else "to_number"]
        return number

    @property
    def inbound(self) -> bool:
        return bool(self.data["direction"] == "in")

    @property
    def answered(self) -> bool:
        return bool(self.data["status"] == "answered")

    @property
    def legs(self) -> list[Row]:
        return list(self.data["legs"] or [])

    @property
    def first_answer(self) -> Row | None:
        """The leg that took the call first; a transfer takes it later."""
        taken = [leg for leg in self.legs if leg["result"] == "answered" and leg["answered_at"]]
        return min(taken, key=lambda leg: (leg["answered_at"], leg["leg_id"]), default=None)


def calls(told: Told, *directions: str) -> list[Call]:
    found = []
    for shop, data in told.world.calls:
        if data["direction"] in directions and not (told.options.exclude_spam and data["is_spam"]):
            site = site_of(told.world, shop, data)
            found.append(Call(site, told.world.shops[site].business_date(data["started_at"]), shop, data))
    return sorted(found, key=lambda call: (call.start, call.id))


def number(told: Told, call: Call) -> Row:
    """The company's number that was called, as it was registered then."""
    return registered(told.world, call.shop, call.data) or {}


def handled_by(told: Told, call: Call) -> str:
    leg = call.first_answer
    return told.person(call.data["employee_id"]) if leg is None else employee(told, call, leg)


def employee(told: Told, call: Call, leg: Row) -> str:
    """Reading of 3A.3: whom the source states, else whose extension it was on the day of the call."""
    return told.person(leg["employee_id"] or holder(told, call.shop.id, leg["extension"], call.day))


def holder(told: Told, site: str, extension: str | None, day: date) -> str | None:
    for where, row in told.rows("extension"):
        if (where, row["extension"]) == (site, extension) and valid(row, day):
            person: str | None = row["employee_id"]
            return person
    return None


def valid(row: Row, day: date) -> bool:
    """An open end of validity is open."""
    return bool((row["valid_from"] or date.min) <= day <= (row["valid_to"] or date.max))


def seconds(since: datetime | None, until: datetime | None) -> int:
    return int((until - since).total_seconds()) if since and until else 0


def talk(row: Row) -> int:
    """Of a call or a leg: from answer to end."""
    return seconds(row["answered_at"], row["ended_at"])


def callers(found: Iterable[Call]) -> int:
    return len({call.caller for call in found if call.caller is not None})


def scores(told: Told) -> dict[str, list[Row]]:
    return {key: [row for _, row in rows] for key, rows in told.by("call_score", "call_id").items()}


def score(rows: Iterable[Row]) -> Decimal | None:
    """3A.10: points given over points that could be, never a mean of percentages."""
    given = list(rows)
    return div(sum((row["score"] for row in given), ZERO), sum((row["max_score"] for row in given), ZERO))


def scored(found: Iterable[Call], all_scores: dict[str, list[Row]]) -> Iterator[Row]:
    for call in found:
        yield from all_scores.get(call.id, [])


def distinct(found: Iterable[Call]) -> list[Call]:
    """Each call once, in order."""
    return list({call.id: call for call in found}.values())

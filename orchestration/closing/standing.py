"""What stands by the journal: which days and months are signed, by whom, and who owns which break.

Keep out: reading the journal (journal.py), and what may be done next (signing.py)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from orchestration.closing.entries import Entry

ShopDay = tuple[str, date]
BreakKey = tuple[str, date, str, str]  # site, day, tie_key, cause_code


@dataclass(frozen=True)
class Followed:
    """Who looks after a break, and what became of it; empty when nobody has said."""

    owner: str = ""
    resolution: str = ""
    resolved_by: str = ""
    resolved_at: str = ""


@dataclass
class Standing:
    """`days`, `months`: the signing that stands; `last`: the last sign or reopen, also of what is open again.

    Months are (site, '2026-11')."""

    days: dict[ShopDay, Entry] = field(default_factory=dict)
    months: dict[tuple[str, str], Entry] = field(default_factory=dict)
    last: dict[ShopDay | tuple[str, str], Entry] = field(default_factory=dict)
    breaks: dict[BreakKey, Followed] = field(default_factory=dict)
    stored: dict[ShopDay, set[int]] = field(default_factory=dict)  # entries that have files

    def take(self, entry: Entry) -> None:
        """What the entry changes."""
        if entry.act in ("sign", "reopen"):
            self._sign(entry)
        elif entry.act in ("assign", "resolve") and entry.day:
            key = (entry.site, entry.day, entry.detail["tie_key"], entry.detail["cause_code"])
            self.breaks[key] = _followed(self.breaks.get(key, Followed()), entry)

    def _sign(self, entry: Entry) -> None:
        if entry.day:
            self.last[entry.site, entry.day] = entry
            if entry.act == "sign":
                self.days[entry.site, entry.day] = entry
                self.stored.setdefault((entry.site, entry.day), set()).add(entry.seq)
            else:
                self.days.pop((entry.site, entry.day), None)
        elif entry.month:
            self.last[entry.site, entry.month] = entry
            if entry.act == "sign":
                self.months[entry.site, entry.month] = entry
            else:
                self.months.pop((entry.site, entry.month), None)

    def closed_month(self, site: str, day: date) -> Entry | None:
        """The signing of the month that the day is in."""
        return self.months.get((site, f"{day:%Y-%m}"))


def standing(entries: Iterable[Entry]) -> Standing:
    found = Standing()
    for entry in entries:
        found.take(entry)
    return found


def _followed(before: Followed, entry: Entry) -> Followed:
    if entry.act == "assign":
        return replace(before, owner=str(entry.detail["owner"]))
    return replace(before, resolution=entry.reason, resolved_by=entry.by, resolved_at=entry.at)


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's: 'Ann  Lee' and 'ann lee' are."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())

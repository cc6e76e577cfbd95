"""What a reader of one shop's day is told of its closing: signed or not, whose its breaks are, a broken journal.

Keep out: changing any of it (signing.py, breaks.py)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.closing import journal
from orchestration.closing.entries import Entry
from orchestration.closing.standing import Followed, standing


@dataclass(frozen=True)
class DayState:
    """`signed`: the signing that stands; `last`: the last signing or reopening; `breaks` by tie_key:cause."""

    signed: Entry | None
    last: Entry | None
    month: Entry | None
    breaks: dict[str, Followed] = field(default_factory=dict)
    broken: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return {
            "signed": _told(self.signed),
            "last": _told(self.last),
            "month": _told(self.month),
            "follow_up": {key: vars(one) for key, one in self.breaks.items()},
            "journal_broken": self.broken or None,
        }


def _told(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    names = ("seq", "act", "at", "by", "reason", "build_id", "version", "hash")
    return {name: getattr(entry, name) for name in names} | {"accepted": list(entry.accepted)}


def of_day(home: Path, site: str, day: date) -> DayState:
    """By the entries before the first fault, which is told."""
    found = journal.read(home)
    state = standing(found.entries)
    followed = {
        f"{tie_key}:{cause}": one
        for (code, when, tie_key, cause), one in state.breaks.items()
        if (code, when) == (site, day)
    }
    signed, last = state.days.get((site, day)), state.last.get((site, day))
    return DayState(signed, last, state.closed_month(site, day), followed, str(found.fault or ""))

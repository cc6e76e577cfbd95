"""An entry of the sign-off journal: what it says, and its one way to be written, which its hash is made of.

Keep out: the chain of entries (journal.py), writing one (book.py)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from datetime import date as Day
from typing import Any

from reporting.close import ReportError


@dataclass(frozen=True)
class Said:
    """What somebody does to a shop's day (or month: no day, and `detail` names it). Figures are decimals as text."""

    act: str
    site: str
    day: Day | None
    by: str
    reason: str
    build_id: str = ""
    version: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)
    accepted: Sequence[Mapping[str, str]] = ()
    stored: Mapping[str, str] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A line of the journal. `accepted`: control, key, document, reason; `stored`: file -> sha256."""

    seq: int
    at: str
    act: str
    site: str
    date: str | None
    by: str
    reason: str
    build_id: str
    version: str
    figures: Mapping[str, str]
    accepted: Sequence[Mapping[str, str]]
    stored: Mapping[str, str]
    detail: Mapping[str, Any]
    previous: str
    hash: str

    @property
    def day(self) -> Day | None:
        return Day.fromisoformat(self.date) if self.date else None

    @property
    def month(self) -> str | None:
        """Of an entry about a month: 2026-11."""
        return str(self.detail["month"]) if "month" in self.detail else None

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @property
    def line(self) -> bytes:
        return canonical(asdict(self)) + b"\n"

    @property
    def about(self) -> str:
        """'chi 2026-03-10', 'chi 2026-03'."""
        return f"{self.site} {self.date or self.month or ''}".strip()


FIELDS = frozenset(one.name for one in fields(Entry))


def canonical(said: Mapping[str, Any]) -> bytes:
    """The one way to write it: keys in order, no spaces, UTF-8."""
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def words(option: str, text: str) -> str:
    """What a person typed, without needless blanks. Raises ReportError where it cannot be printed again."""
    found = " ".join(text.split())
    if not found.isprintable():
        raise ReportError(f"{option} {found!r}: holds characters that cannot be printed; write it without them")
    return found


def entry(said: Said, seq: int, at: datetime, previous: str) -> Entry:
    """What the journal would say."""
    told = {name: value for name, value in asdict(said).items() if name != "day"}
    told |= {"accepted": [dict(one) for one in said.accepted], "seq": seq, "previous": previous}
    told |= {"date": said.day.isoformat() if said.day else None, "at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    return Entry(**told, hash=hashlib.sha256(canonical(told)).hexdigest())


def parsed(line: bytes) -> Entry | None:
    """The entry of one line that is as it was written."""
    found = judged(line.removesuffix(b"\n"))
    return found if isinstance(found, Entry) else None


def judged(line: bytes) -> Entry | str:
    """The entry of a line without its end, or why it is none."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return "is no entry: it was altered"
    if not isinstance(told, dict) or told.keys() != FIELDS:
        return "does not have the parts of an entry: it was altered"
    said = {name: value for name, value in told.items() if name != "hash"}
    if canonical(told) != line or hashlib.sha256(canonical(said)).hexdigest() != told["hash"]:
        return "is not what its hash was made of: it was altered"
    return Entry(**told)

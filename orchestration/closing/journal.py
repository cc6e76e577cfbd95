"""The sign-off journal: one line of canonical JSON per entry, each with the hash of the one before.

Belongs here: entries, the chain, reading and checking it. Keep out: writing it (book.py), the rules (signing.py)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from datetime import date as Day
from pathlib import Path
from typing import Any

from connectors.base import TieoutError
from reporting.close import ReportError

FILE, PENDING = "journal.jsonl", "pending.jsonl"
FIRST = "0" * 64  # what stands before the first entry
LOOKS = 5  # at a last line that somebody may be writing


class JournalBroken(TieoutError):
    """The journal is not as it was written; the message names the first altered entry."""


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


@dataclass(frozen=True)
class Fault:
    """The first entry that is not as it was written: its line, what it says it is about, and what is wrong with it."""

    line: int
    site: str
    date: str
    what: str

    def __str__(self) -> str:
        about = " ".join(part for part in (self.site, self.date) if part) or "its shop and day cannot be read"
        return f"line {self.line} ({about}): {self.what}"


@dataclass(frozen=True)
class Journal:
    """The entries before the first fault, and the fault."""

    entries: tuple[Entry, ...] = ()
    fault: Fault | None = None

    @property
    def head(self) -> str:
        """The hash of the last entry, which stands for all of them."""
        return self.entries[-1].hash if self.entries else FIRST


def folder(home: Path) -> Path:
    """Where sign-offs are: outside what can be built again."""
    return home / "close"


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


def read(home: Path) -> Journal:
    """The journal of a home; an empty one before the first entry. A line that is being written does not count yet."""
    file = folder(home) / FILE
    for _ in range(LOOKS):
        data = file.read_bytes() if file.is_file() else b""
        whole, tail = split(data)
        if not tail or begins(home, tail):
            return check(whole)
    return check(data)


def require(home: Path) -> Journal:
    """The journal. Raises JournalBroken naming the first altered entry."""
    return whole(read(home), home)


def whole(journal: Journal, home: Path) -> Journal:
    if journal.fault:
        raise JournalBroken(
            f"{folder(home) / FILE}: {journal.fault}. Nothing is added to a journal that is not as it was written: "
            "restore it from your backup, then 'tieout close --verify --head' with the last head that you kept"
        )
    return journal


def split(data: bytes) -> tuple[bytes, bytes]:
    """Whole lines, and what stands after the last line's end."""
    end = data.rfind(b"\n") + 1
    return data[:end], data[end:]


def begins(home: Path, tail: bytes) -> bool:
    """Whether it is the beginning of the line that was being written last."""
    pending = folder(home) / PENDING
    return pending.is_file() and pending.read_bytes().startswith(tail)


def check(data: bytes) -> Journal:
    """Every line, up to the first that is not as it was written."""
    lines = data.split(b"\n")
    left = lines.pop()
    entries: list[Entry] = []
    for line in lines:
        found = _entry(line)
        fault = found if isinstance(found, str) else _out_of_chain(found, entries)
        if isinstance(fault, Fault):
            return Journal(tuple(entries[: fault.line - 1]), fault)
        if isinstance(found, str):
            return Journal(tuple(entries), _fault(len(entries) + 1, line, found))
        entries.append(found)
    if left:
        return Journal(tuple(entries), _fault(len(entries) + 1, left, "is no whole line"))
    return Journal(tuple(entries))


def parsed(line: bytes) -> Entry | None:
    """The entry of one line that is as it was written."""
    found = _entry(line.removesuffix(b"\n"))
    return found if isinstance(found, Entry) else None


def _entry(line: bytes) -> Entry | str:
    """The entry, or why it is none."""
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


def _out_of_chain(found: Entry, before: Sequence[Entry]) -> Fault | None:
    """A line that is whole by itself may still have been put, moved or removed."""
    place = len(before) + 1
    if found.seq != place:
        what = f"is entry {found.seq} where entry {place} should be: entries were removed, added or moved"
        return Fault(place, found.site, found.date or found.month or "", what)
    if found.previous == (before[-1].hash if before else FIRST):
        return None
    if not before:
        return Fault(1, found.site, found.date or found.month or "", "follows on entries that are not there")
    last = before[-1]
    what = "is not the entry that the next one follows on: one of the two was written anew"
    return Fault(place - 1, last.site, last.date or last.month or "", what)


def _fault(number: int, line: bytes, what: str) -> Fault:
    """What an altered line is about, as far as it still says."""
    found = [re.search(known, line) for known in (rb'"site":"([A-Za-z0-9_-]+)"', rb'"date":"([0-9-]+)"')]
    site, day = (one[1].decode() if one else "" for one in found)
    return Fault(number, site, day, what)

"""Whether the journal and the files of signed days are as they were written; the first that is not is named.

Keep out: the chain itself (journal.py), the hashes of a day's files (folders.py)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from orchestration.closing import folders, journal
from orchestration.closing.journal import FIRST, Fault
from reporting.close import ReportError


@dataclass(frozen=True)
class Verified:
    """`fault`: the first entry that is not as it was written. `since`: entries after the head that was kept."""

    entries: int
    files: int
    head: str
    fault: Fault | None
    cut: str = ""
    since: int | None = None

    @property
    def ok(self) -> bool:
        return self.fault is None and not self.cut


def verify(home: Path, kept: str | None = None) -> Verified:
    """Recomputes every hash. `kept`: a head that was noted down, which a journal cut since does not have."""
    wanted = _hash(kept) if kept else None
    found = journal.read(home)
    fault, files = found.fault, 0
    for entry in found.entries:
        broken = next(folders.faults(home, entry), None)
        if broken:
            fault = broken
            break
        files += len(entry.stored)
    hashes = [FIRST, *(entry.hash for entry in found.entries)]
    cut, since = "", None
    if wanted in hashes:
        since = len(hashes) - 1 - hashes.index(wanted)
    elif wanted and found.fault is None:
        cut = _cut(found, wanted)
    return Verified(len(found.entries), files, found.head, fault, cut, since)


def _cut(found: journal.Journal, wanted: str) -> str:
    last = f"it ends with entry {len(found.entries)}, {found.entries[-1].about}" if found.entries else "it is empty"
    return (
        f"no entry has the hash {wanted}: the journal was cut off, or written anew, after that head was kept ({last})"
    )


def _hash(text: str) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text.strip()):
        raise ReportError(f"--head '{text}': is no head; it is the 64 hex digits that were printed after an entry")
    return text.strip().lower()

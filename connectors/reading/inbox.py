"""A folder of webhook bodies: what a vendor pushes, put down as it came, one body a `.json` file or one a line of
`.jsonl`.

Belongs here: bodies in their order, each once. Keep out: receiving them (inbox.md says how), what they mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.base import SourceError

LARGEST = 16 * 2**20


@dataclass(frozen=True)
class Event:
    """One body. `received` is when its file was last written."""

    file: str
    received: datetime
    body: dict[str, Any]


@dataclass(frozen=True)
class Inbox:
    path: Path

    def read(self) -> tuple[list[Event], list[SourceError]]:
        """Bodies by the names of their files, and what cannot be read: it holds up no other. The same body
        twice (vendors repeat what was not answered in time) is one."""
        events, broken, seen = [], [], set[str]()
        for file in self._files():
            try:
                for event in _bodies(file):
                    text = json.dumps(event.body, sort_keys=True, default=str)
                    if text not in seen:
                        events.append(event)
                    seen.add(text)
            except (OSError, SourceError) as error:
                broken.append(error if isinstance(error, SourceError) else _unreadable(file, error))
        return events, broken

    def _files(self) -> list[Path]:
        if not self.path.is_dir():
            raise SourceError(f"{self.path}: no such folder; let the receiver write there, or correct inbox")
        return sorted(file for file in self.path.iterdir() if file.suffix in (".json", ".jsonl"))


def _bodies(file: Path) -> Iterator[Event]:
    stat = file.stat()
    if stat.st_size > LARGEST:
        raise SourceError(f"{file.name}: {stat.st_size} bytes are no webhook; take it out of the folder")
    received = datetime.fromtimestamp(stat.st_mtime, UTC)
    lines = file.read_bytes().splitlines() if file.suffix == ".jsonl" else [file.read_bytes()]
    for line in lines:
        if line.strip():
            yield Event(file.name, received, _body(file.name, line))


def _body(name: str, text: bytes) -> dict[str, Any]:
    try:
        body = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise SourceError(f"{name}: is not whole JSON; a receiver renames a file once it is written") from None
    if not isinstance(body, dict):
        raise SourceError(f"{name}: is no JSON object; take it out of the folder")
    return body


def _unreadable(file: Path, error: OSError) -> SourceError:
    return SourceError(f"{file.name}: cannot be read ({error.strerror}); check its rights")

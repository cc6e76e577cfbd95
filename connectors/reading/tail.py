"""Follows an append-only CSV file through rotation: whole records, each once, none lost.

Belongs here: where the last pull stood and which file holds that place now. Keep out: what a record means."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from connectors.base import SourceError

HEAD_BYTES = 4096
LINES_PER_RECORD = 8  # a field with more line breaks than that is an unclosed quote


class Tail:
    """`cursor` and `lost` hold once the records have been read to their end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cursor: dict[str, Any] = {}
        self.lost = ""

    def files(self) -> list[Path]:
        """The rotated files, oldest first, then the one that is being written."""
        if not self.path.parent.is_dir():
            raise SourceError(f"{self.path.parent}: no such folder; mount it or correct path")
        rotated = [file for file in self.path.parent.glob(f"{self.path.name}*") if _age(self.path, file)]
        files = sorted(rotated, key=lambda file: (_age(self.path, file), file.name))
        files += [self.path] if self.path.is_file() else []
        if not files:
            raise SourceError(f"{self.path}: no such file, nor a rotated one; correct path or start the log")
        return files

    def records(self, cursor: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
        """(file name, record without its line end) of everything after the cursor; {} reads all."""
        files = self.files()
        first, offset = self._place(files, cursor)
        for number, file in enumerate(files[first:], first):
            finished = number < len(files) - 1
            with _open(file) as stream:
                offset = 0 if number > first else offset
                stream.seek(offset)
                for record, size in _records(stream, finished):
                    offset += size
                    if record.strip():
                        yield file.name, record
                if not finished:
                    self.cursor = _mark(stream, file, offset)

    def _place(self, files: list[Path], cursor: Mapping[str, Any]) -> tuple[int, int]:
        """Index of the file that holds the cursor's place, and the place. The content tells, not the name."""
        if not cursor:
            return 0, 0
        for number in range(len(files) - 1, -1, -1):
            if _holds(files[number], cursor):
                return number, int(cursor["offset"])
        if cursor["offset"]:
            self.lost = (
                f"{self.path}: the file that was read last, up to byte {cursor['offset']}, is gone. All "
                "files were read again, but records may be missing: put the rotated file back, or keep more"
            )
        return 0, 0


def _age(path: Path, file: Path) -> int:
    """Sorts Master.csv.2 before .1, and Master.csv-20260101 before -20260102; 0 is no rotated file."""
    match = re.fullmatch(r"[.-](\d+(?:-\d+)?)(?:\.gz)?", file.name[len(path.name) :])
    digits = match[1].replace("-", "") if match else "0"
    return int(digits) if len(digits) > 4 else -int(digits)


def _open(file: Path) -> BufferedIOBase:
    try:
        return gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")  
    except OSError as error:
        raise SourceError(f"{file}: cannot be read ({error.strerror}); check its rights") from None


def _holds(file: Path, cursor: Mapping[str, Any]) -> bool:
    with _open(file) as stream:
        if not cursor["offset"]:
            return file.stat().st_ino == cursor["inode"]
        head = stream.read(cursor["head_bytes"])
        stream.seek(0, os.SEEK_END) if file.suffix != ".gz" else stream.seek(cursor["offset"])
        return hashlib.sha256(head).hexdigest() == cursor["head"] and stream.tell() >= cursor["offset"]


def _mark(stream: BufferedIOBase, file: Path, offset: int) -> dict[str, Any]:
    size = min(offset, HEAD_BYTES)
    stream.seek(0)
    head = hashlib.sha256(stream.read(size)).hexdigest()
    inode = os.fstat(stream.fileno()).st_ino
    return {"file": file.name, "inode": inode, "offset": offset, "head_bytes": size, "head": head}


def _records(stream: BufferedIOBase, finished: bool) -> Iterator[tuple[bytes, int]]:
    """(record, its size in the file). A record ends with a line whose quotes are closed.

    What is left open at the end is a half-written record: it waits, unless the file is finished."""
    pending: list[bytes] = []
    for line in stream:
        pending.append(line)
        while pending and (record := _closed(pending)):
            yield record.rstrip(b"\r\n"), len(record)
    while finished and pending:
        record = _closed(pending) or pending.pop(0)
        yield record.rstrip(b"\r\n"), len(record)


def _closed(pending: list[bytes]) -> bytes:
    """Takes the first whole record out of the pending lines; a quote that never closes gives up its line."""
    quotes = 0
    for number, line in enumerate(pending, 1):
        quotes += line.count(b'"')
        if quotes % 2 == 0 and line.endswith(b"\n"):
            record = b"".join(pending[:number])
            del pending[:number]
            return record
    return pending.pop(0) if len(pending) > LINES_PER_RECORD else b""

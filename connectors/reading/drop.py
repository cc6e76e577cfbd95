"""Files that somebody else puts into a folder, each content once: `.gz` and `.zip` are unpacked, within a limit.

Belongs here: which files are new, their bytes. Keep out: what a file holds, deliveries of several files (files)."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from connectors.base import Cursor, Failed, Item, SourceError, TieoutError, Window

Read = Callable[[str, bytes], Iterable[Item]]


@dataclass(frozen=True)
class Drop:
    """The files of one folder. A file is whole once it has its name."""

    path: Path
    pattern: str
    max_megabytes: int = 256

    def __post_init__(self) -> None:
        if not isinstance(self.max_megabytes, int) or not 1 <= self.max_megabytes <= 2048:
            raise TieoutError(f"max_megabytes: {self.max_megabytes!r} is not a whole number from 1 to 2048")

    def files(self) -> list[Path]:
        """By name, which orders their versions."""
        if not self.path.is_dir():
            raise SourceError(f"{self.path}: no such folder; mount the folder of the files or correct path")
        files = (file for file in self.path.glob(self.pattern) if file.is_file())
        return sorted(files, key=lambda file: file.name)

    def says(self) -> str:
        """One line for `check`."""
        files = self.files()
        newest = f", the last by name {files[-1].name}" if files else ""
        return f"{self.path}: {len(files)} file(s) match {self.pattern}{newest}"

    def content(self, file: Path) -> bytes:
        """The unpacked bytes; a file that unpacks to more than the limit is not read to its end."""
        try:
            if file.suffix == ".zip":
                return self._zipped(file)
            with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
                return self._within(file.name, stream)
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            raise SourceError(f"{file.name}: is cut off or broken ({error}); deliver the file again") from None
        except OSError as error:
            raise SourceError(f"{file.name}: cannot be read ({error.strerror}); check its rights") from None

    def _zipped(self, file: Path) -> bytes:
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            if len(names) != 1:
                raise SourceError(f"{file.name}: holds {len(names)} files; put one into an archive")
            if archive.getinfo(names[0]).flag_bits & 1:
                raise SourceError(f"{file.name}: is encrypted; deliver it without a password")
            with archive.open(names[0]) as stream:
                return self._within(file.name, stream)

    def _within(self, name: str, stream: io.BufferedIOBase | IO[bytes]) -> bytes:
        limit = self.max_megabytes * 2**20
        data = stream.read(limit + 1)
        if len(data) > limit:
            raise SourceError(f"{name}: more than {limit} bytes; split it or raise max_megabytes")
        return data


def each_once(drop: Drop, window: Window, read: Read) -> Iterator[Item]:
    """What `read` makes of every content that was not taken before; all of them when days are named.

    Files after a new one by name are read again: what they say stands over what it says, also where it was nothing new
    when they were first read. A file that cannot be read holds up no other, and is tried again."""
    taken: Mapping[str, str] = window.cursor.get("files", {})
    present: dict[str, str] = {}
    has_new = bool(window.dates)
    for file in drop.files():
        try:
            data = drop.content(file)
            digest = hashlib.sha256(data).hexdigest()
            has_new = has_new or digest not in taken
            if has_new:
                yield from read(file.name, data)
            present[digest] = file.name
        except SourceError as error:
            yield Failed(f"file {file.name}", error)
    yield Cursor({"files": present})

"""The file that a PBX appends to: layouts, local clock, rotation, and what goes wrong with it.

Belongs here: bytes. Keep out: which rows a call has (asterisk.py)."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.simulator.asterisk import rows, seconds
from connectors.simulator.events import Company, Event, Site

Row = dict[str, Any]
PLAIN = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start",
    "answer", "end", "duration", "billsec", "disposition", "amaflags",
)  # fmt: skip
LAYOUTS: dict[int, tuple[str, ...]] = {
    16: PLAIN,
    # cdr_custom as its example begins, with linkedid in place of the rarely used columns
    17: ("clid", *PLAIN[1:4], *PLAIN[5:], "uniqueid", "linkedid"),
    18: (*PLAIN, "uniqueid", "userfield"),
    21: (*PLAIN, "uniqueid", "userfield", "peeraccount", "linkedid", "sequence"),
}
BARE = ("duration", "billsec", "sequence")
NAMES = ("Müller, Jörg", "Peña, Lucía", "Nguyễn, An", "O'Hara, Sinéad")


def append(
    company: Company,
    events: Iterable[Event],
    site: Site,
    path: Path,
    *,
    as_of: datetime,
    half_line: bool = False,
) -> int:
    """Write what ended up to `as_of` and is not in the file or its rotated ones yet; the number of bytes.

    `half_line` leaves the write in the middle of the next row, which a later call completes."""
    return grow(path, _lines(site, events, LAYOUTS[site.phone_columns]), as_of, half_line)


def grow(path: Path, told: Iterable[tuple[datetime, bytes]], as_of: datetime, half_line: bool = False) -> int:
    """Append to a file what was written up to an instant, and is not in it or its rotated ones yet."""
    lines = list(told)
    whole = b"".join(line for at, line in lines if at <= as_of)
    if half_line and len(whole) < sum(len(line) for _, line in lines):
        later = next(line for at, line in lines if at > as_of)
        whole += later[: len(later) // 2]
    before = sum(file.stat().st_size for file in (path, *_rotated(path)) if file.exists())
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as out:
        return out.write(whole[before:])


def rotate(path: Path, *, copy: bool = False) -> None:
    """Master.csv.1 becomes .2, Master.csv becomes .1; with `copy` the file itself is copied and emptied."""
    for number in range(len(_rotated(path)), 0, -1):
        path.with_name(f"{path.name}.{number}").rename(path.with_name(f"{path.name}.{number + 1}"))
    if copy:
        shutil.copy(path, path.with_name(f"{path.name}.1"))
        os.truncate(path, 0)
    else:
        path.rename(path.with_name(f"{path.name}.1"))
        path.touch()


def _rotated(path: Path) -> list[Path]:
    return [file for file in path.parent.glob(f"{path.name}.*") if file.suffix[1:].isdigit()]


def _lines(site: Site, events: Iterable[Event], layout: tuple[str, ...]) -> Iterator[tuple[datetime, bytes]]:
    sequence = 0
    for at, made in rows(site, events, local=len(layout) == 21):
        for row in made:
            sequence += 1
            yield at, _line(row | {"sequence": sequence}, layout, site.zone, sequence)


def _line(row: Row, layout: tuple[str, ...], zone: ZoneInfo, sequence: int) -> bytes:
    """As cdr_csv writes it: texts in quotes, numbers bare, a missing time as nothing at all."""
    name = NAMES[sequence % len(NAMES)] if sequence % 9 == 0 else "Caller"
    answer, end = row["answer"], row["end"]
    full = row | {
        "clid": f'"{name}" <{row["src"]}>',
        "duration": seconds(row["start"], end),
        "billsec": seconds(answer, end) if answer else 0,
        "amaflags": "DOCUMENTATION",
    }
    fields = [_field(column, full.get(column, ""), zone) for column in layout]
    # a phone that speaks another alphabet's code page than the PBX
    return (",".join(fields) + "\n").encode("cp1252" if sequence % 54 == 0 else "utf-8", errors="replace")


def _field(column: str, value: Any, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    if column in BARE:
        return str(value)
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="").writerow([value])
    return out.getvalue()

"""Hands a shop's day to the books: the journal the first time, and after that what has changed since.

Belongs here: what of it is new, and that the file and the close journal's entry stand together. Keep out: the journal's
figures (dbt's finance.journal_export), files (journal_files.py), what the books have (closing/exported.py)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from connectors.base import TieoutError
from connectors.landing import store
from orchestration import publish
from orchestration.closing import book, exported, folders, published, standing
from orchestration.closing.book import Book
from orchestration.closing.exported import Books, Key, Line
from orchestration.closing.journal import Entry, Said
from orchestration.closing.published import Shop
from orchestration.journal_files import Block, content
from reporting.close import ReportError
from reporting.on_read import Request, Snapshot, answer, opened

REPORT, OVER_SHORT = "journal_export", "tie_out"
CURRENT = {"data_mode": "current"}  # what was signed and has moved since is what an export tells the books


@dataclass(frozen=True)
class Export:
    """What became of it. `entry` is None where nothing was written; `before`: the export that stood until then."""

    site: str
    day: date
    lines: Sequence[Line]
    over_short: Decimal
    signed: bool
    entry: Entry | None = None
    before: Entry | None = None
    file: Path | None = None
    head: str = ""

    @property
    def is_difference(self) -> bool:
        return self.before is not None

    @property
    def debits(self) -> Decimal:
        return sum((line.amount for line in self.lines if line.amount > 0), Decimal(0))


@dataclass(frozen=True)
class Day:
    """A shop's day as it is published: the lines of its journal, and the orders that were sold (key, number)."""

    shop_name: str
    version: str
    lines: Sequence[Line]
    orders: Sequence[tuple[str, str]]

    @property
    def over_short(self) -> Decimal:
        """Over is positive: a credit of the account."""
        return -sum((line.amount for line in self.lines if line.section == OVER_SHORT), Decimal(0))


def export(
    home: Path, site: str, day: date, folder: Path, form: str, by: str = "",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Export:  # fmt: skip
    """Write what the books do not have yet of the day, and note it in the close journal; one process at a time.

    Raises ReportError for a shop or day that is not published, JournalBroken."""
    snapshot = home / "published" / "current.duckdb"
    shop, name = _shop(snapshot, site, day), " ".join(by.split())
    if not name.isprintable():
        raise ReportError(f"--by {name!r}: holds characters that cannot be printed; write it without")
    with book.opened(home, partial(folders.sweep, home)) as journal:
        today = _published(snapshot, shop, day)
        have = exported.books(journal.entries).get((site, day), Books())
        stands = (site, day) in standing.standing(journal.entries).days
        found = Export(site, day, _new(today.lines, have), today.over_short, stands, before=have.last)
        if not found.lines:
            return found
        return _write(journal, found, today, Block(site, today.shop_name, day, have.exports + 1, found.lines),
                      folder, form, name, now())  # fmt: skip


def _shop(snapshot: Path, site: str, day: date) -> Shop:
    known = published.shops(snapshot)
    published.chosen(known, [site])
    shop = known[site]
    if shop.days is None or not shop.days[0] <= day <= shop.days[1]:
        there = f"there are days from {shop.days[0]} to {shop.days[1]}" if shop.days else "none is"
        raise ReportError(f"--date: {day} of '{site}' is not published; {there}")
    return shop


def _published(snapshot: Path, shop: Shop, day: date) -> Day:
    with opened(snapshot) as found:
        request = Request(REPORT, {shop.key: (day, day)}, options=CURRENT)
        told = answer(found, request).rows.sort("line_no").iter_rows(named=True)
        return Day(_name(found, shop), found.version(), [_line(row) for row in told], _orders(found, shop, day))


def _line(row: Mapping[str, Any]) -> Line:
    texts = {name: str(row[name]) for name in ("section", "row_code", "account", "account_name", "memo")}
    return Line(**texts, amount=row["debit"] - row["credit"])


def _name(found: Snapshot, shop: Shop) -> str:
    row = found.connection.execute("select name from snapshot.core.dim_site where site_key = ?", [shop.key]).fetchone()
    return str(row[0]) if row else shop.site


def _orders(found: Snapshot, shop: Shop, day: date) -> list[tuple[str, str]]:
    return found.connection.execute(
        "select cast(ro_key as varchar), ro_number from snapshot.core.fct_repair_order "
        "where is_sale and site_key = ? and close_business_date = ? order by ro_number, 1",
        [shop.key, day],
    ).fetchall()


def _new(lines: Sequence[Line], have: Books) -> list[Line]:
    """Lines by what they differ from those that the books have; first those of today, then what is gone."""
    before: dict[Key, Line] = {line.key: line for line in have.lines}
    gone = [replace(line, amount=Decimal(0)) for line in have.lines if line.key not in {one.key for one in lines}]
    moved = [
        replace(line, amount=line.amount - before[line.key].amount) if line.key in before else line
        for line in [*lines, *gone]
    ]
    return [line for line in moved if line.amount]


def _write(
    journal: Book, found: Export, today: Day, block: Block, folder: Path, form: str, by: str, now: datetime
) -> Export:
    """The file is whole on disk before the entry is begun, and has its name before the entry counts."""
    made, file = content(block, form), folder / block.file_name(form)
    try:
        written = store.temporary(file)
        written.write_bytes(made)
    except OSError as error:
        raise TieoutError(f"--to {folder}: cannot be written to ({error.strerror}); name another folder") from None
    said = _said(journal, found, today, file, made, form, by)
    entry = journal.append(said, now, partial(store.commit, written, file))
    return replace(found, entry=entry, file=file, head=entry.hash)


def _said(journal: Book, found: Export, today: Day, file: Path, made: bytes, form: str, by: str) -> Said:
    """What the books have from now on, not only what is new: so that the next difference is one of two lists."""
    build = publish.current(journal.home)
    detail = {
        "file": file.name, "format": form, "sha256": hashlib.sha256(made).hexdigest(),
        "lines": [line.as_text() for line in today.lines], "orders": [list(order) for order in today.orders],
    }  # fmt: skip
    return Said(
        exported.ACT, found.site, found.day, by,
        f"difference to entry {found.before.seq}" if found.before else "first export of the day",
        build.build_id if build else "", today.version,
        {"debits": str(found.debits), "credits": str(found.debits), "over_short": str(today.over_short)},
        detail=detail,
    )  # fmt: skip

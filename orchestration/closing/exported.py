"""What the books have by the close journal: the lines of a shop's day, and its orders, all exports of it together.

Keep out: exporting (orchestration/exports.py), files (orchestration/journal_files.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from orchestration.closing.journal import Entry, Journal
from orchestration.closing.standing import ShopDay

ACT = "export"
LINE: dict[str, Any] = {
    "site_key": pl.Int64, "business_date": pl.Date, "section": pl.String, "row_code": pl.String, "account": pl.String,
    "amount": pl.Decimal(14, 2), "seq": pl.Int32,
}  # fmt: skip
ORDER: dict[str, Any] = {
    "site_key": pl.Int64, "business_date": pl.Date, "document_key": pl.String, "ro_number": pl.String,
    "seq": pl.Int32,
}  # fmt: skip
Key = tuple[str, str, str]  # section, row, account


@dataclass(frozen=True)
class Line:
    """A line of a day's journal. `amount`: debit less credit; an account that was renamed is another one."""

    section: str
    row_code: str
    account: str
    account_name: str
    memo: str
    amount: Decimal

    @property
    def key(self) -> Key:
        return self.section, self.row_code, self.account

    def as_text(self) -> dict[str, str]:
        """For the journal, which has no numbers that a reader could round."""
        return {name: str(value) for name, value in vars(self).items()}


def line(said: Mapping[str, str]) -> Line:
    """What `as_text` wrote."""
    return Line(**{**said, "amount": Decimal(said["amount"])})  # type: ignore[arg-type]  # mypy sees one type for all values


@dataclass(frozen=True)
class Books:
    """What the books have of a day: `lines` of all exports together; `last` of them; how many there were."""

    lines: Sequence[Line] = ()
    last: Entry | None = None
    exports: int = 0


def books(entries: Iterable[Entry]) -> dict[ShopDay, Books]:
    """By shop and day; each entry says what the books have from then on."""
    found: dict[ShopDay, Books] = {}
    for one in entries:
        if one.act == ACT and one.day:
            before = found.get((one.site, one.day), Books())
            found[one.site, one.day] = Books([line(said) for said in one.detail["lines"]], one, before.exports + 1)
    return found


def relations(journal: Journal, sites: Mapping[str, int]) -> dict[str, pl.DataFrame]:
    """core.exported_line and core.exported_order. `sites`: site -> site_key; others are left out."""
    lines: list[tuple[Any, ...]] = []
    orders: list[tuple[Any, ...]] = []
    for (site, day), one in books(journal.entries).items():
        if site in sites and one.last:
            lines += [(sites[site], day, *each.key, each.amount, one.last.seq) for each in one.lines]
            orders += [(sites[site], day, *each, one.last.seq) for each in _orders(one.last)]
    return {
        "exported_line": pl.DataFrame(lines, schema=LINE, orient="row"),
        "exported_order": pl.DataFrame(orders, schema=ORDER, orient="row"),
    }


def _orders(entry: Entry) -> list[tuple[str, str]]:
    """(key, number) of the orders that the day had."""
    return [(key, number) for key, number in entry.detail["orders"]]


def said_of(entry: Entry) -> str:
    """What people are told of an export: the file, when, by whom, of which version."""
    who = f" by {entry.by}" if entry.by else ""
    return f"{entry.detail['file']}, {entry.moment:%Y-%m-%d %H:%M} UTC{who}, version {entry.version}"

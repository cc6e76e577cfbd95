"""Kind `iif`: the QuickBooks files that R.O. Writer's Accounting Interface writes, as the shop's own daily totals.

Belongs here: finding files, blocks that balance, the entries of a day together. Keep out: which account counts for
which total beyond the setting that says so (the dbt models add up)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import polars as pl

from connectors.base import Cursor, Failed, Item, Rows, SourceError, TieoutError, Window
from connectors.reading.drop import Drop

Row = dict[str, str | None]
IGNORED = "ignored"
# lines of finance.recon_sales_payments that a debit makes larger, and those that a credit does
DEBITS = ("cards", "cash", "check_amt", "deposit", "total_pay", "charged", "store_credit_used", "previous_advance_pay")
CREDITS = ("total_sales", "supplies_taxable", "supplies_nontax", "sales_tax", "fees_nontax", "card_upcharge",
           "total_other_sales", "advance_pay", "ar_pay", "total_sales_and_other")  # fmt: skip
NAMES = (*DEBITS, *CREDITS, IGNORED)
FIELDS = {"TRNSTYPE": "trns_type", "ACCNT": "account", "CLASS": "class", "NAME": "name", "DOCNUM": "docnum",
          "MEMO": "memo"}  # fmt: skip
DATES = ("%m/%d/%Y", "%m/%d/%y")
ENCODING = "cp1252"  # what QuickBooks for Windows reads
AMOUNT = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)?(\.\d+)?")


@dataclass(frozen=True)
class Iif:
    """`path` is the Export File Directory, `site` the shop's code in `sites`. `accounts` says of each account which
    line of the tie-out it states: one name, two as `debit/credit` (`charged/ar_pay`), or `ignored`."""

    path: Path
    site: str
    accounts: Mapping[str, str] = field(default_factory=dict)
    pattern: str = "*.iif"
    max_megabytes: int = 16
    kind: ClassVar[str] = "iif"
    vendor: ClassVar[str] = "ro_writer"

    def __post_init__(self) -> None:
        self._drop()
        for account, said in self.accounts.items():
            sides = said.split("/")
            if len(sides) > 2 or not set(sides) <= {*NAMES}:
                fix = f"give one of {', '.join(NAMES)}, or two as debit/credit"
                raise TieoutError(f"accounts.{account}: {said!r} is no line of the tie-out; {fix}")

    def tables(self) -> tuple[str, ...]:
        return ("day", "entry")

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {("entry", "account"): self.accounts}

    def check(self) -> list[str]:
        files, said = self._files(), [self._drop().says()]
        if files:
            days = _days(files[-1].name, self._drop().content(files[-1]))
            used = {str(entry["account"]) for entries in days.values() for entry in entries}
            said += [f"account {name}: {self.accounts.get(name, 'not in accounts')}" for name in sorted(used)]
        return said

    def pull(self, window: Window) -> Iterator[Item]:
        """Files by the time they were written: a day that is exported again replaces what was exported before."""
        taken: Mapping[str, str] = window.cursor.get("files", {})
        present: dict[str, str] = {}
        for file in self._files():
            look = f"{file.stat().st_size}:{file.stat().st_mtime_ns}"
            try:
                if window.dates or taken.get(file.name) != look:
                    yield from self._pages(file, window)
                present[file.name] = look
            except SourceError as error:
                yield Failed(f"file {file.name}", error)
        yield Cursor({"files": present})

    def _drop(self) -> Drop:
        return Drop(self.path, self.pattern, self.max_megabytes)

    def _files(self) -> list[Path]:
        """In the order of their writing: R.O. Writer may write a day again under the name that it had."""
        return sorted(self._drop().files(), key=lambda file: (file.stat().st_mtime_ns, file.name))

    def _pages(self, file: Path, window: Window) -> Iterator[Rows]:
        """The file is read to its end before its first day leaves."""
        written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        name = f"{written:%Y%m%dT%H%M%S%fZ} {file.name}"
        found = _days(file.name, self._drop().content(file))
        days = {day: entries for day, entries in found.items() if _wanted(day, window)}
        if days:
            own = {"site": self.site}
            heads = [{**own, "business_date": day, "entries": str(len(rows))} for day, rows in days.items()]
            yield Rows("day", pl.DataFrame(heads), name)
            entries = [{**own, **entry} for rows in days.values() for entry in rows]
            yield Rows("entry", pl.DataFrame(entries, infer_schema_length=None), name)


def _wanted(day: str, window: Window) -> bool:
    return not window.dates or window.dates[0].isoformat() <= day <= window.dates[1].isoformat()


def _days(file: str, data: bytes) -> dict[str, list[Row]]:
    """Entries by business date; a block that does not balance, or does not end, refuses the file."""
    days: dict[str, list[Row]] = {}
    columns: dict[str, list[str]] = {}
    block: list[Row] = []
    for number, line in enumerate(_text(data).splitlines(), 1):
        where = f"{file} line {number}"
        keyword, *values = (value.strip().strip('"') for value in line.split("\t"))
        if keyword.startswith("!"):
            columns[keyword[1:]] = values
        elif keyword in ("TRNS", "SPL"):
            if (keyword == "TRNS") == bool(block):
                raise SourceError(f"{where}: {keyword} where another line belongs; export the day again")
            block.append(_entry(where, dict(zip(columns.get(keyword, ()), values, strict=False)), block))
        elif keyword == "ENDTRNS":
            _balanced(where, block)
            entries = days.setdefault(str(block[0]["business_date"]), [])
            entries += [{**entry, "line": str(nth)} for nth, entry in enumerate(block, len(entries) + 1)]
            block = []
    if block:
        raise SourceError(f"{file}: ends within the block of {block[0]['business_date']}; export the day again")
    return days


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(ENCODING, errors="replace")


def _entry(where: str, said: Mapping[str, str], block: list[Row]) -> Row:
    """One line of a block; the block's first line says its day."""
    if not {"ACCNT", "AMOUNT"} <= said.keys() or not (block or "DATE" in said):
        raise SourceError(f"{where}: no DATE, ACCNT or AMOUNT; the file needs its !TRNS and !SPL lines")
    amount = said["AMOUNT"]
    if not amount or not AMOUNT.fullmatch(amount):
        raise SourceError(f"{where}: {amount!r} is no amount with a decimal point; export the day again")
    day = block[0]["business_date"] if block else _date(where, said["DATE"])
    rest = {name: said.get(column) or None for column, name in FIELDS.items()}
    return {"business_date": day, **rest, "amount": amount.replace(",", "")}


def _date(where: str, text: str) -> str:
    for form in DATES:
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007  (a date has no zone)
        except ValueError:
            continue
    raise SourceError(f"{where}: {text!r} is no date as MM/DD/YYYY; export the day again")


def _balanced(where: str, block: list[Row]) -> None:
    total = sum((Decimal(str(entry["amount"])) for entry in block), Decimal(0))
    if not block or total:
        day = block[0]["business_date"] if block else "no day"
        raise SourceError(f"{where}: the block of {day} does not balance, its amounts sum to {total}; export it again")

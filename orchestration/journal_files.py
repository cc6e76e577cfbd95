"""A journal as the file that books take in: CSV for people and other programs, IIF for QuickBooks.

Belongs here: the form of each. Keep out: which lines (exports.py), reading IIF again (connectors/iif.py)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connectors import iif
from orchestration.closing.exported import Line
from reporting.files import guarded

HEADERS = ("Date", "Shop", "Journal", "Account", "Account name", "Debit", "Credit", "Memo", "Report section",
           "Report line")  # fmt: skip
FORMS = ("csv", "iif")
COLUMNS = ("TRNSTYPE", "DATE", "ACCNT", "CLASS", "AMOUNT", "DOCNUM", "MEMO")
TYPE = "GENERAL JOURNAL"


@dataclass(frozen=True)
class Block:
    """One journal: lines that sum to zero. `number` tells the exports of a shop's day apart."""

    site: str
    site_name: str
    day: date
    number: int
    lines: Sequence[Line]

    @property
    def document(self) -> str:
        """At most 11 characters, as QuickBooks has them."""
        return f"{self.day:%y%m%d}-{self.number}"

    def memo(self, line: Line) -> str:
        return f"Change: {line.memo}" if self.number > 1 else line.memo

    def file_name(self, form: str) -> str:
        return f"tieout_{self.site}_{self.day}_{self.number}.{form}"


def content(block: Block, form: str) -> bytes:
    """The file. IIF is written as QuickBooks for Windows reads it."""
    if form == "csv":
        return _csv(block).encode("utf-8-sig")
    return _iif(block).encode(iif.ENCODING, errors="replace")


def _csv(block: Block) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    for line in block.lines:
        sides = (_side(line.amount), _side(-line.amount))
        texts = (line.account, line.account_name, *sides, block.memo(line), line.section, line.row_code)
        writer.writerow([block.day.isoformat(), *map(guarded, (block.site, block.document, *texts))])
    return out.getvalue()


def _side(amount: Decimal) -> str:
    return f"{amount:.2f}" if amount > 0 else ""


def _iif(block: Block) -> str:
    rows = [("!TRNS", *COLUMNS), ("!SPL", *COLUMNS), ("!ENDTRNS",)]
    for place, line in enumerate(block.lines):
        said = {
            "TRNSTYPE": TYPE, "DATE": f"{block.day:{iif.DATES[0]}}", "ACCNT": line.account, "CLASS": block.site_name,
            "AMOUNT": f"{line.amount:.2f}", "DOCNUM": block.document,
            "MEMO": guarded(f"{block.memo(line)} ({block.site} {block.day}, {line.section}/{line.row_code})"),
        }  # fmt: skip
        rows.append(("SPL" if place else "TRNS", *(_cell(said[column]) for column in COLUMNS)))
    rows.append(("ENDTRNS",))
    return "".join("\t".join(row) + "\r\n" for row in rows)


def _cell(text: str) -> str:
    """On one line, between two tabs; quotes would be read as marks around a text."""
    return " ".join(text.replace('"', "'").split())

"""Kind `star`: STAR 5 RepairOrder documents (BODs), XML files in a folder, bare or inside a SOAP envelope.

Belongs here: each BOD once, a sender's words, amounts and instants. Keep out: where a BOD holds what (star_bod.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import ClassVar
from zoneinfo import available_timezones

import polars as pl

from connectors.base import Cursor, Item, Rows, SourceError, TieoutError, Window
from connectors.reading.drop import Drop, each_once
from connectors.reading.xmlrows import page
from connectors.sql.locale import Locale
from connectors.star_bod import TABLES, closed_in, documents

STATUSES = ("estimate", "scheduled", "open", "on_hold", "finished", "closed", "void", "deleted")
PAYERS = ("customer", "warranty", "internal", "other")
LINE_TYPES = (
    "sublet", "supply", "fee", "upcharge", "discount", "coupon", "package_discount", "package_add", "other",
)  # fmt: skip
WORDS = {"Open": "open", "Closed": "closed", "Invoiced": "closed", "Canceled": "void", "Cancelled": "void"}
CHARGES = {"Sublet": "sublet"}
Bods = dict[str, list[str]]  # id and order -> the content's hash, the file that brought it


@dataclass(frozen=True)
class Star:
    """`statuses`, `payers` and `charges` give a sender's own words their meaning: of StatusText, of OperationID
    where that says who pays, of charge types. `timezone` is for instants without an offset. `implied_decimals`
    is for senders that leave the point out of amounts."""

    path: Path
    pattern: str = "*.xml"
    statuses: Mapping[str, str] = field(default_factory=dict)
    payers: Mapping[str, str] = field(default_factory=dict)
    charges: Mapping[str, str] = field(default_factory=dict)
    timezone: str = ""
    implied_decimals: int = 0
    max_megabytes: int = 256
    kind: ClassVar[str] = "star"

    def __post_init__(self) -> None:
        self._drop()
        for name, words, known in (
            ("statuses", self.statuses, STATUSES),
            ("payers", self.payers, PAYERS),
            ("charges", self.charges, LINE_TYPES),
        ):
            for word, meaning in words.items():
                if meaning not in known:
                    raise TieoutError(f"{name}.{word}: {meaning!r} is none of {', '.join(known)}")
        if self.timezone and self.timezone not in available_timezones():
            raise TieoutError(f"timezone: {self.timezone!r} is no time zone; write a name such as America/Chicago")
        if self.implied_decimals not in (0, 2, 3):
            raise TieoutError(f"implied_decimals: {self.implied_decimals!r} is none of 0, 2, 3")

    def tables(self) -> tuple[str, ...]:
        return TABLES

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        payers = {("job", "operation_id"): self.payers} if self.payers else {}
        return {
            ("repair_order", "status_text"): WORDS | dict(self.statuses),
            ("charge", "charge_type"): CHARGES | dict(self.charges),
            **payers,
        }

    def check(self) -> list[str]:
        return [self._drop().says()]

    def pull(self, window: Window) -> Iterator[Item]:
        """Files by name, each BOD once: the cursor remembers the BODs of the files that are still there."""
        bods: Bods = dict(window.cursor.get("bods", {}))
        for item in each_once(self._drop(), window, lambda name, data: self._read(name, data, bods, window.dates)):
            if isinstance(item, Cursor):
                there = set(item.value["files"].values())
                yield Cursor({**item.value, "bods": {key: said for key, said in bods.items() if said[1] in there}})
            else:
                yield item

    def _drop(self) -> Drop:
        return Drop(self.path, self.pattern, self.max_megabytes)

    def _read(self, name: str, data: bytes, bods: Bods, dates: tuple[date, date] | None) -> Iterator[Rows]:
        """The file is read to its end before its first row leaves: half a file never lands."""
        news, told = [], dict(bods)
        for identity, content, document in documents(name, data):
            before = told.setdefault(identity, [content, name])
            if before[0] != content:
                raise SourceError(f"{name}: BODID {identity} came with other content in {before[1]}; send a new BODID")
            again = identity in bods and dates is None
            if not again and closed_in(document["repair_order"][0], dates):
                news.append(document)
        bods.update(told)
        for rows in page(news, TABLES, name):
            yield Rows(rows.table, rows.frame.with_columns(self._written(rows.frame)), rows.file)

    def _written(self, frame: pl.DataFrame) -> list[pl.Series]:
        """Amounts with their point, instants with their offset."""
        amounts = [name for name in frame.columns if name.startswith("price_") or name == "tax_amount"]
        found = [self._pointed(frame[name]) for name in amounts] if self.implied_decimals else []
        if self.timezone:
            locale = Locale(zone=self.timezone)
            found += [locale.moment(frame[name]).alias(name) for name in frame.columns if name.endswith("_date_time")]
        return found

    def _pointed(self, amounts: pl.Series) -> pl.Series:
        digits = self.implied_decimals

        def point(text: str) -> str:
            sign = text[0] if text.startswith(("+", "-")) else ""
            number = text.removeprefix(sign)
            padded = number.zfill(digits + 1)
            return f"{sign}{padded[:-digits]}.{padded[-digits:]}" if number.isdigit() else text

        return amounts.map_elements(point, return_dtype=pl.String)

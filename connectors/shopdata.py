"""Kind `shopdata`: sets of ten CSV files, `service_v1_<shop>_<file>_<unix time>.csv`, columns by their header names.

Belongs here: which sets are whole, header names, how a shop writes days and decimals. Keep out: what a code means."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import ClassVar

import polars as pl

from connectors.base import Cursor, Failed, Item, Rows, SourceError, TieoutError, Window
from connectors.reading.drop import Drop
from connectors.reading.formats import read_csv
from connectors.sql.locale import Locale
from data_contracts.contract import load

TABLES = (
    "ros", "lines", "techs", "parts", "misc", "complaints", "recommendations", "customers", "vehicles",
    "employees",
)  # fmt: skip
ORDER = TABLES[:7]  # one document; the others stand by themselves
NAME = re.compile(rf"service_v1_(.+)_({'|'.join(TABLES)})_(\d{{1,12}})\.csv(?:\.gz)?")
MEANINGS = (
    "sublet", "supply", "fee", "upcharge", "discount", "coupon", "package_discount", "package_add", "other",
)  # fmt: skip
ENCODINGS = ("utf-8", "cp1252", "latin-1")
Sets = dict[tuple[str, str], dict[str, Path]]


@dataclass(frozen=True)
class Shopdata:
    """`misc_codes` gives each of the shop's codes for other money its line type. `columns` gives header names
    that differ from the contract's: file -> column -> header. `dates` are formats beside YYYY-MM-DD."""

    path: Path
    misc_codes: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    decimal: str = "."
    encoding: str = "utf-8"
    max_megabytes: int = 256
    kind: ClassVar[str] = "shopdata"

    def __post_init__(self) -> None:
        self._drop()
        for key, value, known in (
            ("decimal", self.decimal, (".", ",")),
            ("encoding", self.encoding, ENCODINGS),
            *((f"misc_codes.{code}", meaning, MEANINGS) for code, meaning in self.misc_codes.items()),
            *((f"columns.{file}", file, TABLES) for file in self.columns),
        ):
            if value not in known:
                raise TieoutError(f"{key}: {value!r} is none of {', '.join(known)}")
        for file, named in self.columns.items():
            for column in named.keys() - {item.name for item in load(self.kind)[file].columns}:
                raise TieoutError(f"columns.{file}.{column}: no such column; {file}.odcs.yaml lists them")

    def tables(self) -> tuple[str, ...]:
        return TABLES

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {("misc", "code"): self.misc_codes}

    def check(self) -> list[str]:
        sets = self._sets()
        whole = [f"{shop} at {stamp}" for (shop, stamp), files in sets.items() if len(files) == len(TABLES)]
        newest = f", the last of shop {whole[-1]}" if whole else ""
        return [f"{self.path}: {len(whole)} complete sets of {len(sets)}{newest}"]

    def pull(self, window: Window) -> Iterator[Item]:
        """Sets by time, each content once. One that lacks a file, or cannot be read, holds up no other."""
        taken: Mapping[str, str] = window.cursor.get("sets", {})
        present: dict[str, str] = {}
        for (shop, stamp), files in self._sets().items():
            name = f"{shop} at {stamp}"
            try:
                data = self._contents(name, files)
                digest = hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in data.values()))
                if window.dates or (digest.hexdigest() not in taken and digest.hexdigest() not in present):
                    yield from self._rows(shop, f"{stamp:0>12}", data, window.dates)
                present[digest.hexdigest()] = name
            except SourceError as error:
                yield Failed(f"set of shop {name}", error)
        yield Cursor({"sets": present})

    def _drop(self) -> Drop:
        return Drop(self.path, "service_v1_*", self.max_megabytes)

    def _sets(self) -> Sets:
        """(shop, unix time) -> file -> path, by time."""
        found: Sets = {}
        for path in self._drop().files():
            if match := NAME.fullmatch(path.name):
                found.setdefault((match[1], match[3]), {})[match[2]] = path
        return dict(sorted(found.items(), key=lambda item: (int(item[0][1]), item[0][0])))

    def _contents(self, name: str, files: Mapping[str, Path]) -> dict[str, bytes]:
        lacking = [table for table in TABLES if table not in files]
        if lacking:
            raise SourceError(f"the set of shop {name} lacks {', '.join(lacking)}: a set is ten files")
        return {table: self._drop().content(files[table]) for table in TABLES}

    def _rows(
        self, shop: str, stamp: str, data: Mapping[str, bytes], dates: tuple[date, date] | None
    ) -> Iterator[Rows]:
        """All ten are read before the first row leaves: half a set never lands."""
        frames = {table: self._frame(shop, stamp, table, content) for table, content in data.items()}
        if dates is not None:
            frames = _closed_in(frames, dates)
        for table, frame in frames.items():
            if frame.height:
                yield Rows(table, frame, stamp)

    def _frame(self, shop: str, stamp: str, table: str, data: bytes) -> pl.DataFrame:
        where = f"{table} of shop {shop} at {int(stamp)}"
        frame = read_csv(data, where, self.encoding)
        named = {header: column for column, header in self.columns.get(table, {}).items()}
        missing = sorted(named.keys() - set(frame.columns))
        if missing:
            raise SourceError(f"{where}: has no column {missing[0]!r}, which columns.{table} names")
        frame = frame.drop(set(named.values()) - named.keys(), strict=False).rename(named)
        typed = {item.name: item for item in load(self.kind)[table].columns if item.name in frame.columns}
        locale = Locale(zone="UTC", dates=self.dates)
        days = [locale.date(frame[name]).alias(name) for name, item in typed.items() if item.type == "date"]
        amounts = [self._point(name) for name, item in typed.items() if item.decimal]
        return frame.with_columns(*days, *amounts, shop=pl.lit(shop))

    def _point(self, column: str) -> pl.Expr:
        """An amount with the decimal sign that contracts know; its thousands are parted by the other sign."""
        text = pl.col(column)
        if self.decimal == ".":
            return text
        grouped = text.str.contains(r"^[+-]?\d{1,3}(\.\d{3})*(,\d+)?$")
        plain = pl.when(grouped).then(text.str.replace_all(".", "", literal=True)).otherwise(text)
        return plain.str.replace(",", ".", literal=True)


def _closed_in(frames: Mapping[str, pl.DataFrame], dates: tuple[date, date]) -> dict[str, pl.DataFrame]:
    """The orders that were closed on these days, with all that belongs to them."""
    for table in ORDER:
        for column in ("ro_number", "close_date")[: 2 if table == "ros" else 1]:
            if column not in frames[table].columns:
                raise SourceError(f"{table} has no column {column}, by which days are picked: deliver it")
    first, last = (f"{day:%Y-%m-%d}" for day in dates)
    orders = frames["ros"].filter(pl.col("close_date").is_between(pl.lit(first), pl.lit(last)))
    inside = {name: frames[name].join(orders, on="ro_number", how="semi") for name in ORDER}
    return {**frames, **inside}

"""How a site writes dates, instants, amounts, yes and no; and the text that Tieout reads them as.

Belongs here: the `locale:` of a mapping file. Unreadable text stays as it is, for the contract to refuse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, partial, reduce
from operator import and_
from typing import Annotated, Literal
from zoneinfo import available_timezones

import polars as pl
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from connectors.sql.expressions import as_text

ISO_DATES = ("%Y-%m-%d",)
ISO_MOMENTS = tuple(f"%Y-%m-%d{mark}%H:%M:%S%.f{zone}" for zone in ("", "%#z") for mark in (" ", "T"))
MIDNIGHTS = ("", " 00:00:00", "T00:00:00", " 00:00:00.000", "T00:00:00.000", " 00:00:00.000000")
TRUE = ("true", "t", "yes", "y", "1", "-1")
FALSE = ("false", "f", "no", "n", "0")
INSTANT = "%Y-%m-%dT%H:%M:%S%.6fZ"
Parse = Callable[[pl.Series], pl.Series]


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("is no time zone; write an IANA name such as America/Chicago")
    return name


@cache
def _zones() -> set[str]:
    """Looking through the files of all time zones takes longer than reading a mapping: once a process."""
    return available_timezones()


def _format(text: str) -> str:
    if not re.search(r"%[YyfsDFTjmd]", text):
        raise ValueError("is no date format; write it with %Y, %m, %d, %H, %M, %S")
    return text


Zone = Annotated[str, AfterValidator(_zone)]
Format = Annotated[str, AfterValidator(_format)]
Text = Annotated[str, BeforeValidator(as_text)]  # YAML reads an unquoted 1899-12-30 as a date


class Implied(BaseModel):
    """Whole numbers that hold this many decimals."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    decimals: int = Field(ge=0, le=4)


class Locale(BaseModel):
    """`zone` is the zone of the database's wall clock. ISO formats are read without being named."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    zone: Zone
    dates: tuple[Format, ...] = ()
    timestamps: tuple[Format, ...] = ()
    empty: tuple[Text, ...] = ("",)
    money: Literal["dollars", "cents"] | Implied = "dollars"

    @property
    def decimals(self) -> int:
        """How many decimals an amount's whole number holds."""
        return self.money.decimals if isinstance(self.money, Implied) else 2 * (self.money == "cents")

    def clean(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Outer blanks are padding, and a value that means empty is NULL."""
        empty = [value + rest for value in self.empty for rest in (MIDNIGHTS if _is_date(value) else ("",))]
        bare = frame.select(pl.all().str.strip_chars())
        said = reduce(and_, [pl.all() != value for value in empty], pl.all().is_not_null())
        return bare.select(pl.when(said).then(pl.all()))

    def date(self, text: pl.Series, format_: str | None = None, zone: str | None = None) -> pl.Series:
        """ISO dates. An instant with an offset falls on the day that `zone` has then."""
        day = [format_] if format_ else [*self.dates, *ISO_DATES]
        moment = [] if format_ else [*self.timestamps, *ISO_MOMENTS]
        parsers: list[Parse] = [partial(_day, format_=form) for form in day]
        parsers += [partial(_day_there, format_=form, zone=zone or self.zone) for form in moment]
        return _first(text, parsers, pl.Date).cast(pl.String).fill_null(text)

    def moment(self, text: pl.Series, format_: str | None = None, zone: str | None = None) -> pl.Series:
        """Instants in UTC."""
        formats = [format_] if format_ else [*self.timestamps, *ISO_MOMENTS]
        parsers: list[Parse] = [partial(_utc, format_=form, zone=zone or self.zone) for form in formats]
        return _first(text, parsers, pl.Datetime("us", "UTC")).dt.strftime(INSTANT).fill_null(text)

    @staticmethod
    def boolean(text: pl.Series) -> pl.Series:
        """true or false."""
        lower = text.str.to_lowercase()
        said = pl.when(lower.is_in(TRUE)).then(pl.lit("true")).when(lower.is_in(FALSE)).then(pl.lit("false"))
        return pl.select(said.otherwise(text)).to_series()


def _is_date(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None


def _first(text: pl.Series, parsers: Iterable[Parse], type_: pl.DataType | type[pl.DataType]) -> pl.Series:
    """Each text by the first parser that can read it; later ones are not asked once all are read."""
    found = pl.Series(text.name, [None], dtype=type_).new_from_index(0, len(text))
    for parser in parsers:
        if found.null_count() == text.null_count():
            break
        found = pl.select(pl.coalesce(found, parser(text))).to_series().alias(text.name)
    return found


def _has_offset(format_: str) -> bool:
    return "%z" in format_ or "%#z" in format_ or "%:z" in format_


def _day(text: pl.Series, format_: str) -> pl.Series:
    return text.str.to_date(format_, strict=False)


def _day_there(text: pl.Series, format_: str, zone: str) -> pl.Series:
    if _has_offset(format_):
        return _read(text, format_, "UTC").dt.convert_time_zone(zone).dt.date()
    return _read(text, format_, None).dt.date()


def _utc(text: pl.Series, format_: str, zone: str) -> pl.Series:
    if _has_offset(format_):
        return _read(text, format_, "UTC")
    return to_utc(_read(text, format_, None), zone)


def _read(text: pl.Series, format_: str, zone: str | None) -> pl.Series:
    return text.str.strptime(pl.Datetime("us", zone), format_, strict=False)


def to_utc(wall: pl.Series, zone: str) -> pl.Series:
    """An hour that the clock skips is read as not yet put forward; one that it repeats, as its first."""
    there = wall.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    if there.null_count() > wall.null_count():
        later = pl.select(wall + pl.duration(hours=1)).to_series()
        shifted = later.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        there = pl.select(pl.coalesce(there, shifted)).to_series()
    return there.dt.convert_time_zone("UTC")

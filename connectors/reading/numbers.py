"""Telephone numbers in E.164: the one place where what a source writes becomes one (library phonenumbers).

Belongs here: numbers, for every kind. Keep out: extensions and names, which stay what the source calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import phonenumbers
import polars as pl

from connectors.base import TieoutError

# It is done on the way in, beside the source's text and not in its place (but where the interface is our own): what a
# number without a country code means is known to the connection (its `country`), and the library has no twin in the
# databases that the models run on.
WRITTEN = re.compile(r"[-+() ./0-9]+")  # a device called client13125550101 is no number
IN_E164 = r"\+[1-9]\d{6,14}"
SHORTEST = 7  # with fewer digits it is an extension or a short code, whatever a country's plan would allow


def check_country(country: str) -> None:
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise TieoutError(f"country: {country!r} is no country; write US, CA or DE (ISO 3166, two letters)")


@lru_cache(maxsize=100_000)
def e164(text: str, country: str, outside: str = "") -> str | None:
    """None where the text is no whole number. `outside`: the digit that people dial first for an outside line,
    taken off where the number is none with it."""
    number = _possible(text, country)
    if number is None and outside and text.startswith(outside):
        number = _possible(text.removeprefix(outside), country)
    return number


def _possible(text: str, country: str) -> str | None:
    """By its length: numbers that nobody has been given yet, or that are made up for a film, are still numbers."""
    digits = sum(character.isdigit() for character in text)
    if digits < SHORTEST or not WRITTEN.fullmatch(text):
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    number.extension = None
    possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if possible else None


def in_e164(frame: pl.DataFrame, country: str, columns: Sequence[str]) -> tuple[pl.DataFrame, dict[str, list[str]]]:
    """Where the interface wants numbers in E.164 (several in one text are joined by `;`): what can be one becomes one
    in its place, and of each column the texts that look like a number and stay as they are. Without a country only
    numbers with a + can be one."""
    left: dict[str, list[str]] = {}
    for column in [name for name in columns if name in frame.columns]:
        text = frame[column].cast(pl.String)
        others = text.filter(text.str.contains(r"\d") & ~text.str.contains(rf"^({IN_E164};?)+$")).unique()
        if others.is_empty():
            continue
        told = {value: ";".join(e164(part, country) or part for part in value.split(";")) for value in others}
        frame = frame.with_columns(text.replace(told).alias(column))
        parts = {part for value in told.values() for part in value.split(";")}
        if strange := sorted(part for part in parts if _looks_like_one(part)):
            left[column] = strange
    return frame, left


def _looks_like_one(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return digits >= SHORTEST and bool(WRITTEN.fullmatch(text)) and not re.fullmatch(IN_E164, text)


def with_e164(frame: pl.DataFrame, country: str, columns: Mapping[str, str], outside: str = "") -> pl.DataFrame:
    """The frame with a column more for each of `columns`: name of the text -> name of its number."""
    for text, number in columns.items():
        if text not in frame.columns:
            continue
        known = {value: e164(value, country, outside) for value in frame[text].unique() if value}
        told = pl.col(text).replace_strict(known, default=None, return_dtype=pl.String).alias(number)
        frame = frame.with_columns(told)
    return frame

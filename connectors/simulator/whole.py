"""Whole numbers, which vendors' JSON wants: amounts in cents, ids made of our keys, numbers without their letters.

Belongs here: what several far ends count in, and what they say when it cannot be said (`Unspeakable`). Keep out: prices
of the company itself (pricing.py)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from hashlib import md5
from typing import overload

from connectors.simulator.events import Site


class Unspeakable(ValueError):
    """The event log holds something that the vendor's protocol cannot say."""


def cents(amount: Decimal | None, units: Decimal = Decimal(1), what: str = "") -> int:
    """Cents per unit, which must be whole."""
    each = (amount or Decimal(0)) * 100 / units
    if each != int(each):
        raise Unspeakable(f"{what}: {amount} over {units} units is no whole number of cents each")
    return int(each)


def half_away(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def digits(text: str) -> int:
    return int("".join(filter(str.isdigit, text)))


def shop_id(site: Site) -> int:
    return digits(site.source_code)


@overload
def number(key: str) -> int: ...
@overload
def number(key: None) -> None: ...
def number(key: str | None) -> int | None:
    """An id that must be an integer: the key's own digits, or a stable number made of its text."""
    if key is None:
        return None
    return int(key) if key.isdigit() else int.from_bytes(md5(key.encode(), usedforsecurity=False).digest()[:6])

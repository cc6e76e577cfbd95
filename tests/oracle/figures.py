"""Exact arithmetic of the oracle: division, largest remainder, periods. Keep out: any figure of a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

ZERO = Decimal("0.00")
ALL = "ALL"  # the All-sites total rows (REPORTS 0.2: site_key -2)


def rounded(value: Fraction | Decimal | int, places: int) -> Decimal:
    """Half away from zero, once, at the last step (REPORTS 0.1)."""
    scaled = abs(Fraction(value)) * 10**places + Fraction(1, 2)
    whole = scaled.numerator // scaled.denominator
    return Decimal(-whole if Fraction(value) < 0 else whole).scaleb(-places)


def div(part: Decimal | int | None, whole: Decimal | int | None, places: int = 6) -> Decimal | None:
    """NULL when the denominator is NULL or 0 (REPORTS 0.1)."""
    if part is None or whole is None or whole == 0:
        return None
    return rounded(Fraction(part) / Fraction(whole), places)


def cents(amount: Decimal) -> int:
    scaled = amount.scaleb(2)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} has a part of a cent")
    return int(scaled)


def split(amount: Decimal, weights: Sequence[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Cents of `amount` by weight, largest remainder first, ties by key; {} when nothing weighs anything."""
    sizes = {key: abs(cents(weight)) for key, weight in weights}
    whole, total = sum(sizes.values()), abs(cents(amount))
    if whole == 0:
        return {}
    shares = {key: total * size // whole for key, size in sizes.items()}
    by_remainder = sorted(sizes, key=lambda key: (-(total * sizes[key] % whole), key))
    for key in by_remainder[: total - sum(shares.values())]:
        shares[key] += 1
    sign = -1 if amount < 0 else 1
    return {key: Decimal(sign * share).scaleb(-2) for key, share in shares.items()}


def period_start(grain: str, day: date) -> date:
    return day.replace(day=1) if grain == "month" else day

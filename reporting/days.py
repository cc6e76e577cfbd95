"""Which published business days tie, shop by shop.

Keep out: a day's lines and breaks (close.py)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from reporting.close import connect


@dataclass(frozen=True)
class Tie:
    """One shop and business day. `delta` is Payments Total less Total Sales and Other."""

    site: str
    day: date
    delta: Decimal
    unexplained: Decimal

    @property
    def ties(self) -> bool:
        return self.delta == 0


def ties(snapshot: Path) -> list[Tie]:
    """Every published site and day, in order."""
    with connect(snapshot) as connection:
        rows = connection.execute(
            """
            select sites.site, days.business_date, days.delta, days.unexplained
            from finance.recon_sales_payments as days
            inner join core.dim_site as sites on sites.site_key = days.site_key
            order by sites.site, days.business_date
            """
        ).fetchall()
    return [Tie(*row) for row in rows]


def first_day(snapshot: Path) -> date | None:
    """The first published business day; None before anything is published."""
    if not snapshot.is_file():
        return None
    return min((tie.day for tie in ties(snapshot)), default=None)


def by_site(found: Iterable[Tie]) -> dict[str, list[Tie]]:
    """The days of each site."""
    sites: dict[str, list[Tie]] = {}
    for tie in found:
        sites.setdefault(tie.site, []).append(tie)
    return sites

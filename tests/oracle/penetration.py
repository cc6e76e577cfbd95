"""Market Penetration (REPORTS 3B.4): how many of the households around a shop come to it, by postal code.

Keep out: the mailing list (a drill), campaigns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import asin, cos, radians, sin, sqrt
from typing import Any

from oracle.figures import div, rounded
from oracle.periods import Item, Key, Period, Rows, grouped
from oracle.sold import Sale, added, counted, first_sales, sales
from oracle.told import Told

Row = dict[str, Any]
UNKNOWN = "Unknown"
EARTH_KM = 6371


@dataclass(frozen=True)
class Areas:
    """Postal codes as the census and the customers' cards tell of them."""

    told: Told
    homes: Mapping[str, str] = field(default_factory=dict)  # site -> its own postal code

    @cached_property
    def known(self) -> dict[str, Row]:
        """Reading of 3B.4: of several connections that tell of one postal code, the one with most households."""
        rows = [row for _, row in self.told.rows("postal_area")]
        return {row["postal_code"]: row for row in sorted(rows, key=lambda row: row["households"] or 0)}

    def of_card(self, customer_id: str | None) -> str:
        """Reading: the address on the card that the order names; a customer of two cities has two."""
        written = (self.told.world.customers.get(customer_id or "", {}).get("postal_code") or "").strip()[:5]
        return written if re.fullmatch(r"\d{5}", written) else UNKNOWN

    def households(self, code: str) -> int:
        return self.known.get(code, {}).get("households") or 0

    @cached_property
    def mailed(self) -> dict[tuple[str, str], date]:
        """The last day on which each site sent something printed to each postal code."""
        printed = {
            (site, row["campaign_id"]) for site, row in self.told.rows("campaign") if row["channel"] == "print"
        }
        found: dict[tuple[str, str], date] = {}
        for site, row in self.told.rows("campaign_touch"):
            if (site, row["campaign_id"]) in printed:
                key, day = (row["site"], self.of_card(row["customer_id"])), self.told.day(row["site"], row["sent_at"])
                found[key] = max(found.get(key, day), day)
        return found

    def distance(self, site: str, code: str) -> Decimal | None:
        """Along the great circle; NULL where either end has no coordinates."""
        ends = [self.known.get(self.homes.get(site, ""), {}), self.known.get(code, {})]
        if any(end.get("latitude") is None or end.get("longitude") is None for end in ends):
            return None
        (a, b), (c, d) = [(radians(end["latitude"]), radians(end["longitude"])) for end in ends]
        half = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
        return rounded(Decimal(str(2 * EARTH_KM * asin(sqrt(half)))), 2)


def market_penetration(
    told: Told, periods: Sequence[Period], sites: Collection[str] | None = None, *, homes: Mapping[str, str] | None = None
) -> Rows:
    """`homes`: the postal codes of the shops themselves (tieout.yml)."""
    areas, all_sales = Areas(told, homes or {}), sales(told)
    items: list[Item[Sale]] = [
        (sale.site, sale.counts_on, (areas.of_card(sale.order.data["customer_id"]),), sale) for sale in all_sales
    ]
    found = grouped(told.world, periods, sites, 1, items)
    first, ends = first_sales(all_sales, day=lambda sale: sale.counts_on), {period.key: period for period in periods}
    return {
        key: _row(things, found[key[0], None, *key[-2:]], ends[key[-2:]], first) | _area(areas, key, things)
        for key, things in found.items()
    }


def _row(found: Sequence[Sale], whole: Sequence[Sale], period: Period, first: Mapping[tuple[str, str], date]) -> Row:
    visits = {sale.customer for sale in found if sale.customer}
    orders = Counter(sale.customer for sale in found if sale.customer and sale.counts)
    money = added(found, "total_ex_tax")
    return money | {
        "customers": len(visits),
        "vehicles": len({sale.vehicle for sale in found if sale.vehicle}),
        "ros": counted(found),
        "new_customers": sum(first["", customer] in period for customer in visits),
        "repeat_customers": sum(times >= 2 for times in orders.values()),
        "avg_ro": div(money["total_ex_tax"], counted(found), 2),
        "share_of_site_customers": div(len(visits), len({sale.customer for sale in whole if sale.customer})),
    }


def _area(areas: Areas, key: Key, found: Sequence[Sale]) -> Row:
    """Never of customers where the households are not known; distance and mail are an area's own."""
    codes = {areas.of_card(sale.order.data["customer_id"]) for sale in found}
    known = {code for code in codes if areas.households(code)}
    inside = {sale.customer for sale in found if areas.of_card(sale.order.data["customer_id"]) in known}
    households = sum(map(areas.households, known)) if known else None
    return {
        "households": households,
        "penetration": div(len(inside - {None}), households),
        "distance_km": areas.distance(key[0], key[1]) if key[1] else None,
        "last_mail_d": areas.mailed.get((key[0], key[1])),
    }

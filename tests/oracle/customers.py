"""Single customers: who went to other shops of the company, and who came for the first time (REPORTS 3B.2, 3B.3).

Keep out: counts of customers per segment (visits)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from oracle.callers import Callers
from oracle.figures import ALL, div
from oracle.periods import Item, Key, Period, Rows, grouped
from oracle.phone import calls, number
from oracle.sold import Sale, added, in_order, named, sales
from oracle.told import Told

Row = dict[str, Any]
RETURN_DAYS = 180


def by_customer(found: Iterable[Sale]) -> dict[str, list[Sale]]:
    """The sales of each golden customer, first to last."""
    own: dict[str, list[Sale]] = defaultdict(list)
    for sale in sorted(found, key=in_order):
        if sale.customer:
            own[sale.customer].append(sale)
    return own


def home(visits: Sequence[Sale]) -> str:
    """The site of most sales ever; of several the one that was visited first."""
    order = list(dict.fromkeys(sale.site for sale in visits))
    return max(order, key=lambda site: (sum(sale.site == site for sale in visits), -order.index(site)))


def cross_over(told: Told, sites: Collection[str] | None = None, *, min_sites: int = 2) -> dict[tuple[str, str], Row]:
    """(customer, visited site) of customers who have been at several."""
    found = {}
    for customer, visits in by_customer(sales(told)).items():
        places = {sale.site for sale in visits}
        for site in places if len(places) >= min_sites else ():
            there = [sale for sale in visits if sale.site == site]
            if sites is None or site in sites:
                found[customer, site] = _visited(there, home(visits)) | {"sites": len(places)}
    return found


def _visited(there: Sequence[Sale], home_site: str) -> Row:
    return added(there, "total_ex_tax") | {
        "home_site": home_site,
        "is_home": there[0].site == home_site,
        "ros": len(there),
        "first_visit": there[0].day,
        "last_visit": there[-1].day,
    }


@dataclass(frozen=True)
class Visit:
    """A sale, seen from the shop where its customer is at home."""

    sale: Sale
    home: str

    @property
    def crossed(self) -> bool:
        return self.sale.site != self.home


def cross_over_matrix(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    """Keys: visited site, home site. Reading: a row is of those who crossed; who was at home is in no cell."""
    items: list[Item[Visit]] = [
        (sale.site, sale.counts_on, (home(visits),), Visit(sale, home(visits)))
        for visits in by_customer(sales(told)).values()
        for sale in visits
    ]
    found = grouped(told.world, periods, sites, 1, items)
    everywhere = grouped(told.world, periods, None, 1, items)
    rows = {key: things for key, things in found.items() if key[1] != key[0]}
    return {key: _matrix_row(things, _active(everywhere, key)) for key, things in rows.items()}


def _active(everywhere: Mapping[Key, list[Visit]], key: Key) -> list[Visit]:
    """Who a share is of: customers with a sale at the home site; on a site's row at any other one; else anywhere."""
    if key[1] is not None:
        return everywhere.get((key[1], None, *key[-2:]), [])
    whole = everywhere[ALL, None, *key[-2:]]
    return [visit for visit in whole if key[0] in (ALL,) or visit.sale.site != key[0]]


def _matrix_row(things: Sequence[Visit], active: Sequence[Visit]) -> Row:
    crossed = [visit.sale for visit in things if visit.crossed]
    crossing = len({sale.customer for sale in crossed})
    return {
        "crossing_customers": crossing,
        "cross_ros": len(crossed),
        "cross_sales": added(crossed, "total_ex_tax")["total_ex_tax"],
        "pct_of_home_customers": div(crossing, len({visit.sale.customer for visit in active})),
    }


def first_time_customers(told: Told, sites: Collection[str] | None = None) -> dict[tuple[str, str, str], Row]:
    """(scope, customer, site of the first visit): once in the company, and once at each site."""
    called, booked = _last_calls(told), _booked(told)
    created = _created(told)
    found = {}
    for customer, visits in by_customer(sales(told)).items():
        scopes = [("company", visits)]
        scopes += [("site", [s for s in visits if s.site == site]) for site in sorted({s.site for s in visits})]
        for scope, own in scopes:
            first = own[0]
            if sites is None or first.site in sites:
                row = _first(told, own, created.get(customer))
                row["source"] = _source(first, called.get(customer, []), booked.get(first.ro_id, []))
                found[scope, customer, first.site] = row
    return found


def _first(told: Told, own: Sequence[Sale], created: Any) -> Row:
    first = own[0]
    again = next((sale.day for sale in own if sale.day > first.day), None)
    start = told.world.first_days[first.site]
    return {
        "first_ro_no": first.order.data["ro_number"],
        "first_visit_date": first.day,
        "advisor": named(told, first.advisor),
        "total_ex_tax": first.money["total_ex_tax"],
        "gross_profit": first.money["gross_profit"],
        "second_visit_date": again,
        "returned_within_180d": again is not None and (again - first.day).days <= RETURN_DAYS,
        "first_uncertain": created is not None and told.day(first.site, created) < start,
    }


def _created(told: Told) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for customer_id, card in told.world.customers.items():
        golden, at = told.golden[customer_id], card["created_at"]
        if at:
            found[golden] = min(found.get(golden, at), at)
    return found


def _booked(told: Told) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for _, row in sorted(told.rows("appointment"), key=lambda x: (x[1]["created_at"], x[1]["appointment_id"])):
        if row["ro_id"]:
            found[row["ro_id"]].append(row["source"])
    return found


def _last_calls(told: Told) -> dict[str, list[tuple[date, str | None]]]:
    """Inbound calls of each customer, newest first: day, and the campaign of the number that was called."""
    who, found = Callers(told), defaultdict(list)
    for call in sorted(calls(told, "in"), key=lambda call: (call.start, call.id), reverse=True):
        row = number(told, call)
        for customer in who.customers(call.caller):
            found[customer].append((call.day, row.get("campaign_id") if row.get("is_tracking") else None))
    return found


def _source(first: Sale, called: Sequence[tuple[date, str | None]], booked: Sequence[str]) -> str:
    """Reading of 3B.3: the scheduler, else the campaign of the last call before the visit, else how it was booked."""
    if "online" in booked:
        return "scheduler"
    campaign = next((campaign for day, campaign in called if day <= first.day), None)
    return campaign or (booked[0] if booked else "walk_in")

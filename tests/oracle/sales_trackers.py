"""Service Advisor Sales Tracker, Site Comparison Tracker and the averages per day (REPORTS 3E.1, 3E.2, 3E.4, 3E.5)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from oracle.figures import ALL, ZERO, div, rounded
from oracle.periods import Key, Period, Rows
from oracle.sales_rows import Share, advisor, days_by, shares, whole_months, worked, worked_by
from oracle.told import Told
from oracle.tracker import clock, counted, mixed, refunds, sums, tracker


def advisor_sales_tracker(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    found = shares(told, periods, sites, advisor(told), role="advisor")
    return {key: _row(told, share, worked_of(told, key, share)) for key, share in found.items()}


def worked_of(told: Told, key: Key, share: Share) -> Decimal:
    return worked(told, share) if key[1] is None else worked_by(told, share, key[1])


def _row(told: Told, share: Share, days: Decimal) -> dict[str, Any]:
    return tracker(told, share.orders, days, whole_months(told, share)) | clock(share.cards)


def avg_daily_sales_advisor(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    found = shares(told, periods, sites, advisor(told), role="advisor")
    sold = {key: share for key, share in found.items() if share.orders or key[1] is None}
    return {key: _daily(told, share, worked_of(told, key, share), key[1]) | {"avg_daily_sales_all_sites": _everywhere(told, key, sold)}
            for key, share in sold.items()}  # fmt: skip


def avg_daily_sales_site(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    return {key: _daily(told, share, worked(told, share)) | {"avg_daily_sales_all_sites": _all_sites(told, [share])}
            for key, share in shares(told, periods, sites).items()}  # fmt: skip


def _daily(told: Told, share: Share, days: Decimal, person: str | None = None) -> dict[str, Any]:
    found, count = sums(share.orders), counted(told, share.orders)
    best, worst = _extremes(told, share, person)
    return {
        "worked_days": rounded(days, 2),
        "ros": count,
        **{name: value for name, value in refunds(share.orders).items() if name != "avg_quote_ex_refunds"},
        **mixed(share.orders),
        "gross_sales": found["gross_sales"],
        "gross_profit": found["gross_profit"],
        "avg_daily_sales": div(found["gross_sales"], days, 2),
        "avg_daily_ros": div(count, days, 2),
        "avg_daily_gp": div(found["gross_profit"], days, 2),
        "avg_ro": div(found["net_sales"], count, 2),
        "best_day": best,
        "worst_day": worst,
        "sales_on_closed_day": any(
            told.hours(o.shop.id, o.close_date).weight == 0 for o in share.orders if o.close_date
        ),
    }


def _extremes(told: Told, share: Share, person: str | None) -> tuple[Decimal | None, Decimal | None]:
    """The most and the least of one date: of days worked, sold or not, and of closed days with a sale."""
    days = dict.fromkeys(_weights(told, [share], person), ZERO)
    for order in share.orders:
        if order.close_date:
            days[order.close_date] = days.get(order.close_date, ZERO) + sums([order])["gross_sales"]
    return max(days.values(), default=None), min(days.values(), default=None)


def _weights(told: Told, found: Sequence[Share], person: str | None) -> dict[date, Decimal]:
    """Distinct business dates that count, each with the largest weight of any shop (3E.2); of a person by time card, each 1."""
    if person is not None and told.options.worked_days_basis != "calendar":
        return {day: Decimal(1) for share in found for day in days_by(told, share, person)}
    weights: dict[date, Decimal] = {}
    for share in found:
        for site in share.sites:
            for day in told.world.days(site):
                if day in share.period and (weight := told.hours(site, day).weight) > 0:
                    weights[day] = max(weights.get(day, ZERO), weight)
    return weights


def _all_sites(told: Told, found: Sequence[Share], person: str | None = None) -> Decimal | None:
    """Sales over distinct business dates."""
    days = sum(_weights(told, found, person).values(), ZERO)
    return div(sums(order for share in found for order in share.orders)["gross_sales"], days, 2)


def _everywhere(told: Told, key: Key, found: Mapping[Key, Share]) -> Decimal | None:
    """A person's row says what they sold at all shops where they sold."""
    if key[1] is None:
        return _all_sites(told, [found[key]])
    own = [share for other, share in found.items() if other[1:] == key[1:] and other[0] != ALL]
    return _all_sites(told, own, key[1])


def site_comparison_tracker(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    found = shares(told, periods, sites)
    rows = {key: _row(told, share, worked(told, share)) for key, share in found.items()}
    mixing = {key[1:]: row["mixed_family_flag"] for key, row in rows.items() if key[0] == ALL}
    compared = {key: row["net_sales" if mixing[key[1:]] else "gross_sales"] for key, row in rows.items()}
    return {key: row | _compared(told, found[key], compared[key], bool(mixing[key[1:]])) | {"sales_rank": _rank(key, compared)}
            for key, row in rows.items()}  # fmt: skip


def _compared(told: Told, share: Share, now: Decimal, canonical: bool) -> dict[str, Any]:
    name = "net_sales" if canonical else "gross_sales"
    before, year = previous(share.period), last_year(share.period)
    row: dict[str, Any] = {"compared_sales": now}
    for prefix, period in (("previous", before), ("last_year", year)):
        then = _sales_in(told, share, period, name)
        row[f"{prefix}_sales"] = then
        row[f"{prefix}_delta"] = None if then is None else now - then
        row[f"{prefix}_delta_pct"] = None if then is None else div(now - then, abs(then))
    return row | {"comparable_previous_sales": _comparable(told, share, before, name)}


def _sales_in(told: Told, share: Share, period: Period, name: str) -> Decimal | None:
    """NULL when no shop of the row had a calendar day then."""
    days = {site: {day for day in told.world.days(site) if day in period} for site in share.sites}
    if not any(days.values()):
        return None
    return sums(o for o in told.world.sales() if o.close_date in days.get(o.shop.id, ()))[name]


def _comparable(told: Told, share: Share, before: Period, name: str) -> Decimal | None:
    """The previous period's first open days, as many as the shop is open in this one."""
    if _sales_in(told, share, before, name) is None:
        return None
    total = ZERO
    for site in share.sites:
        opens = [day for day in told.world.days(site) if told.hours(site, day).is_open]
        count = sum(day in share.period for day in opens)
        kept = {day for day in opens if day in before and sum(one in before and one <= day for one in opens) <= count}
        total += sums(o for o in told.world.sales() if o.shop.id == site and o.close_date in kept)[name]
    return total


def previous(period: Period) -> Period:
    """Whole months before, as many as these; else as many days right before."""
    last, whole = period.first - timedelta(days=1), period.months()
    if (whole[0], whole[-1]) != (period.first, period.last):
        return replace(period, first=period.first - (period.last - last), last=last)
    count = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month
    year, month = divmod(last.year * 12 + last.month - 1 - count, 12)
    return replace(period, first=date(year, month + 1, 1), last=last)


def last_year(period: Period) -> Period:
    return replace(period, first=_year_before(period.first), last=_year_before(period.last))


def _year_before(day: date) -> date:
    """The end of a month stays the end of the month."""
    end, before = monthrange(day.year, day.month)[1], monthrange(day.year - 1, day.month)[1]
    return date(day.year - 1, day.month, before if day.day == end else min(day.day, before))


def _rank(key: Key, compared: Mapping[Key, Decimal]) -> int | None:
    if key[0] == ALL:
        return None
    return 1 + sum(
        value > compared[key] for other, value in compared.items() if other[1:] == key[1:] and other[0] != ALL
    )

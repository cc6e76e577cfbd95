"""What the published snapshot says of the days that are to be signed: their recon lines, breaks and objections.

Keep out: whether a day may be signed (signing.py), and what is stored of it (signed.py)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.closing import exceptions
from orchestration.closing.exceptions import Objection
from orchestration.closing.standing import ShopDay
from orchestration.settings import near
from reporting.close import ReportError
from reporting.on_read import Snapshot, opened
from reporting.periods import Clock, Span

ALL = "all"


@dataclass(frozen=True)
class Shop:
    """A shop of the snapshot, and its first and last published day."""

    site: str
    key: int
    clock: Clock
    days: Span | None

    def ends(self, day: date) -> datetime:
        """The instant at which the business day is over there."""
        local = datetime.combine(day + timedelta(days=1), time()) + timedelta(minutes=self.clock.cutoff_minutes)
        return local.replace(tzinfo=ZoneInfo(self.clock.zone)).astimezone(UTC)


@dataclass(frozen=True)
class Facts:
    """The published days: `lines` of those that there are, by shop and day; `objections` as far as they were asked
    for; `taken`: pulls that are in it, by connection."""

    snapshot: Path
    version: str
    build_id: str
    shops: Mapping[str, Shop]
    lines: Mapping[ShopDay, Mapping[str, Any]]
    objections: Mapping[ShopDay, Sequence[Objection]]
    taken: Mapping[str, Collection[str]]

    def business(self, site: str, month: str) -> list[date]:
        """Days of the month on which anything was sold, paid or broke."""
        return [day for code, day in sorted(self.lines) if code == site and f"{day:%Y-%m}" == month
                and _busy(self.lines[code, day])]  # fmt: skip


def _busy(line: Mapping[str, Any]) -> bool:
    return any(isinstance(value, Decimal) and value != 0 for value in line.values())


def shops(snapshot: Path) -> dict[str, Shop]:
    """The shops that are published."""
    with opened(snapshot) as published:
        return _shops(published)


def chosen(known: Mapping[str, Shop], names: Sequence[str]) -> list[str]:
    """The shops that are meant; 'all' is every one. Raises ReportError."""
    for name in names:
        if name != ALL and name not in known:
            raise ReportError(f"--site: no site '{name}'{near(name, known)}")
    return sorted(known) if ALL in names else list(dict.fromkeys(names))


def facts(snapshot: Path, names: Sequence[str], first: date, last: date, *, judged: bool) -> Facts:
    """What is published of these shops from the first to the last day; with what controls object to, if `judged`."""
    with opened(snapshot) as published:
        known = _shops(published)
        meant = chosen(known, names)
        lines = _lines(published, [known[name] for name in meant], (first, last))
        objections = _objections(published, known, lines) if judged and lines else {}
        return Facts(snapshot, published.version(), _build_id(published), known, lines, objections, _taken(published))


def _shops(published: Snapshot) -> dict[str, Shop]:
    rows = published.connection.execute(
        "select site_key, min(business_date), max(business_date) from snapshot.finance.recon_sales_payments "
        "group by site_key"
    ).fetchall()
    days = {key: (first, last) for key, first, last in rows}
    return {code: Shop(code, key, clock, days.get(key)) for key, code, _, clock in published.sites()}


def _lines(published: Snapshot, meant: Sequence[Shop], span: Span) -> dict[ShopDay, dict[str, Any]]:
    codes = {shop.key: shop.site for shop in meant}
    found = published.connection.execute(
        "select * from snapshot.finance.recon_sales_payments where business_date between ? and ? "
        "and list_contains(?, site_key)",
        [*span, list(codes)],
    )
    columns = [column[0] for column in found.description or []]
    rows = (dict(zip(columns, row, strict=True)) for row in found.fetchall())
    return {(codes[row["site_key"]], row["business_date"]): row for row in rows}


def _objections(
    published: Snapshot, known: Mapping[str, Shop], lines: Collection[ShopDay]
) -> dict[ShopDay, list[Objection]]:
    days: dict[int, list[date]] = {}
    for site, day in lines:
        days.setdefault(known[site].key, []).append(day)
    spans = {key: (min(of), max(of)) for key, of in days.items()}
    found = exceptions.blocking(published, spans)
    for shop_day, breaks in _breaks(published, known, spans).items():
        found.setdefault(shop_day, []).extend(exceptions.unexplained(breaks, found.get(shop_day, ())))
    return found


def _breaks(
    published: Snapshot, known: Mapping[str, Shop], spans: Mapping[int, Span]
) -> dict[ShopDay, list[dict[str, Any]]]:
    """Breaks without a cause."""
    codes = {shop.key: shop.site for shop in known.values()}
    found = published.connection.execute(
        """
        select breaks.site_key, breaks.business_date, breaks.tie_key, breaks.cause_code, breaks.cause_text,
            breaks.delta, breaks.pair_id,
            coalesce('RO ' || orders.ro_number, 'payment ' || tenders.source_entity_id, '') as document
        from snapshot.finance.recon_break as breaks
        left join snapshot.core.fct_tender as tenders on tenders.tender_key = breaks.tender_key
        -- a payment of no order may have the key of one
        left join snapshot.core.fct_repair_order as orders
            on orders.ro_key = breaks.tie_key and (tenders.tender_key is null or tenders.ro_key is not null)
        where breaks.cause_code = ? and list_contains(?, breaks.site_key)
        order by breaks.tie_key
        """,
        [exceptions.UNEXPLAINED, list(spans)],
    )
    columns = [column[0] for column in found.description or []]
    by_day: dict[ShopDay, list[dict[str, Any]]] = {}
    for row in (dict(zip(columns, row, strict=True)) for row in found.fetchall()):
        first, last = spans[row["site_key"]]
        if first <= row["business_date"] <= last:
            by_day.setdefault((codes[row["site_key"]], row["business_date"]), []).append(row)
    return by_day


def _build_id(published: Snapshot) -> str:
    row = published.connection.execute(
        "select build_id from snapshot.core.build where closed_ts is not null order by opened_ts desc limit 1"
    ).fetchone()
    return str(row[0]) if row else ""


def _taken(published: Snapshot) -> dict[str, set[str]]:
    """The pulls that are in it."""
    rows = published.connection.execute(
        "select connection, list(distinct pull_id) from snapshot.core.build_pull "
        "inner join snapshot.core.build using (build_id) where closed_ts is not null group by connection"
    ).fetchall()
    return {connection: set(pulls) for connection, pulls in rows}


def version_of(snapshot: Path) -> str:
    with opened(snapshot) as published:
        return published.version()

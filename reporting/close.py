"""Reads one shop's business day from the published snapshot: its report lines, its tie-out, and its breaks.

Keep out: the look of it (layouts.py, close_text.py), and any figure that no mart holds."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from reporting.unplaced import Unplaced, unplaced

LineKey = tuple[str, str, str, str]  # breakout group ('' for the whole report), section, row, column


class ReportError(LookupError):
    """What was asked for is not in the published marts; the message says what is."""


@dataclass(frozen=True)
class Break:
    """One repair order or payment that keeps the day from tying, or stands out although it does tie."""

    cause: str
    text: str
    delta: Decimal
    at_risk: Decimal
    confidence: str
    ro_number: str | None
    payment: str | None
    tie_key: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What it is called wherever it is followed up: the order or payment, and the cause."""
        return f"{self.tie_key}:{self.cause}"


@dataclass(frozen=True)
class Close:
    """The day as it is published."""

    site: str
    site_name: str
    day: date
    layout: str
    version: str
    lines: Mapping[LineKey, Decimal | None]
    tie_out: Mapping[str, Any]
    breaks: tuple[Break, ...]
    unplaced: tuple[Unplaced, ...] = ()

    @property
    def delta(self) -> Decimal:
        return Decimal(self.tie_out["delta"])

    @property
    def ties(self) -> bool:
        return self.delta == 0


def connect(snapshot: Path) -> duckdb.DuckDBPyConnection:
    """The published snapshot, to read."""
    if not snapshot.is_file():
        raise ReportError(f"{snapshot}: nothing is published yet; run 'tieout run'")
    return duckdb.connect(str(snapshot), read_only=True)


def read(snapshot: Path, site: str, day: date, layout: str = "v1.31") -> Close:
    """The close of one site and business day. Raises ReportError naming the sites or days that there are."""
    with connect(snapshot) as connection:
        site_key, name = _site(connection, site)
        tie_out = _tie_out(connection, site_key, site, day)
        version = _one(connection, "select version from main.published")
        return Close(
            site=site,
            site_name=name,
            day=day,
            layout=layout,
            version=version,
            lines=_lines(connection, site_key, day, layout),
            tie_out=tie_out,
            breaks=_breaks(connection, site_key, day),
            unplaced=unplaced(connection, day),
        )


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _site(connection: duckdb.DuckDBPyConnection, site: str) -> tuple[int, str]:
    rows = connection.execute("select site, site_key, name from core.dim_site where site_key >= 0").fetchall()
    for code, key, name in rows:
        if code == site:
            return key, name
    raise ReportError(f"--site: no site '{site}'; {known(site, [row[0] for row in rows])}")


def known(name: str, names: Iterable[str]) -> str:
    """What a wrong name may have meant, and which there are."""
    every = sorted(names)
    close = difflib.get_close_matches(name, every, n=1)
    return f"{f'did you mean {close[0]!r}? ' if close else ''}there are: {', '.join(every)}"


def _tie_out(connection: duckdb.DuckDBPyConnection, site_key: int, site: str, day: date) -> dict[str, Any]:
    found = connection.execute(
        "select * from finance.recon_sales_payments where site_key = ? and business_date = ?", [site_key, day]
    )
    columns = [column[0] for column in found.description or []]
    row = found.fetchone()
    if row:
        return dict(zip(columns, row, strict=True))
    span = connection.execute(
        "select min(business_date), max(business_date) from finance.recon_sales_payments where site_key = ?",
        [site_key],
    ).fetchone()
    if span is None or span[0] is None:
        raise ReportError(f"--date: no business day of '{site}' is published yet")
    raise ReportError(f"--date: {day} of '{site}' is not published; there are days from {span[0]} to {span[1]}")


def _lines(
    connection: duckdb.DuckDBPyConnection, site_key: int, day: date, layout: str
) -> dict[LineKey, Decimal | None]:
    rows = connection.execute(
        "select coalesce(breakout_group, ''), section, row_code, column_code, value from sales.sales_summary "
        "where site_key = ? and period_grain = 'day' and period_start = ? and report_version = ?",
        [site_key, day, layout],
    ).fetchall()
    return {(group, section, row, column): value for group, section, row, column, value in rows}


def _breaks(connection: duckdb.DuckDBPyConnection, site_key: int, day: date) -> tuple[Break, ...]:
    rows = connection.execute(
        """
        select breaks.cause_code, breaks.cause_text, breaks.delta, breaks.amount_at_risk, breaks.confidence,
            orders.ro_number, tenders.source_entity_id, coalesce(breaks.tie_key::varchar, ''), breaks.evidence
        from finance.recon_break as breaks
        left join core.fct_tender as tenders on tenders.tender_key = breaks.tender_key
        -- a payment of no order may have the key of one
        left join core.fct_repair_order as orders
            on orders.ro_key = breaks.tie_key and (tenders.tender_key is null or tenders.ro_key is not null)
        where breaks.site_key = ? and breaks.business_date = ?
        order by abs(breaks.delta) desc, breaks.amount_at_risk desc, breaks.cause_code, orders.ro_number,
            tenders.source_entity_id
        """,
        [site_key, day],
    ).fetchall()
    return tuple(Break(*row[:8], *[json.loads(row[8] or "{}")]) for row in rows)


def as_dict(close: Close) -> dict[str, Any]:
    """The close for machines: money as text, so that no reader turns it into a float."""
    return {
        "site": close.site,
        "business_date": close.day.isoformat(),
        "layout": close.layout,
        "version": close.version,
        "ties": close.ties,
        "tie_out": {key: _plain(value) for key, value in close.tie_out.items() if key != "site_key"},
        "breaks": [
            {key: _plain(value) for key, value in vars(item).items() if key not in ("evidence", "tie_key")}
            | {"key": item.key, "evidence": dict(item.evidence)}
            for item in close.breaks
        ],
        "unplaced": [{key: _plain(value) for key, value in vars(item).items()} for item in close.unplaced],
        "lines": [
            {"breakout_group": key[0] or None, "section": key[1], "row": key[2], "column": key[3]}
            | {"value": _plain(value)}
            for key, value in sorted(close.lines.items())
        ],
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)

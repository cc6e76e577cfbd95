"""Small companies written down by hand, in June 2026: rows as events, and what the oracle is told of them.

Keep out: expectations."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from oracle.deliveries import Company, Event, Row, Site
from oracle.options import Options
from oracle.oracle import Oracle
from oracle.told import Told


def day(number: int) -> date:
    return date(2026, 6, number)


def at(number: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 6, number, hour, minute, tzinfo=UTC)


def saved(entity: str, key: str, site: str = "s", **data: Any) -> Event:
    """A row that its source has had since the first of June; columns that are not named are NULL."""
    return Event(at(1), site, entity, "saved", key, Row({"site": site, **data}))


def order(ro_id: str, closed: int, labor: str = "100", hours: str = "1", site: str = "s", **data: Any) -> Event:
    """A sale of one line of labor."""
    line = Row(line_id="1", line_type="labor", gross_amount=Decimal(labor), net_amount=Decimal(labor),
               hours_billed=Decimal(hours))  # fmt: skip
    own = {"ro_number": ro_id, "status": "closed", "closed_date": day(closed), "lines": [line]} | data
    return saved("repair_order", ro_id, site, ro_id=ro_id, **own)


def told(*events: Event, sites: str = "s", last: int = 9, **options: Any) -> Told:
    """`sites`: one letter each; everything is in UTC."""
    company = Company(tuple(Site(name, "UTC") for name in sites), day(last))
    return Oracle(company, events, at(30), options=Options(**options)).told

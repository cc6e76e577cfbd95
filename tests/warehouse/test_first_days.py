"""A site's calendar begins with the first business day of any of its facts, in its own zone, and follows them.

Keep out: days after the last pull (test_days_ahead.py)."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from warehouse.homes import Home, differences, drop_texts, home_of_fixtures

pytestmark = pytest.mark.slow  # four builds of a home

SITES = {
    "chi": "name: Chicago, timezone: America/Chicago",
    "den": "name: Denver, timezone: America/Denver",
    "sea": "name: Seattle, timezone: America/Los_Angeles",
}
CALLS = """call_id,site,direction,from_number,to_number,started_at,ended_at,status,updated_at
evening,A,in,+17085550111,+13125550100,2026-05-04T20:30:00-05:00,2026-05-04T20:30:20-05:00,missed,2026-05-05T02:00:00Z
elsewhere,A,in,+17085550111,+13035550100,2026-05-04T19:00:00-06:00,2026-05-04T19:00:20-06:00,missed,2026-05-05T02:00:00Z
"""
NUMBERS = "number,site,description\n+13125550100,A,Chicago\n+13035550100,B,Denver\n"
TASKS = "task_id,site,type,created_at,status,updated_at\nt1,B,callback,{created},open,{updated}\n"
FIRST_DAYS = "select site, min(business_date) from core.dim_site_day join core.dim_site using (site_key) group by 1"


def built(home: Home, day: int) -> dict[str, int]:
    """Day of May on which each site's calendar begins."""
    home.pull(datetime(2026, 5, day, 12, tzinfo=UTC))
    home.build()
    first = home.rows(FIRST_DAYS, 1)
    assert {one.replace(day=1) for one in first.values()} == {date(2026, 5, 1)}
    return {site: one.day for (site,), one in first.items()}


def test_the_calendar_begins_with_the_first_day_of_any_fact(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    home = home_of_fixtures(tmp_path, SITES, {"all": (drop, {"A": "chi", "B": "den", "C": "sea"})})
    text = "message_id,site,sent_at\nm1,C,2026-05-05T22:00:00-07:00\n"
    drop_texts(drop, "20260506", call=CALLS, phone_number=NUMBERS, message=text)
    assert built(home, 6) == {"chi": 4, "den": 4, "sea": 5}
    calls = "select site, period_start, calls from calls.call_summary join core.dim_site using (site_key)"
    assert home.rows(f"{calls} where period_grain = 'day' and calls > 0 and site_key > 0", 2) == {
        ("chi", date(2026, 5, 4)): 1,
        ("den", date(2026, 5, 4)): 1,
    }
    card = "card_id,site,employee_id,in_at\nc1,C,e1,2026-05-03T08:00:00-07:00\n"
    early = TASKS.format(created="2026-05-02T23:30:00-06:00", updated="2026-05-06T08:00:00Z")
    drop_texts(drop, "20260507", time_card=card, task=early)
    assert built(home, 7) == {"chi": 4, "den": 2, "sea": 3}
    late = TASKS.format(created="2026-05-06T08:00:00-06:00", updated="2026-05-07T08:00:00Z")
    drop_texts(drop, "20260508", task=late)
    assert built(home, 8) == {"chi": 4, "den": 4, "sea": 3}
    kept = Path(shutil.copy(home.folder / "warehouse.duckdb", tmp_path / "incremental.duckdb"))
    home.build(full_refresh=True)
    assert differences(kept, home.folder / "warehouse.duckdb") == []

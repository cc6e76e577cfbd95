"""What is dated later than the last pull neither stops publishing nor is lost: it counts when its day has come.

Keep out: days that lie within the calendar (golden days, oracle)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from warehouse import edits
from warehouse.homes import deliver, differences, files_world, home_of_world

AHEAD = timedelta(days=3)
DAY = date(2026, 3, 13)


@pytest.mark.slow
def test_a_payment_that_is_dated_ahead_counts_on_its_day(tmp_path: Path) -> None:
    world = files_world(5, 1, 3, end=DAY, ros_per_day=3, calls_per_day=2, breaks=0)
    home, now = home_of_world(tmp_path / "home", world), world.as_of
    deliver(home, world, None, now - timedelta(hours=1))
    order = next(one for one in edits.closed_orders(world, "chi", DAY) if edits.tenders_of(world, one))
    payment = edits.tenders_of(world, order)[0]
    call = next(event for event in world.events if event.entity == "call" and event.data["direction"] == "in")
    late = {name: call.data[name] + AHEAD + timedelta(days=3) for name in ("started_at", "ended_at")}
    late |= {"answered_at": None, "legs": [], "status": "missed"}
    ahead = [edits.changed(payment, now, business_date=DAY + AHEAD), edits.changed(call, now, **late)]
    edits.bring(home, world, ahead, now)
    home.pull(now)
    home.build()
    breaks = "select tender_key, business_date, delta from finance.recon_break where delta <> 0"
    days = "select business_date, count(*) from finance.recon_sales_payments group by 1"
    assert set(home.rows(days, 1)) == {(DAY - timedelta(days=back),) for back in (-1, 0, 1, 2)}
    assert all(day <= DAY for _, day in home.rows(breaks, 2))
    home.pull(now + AHEAD)
    home.build()
    assert (DAY + AHEAD,) in home.rows(days, 1)
    assert DAY + AHEAD in {day for _, day in home.rows(breaks, 2)}
    again = home_of_world(tmp_path / "again", world)
    deliver(again, world, None, now - timedelta(hours=1))
    edits.bring(again, world, ahead, now)
    again.pull(now)
    again.pull(now + AHEAD)
    again.build()
    assert differences(home.folder / "warehouse.duckdb", again.folder / "warehouse.duckdb") == []

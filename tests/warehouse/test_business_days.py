"""Instants around every edge of a day: clocks that change (both ways, both hemispheres, at midnight), cut-offs, a leap day,
the turn of the year. Each call stands in the one business day that Python's own time zones say, and in no other.

Keep out: days that sources state as dates (never shifted)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from warehouse.homes import Home, drop_texts
from warehouse.reported import Published

from orchestration import publish

# site -> its zone, and the minutes after midnight at which its business day begins
SHOPS = {
    "chi": ("America/Chicago", 0),
    "phx": ("America/Phoenix", 120),  # knows no summer time
    "syd": ("Australia/Sydney", 0),
    "lon": ("Europe/London", 240),
    "del": ("Asia/Kolkata", 90),  # half an hour off
    "hav": ("America/Havana", 0),  # its clocks change at midnight
}
EDGES = (
    datetime(2024, 2, 28, 12, tzinfo=UTC),  # a leap day
    datetime(2024, 3, 9, 18, tzinfo=UTC),  # spring in America
    datetime(2024, 3, 30, 18, tzinfo=UTC),  # spring in Europe
    datetime(2024, 4, 6, 6, tzinfo=UTC),  # autumn in Australia
    datetime(2024, 10, 5, 6, tzinfo=UTC),  # spring in Australia
    datetime(2024, 10, 26, 18, tzinfo=UTC),  # autumn in Europe
    datetime(2024, 11, 2, 18, tzinfo=UTC),  # autumn in America
    datetime(2024, 12, 31, 0, tzinfo=UTC),  # the turn of the year
)
HEAD = "call_id,site,direction,from_number,to_number,started_at,answered_at,ended_at,status,updated_at"
NOW = datetime(2025, 1, 5, 12, tzinfo=UTC)
pytestmark = pytest.mark.slow


def instants() -> list[datetime]:
    """Every quarter of an hour of 42 hours around each edge, and the last microsecond before each."""
    quarters = [edge + timedelta(minutes=15 * n) for edge in EDGES for n in range(42 * 4)]
    return sorted({*quarters, *(at - timedelta(microseconds=1) for at in quarters)})


def day_of(site: str, at: datetime) -> date:
    zone, cutoff = SHOPS[site]
    return (at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - timedelta(minutes=cutoff)).date()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("edges")
    sites = [
        f'  {name}: {{name: {name}, timezone: {zone}, day_cutoff: "{cutoff // 60:02d}:{cutoff % 60:02d}"}}'
        for name, (zone, cutoff) in SHOPS.items()
    ]
    codes = ", ".join(f"{name}: {name}" for name in SHOPS)
    connection = f"  phones: {{kind: files, path: {folder / 'drop'}, sites: {{{codes}}}}}"
    (folder / "drop").mkdir()
    home = Home(folder, "\n".join(["company: {name: Edges}", "sites:", *sites, "connections:", connection]))
    rows = [
        f"{site}-{number},{site},in,+1312555{number:04d},+13125550100,{at.isoformat()},,{at.isoformat()},missed,{at.isoformat()}"
        for site in SHOPS
        for number, at in enumerate(instants())
    ]
    drop_texts(folder / "drop", "20250105T100000Z", call="\n".join([HEAD, *rows]) + "\n")
    home.pull(NOW)
    home.build()
    publish.publish(home.folder)
    return home


def test_each_call_stands_in_the_business_day_and_hour_of_its_shops_clock(home: Home) -> None:
    found = home.rows("select source_entity_id, start_business_date, start_local_hour from core.fct_call", 1)
    assert len(found) == len(SHOPS) * len(instants())
    for site, (zone, _) in SHOPS.items():
        for number, at in enumerate(instants()):
            row = found[f"{site}-{number}",]
            hour = at.astimezone(ZoneInfo(zone)).hour
            assert (row["start_business_date"], row["start_local_hour"]) == (day_of(site, at), hour), (site, at)


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year", "none"])
def test_each_call_counts_in_one_period_of_every_grain(home: Home, grain: str) -> None:
    published = Published(home.folder, NOW)
    rows = published.ask("call_summary", date(2024, 1, 1), date(2025, 1, 5), grain)
    calls: Counter[str] = Counter()
    for row in rows:
        calls[row["site"]] += row["calls"]
    assert calls == {**dict.fromkeys(SHOPS, len(instants())), "Total": len(SHOPS) * len(instants())}
    if grain == "day":
        wanted = Counter((site, day_of(site, at)) for site in SHOPS for at in instants())
        assert {(row["site"], row["period_start"]): row["calls"] for row in rows if row["calls"]} == {
            **wanted,
            **{("Total", day): count for day, count in Counter(day for _, day in wanted.elements()).items()},
        }


def test_a_shops_first_day_is_the_day_of_its_first_call(home: Home) -> None:
    """The hours that a changing clock has twice, or not at all, belong to the day around them."""
    first = home.rows(
        "select site, min(business_date) from core.dim_site_day join core.dim_site using (site_key) group by 1", 1
    )
    assert first == {(site,): day_of(site, instants()[0]) for site in SHOPS}

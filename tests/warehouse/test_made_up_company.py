"""A made-up company against the oracle, and its planted breaks against recon_break: after one build, and after many in
random order of arrival. Keep out: how a break is caused (simulator), single examples (test_golden_days.py)."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from oracle.compare import compare, report
from oracle.oracle import Oracle
from warehouse import on_read
from warehouse.homes import Home, deliver, differences, files_world, home_of_world

from connectors.simulator.company import World
from orchestration.reports import Asked

Found = Counter[tuple[str, date, str, str, Decimal]]
SITE = "coalesce(sites.site, 'ALL')"


def landed_twice(folder: Path, world: World) -> Home:
    """What was edited or lost between two pulls has been seen before."""
    home = home_of_world(folder, world)
    deliver(home, world, None, world.first_pull)
    home.pull(world.first_pull)
    deliver(home, world, world.first_pull, world.as_of)
    home.pull(world.as_of)
    return home


@pytest.fixture(scope="module")
def world() -> World:
    return files_world(1, 2, 30, ros_per_day=8, calls_per_day=15, breaks=1)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, world: World) -> Home:
    home = landed_twice(tmp_path_factory.mktemp("company"), world)
    home.build()
    return home


def planted(world: World) -> Found:
    found: Found = Counter()
    for one in world.breaks:
        found[one.site, one.business_date, one.cause, one.ro_id or "", one.amount] += 1
        if one.pair_amount is not None and one.pair_date is not None:
            other = (one.pair_site or one.site, one.pair_date, one.cause, one.pair_ro_id or one.ro_id or "")
            found[*other, one.pair_amount] += 1
    return found


def attributed(home: Home) -> Found:
    with home.connect() as connection:
        return Counter(
            connection.execute(
                """select sites.site, breaks.business_date, breaks.cause_code, coalesce(orders.source_entity_id, ''),
                    breaks.delta
                from finance.recon_break as breaks
                join core.dim_site as sites using (site_key)
                left join core.fct_repair_order as orders on breaks.tie_key = orders.ro_key"""
            ).fetchall()
        )


def assert_breaks(home: Home, world: World) -> None:
    wanted, found = planted(world), attributed(home)
    assert wanted, "the company has no breaks: nothing was tested"
    assert (wanted - found, found - wanted) == (Counter(), Counter())


def relations(home: Home, oracle: Oracle) -> Iterable[tuple[str, dict[Any, Any], dict[Any, Any]]]:
    joined = "join core.dim_site as sites using (site_key)"
    yield (
        "sales_summary",
        oracle.sales_summary(),
        home.rows(
            f"""select {SITE}, period_grain, period_start, report_version, breakout_group, section, row_code,
                column_code, value from sales.sales_summary {joined}""",
            8,
        ),
    )
    yield _columns(home, "sales_summary_wide", oracle.sales_summary_wide(), f"sales.sales_summary_wide {joined}",
                   f"{SITE}, business_date", 2)  # fmt: skip
    yield _columns(home, "recon_sales_payments", oracle.recon_sales_payments(),
                   f"finance.recon_sales_payments {joined}", f"{SITE}, business_date", 2)  # fmt: skip
    yield _columns(home, "call_summary", oracle.call_summary(), f"calls.call_summary {joined}",
                   f"{SITE}, period_grain, period_start", 3)  # fmt: skip
    yield _columns(home, "call_summary_by_number", oracle.call_summary_by_number(),
                   f"calls.call_summary_by_number {joined}",
                   f"{SITE}, case when row_type = 'total' then 'ALL' else number end, period_grain, period_start",
                   4)  # fmt: skip
    yield _columns(home, "fct_repair_order", oracle.repair_orders(),
                   "core.fct_repair_order where status <> 'deleted'", "source_entity_id", 1)  # fmt: skip
    yield _columns(home, "ro_detail", oracle.ro_detail(),
                   "repair_orders.ro_detail join core.fct_repair_order as orders using (ro_key)",
                   "orders.source_entity_id", 1, "ro_detail.")  # fmt: skip


def _columns(
    home: Home, name: str, wanted: dict[Any, Any], relation: str, keys: str, count: int, prefix: str = ""
) -> tuple[str, dict[Any, Any], dict[Any, Any]]:
    """The oracle's columns of a relation; each must exist."""
    columns = ", ".join(prefix + column for column in next(iter(wanted.values())))
    found = home.rows(f"select {keys}, {columns} from {relation}", count)
    return name, wanted, found if count > 1 else {key[0]: row for key, row in found.items()}


def assert_oracle(home: Home, world: World, *, pulls: tuple[Any, ...] = ()) -> None:
    oracle = Oracle(
        world.company, world.events, world.as_of, pulls=pulls or (world.as_of,), last_day=world.as_of.date()
    )
    for name, wanted, found in relations(home, oracle):
        assert wanted, f"{name}: the oracle says nothing"
        wrong = compare(wanted, found)
        assert not wrong, f"{name}: {report(wrong)}"


def test_every_planted_break_is_found_with_its_cause_order_and_cents_and_no_other(home: Home, world: World) -> None:
    assert_breaks(home, world)


def test_every_cell_of_every_report_is_the_oracles(home: Home, world: World) -> None:
    assert_oracle(home, world)


@pytest.mark.parametrize("name", sorted(on_read.KEYS))
def test_weeks_and_any_range_on_read_are_the_oracles(home: Home, world: World, name: str) -> None:
    """Weeks that no mart stores, twelve random ranges, each also for one shop, whose total is then its own row."""
    on_read.published(home)
    first, last = _span(home)
    oracle = Oracle(world.company, world.events, world.as_of, pulls=(world.as_of,), last_day=world.as_of.date())
    _same(
        on_read.said(oracle, name, lambda day: max(day - timedelta(days=day.weekday()), first)),
        on_read.asked(home, name, Asked(first, last, grain="week")),
    )
    dice = random.Random(name)
    for _ in range(12):
        begins, ends = sorted(first + timedelta(days=dice.randrange((last - first).days + 1)) for _ in "ab")
        wanted = on_read.said(oracle, name, _within(begins, ends))
        wanted = {key: value for key, value in wanted.items() if key[2] == begins}
        _same(wanted, on_read.asked(home, name, Asked(begins, ends)))
        site = dice.choice([site.id for site in world.company.sites])
        of_site = {key: value for key, value in wanted.items() if key[0] == site}
        found = on_read.asked(home, name, Asked(begins, ends, sites=[site]))
        _same(of_site, {key: value for key, value in found.items() if key[0] == site})
        if name != "call_summary_by_number":  # its total is of all numbers
            total = {(site, *key[1:]): value for key, value in found.items() if key[0] == "ALL"}
            _same(of_site, total)


def _within(begins: date, ends: date) -> Callable[[date], date]:
    return lambda day: begins if begins <= day <= ends else date.min


def _span(home: Home) -> tuple[date, date]:
    with home.connect() as connection:
        row = connection.execute("select min(business_date), max(business_date) from core.dim_site_day").fetchone()
    assert row is not None
    return row


def _same(wanted: on_read.Cells, found: on_read.Cells) -> None:
    """Every cell of the oracle, and no row that it does not have."""
    assert wanted
    wrong = compare(wanted, {key: value for key, value in found.items() if key in wanted})
    assert not wrong, report(wrong)
    assert {key[:3] for key in found} == {key[:3] for key in wanted}


def test_deltas_of_a_days_breaks_sum_to_the_days_delta(home: Home) -> None:
    days = home.rows("select site_key, business_date, delta from finance.recon_sales_payments", 2)
    sums = home.rows("select site_key, business_date, sum(delta) from finance.recon_break group by all", 2)
    assert {day: sums.get(day, 0) for day in days} == days
    assert any(days.values())


@pytest.mark.slow
def test_random_order_of_arrival_ends_as_one_full_rebuild(tmp_path: Path) -> None:
    world = files_world(5, 1, 14, ros_per_day=6, calls_per_day=8, breaks=1)
    arrives_in_random_order(tmp_path, world, builds=4)


def arrives_in_random_order(folder: Path, world: World, builds: int) -> None:
    home = home_of_world(folder, world)
    deliver(home, world, None, world.as_of, drop="stage")
    generations = [
        path.relative_to(folder / "stage") for path in sorted((folder / "stage").glob("*/*")) if path.is_dir()
    ]
    random.Random(world.company.seed).shuffle(generations)
    for number in range(builds):
        for name in generations[number::builds]:
            shutil.copytree(folder / "stage" / name, folder / "drop" / name)
        home.pull(world.as_of + timedelta(minutes=number))
        home.build()
    assert [one.full for one in home.built] == [True] + [False] * (builds - 1)
    assert_breaks(home, world)
    assert_oracle(home, world)
    kept = shutil.copy(folder / "warehouse.duckdb", folder / "incremental.duckdb")
    home.build(full_refresh=True)
    assert differences(Path(kept), folder / "warehouse.duckdb") == []


@pytest.mark.slow
def test_fifty_shops_and_sixty_days_with_breaks_are_the_oracles_in_every_cell(tmp_path: Path) -> None:
    world = files_world(50, 50, 60, ros_per_day=6, calls_per_day=4, breaks=1)
    home = landed_twice(tmp_path, world)
    home.build()
    assert_breaks(home, world)
    assert_oracle(home, world)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12])
def test_twenty_builds_in_random_order_end_as_one_full_rebuild(tmp_path: Path, seed: int) -> None:
    world = files_world(seed, 2, 30, ros_per_day=6, calls_per_day=6, breaks=1)
    arrives_in_random_order(tmp_path, world, builds=20)

"""What must hold between the rows of the reports of calls, sales and tasks whatever the company did: parts add up to the
shop, shops to all, and a figure that two reports have is one figure (C-33)."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from warehouse.homes import files_world

from oracle import (
    after_hours_calls,
    busy_hour_calls,
    conversion,
    extension_summary,
    sales_by_category,
    sales_trackers,
    store_report,
    task_activity,
    tech_sales_tracker,
)
from oracle.figures import ALL
from oracle.oracle import Oracle
from oracle.periods import Key, Rows, day_and_month
from oracle.tracker import SECTIONS

MONEY = "gross_sales net_sales gross_profit gross_profit_vendor gross_profit_printed_literal tire_sales tire_units discounts"
ADDED = {  # what adds up over a report's own keys, and over shops
    extension_summary.extension_summary: "inbound_answered inbound_min outbound_min transfers_in",
    after_hours_calls.after_hours_calls: "after_hours_calls voicemails existing_calls "
    "first_time_calls computed_after_hours",
    conversion.first_call_conversion_metrics: "first_time_callers converted converted_sales missed_first_calls",
    sales_trackers.advisor_sales_tracker: f"{MONEY} ro_count refund_ro_count lof inspections time_hours cards",
    sales_trackers.site_comparison_tracker: f"{MONEY} ro_count cards worked_days total_work_days",
    sales_trackers.avg_daily_sales_advisor: "ros gross_sales gross_profit",
    sales_by_category.sales_by_category: "parts_sales labor_sales sublet_sales category_sales cost gp hours units",
    tech_sales_tracker.tech_sales_tracker: "hours_billed_alloc labor_sales_alloc parts_sales sublet_alloc gross_sales gp "
    "tech_quote tire_sales tire_units lof inspections cards",
    task_activity.advisor_task_activity: "opening created_for completed cancelled reopened closing completed_by_others",
    task_activity.task_site_stats: "opening created completed cancelled reopened closing overdue_closing",
}


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    world = files_world(3, 2, 20, ros_per_day=6, calls_per_day=20, breaks=1, beside=True)
    return Oracle(world.company, world.events, world.as_of, last_day=world.as_of.date())


def rows_of(oracle: Oracle, report: Any) -> Rows:
    found: Rows = report(oracle.told, day_and_month(oracle.world))
    return found


@pytest.mark.parametrize("report", ADDED, ids=lambda report: str(report.__name__))
def test_parts_add_up_to_the_shop_and_shops_to_all(oracle: Oracle, report: Any) -> None:
    rows = rows_of(oracle, report)
    for name in ADDED[report].split():
        assert any(row[name] for row in rows.values()), name
        for key, parts in _parts(rows, name).items():
            gap = abs(sum(parts, Decimal(0)) - rows[key][name])
            assert gap <= (len(parts) * Decimal("0.01") if name.endswith("_min") else 0), (name, key)


def _parts(rows: Rows, name: str) -> dict[Key, list[Any]]:
    """By the key of what they are part of."""
    found: dict[Key, list[Any]] = defaultdict(list)
    for key, row in rows.items():
        blank = (None,) * (len(key) - 3)
        if key[1:-2] != blank:
            found[key[0], *blank, *key[-2:]].append(row[name])
        elif key[0] != ALL:
            found[ALL, *key[1:]].append(row[name])
    return found


def test_the_store_report_says_what_the_reports_say_that_own_its_blocks(oracle: Oracle) -> None:
    rows = rows_of(oracle, store_report.store_report)
    for (site, grain, day), row in oracle.call_summary().items():
        assert {name: rows[site, grain, day][name] for name in row} == row
    for key, row in rows_of(oracle, sales_trackers.avg_daily_sales_site).items():
        assert (rows[key]["ros"], rows[key]["gross_sales"], rows[key]["avg_ro"]) == (
            row["ros"],
            row["gross_sales"],
            row["avg_ro"],
        )


def test_every_tracker_has_the_same_sales(oracle: Oracle) -> None:
    shops = rows_of(oracle, sales_trackers.site_comparison_tracker)
    techs, advisors = (
        rows_of(oracle, one) for one in (tech_sales_tracker.tech_sales_tracker, sales_trackers.advisor_sales_tracker)
    )
    for (site, *period), row in shops.items():
        of_techs, of_advisors = techs[site, None, *period], advisors[site, None, *period]
        for name in ("ro_count", "gross_sales", "tire_sales", "tire_units", "lof", "inspections"):
            assert row[name] == of_techs[name] == of_advisors[name], name
        assert row["gross_profit"] == of_techs["gp"]
        assert row["tracking"] == of_advisors["tracking"]


def test_categories_are_all_parts_labor_and_sublet_of_the_sales(oracle: Oracle) -> None:
    """C-03."""
    rows = rows_of(oracle, sales_by_category.sales_by_category)
    sold = {order.ro_id: order.amounts for order in oracle.world.sales()}
    whole = sum((amounts.sales(part) for amounts in sold.values() for part in SECTIONS), Decimal(0))
    assert sum(row["category_sales"] for key, row in rows.items() if key[0] == ALL and key[-2] == "month") == whole


def test_calls_by_hour_are_all_calls_and_by_weekday_too(oracle: Oracle) -> None:
    rows = rows_of(oracle, busy_hour_calls.busy_hour_calls)
    summary = oracle.call_summary()
    for scope in ("weekday", "all"):
        found: dict[Key, int] = defaultdict(int)
        for (site, weekday, hour, *period), row in rows.items():
            if hour is not None and (weekday is None) == (scope == "all"):
                found[site, *period] += row["calls"]
        assert dict(found) == {key: row["calls"] for key, row in summary.items() if key[0] != ALL}


def test_what_closes_a_day_opens_the_next(oracle: Oracle) -> None:
    """C-20."""
    rows = rows_of(oracle, task_activity.task_site_stats)
    for site in oracle.world.shops:
        days = [rows[site, None, "day", day] for day in oracle.world.days(site)]
        assert [day["closing"] for day in days[:-1]] == [day["opening"] for day in days[1:]]

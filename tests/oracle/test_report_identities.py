"""What must hold between the rows of each report whatever the company did: parts add up to the shop, shops to all, what
is counted distinctly never grows by adding up, and the rows behind a cell are as many as it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from warehouse.homes import files_world

from oracle import (
    appointments,
    audit,
    campaigns,
    customers,
    deferred,
    links,
    messaging,
    penetration,
    ro_summary,
    ro_voids,
    service_writers,
    suppliers,
    visits,
)
from oracle.oracle import Oracle
from oracle.periods import Period, Rows, day_and_month
from oracle.told import Told

Report = Callable[[Told, list[Period]], Rows]
ADDED: dict[Report, str] = {  # what adds up over a report's own keys, and over shops
    service_writers.service_writer_summary: "ros labor_sales non_labor discounts total_ex_tax gross_profit_vendor "
    "dvi_completed deferred_total refund_ros voided_ros",
    visits.make_model: "ros total_ex_tax gross_profit hours_billed",
    visits.new_vs_repeat: "ros total_ex_tax gross_profit",
    ro_summary.ro_summary: "opening_open opened closed_events closed voided reopened closing_open total_ex_tax",
    ro_voids.ro_void_summary: "voided_ros voided_amount voided_after_close with_payments payments_net parts_on_ro",
    suppliers.supplier_spend: "spend lines invoices returns core_credits parts_sales margin",
    deferred.deferred_services_ro: "sold_jobs deferred_jobs saved_jobs deferred_total recovered_jobs",
    audit.user_activity_daily: "events after_close_edits after_hours_events",
    campaigns.campaign_performance: "sent delivered failed unique_clicks attributed_ros attributed_sales cost",
    customers.cross_over_matrix: "cross_ros cross_sales",
    links.short_url: "sends delivered clicks bot_clicks conversions",
    appointments.online_scheduler: "sessions completed bookings cancelled no_show showed booked_hours",
    penetration.market_penetration: "ros total_ex_tax",
    messaging.ro_payment_request_progress: "ros requests requested paid ros_fully_paid",
    messaging.ro_estimate_progress: "ros items_sent approved",
}


@pytest.fixture(scope="module")
def told() -> Told:
    world = files_world(3, 2, 30, ros_per_day=6, calls_per_day=4, breaks=1, beside=True)
    return Oracle(world.company, world.events, world.as_of).told


@pytest.mark.parametrize("report", ADDED, ids=lambda report: getattr(report, "__name__", "progress"))
def test_parts_add_up_to_the_shop_and_shops_to_all(told: Told, report: Report) -> None:
    rows = report(told, day_and_month(told.world))
    assert any(row[name] for row in rows.values() for name in ADDED[report].split())
    for name in ADDED[report].split():
        for key, parts in _parts(rows, name).items():
            assert sum(parts, Decimal(0)) == rows[key][name], (name, key)


def _parts(rows: Rows, name: str) -> dict[tuple[Any, ...], list[Any]]:
    """By the key of what they are part of."""
    found: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for key, row in rows.items():
        own = key[1:-2]
        if any(one is not None for one in own):
            found[key[0], *(None for _ in own), *key[-2:]].append(row[name])
        elif key[0] != "ALL":
            found["ALL", *key[1:]].append(row[name])
    return found


@pytest.mark.parametrize(
    ("report", "count", "flag"),
    [
        (messaging.ro_video_by_user, "ros_video_viewed", "has_video_viewed"),
        (messaging.ro_photo_by_user, "ros_photo_sent", "has_photo_sent"),
        (messaging.ro_media_by_user, "ros_media_made", "has_media_made"),
        (messaging.ro_payment_request_by_user, "ros_paid", "has_request_paid"),
        (messaging.ro_estimate_by_user, "ros_any_approved", "has_item_approved"),
    ],
)
def test_a_cell_counts_the_orders_of_its_drill(told: Told, report: Report, count: str, flag: str) -> None:
    """C-24."""
    drill = messaging.kimoby_ro_drill(told)
    for key, row in report(told, day_and_month(told.world)).items():
        if key[0] == "ALL" or key[1] is None or key[2] != "month":
            continue
        assert sum(one[flag] for one in _behind(told, drill, key)) == row[count]


def _behind(told: Told, drill: dict[tuple[str, str], dict[str, Any]], key: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    site, person, _, month = key
    for (ro_id, who), row in drill.items():
        here = told.world.orders[ro_id].shop.id == site and row["close_business_date"].replace(day=1) == month
        if who == person and here:
            yield row


def test_what_persons_have_together_is_the_total_and_the_surplus(told: Told) -> None:
    """0.6."""
    rows = messaging.ro_video_by_user(told, day_and_month(told.world))
    for key, parts in _parts(rows, "ros").items():
        if key[0] != "ALL":
            assert sum(parts) == rows[key]["ros"] + rows[key]["participant_surplus"]


def test_what_closes_a_day_opens_the_next(told: Told) -> None:
    """C-21."""
    rows = ro_summary.ro_summary(told, day_and_month(told.world))
    for site in told.world.shops:
        days = [rows[site, "day", day] for day in told.world.days(site)]
        assert [day["closing_open"] for day in days[:-1]] == [day["opening_open"] for day in days[1:]]
        standing = [o for o in told.world.orders.values() if o.shop.id == site and o.data["status"] in ro_summary.OPEN]
        assert days[-1]["closing_open"] == len(standing)

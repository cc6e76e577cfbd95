"""The worked example of REPORTS 3E.0 in both families, and what the texts of 3E say beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from oracle import deliveries
from oracle.deliveries import Company, Event, Row, Site
from oracle.figures import ALL
from oracle.labor_shares import largest_remainder
from oracle.options import Options
from oracle.oracle import Oracle
from oracle.periods import Period, day_of, month_of
from oracle.sales_by_category import sales_by_category
from oracle.sales_trackers import (
    advisor_sales_tracker,
    avg_daily_sales_site,
    last_year,
    previous,
    site_comparison_tracker,
)
from oracle.tech_sales_tracker import tech_sales_tracker

JUNE = month_of(date(2026, 6, 1))
DAY_5 = date(2026, 6, 5)  # the fifth of 22 open days


def line(ro: str, number: int, kind: str, net: int, cost: int | None = None, **more: Any) -> Row:
    money = {"gross_amount": Decimal(net), "net_amount": Decimal(net)}
    given = {"cost_amount": None if cost is None else Decimal(cost)}
    return Row({"ro_id": ro, "line_id": f"{ro}{number}", "line_type": kind, **money, **given, **more})


def job(ro: str, name: str, parts: int, labor: int, sold: int, **more: Any) -> Row:
    asked = {"presented_parts": Decimal(parts), "presented_labor": Decimal(labor), "sold_amount": Decimal(sold)}
    return Row({"ro_id": ro, "job_id": name, "decision": "sold", **asked, **more})


def order(ro: str, lines: list[Row], jobs: list[Row], day: date = DAY_5, **more: Any) -> Event:
    at = datetime(2026, 6, 1, 15, tzinfo=UTC)
    own = {"ro_id": ro, "ro_number": ro, "status": "closed", "opened_at": at, "closed_date": day, "advisor_id": "e1"}
    return saved("repair_order", ro, **own, lines=lines, jobs=jobs, **more)


def saved(entity: str, key: str, **data: Any) -> Event:
    return Event(deliveries.BEGIN, "S", entity, "saved", key, Row(data))


def order_a() -> Event:
    lines = [
        line("a", 1, "part", 200, 160, category="TIRE", quantity=Decimal(2), job_id="t"),
        line(
            "a",
            2,
            "labor",
            40,
            12,
            category="TIRE",
            job_id="t",
            hours_billed=Decimal("0.5"),
            technician_ids="x:0.6;y:0.4",
        ),
        line("a", 3, "part", 200, 80, category="BRAKES", quantity=Decimal(1), job_id="b"),
        line("a", 4, "labor", 260, 78, category="BRAKES", job_id="b", hours_billed=Decimal("2.5"), technician_ids="y"),
        line("a", 5, "sublet", 100, 70, job_id="b"),
        line("a", 6, "supply", 25),
        line("a", 7, "tax", 50),
    ]
    return order("a", lines, [job("a", "b", 600, 500, 700, technician_id="y")])


def order_b() -> Event:
    lines = [line("b", 1, "part", 100, 50), line("b", 2, "labor", 200, 60), line("b", 3, "supply", 15)]
    return order("b", [*lines, line("b", 4, "tax", 20)], [job("b", "b", 150, 250, 300)])


def hours() -> list[Event]:
    return [
        saved("site_hours", day, weekday=day, opens="08:00", closes="18:00")
        for day in ("mon", "tue", "wed", "thu", "fri")
    ]


def company(dms: str = "files", events: list[Event] | None = None, last: date = DAY_5, **options: Any) -> Oracle:
    log = [*hours(), *([order_a(), order_b()] if events is None else events)]
    sites = Company((Site("S", dms=dms),), last)
    return Oracle(sites, log, datetime(2026, 6, 30, tzinfo=UTC), options=Options(**options))


PRINTED = {
    "F1": {"gross_sales": "1100.00", "gross_profit_vendor": "630.00", "gross_profit_printed_literal": "1070.00",
           "gp_pct_ex_tires_vendor": "0.453488", "tracking": "4840.00", "close_pct_vendor": "0.733333"},
    "F2": {"gross_sales": "1140.00", "gross_profit_vendor": "590.00", "gross_profit_printed_literal": "1110.00",
           "gp_pct_ex_tires_vendor": "0.433333", "tracking": "5016.00", "close_pct_vendor": "0.760000"},
}  # fmt: skip
EITHER = {"gross_profit": "630.00", "net_sales": "1140.00", "gp_pct_ex_tires": "0.624444", "avg_quote": "750.00",
          "avg_ro": "570.00", "close_pct": "0.666667", "tire_units": "2", "tire_sales": "240", "worked_days": "5.00",
          "total_work_days": "22.00"}  # fmt: skip


@pytest.mark.parametrize(("family", "dms"), [("F1", "rowriter"), ("F2", "files")])
def test_the_tracker_has_the_figures_of_the_worked_example(family: str, dms: str) -> None:
    rows = advisor_sales_tracker(company(dms).told, [JUNE])
    for key in (("S", "e1"), ("S", None), (ALL, None)):
        found = rows[*key, *JUNE.key]
        for name, value in (PRINTED[family] | EITHER).items():
            assert found[name] == Decimal(value), name
        assert (found["formula_family"], found["time_hours"]) == (family, None)


def test_only_what_was_not_sold_is_quoted_when_the_option_says_so() -> None:
    declined = job("b", "c", 100, 100, 0, technician_id=None)
    declined["decision"] = "declined"
    oracle = company(events=[order_a(), order("b", [], [declined])], quote_basis="unsold_only")
    row = advisor_sales_tracker(oracle.told, [JUNE])["S", "e1", *JUNE.key]
    assert row["close_pct_vendor"] == Decimal("4.125000")  # 825 of 200
    assert row["close_pct"] == Decimal("0.538462")  # 700 of 1300


def test_a_technician_has_their_share_and_nobody_has_the_rest() -> None:
    rows = tech_sales_tracker(company().told, [JUNE])
    found = {key[1]: row for key, row in rows.items() if key[0] == "S"}
    assert found["x"]["labor_sales_alloc"] == 24
    assert found["y"]["labor_sales_alloc"] == 276
    assert found["x"]["parts_sales"] == 120
    assert found["y"]["parts_sales"] == 280
    assert found["y"]["sublet_alloc"] == 100
    assert found["-1"]["gross_sales"] == 300
    assert found["-2"]["gross_sales"] == 40
    assert (found["x"]["tire_units"], found["y"]["tire_units"]) == (2, 0)
    assert found["y"]["tech_quote"] == 1100
    assert found["y"]["elr"] == Decimal("102.22")  # 276 in 2.7 hours
    names = (
        "gross_sales",
        "gp",
        "labor_sales_alloc",
        "parts_sales",
        "sublet_alloc",
        "hours_billed_alloc",
        "tire_sales",
    )
    for name in names:
        assert found[None][name] == sum(row[name] for tech, row in found.items() if tech), name
    assert (found[None]["gross_sales"], found[None]["gp"], found[None]["ro_count"]) == (1140, 630, 2)


def test_the_largest_remainder_gets_the_cent_and_ties_go_by_name() -> None:
    assert largest_remainder(Decimal("100.00"), dict.fromkeys("cba", Decimal(1))) == {
        "a": Decimal("33.34"), "b": Decimal("33.33"), "c": Decimal("33.33")}  # fmt: skip
    halves = largest_remainder(Decimal("-0.03"), {"a": Decimal(1), "b": Decimal(1)})
    assert halves == {"a": Decimal("-0.02"), "b": Decimal("-0.01")}


def test_categories_add_up_to_parts_labor_and_sublet() -> None:
    rows = sales_by_category(company().told, [JUNE])
    found = {key[2]: row for key, row in rows.items() if key[:2] == ("S", "e1")}
    sales = {name: row["category_sales"] for name, row in found.items()}
    assert sales == {"TIRE": 240, "BRAKES": 460, "Not Found": 100, "Not Assigned": 300}
    assert found["TIRE"]["share_of_sales"] == Decimal("0.218182")
    assert found["TIRE"]["penetration"] == Decimal("0.5")
    assert found["TIRE"]["other_allocated"] == Decimal("24.00")  # of 110
    assert rows["S", None, None, *JUNE.key]["category_sales"] == 1100


def test_a_day_without_sales_is_in_the_average_and_a_closed_day_with_sales_is_said() -> None:
    sunday = replace_day(order_b(), date(2026, 6, 7))
    oracle = company(events=[order_a(), sunday], last=date(2026, 6, 8))
    rows = avg_daily_sales_site(oracle.told, [JUNE, day_of(date(2026, 6, 7))])
    june, day = rows["S", *JUNE.key], rows["S", "day", date(2026, 6, 7)]
    assert (june["worked_days"], june["avg_daily_sales"]) == (6, 190)
    assert (june["best_day"], june["worst_day"], june["sales_on_closed_day"]) == (825, 0, True)
    assert (day["gross_sales"], day["avg_daily_sales"], day["worst_day"]) == (315, None, 315)


def replace_day(event: Event, day: date) -> Event:
    return replace(event, data=Row({**event.data, "closed_date": day}))


def test_a_row_is_compared_with_as_much_time_before() -> None:
    assert previous(JUNE) == Period("month", date(2026, 5, 1), date(2026, 5, 31))
    assert previous(day_of(date(2026, 3, 1))) == day_of(date(2026, 2, 28))
    quarter = Period("quarter", date(2026, 1, 1), date(2026, 3, 31))
    assert previous(quarter) == Period("quarter", date(2025, 10, 1), date(2025, 12, 31))
    week = Period("week", date(2026, 6, 1), date(2026, 6, 7))
    assert previous(week).first == date(2026, 5, 25)
    assert last_year(month_of(date(2025, 2, 1))).last == date(2024, 2, 29)


def test_the_sales_of_two_days_are_compared_by_their_difference() -> None:
    before = replace_day(order_b(), DAY_5 - timedelta(days=1))
    rows = site_comparison_tracker(company(events=[order_a(), before]).told, [day_of(DAY_5)])
    row = rows["S", "day", DAY_5]
    assert (row["previous_sales"], row["previous_delta"], row["previous_delta_pct"]) == (315, 510, Decimal("1.619048"))
    assert (row["sales_rank"], rows[ALL, "day", DAY_5]["sales_rank"], row["last_year_sales"]) == (1, None, None)

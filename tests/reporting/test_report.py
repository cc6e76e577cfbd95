"""`tieout report`: periods by name, conditions, what a wrong request gets, and what lands in a file.

Keep out: figures of the real reports (tests/warehouse/test_made_up_company.py)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.reports import Asked, ask, behind, catalogue, described
from reporting import files
from reporting.close import ReportError
from reporting.on_read import Request, answer, opened
from reporting.periods import Clock, spans

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
SALES = """
with taken as (
    select site_key, periods.period_start, periods.period_end, orders.advisor, orders.amount
    from "warehouse"."core"."fct_order" as orders
    join "warehouse"."core"."reporting_period_day" as periods on orders.closed = periods.business_date
    where periods.period_grain in ('day', 'month')
    and (site_key, closed) in (select site_key, business_date from "warehouse"."core"."dim_site_day")
)
select coalesce(site_key, -2) as site_key, 'day' as period_grain, period_start, period_end,
    case when site_key is null then 'all' else advisor end as advisor, sum(amount) as amount, count(*) as orders
from taken group by grouping sets ((site_key, period_start, period_end, advisor), (period_start, period_end))
"""
REGIONS = """
with behind as (
    select site_key, region, 'day' as period_grain, periods.period_start, periods.period_end, closed, 1 as orders
    from "warehouse"."core"."fct_order" join "warehouse"."core"."dim_site" using (site_key)
    join "warehouse"."core"."reporting_period_day" as periods on closed = periods.business_date
),
final as (
    select coalesce(case when grouping(site_key) = 0 then site_key end, -2) as site_key, period_grain, period_start,
        period_end, case when grouping(region) = 1 then 'total' when grouping(site_key) = 1 then 'subtotal' else 'detail'
        end as row_type, region, sum(orders)::integer as orders
    from behind
    group by grouping sets ((site_key, region, period_grain, period_start, period_end),
        (region, period_grain, period_start, period_end), (period_grain, period_start, period_end))
)
select * from final
"""
COLUMNS = {
    "site_key": "bigint", "period_grain": "varchar", "period_start": "date", "period_end": "date",
    "advisor": "varchar", "amount": "decimal(14,2)", "orders": "integer",
}  # fmt: skip


BY_REGION = {"site_key": "bigint", "period_grain": "varchar", "period_start": "date", "period_end": "date",
             "row_type": "varchar", "region": "varchar", "orders": "integer"}  # fmt: skip


def definition(name: str, sql: str, columns: Mapping[str, str], **meta: Any) -> str:
    told = [
        {"name": one, "type": type_, "description": f"The {one}.", "label": None}
        | {"additivity": "A" if type_ == "integer" else None}
        | {"unit": "money" if type_.startswith("decimal") else None}
        for one, type_ in columns.items()
    ]
    said = {"name": name, "schema": "sales", "description": "A row.", "meta": meta, "columns": told, "sql": sql}
    return json.dumps(said | {"reads": ["dim_site", "dim_site_day", "fct_order", "reporting_period_day"]})


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """Two shops in March: every day an order of 10.00 by Kim in Chicago, every second day one of -4.00 in Denver."""
    file = tmp_path / "current.duckdb"
    with duckdb.connect(str(file)) as db:
        db.execute("""
            create schema core; create schema sales;
            create table main.published as select '20260401T000000000000Z' as version;
            create table core.dim_site as from (values
                (1, 'chi', 'Midwest', 'America/Chicago', 0), (2, 'den', 'Mountain', 'America/Denver', 0)
            ) as sites (site_key, site, region, iana_tz, day_cutoff_minutes);
            create table core.dim_site_day as select site_key, unnest(range(date '2026-03-01', date '2026-04-01',
                interval 1 day))::date as business_date from core.dim_site;
            create table core.reporting_period_day as
                select 'week' as period_grain, date_trunc('week', business_date)::date as period_start,
                    (date_trunc('week', business_date) + interval 6 day)::date as period_end, business_date
                from core.dim_site_day group by all;
            create table core.cfg_report (site_key bigint, name text, value text);
            create table core.fct_order as
                select 1 as site_key, business_date as closed, 'Kim' as advisor, 10.00::decimal(14, 2) as amount,
                    'customer' as pay_type from core.dim_site_day where site_key = 1
                union all
                select 2, business_date, '=cmd()', -4.00, 'warranty' from core.dim_site_day
                where site_key = 2 and day(business_date) % 2 = 0;
        """)
        plain = "select site_key, closed, advisor, amount from core.fct_order"
        db.execute(f"create table sales.orders as {plain}")
        filters = {"pay_type": {"relation": "core.fct_order", "value": "pay_type", "description": "Who pays."}}
        detail = {"site_key": "bigint", "closed": "date", "advisor": "varchar", "amount": "decimal(14,2)"}
        db.execute("create table main.report (name text, definition text)")
        db.executemany(
            "insert into main.report values (?, ?)",
            [
                ["sales_by_advisor", definition("sales_by_advisor", SALES, COLUMNS, purpose="Who sells.", filters=filters)],
                ["orders", definition("orders", plain.replace("core.", "warehouse.core."), detail, purpose="All.",
                                      day="closed", filters=filters)],
                ["step", definition("step", plain, detail)],
                ["by_region", definition("by_region", REGIONS, BY_REGION, purpose="Where.", computed="on_read",
                                         grain=["site_key", "region", "period_grain", "period_start"])],
            ],
        )  # fmt: skip
    return file


def amounts(snapshot: Path, name: str = "sales_by_advisor", **asked: Any) -> list[tuple[Any, ...]]:
    found = ask(snapshot, name, Asked(**{"first": FIRST, "last": LAST, **asked}))
    return found.rows.select("site", "advisor", "amount").rows()


def test_a_range_is_added_up_for_each_shop_and_for_all(snapshot: Path) -> None:
    assert amounts(snapshot) == [
        ("chi", "Kim", Decimal("310.00")), ("den", "=cmd()", Decimal("-60.00")), ("Total", "all", Decimal("250.00"))
    ]  # fmt: skip
    assert amounts(snapshot, first=date(2026, 3, 4), last=date(2026, 3, 5)) == [
        ("chi", "Kim", Decimal("20.00")), ("den", "=cmd()", Decimal("-4.00")), ("Total", "all", Decimal("16.00"))
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["sales_by_advisor", "by_region"])
def test_one_request_after_another_is_answered_as_each_would_be_alone(snapshot: Path, name: str) -> None:
    month, days, denver = (FIRST, LAST), (date(2026, 3, 4), date(2026, 3, 5)), (date(2026, 3, 9), LAST)
    filters = ["pay_type=warranty"] if name == "sales_by_advisor" else []
    requests = [
        Request(name, {1: month, 2: month}),
        Request(name, {1: days, 2: days}, grain="week", filters=filters),
        Request(name, {2: denver}, options={"date_basis": "opened"}),
    ]
    alone = []
    for request in requests:
        with opened(snapshot) as first:
            alone.append(answer(first, request).rows.rows())
    assert len({str(rows) for rows in alone}) == len(requests)
    with opened(snapshot) as warm:
        for order in permutations(range(len(requests))):
            assert [answer(warm, requests[place]).rows.rows() for place in order] == [alone[place] for place in order]


def test_shops_and_regions_narrow_the_total_too(snapshot: Path) -> None:
    wanted = [("den", "=cmd()", Decimal("-60.00")), ("Total", "all", Decimal("-60.00"))]
    assert amounts(snapshot, sites=["den"]) == wanted
    assert amounts(snapshot, regions=["Mountain"]) == wanted


def test_rows_of_no_day_are_of_the_shops_that_are_asked_for(snapshot: Path) -> None:
    sql = "select distinct site_key, advisor from warehouse.core.fct_order"
    advisors = definition("advisors", sql, {"site_key": "bigint", "advisor": "varchar"}, purpose="Who.", computed="on_read")
    with duckdb.connect(str(snapshot)) as db:
        db.execute("insert into main.report values ('advisors', ?)", [advisors])
    for sites, wanted in {("chi",): ["Kim"], ("den",): ["=cmd()"], (): ["Kim", "=cmd()"]}.items():
        found = ask(snapshot, "advisors", Asked(FIRST, LAST, sites=sites))
        assert found.rows["advisor"].to_list() == wanted


def test_a_filter_narrows_what_a_total_is_made_of_and_a_column_only_the_rows_shown(snapshot: Path) -> None:
    assert amounts(snapshot, filters=["pay_type=warranty"]) == [
        ("den", "=cmd()", Decimal("-60.00")), ("Total", "all", Decimal("-60.00"))
    ]  # fmt: skip
    assert amounts(snapshot, filters=["advisor~ALL"]) == [("Total", "all", Decimal("250.00"))]
    assert amounts(snapshot, "orders", filters=["amount<0", "pay_type!=customer"], last=date(2026, 3, 3)) == [
        ("den", "=cmd()", Decimal("-4.00"))
    ]


def test_weeks_end_where_the_days_that_are_asked_for_end(snapshot: Path) -> None:
    found = ask(snapshot, "sales_by_advisor", Asked(date(2026, 3, 4), date(2026, 3, 10), grain="week", sites=["chi"]))
    weeks = found.rows.filter(pl.col("site") == "chi").select("period_grain", "period_start", "period_end", "orders")
    assert weeks.rows() == [
        ("week", date(2026, 3, 4), date(2026, 3, 8), 5), ("week", date(2026, 3, 9), date(2026, 3, 10), 2)
    ]  # fmt: skip


def test_a_day_begins_when_it_begins_in_the_shop(snapshot: Path) -> None:
    """At 05:30 UTC on the 11th it is the 11th in Chicago and still the 10th in Denver: two orders, one of each."""
    now = datetime(2026, 3, 11, 5, 30, tzinfo=UTC)
    found = ask(snapshot, "sales_by_advisor", Asked(period="today"), now)
    assert found.rows.select("site", "orders").rows() == [("chi", 1), ("den", 1), ("Total", 2)]
    rows = ask(snapshot, "orders", Asked(period="today"), now).rows.select("site", "closed").rows()
    assert rows == [("chi", date(2026, 3, 11)), ("den", date(2026, 3, 10))]


WRONG = [
    ("ordres", {}, "no report 'ordres'; did you mean 'orders'?"),
    ("step", {}, "no report 'step'"),
    ("orders", {"grain": "week"}, "leave --grain out"),
    ("orders", {"sites": ["bos"]}, "--site: there is no 'bos'"),
    ("orders", {"sites": ["chi"], "regions": ["Mountain"]}, "no shop is both"),
    ("orders", {"last": None}, "say --from and --to"),
    ("orders", {"period": "today"}, "exclude each other"),
    ("orders", {"first": LAST, "last": FIRST}, "is after --to"),
    ("orders", {"first": date(2020, 1, 1), "last": date(2020, 1, 2)}, "published from 2026-03-01 to 2026-03-31"),
    ("orders", {"filters": ["advisor"]}, "write a name, one of"),
    (
        "orders",
        {"filters": ["adviser=Kim"]},
        "orders has no 'adviser'; it has: advisor, amount, closed, pay_type, site",
    ),
    ("orders", {"filters": ["advisor>Kim"]}, "is text; compare it with"),
    ("orders", {"filters": ["amount>ten"]}, "'ten' is no decimal(14,2)"),
]


@pytest.mark.parametrize(("name", "asked", "said"), WRONG, ids=[said for *_, said in WRONG])
def test_a_wrong_request_is_told_what_there_is(snapshot: Path, name: str, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ReportError) as error:
        amounts(snapshot, name, **asked)
    assert said in str(error.value)


def test_an_unknown_period_and_a_snapshot_without_reports_are_told(snapshot: Path, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no period 'last_moon'; there are: today"):
        ask(snapshot, "orders", Asked(period="last_moon"))
    with pytest.raises(ReportError, match="nothing is published yet"):
        catalogue(tmp_path / "none.duckdb")
    with duckdb.connect(str(tmp_path / "old.duckdb")) as db:
        db.execute("create table published as select 'x' as version")
    with pytest.raises(ReportError, match="tieout build --full-refresh"):
        catalogue(tmp_path / "old.duckdb")


def test_the_catalogue_has_reports_with_a_purpose_and_says_what_each_column_means(snapshot: Path) -> None:
    assert sorted(catalogue(snapshot)) == ["by_region", "orders", "sales_by_advisor"]
    assert [column.label for column in described(snapshot, "orders").columns] == ["Site", "Closed", "Advisor", "Amount"]


@pytest.mark.parametrize(
    ("row", "orders"), [(["site=chi"], 31), (["region=Mountain", "row_type=subtotal"], 15), (["row_type=total"], 46)]
)
def test_a_drill_shows_the_rows_of_its_shop_its_region_or_all(snapshot: Path, row: list[str], orders: int) -> None:
    cell = behind(snapshot, "by_region", Asked(FIRST, LAST), row, "orders")
    assert (cell.value, cell.recomputed(), cell.behind.rows.height) == (orders, orders, orders)


def test_a_quote_in_a_condition_is_a_value(snapshot: Path) -> None:
    assert amounts(snapshot, "orders", filters=["pay_type=' or '1'='1"]) == []
    assert amounts(snapshot, "orders", filters=["advisor=' or '1'='1"]) == []


def test_no_value_is_a_formula_in_a_file_and_numbers_are_numbers(snapshot: Path, tmp_path: Path) -> None:
    found = ask(snapshot, "orders", Asked(FIRST, date(2026, 3, 2), sites=["den"]))
    head, row = list(csv.reader(io.StringIO(files.text(found, "csv"))))
    assert (head, row) == (["Site", "Closed", "Advisor", "Amount"], ["den", "2026-03-02", "'=cmd()", "-4.00"])
    book = tmp_path / "orders.xlsx"
    files.write(found, "xlsx", book)
    with zipfile.ZipFile(book) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=cmd()" in sheet
    assert "<v>-4.00</v>" in sheet
    assert "<v>46083</v>" in sheet  # 2026-03-02 in days since 1899-12-30


def test_json_has_money_as_text_and_parquet_has_types(snapshot: Path, tmp_path: Path) -> None:
    found = ask(snapshot, "orders", Asked(FIRST, date(2026, 3, 2), sites=["den"]))
    assert json.loads(files.text(found, "json"))["rows"] == [
        {"site": "den", "closed": "2026-03-02", "advisor": "=cmd()", "amount": "-4.00"}
    ]
    files.write(found, "parquet", tmp_path / "orders.parquet")
    assert pl.read_parquet(tmp_path / "orders.parquet")["amount"].to_list() == [Decimal("-4.00")]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 6))
def test_periods_by_name_follow_each_other_without_gap(today: date, week_starts_on: int) -> None:
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)

    def span(period: str) -> tuple[date, date]:
        return spans({1: Clock("UTC", 0)}, period, noon, week_starts_on)[1]

    for grain in ("week", "month", "quarter", "year"):
        first, last = span(f"this_{grain}")
        assert first <= today <= last
        assert span(f"last_{grain}")[1] == first - timedelta(days=1)
        begins = {"week": first.weekday() == week_starts_on, "year": (first.month, first.day) == (1, 1)}
        assert begins.get(grain, first.day == 1)
        assert (last + timedelta(days=1)).day == 1 or grain == "week"
    assert span("last_7_days") == (today - timedelta(days=6), today)
    assert (span("this_quarter")[0].month - 1) % 3 == 0


def test_a_business_day_ends_at_its_cut_off() -> None:
    clock = Clock("America/Chicago", 4 * 60)
    assert clock.today(datetime(2026, 3, 8, 9, 30, tzinfo=UTC)) == date(2026, 3, 8)  # 04:30 in summer time
    assert clock.today(datetime(2026, 3, 8, 8, 30, tzinfo=UTC)) == date(2026, 3, 7)  # 03:30: the hour after the gap

"""A company of two shops with canonical files, and a build that is not dbt, to try the command line on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.config import Config
from orchestration.warehouse import BuildResult

SETTINGS = """
company: {name: Two Shops}
sites:
  chi: {name: Chicago, timezone: America/Chicago}
  den: {name: Denver, timezone: America/Denver}
connections:
  chi_files: {kind: files, path: chi, sites: {"CHI": chi}}
  den_files: {kind: files, path: den, sites: {"DEN": den}}
"""

TENDERS = """tender_id,site,kind,method,amount,business_date,updated_at
T1,{site},final,cash,10.00,2026-03-10,2026-03-10T18:00:00Z
T2,{site},final,{method},20.00,2026-03-10,2026-03-10T18:00:00Z
"""

MARTS = """
create schema if not exists core; create schema if not exists finance; create schema if not exists sales;
create table if not exists core.build (build_id text, opened_ts timestamptz, closed_ts timestamptz);
create or replace table core.dim_site as
    select *, 'West' as region, 'America/' || name as iana_tz, 0 as day_cutoff_minutes
    from (values (1, 'chi', 'Chicago'), (2, 'den', 'Denver')) as sites (site_key, site, name);
create or replace table core.dim_site_day as select site_key, date '2026-03-10' as business_date from core.dim_site;
create or replace table core.reporting_period_day as
    select 'day' as period_grain, business_date as period_start, business_date as period_end, business_date
    from core.dim_site_day limit 1;
create or replace table core.cfg_report as select null::bigint as site_key, '' as name, '' as value where false;
create or replace table core.dim_source_connection as select 1 as source_connection_key, 'chi_files' as connection;
create or replace table core.fct_repair_order as select uuid() as ro_key, '1001' as ro_number, -1 as site_key,
    1 as source_connection_key, date '2026-03-10' as close_business_date, true as is_sale,
    50.00::decimal(14, 2) as grand_total where false;
create or replace table core.fct_tender as select uuid() as tender_key, 'T1' as source_entity_id, -1 as site_key,
    1 as source_connection_key, date '2026-03-10' as business_date, 'final' as kind, 50.00::decimal(14, 2) as amount,
    false as is_void, false as is_deleted_at_source, null::uuid as ro_key where false;
create or replace table sales.sales_summary as select 1 as site_key, 'day' as period_grain,
    date '2026-03-10' as period_start, 'v1.31' as report_version, '' as breakout_group, 'sales' as section,
    'total' as row_code, 'total' as column_code, 30.00::decimal(18, 6) as value;
create or replace table finance.recon_sales_payments as
    select site_key, date '2026-03-10' as business_date,
        30.00::decimal(14, 2) as total_sales_and_other,
        (30 + delta)::decimal(14, 2) as payments_total, delta, 0.00::decimal(14, 2) as unexplained,
        'tied' as status, 30.00::decimal(14, 2) as total_sales, nil as total_other_sales, nil as charged,
        nil as ar_pay, nil as advance_pay, nil as previous_advance_pay, nil as store_credit_used,
        (30 + delta)::decimal(14, 2) as total_pay, delta as i2_diff, delta as i3_diff
    from (values (1, 0.00::decimal(14, 2)), (2, -6.00::decimal(14, 2))) as days (site_key, delta),
        (values (0.00::decimal(14, 2))) as nothing (nil);
create or replace table finance.close_calendar as
    select site_key, business_date, case when delta = 0 then 'tied' else 'broken' end as status,
        case when delta = 0 then 'tied' else 'explained' end as tie_status, delta, unexplained,
        0 as open_breaks, 0 as blocking_exceptions, null::text as signed_by
    from finance.recon_sales_payments;
create or replace table finance.recon_break as
    select 2 as site_key, date '2026-03-10' as business_date, uuid() as tie_key, null::uuid as tender_key,
        'R13' as cause_code, 'closed under-tendered' as cause_text,
        'certain' as confidence,
        -6.00::decimal(14, 2) as delta, 6.00::decimal(14, 2) as amount_at_risk, '{}'::json as evidence;
"""

CALENDAR = "site_key business_date status tie_status delta unexplained open_breaks blocking_exceptions signed_by"
REPORT = {
    "name": "close_calendar", "schema": "finance", "description": "", "reads": [], "sql": "",
    "meta": {"purpose": "Where days stand.", "day": "business_date"},
    "columns": [
        {"name": name, "type": "varchar", "description": "", "label": name, "unit": None, "additivity": None}
        for name in CALENDAR.split()
    ],
}  # fmt: skip


def deliver(folder: Path, site: str, method: str = "check", name: str = "g1") -> None:
    """A complete delivery of two payments; one of them with this method."""
    delivery = folder / name
    delivery.mkdir(parents=True)
    (delivery / "tender.csv").write_text(TENDERS.format(site=site, method=method), encoding="utf-8")
    (delivery / "_READY").write_text("tender.csv,2\n", encoding="utf-8")


class FakeBuild:
    """Stands in for dbt: notes what it was asked, and leaves the marts that the command line reads."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.failures: list[str] = []
        self.nothing_new = False

    def __call__(self, config: Config, full_refresh: bool = False, progress: object = None) -> BuildResult:
        self.asked.append(full_refresh)
        build_id = f"b{len(self.asked)}"
        if self.nothing_new and not full_refresh:
            return BuildResult(build_id, False, "", nothing_new=True)
        with duckdb.connect(str(config.home / "warehouse.duckdb")) as connection:
            connection.execute(MARTS)
            now = datetime.now(UTC)
            closed = None if self.failures else now
            connection.execute("insert into core.build values (?, ?, ?)", [build_id, now, closed])
        reports = config.home / "dbt" / "reports.json"
        reports.parent.mkdir(exist_ok=True)
        reports.write_text(json.dumps([REPORT]), encoding="utf-8")
        full = full_refresh or len(self.asked) == 1
        return BuildResult(build_id, full, "", False, 3, [], list(self.failures))

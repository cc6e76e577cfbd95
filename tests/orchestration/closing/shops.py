"""A home of two shops as publishing leaves it, small enough to be made in each test: what signing looks at, by hand.

Keep out: dbt, real figures (tests/warehouse)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from connectors.landing import manifest
from connectors.landing.manifest import Manifest
from orchestration import config as settings
from orchestration.closing import exceptions, months, published, signing
from orchestration.closing.pulled import Coverage
from orchestration.closing.signing import Answer, Pen

SETTINGS = """
company: {name: Two Shops}
sites:
  chi: {name: Chicago, timezone: America/Chicago, day_cutoff: "02:00"}
  den: {name: Denver, timezone: America/Denver}
connections:
  chi_dms: {kind: files, path: chi, sites: {"S1": chi}}
  den_dms: {kind: files, path: den, sites: {"S2": den}}
  old_dms: {kind: files, path: old, sites: {"S3": den}, retired: true}
  den_phone: {kind: files, path: phone, sites: {"S2": {site: den, from: 2026-03-09}}}
"""
KEYS = {"chi": 7, "den": 8}
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 12)  # published days
DAY = date(2026, 3, 10)
VERSION = "20260313T100000000000Z"
PULLED = datetime(2026, 3, 13, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)
RO = "11111111-1111-1111-1111-111111111111"
OTHER = "22222222-2222-2222-2222-222222222222"

TABLES = """
create schema core; create schema finance; create schema sales;
create table core.dim_site (site_key bigint, site text, name text, region text, iana_tz text, day_cutoff_minutes int);
insert into core.dim_site values (7, 'chi', 'Chicago', null, 'America/Chicago', 120),
    (8, 'den', 'Denver', null, 'America/Denver', 0), (-2, null, 'All sites', null, 'UTC', 0);
create table core.dim_source_connection (source_connection_key bigint, connection text);
create table core.cfg_report (site_key bigint, name text, value text);
create table core.build (build_id text, opened_ts timestamptz, closed_ts timestamptz);
insert into core.build values ('b1', '2026-03-13 09:30:00Z', '2026-03-13 09:40:00Z');
create table core.build_pull (build_id text, connection text, pull_id text);
create table core.fct_repair_order (ro_key uuid, ro_number text, site_key bigint, source_connection_key bigint,
    close_business_date date, is_sale boolean, grand_total decimal(14, 2));
create table core.fct_tender (tender_key uuid, source_entity_id text, site_key bigint, source_connection_key bigint,
    business_date date, kind text, amount decimal(14, 2), is_void boolean, is_deleted_at_source boolean, ro_key uuid);
create table core.reporting_period_day (period_grain text, period_start date, period_end date, business_date date);
create table sales.sales_summary (site_key bigint, period_grain text, period_start date, report_version text,
    breakout_group text, section text, row_code text, column_code text, value decimal(18, 6));
create table finance.recon_sales_payments as
    select site_key, day::date as business_date, amount as total_sales_and_other, amount as payments_total,
        0::decimal(14, 2) as delta, 0::decimal(14, 2) as unexplained, 'tied' as status, amount as total_sales,
        amount as total_pay, nil as total_other_sales, nil as charged, nil as ar_pay, nil as advance_pay,
        nil as previous_advance_pay, nil as store_credit_used, nil as i2_diff, nil as i3_diff
    from (values (7), (8)) as sites (site_key),
        generate_series(date '2026-03-01', date '2026-03-12', interval 1 day) as days (day),
        lateral (select (case when isodow(day) = 7 then 0 else 100 + site_key end)::decimal(14, 2) as amount,
            0::decimal(14, 2) as nil);
create table core.dim_site_day as select site_key, business_date from finance.recon_sales_payments;
create table finance.recon_break (site_key bigint, business_date date, tie_key uuid, tender_key uuid, cause_code text,
    cause_text text, confidence text, delta decimal(14, 2), amount_at_risk decimal(14, 2), evidence json, pair_id uuid);
create table finance.ctl_exception (control_id text, site_key bigint, business_date date, drill_key text,
    document text, aspect text, diff decimal(18, 4), severity text, said text);
create table main.published as select '20260313T100000000000Z' as version;
create table main.report (name text, definition text);
"""
EXCEPTION = {
    "name": "ctl_exception", "schema": "finance", "description": "", "reads": [], "sql": "",
    "meta": {"purpose": "What controls object to.", "day": "business_date"},
    "columns": [
        {"name": name, "type": kind, "description": "", "label": None}
        for name, kind in {
            "control_id": "varchar", "site_key": "bigint", "business_date": "date", "drill_key": "varchar",
            "document": "varchar", "aspect": "varchar", "diff": "decimal(18,4)", "severity": "varchar",
            "said": "varchar",
        }.items()
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Shops:
    """The home, and how a person of it signs."""

    home: Path
    now: datetime = NOW
    anchored: list[str] = field(default_factory=list)

    @property
    def snapshot(self) -> Path:
        return self.home / "published" / "current.duckdb"

    def sql(self, *statements: str) -> None:
        """Publishes something else."""
        with duckdb.connect(str(self.snapshot)) as connection:
            for statement in statements:
                connection.execute(statement)

    def object(self, control: str = "C-11", document: str = "RO 10456", key: str = RO, *, site: str = "chi",
               day: date = DAY, severity: str = "B", aspect: str = "tenders") -> None:  # fmt: skip
        """A control objects to a document of a day."""
        self.sql(f"insert into finance.ctl_exception values ('{control}', {KEYS[site]}, '{day}', '{key}', "
                 f"'{document}', '{aspect}', 12.5, '{severity}', 'A void order holds money.')")  # fmt: skip

    def broken(self, cause: str = "UNEXPLAINED", number: str = "10456", key: str = RO, *, site: str = "chi",
               day: date = DAY, pair: str | None = None) -> None:  # fmt: skip
        """A break of a day."""
        shown = f"'{pair}'" if pair else "null"
        self.sql(
            f"insert into core.fct_repair_order values ('{key}', '{number}', {KEYS[site]}, 1, '{day}', true, 50)",
            f"insert into finance.recon_break values ({KEYS[site]}, '{day}', '{key}', null, '{cause}', "
            f"'nobody knows why', 'guess', -6, 6, '{{}}', {shown})",
        )

    def pen(self, by: str = "Ann Lee", reason: str = "counted", step: Callable[[str], None] = lambda _: None) -> Pen:
        return Pen(self.home, *signing.said(by, reason, "sign"), self._anchor, lambda: self.now, step)

    def _anchor(self, head: str) -> str:
        self.anchored.append(head)
        return ""

    def facts(self, sites: Sequence[str], first: date, last: date) -> tuple[published.Facts, Coverage]:
        found = published.facts(self.snapshot, sites, first, last, judged=True)
        return found, Coverage(settings.load(None, self.home), found.taken)

    def sign(self, site: str = "chi", day: date = DAY, *accept: str, pen: Pen | None = None,
             store: signing.Store | None = None, **who: Any) -> Answer:  # fmt: skip
        """One day."""
        facts, coverage = self.facts([site], day, day)
        accepts = [exceptions.accept(text) for text in accept]
        (found,) = signing.sign(pen or self.pen(**who), facts, coverage, [(site, day)], accepts, store or stored)
        return found

    def reopen(self, site: str = "chi", day: date = DAY, by: str = "Bo Chen", reason: str = "a late invoice") -> Answer:
        (found,) = signing.reopen(self.pen(by, reason), [(site, day)])
        return found

    def sign_month(self, site: str = "chi", month: str = "2026-02", by: str = "Ann Lee") -> Answer:
        facts, coverage = self.facts([site], *months.span(month))
        (found,) = months.sign(self.pen(by), facts, coverage, [site], month)
        return found

    def reopen_month(self, site: str = "chi", month: str = "2026-02", by: str = "Bo Chen") -> Answer:
        (found,) = months.reopen(self.pen(by), [site], month)
        return found

    def journal(self) -> Path:
        return self.home / "close" / "journal.jsonl"


def stored(snapshot: Path, folder: Path, site_key: int, day: date) -> dict[str, str]:
    """What a signed day stores, here: its recon line, and a small file of facts."""
    (folder / "facts.parquet").write_text(f"facts of {site_key} on {day}", encoding="utf-8")
    line = f"select * from finance.recon_sales_payments where site_key = {site_key} and business_date = '{day}'"
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        connection.execute(f"copy ({line}) to '{folder / signing.RECON}' (format parquet)")
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def make(home: Path) -> Shops:
    """Everything is pulled and published, every day ties, nobody has signed."""
    (home / "published").mkdir(parents=True)
    (home / "tieout.yml").write_text(SETTINGS, encoding="utf-8")
    shops = Shops(home)
    shops.sql(TABLES)
    with duckdb.connect(str(shops.snapshot)) as connection:
        connection.execute("insert into main.report values (?, ?)", [EXCEPTION["name"], json.dumps(EXCEPTION)])
    for name in ("chi_dms", "den_dms", "den_phone"):
        pull(shops, name)
    return shops


def pull(
    shops: Shops, connection: str, until: datetime = PULLED, *, landed: bool = True, seen: bool = True,
    since: Mapping[str, str | None] | None = None, failed: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """A committed pull, `seen` by the published build."""
    said = Manifest(
        kind="files", connection=connection, pull_id=manifest.pull_id(connection, until), pulled_at=until.isoformat(),
        window={"since": None, "until": until.isoformat()}, since=dict(since or {"*": until.isoformat()}), cursor={},
        status="partial" if failed else "complete", failed=dict(failed or {}),
        files={"tender": {"rows": 1}} if landed else {},
    )  # fmt: skip
    (shops.home / "landing" / connection / said.pull_id).mkdir(parents=True)
    manifest.write(shops.home, said)
    if seen:
        shops.sql(f"insert into core.build_pull values ('b1', '{connection}', '{said.pull_id}')")


def month_of_days(shops: Shops, first: date, last: date) -> None:
    """Publishes these days too, each with business."""
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    for key in KEYS.values():
        for day in days:
            shops.sql(
                f"insert into finance.recon_sales_payments select * replace ({key} as site_key, '{day}' as business_date, "
                "10 as total_sales_and_other, 10 as payments_total) from finance.recon_sales_payments limit 1"
            )
            shops.sql(f"insert into core.dim_site_day values ({key}, '{day}')")

"""Counts the rows that a build writes into each stored relation, and says from the landed files how many it may.

A row that is deleted and inserted again, equal, counts twice: the statements are counted, not the differences.
Keep out: which builds are looked at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper

from orchestration.layers import MARTS

Rows = Counter[tuple[str, str]]  # (relation, insert or delete) -> rows
CHANGE = re.compile(
    r'\b(insert into|delete from|update|create (?:or replace )?table)\s+"?warehouse"?\."?(\w+)"?\."?(\w+)', re.I
)
STORED = MARTS


@contextmanager
def counted() -> Iterator[Rows]:
    rows: Rows = Counter()
    plain = DuckDBCursorWrapper.execute

    def execute(cursor: Any, sql: str, bindings: Any = None) -> Any:
        if bindings is not None or not CHANGE.search(sql):
            return plain(cursor, sql, bindings)
        for statement in duckdb.extract_statements(sql):
            _count(rows, plain(cursor, statement), statement.query)
        return cursor

    with mock.patch.object(DuckDBCursorWrapper, "execute", execute):
        yield rows


def _count(rows: Rows, result: Any, sql: str) -> None:
    found = CHANGE.search(sql)
    if found and found[2] in STORED:
        verb = "delete" if found[1].lower() == "delete from" else "insert"
        rows[f"{found[2]}.{found[3]}", verb] += result.fetchall()[0][0]


# relation -> the set whose rows a build may write, and the relation's columns for the set's keys
BY_SET: dict[str, dict[str, str]] = {
    "orders": {
        "core.fct_repair_order": "ro_key", "core.fct_repair_order_superseded": "ro_key", "core.fct_ro_line": "ro_key",
        "core.fct_ro_line_superseded": "ro_key", "core.fct_ro_line_tech": "ro_key", "core.fct_ro_job": "ro_key",
        "core.fct_ro_tax": "ro_key",
    },
    "tied": {"finance.tie_component": "tie_key", "repair_orders.ro_detail": "ro_key"},
    "tenders": {"core.fct_tender": "tender_key", "core.fct_tender_superseded": "tender_key"},
    "calls": {"core.fct_call": "call_key"},
    "members": {"core.identity_value": "member_key"},
    "days": {
        f"{schema}.{name}": "site_key, business_date"
        for schema, names in {
            "finance": ("tie_payment", "tie_risk", "tie_gap", "recon_sales_payments", "recon_break"),
            "sales": ("sales_breakout_day", "sales_summary_wide"),
        }.items()
        for name in names
    },
    "periods": {"sales.sales_summary": "site_key, period_grain, period_start"},
    "call_periods": {
        "calls.call_summary": "site_key, period_grain, period_start",
        "calls.call_summary_by_number": "site_key, period_grain, period_start",
    },
}  # fmt: skip
# relation -> the landed table of which each key is one row
LANDED = {
    "core.dim_customer": "customer", "core.dim_employee": "employee", "core.dim_vehicle": "vehicle",
    "core.dim_phone_number": "phone_number", "core.dim_site_hours": "site_hours", "core.fct_call_leg": "call_leg",
    "core.fct_call_step": "call_step", "core.dim_extension": "extension",
    "core.fct_ro_status_event": "ro_status_event", "core.fct_source_control_total": "control_total",
    "core.fct_dvi": "inspection", "core.fct_ar_entry": "ar_entry",
    "core.fct_call_score": "call_score", "core.fct_task": "task",
    "core.fct_task_event": "task_event", "core.fct_message": "message",
    "core.fct_media": "media", "core.fct_media_event": "media_event",
    "core.fct_payment_request": "payment_request", "core.fct_estimate": "estimate",
    "core.fct_estimate_item": "estimate_item", "core.bridge_ro_participant": "ro_participant",
    "core.dim_campaign": "campaign", "core.fct_campaign_touch": "campaign_touch",
    "core.dim_link": "link", "core.fct_link_click": "link_click",
    "core.fct_appointment": "appointment", "core.fct_appointment_event": "appointment_event",
    "core.fct_scheduler_session": "scheduler_session", "core.fct_processor_txn": "processor_txn",
    "core.fct_payout": "payout", "core.fct_cash_count": "cash_count",
    "core.fct_purchase_line": "purchase_line", "core.fct_time_card": "time_card",
    "core.fct_audit_event": "audit_event", "core.dim_postal_area": "postal_area",
    "core.fct_opening_balance": "opening_balance",
}  # fmt: skip
# computed whole in every build: only rows that differ may be written
DIFFERING = {
    f"core.{name}"
    for name in (
        "bridge_site_source", "cfg_account", "cfg_phone_ignore", "cfg_report", "dim_site_month", "dim_breakout_group", "dim_call_node", "dim_labor_op", "dim_part",
        "dim_site", "dim_site_day", "dim_source_connection", "dim_supplier", "dim_task_type", "dim_tender_method",
        "dim_void_reason", "fct_pull", "identity_member", "quarantine", "reporting_period_day", "source_capability",
    )
}  # fmt: skip

PERIODS = """with own as (
        select site_key, grain, date_trunc(grain, business_date)::date as period_start
        from those_days cross join (values ('day'), ('month')) as grains (grain) where business_date is not null
    )
    from own union select -2, grain, period_start from own"""
# What is touched, from the landed keys (`landed_<table>`) and the facts as they stood and stand: {any} is each of them.
SETS = {
    "orders": """select _key as ro_key from landed_repair_order
        union select ro_key from {any}.core.fct_ro_status_event
        where ro_status_event_key in (select _key from landed_ro_status_event)""",
    "tenders": """select _key as tender_key from landed_tender
        union select tender_key from {any}.core.fct_tender where document_key in (from orders)""",
    "customers": """select distinct customer_key from (
        select customer_key, first_name, last_name, company_name, customer_type, is_tax_exempt, count(*) as times
        from (from old.core.dim_customer union all from new.core.dim_customer) group by all) where times = 1""",
    "directly": """from orders
        union select coalesce(ro_key, tender_key) from {any}.core.fct_tender where tender_key in (from tenders)
        union select applied_to_ro_key from {any}.core.fct_tender
        where tender_key in (from tenders) and applied_to_ro_key is not null
        union select ro_key from {any}.core.fct_repair_order where customer_key in (from customers)""",
    "tied": """from directly
        union select other.ro_key from {any}.core.fct_repair_order as other
        join {any}.core.fct_repair_order as one using (site_key, ro_number) where one.ro_key in (from directly)""",
    "gained": """select site_key, business_date from new.core.dim_site_day
        anti join old.core.dim_site_day using (site_key, business_date)""",
    "days": """from gained
        union select site_key, close_business_date from {any}.core.fct_repair_order where ro_key in (from tied)
        union select site_key, void_business_date from {any}.core.fct_repair_order where ro_key in (from tied)
        union select site_key, business_date from {any}.core.fct_tender
        where coalesce(ro_key, tender_key) in (from tied) or applied_to_ro_key in (from tied)
        union select site_key, business_date from {any}.core.fct_source_control_total
        where control_total_key in (select _key from landed_control_total)""",
    "calls": "select _key as call_key from landed_call",
    "members": """with cards as (
            select 'customer' as subject, customer_key as member_key, null as owner_key, * from {any}.core.dim_customer
            union all by name
            select 'vehicle' as subject, vehicle_key as member_key, customer_key as owner_key, *
            from {any}.core.dim_vehicle
            union all by name
            select 'employee' as subject, employee_key as member_key, null as owner_key, * from {any}.core.dim_employee
        ), arrived as (
            select member_key, owner_key from cards join {any}.core.dim_source_connection using (source_connection_key)
            where md5(connection || chr(31) || source_entity_id)::uuid in
            (from landed_customer union all from landed_vehicle union all from landed_employee)
        ) select member_key from arrived union select owner_key from arrived where owner_key is not null""",
    "call_days": """from gained
        union select site_key, start_business_date from {any}.core.fct_call where call_key in (from calls)""",
    "periods": PERIODS.replace("those_days", "days"),
    "call_periods": PERIODS.replace("those_days", "call_days"),
}


def allowed(home: Path, states: Sequence[Path], pulls: set[str]) -> Rows:
    """Rows that the build of these pulls may write. `states`: the warehouse as it stood before, and stands now."""
    with duckdb.connect() as connection:
        names = ["old", *(f"half{number}" for number in range(len(states) - 2)), "new"]
        for name, state in zip(names, states, strict=True):
            connection.execute(f"attach '{state}' as {name} (read_only)")
        _landed(connection, home, pulls)
        for name, sql in SETS.items():
            _collect(connection, name, sql, names)
        return _bounds(connection, names)


def _landed(connection: duckdb.DuckDBPyConnection, home: Path, pulls: set[str]) -> None:
    for table in [*LANDED.values(), "repair_order", "tender", "call"]:
        files = [str(file) for pull in pulls for file in home.glob(f"landing/*/{pull}/{table}.parquet")]
        rows = f"select distinct _key from read_parquet({files})" if files else "select null::uuid as _key limit 0"
        connection.execute(f"create table landed_{table} as {rows}")


def _collect(connection: duckdb.DuckDBPyConnection, name: str, sql: str, states: Sequence[str]) -> None:
    connection.execute(f"create table {name} as {' union '.join(f'({sql.format(any=state)})' for state in states)}")


def _bounds(connection: duckdb.DuckDBPyConnection, states: Sequence[str]) -> Rows:
    """Deleted may be what stood in the last state before, inserted what stands now."""
    rows: Rows = Counter()
    sides = (("delete", states[-2], states[-1]), ("insert", states[-1], states[-2]))
    for verb, here, there in sides:
        for chosen, relations in BY_SET.items():
            for relation, columns in relations.items():
                rows[relation, verb] = _number(connection, f"{here}.{relation} where ({columns}) in (from {chosen})")
        for relation, table in LANDED.items():
            rows[relation, verb] = _number(connection, f"landed_{table}")
        for relation in DIFFERING:
            rows[relation, verb] = _number(connection, f"(from {here}.{relation} except all from {there}.{relation})")
    return rows


def _number(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    return int(connection.execute(f"select count(*) from {source}").fetchall()[0][0])


def stored(warehouse: Path) -> set[str]:
    """Every stored relation of the layers, but the build's own record."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(
            "select schema_name || '.' || table_name, schema_name from duckdb_tables()"
        ).fetchall()
    return {name for name, schema in found if schema in STORED} - {"core.build", "core.build_pull"}

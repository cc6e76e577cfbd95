"""Reports as readers get them, row by row under the names of the event log, beside what the oracle says.

Belongs here: which oracle speaks of which report, and by which columns a row is known. Keep out: the company, judging."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from oracle import (
    advisor_iq,
    after_hours_calls,
    appointments,
    audit,
    busy_hour_calls,
    call_flow_edge,
    campaigns,
    conversion,
    customer_phone_site,
    customers,
    deferred,
    extension_summary,
    links,
    media_lift,
    messaging,
    penetration,
    ro_lines,
    ro_summary,
    ro_voids,
    sales_by_category,
    sales_trackers,
    service_writers,
    store_report,
    suppliers,
    task_activity,
    tasks,
    tech_sales_tracker,
    transactions,
    visits,
)
from oracle.oracle import Oracle
from oracle.periods import Period, day_and_month

from orchestration import reports
from orchestration.reports import Asked

Rows = dict[tuple[Any, ...], dict[str, Any]]
GRAINS = {"day": "day", "month": "month", "none": "custom"}  # as readers and the oracle call them


@dataclass(frozen=True)
class Shape:
    """The oracle of a report, and the columns that name a row: column -> what of the warehouse it is ('' is a text)."""

    oracle: Callable[..., Any]
    keys: Mapping[str, str] = field(default_factory=dict)
    by_period: bool = True
    with_homes: bool = False  # the oracle is told where the shops are
    one_of: bool = (
        False  # the first of the columns that has a value names the row, with its kind where it is not the first
    )


SHAPES: dict[str, Shape] = {
    "advisor_iq": Shape(advisor_iq.advisor_iq, {"advisor_key": "employee", "rubric": "", "criterion": ""}),
    "advisor_sales_tracker": Shape(sales_trackers.advisor_sales_tracker, {"advisor_key": "employee"}),
    "advisor_task_activity": Shape(task_activity.advisor_task_activity, {"advisor_key": "employee"}),
    "after_hours_calls": Shape(after_hours_calls.after_hours_calls, {"hour": ""}),
    "avg_daily_sales_advisor": Shape(sales_trackers.avg_daily_sales_advisor, {"advisor_key": "employee"}),
    "avg_daily_sales_site": Shape(sales_trackers.avg_daily_sales_site, {}),
    "busy_hour_calls": Shape(busy_hour_calls.busy_hour_calls, {"weekday": "", "hour": ""}),
    "call_flow_edge": Shape(call_flow_edge.call_flow_edge, {"depth": "", "from_node": "", "to_node": ""}),
    "campaign_performance": Shape(campaigns.campaign_performance, {"campaign_key": "campaign"}),
    "cross_over": Shape(customers.cross_over, {"customer_key": "customer", "site": ""}, by_period=False),
    "cross_over_matrix": Shape(customers.cross_over_matrix, {"home_site": ""}),
    "customer_phone_site": Shape(
        customer_phone_site.customer_phone_site, {"customer_key": "customer", "phone": "", "site": ""}, by_period=False
    ),
    "deferred_services": Shape(deferred.deferred_services, {"ro_job_key": "job"}, by_period=False),
    "deferred_services_ro": Shape(deferred.deferred_services_ro, {}),
    "existing_call_conversion": Shape(conversion.existing_call_conversion, {"customer_key": "customer"}),
    "extension_summary": Shape(extension_summary.extension_summary, {"extension": ""}),
    "first_call_conversion": Shape(conversion.first_call_conversion, {"call_key": "call"}, by_period=False),
    "first_call_conversion_metrics": Shape(conversion.first_call_conversion_metrics, {}),
    "first_time_customers": Shape(
        customers.first_time_customers, {"scope": "", "customer_key": "customer", "site": ""}, by_period=False
    ),
    "kimoby_ro_drill": Shape(
        messaging.kimoby_ro_drill, {"ro_key": "order", "employee_key": "employee"}, by_period=False
    ),
    "labor_search": Shape(ro_lines.labor_search, {"ro_line_key": "line", "tech_key": "employee"}, by_period=False),
    "make_model": Shape(visits.make_model, {"make_norm": "", "model_norm": ""}),
    "market_penetration": Shape(penetration.market_penetration, {"postal_code": ""}, with_homes=True),
    "media_lift": Shape(media_lift.media_lift, {"kind": ""}),
    "new_vs_repeat": Shape(visits.new_vs_repeat, {"segment": ""}),
    "no_show": Shape(appointments.no_show, {"appointment_key": "appointment"}, by_period=False),
    "online_scheduler": Shape(appointments.online_scheduler, {"source": ""}),
    "parts_search": Shape(ro_lines.parts_search, {"ro_line_key": "line"}, by_period=False),
    "ro_estimate_by_user": Shape(messaging.ro_estimate_by_user, {"employee_key": "employee"}),
    "ro_estimate_progress": Shape(messaging.ro_estimate_progress, {}),
    "ro_media_by_user": Shape(messaging.ro_media_by_user, {"employee_key": "employee"}),
    "ro_media_progress": Shape(messaging.ro_media_progress, {}),
    "ro_payment_request_by_user": Shape(messaging.ro_payment_request_by_user, {"employee_key": "employee"}),
    "ro_payment_request_progress": Shape(messaging.ro_payment_request_progress, {}),
    "ro_photo_by_user": Shape(messaging.ro_photo_by_user, {"employee_key": "employee"}),
    "ro_photo_progress": Shape(messaging.ro_photo_progress, {}),
    "ro_summary": Shape(ro_summary.ro_summary, {}),
    "ro_video_by_user": Shape(messaging.ro_video_by_user, {"employee_key": "employee"}),
    "ro_video_progress": Shape(messaging.ro_video_progress, {}),
    "ro_void_summary": Shape(ro_voids.ro_void_summary, {"advisor_key": "employee"}),
    "ro_with_videos_graph": Shape(messaging.ro_with_videos_graph, {}),
    "sales_by_category": Shape(sales_by_category.sales_by_category, {"advisor_key": "employee", "category": ""}),
    "service_writer_summary": Shape(service_writers.service_writer_summary, {"advisor_key": "employee"}),
    "short_url": Shape(links.short_url, {"link_key": "link", "channel": ""}),
    "site_comparison_tracker": Shape(sales_trackers.site_comparison_tracker, {}),
    "store_report": Shape(store_report.store_report, {}),
    "supplier_spend": Shape(suppliers.supplier_spend, {"supplier_key": "supplier"}),
    "task_active": Shape(tasks.task_active, {"task_key": "task"}, by_period=False),
    "task_history": Shape(tasks.task_history, {"task_key": "task"}, by_period=False),
    "task_site_stats": Shape(task_activity.task_site_stats, {"task_type": ""}),
    "tech_sales_tracker": Shape(tech_sales_tracker.tech_sales_tracker, {"tech_key": "employee"}),
    "transaction_detail": Shape(
        transactions.transaction_detail,
        {"processor_txn_key": "processor_txn", "tender_key": "tender"},
        by_period=False,
        one_of=True,
    ),
    "user_activity": Shape(audit.user_activity, {"audit_event_key": "audit_event"}, by_period=False),
    "user_activity_daily": Shape(audit.user_activity_daily, {"user_key": "employee"}),
}
IDS = {
    "employee": "select employee_key, source_entity_id from core.dim_employee",
    "customer": "select golden_customer_key, min(source_entity_id) from core.bridge_customer_source group by all",
    "vehicle": "select golden_vehicle_key, min(source_entity_id) from core.bridge_vehicle_source group by all",
    "order": "select ro_key::text, source_entity_id from core.fct_repair_order",
    "call": "select call_key::text, source_entity_id from core.fct_call",
    "task": "select task_key::text, source_entity_id from core.fct_task",
    "appointment": "select appointment_key::text, source_entity_id from core.fct_appointment",
    "audit_event": "select audit_event_key::text, source_entity_id from core.fct_audit_event",
    "processor_txn": "select processor_txn_key::text, source_entity_id from core.fct_processor_txn",
    "tender": "select tender_key::text, source_entity_id from core.fct_tender",
    "line": "select ro_line_key::text, source_entity_id from core.fct_ro_line",
    "job": "select ro_job_key::text, source_entity_id from core.fct_ro_job",
    "campaign": "select campaign_key, source_entity_id from core.dim_campaign",
    "link": "select link_key, source_entity_id from core.dim_link",
    "supplier": "select supplier_key, supplier_id from core.dim_supplier",
}


def whole_months(first: date, last: date) -> tuple[date, date]:
    return first.replace(day=1), last.replace(day=monthrange(last.year, last.month)[1])


class Published:
    """A published home, asked as a reader would."""

    def __init__(self, home: Path, now: datetime) -> None:
        self.snapshot, self.now = home / "published" / "current.duckdb", now
        with duckdb.connect(str(self.snapshot), read_only=True) as connection:
            self.ids = {kind: dict(connection.execute(sql).fetchall()) for kind, sql in IDS.items()}

    def ask(self, name: str, first: date, last: date, grain: str = "none", **more: Any) -> list[dict[str, Any]]:
        found = reports.ask(self.snapshot, name, Asked(first, last, grain=grain, **more), self.now)
        return list(found.rows.iter_rows(named=True))

    def rows(self, name: str, first: date, last: date, grain: str = "none", **more: Any) -> Rows:
        """By the oracle's keys."""
        shape = SHAPES[name]
        found: Rows = {}
        for row in self.ask(name, first, last, grain, **more):
            own = self._key(shape, row)
            site = "ALL" if row["site"] == "Total" else row["site"]
            key = (site, *own, GRAINS.get(grain, grain), row["period_start"]) if shape.by_period else own
            assert key not in found, f"{name}: two rows are {key}"
            assert not shape.by_period or row["row_type"] == row_type(site, own), f"{name}: {key} is {row['row_type']}"
            found[key] = row
        return found

    def every_row(self, name: str, span: tuple[date, date], **more: Any) -> Rows:
        """Of every day and every whole month, or every document."""
        if not SHAPES[name].by_period:
            return self.rows(name, *span, **more)
        return self.rows(name, *span, "day", **more) | self.rows(name, *whole_months(*span), "month", **more)

    def _key(self, shape: Shape, row: Mapping[str, Any]) -> tuple[Any, ...]:
        named = [(kind, self._named(kind, row[column])) for column, kind in shape.keys.items()]
        if not shape.one_of:
            return tuple(value for _, value in named)
        (_, key), (kind, other) = named
        return (key if key is not None else f"{kind}:{other}",)

    def _named(self, kind: str, value: Any) -> Any:
        if not kind or value is None:
            return value
        return str(value) if value in (-1, -2) else self.ids[kind][value]


def row_type(site: str, own: Sequence[Any]) -> str:
    """What a row of these keys is: over all shops, over all keys of a shop or some of them, or of each."""
    return "total" if site == "ALL" else "subtotal" if None in own else "detail"


def differences(said: Mapping[Any, Mapping[str, Any]], found: Rows) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Both sides' rows with the oracle's columns, for `compare`; a column that a report lacks is a KeyError."""
    wanted = {key if isinstance(key, tuple) else (key,): dict(row) for key, row in said.items()}
    columns = list(dict.fromkeys(column for row in wanted.values() for column in row))
    return wanted, {key: {column: row[column] for column in columns} for key, row in found.items()}


def spoken(oracle: Oracle, name: str, periods: Sequence[Period] | None = None, **more: Any) -> dict[Any, Any]:
    """What the oracle says: of every day and month unless periods are named."""
    shape = SHAPES[name]
    if shape.with_homes:
        more["homes"] = oracle.homes
    if not shape.by_period:
        return dict(shape.oracle(oracle.told, **more))
    return dict(shape.oracle(oracle.told, periods or day_and_month(oracle.world), **more))

"""How figures are computed where a company may choose (REPORTS 9), with the defaults. Keep out: figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Options:
    conversion_window_days: int = 30
    first_call_scope: str = "company"
    history_guard_days: int = 90
    campaign_window_days: int = 30
    attribution_model: str = "last"
    no_show_grace_days: int = 1
    quote_basis: str = "all_presented"
    worked_days_basis: str = "calendar"
    workday_weight: Decimal = Decimal(1)
    include_refund_ros: bool = True
    date_basis: str = "closed"
    pay_type: frozenset[str] = frozenset({"warranty", "customer"})
    pay_type_match: str = "any"
    role_filters_total: bool = True
    count_jobs_by_category: bool = False
    supplier_basis: str = "purchases"
    exclude_spam: bool = False
    include_open_ro: bool = False
    active_task_states: frozenset[str] = frozenset({"open", "in_progress", "snoozed"})
    task_history_basis: str = "created"

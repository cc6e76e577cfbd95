"""Options of REPORTS 9 as a company may also choose them: how a report is asked under them, and the oracle that is told so.

Keep out: comparing (test_reports.py)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from decimal import Decimal
from typing import Any

from oracle.options import Options
from oracle.oracle import Oracle

from reporting.catalogue import Report

Choice = Mapping[str, Any]
CHOICES: tuple[Choice, ...] = (
    {
        "first_call_scope": "site", "conversion_window_days": 5, "history_guard_days": 20, "campaign_window_days": 3,
        "attribution_model": "first", "no_show_grace_days": 0, "quote_basis": "unsold_only",
        "workday_weight": Decimal("0.5"), "include_refund_ros": False,
        "pay_type": frozenset({"customer", "internal"}), "pay_type_match": "exact", "count_jobs_by_category": True,
        "supplier_basis": "ro_lines", "include_open_ro": True,
        "active_task_states": frozenset({"open", "snoozed"}), "task_history_basis": "closed",
    },
    {"attribution_model": "any", "exclude_spam": True, "worked_days_basis": "time_card"},
    {"date_basis": "opened"},
    {"date_basis": "fully_paid"},
    {"date_basis": "sold"},
)  # fmt: skip
# trackers and single lines are of the day of the close in the oracle
BY_CLOSE = [
    "advisor_sales_tracker",
    "avg_daily_sales_advisor",
    "avg_daily_sales_site",
    "deferred_services",
    "labor_search",
    "parts_search",
    "sales_by_category",
    "site_comparison_tracker",
    "store_report",
    "tech_sales_tracker",
]
# what a report looks at, and the oracle reads otherwise
APART = {
    *((name, "date_basis") for name in BY_CLOSE),
    ("store_report", "exclude_spam"),  # its calls are those of call_summary, which builds store with spam
    ("avg_daily_sales_advisor", "worked_days_basis"),  # whether who worked and sold nothing has a row
}


def asked(report: Report, choice: Choice) -> list[str]:
    """The options that a report looks at, as a reader writes them; none where the oracle reads one otherwise."""
    looked_at = [name for name in choice if name in report.parameters]
    if any((report.name, name) in APART for name in looked_at):
        return []
    return [f"{name}={_text(choice[name])}" for name in looked_at]


def told_of(oracle: Oracle, choice: Choice) -> Oracle:
    """The oracle of the same company, which has chosen so."""
    other = copy(oracle)
    other.options = Options(**choice)
    other.__dict__.pop("told", None)
    return other


def _text(value: Any) -> str:
    if isinstance(value, frozenset):
        return ",".join(sorted(value))
    return str(value).lower() if isinstance(value, bool) else str(value)

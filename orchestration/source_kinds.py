"""What a connection feeds: the source kinds of REPORTS.md section 2 whose facts it brings.

Belongs here: which facts are whose, and which kinds are not asked but send. Keep out: what a kind's fields can say
(data_contracts/*/capability.yaml)."""

from __future__ import annotations

from collections.abc import Collection

from data_contracts import capability

FEEDS = {
    "dms": "repair_order ro_line ro_job ro_tax ro_status_event tender ar_entry inspection",
    "telephony": "call call_leg call_step extension phone_number",
    "scoring": "call_score",
    "messaging": "message media media_event payment_request estimate estimate_item ro_participant",
    "marketing": "campaign campaign_touch link link_click",
    "scheduler": "appointment appointment_event scheduler_session",
    "payments": "processor_txn payout",
    "tasks": "task task_event",
    "audit": "audit_event",
    "timeclock": "time_card",
    "purchasing": "purchase_line",
}
DROPPED = ("files", "dealertrack", "iif", "shopdata", "shopmonkey", "star")  # their sources put files into a folder
ACCOUNTING = frozenset(("control_total", "opening_balance", "cash_count"))  # the shop's system states some of it too
CANONICAL = (
    "files",
    "sql",
)  # kinds whose landed tables are the canonical entities: what a site has of them, pulls tell


def source_kinds(kind: str, landed: Collection[str]) -> str | None:
    """In the order above, parted by `;`; `landed` are the tables of which rows have landed. None until one has."""
    found = {entity for entity in landed if entity in _entities(kind)} if kind in CANONICAL else _entities(kind)
    names = [name for name, entities in FEEDS.items() if found & set(entities.split())]
    if found & ACCOUNTING and "dms" not in names:
        names.append("accounting")
    return ";".join(names) or None


def brings_orders(kind: str) -> bool:
    return "repair_order" in _entities(kind)


def _entities(kind: str) -> set[str]:
    return {field.entity for field in capability.load(kind) if field.can != "never"}

"""The schemas that builds fill, each a folder of dbt_project/models: lists for builds, reports, marts for readers.

Keep out: what is in them."""

from __future__ import annotations

REPORTS = (
    "sales", "finance", "calls", "repair_orders", "marketing", "payments", "audit", "tasks", "messaging",
)  # fmt: skip
MARTS = ("core", *REPORTS)
LAYERS = ("build", *MARTS)

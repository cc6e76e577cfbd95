"""What each shop's systems tell of at all (REPORTS 0.2 null_reason): where none tells, a measure is NULL and never 0.

Keep out: measures."""

from __future__ import annotations

from collections.abc import Collection

from oracle.figures import ALL
from oracle.periods import Rows, chosen
from oracle.told import Told

ENTITIES = {
    "messaging": ("message", "media", "estimate"),
    "marketing": ("campaign_touch",),
    "scheduler": ("appointment", "scheduler_session"),
    "audit": ("audit_event",),
    "timeclock": ("time_card",),
    "tasks": ("task",),
}


def fed(told: Told, feed: str) -> set[str]:
    """Reading of 0.2: a shop has a system once there is a row of it that is the shop's, deleted since or not. What
    stands on an order stands at the order's shop."""
    orders = told.world.orders
    return {
        orders[event.data["ro_id"]].shop.id if event.data.get("ro_id") in orders and not event.data.get("site")
        else event.data.get("site") or event.site
        for event in told.log
        if event.entity in ENTITIES[feed]
    }  # fmt: skip


def known(told: Told, sites: Collection[str] | None, feed: str, rows: Rows, *keep: str) -> Rows:
    """The rows, with NULL for all but `keep` where no shop of the row has such a system."""
    telling = fed(told, feed) & set(chosen(told.world, sites))
    return {
        key: row
        if (telling if key[0] == ALL else key[0] in telling)
        else {name: row[name] if name in keep else None for name in row}
        for key, row in rows.items()
    }

"""What each shop's systems tell of at all (REPORTS 0.2 null_reason): where none tells, a measure is NULL and never 0.

Keep out: measures."""

from __future__ import annotations

from collections.abc import Collection

from oracle.figures import ALL
from oracle.periods import Rows, chosen
from oracle.told import Told

ENTITIES = {
    "messaging": ("message", "media", "media_event", "payment_request", "estimate", "estimate_item", "ro_participant"),
    "marketing": ("campaign", "campaign_touch", "link", "link_click"),
    "scheduler": ("appointment", "appointment_event", "scheduler_session"),
    "audit": ("audit_event",),
}


def fed(told: Told, feed: str) -> set[str]:
    """Reading of 0.2: a shop has a system once one that may tell of it has told of any row, deleted since or not."""
    sources = {event.site for event in told.log if event.entity in ENTITIES[feed]}
    return set().union(*(told.reach.get(source, told.world.shops) for source in sources))


def known(told: Told, sites: Collection[str] | None, feed: str, rows: Rows, *keep: str) -> Rows:
    """The rows, with NULL for all but `keep` where no shop of the row has such a system."""
    telling = fed(told, feed) & set(chosen(told.world, sites))
    return {
        key: row
        if (telling if key[0] == ALL else key[0] in telling)
        else {name: row[name] if name in keep else None for name in row}
        for key, row in rows.items()
    }

"""An alert, and all that are true at this moment, by kind.

Keep out: how each kind is found (sources.py, figures.py), who has been told (state.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Alert:
    """Something that people should know. `key` is the same for as long as it is the same thing.

    `site` and `day` are None for what is of no shop or day, and `text` is one sentence in a bookkeeper's words."""

    key: str
    kind: str
    severity: str
    text: str
    site: str | None = None
    day: date | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"day": self.day.isoformat() if self.day else None}


@dataclass(frozen=True)
class Found:
    """Alerts, and the kinds that were looked for: what is known of these and not found any more is gone, but for the
    keys that were not looked at (`unseen`)."""

    alerts: Sequence[Alert] = ()
    judged: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()

    def __add__(self, other: Found) -> Found:
        return Found([*self.alerts, *other.alerts], self.judged | other.judged, self.unseen | other.unseen)

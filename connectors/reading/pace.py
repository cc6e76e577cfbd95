"""How fast, how many at a time and how often in one pull a source may be asked.

Belongs here: limits of our own making, as vendors state or clients found them. Keep out: waits that an answer
asks for (answers.py), tries (http.py)."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from threading import Lock

from connectors.base import SourceError
from connectors.reading.settings import between

MOST = 10_000_000  # requests of a pull that a setting may allow


@dataclass(frozen=True)
class Limits:
    """At most `in_flight` requests at a time; at most `requests` in any span of `seconds`; at most `budget`
    in one pull, tries again included. None is no limit."""

    in_flight: int = 8
    requests: int | None = None
    seconds: float = 1.0
    budget: int | None = None


@dataclass(frozen=True)
class Budgeted:
    """What every kind that asks over HTTP takes beside its own settings. A pull that has used its requests up stops by
    name: what was read whole lands, the rest is asked for again by the next pull, from where it stood."""

    requests_per_pull: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.requests_per_pull is not None:
            between("requests_per_pull", self.requests_per_pull, 1, MOST)

    def limits(self, in_flight: int = 8, requests: int | None = None, seconds: float = 1.0) -> Limits:
        return Limits(in_flight, requests, seconds, self.requests_per_pull)


class Pace:
    """Keeps one pull within its limits; many threads ask it."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.taken, self._lock = limits, 0, Lock()
        self._starts: deque[float] = deque(maxlen=limits.requests or 0)

    def take(self) -> None:
        """Returns when the next request may start."""
        wait = self._wait()
        if wait > 0:
            time.sleep(wait)

    def _wait(self) -> float:
        limits = self.limits
        with self._lock:
            self.taken += 1
            if limits.budget is not None and self.taken > limits.budget:
                raise SourceError(
                    f"the {limits.budget} requests of this pull are used up; raise requests_per_pull, or let a "
                    "backfill read shorter chunks"
                )
            now = start = time.monotonic()
            if limits.requests and len(self._starts) == limits.requests:
                start = max(now, self._starts[0] + limits.seconds)
            self._starts.append(start)
            return start - now

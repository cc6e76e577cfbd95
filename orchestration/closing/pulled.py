"""Whether every source of a shop has been read to the end of a business day, and what was read is published.

Keep out: pulling (orchestration/landing.py), alerts about silent sources."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from connectors.landing import manifest
from connectors.landing.manifest import Manifest
from orchestration.config import Config


class Coverage:
    """How far each connection's pulls reach that readers see; looked up once."""

    def __init__(self, config: Config, taken: Mapping[str, Collection[str]]) -> None:
        self._config = config
        self._last = lru_cache(maxsize=None)(lambda name: _last(config.home, name, taken.get(name, ())))

    def lacks(self, site: str, day: date, end: datetime) -> Iterator[str]:
        """What of the shop was not read to the end of the day, in words."""
        for name in self.serves(site, day):
            if lack := _lack(name, self._last(name), end):
                yield lack

    def serves(self, site: str, day: date) -> list[str]:
        """Connections that bring the shop's day."""
        return [
            name
            for name, connection in self._config.connections.items()
            if not connection.retired
            and any(one.site == site and (one.from_ or day) <= day <= (one.to or day) for one in connection.sites)
        ]


def _lack(name: str, last: Manifest | None, end: datetime) -> str:
    if last is None:
        return f"nothing of {name} is pulled and published; run 'tieout run'"
    reached = manifest.oldest(last.since)
    if reached is not None and reached >= end:
        return ""
    stopped = "; ".join(f"{table}: {why}" for table, why in sorted(last.failed.items()))
    until = f"{reached:%Y-%m-%d %H:%M} UTC" if reached else "nowhere"
    why = f" ({stopped})" if stopped else ""
    return f"{name} is read to {until}{why}, and the day ends at {end:%Y-%m-%d %H:%M} UTC; run 'tieout run'"


def _last(home: Path, name: str, taken: Collection[str]) -> Manifest | None:
    """The newest pull that readers see, or that brought nothing for them to see."""
    found = None
    pulls = manifest.pulls(home, name)
    seen = max((place for place, pull in enumerate(pulls) if pull in taken), default=-1)
    if seen >= 0:
        found = manifest.read(home, name, pulls[seen])
    for pull in pulls[seen + 1 :]:
        later = manifest.read(home, name, pull)
        if later.files or later.quarantine:
            break
        found = later
    return found

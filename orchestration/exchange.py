"""What this home has to do with pulls that others make: shops' agents send them, the central home fetches them.

Belongs here: which connections, and what happens to history whose connection is gone. Keep out: pulling
(landing.py), the way of a pull to a URL and back (connectors/landing/remote.py)."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.landing import manifest
from connectors.landing.manifest import Counts, Manifest
from connectors.landing.remote import Remote
from orchestration.config import Config, ConfigError


def exchanged(config: Config) -> list[str]:
    """Connections that a run has to do with: what it pulls, and what others may have sent."""
    return list(config.connections) if config.landing else config.pulled


def fetch_all(config: Config) -> None:
    """Brings what others have sent, for a build without a pull."""
    remote = config.remote()
    if remote:
        for name in config.connections:
            remote.fetch(config.home, name)


def together(fetched: Iterable[Manifest]) -> dict[str, Counts]:
    """Rows per table of several pulls."""
    tables: dict[str, Counts] = {}
    for said in fetched:
        for table, counts in said.tables.items():
            tables[table] = tables.get(table, Counts()) + counts
    return tables


def landed(config: Config, remote: Remote | None) -> set[str]:
    """Connections that have pulls, here or where pulls are exchanged."""
    return {*manifest.connections(config.home), *(remote.connections() if remote else ())}


def require_known(config: Config, names: Iterable[str]) -> None:
    """History whose connection is gone from tieout.yml would lose its shop: a refusal that says what to do."""
    problems = [
        f"connections: '{name}' is gone, and its pulls are still landed. To keep the history of a system that was "
        f"replaced or of a shop that was sold, put '{name}' back as it was, with `retired: true`. To forget it, "
        f"take the folder '{name}' out of {config.landing.url if config.landing else config.home / 'landing'}"
        for name in sorted(set(names) - set(config.connections))
    ]
    if problems:
        raise ConfigError(str(config.path), problems)

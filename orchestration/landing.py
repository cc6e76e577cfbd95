"""Pulls all or some connections, a few at a time; one that fails never stops another.

Keep out: what a pull does (connectors/landing/landing.py) and building on what has landed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import takewhile

from connectors.base import TieoutError
from connectors.landing import landing, manifest
from connectors.landing.manifest import Counts
from connectors.landing.remote import Remote
from connectors.reading.collecting import seldom_collecting
from orchestration import exchange
from orchestration.config import Config, ConfigError

AT_ONCE = 8
SWEEP_EVERY = timedelta(days=7)  # what a source deletes without saying so is found within a week
Done = Callable[["Pulled"], None]


@dataclass(frozen=True)
class Pulled:
    """What one connection gave. `error` says why it gave nothing, `failed` which tables stopped and why.

    `offered` are the tables that it could have given."""

    connection: str
    kind: str
    pull_id: str = ""
    tables: dict[str, Counts] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: str = ""
    offered: tuple[str, ...] = ()
    seconds: float = 0.0
    fetched: int | None = None  # pulls that another home has sent; None where this one has pulled

    @property
    def ok(self) -> bool:
        return not self.error and not self.failed

    def total(self, counted: str) -> int:
        """Sum over the tables of rows_in, landed, unchanged, quarantined or deleted."""
        return sum(getattr(counts, counted) for counts in self.tables.values())


def pull_all(
    config: Config,
    names: Sequence[str] = (),
    *,
    dates: tuple[date, date] | None = None,
    now: datetime | None = None,
    sweep: bool | None = None,
    done: Done = lambda _: None,
    beside: bool = False,
) -> list[Pulled]:
    """Pull these connections (all of this home when none is named); `done` hears of each as it ends.

    Where pulls are exchanged by URL, what others have sent is fetched first, and what is pulled here is sent.
    What an agent pulls is pulled here only when this is the agent, `beside` the system. Raises ConfigError before
    anything is pulled when a name or a secret is missing, or when landed history has lost its connection."""
    wanted = [_known(config, name) for name in names] or exchange.exchanged(config)
    own = {name for name in wanted if beside or name in config.pulled}
    config.require(own)
    remote = config.remote()  # one for all: opening it costs half a second
    if not names:
        exchange.require_known(config, exchange.landed(config, remote))
    moment = now or datetime.now(UTC)
    with seldom_collecting(), ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        pulls = {name: partial(_pull, config, name, moment, dates, sweep) for name in own}
        futures = {pool.submit(_exchange, config, name, remote, pulls.get(name)): name for name in wanted}
        found = {}
        for future in as_completed(futures):
            name = futures[future]
            found[name] = _outcome(config, name, future)
            done(found[name])
    return [found[name] for name in wanted]


def _known(config: Config, name: str) -> str:
    if config.connection(name).retired:
        raise ConfigError(str(config.path), [f"connections.{name}: is retired; take `retired` away to pull it again"])
    return name


def _exchange(config: Config, name: str, remote: Remote | None, pull: Callable[[], Pulled] | None) -> Pulled:
    """Fetch, pull if that is done here, send."""
    started = time.monotonic()
    fetched = remote.fetch(config.home, name) if remote else []
    if pull is None:
        return _as_pulled(config, name, fetched, time.monotonic() - started)
    pulled = pull()
    if remote:
        remote.send(config.home, name)
    return pulled


def _as_pulled(config: Config, name: str, fetched: Sequence[manifest.Manifest], seconds: float) -> Pulled:
    """What others have pulled of a connection since the last run, as if it were one pull."""
    last = fetched[-1] if fetched else None
    return Pulled(
        name, config.connection(name).kind, last.pull_id if last else "", exchange.together(fetched),
        last.failed if last else {}, [warning for said in fetched for warning in said.warnings], seconds=seconds,
        fetched=len(fetched),
    )  # fmt: skip


def _pull(config: Config, name: str, now: datetime, dates: tuple[date, date] | None, sweep: bool | None) -> Pulled:
    started = time.monotonic()
    connection = config.connection(name)
    codes = {entry.code: entry for entry in connection.sites}
    wide = sweep if sweep is not None else sweep_is_due(config, name, now)
    source = config.source(name)
    result = landing.pull(config.home, name, source, codes, now, dates, wide)
    return Pulled(
        name, connection.kind, result.pull_id, result.tables, result.failed, result.warnings,
        offered=source.tables(), seconds=time.monotonic() - started,
    )  # fmt: skip


def _outcome(config: Config, name: str, future: Future[Pulled]) -> Pulled:
    """A connection's result, or why it has none: a defect of one connector is not the end of the others."""
    error = future.exception()
    if error is None:
        return future.result()
    return Pulled(name, config.connection(name).kind, error=_why(config, error))


def sweep_is_due(config: Config, name: str, now: datetime) -> bool:
    """Whether the last pull that compared all keys (the first one read them all) is a week ago."""
    pulls = list(_recent(config, name, now - SWEEP_EVERY))
    first = manifest.pulls(config.home, name)[:1]
    return bool(first) and not any(pull.window.get("sweep") or pull.pull_id == first[0] for pull in pulls)


def _recent(config: Config, name: str, since: datetime) -> Iterator[manifest.Manifest]:
    """Manifests of pulls after an instant, newest first; their ids begin with their bound."""
    ids = reversed(manifest.pulls(config.home, name))
    for pull_id in takewhile(lambda pull_id: pull_id > manifest.stamp(since), ids):
        yield manifest.read(config.home, name, pull_id)


def offers(config: Config, names: Sequence[str] = ()) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Connect to these connections (all when none is named): what each offers, and why others failed."""
    wanted = [config.connection(name).name for name in names] or config.pulled
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        futures = {name: pool.submit(_check, config, name) for name in wanted}
    errors = {name: _why(config, future.exception()) for name, future in futures.items() if future.exception()}
    return {name: futures[name].result() for name in wanted if name not in errors}, errors


def _check(config: Config, name: str) -> list[str]:
    return config.source(name).check()


def _why(config: Config, error: BaseException | None) -> str:
    text = str(error) if isinstance(error, TieoutError) else f"unexpected {type(error).__name__}: {error}"
    return config.redact(text)

"""The nightly run: pull, build, check, publish, each step as far as the one before allows.

Keep out: how each step works, and how the run is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from orchestration import verdict
from orchestration.config import Config
from orchestration.dbt_run import Progress
from orchestration.landing import Done, Pulled, pull_all
from orchestration.publish import Published, current, publish
from orchestration.warehouse import BuildResult


@dataclass(frozen=True)
class Run:
    """What a run did. `refused` says why nothing new is published, when that is so."""

    pulled: list[Pulled]
    build: BuildResult
    published: Published | None
    refused: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.refused and all(pulled.ok for pulled in self.pulled)


def run(
    config: Config,
    full_refresh: bool = False,
    done: Done = lambda _: None,
    progress: Progress | None = None,
    names: Sequence[str] = (),
) -> Run:
    """Pull what changed, build on it, publish it if its checks pass. What failed is in the answer."""
    pulled = pull_all(config, names, done=done)
    return build_and_publish(config, pulled, full_refresh, progress)


def build_and_publish(
    config: Config, pulled: list[Pulled], full_refresh: bool = False, progress: Progress | None = None
) -> Run:
    built = verdict.build(config, full_refresh, progress)
    refused = [*built.failed, *built.blocking_failures]
    if refused:
        return Run(pulled, built, current(config.home), refused)
    return Run(pulled, built, publish(config.home))

"""The nightly job in one process: it goes on past a failed source, and is red in the end if there was one.

Keep out: when it runs (schedules.py) and how each step works."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
from pydantic import Field

from orchestration import events, verdict
from orchestration.assets import PUBLISHED, close_events, partitions
from orchestration.config import Config
from orchestration.landing import pull_all
from orchestration.models import POOL
from orchestration.publish import publish

Steps = Iterator[Any]  # events, then the step's output


class Wanted(dg.Config):
    """Connections to pull; all when none is named."""

    connections: list[str] = Field(default_factory=list)


def nightly(company: Config, assets: Sequence[dg.AssetSpec], checks: Sequence[dg.AssetCheckSpec]) -> dg.JobDefinition:
    """Pull, build, publish, close. Each step tells Dagster which partitions and checks it made."""
    pull, build = _pull_op(company), _build_op(company, assets, checks)
    release, close, finish = _publish_op(company), _close_op(company), _finish_op()

    @dg.job(name="nightly", description="Pull what changed, build, check, publish, close.")
    def job() -> None:
        failed = pull()
        close(release(build(failed)))
        finish(failed)

    return job


def _pull_op(company: Config) -> dg.OpDefinition:
    @dg.op
    def pull(context: dg.OpExecutionContext, config: Wanted) -> Steps:
        add_partitions(context.instance, company)
        pulled = pull_all(company, config.connections)
        for one in pulled:
            yield from events.pull_events(one)
        yield dg.Output(events.failed_pulls(pulled))

    return pull


def add_partitions(instance: dg.DagsterInstance, company: Config) -> None:
    """Every connection of tieout.yml is a partition of its kind's tables."""
    for connection in company.connections.values():
        instance.add_dynamic_partitions(partitions(connection.kind).name or "", [connection.name])


def _build_op(company: Config, assets: Sequence[dg.AssetSpec], checks: Sequence[dg.AssetCheckSpec]) -> dg.OpDefinition:
    @dg.op(pool=POOL)
    def build(context: dg.OpExecutionContext, pulled: str) -> Steps:
        built = verdict.build(company, progress=events.log_progress(context))
        yield from events.build_events(built, assets, checks)
        if not built.ok:
            raise dg.Failure("; ".join([*built.failed, *built.blocking_failures]), allow_retries=False)
        yield dg.Output(built.nothing_new)

    return build


def _publish_op(company: Config) -> dg.OpDefinition:
    @dg.op(name="publish", pool=POOL)
    def release(context: dg.OpExecutionContext, built: bool) -> Steps:
        published = publish(company.home, failures=verdict.failures(company.home))
        yield dg.AssetMaterialization(PUBLISHED, metadata=events.published_metadata(published))
        yield dg.Output(published.version)

    return release


def _close_op(company: Config) -> dg.OpDefinition:
    @dg.op
    def close(context: dg.OpExecutionContext, published: str) -> Steps:
        yield from close_events(company.home / "published" / "current.duckdb", company.sites)
        yield dg.Output(None)

    return close


def _finish_op() -> dg.OpDefinition:
    @dg.op
    def every_source_answered(failed: str) -> None:
        if failed:
            raise dg.Failure(f"the rest is built and published, but {failed}", allow_retries=False)

    return every_source_answered

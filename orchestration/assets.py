"""The assets that dbt does not make: a landed table per kind, the published snapshot, and the daily close.

Keep out: how any of it is done (landing.py, publish.py), and the models (models.py)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import dagster as dg

from data_contracts.contract import load
from orchestration import events, reports, verdict
from orchestration.config import Config
from orchestration.contract_docs import judge
from orchestration.landing import pull_all
from orchestration.models import POOL
from orchestration.publish import publish
from reporting.days import first_day, ties

CONNECTIONS = "connections_of_"  # the partitions of a kind's tables: dynamic, so that a new shop needs no redeploy
CONTRACT_DOCS = dg.AssetKey(["docs", "contracts"])
PUBLISHED = dg.AssetKey(["published", "snapshot"])
DAILY_CLOSE = dg.AssetKey(["published", "daily_close"])
LATE = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=50), warn_window=timedelta(hours=26))


def partitions(kind: str) -> dg.DynamicPartitionsDefinition:
    return dg.DynamicPartitionsDefinition(name=f"{CONNECTIONS}{kind}")


def landing_assets(config: Config, kind: str) -> dg.AssetsDefinition:
    """Every table of a kind, partitioned by connection; a run takes all its partitions in this process.

    A connection is pulled whole, whichever of its tables are selected."""
    contracts = load(kind)
    specs = [
        dg.AssetSpec(
            events.table_key(kind, table), description=contract.description, group_name=f"landing_{kind}",
            partitions_def=partitions(kind), freshness_policy=LATE, kinds={kind},
        )
        for table, contract in contracts.items()
    ]  # fmt: skip
    checks = [
        dg.AssetCheckSpec(
            events.CONTRACT, asset=spec.key, partitions_def=partitions(kind),
            description="No row of the last pull is in quarantine.",
        )
        for spec in specs
    ]  # fmt: skip

    @dg.multi_asset(
        name=f"landing_{kind}", specs=specs, check_specs=checks, can_subset=True,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )  # fmt: skip
    def landed(context: dg.AssetExecutionContext) -> Iterator[events.Event]:
        pulled = pull_all(config, [name for name in context.partition_keys if name in config.running])
        for one in pulled:
            yield from events.pull_events(one)
        failed = events.failed_pulls(pulled)
        if failed:
            raise dg.Failure(failed, allow_retries=False)
        yield from (dg.MaterializeResult(asset_key=key) for key in context.selected_asset_keys)

    return landed


def contract_docs(config: Config) -> dg.AssetsDefinition:
    """The second opinion on what landed: Great Expectations' Data Docs, and whether all expectations hold."""
    tables = [
        events.table_key(kind, table)
        for kind in sorted({one.kind for one in config.connections.values()})
        for table in load(kind)
    ]
    check = dg.AssetCheckSpec(
        "expectations_hold", asset=CONTRACT_DOCS, description="On the newest rows of every table."
    )

    @dg.asset(
        key=CONTRACT_DOCS, deps=tables, check_specs=[check], group_name="docs",
        description="Data Docs of the contracts, under <home>/docs.",
    )  # fmt: skip
    def docs() -> dg.MaterializeResult:
        judged = judge(config)
        failures = [f"{one.kind}.{one.table}: {failure}" for one in judged for failure in one.failures]
        result = dg.AssetCheckResult(
            passed=not failures, severity=dg.AssetCheckSeverity.WARN, metadata={"failures": failures}
        )
        return dg.MaterializeResult(metadata={"tables": len(judged)}, check_results=[result])

    return docs


def published_asset(config: Config, marts: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """What people and BI tools read."""

    @dg.asset(
        key=PUBLISHED, deps=list(marts), group_name="published", pool=POOL, freshness_policy=LATE,
        description="Parquet per mart and the read-only DuckDB file, of the last good build.",
    )  # fmt: skip
    def snapshot() -> dg.MaterializeResult:
        published = publish(config.home, failures=verdict.failures(config.home))
        return dg.MaterializeResult(metadata=events.published_metadata(published))

    return snapshot


def daily_close(config: Config) -> dg.AssetsDefinition:
    """One partition per business day; its checks show where each shop stands on it, as tieout close --month does."""
    file = config.home / "published" / "current.duckdb"
    days = dg.DailyPartitionsDefinition(start_date=str(first_day(file) or date(2026, 1, 1)), end_offset=1)
    checks = [
        dg.AssetCheckSpec(
            f"{site}_ties", asset=DAILY_CLOSE, partitions_def=days,
            description=f"At {config.sites[site].name} sales equal payments and no blocking control objects, or the "
            "day is signed and has not moved since; its status says which.",
        )
        for site in config.sites
    ]  # fmt: skip

    @dg.multi_asset(
        name="daily_close", check_specs=checks, can_subset=True,
        backfill_policy=dg.BackfillPolicy.single_run(),
        specs=[
            dg.AssetSpec(
                DAILY_CLOSE, deps=[PUBLISHED], partitions_def=days, group_name="published",
                description="The business day as finance reads it: tieout close --site S --date D.",
            )
        ],
    )  # fmt: skip
    def close(context: dg.AssetExecutionContext) -> Iterator[events.Event]:
        told = list(close_events(file, config.sites, {date.fromisoformat(day) for day in context.partition_keys}))
        yield dg.MaterializeResult(asset_key=DAILY_CLOSE)
        yield from told  # what is said of a day last is what Dagster shows of it

    return close


def close_events(file: Path, sites: Collection[str], wanted: Collection[date] = ()) -> Iterator[events.Event]:
    """Materializations of these business days (of all that are published) and the check results of their sites."""
    days = wanted or {tie.day for tie in ties(file)}
    if not days:
        return
    found = reports.ask(file, "close_calendar", reports.Asked(first=min(days), last=max(days))).rows.to_dicts()
    rows = [row for row in found if row["business_date"] in days and row["site"] in sites]
    yield from events.day_events(rows, DAILY_CLOSE)
    yield from (event for row in rows for event in [events.stand_event(row, DAILY_CLOSE)])

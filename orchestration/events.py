"""What happened, in Dagster's words: materializations per partition, and check results.

Keep out: making it happen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import dagster as dg

from orchestration.data_tests import Outcome
from orchestration.landing import Pulled
from orchestration.publish import Published
from orchestration.warehouse import BuildResult

CONTRACT = "rows_keep_the_contract"
Event = dg.AssetMaterialization | dg.AssetCheckEvaluation | dg.MaterializeResult | dg.AssetCheckResult
Row = Mapping[str, Any]


def table_key(kind: str, table: str) -> dg.AssetKey:
    return dg.AssetKey(["landing", kind, table])


def pull_events(one: Pulled) -> Iterator[Event]:
    """Every table that a connection answered for, with rows or without, and whether its rows kept the contract."""
    for table in _answered(one):
        metadata: dict[str, Any] = {"pull": one.pull_id, **_counted(one, table)}
        yield dg.AssetMaterialization(table_key(one.kind, table), partition=one.connection, metadata=metadata)
    for table, counts in one.tables.items():
        yield dg.AssetCheckEvaluation(
            asset_key=table_key(one.kind, table), check_name=CONTRACT, passed=counts.quarantined == 0,
            metadata=_counted(one, table), severity=dg.AssetCheckSeverity.WARN, blocking=False,
            partition=one.connection,
        )  # fmt: skip


def _answered(one: Pulled) -> list[str]:
    """Not the tables that stopped; and when something else stopped, a delivery say, only those with rows."""
    asked = one.tables if set(one.failed) - set(one.offered) or one.error else one.offered
    return [table for table in asked if table not in one.failed]


def _counted(one: Pulled, table: str) -> dict[str, int]:
    return asdict(one.tables[table]) if table in one.tables else {"rows_in": 0}


def failed_pulls(pulled: Sequence[Pulled]) -> str:
    """Which connections failed and why, in one text; empty when all went well."""
    told = [f"{one.connection}: {one.error or one.failed}" for one in pulled if not one.ok]
    return "; ".join(told)


def log_progress(context: Any) -> Callable[[str, int, int], None]:
    def built(name: str, index: int, total: int) -> None:
        context.log.info(f"{index} of {total}: {name}")

    return built


def build_results(
    built: BuildResult, assets: Sequence[dg.AssetSpec], checks: Sequence[dg.AssetCheckSpec]
) -> Iterator[Event]:
    """A build as the results of its models and of the checks that it ran."""
    for spec in _built(built, assets):
        yield dg.MaterializeResult(asset_key=spec.key, metadata=_about(built))
    for check, outcome in _checked(built, checks):
        yield dg.AssetCheckResult(asset_key=check.asset_key, check_name=check.name, **_told(outcome))


def build_events(
    built: BuildResult, assets: Sequence[dg.AssetSpec], checks: Sequence[dg.AssetCheckSpec]
) -> Iterator[Event]:
    """The same for a job that is not made of assets."""
    for spec in _built(built, assets):
        yield dg.AssetMaterialization(spec.key, metadata=_about(built))
    for check, outcome in _checked(built, checks):
        yield dg.AssetCheckEvaluation(asset_key=check.asset_key, check_name=check.name, **_told(outcome))


def _about(built: BuildResult) -> dict[str, Any]:
    return {"build": built.build_id, "nothing_new": built.nothing_new, "full": built.full}


def _told(outcome: Outcome) -> dict[str, Any]:
    blocks = outcome.test.severity == "error"
    return {
        "passed": outcome.ok,
        "description": outcome.said if not outcome.ok else None,
        "metadata": {"failures": outcome.failures},
        "severity": dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN,
    }


def _built(built: BuildResult, assets: Sequence[dg.AssetSpec]) -> list[dg.AssetSpec]:
    failed = {one.partition(":")[0] for one in built.failed}
    return [spec for spec in assets if ".".join(spec.key.path) not in failed]


def _checked(built: BuildResult, checks: Sequence[dg.AssetCheckSpec]) -> Iterator[tuple[dg.AssetCheckSpec, Outcome]]:
    """The checks that this build ran; one with nothing new ran none."""
    outcomes = {outcome.test.name: outcome for outcome in built.checks}
    yield from ((check, outcomes[check.name]) for check in checks if check.name in outcomes)


def published_metadata(published: Published) -> dict[str, Any]:
    return {"version": published.version, "marts": published.marts, "changed": published.written}


def day_events(rows: Sequence[Row], asset: dg.AssetKey) -> Iterator[dg.AssetMaterialization]:
    """A materialization per business day, with how many shops are where and which wait for somebody."""
    for day in sorted({row["business_date"] for row in rows}):
        own = [row for row in rows if row["business_date"] == day]
        counts = Counter(row["status"] for row in own)
        told: dict[str, Any] = {status: counts[status] for status in ("open", "tied", "broken", "signed", "restated")}
        told["waiting"] = ", ".join(sorted(row["site"] for row in own if row["status"] in ("broken", "restated")))
        yield dg.AssetMaterialization(asset, partition=day.isoformat(), metadata=told)


def stand_event(row: Row, asset: dg.AssetKey) -> dg.AssetCheckEvaluation:
    """Where one shop's business day stands: a row of finance.close_calendar."""
    told = {name: row[name] for name in ("status", "tie_status", "open_breaks", "blocking_exceptions")}
    told |= {"delta": str(row["delta"]), "signed_by": row["signed_by"] or "nobody"}
    return dg.AssetCheckEvaluation(
        asset_key=asset, check_name=f"{row['site']}_ties", passed=_stands(row), metadata=told,
        severity=dg.AssetCheckSeverity.WARN, blocking=False, partition=row["business_date"].isoformat(),
    )  # fmt: skip


def _stands(row: Row) -> bool:
    """A day that is not over passes as long as it ties."""
    ties = row["tie_status"] == "tied" and not row["blocking_exceptions"]
    return row["status"] in ("tied", "signed") or (row["status"] == "open" and ties)

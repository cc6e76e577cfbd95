"""Builds the warehouse: opens a build record, runs the models, judges their checks, closes the record.

Belongs here: the order of a build. Keep out: figures (dbt_project), settings as tables, dbt itself, publishing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import duckdb
import polars as pl

from connectors.base import TieoutError
from connectors.landing import index
from connectors.locks import locked
from orchestration import build_input, data_tests, dbt_run, report_code, settings_tables, statements
from orchestration.config import Config
from orchestration.dbt_run import Progress

MEMORY = "1GB"  # as in profiles.yml; what needs more is spilled beside the warehouse
STORAGE = "v1.2.0"  # readable by every BI driver on DuckDB 1.2 and later


@dataclass(frozen=True)
class BuildResult:
    """What a build did. `failed` names models with their error, `blocking_failures` checks that hold publishing."""

    build_id: str
    full: bool
    reason: str
    nothing_new: bool
    nodes: int = 0
    failed: list[str] = field(default_factory=list)
    blocking_failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    checks: list[data_tests.Outcome] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return not self.failed and not self.blocking_failures


def build(config: Config, full_refresh: bool = False, progress: Progress | None = None) -> BuildResult:
    """Take in every pull that no closed build has taken in. Raises TieoutError when the home is in use."""
    started = monotonic()
    with locked(config.home / "home.lock", "the warehouse"):
        todo = _prepare(config, full_refresh)
        if todo.nothing_new:
            return BuildResult(todo.build_id, False, "", nothing_new=True, seconds=monotonic() - started)
        failed, written, nodes = _run_models(config, todo, progress)
        checks = [] if failed else _check(config, todo)
        broken = [outcome for outcome in checks if not outcome.ok]
        blocking = [outcome.said for outcome in broken if outcome.test.severity == "error"]
        # Left open, the next build takes the same pulls and touched rows again: a bad row is judged until it is good.
        if not failed and not blocking:
            with _opened(config) as warehouse:
                build_input.close_build(warehouse, todo.build_id, datetime.now(UTC))
    return BuildResult(
        todo.build_id,
        todo.full,
        todo.reason,
        nothing_new=False,
        nodes=nodes + len(checks),
        failed=failed,
        blocking_failures=blocking,
        warnings=[outcome.said for outcome in broken if outcome.test.severity != "error"],
        checks=checks,
        written=written,
        seconds=monotonic() - started,
    )


def _prepare(config: Config, full_refresh: bool) -> build_input.Plan:
    pulls = index.pulls(config.home, keep=True)
    kinds = dbt_run.kinds_of(config)
    with _opened(config) as warehouse:
        warehouse.execute("begin")
        build_input.create_records(warehouse)
        refused = build_input.refused_files(config.home, pulls)
        refusals = build_input.state_of(refused)
        found = build_input.fingerprint(
            [settings_tables.fingerprint_rows(config), build_input.model_files(dbt_run.PROJECT), kinds]
        )
        now = datetime.now(UTC)
        horizon = pulls["until"].max() or now
        assert isinstance(horizon, datetime)
        empty = _empty_pulls(warehouse, config, pulls, horizon)
        committed = pulls.select(index.KEY).unique().rows()
        todo = build_input.plan(warehouse, committed, found, refusals, full_refresh, empty=empty)
        if not todo.nothing_new:
            settings_tables.write(warehouse, config, pulls.drop_nulls("table_name"), horizon)
            build_input.create_landing_views(warehouse, config.home, todo, kinds, refused)
            build_input.open_build(warehouse, todo, refusals, now)
        warehouse.execute("commit")
    return todo


def _empty_pulls(
    warehouse: duckdb.DuckDBPyConnection, config: Config, pulls: pl.DataFrame, horizon: datetime
) -> set[build_input.Pull]:
    """Pulls that landed nothing; none of them counts as that once a new business day has come with it."""
    built = warehouse.execute("select 1 from information_schema.tables where table_schema = 'config'").fetchone()
    if not built or settings_tables.a_day_has_passed(warehouse, config, horizon):
        return set()
    landed = pl.col("has_file").any().over(index.KEY)
    return set(pulls.filter(~landed).select(index.KEY).unique().rows())


@contextlib.contextmanager
def _opened(config: Config) -> Iterator[duckdb.DuckDBPyConnection]:
    path = config.home / "warehouse.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    try:
        connection.execute(f"attach '{path}' as warehouse (storage_version '{STORAGE}')")
    except duckdb.IOException as error:
        reason = str(error).splitlines()[0]
        raise TieoutError(f"{path}: is in use by another program; close it ({reason})") from None
    try:
        connection.execute("use warehouse")
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"set memory_limit = '{MEMORY}'")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"set temp_directory = '{path}.tmp'")
        yield connection
    finally:
        connection.close()


def _run_models(config: Config, todo: build_input.Plan, progress: Progress | None) -> tuple[list[str], set[str], int]:
    """(failed models, relations written, models run): dbt's own statements where it has made them before, else dbt."""
    file, made_of = config.home / "dbt" / "statements.json", dbt_run.fingerprint(todo.fingerprint)
    reports = config.home / "dbt" / "reports.json"
    known = statements.kept(file, made_of, todo.full)
    if known is not None and (reports.is_file() or not todo.full):
        with _opened(config) as warehouse:
            return *statements.run(warehouse, known, progress), len(known)
    if todo.full:
        file.unlink(missing_ok=True)  # what it says of the views is no longer so once dbt has begun
    recorder = statements.Recorder()
    heard: list[dbt_run.Heard] = [recorder, *([dbt_run.reporter(progress)] if progress else [])]
    outcome = dbt_run.invoke(config, dbt_run.models(todo.full), heard)
    failed, written, nodes = dbt_run.judge(outcome)
    if not failed and todo.full:
        models = dbt_run.fingerprint(repr([build_input.model_files(dbt_run.PROJECT), dbt_run.kinds_of(config)]))
        report_code.keep(reports, models, outcome.result.results, lambda: _compiled(config))
    if not failed:
        statements.keep(file, made_of, todo.full, recorder.models(written))
    return failed, written, nodes


def _compiled(config: Config) -> list[Any]:
    return list(dbt_run.invoke(config, dbt_run.reports()).result.results)


def _check(config: Config, todo: build_input.Plan) -> list[data_tests.Outcome]:
    """The data tests, before the build closes: its touched sets say which rows they look at."""
    tests = data_tests.compiled(
        config.home / "dbt" / "data_tests.json",
        dbt_run.fingerprint(todo.fingerprint),
        lambda arguments: dbt_run.invoke(config, arguments).result,
    )
    with _opened(config) as warehouse:
        return data_tests.run(warehouse, tests)

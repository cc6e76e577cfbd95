"""The files that readers get: the warehouse copied and stripped to its marts, and a Parquet file of each.

Keep out: versions, pointers and swapping (publish.py)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.base import TieoutError

SCHEMAS = ("core", "sales", "finance", "calls", "repair_orders")
# Storage that DuckDB 1.2 can open.
READABLE = ("v1.0.0+", "v1.1.0+", "v1.1.1+", "v1.1.2+", "v1.1.3+", "v1.2.0+")


@dataclass(frozen=True)
class Previous:
    """The version before: its folder, and the relations that differ from it (None: not known)."""

    folder: Path
    changed: Collection[str] | None


def copy_warehouse(warehouse: Path, database: Path) -> None:
    """Copy the file, a tenth of the cost of writing its tables again."""
    if not warehouse.is_file():
        raise TieoutError(f"{warehouse}: there is no warehouse yet; run 'tieout build'")
    try:
        connection = duckdb.connect(str(warehouse))
    except duckdb.IOException as error:
        reason = str(error).splitlines()[0]
        raise TieoutError(f"{warehouse}: is in use by another program; close it ({reason})") from None
    with connection:  # held open: nobody writes while the file is copied
        connection.execute("checkpoint")
        storage = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = current_database()"
        ).fetchone()
        if storage is None or storage[0] not in READABLE:
            raise TieoutError(
                f"{warehouse}: its storage is too new for DuckDB 1.2; run 'tieout build --full-refresh'"
            )
        shutil.copyfile(warehouse, database)


def _relations(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, bool]]:
    """(schema, name, is a view) of everything that readers get."""
    return connection.execute(
        "select table_schema, table_name, table_type = 'VIEW' from information_schema.tables "
        "where table_catalog = 'warehouse' and list_contains(?, table_schema) order by all",
        [list(SCHEMAS)],
    ).fetchall()


def write(database: Path, folder: Path, previous: Previous | None) -> tuple[list[str], list[str]]:
    """One Parquet file per mart; those that did not change are linked. Gives the names (written, linked)."""
    written: list[str] = []
    linked: list[str] = []
    with duckdb.connect() as connection:
        # Views name the warehouse by this name.
        connection.execute(f"attach {_quoted(database)} as warehouse")
        for schema, name, is_view in _relations(connection):
            file = folder / schema / f"{name}.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            mart = f"{schema}.{name}"
            if not is_view and _link(previous, mart, file):
                linked.append(mart)
            else:
                _write_parquet(connection, mart, file)
                written.append(mart)
        _keep_only_tables(connection)
    return written, linked


def _link(previous: Previous | None, mart: str, file: Path) -> bool:
    if previous is None or previous.changed is None or mart in previous.changed:
        return False
    before = previous.folder / file.parent.name / file.name
    if not before.is_file():
        return False
    os.link(before, file)
    return True


def _write_parquet(connection: duckdb.DuckDBPyConnection, mart: str, file: Path) -> None:
    """JSON leaves as text: readers other than DuckDB would get bytes."""
    columns = connection.execute(f"describe warehouse.{mart}").fetchall()
    json_columns = [f'"{row[0]}"::varchar as "{row[0]}"' for row in columns if row[1] == "JSON"]
    replaced = f" replace ({', '.join(json_columns)})" if json_columns else ""
    query = f"select *{replaced} from warehouse.{mart}"
    connection.execute(f"copy ({query}) to {_quoted(file)} (format parquet, compression zstd)")
    flush(file)


def _quoted(path: Path) -> str:
    text = str(path).replace("'", "''")
    return f"'{text}'"


def _keep_only_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Views of the marts become tables; every other schema goes."""
    for schema, name, is_view in _relations(connection):
        if is_view:
            connection.execute(f'create table warehouse.{schema}.__kept as from warehouse.{schema}."{name}"')
            connection.execute(f'drop view warehouse.{schema}."{name}"')
            connection.execute(f'alter table warehouse.{schema}.__kept rename to "{name}"')
    others = connection.execute(
        "select schema_name from duckdb_schemas() where database_name = 'warehouse' and not internal "
        "and not list_contains(?, schema_name)",
        [[*SCHEMAS, "main"]],
    ).fetchall()
    for (schema,) in others:
        connection.execute(f'drop schema warehouse."{schema}" cascade')
    connection.execute("checkpoint warehouse")


def seal(database: Path, version: str) -> None:
    """The file says which version it is, has no write-ahead log beside it, and is on disk."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("create or replace table main.published as select ?::text as version", [version])
        connection.execute("checkpoint")
    database.with_suffix(".duckdb.wal").unlink(missing_ok=True)
    database.chmod(0o444)
    flush(database)


def version_of(snapshot: Path) -> str | None:
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        row = connection.execute("select version from main.published").fetchone()
    return row[0] if row else None


def flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""The files that readers get: the warehouse copied and stripped to its marts, and a Parquet file of each.

Keep out: versions, pointers and swapping (publish.py)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from connectors.base import TieoutError
from connectors.landing import store
from orchestration import report_code
from orchestration.layers import MARTS

WAREHOUSE = '"warehouse".'  # how dbt names the database that it compiles for; readers open the file by any name
# Storage that DuckDB 1.2 can open.
READABLE = ("v1.0.0+", "v1.1.0+", "v1.1.1+", "v1.1.2+", "v1.1.3+", "v1.2.0+")


@dataclass(frozen=True)
class Mart:
    """A Parquet file of a version. `content` is equal for equal rows, so that an unchanged file is linked."""

    name: str
    rows: int
    content: str
    linked: bool


@contextmanager
def _opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    if not warehouse.is_file():
        raise TieoutError(f"{warehouse}: there is no warehouse yet; run 'tieout build'")
    try:
        connection = duckdb.connect(str(warehouse))
    except duckdb.IOException as error:
        reason = str(error).splitlines()[0]
        raise TieoutError(f"{warehouse}: is in use by another program; close it ({reason})") from None
    with connection:
        yield connection


def build_of(warehouse: Path) -> tuple[str, bool]:
    """The build that the warehouse holds, and whether it is whole and its checks have passed."""
    with _opened(warehouse) as connection:
        last = connection.execute(
            "select build_id, closed_ts is not null from core.build order by opened_ts desc limit 1"
        ).fetchone()
    return (str(last[0]), bool(last[1])) if last else ("", False)


def copy_warehouse(warehouse: Path, database: Path) -> None:
    """Copy the file, a tenth of the cost of writing its tables again."""
    with _opened(warehouse) as connection:  # held open: nobody writes while the file is copied
        connection.execute("checkpoint")
        storage = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = current_database()"
        ).fetchone()
        if storage is None or storage[0] not in READABLE:
            raise TieoutError(f"{warehouse}: its storage is too new for DuckDB 1.2; delete it and run 'tieout build'")
        shutil.copyfile(warehouse, database)


def _relations(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, bool]]:
    """(schema, name, is a view) of everything that readers get."""
    return connection.execute(
        "select table_schema, table_name, table_type = 'VIEW' from information_schema.tables "
        "where table_catalog = 'warehouse' and list_contains(?, table_schema) order by all",
        [list(MARTS)],
    ).fetchall()


def write(
    database: Path, folder: Path, previous: Mapping[str, str], before: Path, on_read: Iterable[str] = ()
) -> list[Mart]:
    """One Parquet file per stored mart. One whose content is as in `previous` is linked from `before`.

    Views `on_read`, which a warehouse has where dbt was run by hand, are dropped: they name it, and `seal` makes its
    own."""
    with duckdb.connect() as connection:
        # Views name the warehouse by this name.
        connection.execute(f"attach {_quoted(database)} as warehouse")
        for name in on_read:
            connection.execute(f"drop view if exists warehouse.{name}")
        marts = [
            _mart(connection, f"{schema}.{name}", folder, previous, before)
            for schema, name, _ in _relations(connection)
        ]
        _keep_only_tables(connection)
    return marts


def _mart(
    connection: duckdb.DuckDBPyConnection, name: str, folder: Path, previous: Mapping[str, str], before: Path
) -> Mart:
    file, old = _file(folder, name), _file(before, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    rows, content = _content(connection, name)
    linked = previous.get(name) == content and old.is_file()
    if linked:
        os.link(old, file)
    else:
        _write_parquet(connection, name, file)
    return Mart(name, rows, content, linked)


def _file(folder: Path, mart: str) -> Path:
    schema, _, name = mart.partition(".")
    return folder / schema / f"{name}.parquet"


def _content(connection: duckdb.DuckDBPyConnection, mart: str) -> tuple[int, str]:
    """Rows, and a text that differs when a row or a column does; an eighth of the cost of writing."""
    columns = [(row[0], row[1]) for row in connection.execute(f"describe warehouse.{mart}").fetchall()]
    found = connection.execute(
        f"select count(*), bit_xor(hash(rows_of)), sum(hash(rows_of)) from warehouse.{mart} as rows_of"
    ).fetchone()
    assert found is not None
    return found[0], hashlib.sha256(repr((columns, *found)).encode()).hexdigest()


def _write_parquet(connection: duckdb.DuckDBPyConnection, mart: str, file: Path) -> None:
    """JSON leaves as text: readers other than DuckDB would get bytes."""
    columns = connection.execute(f"describe warehouse.{mart}").fetchall()
    json_columns = [f'"{row[0]}"::varchar as "{row[0]}"' for row in columns if row[1] == "JSON"]
    replaced = f" replace ({', '.join(json_columns)})" if json_columns else ""
    query = f"select *{replaced} from warehouse.{mart}"
    connection.execute(f"copy ({query}) to {_quoted(file)} (format parquet, compression zstd)")
    store.flush(file)


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
        [[*MARTS, "main"]],
    ).fetchall()
    for (schema,) in others:
        connection.execute(f'drop schema warehouse."{schema}" cascade')
    connection.execute("checkpoint warehouse")


def seal(
    database: Path, version: str, reports: Sequence[Mapping[str, Any]], given: Mapping[str, pl.DataFrame] | None = None
) -> None:
    """The file says which version it is and what its reports are, has those that are computed on read as views, or as
    what is `given` in their place, has no write-ahead log beside it, and is on disk."""
    told = [[report["name"], json.dumps(report)] for report in reports]
    with duckdb.connect(str(database)) as connection:
        connection.execute("create or replace table main.published as select ?::text as version", [version])
        connection.execute("create or replace table main.report (name text, definition text)")
        if told:
            connection.executemany("insert into main.report values (?, ?)", told)
        for report in report_code.on_read(reports):
            connection.execute(f"create schema if not exists {report['schema']}")
            relation = f"{report['schema']}.{report['name']}"
            if given and report["name"] in given:
                connection.register("handed", given[report["name"]])
                connection.execute(f"create table {relation} as select * from handed")
                connection.unregister("handed")
            else:
                connection.execute(f"create view {relation} as {report['sql'].replace(WAREHOUSE, '')}")
        connection.execute("checkpoint")
    database.with_suffix(".duckdb.wal").unlink(missing_ok=True)
    database.chmod(0o444)
    store.flush(database)


def site_keys(database: Path) -> dict[str, int]:
    """site -> site_key of its shops; none where nothing was ever built."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return dict(connection.execute("select site, site_key from core.dim_site where site_key >= 0").fetchall())


def version_of(snapshot: Path) -> str | None:
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        row = connection.execute("select version from main.published").fetchone()
    return row[0] if row else None

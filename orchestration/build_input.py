"""What a build takes in: the views of schema `landing`, and the record of which pulls which build has taken.

Belongs here: `landing` views, core.build, core.build_pull. Keep out: running models, settings."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from connectors.landing import index, packing, refusals
from data_contracts import contract, landed
from data_contracts.contract import Contract
from data_contracts.uptake import from_extra

Pull = tuple[str, str]  # connection, pull_id
Files = Sequence[tuple[Path, frozenset[str] | None]]  # with the ids of the pulls to read of it; None: all of them
MANY_FILES = 20  # each costs 2 ms to open, whenever a model reads it
_REFUSED = """
    select count(*), bit_xor(hash(refused)), sum(hash(refused))
    from (
        select distinct _connection, table_name, key, rule, column_name, raw
        from read_parquet(?, union_by_name = true)
        where status = 'open'
    ) as refused
"""


@dataclass(frozen=True)
class Plan:
    """What the next build has to do. `reason` says in words why it is full; empty when it is incremental."""

    build_id: str
    pulls: tuple[Pull, ...]
    full: bool
    reason: str
    resumes: str | None
    fingerprint: str

    @property
    def nothing_new(self) -> bool:
        return not self.pulls and not self.full and self.resumes is None


def create_records(warehouse: duckdb.DuckDBPyConnection) -> None:
    """core.build and core.build_pull: the one state of the warehouse that models do not own."""
    warehouse.execute("create schema if not exists core")
    warehouse.execute(
        """create table if not exists core.build (
            build_id varchar, opened_ts timestamptz, closed_ts timestamptz, is_full boolean, reason varchar,
            fingerprint varchar, refusals varchar)"""
    )
    warehouse.execute(
        "create table if not exists core.build_pull (build_id varchar, connection varchar, pull_id varchar)"
    )


def plan(
    warehouse: duckdb.DuckDBPyConnection,
    pulls: Iterable[Pull],
    fingerprint: str,
    refusals: str,
    full_refresh: bool,
    *,
    empty: Collection[Pull] = (),
) -> Plan:
    """Compare what is landed with what closed builds have taken in. `empty` pulls are no reason to build."""
    committed = sorted(set(pulls))
    taken = set(
        warehouse.execute(
            """select connection, pull_id from core.build_pull join core.build using (build_id)
            where closed_ts is not null"""
        ).fetchall()
    )
    last = warehouse.execute(
        "select fingerprint, refusals from core.build where closed_ts is not null order by closed_ts desc limit 1"
    ).fetchone()
    unfinished = warehouse.execute(
        "select build_id, is_full from core.build where closed_ts is null order by opened_ts desc limit 1"
    ).fetchone()
    reason = _why_full(full_refresh, last, unfinished, fingerprint, taken - set(committed))
    new = committed if reason else [pull for pull in committed if pull not in taken]
    resumes = unfinished[0] if unfinished else None
    if not reason and last and last[1] != refusals:
        resumes = resumes or "quarantine"
    if not resumes and set(new) <= set(empty) and not reason:
        new = []
    return Plan(uuid.uuid4().hex, tuple(new), bool(reason), reason, resumes, fingerprint)


def _why_full(
    full_refresh: bool,
    last: tuple[str, str] | None,
    unfinished: tuple[str, bool] | None,
    fingerprint: str,
    vanished: set[Pull],
) -> str:
    if full_refresh:
        return "asked for"
    if last is None:
        return "the first build"
    if unfinished and unfinished[1]:
        return "an unfinished full build"
    if vanished:
        connection, pull_id = sorted(vanished)[0]
        return f"{len(vanished)} pulls are gone from landing, such as {pull_id} of {connection}"
    if last[0] != fingerprint:
        return "settings or models changed"
    return ""


def open_build(warehouse: duckdb.DuckDBPyConnection, todo: Plan, refusals: str, now: datetime) -> None:
    """Record the build and its pulls, before any model runs."""
    warehouse.execute(
        "delete from core.build_pull where build_id in (select build_id from core.build where closed_ts is null)"
    )
    warehouse.execute("delete from core.build where closed_ts is null")
    warehouse.execute(
        "insert into core.build values (?, ?, null, ?, ?, ?, ?)",
        [todo.build_id, now, todo.full, todo.reason, todo.fingerprint, refusals],
    )
    if todo.pulls:  # as one frame: a statement per pull costs 20 seconds a year of 200 shops
        taken = pl.DataFrame(todo.pulls, schema=["connection", "pull_id"], orient="row")
        warehouse.register("incoming_pull", taken)
        warehouse.execute("insert into core.build_pull select ?, * from incoming_pull", [todo.build_id])
        warehouse.unregister("incoming_pull")


def close_build(warehouse: duckdb.DuckDBPyConnection, build_id: str, now: datetime) -> None:
    """The build is whole: what it touched is forgotten with the same commit that says so."""
    warehouse.execute("begin")
    for table in ("touched_ro", "touched_before", "touched_call_before", "touched_fact", "touched_member"):
        warehouse.execute(f"delete from build.{table}")
    warehouse.execute("update core.build set closed_ts = ? where build_id = ?", [now, build_id])
    warehouse.execute("commit")


def create_landing_views(
    warehouse: duckdb.DuckDBPyConnection,
    home: Path,
    todo: Plan,
    kinds: Sequence[str],
    refused: Sequence[Path],
) -> None:
    """A relation per contract of the kinds in use, of the files of the plan's pulls; empty and typed without any. It is
    a view, but for the many small files of a night: those are read once, for models read them five times."""
    warehouse.execute("create schema if not exists landing")
    files = packing.files_for(home, todo.pulls)
    for kind in kinds:
        for table, found in sorted(contract.load(kind).items()):
            there = files.get((kind, table), [])
            late = _late(warehouse, found, there) if todo.full else {}
            sql = _rows(warehouse, landed.duckdb_columns(found), there, late)
            _stand(warehouse, f"{kind}__{table}", sql, copied=not todo.full and len(there) >= MANY_FILES)
    sql = _rows(warehouse, refusals.COLUMNS, [(path, None) for path in refused], {})
    _stand(warehouse, "quarantine", sql, copied=False)


def refused_files(home: Path, pulls: pl.DataFrame) -> list[Path]:
    """Files of rows that committed pulls (landing/index.py) refused."""
    return [
        refusals.refusals_folder(home, connection, pull_id) / f"{table}.parquet"
        for connection, pull_id, table in pulls.filter("has_refused").select(*index.KEY, "table_name").rows()
    ]


def _late(warehouse: duckdb.DuckDBPyConnection, found: Contract, files: Files) -> dict[str, str]:
    """Columns that some rows have in `_extra`, for the contract did not know them when they landed: column -> SQL of
    the value. What a pull reads after that has them in their place."""
    if not files:
        return {}
    paths = [str(path) for path, _ in files]
    said = "(select _extra from read_parquet(?, union_by_name = true) where _extra is not null)"
    keys = warehouse.execute(f"select distinct unnest(json_keys(_extra)) from {said}", [paths]).fetchall()
    return {column.name: from_extra(column) for column in found.columns if (column.name,) in keys}


def _stand(warehouse: duckdb.DuckDBPyConnection, name: str, sql: str, *, copied: bool) -> None:
    kind, other = ("table", "view") if copied else ("view", "table")
    stood = warehouse.execute(
        f"select 1 from duckdb_{other}s() where schema_name = 'landing' and {other}_name = ?", [name]
    ).fetchone()
    if stood:
        warehouse.execute(f"drop {other} landing.{name}")
    warehouse.execute(f"create or replace {kind} landing.{name} as {sql}")


def _rows(
    warehouse: duckdb.DuckDBPyConnection,
    columns: Sequence[tuple[str, str]],
    files: Files,
    late: Mapping[str, str],
) -> str:
    whole = [str(path) for path, part in files if part is None]
    parts = [_read(warehouse, columns, whole, late)] if whole else []
    for path, pull_ids in files:
        if pull_ids is not None:
            wanted = ", ".join(map(_quoted, sorted(pull_ids)))
            parts.append(f"{_read(warehouse, columns, [str(path)], late)} where _pull_id in ({wanted})")
    if not parts:
        parts = ["select " + ", ".join(f'null::{kind} as "{column}"' for column, kind in columns) + " where false"]
    return " union all ".join(parts)


def _read(
    warehouse: duckdb.DuckDBPyConnection,
    columns: Sequence[tuple[str, str]],
    paths: Sequence[str],
    late: Mapping[str, str],
) -> str:
    """Files are read by column name: pulls of an older contract lack columns that it has gained since."""
    names = "select distinct name from parquet_schema(?)"
    there = {name for (name,) in warehouse.execute(names, [list(paths)]).fetchall()}
    shown = ", ".join(f'{_shown(*column, there, late)} as "{column[0]}"' for column in columns)
    return f"select {shown} from read_parquet([{', '.join(map(_quoted, paths))}], union_by_name=true)"


def _shown(column: str, kind: str, there: Collection[str], late: Mapping[str, str]) -> str:
    if column not in late:
        return f'"{column}"' if column in there else f"null::{kind}"
    taken_up = f"({late[column]})::{kind}"
    return f'coalesce("{column}", {taken_up})' if column in there else taken_up


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def fingerprint(parts: Any) -> str:
    """One text for everything that figures depend on besides the data."""
    return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()


def state_of(files: Iterable[Path]) -> str:
    """Changes when a row is refused or taken again; the same row refused by every pull changes nothing."""
    paths = [str(path) for path in files]
    if not paths:
        return fingerprint([])
    with duckdb.connect() as connection:
        seen = connection.execute(_REFUSED, [paths]).fetchall()
    return fingerprint(seen)


def model_files(project: Path) -> list[tuple[str, str]]:
    """Name and content hash of every file of the dbt project that can change a figure."""
    files = sorted(path for folder in ("models", "kinds", "macros") for path in (project / folder).rglob("*.sql"))
    return [(str(path.relative_to(project)), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]

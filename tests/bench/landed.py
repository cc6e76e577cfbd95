"""The rows of the benchmark's company in the landing format: packs of past months, and pulls of new days.

Belongs here: what landing adds to a row, packs and manifests, with hashes of the same text as connectors.versions makes,
so that what the real landing reads again is found unchanged. Keep out: what rows say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from connectors.landing.engine import name, text, version
from connectors.landing.manifest import MANIFEST, pull_id, stamp
from connectors.landing.packing import Pack
from data_contracts.contract import Contract, load
from data_contracts.landed import duckdb_columns, duckdb_type
from data_contracts.rules import names_in_order
from tests.bench import company

EXACT_DAYS = 60  # rows of the last days carry true hashes, which only a re-read compares; older ones their key instead
Range = tuple[int, int]
Pull = tuple[str, str]


def history(home: Path, shops: int) -> None:
    """A year of nightly pulls of every shop, packed by month, with a manifest each."""
    company.write_config(home, shops)
    month, first = "", 0
    with _engine(home) as con:
        for day in range(company.DAYS + 1):
            found = stamp(company.bound(0, day))[:6] if day < company.DAYS else ""
            if month and found != month:
                _pack(con, home, month, (0, shops), (first, day))
                first = day
            month = found
    _remove_scratch(home)


def new_day(home: Path, shops: int, day: int) -> None:
    """One more day of the first shops, as the night's pulls leave it: a small file per shop and table."""
    with _engine(home) as con:
        _make(con, (0, shops), (day, day + 1))
        for number in range(shops):
            _pull(con, home, company.shop(number), pull_id(company.shop(number), company.bound(number, day)))
        counts = _counts(con)
        _write_manifests(home, (0, shops), (day, day + 1), counts)
    _remove_scratch(home)


def _engine(home: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(home / "scratch.duckdb"))
    con.execute("set TimeZone = 'UTC'")
    con.execute("set memory_limit = '3GB'")
    con.execute("set enable_progress_bar = false")
    con.execute("set preserve_insertion_order = false")
    con.execute(company.MACROS)
    return con


def _remove_scratch(home: Path) -> None:
    for path in home.glob("scratch.duckdb*"):
        path.unlink()


def _make(con: duckdb.DuckDBPyConnection, shops: Range, days: Range) -> None:
    """Tables `landed_<table>`: the rows that the pulls of these days land, as they stand in their files."""
    contracts = load("files")
    company.make_orders(con, shops, days)
    exact = days[1] > company.DAYS - EXACT_DAYS
    for table, (values, rows) in company.sources(shops, days).items():
        _own(con, contracts[table], values, rows, exact)
    if exact:
        _hash_documents(con)
    for table in company.TABLES:
        _land(con, contracts[table])


def _own(con: duckdb.DuckDBPyConnection, contract: Contract, values: Mapping[str, str], rows: str, exact: bool) -> None:
    """Table `own_<table>`: columns, key, hash of the own content, order, and where the row stands."""
    columns = ", ".join(
        f"cast({values.get(column.name, 'null')} as {duckdb_type(column)}) as {name(column.name)}"
        for column in contract.columns
    )
    placed = f"""select {columns}, cast(null as varchar) as _extra, connection_of(s) as _connection,
        moment(p + 1, 360) + to_seconds(cast(s as bigint)) as _bound, strftime(day_of(p), '%Y%m%d') as _file,
        {"i * 6 + k - 1" if contract.table == "ro_line" else "i"} as _row from {rows}"""
    parts = ", ".join(f"coalesce({name(column)}::varchar, '')" for column in contract.key)
    updated = f"strftime({name(contract.updated_at)}, '%Y%m%dT%H%M%S%fZ')" if contract.updated_at else "''"
    parent = "md5(concat_ws(chr(31), _connection, ro_id))::uuid" if contract.document else "cast(null as uuid)"
    row_hash = f"md5({_content(contract)})::uuid" if exact else "_key"
    con.execute(
        f"""create or replace temp table own_{contract.table} as
        select *, md5(concat_ws(chr(31), _connection, {parts}))::uuid as _key, {row_hash} as _row_hash,
            {updated} || '|' || _file || '|' || lpad(_row::varchar, 8, '0') as _order, {parent} as _parent_key
        from ({placed})"""
    )


def _content(contract: Contract) -> str:
    columns = [*names_in_order(contract), "_extra"]
    return (
        "concat_ws(chr(31), "
        + ", ".join(f"{text(column + '=')} || {name(column)}::varchar" for column in columns)
        + ")"
    )


def _hash_documents(con: duckdb.DuckDBPyConnection) -> None:
    """A header's hash covers its lines: their number and the sum of their hashes."""
    con.execute(
        f"""create or replace temp table own_repair_order as
        with sums as (
            select _parent_key, _bound,
                'ro_line:' || count(*) || ':' || sum(md5_number_lower({_content(load("files")["ro_line"])})::hugeint) as total
            from own_ro_line group by all
        )
        select o.* replace (md5(o._row_hash::varchar || s.total)::uuid as _row_hash)
        from own_repair_order as o join sums as s on o._key = s._parent_key and o._bound = s._bound"""
    )


def _land(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    given = {
        "_pull_id": "strftime(_bound, '%Y%m%dT%H%M%S%fZ') || '-' || "
        "substr(md5(_connection || '|' || strftime(_bound, '%Y%m%dT%H%M%S%fZ')), 1, 12)",
        "_pulled_at": "_bound",
        "_is_deleted": "false",
        "_version": version("_order"),
    }
    rows = f"own_{contract.table}"
    if contract.document:
        given |= {"_version": "_head_version", "_order": "_head_order"}
        head = f"select _key as _head_key, _bound as _head_bound, _order as _head_order, {version('_order')} as _head_version"
        rows += f" join ({head} from own_repair_order) on _parent_key = _head_key and _bound = _head_bound"
    columns = ", ".join(
        f"{given.get(column, name(column))} as {name(column)}" for column, _ in duckdb_columns(contract)
    )
    con.execute(f"create or replace temp table landed_{contract.table} as select {columns} from {rows}")


def _copy(con: duckdb.DuckDBPyConnection, rows: str, path: Path) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    con.execute(
        f"""copy (select * from {rows} order by _connection, _pull_id, _row) to {text(str(path))}
        (format parquet, compression zstd)"""
    )
    found = con.execute(f"select count(*) from {text(str(path))}").fetchall()[0][0]
    return {"name": path.name, "rows": found, "bytes": path.stat().st_size, "sha256": ""}


def _pack(con: duckdb.DuckDBPyConnection, home: Path, month: str, shops: Range, days: Range) -> None:
    _make(con, shops, days)
    base = home / "landing" / "_packed"
    tables = {
        table: _copy(con, f"landed_{table}", base / f"files__{table}" / f"{month}.1.parquet")
        for table in company.TABLES
        if con.execute(f"select count(*) from landed_{table}").fetchall()[0][0]
    }
    counts = _counts(con)
    _write_manifests(home, shops, days, counts)
    members = [
        (company.shop(number), pull_id(company.shop(number), company.bound(number, day)))
        for number in range(*shops)
        for day in range(*days)
    ]
    said = Pack("files", month, 1, tuple(sorted(members)), tables)
    (base / f"files__{month}.json").write_text(json.dumps(asdict(said), indent=1))


def _counts(con: duckdb.DuckDBPyConnection) -> dict[Pull, dict[str, int]]:
    rows = " union all ".join(
        f"select _connection, _pull_id, '{table}', count(*) from landed_{table} group by all"
        for table in company.TABLES
    )
    found: dict[Pull, dict[str, int]] = {}
    for connection, pull, table, number in con.execute(rows).fetchall():
        found.setdefault((connection, pull), {})[table] = number
    return found


def _pull(con: duckdb.DuckDBPyConnection, home: Path, connection: str, pull: str) -> None:
    for table in company.TABLES:
        rows = f"landed_{table} where _connection = {text(connection)}"
        if con.execute(f"select count(*) from {rows}").fetchall()[0][0]:
            _copy(con, rows, home / "landing" / connection / pull / f"{table}.parquet")


def _write_manifests(home: Path, shops: Range, days: Range, counts: Mapping[Pull, dict[str, int]]) -> None:
    for connection, pull, said in _manifests(shops, days, counts):
        folder = home / "landing" / connection / pull
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).write_text(json.dumps(said))


def _manifests(
    shops: Range, days: Range, counts: Mapping[Pull, dict[str, int]]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for number in range(*shops):
        for day in range(*days):
            connection, until = company.shop(number), company.bound(number, day)
            pull = pull_id(connection, until)
            since = (until - timedelta(days=1)).isoformat() if day else None
            here = counts[connection, pull]
            yield connection, pull, {
                "kind": "files", "connection": connection, "pull_id": pull, "pulled_at": until.isoformat(),
                "window": {"since": since, "until": until.isoformat(), "dates": None, "sweep": False},
                "since": {"*": until.isoformat()}, "cursor": {}, "status": "complete",
                "contracts": dict.fromkeys(here, "1.0.0"),
                "tables": {table: {"rows_in": rows, "landed": rows} for table, rows in here.items()},
                "files": {table: {"name": f"{table}.parquet", "rows": rows} for table, rows in here.items()},
            }  # fmt: skip

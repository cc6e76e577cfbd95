"""Versions of single rows and of documents under a header: which are news, and how their children follow.

Belongs here: order and comparison of versions. Keep out: growing groups, deletions, files."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pyarrow

from connectors.landing.engine import NEW, Engine, content, land, name, text, version
from connectors.landing.intake import Taken
from data_contracts.contract import Contract

STAMP = "%Y%m%dT%H%M%S%6fZ"
BATCH = 100_000  # rows that one thread of DuckDB takes at a time; a frame in one piece is read by one thread


def show(run: Engine, taken: Taken) -> str:
    """View `rows_<table>` of the valid rows, with their order."""
    contract = taken.contract
    updated = pl.col(contract.updated_at).dt.to_string(STAMP) if contract.updated_at else pl.lit("")
    place = pl.col("_file") if contract.file_like else pl.col("_bound").dt.to_string(STAMP)
    row = pl.col("_row").cast(pl.String).str.zfill(8)
    order = pl.concat_str(updated.fill_null(""), place, row, separator="|")
    frame = taken.valid.with_columns(_order=order)
    table = f"rows_{contract.table}"
    whole = frame.to_arrow()
    run.con.register(table, pyarrow.Table.from_batches(whole.to_batches(BATCH), whole.schema))
    return name(table)


def own(run: Engine, taken: Taken) -> str:
    """Table `own_<table>`: id, key, order and hash of the valid rows; their values stay in `rows_<table>`."""
    contract, rows = taken.contract, show(run, taken)
    table = name(f"own_{contract.table}")
    run.run(
        f"""create table {table} as
        select _id, _order, {run.key(contract.key)} as _key, {content(taken)}::uuid as _row_hash
        from {rows}"""
    )
    return table


def land_news(run: Engine, taken: Taken, children: Sequence[Taken] = ()) -> None:
    """Lands single rows that are news, or headers whose document is, with all its children."""
    header = taken.contract
    table = own(run, taken)
    if children:
        _hash_documents(run, table, children)
    _find_news(run, header, table)
    deleted = f"coalesce({name(header.deleted_column)}, false)" if header.deleted_column else "false"
    source = f"""(select r.* exclude (_order), o._order, o._key, o._row_hash
        from {name("rows_" + header.table)} r join {table} o using (_id)
        where _id in (select _id from news))"""
    meta = {"_parent_key": "null", "_version": version("_order"), "_is_deleted": deleted, "_why": text(NEW)}
    land(run, header, source, meta)
    for child in children:
        _follow(run, child, header)


def _hash_documents(run: Engine, header: str, children: Sequence[Taken]) -> None:
    """A header's hash covers its children in any order: by table their number and the sum of their hashes."""
    parts = []
    for child in children:
        rows, table = show(run, child), name(f"own_{child.contract.table}")
        run.run(
            f"""create table {table} as
            select _id, _head, {content(child, "md5_number_lower")} as h from {rows}"""
        )
        parts.append(
            f"""select _head, {text(f"{child.contract.table}:")} || count(*) || ':' || sum(h::hugeint) as part
            from {table} group by _head"""
        )
    run.run(
        f"""create or replace table sums as
        select _head, string_agg(part, ' ' order by part) as total
        from ({" union all ".join(parts)}) group by _head"""
    )
    run.run(
        f"""create or replace table {header} as
        select o.* replace (md5(o._row_hash::varchar || coalesce(s.total, ''))::uuid as _row_hash)
        from {header} o left join sums s on o._id = s._head"""
    )


def _find_news(run: Engine, contract: Contract, table: str) -> None:
    """`news`: ids of rows that differ from the version before theirs and, when late, from the newest.

    Against all versions, the newest alone would take A -> B -> A for no change when B comes late."""
    run.run(
        f"""create or replace table known as
        select distinct _key, _order, _row_hash from {run.before(contract)}
        where _key in (select _key from {table})"""
    )
    run.run(
        f"""create or replace table news as
        with versions as (
            select _key, _order, _row_hash, _id from {table}
            union all
            select _key, _order, _row_hash, -1 from known
        ),
        placed as (
            select *, lag(_row_hash) over (partition by _key order by _order, _id) as before from versions
        ),
        newest as (
            select _key, max(_order) as _order, arg_max(_row_hash, _order) as _row_hash
            from known group by _key
        )
        select p._id from placed p left join newest n on p._key = n._key
        where p._id >= 0 and p._row_hash is distinct from p.before
            and not coalesce(p._order <= n._order and p._row_hash = n._row_hash, false)"""
    )


def _follow(run: Engine, child: Taken, header: Contract) -> None:
    """Children of landed headers carry their version, order and deletion."""
    source = f"""(select c.* exclude (_order), h._key as head_key, h._order as _order, h._version as _version,
        h._is_deleted as _is_deleted
        from {name("rows_" + child.contract.table)} c
        join {name("land_" + header.table)} h on c._head = h._id)"""
    meta = {
        "_key": run.key(child.contract.key),
        "_parent_key": "head_key",
        "_row_hash": f"{content(child)}::uuid",
        "_why": text(NEW),
    }
    land(run, child.contract, source, meta)

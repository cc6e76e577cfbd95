"""Deletions found by comparing keys: known keys that the source no longer has are landed as deleted.

Belongs here: what is gone and how its last version is marked. Keep out: deletions the source reports."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from connectors.base import Keys, SourceError
from connectors.landing.engine import DELETED, Engine, land, name, text, version
from data_contracts.contract import Contract
from data_contracts.rules import judge


def land_deleted(run: Engine, contract: Contract, keys: Keys) -> None:
    """Lands the last versions of what is gone; a key that this very pull brought is not gone."""
    run.con.register("frame", _typed(contract, keys.frame))
    run.run(f"create or replace table alive as select {run.key(contract.key)} as _key from frame")
    run.con.unregister("frame")
    run.run(
        f"""create or replace table gone as
        with newest as (
            select * from {run.before(contract)}
            qualify _order = max(_order) over (partition by _key)
        )
        select * from newest where not _is_deleted and _key not in (select _key from alive)
            and _key not in (select _key from {name("own_" + contract.table)})"""
    )
    if keys.scope is not None:
        _within(run, keys.scope)
    bound = f"{text(run.bound.isoformat())}::timestamptz"
    gone = f"(select * replace ({_order(run, contract)} as _order, {_HASH} as _row_hash) from gone)"
    meta = {
        "_bound": bound,
        "_version": version("_order"),
        "_is_deleted": "true",
        "_id": "-1",
        "_why": text(DELETED),
    }
    land(run, contract, gone, meta)


_HASH = "md5(_row_hash::varchar || '|deleted')::uuid"


def _order(run: Engine, contract: Contract) -> str:
    """After the last version, before whatever the source says of the key at a later time."""
    if contract.file_like:
        return f"_order || '|' || {run.stamp}"
    return f"split_part(_order, '|', 1) || '|' || {run.stamp} || '|' || lpad(_row::varchar, 8, '0')"


def _typed(contract: Contract, frame: pl.DataFrame) -> pl.DataFrame:
    columns = tuple(contract.column(item) for item in contract.key)
    only = replace(contract, columns=columns, rules=(), updated_at=None, deleted_column=None)
    verdict = judge(only, frame)
    if verdict.refused.height:
        raise SourceError(f"the keys of {contract.table} cannot be read: {verdict.refused['message'][0]}")
    return verdict.valid


def _within(run: Engine, scope: pl.Expr) -> None:
    """Keeps of `gone` what the scope says was compared at all."""
    columns = ", ".join(name(item) for item in dict.fromkeys(scope.meta.root_names()))
    rows = pl.from_arrow(run.con.sql(f"select _key::varchar as _gone, {columns} from gone").to_arrow_table())
    if not isinstance(rows, pl.DataFrame):
        raise AssertionError("an arrow table gives a frame")
    run.con.register("compared", rows.filter(scope).select("_gone"))
    run.run("delete from gone where _key not in (select _gone::uuid from compared)")
    run.con.unregister("compared")

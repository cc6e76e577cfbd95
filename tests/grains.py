"""The grain that a staging or intermediate model or a build's list states in its yml (`meta: grain, nullable, required`),
looked for in rows. Keep out: grains of facts and reports, which every build checks itself (dbt_project/macros)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import yaml


def stated(model: Path) -> Mapping[str, Any]:
    """`meta` of the yml twin of a model."""
    (said,) = yaml.load(model.with_suffix(".yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["models"]
    meta: Mapping[str, Any] = said.get("config", {}).get("meta", {})
    return meta


def broken(con: duckdb.DuckDBPyConnection, relation: str, meta: Mapping[str, Sequence[str]]) -> list[str]:
    """What the rows of a relation break: keys that stand twice, and columns that lack a value."""
    grain = meta.get("grain", [])
    needed = [*(name for name in grain if name not in meta.get("nullable", [])), *meta.get("required", [])]
    found = [name for name in needed if _any(con, f"select 1 from {relation} where {name} is null")]
    twice = f"select 1 from {relation} group by {', '.join(grain)} having count(*) > 1"
    return [f"{relation}.{name} is NULL" for name in found] + (
        [f"{relation} has a key twice"] if grain and _any(con, twice) else []
    )


def _any(con: duckdb.DuckDBPyConnection, sql: str) -> bool:
    return con.execute(f"select exists ({sql})").fetchall()[0][0] is True

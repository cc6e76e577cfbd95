"""A published company whose shops have everything in common: facts moved to other shops, customers and cars made one.

No source delivers this. It is what reading few shops without the rest (reporting/near.py) must stand."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

OF_ORDER = ("fct_repair_order", "fct_ro_line", "fct_ro_line_tech", "fct_ro_job", "fct_ro_tax")


def shuffled(snapshot: Path, folder: Path, seed: int) -> Path:
    """A copy in which two of five documents are in whichever shop, each with all that is of it, one call of twenty is
    in none, and a third of the customers and cars are a few."""
    copy = Path(shutil.copyfile(snapshot, folder / f"shuffled_{seed}.duckdb"))
    copy.chmod(0o644)
    with duckdb.connect(str(copy)) as connection:
        _move_facts(connection, seed)
        for what, bridges in {"customer": ("source", "phone"), "vehicle": ("source",)}.items():
            _make_one(connection, what, [f"core.bridge_{what}_{bridge}" for bridge in bridges], seed)
    return copy


def _move_facts(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    shops = connection.execute("select list(site_key order by site) from core.dim_site where site_key >= 0").fetchall()
    facts = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'core' and table_name like 'fct_%' "
        "and table_name in (select table_name from duckdb_columns() where column_name = 'site_key') order by table_name"
    ).fetchall()
    for (fact,) in facts:
        row = "ro_key" if fact in OF_ORDER else "rowid"
        connection.execute(
            f"update core.{fact} set site_key = $shops[1 + cast(hash({row}, $seed, 'where') % len($shops) as integer)] "
            f"where hash({row}, $seed) % 5 < 2",
            {"shops": shops[0][0], "seed": seed},
        )
    connection.execute("update core.fct_call set site_key = null where hash(rowid, $seed) % 20 = 0", {"seed": seed})


def _make_one(connection: duckdb.DuckDBPyConnection, what: str, bridges: list[str], seed: int) -> None:
    golden = f"golden_{what}_key"
    connection.execute(
        "create or replace temp table one as select *, min(was) over (partition by hash(was, $seed, 'one') % 30) as is_now "
        f"from (select distinct {golden} as was from {bridges[0]}) where was <> -1 and hash(was, $seed) % 3 = 0",
        {"seed": seed},
    )
    for bridge in bridges:
        connection.execute(f"update {bridge} set {golden} = is_now from one where {golden} = was")

"""Staging and intermediate models and a build's lists state their grain, and the rows of a built home keep it.

Keep out: each kind's rows (tests/connectors), lists that have rows in an incremental build alone
(test_incremental_writes.py), facts and reports, whose grain every build checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
from warehouse.homes import Home

from tests import grains

Node = dict[str, Any]


def models(manifest: Node) -> Iterator[Node]:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["path"].split("/")[0] in ("staging", "intermediate", "build"):
            yield node


def test_every_model_that_no_build_checks_states_its_grain(manifest: Node) -> None:
    assert [node["name"] for node in models(manifest) if not node["config"]["meta"].get("grain")] == []


def test_the_rows_of_a_built_home_keep_the_stated_grains(built: Home, manifest: Node) -> None:
    with built.connect() as con:
        there = {
            name
            for (name,) in con.execute(
                "select view_name from duckdb_views() where not internal union all select table_name from duckdb_tables()"
            ).fetchall()
        }
        found = [node for node in models(manifest) if node["name"] in there]
        assert len(found) > 30
        broken = [
            line
            for node in found
            for line in grains.broken(con, f"{node['schema']}.{node['name']}", node["config"]["meta"])
        ]
    assert broken == []


def test_a_key_twice_and_a_missing_value_are_seen() -> None:
    with duckdb.connect() as con:
        con.execute(
            "create table told as from (values (1, 'a', null), (1, 'a', 'x'), (null, 'b', 'y')) as t (id, part, seen)"
        )
        meta = {"grain": ["id", "part"], "required": ["seen"]}
        assert grains.broken(con, "told", meta) == ["told.id is NULL", "told.seen is NULL", "told has a key twice"]
        assert grains.broken(con, "told", {"grain": ["id", "part", "seen"], "nullable": ["id", "seen"]}) == []

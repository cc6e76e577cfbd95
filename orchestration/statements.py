"""The SQL that dbt makes of the stored models, kept from one of its runs and run again without it.

dbt takes seconds to start and a tenth of a second per model, whatever the data. Its statements depend on models,
macros, settings and on which relations exist, never on rows: no model asks the database while it compiles. So with the
same fingerprint the same statements are right. Keep out: what a fingerprint covers and dbt itself (dbt_run.py)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from connectors.landing import store

MODEL = "model.tieout."
_COMMENT = re.compile(r"\s*(/\*.*?\*/|--[^\n]*\n)", re.DOTALL)
_WRITES = ("create", "insert", "delete", "drop", "alter", "update")
_TEMPORARY = re.compile(r'create\s+temporary\s+table\s+("[^"]+")', re.IGNORECASE)


@dataclass(frozen=True)
class Model:
    """A stored model and its statements, in order."""

    schema: str
    name: str
    sql: tuple[str, ...]

    @property
    def relation(self) -> str:
        return f"{self.schema}.{self.name}"


class Recorder:
    """Hears dbt's events, and keeps every statement of a model that writes."""

    def __init__(self) -> None:
        self._heard: dict[tuple[str, str], list[str]] = {}

    def __call__(self, event: Any) -> None:
        if event.info.name != "SQLQuery" or not event.data.conn_name.startswith(MODEL):
            return
        sql = _without_comments(event.data.sql)
        if sql.lower().startswith(_WRITES):
            node = event.data.node_info.node_relation
            self._heard.setdefault((node.schema, node.alias), []).append(sql)

    def models(self, written: set[str]) -> list[Model]:
        """What was heard of the stored models, in the order in which they were built."""
        heard = (Model(schema, name, tuple(sql)) for (schema, name), sql in self._heard.items())
        return [model for model in heard if model.relation in written]


def _without_comments(sql: str) -> str:
    while found := _COMMENT.match(sql):
        sql = sql[found.end() :]
    return sql.strip()


def kept(file: Path, fingerprint: str, full: bool) -> list[Model] | None:
    """The statements of such a build with these models and settings; None when dbt has to make them."""
    if not file.is_file():
        return None
    said = json.loads(file.read_text(encoding="utf-8"))
    if said["fingerprint"] != fingerprint or _mode(full) not in said:
        return None
    return [Model(one["schema"], one["name"], tuple(one["sql"])) for one in said[_mode(full)]]


def keep(file: Path, fingerprint: str, full: bool, models: list[Model]) -> None:
    """Beside those of the other mode, if these are of the same fingerprint."""
    said = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if said.get("fingerprint") != fingerprint:
        said = {"fingerprint": fingerprint}
    said[_mode(full)] = [asdict(_anew(model) if full else _tidied(model)) for model in models]
    store.write_text(file, json.dumps(said))


def _mode(full: bool) -> str:
    return "full" if full else "incremental"


def _anew(model: Model) -> Model:
    """A full build's statements without the ways around a relation that exists, which only the first build had not."""
    made = [sql.replace(f'"{model.name}__dbt_tmp"', f'"{model.name}"') for sql in model.sql if _makes(sql)]
    return Model(model.schema, model.name, (f'drop table if exists "{model.schema}"."{model.name}"', *made))


def _tidied(model: Model) -> Model:
    """An incremental build's statements with a temporary table that has no time in its name and is dropped at once."""
    name = f'"{model.name}__dbt_tmp"'
    found = {stamped for sql in model.sql for stamped in _TEMPORARY.findall(sql)}
    sql = model.sql
    for stamped in found:
        sql = (*(one.replace(stamped, name) for one in sql), f"drop table temp.main.{name}")
    return Model(model.schema, model.name, sql)


def _makes(sql: str) -> bool:
    return sql.lower().startswith(("create", "insert"))


def run(
    warehouse: duckdb.DuckDBPyConnection, models: list[Model], progress: Callable[[str, int, int], None] | None
) -> tuple[list[str], set[str]]:
    """(failed models, relations written). One transaction for each model; after a failure nothing more is built."""
    written: set[str] = set()
    for number, model in enumerate(models, start=1):
        try:
            _run(warehouse, model)
        except duckdb.Error as error:
            warehouse.execute("rollback")
            rest = [f"{left.relation}: not built: something before it failed" for left in models[number:]]
            return [f"{model.relation}: {error}", *rest], written
        written.add(model.relation)
        if progress:
            progress(model.name, number, len(models))
    return [], written


def _run(warehouse: duckdb.DuckDBPyConnection, model: Model) -> None:
    warehouse.execute("begin")
    for sql in model.sql:
        warehouse.execute(sql)
    warehouse.execute("commit")

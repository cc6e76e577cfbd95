"""Models of one source kind over landed rows, without the rest of the warehouse, by dbt's own macros.

Keep out: fixtures of one vendor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import polars as pl
import pytest

from connectors.base import Source
from data_contracts.contract import load
from data_contracts.landed import duckdb_columns
from tests import grains

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
Build = Callable[..., duckdb.DuckDBPyConnection]


class Returned(Exception):
    """What a macro hands to `return`."""


class Namespace:
    """`tieout.macro(...)` and `adapter.dispatch(...)` over the project's macro files."""

    def __init__(self, environment: jinja2.Environment) -> None:
        text = "\n".join(path.read_text() for path in sorted((PROJECT / "macros").glob("*.sql")))
        self.module = environment.from_string(text).make_module({"tieout": self, "adapter": self})

    def __getattr__(self, name: str) -> Callable[..., Any]:
        macro = getattr(self.module, name)

        def call(*arguments: Any, **named: Any) -> Any:
            try:
                return macro(*arguments, **named)
            except Returned as returned:
                return returned.args[0]

        return call

    def dispatch(self, name: str, _: str) -> Callable[..., Any]:
        return getattr(self.module, f"default__{name}")


def _give_back(value: Any) -> None:
    raise Returned(value)


@cache
def _macros() -> tuple[jinja2.Environment, Namespace]:
    """Reading all macros takes half a second: once for all models."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals |= {
        "return": _give_back,
        "ref": lambda name: name,
        "source": lambda kind, table: f"config.{table}" if kind == "config" else f"landing.{kind}__{table}",
        "config": lambda **_: "",
    }
    return environment, Namespace(environment)


@cache
def compiled(model: Path) -> str:
    environment, macros = _macros()
    return environment.from_string(model.read_text()).render(tieout=macros, adapter=macros)


def _land(con: duckdb.DuckDBPyConnection, kind: str, landed: Path) -> None:
    for table, contract in load(kind).items():
        columns = ", ".join(f'"{name}" {type_}' for name, type_ in duckdb_columns(contract))
        con.execute(f"create table landing.{kind}__{table} ({columns})")
        for file in sorted(landed.glob(f"*/{table}.parquet")):
            con.execute(f"insert into landing.{kind}__{table} by name from read_parquet('{file}')")


def _map_values(con: duckdb.DuckDBPyConnection, connection: str, source: Source) -> None:
    rows = [
        (connection, table, column, raw, canonical)
        for (table, column), values in source.maps().items()
        for raw, canonical in values.items()
    ]
    if rows:
        con.executemany("insert into config.value_map values (?, ?, ?, ?, ?)", rows)


def modelled(source: Source, connection: str, landed: Path, grain: bool = False) -> duckdb.DuckDBPyConnection:
    """A database in which the kind's models are views over what was landed in that folder."""
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'; create schema landing; create schema config")
    columns = "connection text, table_name text, column_name text, raw text, canonical text"
    con.execute(f"create table config.value_map ({columns})")
    _land(con, source.kind, landed)
    _map_values(con, connection, source)
    _views(con, source.kind, grain)
    return con


@pytest.fixture(scope="session")
def build() -> Build:
    return modelled


@pytest.fixture(scope="session")
def newest() -> Callable[[str], str]:
    """Name of a model -> the newest version of each of its rows, as every intermediate entity takes it."""

    def newest(model: str) -> str:
        environment, macros = _macros()
        text = environment.from_string("{{ tieout.newest(model) }}").render(tieout=macros, model=model)
        return f"({text})"

    return newest


def _views(con: duckdb.DuckDBPyConnection, kind: str, grain: bool) -> None:
    """Every model of the kind, again and again until each has found what it reads; judged by its grain if asked."""
    models = {path.stem: path for path in (PROJECT / "kinds" / kind).glob("*/*.sql")}
    assert models, f"{kind} has no models"
    waiting = {name: compiled(path) for name, path in models.items()}
    while waiting:
        made = [name for name, sql in waiting.items() if _made(con, name, sql)]
        assert made, f"none of these can be built: {sorted(waiting)}"
        for name in made:
            del waiting[name]
    judged = models if grain else {}
    assert [line for name, path in judged.items() for line in grains.broken(con, name, grains.stated(path))] == []


def _made(con: duckdb.DuckDBPyConnection, name: str, sql: str) -> bool:
    try:
        con.execute(f"create view {name} as {sql}")
    except duckdb.CatalogException:
        return False
    return True


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[Mapping[str, Any]]:
    frame: pl.DataFrame = con.sql(sql).pl()
    return frame.to_dicts()

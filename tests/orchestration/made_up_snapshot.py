"""A published snapshot whose reports are tables with the rows that a test wants them to have.

Columns are those of the models' yml, so that a test breaks when they do. Keep out: expectations, any SQL of a model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

MODELS = Path(__file__).resolve().parents[2] / "dbt_project" / "models"
SITES = {"chi": (7, "America/Chicago"), "den": (8, "America/Denver")}
DAYS = (date(2026, 3, 9), date(2026, 3, 31))
Rows = Sequence[Mapping[str, Any]]

CORE = """
create schema core;
create table core.dim_site (site_key bigint, site text, name text, region text, iana_tz text, day_cutoff_minutes integer);
create table core.dim_site_day (site_key bigint, business_date date);
create table core.reporting_period_day (period_grain text, period_start date, period_end date, business_date date);
create table core.cfg_report (site_key bigint, name text, value text);
create table main.published (version text);
create table main.report (name text, definition text);
"""


def publish(home: Path, version: str, **reports: Rows) -> None:
    """A version in which these reports (by name) have these rows; `site` stands for the site_key."""
    folder = home / "published"
    (folder / version).mkdir(parents=True)
    said = {"version": version, "build_id": version, "marts": {}}
    (folder / version / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    (folder / "current").unlink(missing_ok=True)
    (folder / "current").symlink_to(version)
    file = folder / f"{version}.duckdb"
    with duckdb.connect(str(file)) as connection:
        _core(connection, version)
        for name, rows in reports.items():
            _report(connection, name, rows)
    file.rename(folder / "current.duckdb")


def _core(connection: duckdb.DuckDBPyConnection, version: str) -> None:
    connection.execute(CORE)
    connection.execute("insert into main.published values (?)", [version])
    count = (DAYS[1] - DAYS[0]).days + 1
    for site, (key, zone) in SITES.items():
        connection.execute("insert into core.dim_site values (?, ?, ?, '', ?, 0)", [key, site, site.title(), zone])
        rows = [[key, DAYS[0] + timedelta(days=place)] for place in range(count)]
        connection.executemany("insert into core.dim_site_day values (?, ?)", rows)


def _report(connection: duckdb.DuckDBPyConnection, name: str, rows: Rows) -> None:
    (file,) = MODELS.rglob(f"{name}.yml")
    (model,) = yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    schema, columns = file.relative_to(MODELS).parts[0], model["columns"]
    connection.execute(f"create schema if not exists {schema}")
    typed = ", ".join(f'"{column["name"]}" {column["data_type"]}' for column in columns)
    connection.execute(f"create table {schema}.{name} ({typed})")
    for row in rows:
        told = {"site_key": SITES[row["site"]][0], **{key: value for key, value in row.items() if key != "site"}}
        marks = ", ".join("?" * len(told))
        connection.execute(f"insert into {schema}.{name} ({', '.join(told)}) values ({marks})", list(told.values()))
    meta = {key: value for key, value in model["config"]["meta"].items() if key in ("purpose", "day", "grain")}
    definition = {
        "name": name, "schema": schema, "description": "", "meta": meta, "reads": [], "sql": "",
        "columns": [_column(column) for column in columns],
    }  # fmt: skip
    connection.execute("insert into main.report values (?, ?)", [name, json.dumps(definition)])


def _column(column: Mapping[str, Any]) -> dict[str, Any]:
    meta = column.get("config", {}).get("meta", {})
    return {
        "name": column["name"], "type": column["data_type"], "description": "",
        **{key: meta.get(key) for key in ("label", "unit", "additivity", "drill")},
    }  # fmt: skip

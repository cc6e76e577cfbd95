"""Homes for tests of the warehouse: a folder with tieout.yml, deliveries, pulls and builds, and their tables as dicts.

Keep out: expectations."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials

from connectors.landing import landing
from connectors.simulator import company as simulated
from connectors.simulator import files as far_end
from connectors.simulator.company import World, make_company
from connectors.simulator.sites import make_sites
from connectors.simulator.whole import shop_id
from orchestration import config, warehouse
from orchestration.demo_sources import TYPES
from orchestration.warehouse import BuildResult

RECORDS = ["build", "build_pull", "fct_pull"]  # when and how often it ran: no two homes agree
TELEPHONY = ("call", "phone_number")
NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)
KEPT = ("partial_parse.msgpack", "views.json")
_parsed: list[Path] = []  # a parsed dbt project and its compiled reports, so that a new home need not make them again


def parsed_once() -> Any:
    """dbt parses a project again when the path of the warehouse is another; no model looks at it."""
    names = DuckDBCredentials._connection_keys
    return mock.patch.object(
        DuckDBCredentials,
        "_connection_keys",
        lambda one: tuple(name for name in names(one) if name != "path"),
    )


@dataclass
class Home:
    """One company's home. `sites` as in tieout.yml; `connections` name -> (folder of deliveries, site codes)."""

    folder: Path
    text: str
    built: list[BuildResult] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "tieout.yml").write_text(self.text, encoding="utf-8")
        self.config = config.load(self.folder / "tieout.yml", self.folder)

    def pull(self, now: datetime, kinds: Collection[str] = ("files", "shopware")) -> list[landing.PullResult]:
        return [
            landing.pull(
                self.folder,
                name,
                self.config.source(name),
                {one.code: one.site for one in connection.sites},
                now,
            )
            for name, connection in self.config.connections.items()
            if connection.kind in kinds
        ]

    def build(self, full_refresh: bool = False) -> BuildResult:
        target = self.folder / "dbt"
        if _parsed and not target.exists():
            target.mkdir()
            for file in _parsed:
                shutil.copy(file, target / file.name)
        with parsed_once():
            result = warehouse.build(self.config, full_refresh)
        assert result.ok, [*result.failed, *result.blocking_failures]
        if not _parsed and (target / "partial_parse.msgpack").exists():
            _parsed.extend(file for name in KEPT if (file := target / name).exists())
        self.built.append(result)
        return result

    def connect(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(str(self.folder / "warehouse.duckdb"), read_only=True)
        connection.execute("set TimeZone = 'UTC'")
        return connection

    def rows(self, sql: str, keys: int) -> dict[tuple[Any, ...], Any]:
        """Rows by their first columns; the value is the last column, or a dict of the rest."""
        with self.connect() as connection:
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description or []]
            found = cursor.fetchall()
        if len(names) == keys + 1:
            return {row[:keys]: row[keys] for row in found}
        return {row[:keys]: dict(zip(names[keys:], row[keys:], strict=True)) for row in found}


def home_of_fixtures(
    folder: Path, sites: Mapping[str, str], drops: Mapping[str, tuple[Path, Mapping[str, str]]]
) -> Home:
    """sites: id -> settings as YAML flow text; drops: connection -> (folder of deliveries, code -> site)."""
    lines = ["company: {name: Fixture}", "sites:"]
    lines += [f"  {name}: {{{settings}}}" for name, settings in sites.items()]
    lines.append("connections:")
    for name, (path, codes) in drops.items():
        mapped = ", ".join(f'"{code}": {site}' for code, site in codes.items())
        lines.append(f"  {name}: {{kind: files, path: {path}, sites: {{{mapped}}}}}")
    return Home(folder, "\n".join(lines))


def files_world(seed: int, shops: int, days: int, keep: Collection[str] = (), **arguments: Any) -> World:
    """A made-up company whose shops all deliver canonical files, but for those whose system is to be kept."""

    def sites(count: int) -> tuple[Any, ...]:
        return tuple(
            replace(site, dms=site.dms if site.dms in keep else "files", phone="files", phone_columns=0)
            for site in make_sites(count)
        )

    with mock.patch.object(simulated, "make_sites", sites):
        return make_company(seed, shops, days, **arguments)


def home_of_world(folder: Path, world: World, shopware: str = "") -> Home:
    """One connection per shop; each knows the codes of all shops (a payment may be taken at another one). Shops with
    Shop-Ware are read from this address; their telephony delivers files."""
    drops = {
        f"{site.id}_files": (
            folder / "drop" / site.id,
            {one.source_code: one.id for one in world.company.sites},
        )
        for site in world.company.sites
    }
    sites = {
        site.id: f"name: {site.name}, timezone: {site.timezone}, upcharge_pct: {site.upcharge_pct}, "
        f'postal_code: "{site.postal_code}"'
        for site in world.company.sites
    }
    for path, _ in drops.values():
        path.mkdir(parents=True)
    home = home_of_fixtures(folder, sites, drops)
    return Home(folder, f"{home.text}\n  shopware: {_shopware(world, shopware)}") if shopware else home


def _shopware(world: World, url: str) -> str:
    ids = {str(shop_id(site)): site.id for site in world.company.sites if site.dms == "shopware"}
    settings = {"kind": "shopware", "tenant_id": 1, "base_url": url, "payment_types": TYPES, "sites": ids}
    secrets = {"partner_id": "${SHOPWARE_PARTNER:-partner-1}", "secret": "${SHOPWARE_SECRET:-a-secret}"}
    return json.dumps(settings | secrets)


def deliver(home: Home, world: World, since: datetime | None, as_of: datetime, drop: str = "drop") -> None:
    """What comes in files: everything of most shops, only the calls of the others."""
    for site in world.company.sites:
        events = [event for event in world.events if site.dms == "files" or event.entity in TELEPHONY]
        far_end.deliver(world.company, events, site, home.folder / drop / site.id, since=since, as_of=as_of)


def marts(connection: duckdb.DuckDBPyConnection, database: str) -> Iterable[tuple[str, str]]:
    """Every stored relation that readers get, without the records of builds and pulls."""
    return connection.execute(
        """select schema_name, table_name from duckdb_tables()
        where database_name = ? and schema_name in ('core', 'sales', 'finance', 'calls', 'repair_orders')
        and not list_contains(?, table_name) order by all""",
        [database, RECORDS],
    ).fetchall()


def differences(one: Path, other: Path) -> list[str]:
    """Relations of two warehouses that are not equal row by row, with how many rows only one of them has."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        listed = list(marts(connection, "one"))
        found = [] if listed == list(marts(connection, "other")) else ["the warehouses do not hold the same relations"]
        for schema, table in listed:
            counts = [
                connection.execute(
                    f"select count(*) from (from {a}.{schema}.{table} except all from {b}.{schema}.{table})"
                ).fetchall()[0][0]
                for a, b in (("one", "other"), ("other", "one"))
            ]
            if any(counts):
                found.append(f"{schema}.{table}: {counts[0]} rows only in the one, {counts[1]} only in the other")
        facts = [f"one.{schema}.{table}" for schema, table in listed if table.startswith("fct_")]
        assert any(connection.execute(f"from {fact} limit 1").fetchall() for fact in facts), "nothing to compare"
    return found


def drop_texts(drop: Path, generation: str, **files: str) -> None:
    """A delivery of canonical files that a test has written by hand."""
    folder = drop / generation
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    listed = [f"{name}.csv,{len(text.splitlines()) - 1}\n" for name, text in files.items()]
    (folder / "_READY").write_text("".join(listed), encoding="utf-8")


def copy_of(home: Home, folder: Path) -> Home:
    """The same home elsewhere, its deliveries too."""
    shutil.copytree(home.folder, folder, symlinks=True)
    return Home(folder, home.text.replace(str(home.folder), str(folder)))


def published_differences(one: Path, other: Path) -> list[str]:
    """How the published snapshots and files of two homes differ."""
    snapshots = [home / "published" / "current.duckdb" for home in (one, other)]
    found = [f"snapshot {line}" for line in differences(*snapshots)]
    folders = [home / "published" / "current" for home in (one, other)]
    names = sorted({file.relative_to(folder) for folder in folders for file in folder.glob("*/*.parquet")})
    with duckdb.connect() as connection:
        for name in names:
            if name.stem not in RECORDS:
                a, b = (f"'{folder / name}'" for folder in folders)
                sql = f"select count(*) from ((from {a} except all from {b}) union all (from {b} except all from {a}))"
                rows = connection.execute(sql).fetchall()[0][0]
                found += [f"file {name}: {rows} rows"] if rows else []
    assert names
    return found

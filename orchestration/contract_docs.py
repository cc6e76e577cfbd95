"""Judges what each connection landed last by the Great Expectations suites of its contracts, with Data Docs.

Landing has refused bad rows before: this is a second opinion that people can open. Keep out: rules (contracts)."""

from __future__ import annotations

import duckdb

from connectors.base import TieoutError
from connectors.landing import manifest
from connectors.landing.manifest import Manifest
from data_contracts import contract, expectations
from data_contracts.expectations import Judged
from orchestration.config import Config


def judge(config: Config) -> list[Judged]:
    """One verdict per table of each connection's newest pull that landed rows. Takes ten seconds to start."""
    newest = [found for name in config.connections if (found := _newest(config, name))]
    batches = {}
    with duckdb.connect() as reader:
        reader.execute("set TimeZone = 'UTC'")
        for said in newest:
            folder = manifest.folder(config.home, said.connection, said.pull_id)
            for table, about in said.files.items():
                path = folder / about["name"]
                if path.is_file():  # packed pulls have left their folder
                    batch = reader.sql(f"from '{path}'").to_arrow_table().to_pandas()
                    batches[f"{said.connection}.{table}"] = (contract.load(said.kind)[table], batch)
    if not batches:
        raise TieoutError(f"{config.home}: nothing has landed yet; run 'tieout pull'")
    return expectations.validate(config.home / "docs", batches)


def _newest(config: Config, connection: str) -> Manifest | None:
    """The newest pull that brought rows: a quiet night says nothing about a contract."""
    landed = [said for said in manifest.manifests(config.home, connection) if said.files]
    return landed[-1] if landed else None

"""Writes dbt's `sources` of a kind from its contracts; `python -m data_contracts.dbt_sources` rewrites all.

Belongs here: that YAML. Keep out: staging models, which are written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from data_contracts.contract import ROOT, Contract, kinds, load
from data_contracts.landed import META, duckdb_columns

KINDS = ROOT.parent / "dbt_project" / "kinds"
HEADER = "# Written from the contracts by `python -m data_contracts.dbt_sources`: change those, not this.\n"


def path_of(kind: str) -> Path:
    """The kind's sources file."""
    return KINDS / kind / "staging" / f"_{kind}__sources.yml"


def text_of(kind: str) -> str:
    """What the kind's sources file has to say."""
    tables = [_table(contract) for contract in load(kind).values()]
    said = {"version": 2, "sources": [{"name": kind, "schema": "landing", "tables": tables}]}
    return HEADER + yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=110)


def stale(kind: str) -> bool:
    """Whether the kind's sources file says anything else than its contracts."""
    path = path_of(kind)
    return not path.exists() or path.read_text(encoding="utf-8") != text_of(kind)


def main() -> None:
    """Rewrites the sources files of all kinds."""
    for kind in kinds():
        if stale(kind):
            path_of(kind).parent.mkdir(parents=True, exist_ok=True)
            path_of(kind).write_text(text_of(kind), encoding="utf-8")
            print(f"wrote {path_of(kind).relative_to(ROOT.parent)}")


def _table(contract: Contract) -> dict[str, Any]:
    meanings = {column.name: column.description for column in contract.columns}
    meanings |= {name: meaning for name, _, meaning in META}
    return {
        "name": contract.table,
        "identifier": f"{contract.kind}__{contract.table}",
        "description": contract.description,
        "columns": [
            {"name": name, "data_type": type_.lower()}
            | ({"description": meanings[name]} if meanings[name] else {})
            for name, type_ in duckdb_columns(contract)
        ],
    }


if __name__ == "__main__":
    main()

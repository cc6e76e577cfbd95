"""What each report is, kept from dbt's full build for readers of the published marts: its SQL, what its yml says.

Belongs here: that list. Keep out: computing a report (reporting/on_read.py), publishing the list (publish.py)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from connectors.landing import store
from orchestration.layers import REPORTS


def keep(file: Path, results: Iterable[Any]) -> None:
    """Write what dbt's results of a full build say of the models of the report schemas."""
    told = [_told(result.node) for result in results if result.node.schema in REPORTS]
    store.write_text(file, json.dumps(told, default=str))


def kept(file: Path) -> list[dict[str, Any]]:
    """What `keep` wrote; nothing in a home that an earlier release has built."""
    return list(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else []


def _told(node: Any) -> dict[str, Any]:
    return {
        "name": node.name,
        "schema": node.schema,
        "description": " ".join(node.description.split()),
        "meta": dict(node.config.meta),
        "columns": [_column(column) for column in node.columns.values()],
        "reads": [id.split(".")[-1] for id in node.depends_on.nodes if id.startswith("model.")],
        "sql": node.compiled_code,
    }


def _column(column: Any) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.data_type,
        "description": " ".join(column.description.split()),
        **{key: column.config.meta.get(key) for key in ("label", "unit", "additivity")},
    }

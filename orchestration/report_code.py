"""What each report is, kept from dbt's full build for readers of the published marts: its SQL, what its yml says.

Belongs here: that list. Keep out: computing a report (reporting/on_read.py), publishing the list (publish.py)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors.landing import store
from orchestration.layers import REPORTS

Told = Mapping[str, Any]


def keep(file: Path, fingerprint: str, built: Iterable[Any], compiled: Callable[[], Iterable[Any]]) -> None:
    """Write what dbt says of the models of the report schemas, and of views they share: of those that a full build has
    `built`, and of those that it has not, which are `compiled` once for the same models (`fingerprint`)."""
    views = file.with_name("views.json")
    known = json.loads(views.read_text(encoding="utf-8")) if views.is_file() else {}
    if known.get("fingerprint") != fingerprint:
        told = [_told(result.node) for result in compiled()]
        known = {"fingerprint": fingerprint, "views": told}
        store.write_text(views, json.dumps(known, default=str))
    stored = [_told(result.node) for result in built if result.node.schema in REPORTS or _again(result.node)]
    store.write_text(file, json.dumps([*stored, *known["views"]], default=str))


def kept(file: Path) -> list[Told]:
    """What `keep` wrote; nothing in a home that an earlier release has built."""
    return list(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else []


def on_read(reports: Sequence[Told]) -> list[Told]:
    """Those that are views on what is stored, each after those it reads."""
    left = [report for report in reports if report["meta"].get("computed") == "on_read"]
    found: list[Told] = []
    while left:
        names = {report["name"] for report in left}
        ready = [report for report in left if not names & set(report["reads"])]
        found += ready
        left = [report for report in left if report not in ready]
    return found


def _again(node: Any) -> bool:
    """A fact that is no more than a selection of another: read over other facts, it is made of those."""
    return bool(node.config.meta.get("computed") == "again")


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
        **{key: column.config.meta.get(key) for key in ("label", "unit", "additivity", "drill")},
    }

"""A home into which Shopmonkey's change events are pulled, and what its models make of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.landing import landing
from connectors.shopmonkey import Shopmonkey

Pull = Callable[..., Any]
Rows = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def pull(tmp_path: Path) -> Pull:
    def pulled(folder: Path, now: datetime) -> Any:
        return landing.pull(tmp_path / "home", "sm", Shopmonkey(folder), {"S2": "x"}, now)

    return pulled


@pytest.fixture
def newest(tmp_path: Path, build: Any) -> Callable[[], Rows]:
    """Rows of the newest version of each document, by model."""

    def built() -> Rows:
        con: duckdb.DuckDBPyConnection = build(Shopmonkey(tmp_path), "sm", tmp_path / "home" / "landing" / "sm")

        def rows(model: str) -> list[dict[str, Any]]:
            head = "repair_order" if model in ("ro_line", "ro_job", "ro_tax", "tender") else model
            newest = f"""select _version from int_shopmonkey__{head}
                qualify _order = max(_order) over (partition by document_key) and not _is_deleted"""
            sql = f"from int_shopmonkey__{model} where _version in ({newest})"
            found: list[dict[str, Any]] = con.sql(sql).pl().to_dicts()
            return found

        return rows

    return built

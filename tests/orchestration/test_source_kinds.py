"""A connection is named by what it feeds, not by what its kind could."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from data_contracts.contract import kinds
from orchestration import settings_tables
from orchestration.config import load
from orchestration.source_kinds import source_kinds

COMPANY = "company: {name: One}\nsites: {chi: {name: Chicago, timezone: America/Chicago}}\nconnections:\n"
DROP = "  {name}: {{kind: files, path: drop, sites: {{A: chi}}}}\n"
PULL = dict.fromkeys(
    ("pull_id", "window_from", "window_to", "rows_in", "rows_unchanged", "rows_quarantined", "status"), None
)


def told(connection: str, **rows: int) -> list[dict[str, object]]:
    return [{**PULL, "connection": connection, "table_name": name, "rows_landed": n} for name, n in rows.items()]


def test_deliveries_beside_the_shop_system_are_called_by_what_they_bring(tmp_path: Path) -> None:
    names = ("shop", "texts", "bank", "silent")
    (tmp_path / "tieout.yml").write_text(COMPANY + "".join(DROP.format(name=name) for name in names), encoding="utf-8")
    pulls = told("shop", repair_order=9, ro_line=50, customer=4, call=7, time_card=2, control_total=3, message=0)
    pulls += told("texts", message=3, customer=2) + told("texts", task=1) + told("bank", cash_count=1, control_total=2)
    connection = duckdb.connect()
    config = load(tmp_path / "tieout.yml", tmp_path)
    rows = pl.DataFrame(pulls, schema=settings_tables.PULL)
    settings_tables.write(connection, config, rows, datetime(2026, 3, 10, 17, tzinfo=UTC))
    assert dict(connection.execute("select connection, source_kind from config.connection").fetchall()) == {
        "shop": "dms;telephony;timeclock",
        "texts": "messaging;tasks",
        "bank": "accounting",
        "silent": None,
    }


@pytest.mark.parametrize(
    ("kind", "feeds"),
    [
        ("stripe", "payments"),
        ("square", "payments"),
        ("iif", "accounting"),
        ("callrail", "telephony"),
        ("asterisk", "telephony"),
        ("dealertrack", "dms"),
        ("shopware", "dms;scheduler;timeclock"),
    ],
)
def test_a_kind_that_speaks_one_protocol_feeds_what_it_can_deliver(kind: str, feeds: str) -> None:
    assert source_kinds(kind, ()) == feeds


def test_every_kind_feeds_something() -> None:
    tables = {"repair_order"}
    assert [kind for kind in kinds() if not source_kinds(kind, tables)] == []

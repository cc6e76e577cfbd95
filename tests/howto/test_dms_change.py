"""How to go through what happens to a chain: a shop changes its system in the middle of a month, is renamed, is sold.

A shop is not a connection. The site keeps its name in tieout.yml for ever; each connection says for which days its codes
mean which site. History is never moved: the old connection stays, `retired`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from howto_shop import company, deliver

SETTINGS = """
company: {name: Two Shops}
sites:
  chi: {name: CHI_NAME, timezone: America/Chicago}
connections:
  chi_old:                       # until Tuesday, 10 March
    kind: files
    path: drop/old
    sites: {"S1": {site: chi, to: 2026-03-10}}
  chi_new:                       # from Wednesday on; its vendor converted the old orders, which it numbers anew
    kind: files
    path: drop/new
    sites: {"A": {site: chi, from: 2026-03-11}}
"""


@pytest.mark.slow
def test_a_shop_that_changes_its_system_mid_month_keeps_one_history_and_counts_each_day_once(
    tmp_path: Path, tieout: Callable[..., Any]
) -> None:
    company(tmp_path, SETTINGS.replace("CHI_NAME", "Chicago"))
    deliver(tmp_path / "drop/old", "g1", (1001, "2026-03-09", "80.00"), (1002, "2026-03-10", "45.00"))
    deliver(
        tmp_path / "drop/new", "g1",
        (1001, "2026-03-11", "70.00"),  # the same number as in the old system, and another order
        (9001, "2026-03-10", "45.00"),  # order 1002 as the new system's vendor has converted it
        site="A", till="A",
    )  # fmt: skip
    ran = tieout(tmp_path, "run")
    assert ran["ok"]

    # Each day comes from the system that was in use: the converted order counts at no site, its twin does.
    assert sales(tmp_path) == {"2026-03-09": "80.00", "2026-03-10": "45.00", "2026-03-11": "70.00"}
    assert orders(tmp_path) == [("1001", "chi_new"), ("1001", "chi_old"), ("1002", "chi_old")]
    closed = tieout(tmp_path, "close", "--site", "chi", "--date", "2026-03-11")
    assert closed["tie_out"]["delta"] == "0.00"

    # The old system is switched off. Nobody asks for it again, and its history stays: there is not even a build.
    retired = SETTINGS.replace("CHI_NAME", "Chicago").replace("path: drop/old", "path: drop/old\n    retired: true")
    company(tmp_path, retired)
    ran = tieout(tmp_path, "run")
    assert [one["connection"] for one in ran["pulled"]] == ["chi_new"]
    assert ran["build"]["nothing_new"]

    # Whoever takes the connection out instead is told what would be lost, before anything happens.
    begin, end = retired.index("  chi_old:"), retired.index("  chi_new:")
    company(tmp_path, retired[:begin] + retired[end:])
    told = tieout(tmp_path, "run", fails=2)
    assert "connections: 'chi_old' is gone, and its pulls are still landed" in told
    assert "put 'chi_old' back as it was, with `retired: true`" in told
    assert len(sales(tmp_path)) == 3


def sales(home: Path) -> dict[str, str]:
    """Business day -> Total Sales and Other of the shop, as published."""
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as snapshot:
        rows = snapshot.execute(
            """select business_date::varchar, total_sales_and_other::varchar
            from finance.recon_sales_payments inner join core.dim_site using (site_key)
            where site = 'chi' and total_sales_and_other <> 0"""
        ).fetchall()
    return dict(rows)


def orders(home: Path) -> list[tuple[str, str]]:
    """(number, connection) of the shop's orders."""
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as snapshot:
        return snapshot.execute(
            """select ro_number, connection from core.fct_repair_order
            inner join core.dim_source_connection using (source_connection_key)
            inner join core.dim_site using (site_key) where site = 'chi' order by all"""
        ).fetchall()

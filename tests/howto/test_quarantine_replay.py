"""How to work on what was refused: look at it, fix the map, and take it again.

Nothing that a source sends is dropped or guessed. A row that cannot be right waits in quarantine, with its reason, its
money and its text; the day that lacks it says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from howto_shop import Dms, company

SETTINGS = """
company: {name: One Shop}
sites:
  chi: {name: Chicago, timezone: America/Chicago}
connections:
  chi_dms: {kind: sql, url: "sqlite:///dms/dms.db", mapping: mapping.yml, sites: {"S1": chi}}
"""


@pytest.mark.slow
def test_a_payment_method_that_nobody_has_mapped_waits_until_it_is_mapped(
    tmp_path: Path, tieout: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where the path of the database begins
    company(tmp_path, SETTINGS)
    system = Dms(tmp_path / "dms")
    system.sell(1, days_ago=2, amount="80.00")
    system.sell(2, days_ago=2, amount="45.00", how="GC")  # gift card: new, and not in the mapping's method_map

    # Two nights. The payment is refused by both pulls, and waits once; the day lacks its money and says so.
    tieout(tmp_path, "pull")
    tieout(tmp_path, "run")
    (row,) = tieout(tmp_path, "quarantine", "list", "--rule", "unmapped_method", "--rows")["rows"]
    assert (row["table"], row["key"], row["at_stake"], row["times"]) == ("tender", "2", "45.00", 2)
    assert "'GC' is not mapped: name it in tieout.yml (mapped are CA, CC)" in row["message"]
    assert published(tmp_path, "select table_name, amount::varchar, times_seen from core.quarantine") == [
        ("tender", "45.00", 2)
    ]
    assert published(tmp_path, TIES) == [("-45.00",)]

    # Somebody maps it, and takes the row again: the source is not asked.
    company(
        tmp_path, SETTINGS.replace("mapping: mapping.yml,", "mapping: mapping.yml, method_map: {GC: store_credit},")
    )
    (done,) = tieout(tmp_path, "quarantine", "replay")["replayed"]
    assert (done["taken"], done["still_open"]) == (1, 0)
    tieout(tmp_path, "build")
    tieout(tmp_path, "publish")
    assert published(tmp_path, TIES) == [("0.00",)]
    assert published(tmp_path, "select * from core.quarantine") == []
    assert tieout(tmp_path, "quarantine", "list")["quarantine"] == []

    # What was taken is still there to be looked at.
    (taken,) = tieout(tmp_path, "quarantine", "list", "--status", "replayed")["quarantine"]
    assert (taken["rows"], taken["at_stake"]) == (1, "45.00")


TIES = """select delta::varchar from finance.recon_sales_payments inner join core.dim_site using (site_key)
    where site = 'chi' and total_sales_and_other <> 0"""


def published(home: Path, query: str) -> list[Any]:
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as snapshot:
        return snapshot.execute(query).fetchall()

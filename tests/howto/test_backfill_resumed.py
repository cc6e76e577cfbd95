"""How to bring years of history, and what happens when it is stopped on the way.

A nightly pull looks back 45 days. What is older is read once, by `tieout backfill`: a month (here: a quarter) at a time,
newest first, so that last year can be reported on while older years still come. Stop it when you like, or when the machine does."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from howto_shop import Dms, company

from connectors.landing import manifest

SETTINGS = """
company: {name: One Shop}
sites:
  chi: {name: Chicago, timezone: America/Chicago}
connections:
  chi_dms: {kind: sql, url: "sqlite:///dms/dms.db", mapping: mapping.yml, sites: {"S1": chi}}
"""
YEARS = 2 * 365


def test_a_backfill_that_is_killed_goes_on_where_it_was(
    tmp_path: Path, tieout: Callable[..., Any], monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)  # where the path of the database begins
    company(tmp_path, SETTINGS)
    system = Dms(tmp_path / "dms")
    system.sell(1, days_ago=1, amount="80.00")

    # The shop is connected, and pulled every night.
    tieout(tmp_path, "pull")
    nightly = manifest.newest(tmp_path, "chi_dms")

    # Then its vendor loads the two years that it had in its old system: no nightly pull looks that far back.
    for number, days_ago in enumerate(range(100, YEARS, 10), 2):
        system.sell(number, days_ago=days_ago, amount="45.00")
    (pulled,) = tieout(tmp_path, "pull")["pulled"]
    assert pulled["tables"]["tender"]["landed"] == 0

    # So they are fetched, quarter by quarter. Somebody restarts the machine after a few of them.
    first = (datetime.now(UTC) - timedelta(days=YEARS)).date()
    words = ["backfill", "--connection", "chi_dms", "--from", str(first), "--chunk", "quarter"]
    command = [sys.executable, "-c", "from orchestration.cli import main; main()", *words, "--home", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(chunks_read(tmp_path)) < 2:
        assert process.poll() is None
        time.sleep(0.1)
    process.kill()
    process.wait()
    before = chunks_read(tmp_path)

    # The same command goes on where it was killed. A budget of three chunks a night spares the shop's server.
    (state,) = tieout(tmp_path, *words, "--chunks", "3")["backfilled"]
    assert (state["done"], state["now"]) == (len(before) + 3, 3)
    (state,) = tieout(tmp_path, *words)["backfilled"]
    assert (state["done"], state["error"], state["failed"]) == (state["total"], "", {})

    # No quarter was read twice, none is missing, and the whole history is there.
    chunks = chunks_read(tmp_path)
    assert len(chunks) == len(set(chunks)) == state["total"]
    landed = sum(said.tables["tender"].landed for said in manifest.manifests(tmp_path, "chi_dms"))
    assert landed == 1 + len(range(100, YEARS, 10))

    # The nightly pulls go on where they were: a backfill moves their cursor neither back nor forth.
    last = manifest.newest(tmp_path, "chi_dms")
    assert nightly
    assert last
    assert last.cursor["tender"]["bound"] == manifest.manifests(tmp_path, "chi_dms")[1].cursor["tender"]["bound"]

    # Again there is nothing to do.
    assert tieout(tmp_path, *words)["backfilled"][0]["now"] == 0


def chunks_read(home: Path) -> list[str]:
    return [said.window["dates"][0] for said in manifest.manifests(home, "chi_dms") if said.window["backfill"]]

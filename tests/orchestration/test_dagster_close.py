"""Dagster's daily_close: where every shop's day stands, as `tieout close --month` shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
from small_company import SETTINGS, FakeBuild

from orchestration import assets
from orchestration.assets import DAILY_CLOSE
from orchestration.config import Config, load
from orchestration.events import stand_event
from orchestration.publish import publish


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "tieout.yml").write_text(SETTINGS, encoding="utf-8")
    return load(tmp_path / "tieout.yml", tmp_path)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def test_a_days_own_run_shows_where_every_shop_stands_on_it(config: Config, instance: dg.DagsterInstance) -> None:
    FakeBuild()(config)
    publish(config.home)
    close = assets.daily_close(config)
    assert dg.materialize([close], instance=instance, partition_key="2026-03-10").success
    newest = instance.fetch_materializations(DAILY_CLOSE, limit=1).records[0]
    assert newest.partition_key == "2026-03-10"
    assert newest.asset_materialization.metadata["waiting"].value == "den"
    checks = [
        event
        for record in instance.get_event_records(
            dg.EventRecordsFilter(dg.DagsterEventType.ASSET_CHECK_EVALUATION), limit=10
        )
        if (event := record.event_log_entry.asset_check_evaluation)
    ]
    assert {check.check_name: check.metadata["status"].value for check in checks} == {
        "chi_ties": "tied",
        "den_ties": "broken",
    }


@pytest.mark.parametrize(
    ("stands", "passes"),
    [
        (("tied", "tied", 0), True), (("signed", "explained", 2), True), (("restated", "tied", 0), False),
        (("broken", "tied", 1), False), (("open", "tied", 0), True), (("open", "explained", 0), False),
        (("open", "tied", 1), False),
    ],
)  # fmt: skip
def test_a_day_passes_when_it_ties_or_is_signed_and_has_not_moved(stands: tuple[str, str, int], passes: bool) -> None:
    status, ties, objections = stands
    row = {
        "site": "chi", "business_date": date(2026, 3, 10), "status": status, "tie_status": ties, "delta": 0,
        "open_breaks": 0, "blocking_exceptions": objections, "signed_by": None,
    }  # fmt: skip
    assert stand_event(row, DAILY_CLOSE).passed is passes

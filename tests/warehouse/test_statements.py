"""Builds that run dbt's statements again, without dbt, make what dbt makes.

Keep out: what the models say (golden days, oracle), kills (test_kills.py)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from warehouse.homes import Home, copy_of, deliver, differences, files_world, home_of_world

from connectors.simulator.company import World
from orchestration import dbt_run, warehouse

pytestmark = pytest.mark.slow
KEPT = Path("dbt/statements.json")
Days = tuple[World, Home, list[datetime]]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Days:
    """Two shops with six days: three are built at once, the fourth by dbt, so that its statements are known."""
    world = files_world(11, 2, 6, end=date(2026, 3, 13), ros_per_day=3, calls_per_day=4, breaks=0)
    home = home_of_world(tmp_path_factory.mktemp("statements") / "home", world)
    mornings = [world.as_of - timedelta(days=back) for back in (3, 2, 1, 0)]
    for since, morning in zip([None, *mornings], mornings[:2], strict=False):
        night(home, world, since, morning)
    return world, home, mornings


def night(home: Home, world: World, since: datetime | None, morning: datetime) -> None:
    deliver(home, world, since, morning)
    home.pull(morning)
    home.build()


def with_dbt(home: Home) -> Home:
    (home.folder / KEPT).unlink()
    return home


def models(home: Home, mode: str) -> Any:
    return json.loads((home.folder / KEPT).read_text(encoding="utf-8"))[mode]


def test_a_night_without_dbt_makes_what_one_with_dbt_makes(company: Days, tmp_path: Path) -> None:
    world, home, mornings = company
    ours, theirs = copy_of(home, tmp_path / "ours"), with_dbt(copy_of(home, tmp_path / "theirs"))
    with mock.patch.object(dbt_run, "models", side_effect=AssertionError("dbt was called")):
        night(ours, world, mornings[1], mornings[2])
    night(theirs, world, mornings[1], mornings[2])
    assert differences(ours.folder / "warehouse.duckdb", theirs.folder / "warehouse.duckdb") == []


def test_a_full_rebuild_without_dbt_makes_what_the_nights_made(company: Days, tmp_path: Path) -> None:
    _, home, _ = company
    again = copy_of(home, tmp_path / "again")
    with mock.patch.object(dbt_run, "models", side_effect=AssertionError("dbt was called")):
        again.build(full_refresh=True)
    assert differences(again.folder / "warehouse.duckdb", home.folder / "warehouse.duckdb") == []


def test_the_statements_are_the_same_whatever_the_data(company: Days, tmp_path: Path) -> None:
    world, home, mornings = company
    other = with_dbt(copy_of(home, tmp_path / "other"))
    night(other, world, mornings[1], mornings[3])
    assert models(other, "incremental") == models(home, "incremental")


def test_a_changed_setting_of_a_model_brings_dbt_back(tmp_path: Path) -> None:
    before = dbt_run.fingerprint("figures")
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    (project / "models" / "a.yml").write_text("models: []", encoding="utf-8")
    with mock.patch.object(dbt_run, "PROJECT", project):
        one = dbt_run.fingerprint("figures")
        (project / "models" / "a.yml").write_text("models: [{name: a}]", encoding="utf-8")
        other = dbt_run.fingerprint("figures")
    assert len({before, one, other, dbt_run.fingerprint("other figures")}) == 4


def test_a_statement_that_fails_names_its_model_and_leaves_the_build_open(company: Days, tmp_path: Path) -> None:
    world, home, mornings = company
    broken = copy_of(home, tmp_path / "broken")
    said = json.loads((broken.folder / KEPT).read_text(encoding="utf-8"))
    for model in said["incremental"]:
        if model["name"] == "fct_tender":
            model["sql"].append("select no_such_column from core.fct_tender")
    (broken.folder / KEPT).write_text(json.dumps(said), encoding="utf-8")
    deliver(broken, world, mornings[1], mornings[2])
    broken.pull(mornings[2])
    result = warehouse.build(broken.config)
    assert result.failed[0].startswith("core.fct_tender: ")
    assert "no_such_column" in result.failed[0]
    assert {line.partition(": ")[2] for line in result.failed[1:]} == {"not built: something before it failed"}
    night(with_dbt(broken), world, mornings[2], mornings[2])
    whole = copy_of(home, tmp_path / "whole")
    night(whole, world, mornings[1], mornings[2])
    assert differences(broken.folder / "warehouse.duckdb", whole.folder / "warehouse.duckdb") == []

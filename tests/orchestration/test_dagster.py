"""The Dagster definitions: lineage from source table to mart, and what the nightly job says of partitions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from small_company import SETTINGS, FakeBuild, deliver

from orchestration import verdict
from orchestration.assets import DAILY_CLOSE, PUBLISHED
from orchestration.config import Config, load
from orchestration.definitions import build
from orchestration.jobs import add_partitions
from orchestration.schedules import by_zone, contents, drop_folders


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shops; one delivery is a row short."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "tieout.yml").write_text(SETTINGS, encoding="utf-8")
    deliver(folder / "chi", "CHI")
    deliver(folder / "den", "DEN")
    (folder / "den" / "g1" / "_READY").write_text("tender.csv,3\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def config(home: Path) -> Config:
    return load(home / "tieout.yml", home)


@pytest.fixture(scope="module")
def definitions(config: Config) -> dg.Definitions:
    return build(config)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeBuild:
    fake = FakeBuild()
    monkeypatch.setattr(verdict, "build_warehouse", fake)
    return fake


@pytest.fixture
def instance(config: Config) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        add_partitions(instance, config)
        yield instance


def landed(table: str) -> dg.AssetKey:
    return dg.AssetKey(["landing", "files", table])


def test_the_lineage_runs_from_the_source_table_to_the_published_close(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    above = graph.get_ancestor_asset_keys(DAILY_CLOSE)
    path = [
        landed("tender"),
        dg.AssetKey(["staging", "stg_files__tender"]),
        dg.AssetKey(["core", "fct_tender"]),
        dg.AssetKey(["finance", "recon_sales_payments"]),
        PUBLISHED,
    ]
    assert set(path) <= above
    assert landed("repair_order") in above


def test_landed_tables_are_partitioned_by_connection_and_the_close_by_business_day(
    definitions: dg.Definitions,
) -> None:
    graph = definitions.resolve_asset_graph()
    partitions = graph.get(landed("tender")).partitions_def
    assert isinstance(partitions, dg.DynamicPartitionsDefinition)
    assert graph.get(landed("tender")).backfill_policy == dg.BackfillPolicy.single_run()
    assert isinstance(graph.get(DAILY_CLOSE).partitions_def, dg.DailyPartitionsDefinition)


def test_the_nightly_job_goes_on_past_a_failed_source_and_is_red_in_the_end(
    definitions: dg.Definitions, instance: dg.DagsterInstance, fake: FakeBuild, home: Path
) -> None:
    result = definitions.resolve_job_def("nightly").execute_in_process(instance=instance, raise_on_error=False)
    failed = {event.step_key for event in result.all_events if event.is_step_failure}
    assert failed == {"every_source_answered"}
    assert (home / "published" / "current.duckdb").is_file()
    told = [event.asset_key for event in result.all_events if event.is_step_materialization]
    assert {landed("tender"), PUBLISHED, DAILY_CLOSE} <= set(told)
    partitions = {event.partition for event in result.all_events if event.asset_key == landed("tender")}
    assert partitions == {"chi_files"}
    ties = {
        (check.check_name, check.partition): check.passed
        for event in result.all_events
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
        for check in [event.asset_check_evaluation_data]
        if check.asset_key == DAILY_CLOSE
    }
    assert ties == {("chi_ties", "2026-03-10"): True, ("den_ties", "2026-03-10"): False}
    (day,) = instance.fetch_materializations(DAILY_CLOSE, limit=5).records
    assert day.partition_key == "2026-03-10"
    shown = {name: entry.value for name, entry in day.asset_materialization.metadata.items()}
    assert {name: shown[name] for name in ("tied", "broken", "signed", "waiting")} == {
        "tied": 1, "broken": 1, "signed": 0, "waiting": "den",
    }  # fmt: skip


def test_one_dead_connection_fails_its_partition_and_the_others_are_materialized(
    definitions: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    assets: list[Any] = [one for one in definitions.assets or [] if landed("tender") in getattr(one, "keys", ())]
    both = {
        "dagster/asset_partition_range_start": "chi_files",
        "dagster/asset_partition_range_end": "den_files",
    }
    result = dg.materialize(assets, instance=instance, tags=both, raise_on_error=False)
    assert not result.success
    assert instance.get_materialized_partitions(landed("tender")) == {"chi_files"}
    again = dg.materialize(assets, instance=instance, partition_key="chi_files")
    assert again.success


def test_every_time_zone_with_shops_has_its_schedule_after_its_close(
    definitions: dg.Definitions, config: Config
) -> None:
    schedules: Any = definitions.schedules
    closes = [one for one in schedules if one.name.startswith("close_")]
    assert {one.execution_timezone for one in closes} == {"America/Chicago", "America/Denver"}
    assert by_zone(config) == {"America/Chicago": ["chi_files"], "America/Denver": ["den_files"]}


def test_the_sensor_asks_only_for_connections_whose_folder_has_changed(
    definitions: dg.Definitions, config: Config, home: Path, instance: dg.DagsterInstance
) -> None:
    assert set(drop_folders(config)) == {"chi_files", "den_files"}
    sensors: Any = definitions.sensors
    sensor = next(one for one in sensors if one.name == "drop_folders")
    before = dg.build_sensor_context(instance=instance)
    first = sensor(before)
    assert first.run_config["ops"]["pull"]["config"]["connections"] == ["chi_files", "den_files"]
    seen = contents(home / "chi")
    deliver(home / "chi", "CHI", name="g2")
    assert contents(home / "chi") != seen
    second = sensor(dg.build_sensor_context(instance=instance, cursor=before.cursor))
    assert second.run_config["ops"]["pull"]["config"]["connections"] == ["chi_files"]


def test_the_instance_of_a_home_frees_the_pool_after_a_cancelled_run_and_reports_to_nobody(
    tmp_path: Path,
) -> None:
    from orchestration.dev import instance_folder

    folder = instance_folder(tmp_path)
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        assert instance.run_monitoring_enabled
        assert instance.run_monitoring_settings["free_slots_after_run_end_seconds"] == 60
        assert instance.get_concurrency_config().pool_config.default_pool_limit == 1
        assert instance.telemetry_enabled is False
    (folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    instance_folder(tmp_path)
    assert (folder / "dagster.yaml").read_text(encoding="utf-8") == "telemetry: {enabled: false}\n"


def test_only_source_kinds_that_the_company_has_are_in_the_graph(definitions: dg.Definitions) -> None:
    keys = definitions.resolve_asset_graph().get_all_asset_keys()
    staged = {key.path[1].split("__")[0] for key in keys if key.path[0] == "staging"}
    assert staged == {"stg_files"}
    assert {key.path[1] for key in keys if key.path[0] == "landing" and len(key.path) == 3} == {"files"}

"""The sensor of alerts in Dagster: when it runs by itself, what it starts, and what Dagster says of a round."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from alerting_home import home, pulled

from orchestration.alerting import sensor as alerting
from orchestration.config import Config

LOG = """log: {kind: command, argv: ["sh", "-c", "%s"]}"""


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def look(config: Config, instance: dg.DagsterInstance) -> Any:
    sensor: Any = alerting.sensor(config, alerting.alerts_job(config))
    return sensor(dg.build_sensor_context(instance=instance))


def test_it_runs_by_itself_when_somebody_wants_to_be_told(tmp_path: Path) -> None:
    told, untold = home(tmp_path / "told", LOG % "true"), home(tmp_path / "untold")
    sensors = [alerting.sensor(config, alerting.alerts_job(config)) for config in (told, untold)]
    status = dg.DefaultSensorStatus
    assert [one.default_status for one in sensors] == [status.RUNNING, status.STOPPED]
    assert [one.minimum_interval_seconds for one in sensors] == [300, 300]


def test_without_a_channel_it_says_so(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    skipped = look(home(tmp_path), instance)
    assert skipped.skip_message == "tieout.yml names no channel under alerts:"


def test_it_starts_a_round_when_one_is_due_and_none_when_all_have_heard(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    config = home(tmp_path, LOG % f"cat >> '{tmp_path}/log'")
    assert look(config, instance).skip_message == "nothing new to tell"
    pulled(config, "den_files", "2026-03-11T08:00")
    pulled(config, "chi_files", "2026-03-11T08:00")
    asked = look(config, instance)
    assert asked.tags["tieout/why"] == "what comes in is another"
    assert alerting.alerts_job(config).execute_in_process(instance=instance).success
    assert "den_files" in (tmp_path / "log").read_text(encoding="utf-8")
    assert look(config, instance).skip_message == "nothing new to tell"


def test_a_round_whose_channel_fails_is_red_and_the_next_look_starts_another(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    config = home(tmp_path, LOG % "echo no paper >&2; exit 1")
    pulled(config, "den_files", "2026-03-11T08:00")
    done = alerting.alerts_job(config).execute_in_process(instance=instance, raise_on_error=False)
    (failure,) = [event for event in done.all_events if event.is_step_failure]
    assert "log: sh ended with 1: no paper" in str(failure.step_failure_data.error)
    assert look(config, instance).tags["tieout/why"] == "log: something to tell"


def test_it_waits_for_a_round_that_is_still_at_work(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    config = home(tmp_path, LOG % "true")
    pulled(config, "den_files", "2026-03-11T08:00")
    instance.create_run_for_job(alerting.alerts_job(config), status=dg.DagsterRunStatus.STARTED)
    assert look(config, instance).skip_message == "the last round is still at work"

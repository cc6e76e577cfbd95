"""Pulling many connections: one that fails, in whatever way, leaves the others alone; secrets stay secret."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from small_company import SETTINGS, deliver

from connectors.base import SourceError
from connectors.landing import landing
from orchestration.config import ConfigError, load
from orchestration.landing import offers, pull_all, sweep_is_due

NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "tieout.yml").write_text(SETTINGS, encoding="utf-8")
    deliver(tmp_path / "chi", "CHI")
    deliver(tmp_path / "den", "DEN")
    return tmp_path


@pytest.mark.parametrize("error", [SourceError("the source is down"), KeyError("a defect of the connector")])
def test_a_connection_that_fails_in_any_way_leaves_the_others_alone(
    home: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    real = landing.pull

    def pull(home: Path, connection: str, *rest: Any) -> landing.PullResult:
        if connection == "chi_files":
            raise error
        return real(home, connection, *rest)

    monkeypatch.setattr(landing, "pull", pull)
    heard: list[str] = []
    chi, den = pull_all(load(home / "tieout.yml", home), now=NOON, done=lambda one: heard.append(one.connection))
    assert not chi.ok
    assert str(error).strip("'") in chi.error
    assert (den.ok, den.total("landed"), den.total("rows_in")) == (True, 2, 2)
    assert sorted(heard) == ["chi_files", "den_files"]


def test_only_the_connections_that_were_named_are_pulled(home: Path) -> None:
    config = load(home / "tieout.yml", home)
    assert [one.connection for one in pull_all(config, ["den_files"], now=NOON)] == ["den_files"]


def test_a_connection_that_does_not_exist_is_told_before_anything_is_pulled(home: Path) -> None:
    with pytest.raises(ConfigError, match="no 'den_file'; did you mean 'den_files'"):
        pull_all(load(home / "tieout.yml", home), ["chi_files", "den_file"], now=NOON)
    assert not (home / "landing").exists()


def test_all_keys_are_compared_once_a_week(home: Path) -> None:
    config = load(home / "tieout.yml", home)
    asked = []
    for day in range(0, 16, 3):
        now = NOON + timedelta(days=day)
        asked.append(sweep_is_due(config, "chi_files", now))
        pull_all(config, ["chi_files"], now=now)
    assert asked == [False, False, False, True, False, False]


def test_an_error_that_repeats_a_secret_is_told_without_it(
    written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEN_TOKEN", "s3cr3t")
    found, errors = offers(load(written()))
    assert found == {"chi_dms": ["in: 1 delivery"]}
    assert errors == {"den_dms": "http://127.0.0.1: refused the token ${DEN_TOKEN}"}

"""The command line: exit codes, what a failure leaves standing, and that no stack trace reaches a user."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from small_company import SETTINGS, FakeBuild, deliver
from typer.testing import CliRunner, Result

from orchestration import verdict
from orchestration.cli import app
from orchestration.publish import current, versions


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two shops, each with one delivery."""
    for variable in ("TIEOUT_HOME", "TIEOUT_CONFIG"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "tieout.yml").write_text(SETTINGS, encoding="utf-8")
    deliver(tmp_path / "chi", "CHI")
    deliver(tmp_path / "den", "DEN")
    return tmp_path


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> FakeBuild:
    fake = FakeBuild()
    monkeypatch.setattr(verdict, "build_warehouse", fake)
    return fake


def tieout(home: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--home", str(home)])


def told(home: Path, *words: str) -> Any:
    return json.loads(tieout(home, *words, "--format", "json").stdout)


def in_a_process(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from orchestration.cli import main; main()", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_help_is_there_at_once_because_nothing_heavy_is_imported() -> None:
    heavy = ["dagster", "dbt", "duckdb", "great_expectations", "polars", "pydantic"]
    script = f"import sys, orchestration.cli; sys.exit(any(name in sys.modules for name in {heavy}))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize("words", [[], ["demo"], ["run"], ["pull"], ["close"], ["alerts"], ["backfill"], ["replay"], ["quarantine", "replay"]])
def test_every_command_has_help_with_an_example(words: list[str]) -> None:
    page = CliRunner().invoke(app, [*words, "--help"])
    assert page.exit_code == 0
    assert "tieout " + " ".join(words) in page.output


def test_a_run_pulls_builds_and_publishes_and_ends_with_a_summary(home: Path, build: FakeBuild) -> None:
    result = tieout(home, "run")
    assert result.exit_code == 0, result.output
    assert "chi_files" in result.output
    assert "all passed" in result.output
    assert "Published  version" in result.output
    assert current(home) is not None


def test_a_source_that_fails_stops_nothing_else_and_the_exit_code_says_so(home: Path, build: FakeBuild) -> None:
    (home / "den" / "g1" / "_READY").write_text("tender.csv,3\n", encoding="utf-8")
    run = told(home, "run")
    assert [(one["connection"], bool(one["error"] or one["failed"])) for one in run["pulled"]] == [
        ("chi_files", False),
        ("den_files", True),
    ]
    assert run["pulled"][0]["tables"]["tender"]["landed"] == 2
    assert run["published"]["marts"] > 0
    assert run["ok"] is False
    assert tieout(home, "run").exit_code == 1


def test_a_second_run_with_nothing_new_publishes_nothing(home: Path, build: FakeBuild) -> None:
    tieout(home, "run")
    build.nothing_new = True
    again = tieout(home, "run")
    assert again.exit_code == 0
    assert "nothing new" in again.output
    assert len(versions(home)) == 1


def test_failed_checks_leave_the_last_good_version_until_they_pass(home: Path, build: FakeBuild) -> None:
    tieout(home, "run")
    good = versions(home)
    build.failures = ["lines_sum_to_header: 3 rows"]
    refused = tieout(home, "run")
    assert refused.exit_code == 1
    assert "lines_sum_to_header" in refused.output
    assert f"readers keep version {good[0]}" in refused.output
    assert tieout(home, "run").exit_code == 1
    assert tieout(home, "publish").exit_code == 1
    assert versions(home) == good
    build.failures = []
    assert tieout(home, "run").exit_code == 0
    assert len(versions(home)) == 2


def test_a_build_that_ended_but_was_not_published_is_published_by_the_next_run(home: Path, build: FakeBuild) -> None:
    tieout(home, "build")
    assert current(home) is None
    build.nothing_new = True
    assert tieout(home, "run").exit_code == 0
    assert current(home) is not None


def test_mistakes_in_the_settings_come_all_at_once_before_anything_runs(home: Path, build: FakeBuild) -> None:
    broken = SETTINGS.replace("America/Denver", "Denver").replace("kind: files, path: chi", "kind: filse, path: chi")
    (home / "tieout.yml").write_text(broken, encoding="utf-8")
    result = tieout(home, "run")
    assert result.exit_code == 2
    assert "sites.den.timezone" in result.output
    assert "did you mean 'files'?" in result.output
    assert build.asked == []
    assert not (home / "landing").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["pull", "--from", "2026-03-01"],
        ["pull", "--from", "2026-03-10", "--to", "2026-03-01"],
        ["pull", "--connection", "nyc_files"],
        ["close", "--site", "chi"],
        ["close", "--site", "chi", "--date", "yesterday"],
        ["close", "--site", "chi", "--date", "2026-03-10"],
        ["run", "--format", "xml"],
    ],
)
def test_wrong_usage_is_exit_code_two(home: Path, words: list[str]) -> None:
    assert tieout(home, *words).exit_code == 2


def test_a_close_that_ties_is_zero_and_one_that_does_not_is_one(home: Path, build: FakeBuild) -> None:
    tieout(home, "run")
    tied = tieout(home, "close", "--site", "chi", "--date", "2026-03-10")
    assert (tied.exit_code, "ties" in tied.output) == (0, True)
    broken = tieout(home, "close", "--site", "den", "--date", "2026-03-10")
    assert broken.exit_code == 1
    assert "R13" in broken.output
    assert told(home, "close", "--site", "den", "--date", "2026-03-10")["tie_out"]["delta"] == "-6.00"


def test_close_of_an_unknown_site_names_those_that_there_are(home: Path, build: FakeBuild) -> None:
    tieout(home, "run")
    result = tieout(home, "close", "--site", "nyc", "--date", "2026-03-10")
    assert result.exit_code == 2
    assert "there are: chi, den" in result.output


def test_status_shows_pulls_quarantine_what_is_published_and_open_breaks(home: Path, build: FakeBuild) -> None:
    before = told(home, "status")
    assert [one["result"] for one in before["connections"]] == ["never pulled", "never pulled"]
    tieout(home, "run")
    state = told(home, "status")
    assert [one["result"] for one in state["connections"]] == ["complete", "complete"]
    assert state["open_breaks"] == {"den": {"days": 1, "breaks": 1, "net": "-6.00", "last": "2026-03-10"}}
    assert "Days that do not tie" in tieout(home, "status").output


def test_refused_rows_are_listed_with_their_reason_and_their_money(home: Path, build: FakeBuild) -> None:
    assert "Nothing is in quarantine" in tieout(home, "quarantine", "list").output
    deliver(home / "chi", "CHI", method="barter", name="g2")
    tieout(home, "pull")
    (refused,) = told(home, "quarantine", "list")["quarantine"]
    assert (refused["connection"], refused["table"], refused["rows"]) == ("chi_files", "tender", 1)
    assert refused["at_stake"] == "20.00"
    assert "barter" in refused["example"]
    assert "1 row, 20.00 at stake" in tieout(home, "quarantine", "list").output
    replayed = told(home, "quarantine", "replay")["replayed"]
    assert [(one["taken"], one["still_open"]) for one in replayed] == [(0, 1)]


def test_refused_rows_can_be_narrowed_and_read_one_by_one(home: Path, build: FakeBuild) -> None:
    deliver(home / "chi", "CHI", method="barter", name="g2")
    tieout(home, "pull")
    (row,) = told(home, "quarantine", "list", "--rows", "--rule", "not_allowed", "--site", "CHI")["rows"]
    assert (row["key"], row["business_date"], row["times"]) == ("T2", "2026-03-10", 1)
    assert json.loads(row["raw"])["method"] == "barter"
    assert told(home, "quarantine", "list", "--since", "2099-01-01")["quarantine"] == []
    assert told(home, "quarantine", "list", "--status", "replayed")["quarantine"] == []
    slip = tieout(home, "quarantine", "list", "--rule", "not_alowed")
    assert slip.exit_code != 0
    assert "did you mean 'not_allowed'?" in " ".join(slip.output.split())


def test_a_replay_takes_refused_rows_again_builds_all_of_it_and_publishes_without_asking_a_source(
    home: Path, build: FakeBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(home / "chi", "CHI-2", name="g2")
    tieout(home, "run")
    (home / "tieout.yml").write_text(SETTINGS.replace('{"CHI": chi}', '{"CHI": chi, "CHI-2": chi}'), encoding="utf-8")
    monkeypatch.setattr("connectors.files.Files.pull", lambda *_: pytest.fail("the source was asked"))
    told_ = told(home, "replay")
    assert [(one["connection"], one["taken"], one["still_open"]) for one in told_["replayed"]] == [("chi_files", 2, 0)]
    assert build.asked == [False, True]
    assert told_["published"]["marts"] > 0


def test_config_check_lists_what_each_connection_offers(home: Path) -> None:
    result = tieout(home, "config", "check")
    assert result.exit_code == 0, result.output
    assert "1 complete deliveries" in result.output
    (home / "den" / "g1").rename(home / "elsewhere")
    (home / "den").rmdir()
    failed = told(home, "config", "check")
    assert list(failed["errors"]) == ["den_files"]
    assert list(failed["offers"]) == ["chi_files"]


def test_an_error_is_one_line_without_a_trace_unless_it_is_asked_for(home: Path) -> None:
    words = ["publish", "--home", str(home)]
    plain = in_a_process(*words)
    assert plain.returncode == 1
    assert "there is no warehouse yet; run 'tieout build'" in plain.stderr
    assert "Traceback" not in plain.stderr + plain.stdout
    assert "Traceback" in in_a_process(*words, "--debug").stderr


def test_what_nobody_foresaw_is_told_without_a_trace_too(home: Path) -> None:
    (home / "published" / "current").mkdir(parents=True)
    (home / "published" / "current" / "manifest.json").write_text("half a", encoding="utf-8")
    (home / "published" / "current.duckdb").write_bytes(b"")
    plain = in_a_process("status", "--home", str(home))
    assert plain.returncode == 1
    assert "unexpected error" in plain.stderr
    assert "--debug" in plain.stderr
    assert "Traceback" not in plain.stderr
    assert "Traceback" in in_a_process("--debug", "status", "--home", str(home)).stderr

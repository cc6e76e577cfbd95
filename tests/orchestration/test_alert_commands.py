"""`tieout alerts` and `tieout close --month` as people and programs call them: what they print, and exit codes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alerting_home import SETTINGS, home
from made_up_snapshot import publish
from typer.testing import CliRunner, Result

from orchestration.cli import app
from orchestration.config import ConfigError, load

LOG = """log: {kind: command, argv: ["sh", "-c", "%s"]}"""


def tieout(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--home", str(folder)])


def day(site: str, number: int, status: str = "tied", ties: str = "tied", delta: int = 0) -> dict[str, Any]:
    return {
        "site": site, "business_date": date(2026, 3, number), "status": status, "tie_status": ties, "delta": delta,
        "open_breaks": 0,
    }  # fmt: skip


def test_a_round_says_what_is_open_and_who_was_told_and_is_well_although_something_is_wrong(tmp_path: Path) -> None:
    home(tmp_path, LOG % f"cat >> '{tmp_path}/log'")
    publish(tmp_path, "v1", restatement=[
        {"site": "den", "business_date": date(2026, 3, 10), "document_key": "d", "ro_number": "1002",
         "measure": "total", "diff": -43, "event": "void"},
    ])  # fmt: skip
    first, second = tieout(tmp_path, "alerts"), tieout(tmp_path, "alerts")
    assert (first.exit_code, second.exit_code) == (0, 0)
    words = " ".join(first.stdout.split())
    assert "new critical restatement den 2026-03-10 the signed day has moved: RO 1002: total by -43.00 (void)" in words
    assert "Alerts 1 new, 1 open Told log: alerts, 1 in it" in words
    assert "Alerts 0 new, 1 open Told nobody: there is nothing that somebody has not heard" in " ".join(
        second.stdout.split()
    )
    told = json.loads(tieout(tmp_path, "alerts", "--format", "json").stdout)
    assert (told["ok"], told["new"], told["open"][0]["key"]) == (True, [], "restatement:den:2026-03-10:d")


def test_a_channel_that_fails_is_named_and_the_exit_code_is_1(tmp_path: Path) -> None:
    home(tmp_path, LOG % "echo no paper >&2; exit 1")
    publish(tmp_path, "v1", restatement=[
        {"site": "den", "business_date": date(2026, 3, 10), "document_key": "d", "measure": "total", "diff": 1},
    ])  # fmt: skip
    failed = tieout(tmp_path, "alerts")
    assert failed.exit_code == 1
    assert "Not told   log: sh ended with 1: no paper; the next round tries again" in failed.stdout


def test_a_channel_can_be_tried_and_nobody_counts_as_told(tmp_path: Path) -> None:
    home(tmp_path, LOG % f"cat >> '{tmp_path}/log'")
    tried = tieout(tmp_path, "alerts", "--test")
    assert (tried.exit_code, tried.stdout.strip()) == (0, "Told       log: test")
    said = json.loads((tmp_path / "log").read_text(encoding="utf-8"))
    assert (said["what"], said["text"]) == ("test", "Two Shops: this channel of tieout alerts works")


def test_without_a_channel_it_says_that_nobody_is_told(tmp_path: Path) -> None:
    home(tmp_path)
    done = tieout(tmp_path, "alerts")
    assert done.exit_code == 0
    assert "Told       nobody: tieout.yml names no channel under alerts:" in done.stdout


def test_config_check_asks_for_the_secrets_of_channels_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOK", raising=False)
    said = 'alerts: {channels: {hook: {kind: webhook, url: "${HOOK}"}}}'
    (tmp_path / "tieout.yml").write_text(f"{SETTINGS}\n{said}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"alerts\.channels\.hook\.url: the environment has no HOOK"):
        load(tmp_path / "tieout.yml", tmp_path).require()
    assert tieout(tmp_path, "config", "check").exit_code == 2


def test_a_month_of_all_shops_or_of_one_is_a_grid(tmp_path: Path) -> None:
    publish(tmp_path, "v1", close_calendar=[day("chi", 9), day("chi", 10, "signed"), day("den", 10, "broken", "explained", -6)])
    every = tieout(tmp_path, "close", "--month", "2026-03")
    lines = every.stdout.splitlines()
    assert every.exit_code == 1  # a day waits for somebody
    assert lines[0] == "Close of March 2026   version v1"
    assert lines[4] == "chi  " + "  ." * 8 + "  T  S" + "  ." * 21 + "  1 of 2 signed"
    assert lines[5] == "den  " + "  ." * 9 + "  e" + "  ." * 21 + "  0 of 1 signed"
    assert "\x1b[" not in every.stdout
    one = tieout(tmp_path, "close", "--month", "2026-03", "--site", "chi")
    assert one.exit_code == 0
    assert "den" not in one.stdout
    assert tieout(tmp_path, "close", "--month", "2026-03", "--site", "all").stdout == every.stdout


def test_a_month_for_machines(tmp_path: Path) -> None:
    publish(tmp_path, "v1", close_calendar=[day("chi", 9), day("den", 10, "broken", "explained", -6)])
    told = json.loads(tieout(tmp_path, "close", "--month", "2026-03", "--format", "json").stdout)
    assert [(row["site"], row["business_date"], row["status"], row["delta"]) for row in told["rows"]] == [
        ("chi", "2026-03-09", "tied", "0.00"),
        ("den", "2026-03-10", "broken", "-6.00"),
    ]
    lines = tieout(tmp_path, "close", "--month", "2026-03", "--format", "csv").stdout.splitlines()
    assert lines[0].startswith("Site,Date,Status,Ties,Difference,")
    assert lines[2].startswith("den,2026-03-10,broken,explained,-6.00,")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--month", "2026-13"], "--month '2026-13': is no month; write it as 2026-11"),
        (["--month", "2027-01"], "no business day of these shops lies from 2027-01-01 to 2027-01-31"),
        (["--month", "2026-03", "--site", "chj"], "--site: there is no 'chj'; did you mean 'chi'?"),
        (["--month", "2026-03", "--date", "2026-03-10"], "give --month"),
        (["--site", "chi", "--date", "2026-03-10", "--format", "csv"], "--format csv is of --month alone"),
    ],
)
def test_a_month_that_is_none_is_refused_with_the_reason(tmp_path: Path, words: list[str], said: str) -> None:
    publish(tmp_path, "v1", close_calendar=[day("chi", 9)])
    refused = tieout(tmp_path, "close", *words)
    assert refused.exit_code == 2
    assert said in " ".join(refused.stderr.replace("│", " ").split())

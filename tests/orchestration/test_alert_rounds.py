"""Rounds of alerts: everybody is told once of each thing, whatever fails or is killed; silent sources; digests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alerting_home import PHONE, Ear, home, pulled, utc
from small_company import deliver

from connectors.locks import Held, locked
from orchestration.alerting import rounds
from orchestration.config import Config
from orchestration.landing import pull_all

CALL = "log: {kind: command, argv: [x]}"
DEN, CHI = "source:den_files", "source:chi_files"
TWO = "2026-03-11T16:00"  # a Wednesday, 11 in Chicago


def keys(done: rounds.Round) -> list[str]:
    return sorted(alert.key for alert in done.open)


def test_an_alert_is_told_once_and_again_only_after_it_was_gone(tmp_path: Path) -> None:
    config, ear = home(tmp_path, CALL), Ear()
    pulled(config, "chi_files", "2026-03-11T08:00")
    pulled(config, "den_files", "2026-03-11T08:00")
    assert keys(rounds.go(config, utc("2026-03-11T10:00"), ear)) == []  # two hours are allowed, to the second
    assert keys(rounds.go(config, utc("2026-03-11T10:00:01"), ear)) == [DEN]
    assert ear.take() == [("command", "alerts", [DEN])]
    rounds.go(config, utc("2026-03-11T10:05"), ear)
    assert ear.take() == []
    pulled(config, "den_files", "2026-03-11T10:07")
    assert keys(rounds.go(config, utc("2026-03-11T10:10"), ear)) == []
    assert keys(rounds.go(config, utc("2026-03-11T12:10"), ear)) == [DEN]
    assert ear.take() == [("command", "alerts", [DEN])]


def test_a_channel_that_fails_is_tried_again_and_keeps_no_other_from_being_told(tmp_path: Path) -> None:
    config, ear = home(tmp_path, f"{CALL}, {PHONE}"), Ear("+13125550102")
    pulled(config, "den_files", "2026-03-11T08:00")
    done = rounds.go(config, utc(TWO), ear)
    assert not done.ok
    assert [(one.channel, one.address, one.why) for one in done.failed] == [
        ("phone", "+13125550102", "the line is dead")
    ]
    assert [heard[0] for heard in ear.take()] == ["+13125550101", "command"]
    ear.deaf = {"command"}
    done = rounds.go(config, utc("2026-03-11T16:05"), ear)
    assert done.ok
    assert ear.take() == [("+13125550102", "alerts", [DEN])]


def test_what_is_over_before_anybody_could_be_told_is_told_all_the_same(tmp_path: Path) -> None:
    config, ear = home(tmp_path, CALL), Ear("command")
    pulled(config, "den_files", "2026-03-11T08:00")
    rounds.go(config, utc(TWO), ear)
    pulled(config, "den_files", "2026-03-11T16:01")
    ear.deaf = set()
    done = rounds.go(config, utc("2026-03-11T16:05"), ear)
    assert keys(done) == []
    assert ear.take() == [("command", "alerts", [DEN])]


def test_a_new_channel_hears_what_is_open_and_not_what_is_over(tmp_path: Path) -> None:
    config, ear = home(tmp_path, CALL), Ear()
    pulled(config, "den_files", "2026-03-11T08:00")
    rounds.go(config, utc(TWO), ear)
    pulled(config, "den_files", "2026-03-11T16:01")
    rounds.go(config, utc("2026-03-11T16:05"), ear)
    rounds.go(config, utc("2026-03-11T19:05"), ear)
    assert len(ear.take()) == 2
    rounds.go(home(tmp_path, f"{CALL}, {PHONE}"), utc("2026-03-11T19:10"), ear)
    assert ear.take() == [("+13125550101", "alerts", [DEN]), ("+13125550102", "alerts", [DEN])]


def test_a_defect_of_one_channel_is_told_without_its_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATE", "s3cr3t")
    config = home(tmp_path, 'hook: {kind: webhook, url: "${GATE}"}')
    pulled(config, "den_files", "2026-03-11T08:00")

    def send(channel: object, *_: object) -> None:
        raise ValueError(f"cannot speak {channel}")

    (failed,) = rounds.go(config, utc(TWO), send).failed
    assert failed.why.startswith("unexpected ValueError: cannot speak")
    assert "s3cr3t" not in failed.why


def test_a_secret_that_is_not_set_fails_its_channel_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATE", raising=False)
    config, ear = home(tmp_path, f'hook: {{kind: webhook, url: "${{GATE}}"}}, {CALL}'), Ear()
    pulled(config, "den_files", "2026-03-11T08:00")
    (failed,) = rounds.go(config, utc(TWO), ear).failed
    assert "alerts.channels.hook.url: the environment has no GATE" in failed.why
    assert ear.take() == [("command", "alerts", [DEN])]


def test_one_round_at_a_time(tmp_path: Path) -> None:
    config = home(tmp_path, CALL)
    with locked(tmp_path / "alerts" / "alerts.lock", "alerts"), pytest.raises(Held, match="alerts is in use"):
        rounds.go(config, utc(TWO), Ear())


KILLED = """
import os, signal, sys
from pathlib import Path
from alerting_home import utc
from orchestration.alerting import channels, rounds
from orchestration.config import load
def send(*letter):
    channels.send(*letter)
    os.kill(os.getpid(), signal.SIGKILL)
home = Path(sys.argv[1])
rounds.go(load(home / "tieout.yml", home), utc(sys.argv[2]), send)
"""


def test_killed_between_sending_and_noting_it_is_told_again_and_then_no_more(tmp_path: Path) -> None:
    config = home(tmp_path, f"""log: {{kind: command, argv: ["sh", "-c", "cat >> '{tmp_path}/log'; echo >> '{tmp_path}/log'"]}}""")
    pulled(config, "den_files", "2026-03-11T08:00")
    here = Path(__file__)
    path = os.pathsep.join([str(here.parents[2]), str(here.parent)])
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), TWO], env={**os.environ, "PYTHONPATH": path}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    rounds.go(config, utc("2026-03-11T16:05"))
    rounds.go(config, utc("2026-03-11T16:10"))
    lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert [[alert["key"] for alert in json.loads(line)["alerts"]] for line in lines] == [[DEN], [DEN]]


# silent sources


def silent(config: Config, *moments: str) -> list[bool]:
    return [CHI in keys(rounds.go(config, utc(moment), Ear())) for moment in moments]


def test_a_source_is_looked_at_in_the_business_hours_of_its_shop(tmp_path: Path) -> None:
    config = home(tmp_path)
    pulled(config, "chi_files", "2026-03-10T07:30")
    assert silent(config, "2026-03-11T12:59", "2026-03-11T13:00") == [False, True]  # it opens at 8, UTC-5
    pulled(config, "chi_files", "2026-03-11T23:30")  # after it has closed
    assert silent(config, "2026-03-11T23:35", "2026-03-12T13:00") == [True, False]


def test_days_on_which_the_shop_is_shut_are_no_silence(tmp_path: Path) -> None:
    config = home(tmp_path)
    pulled(config, "chi_files", "2026-03-14T19:00")  # Saturday, at closing time
    assert silent(config, "2026-03-16T13:00", "2026-03-16T22:00") == [False, True]  # Monday: 18 h, and 27 h
    pulled(config, "chi_files", "2026-07-02T23:00")  # the 3rd and the 4th are holidays, the 5th is a Sunday
    assert silent(config, "2026-07-06T20:00", "2026-07-07T13:00") == [False, True]  # 21 h, and 38 h


def test_a_holiday_is_not_looked_at(tmp_path: Path) -> None:
    config = home(tmp_path)
    pulled(config, "chi_files", "2026-12-20T12:00")
    assert silent(config, "2026-12-25T16:00", "2026-12-28T16:00") == [False, True]


def test_an_empty_folder_is_no_sign_of_life_and_a_table_that_stops_neither(tmp_path: Path) -> None:
    config = home(tmp_path)
    pulled(config, "chi_files", "2026-03-09T08:00")
    pulled(config, "chi_files", "2026-03-11T08:00", tables={})
    done = rounds.go(config, utc(TWO), Ear())
    (alert,) = [alert for alert in done.open if alert.key == CHI]
    assert alert.severity == "critical"
    assert alert.site == "chi"
    assert alert.text == "chi_files (files) is silent: last heard 2026-03-09 08:00 UTC, and 26 h are allowed"
    pulled(config, "chi_files", "2026-03-11T16:01", failed=["call"])
    assert CHI not in keys(rounds.go(config, utc("2026-03-11T16:05"), Ear()))


def test_a_source_that_was_never_heard_is_silent_from_when_it_was_first_looked_for(tmp_path: Path) -> None:
    config = home(tmp_path)
    assert keys(rounds.go(config, utc("2026-03-11T16:00"), Ear())) == []
    done = rounds.go(config, utc("2026-03-11T18:01"), Ear())
    assert [alert.text for alert in done.open] == ["den_files (files) is silent: never heard, and 2 h are allowed"]


# quarantine


def test_a_share_of_refused_rows_is_an_alert_while_they_wait(tmp_path: Path) -> None:
    config = home(tmp_path, quarantine_share=0.3)
    deliver(tmp_path / "chi", "CHI", method="beer")
    pull_all(config, ["chi_files"], now=utc("2026-03-11T14:00"))
    (alert,) = rounds.go(config, utc("2026-03-11T14:05"), Ear()).open
    assert (alert.key, alert.severity, alert.site) == ("quarantine:chi_files:tender", "warning", "chi")
    assert alert.text == (
        "1 of the 2 rows of tender that chi_files has sent in a week wait in quarantine: more than 30%; "
        "see 'tieout quarantine list --connection chi_files'"
    )
    assert rounds.go(home(tmp_path, quarantine_share=0.5), utc("2026-03-11T14:10"), Ear()).open == []
    deliver(tmp_path / "chi", "CHI", name="g2")  # the source has said it otherwise since
    pull_all(config, ["chi_files"], now=utc("2026-03-11T15:00"))
    assert rounds.go(config, utc("2026-03-11T15:05"), Ear()).open == []


# digests


def digests(config: Config, *moments: str) -> list[int]:
    found = []
    for moment in moments:
        ear = Ear()
        rounds.go(config, utc(moment), ear)
        found.append(sum(what == "digest" for _, what, _ in ear.heard))
    return found


DAILY = 'log: {kind: command, argv: [x], at_once: false, digest: "%s", sites: [chi]}'


def test_a_digest_comes_once_a_day_by_the_shops_clock_and_says_all_that_is_open(tmp_path: Path) -> None:
    config, ear = home(tmp_path, DAILY % "07:30"), Ear()
    pulled(config, "chi_files", "2026-03-09T08:00")
    rounds.go(config, utc("2026-03-11T16:00"), ear)
    assert ear.take() == []  # the first one comes the next morning, and nothing at once
    assert digests(config, "2026-03-12T12:25", "2026-03-12T12:30", "2026-03-12T12:35") == [0, 1, 0]
    rounds.go(config, utc("2026-03-15T20:00"), ear)  # the machine was off for days: one digest, the last
    assert ear.take() == [("command", "digest", [CHI])]


def test_a_digest_that_could_not_be_sent_is_sent_by_the_next_round(tmp_path: Path) -> None:
    config, ear = home(tmp_path, DAILY % "07:30"), Ear("command")
    rounds.go(config, utc("2026-03-11T16:00"), ear)
    assert not rounds.go(config, utc("2026-03-12T13:00"), ear).ok
    assert digests(config, "2026-03-12T13:05", "2026-03-12T13:10") == [1, 0]


def test_an_hour_that_the_clocks_skip_has_its_digest_after_it(tmp_path: Path) -> None:
    config = home(tmp_path, DAILY % "02:30")  # on 8 March 2026 two o'clock is three o'clock in Chicago
    digests(config, "2026-03-07T16:00")
    assert digests(config, "2026-03-08T07:59", "2026-03-08T08:29", "2026-03-08T08:30", "2026-03-08T09:00") == [0, 0, 1, 0]
    assert digests(config, "2026-03-09T07:29", "2026-03-09T07:30") == [0, 1]


def test_an_hour_that_the_clocks_repeat_has_one_digest(tmp_path: Path) -> None:
    config = home(tmp_path, DAILY % "01:30")  # on 1 November 2026 one o'clock comes twice there
    digests(config, "2026-10-31T16:00")
    assert digests(config, "2026-11-01T06:29", "2026-11-01T06:30", "2026-11-01T07:30", "2026-11-01T08:00") == [0, 1, 0, 0]
    assert digests(config, "2026-11-02T07:29", "2026-11-02T07:30") == [0, 1]


# what Dagster asks every five minutes


def test_a_round_is_due_when_something_came_or_went_or_somebody_has_not_heard(tmp_path: Path) -> None:
    config = home(tmp_path, CALL)
    pulled(config, "den_files", "2026-03-11T08:00")
    pulled(config, "chi_files", "2026-03-11T08:00")
    rounds.go(config, utc("2026-03-11T09:00"), Ear())
    assert rounds.due(config, utc("2026-03-11T09:05")) == []
    assert rounds.due(config, utc(TWO)) == ["what comes in is another"]
    rounds.go(config, utc(TWO), Ear("command"))
    assert rounds.due(config, utc("2026-03-11T16:05")) == ["log: something to tell"]
    rounds.go(config, utc("2026-03-11T16:05"), Ear())
    assert rounds.due(config, utc("2026-03-11T16:10")) == []
    pulled(config, "den_files", "2026-03-11T16:12")
    assert rounds.due(config, utc("2026-03-11T16:15")) == ["what comes in is another"]

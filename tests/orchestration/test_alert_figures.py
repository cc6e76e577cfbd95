"""Alerts of figures: what of the published reports becomes one, with which key, how grave, in which words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from alerting_home import Ear, home, utc
from made_up_snapshot import publish

from orchestration.alerting import figures, rounds
from orchestration.alerting.found import Alert
from orchestration.closing import folders, journal, stored
from orchestration.closing.journal import Said

TENTH = date(2026, 3, 10)
NOON = utc("2026-03-11T18:00")
TIE, TENDER = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
CALL = "log: {kind: command, argv: [x], about: [control, break, restatement, task]}"


def objection(control: str = "C-11", key: str = "1", **changed: Any) -> dict[str, Any]:
    row = {
        "site": "chi", "business_date": TENTH, "control_id": control, "drill_key": key, "document": "RO 1006",
        "aspect": "", "diff": 3, "severity": "B", "said": "RO 1006 is void and has payments of 103.00",
    }  # fmt: skip
    return row | changed


def broken(cause: str = "R13", **changed: Any) -> dict[str, Any]:
    row = {
        "site": "chi", "business_date": TENTH, "tie_key": TIE, "tender_key": None, "cause_code": cause,
        "cause_text": "closed under-tendered", "delta": -6, "confidence": "certain", "resolution": None,
    }  # fmt: skip
    return row | changed


def moved(measure: str, diff: int, **changed: Any) -> dict[str, Any]:
    row = {
        "site": "den", "business_date": TENTH, "document_key": "d1", "ro_number": "1002", "measure": measure,
        "diff": diff, "event": "reopen",
    }  # fmt: skip
    return row | changed


TASK = {
    "site": "den", "task_key": TIE, "title": "Call back about the estimate", "type": "estimate", "ro": "1007",
    "customer": "Jo Doe", "phone": "+13125550123", "assignee": "Kim", "created_business_date": TENTH,
    "due_ts": datetime(2026, 3, 11, 20, tzinfo=UTC),
}  # fmt: skip


def found(folder: Path) -> dict[str, Alert]:
    return {alert.key: alert for kind in figures.REPORTS for alert in figures.found(folder, kind, NOON).alerts}


def sign(folder: Path, site: str) -> None:
    said = Said("sign", site, TENTH, "Ann", "counted")
    entry = journal.entry(said, 1, NOON, journal.FIRST)
    journal.folder(folder).mkdir()
    (journal.folder(folder) / journal.FILE).write_bytes(entry.line)
    place = folders.of(folder, site, TENTH, 1)
    place.mkdir(parents=True)
    pl.DataFrame(schema=stored.SIGNED_MEASURE).write_parquet(place / "measures.parquet")


def test_before_anything_is_published_nothing_is_wrong(tmp_path: Path) -> None:
    assert found(tmp_path) == {}
    assert figures.mark(tmp_path) == ""


def test_a_blocking_control_is_one_alert_per_shop_and_day_with_the_largest_exception(tmp_path: Path) -> None:
    rows = [
        objection(key="1", diff=3), objection(key="2", diff=-103, said="RO 9 is void"), objection("C-14", diff=None),
        objection("C-16", severity="W"), objection(site="den"),
    ]  # fmt: skip
    publish(tmp_path, "v1", ctl_exception=rows)
    alerts = found(tmp_path)
    assert set(alerts) == {"control:C-11:chi:2026-03-10", "control:C-14:chi:2026-03-10", "control:C-11:den:2026-03-10"}
    one = alerts["control:C-11:chi:2026-03-10"]
    assert (one.severity, one.site, one.day) == ("critical", "chi", TENTH)
    assert one.text == "C-11 fails: RO 9 is void (and 1 more)"


def test_a_break_that_nothing_explains_is_critical_and_a_resolved_one_is_none(tmp_path: Path) -> None:
    rows = [broken(), broken("UNEXPLAINED", tender_key=TENDER), broken("R16", resolution="refunded")]
    publish(tmp_path, "v1", open_break=rows)
    alerts = found(tmp_path)
    assert {key: alert.severity for key, alert in alerts.items()} == {
        f"break:chi:2026-03-10:{TIE}::R13": "warning",
        f"break:chi:2026-03-10:{TIE}:{TENDER}:UNEXPLAINED": "critical",
    }
    assert alerts[f"break:chi:2026-03-10:{TIE}::R13"].text == "-6.00 off: closed under-tendered (R13, certain)"


def test_a_restatement_is_one_alert_per_document_with_its_measures(tmp_path: Path) -> None:
    publish(tmp_path, "v1", restatement=[moved("labor", -40), moved("total", -43), moved("tax", 1, document_key="d2")])
    alerts = found(tmp_path)
    assert set(alerts) == {"restatement:den:2026-03-10:d1", "restatement:den:2026-03-10:d2"}
    one = alerts["restatement:den:2026-03-10:d1"]
    assert one.severity == "critical"
    assert one.text == "the signed day has moved: RO 1002: labor by -40.00, total by -43.00 (reopen)"


def test_a_task_says_for_whom_it_is_and_not_about_whom(tmp_path: Path) -> None:
    publish(tmp_path, "v1", task_active=[TASK])
    (alert,) = found(tmp_path).values()
    assert (alert.key, alert.severity, alert.site, alert.day) == (f"task:{TIE}", "info", "den", TENTH)
    assert alert.text == "task for Kim: Call back about the estimate, RO 1007, due 2026-03-11 20:00 UTC"


def test_a_signed_day_is_answered_for_until_it_moves(tmp_path: Path) -> None:
    publish(
        tmp_path, "v1", ctl_exception=[objection(), objection(site="den")], open_break=[broken(), broken(site="den")],
        restatement=[moved("total", -43)], task_active=[TASK],
    )  # fmt: skip
    assert len(found(tmp_path)) == 6
    sign(tmp_path, "den")
    assert {key.partition(":")[0] for key, alert in found(tmp_path).items() if alert.site == "den"} == {
        "restatement",
        "task",
    }


def test_a_broken_journal_is_told_and_what_was_known_stays_known(tmp_path: Path) -> None:
    config, ear = home(tmp_path, CALL), Ear()
    publish(tmp_path, "v1", ctl_exception=[objection()])
    rounds.go(config, NOON, ear)
    sign(tmp_path, "chi")
    file = journal.folder(tmp_path) / journal.FILE
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"counted", b"Counted"))
    done = rounds.go(config, NOON, ear)
    assert {alert.key for alert in done.open if alert.kind == "control"} == {
        "control:C-11:chi:2026-03-10",
        figures.CHAIN,
    }
    file.write_bytes(whole)
    rounds.go(config, NOON, ear)
    assert ear.take() == [
        ("command", "alerts", ["control:C-11:chi:2026-03-10"]),
        ("command", "alerts", [figures.CHAIN]),
    ]
    assert [alert for alert in rounds.go(config, NOON, ear).open if alert.kind == "control"] == []


def test_figures_are_looked_at_again_only_when_another_version_is_published(tmp_path: Path) -> None:
    config, ear = home(tmp_path, CALL), Ear()
    publish(tmp_path, "v1", open_break=[broken()])
    assert rounds.due(config, NOON) == ["there are new figures"]
    rounds.go(config, NOON, ear)
    assert rounds.due(config, NOON) == []
    publish(tmp_path, "v2", open_break=[broken(), broken("R16")])
    rounds.go(config, NOON, ear)
    publish(tmp_path, "v3", open_break=[])
    assert [alert for alert in rounds.go(config, NOON, ear).open if alert.kind == "break"] == []
    publish(tmp_path, "v4", open_break=[broken()])
    rounds.go(config, NOON, ear)
    r13, r16 = f"break:chi:2026-03-10:{TIE}::R13", f"break:chi:2026-03-10:{TIE}::R16"
    assert sorted(ear.heard) == sorted([("command", "alerts", [key]) for key in (r13, r16, r13)])


def test_a_report_with_a_defect_keeps_nobody_from_hearing_of_the_others(tmp_path: Path) -> None:
    config, ear = home(tmp_path, CALL), Ear()
    publish(tmp_path, "v1", open_break=[broken()], ctl_exception=[objection(said=None)], task_active=[TASK])
    with duckdb.connect(str(tmp_path / "published" / "current.duckdb")) as connection:
        connection.execute("alter table finance.ctl_exception drop column severity")
    done = rounds.go(config, NOON, ear)
    assert not done.ok
    assert done.unread.startswith("unexpected BinderException")
    assert ear.take() == [("command", "alerts", [f"break:chi:2026-03-10:{TIE}::R13", f"task:{TIE}"])]
    assert rounds.due(config, NOON) == ["there are new figures"]


def test_a_snapshot_without_reports_is_said_and_keeps_nobody_from_hearing_of_the_rest(tmp_path: Path) -> None:
    config = home(tmp_path, "log: {kind: command, argv: [x]}")
    publish(tmp_path, "v1")
    done = rounds.go(config, NOON, Ear())
    assert not done.ok
    assert "does not hold its reports" in done.unread

"""finance.close_calendar by its own SQL over what is published: it says what recon does, and what the journal does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from warehouse.homes import NOON, Home, copy_of

from orchestration import reports
from orchestration.alerting import figures
from orchestration.cli import app
from orchestration.publish import publish

pytestmark = pytest.mark.slow
MONTH = reports.Asked(first=date(2026, 3, 1), last=date(2026, 3, 31))
SIGN = "close --site chi --date 2026-03-10 --sign --by Ann --reason counted --home"


def days(home: Home) -> dict[date, dict[str, Any]]:
    rows = reports.ask(home.folder / "published" / "current.duckdb", "close_calendar", MONTH).rows
    return {row["business_date"]: row for row in rows.to_dicts()}


def test_every_day_has_its_place_and_a_signature_moves_it_without_another_build(built: Home, tmp_path: Path) -> None:
    home = copy_of(built, tmp_path / "home")
    publish(home.folder)
    judged = [figures.found(home.folder, kind, NOON).judged for kind in figures.REPORTS]
    assert judged == [{kind} for kind in figures.REPORTS]  # alerts know the reports and their columns
    ties = home.rows("select business_date, delta, status from finance.recon_sales_payments", 1)
    before = days(home)
    assert {day: (row["delta"], row["tie_status"]) for day, row in before.items()} == {
        key[0]: (Decimal(said["delta"]), said["status"]) for key, said in ties.items()
    }
    assert {row["status"] for row in before.values()} == {"tied"}  # the golden day ties, and nothing objects
    assert CliRunner().invoke(app, [*SIGN.split(), str(home.folder)]).exit_code == 0
    after = days(home)
    signed = after.pop(date(2026, 3, 10))
    assert (signed["status"], signed["signed_by"], signed["restated_documents"]) == ("signed", "Ann", 0)
    assert after == {day: row for day, row in before.items() if day != date(2026, 3, 10)}

"""The worked examples of the catalogue, through the files connector, against figures worked by hand.

Keep out: random companies (test_made_up_company.py) and single models (dbt's unit tests)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from warehouse.golden import assert_cells, assert_recon, second_home, summary
from warehouse.homes import Home


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = second_home(tmp_path_factory.mktemp("second"))
    home.build()
    return home


def test_every_cell_of_the_golden_day_is_the_one_worked_by_hand(built: Home) -> None:
    assert_cells(built, "golden_day")


def test_the_golden_day_ties_line_by_line(built: Home) -> None:
    assert_recon(built, "golden_day")


def test_the_golden_days_total_is_the_catalogues(built: Home) -> None:
    found = summary(built)
    both = ("CHI", "day", "2026-03-10")
    assert found[*both, "v1.31", "", "other_receipts", "total_sales_and_other", "amount"] == Decimal("2454.60")
    assert found[*both, "v1.31", "", "payments", "total", "amount"] == Decimal("2454.60")
    assert found[*both, "v30", "", "payment_types", "total", "amount"] == Decimal("2304.60")
    assert found[*both, "v30", "", "payment_summary", "total", "amount"] == Decimal("2304.60")


def test_every_cell_of_the_second_golden_day_is_the_one_worked_by_hand(second: Home) -> None:
    assert_cells(second, "second_golden_day")


def test_the_second_golden_day_ties_line_by_line(second: Home) -> None:
    assert_recon(second, "second_golden_day")

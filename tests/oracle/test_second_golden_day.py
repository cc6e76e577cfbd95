"""The second golden day (REPORTS 5.0): what 5.10 leaves out, by the figures of second_golden_day.md."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from oracle import deliveries
from oracle.compare import compare, report
from oracle.deliveries import FIXTURES, Company, Site
from oracle.oracle import Oracle

FOLDER = FIXTURES / "second_golden_day"
SITES = (Site("DEN", "America/Denver"), Site("RNO", "America/Los_Angeles"))


def groups() -> dict[str | None, dict[str, frozenset[str]]]:
    found: dict[str | None, dict[str, frozenset[str]]] = defaultdict(dict)
    with (FOLDER / "breakout_groups.csv").open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            known = found[row["site"]].get(row["breakout_group"], frozenset())
            found[row["site"]][row["breakout_group"]] = known | {row["member"]}
    return found


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    events = deliveries.events(FOLDER / "20260414", "DEN")
    company = Company(SITES, date(2026, 4, 14))
    return Oracle(company, events, as_of=deliveries.AS_OF, breakout_groups=groups())


def test_every_cell_of_the_second_golden_day_is_the_figure_worked_by_hand(oracle: Oracle) -> None:
    differences = compare(deliveries.expected_sales_summary(FOLDER), oracle.sales_summary())
    assert not differences, report(differences)


def test_every_line_of_its_tie_out_is_the_figure_worked_by_hand(oracle: Oracle) -> None:
    expected = deliveries.expected_table(FOLDER / "expected_recon.csv", ("site", "business_date"))
    differences = compare(expected, oracle.recon_sales_payments())
    assert not differences, report(differences)


def test_blocks_and_residual_less_overlap_are_the_sales(oracle: Oracle) -> None:
    cells = oracle.sales_summary()
    blocks = {
        group: cells["DEN", "day", date(2026, 4, 14), "v30", group, "breakout", "total", "total"]
        for group in ("Brakes", "Under car", "not_in_breakout")
    }
    assert blocks == {
        "Brakes": Decimal("97.66"),
        "Under car": Decimal("564.18"),
        "not_in_breakout": Decimal("355.83"),
    }


def test_the_second_golden_day_ties_per_ro(oracle: Oracle) -> None:
    assert oracle.ro_deltas() == {}


def test_technicians_stand_in_the_order_of_their_share_of_billed_hours(oracle: Oracle) -> None:
    assert oracle.ro_detail()["s2001"]["tech"] == "Eve Roe; Del Fox"

"""The golden day of REPORTS 5.10 and its 11 break variants (6.4), by figures worked by hand."""

from __future__ import annotations

import csv
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from oracle import deliveries
from oracle.compare import compare, report
from oracle.deliveries import FIXTURES, Company, Event, Row, Site
from oracle.oracle import Oracle

FOLDER = FIXTURES / "golden_day"
DAY = date(2026, 3, 10)


def log() -> list[Event]:
    return deepcopy(deliveries.events(FOLDER / "20260310", "CHI"))


def oracle(events: list[Event], end: date = DAY) -> Oracle:
    return Oracle(Company((Site("CHI"),), end), events, as_of=deliveries.AS_OF)


def test_every_cell_of_the_golden_day_is_the_figure_worked_by_hand() -> None:
    differences = compare(deliveries.expected_sales_summary(FOLDER), oracle(log()).sales_summary())
    assert not differences, report(differences)


def test_every_line_of_the_golden_tie_out_is_the_figure_worked_by_hand() -> None:
    expected = deliveries.expected_table(FOLDER / "expected_recon.csv", ("site", "business_date"))
    differences = compare(expected, oracle(log()).recon_sales_payments())
    assert not differences, report(differences)


def test_the_catalogue_s_own_sentence_about_the_golden_day_holds() -> None:
    line = oracle(log()).sales_summary_wide()["CHI", DAY]
    assert (line["total_sales"], line["total_other_sales"]) == (Decimal("1768.00"), Decimal("86.60"))
    assert line["total_sales_and_other"] == line["payments_total"] == Decimal("2454.60")
    assert line["ro_count"] == 5
    assert (line["ro_total_sales"], line["total_sales_w_tax"]) == (Decimal("1791.00"), Decimal("1854.60"))


def data(events: list[Event], entity: str, key: str) -> Row:
    found: Any = next(event.data for event in events if event.entity == entity and event.key == key)
    return found


def drop(events: list[Event], key: str) -> None:
    events[:] = [event for event in events if event.key != key]


def put(events: list[Event], entity: str, key: str, **values: object) -> None:
    like = next(event for event in events if event.entity == entity)
    events.append(Event(like.at, "CHI", entity, "saved", key, Row(values)))


def under_tendered(events: list[Event]) -> None:
    data(events, "tender", "t4")["amount"] = Decimal("150.00")


def posted_next_day(events: list[Event]) -> None:
    data(events, "tender", "t4")["business_date"] = date(2026, 3, 11)


def late_payment(events: list[Event]) -> None:
    line = Row(deepcopy(data(events, "repair_order", "r1006")["lines"][0]))
    line |= {"ro_id": "r980", "line_id": "l980", "gross_amount": Decimal(75), "net_amount": Decimal(75)}
    order = Row(deepcopy(data(events, "repair_order", "r1006")))
    order |= {"ro_id": "r980", "opened_at": None, "closed_date": date(2026, 3, 8), "lines": [line]}
    put(events, "repair_order", "r980", **order)
    paid = Row(data(events, "tender", "t8")) | {"tender_id": "t980", "ro_id": "r980", "amount": Decimal(75)}
    put(events, "tender", "t980", **paid)


def charge_missing(events: list[Event]) -> None:
    drop(events, "t5")


def advance_not_applied(events: list[Event]) -> None:
    data(events, "tender", "t2")["amount"] = Decimal("545.60")


def reopened(events: list[Event]) -> None:
    data(events, "repair_order", "r1006").update(status="open", closed_date=None, closed_at=None)


def voided(events: list[Event]) -> None:
    data(events, "repair_order", "r1006").update(status="void", lines=[])


def voided_with_advance(events: list[Event]) -> None:
    data(events, "repair_order", "r1002").update(status="void", lines=[])


def paid_twice(events: list[Event]) -> None:
    put(events, "tender", "t8b", **(Row(data(events, "tender", "t8")) | {"tender_id": "t8b"}))


def upcharge_missing(events: list[Event]) -> None:
    order = data(events, "repair_order", "r1006")
    order["lines"] = [line for line in order["lines"] if line["line_type"] != "upcharge"]


def edited_after_close(events: list[Event]) -> None:
    labor = data(events, "repair_order", "r1002")["lines"][1]
    labor.update(gross_amount=Decimal("170.00"), net_amount=Decimal("170.00"))


VARIANTS: list[Callable[[list[Event]], None]] = [
    under_tendered, posted_next_day, late_payment, charge_missing, advance_not_applied, reopened,
    voided, voided_with_advance, paid_twice, upcharge_missing, edited_after_close,
]  # fmt: skip


def expected_deltas(number: int) -> dict[date, Decimal]:
    with (FOLDER / "variants.csv").open(encoding="utf-8", newline="") as text:
        rows = [row for row in csv.DictReader(text) if row["variant"] == str(number)]
    return {date.fromisoformat(row["business_date"]): Decimal(row["delta"]) for row in rows}


@pytest.mark.parametrize("number", range(1, 12))
def test_each_break_variant_has_the_delta_of_the_catalogue_and_its_parts_add_up(number: int) -> None:
    events = log()
    VARIANTS[number - 1](events)
    found = oracle(events, end=date(2026, 3, 11))
    recon: Any = found.recon_sales_payments()
    assert {day: row["delta"] for (_, day), row in recon.items() if row["delta"]} == expected_deltas(number)
    by_ro = found.ro_deltas()
    for (site, day), row in recon.items():
        assert row["delta"] == row["sum_tender_gap"] + row["t_in"] - row["t_out"]
        assert row["delta"] == row["i2_diff"] == row["i3_diff"]
        assert row["delta"] == sum(value for (s, d, _), value in by_ro.items() if (s, d) == (site, day))

"""The worked examples of REPORTS 3D.1 (RO A) and 3A.2 (calls), and 6.7 where no example is printed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from oracle import deliveries
from oracle.compare import compare, report
from oracle.deliveries import FIXTURES, Company, Event, Row, Site
from oracle.oracle import Oracle


@pytest.mark.parametrize(("family", "dms"), [("F1", "rowriter"), ("F2", "files")])
def test_ro_a_has_the_figures_of_the_catalogue_in_both_families(family: str, dms: str) -> None:
    folder = FIXTURES / "ro_a"
    events = deliveries.events(folder / "20260312", "CHI")
    found = Oracle(Company((Site("CHI", dms=dms),), date(2026, 3, 12)), events, deliveries.AS_OF)
    expected = deliveries.expected_table(folder / "expected_ro_detail.csv", ("family", "ro_id"))[family, "a1"]
    differences = compare({"a1": expected}, found.ro_detail())
    assert not differences, report(differences)


def calls() -> Oracle:
    events = deliveries.events(FIXTURES / "calls" / "20260505", "A")
    return Oracle(Company((Site("A"), Site("B")), date(2026, 5, 5)), events, deliveries.AS_OF)


def test_the_call_summary_counts_a_caller_of_two_shops_once_in_the_total() -> None:
    path = FIXTURES / "calls" / "expected_call_summary.csv"
    expected = deliveries.expected_table(path, ("site", "grain", "period_start"))
    differences = compare(expected, calls().call_summary())
    assert not differences, report(differences)


def test_calls_by_number_add_up_to_the_inbound_calls_and_unregistered_numbers_have_a_row() -> None:
    path = FIXTURES / "calls" / "expected_call_summary_by_number.csv"
    expected = deliveries.expected_table(path, ("site", "number", "grain", "period_start"))
    differences = compare(expected, calls().call_summary_by_number())
    assert not differences, report(differences)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def version(day: int, amount: str, status: str = "closed", closed: int | None = 3, when: int = 12) -> Event:
    line = Row(
        ro_id="u1", line_id="1", line_type="labor", gross_amount=Decimal(amount), net_amount=Decimal(amount)
    )
    data: dict[str, Any] = {"ro_id": "u1", "status": status, "lines": [line], "opened_at": at(1)}
    data["closed_date"] = date(2026, 6, closed) if closed else None
    return Event(at(day, when), "U", "repair_order", "saved", "u1", Row(data))


def paid(key: str, day: int, amount: str, ro_id: str | None = "u1", known: int | None = None) -> Event:
    data = Row(tender_id=key, ro_id=ro_id, kind="final", method="card", amount=Decimal(amount))
    stated = Row(data | {"business_date": date(2026, 6, day)})
    return Event(at(known or day), "U", "tender", "saved", key, stated)


def unlabelled(events: list[Event], dms: str = "shopware", pulls: tuple[datetime, ...] = ()) -> Oracle:
    ready = [Event(e.at, e.site, e.entity, e.action, e.key, Row(e.data)) for e in events]
    return Oracle(Company((Site("U", "UTC", dms),), date(2026, 6, 9)), ready, at(30), pulls=pulls)


def kinds(oracle: Oracle) -> dict[str, tuple[str, Decimal, int]]:
    return {t.tender_id: (t.kind, t.amount, t.day.day) for t in oracle.world.tenders}


def test_kinds_are_derived_from_dates_and_what_is_left_at_the_close_is_charged() -> None:
    events = [
        paid("a", 2, "10"),
        version(3, "100"),
        paid("b", 3, "30"),
        paid("c", 5, "60"),
        paid("d", 5, "7", None),
    ]
    assert kinds(unlabelled(events)) == {
        "a": ("advance", Decimal(10), 2),
        "b": ("final", Decimal(30), 3),
        "c": ("ar_payment", Decimal(60), 5),
        "d": ("ar_payment", Decimal(7), 5),
        "derived:u1": ("ar_charge", Decimal(60), 3),
    }
    assert not unlabelled(events).ro_deltas()


def test_the_derived_charge_is_frozen_at_the_first_closed_version() -> None:
    events = [version(3, "100"), paid("b", 3, "30"), version(5, "120")]
    assert kinds(unlabelled(events))["derived:u1"] == ("ar_charge", Decimal(70), 3)
    assert unlabelled(events).ro_deltas() == {("U", date(2026, 6, 3), "u1"): Decimal(-20)}


def test_a_version_that_no_pull_saw_freezes_nothing() -> None:
    events = [version(3, "100"), paid("b", 3, "30"), version(5, "120")]
    assert kinds(unlabelled(events, pulls=(at(6),)))["derived:u1"] == ("ar_charge", Decimal(90), 3)
    assert kinds(unlabelled(events, pulls=(at(4), at(6))))["derived:u1"] == ("ar_charge", Decimal(70), 3)


def test_an_over_tendered_ro_gets_no_charge_and_stays_a_break() -> None:
    events = [version(3, "100"), paid("b", 3, "130")]
    assert set(kinds(unlabelled(events))) == {"b"}
    assert unlabelled(events).ro_deltas() == {("U", date(2026, 6, 3), "u1"): Decimal(30)}


def test_a_source_without_tenders_charges_every_ro_whole_and_says_so() -> None:
    oracle = unlabelled([version(3, "100"), paid("b", 3, "30")], dms="dealertrack")
    assert kinds(oracle) == {"derived:u1": ("ar_charge", Decimal(100), 3)}
    assert oracle.recon_sales_payments()["U", date(2026, 6, 3)]["derived_charge_share"] == 1


def test_a_payment_on_an_open_ro_is_an_advance_until_it_closes() -> None:
    events = [version(2, "100", status="open", closed=None), paid("a", 2, "40")]
    assert kinds(unlabelled(events)) == {"a": ("advance", Decimal(40), 2)}


def test_a_payment_taken_at_another_shop_counts_there_and_leaves_its_ro_open_here() -> None:
    """R25, and R21 beside it: a method that nobody has mapped is in no figure."""
    elsewhere = paid("a", 3, "100")
    elsewhere.data["site"] = "V"
    unmapped = paid("b", 3, "5")
    unmapped.data["method"] = "scanpay"
    events = [version(3, "100"), elsewhere, unmapped]
    company = Company((Site("U", "UTC"), Site("V", "UTC", "dealertrack")), date(2026, 6, 3))
    day = date(2026, 6, 3)
    oracle = Oracle(company, events, at(30))
    assert oracle.ro_deltas() == {("U", day, "u1"): Decimal(-100), ("V", day, "u1"): Decimal(100)}
    assert oracle.recon_sales_payments()["V", day]["t_in"] == 100

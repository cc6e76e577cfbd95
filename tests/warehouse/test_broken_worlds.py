"""Random companies with several faults at once: what they move is explained to the cent, on the right document, and what
is said to be certain is so. Keep out: how faults are planted (broken.py), single causes (test_causes.py)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable
from decimal import Decimal
from typing import Any

import pytest
from warehouse.broken import Line, broken_world
from warehouse.homes import Home
from warehouse.test_made_up_company import landed_twice

from connectors.simulator.company import World

SHOPS, DAYS = 20, 52
Sums = dict[Hashable, Decimal]


@pytest.fixture(scope="module")
def told() -> tuple[World, list[Line]]:
    return broken_world(20, SHOPS, DAYS)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, told: tuple[World, list[Line]]) -> Home:
    home = landed_twice(tmp_path_factory.mktemp("broken"), told[0])
    home.build()
    return home


@pytest.fixture(scope="module")
def planted(told: tuple[World, list[Line]]) -> list[Line]:
    return told[1]


@pytest.fixture(scope="module")
def found(home: Home) -> list[tuple[Line, str]]:
    return found_in(home)


def found_in(home: Home) -> list[tuple[Line, str]]:
    """The published breaks with their confidence."""
    with home.connect() as connection:
        rows = connection.execute(
            """select sites.site, breaks.business_date, coalesce(orders.source_entity_id, tenders.source_entity_id),
                breaks.cause_code, breaks.delta, breaks.confidence
            from finance.recon_break as breaks
            join core.dim_site as sites using (site_key)
            left join core.fct_repair_order as orders on breaks.tie_key = orders.ro_key
            left join core.fct_tender as tenders on breaks.tie_key = tenders.tender_key"""
        ).fetchall()
    return [(Line(*row[:5]), row[5]) for row in rows]


def summed(lines: list[Line], *by: str) -> Sums:
    """Without what sums to nothing."""
    found: Sums = defaultdict(Decimal)
    for line in lines:
        found[tuple(getattr(line, name) for name in by)] += line.amount
    return {key: amount for key, amount in found.items() if amount}


def dollars(sums: Sums) -> Decimal:
    return sum((abs(amount) for amount in sums.values()), Decimal())


@pytest.mark.slow
def test_the_company_is_large_and_its_faults_meet_on_orders_and_on_days(planted: list[Line]) -> None:
    assert SHOPS * DAYS >= 1000
    on_orders: dict[Any, set[str]] = defaultdict(set)
    on_days: dict[Any, set[str]] = defaultdict(set)
    for line in planted:
        on_orders[line.site, line.document].add(line.cause)
        on_days[line.site, line.day].add(line.document)
    assert sum(len(causes) > 1 for causes in on_orders.values()) > 150
    assert sum(len(documents) > 1 for documents in on_days.values()) > 250
    assert {line.cause for line in planted} == {f"R{number:02d}" for number in range(1, 26)}
    whole = dollars(summed(planted, "site", "day"))
    assert dollars(summed(planted, "site", "day", "document", "cause")) > whole * Decimal("1.05"), "nothing offsets"


@pytest.mark.slow
def test_breaks_of_a_day_sum_to_its_delta_and_to_what_was_planted(
    home: Home, planted: list[Line], found: list[tuple[Line, str]]
) -> None:
    days = home.rows(
        "select sites.site, business_date, delta from finance.recon_sales_payments join core.dim_site as sites "
        "using (site_key)",
        2,
    )
    assert len(days) >= 1000
    said = summed([line for line, _ in found], "site", "day")
    assert said == {day: delta for day, delta in days.items() if delta}
    assert said == summed(planted, "site", "day")


@pytest.mark.slow
def test_nearly_every_broken_dollar_is_explained_on_its_document(
    planted: list[Line], found: list[tuple[Line, str]]
) -> None:
    keys = ("site", "day", "document")
    wanted = summed(planted, *keys)
    said = summed([line for line, _ in found if line.cause != "UNEXPLAINED"], *keys)
    right = {key: amount for key, amount in wanted.items() if said.get(key) == amount}
    assert dollars(right) >= dollars(wanted) * Decimal("0.9999")
    strangers = {key for key in said if key not in wanted}
    assert strangers == set(), "documents that nobody broke"


@pytest.mark.slow
def test_nothing_that_is_certain_is_wrong(planted: list[Line], found: list[tuple[Line, str]]) -> None:
    certain = Counter(line for line, confidence in found if confidence == "certain")
    assert certain - Counter(planted) == Counter()
    assert certain.total() > len(planted) / 2, "hardly anything is certain"


@pytest.mark.slow
def test_most_dollars_have_the_very_cause_that_was_planted(planted: list[Line], found: list[tuple[Line, str]]) -> None:
    keys = ("site", "day", "document", "cause")
    wanted, said = summed(planted, *keys), summed([line for line, _ in found], *keys)
    right = {key: amount for key, amount in wanted.items() if said.get(key) == amount}
    assert dollars(right) >= dollars(wanted) * Decimal("0.95")

"""Random worlds (REPORTS 6.2, 6.5): three identities, one number; attribution is exact; days add up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from oracle import deliveries
from oracle.deliveries import Company, Event, Row, Site
from oracle.oracle import Oracle

DAYS = range(1, 8)
SITES = (Site("A"), Site("B", "America/Denver"))


def money(rng: Random, low: int, high: int) -> Decimal:
    return Decimal(rng.randrange(low, high)).scaleb(-2)


def saved(site: str, entity: str, key: str, data: Row) -> Event:
    return Event(deliveries.BEGIN, site, entity, "saved", key, data)


def order(rng: Random, number: int) -> tuple[Event, Decimal]:
    """Lines of every type, a status of every kind."""
    kinds = (
        "part",
        "labor",
        "sublet",
        "supply",
        "fee",
        "upcharge",
        "other",
        "tax",
        "discount",
        "coupon",
        "package_add",
    )
    lines = []
    for index, kind in enumerate(rng.sample(kinds, rng.randrange(1, len(kinds)))):
        amount = money(rng, -900, 0) if kind in ("discount", "coupon") else money(rng, -3000, 20000)
        row = Row(ro_id=str(number), line_id=f"{index}", line_type=kind, taxable=rng.random() < 0.5)
        lines.append(row | Row(gross_amount=amount, net_amount=amount))
    status = rng.choice(("closed", "closed", "closed", "open", "void", "finished"))
    data = Row(ro_id=str(number), status=status, lines=[Row(line) for line in lines])
    data["closed_date"] = date(2026, 7, rng.choice(DAYS)) if status == "closed" else None
    site = rng.choice(SITES).id
    return saved(site, "repair_order", str(number), data), sum(
        (row["net_amount"] for row in lines), Decimal(0)
    )


def tender(rng: Random, key: str, ro_id: str | None, amount: Decimal) -> Event:
    kind = rng.choice(("final", "final", "advance", "ar_charge", "ar_payment", "ar_adjust"))
    method = (
        "ar" if kind == "ar_charge" else rng.choice(("cash", "check", "card", "ach", "financing", "other"))
    )
    method = rng.choice((method, "store_credit")) if kind == "final" else method
    data = Row(
        tender_id=key, ro_id=ro_id, kind=kind, method=method, amount=amount, is_void=rng.random() < 0.05
    )
    data["business_date"] = date(2026, 7, rng.choice(DAYS))
    return saved(rng.choice(SITES).id, "tender", key, data)


def world(seed: int) -> Oracle:
    rng = Random(seed)
    events = []
    for number in range(12):
        event, total = order(rng, number)
        events += [event, tender(rng, f"{number}a", str(number), total)]
        events += [
            tender(rng, f"{number}{n}", rng.choice((str(number), None)), money(rng, -4000, 9000))
            for n in "bc"
        ]
    return Oracle(Company(SITES, date(2026, 7, 7)), events, deliveries.AS_OF)


@pytest.mark.parametrize("seed", range(60))
def test_delta_is_gap_plus_in_minus_out_and_the_sum_of_its_ros(seed: int) -> None:
    oracle = world(seed)
    by_ro = oracle.ro_deltas()
    recon: Any = oracle.recon_sales_payments()
    assert len(recon) > 0
    for key, row in recon.items():
        assert row["delta"] == row["i2_diff"] == row["i3_diff"]
        assert row["delta"] == row["sum_tender_gap"] + row["t_in"] - row["t_out"]
        assert row["delta"] == sum(value for (site, day, _), value in by_ro.items() if (site, day) == key)


@pytest.mark.parametrize("seed", range(5))
def test_the_month_and_all_sites_are_the_sums_of_days_and_sites(seed: int) -> None:
    oracle = world(seed)
    cells = oracle.sales_summary()
    tail = ("v1.31", "", "payments", "total", "amount")
    by_day = sum(
        value or 0 for key, value in cells.items() if key[0] in "AB" and key[1] == "day" and key[3:] == tail
    )
    assert by_day == cells["ALL", "month", date(2026, 7, 1), *tail]
    wide = sum(row["payments_total"] for row in oracle.sales_summary_wide().values())
    assert wide == by_day

"""The worked examples of REPORTS 3D.7 and 3D.8, and the identity of 3D.9 on one order's story."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from oracle.deliveries import Company, Event, Row, Site
from oracle.oracle import Oracle
from oracle.periods import day_of
from oracle.ro_summary import ro_summary
from oracle.service_writers import service_writer_summary
from oracle.told import Told
from oracle.visits import new_vs_repeat


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def saved(entity: str, key: str, **data: Any) -> Event:
    return Event(at(1), "s", entity, "saved", key, Row(data))


def order(ro_id: str, day: int, labor: str = "100", hours: str = "1", **data: Any) -> Event:
    line = Row(line_id="1", line_type="labor", gross_amount=Decimal(labor), net_amount=Decimal(labor),
               hours_billed=Decimal(hours))  # fmt: skip
    own = {"status": "closed", "closed_date": date(2026, 6, day), "lines": [line]} | data
    return saved("repair_order", ro_id, ro_id=ro_id, **own)


def told(*events: Event) -> Told:
    return Oracle(Company((Site("s", "UTC"),), date(2026, 6, 5)), events, at(30)).told


def test_a_ratio_is_of_sums_and_never_a_mean_of_ratios() -> None:
    """ELR 100 on 3 hours and 200 on 1 hour: 125, not 150."""
    found = service_writer_summary(told(order("a", 3, "300", "3"), order("b", 3, "200")), [day_of(date(2026, 6, 3))])
    assert found["s", "-1", "day", date(2026, 6, 3)]["elr"] == found["ALL", None, "day", date(2026, 6, 3)]["elr"] == 125


def test_two_orders_of_a_first_visit_are_two_new_orders_of_one_customer() -> None:
    visits = [order("a1", 3, customer_id="A"), order("a2", 3, customer_id="A")]
    visits += [order(f"b{day}", day, customer_id="B") for day in (1, 2, 3)]
    found = new_vs_repeat(told(*visits), [day_of(date(2026, 6, 3))])
    said = {key[1]: (row["ros"], row["customers"]) for key, row in found.items() if key[0] == "s"}
    assert said == {None: (3, 2), "new": (2, 1), "repeat": (1, 1)}


def test_what_stands_in_the_shop_is_what_stood_there_and_what_came_less_what_went() -> None:
    steps = [(1, None, "estimate"), (1, "estimate", "open"), (2, "open", "finished"), (3, "finished", "closed"),
             (4, "closed", "open"), (5, "open", "void")]  # fmt: skip
    story = [
        saved("ro_status_event", str(n), event_id=str(n), ro_id="a", from_status=a, to_status=b, at=at(day, n))
        for n, (day, a, b) in enumerate(steps)
    ]
    void = order("a", 3, status="void", closed_date=None, opened_at=at(1))
    found = ro_summary(told(void, *story), [day_of(date(2026, 6, day)) for day in range(1, 6)])
    days = [found["s", "day", date(2026, 6, day)] for day in range(1, 6)]
    assert [row["closing_open"] for row in days] == [1, 1, 0, 1, 0]
    assert [(row["opened"], row["closed_events"], row["reopened"], row["voided"]) for row in days] == [
        (1, 0, 0, 0), (0, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)
    ]  # fmt: skip

"""The worked examples of REPORTS 3D.7 and 3D.8, the identity of 3D.9 on one order's story, voids and deferred work."""

from __future__ import annotations

from decimal import Decimal

from oracle.by_hand import at, day, order, saved, told
from oracle.deferred import deferred_services, deferred_services_ro
from oracle.deliveries import Row
from oracle.periods import day_of
from oracle.ro_summary import ro_summary
from oracle.ro_voids import ro_void_summary
from oracle.service_writers import service_writer_summary
from oracle.visits import new_vs_repeat


def test_a_ratio_is_of_sums_and_never_a_mean_of_ratios() -> None:
    """ELR 100 on 3 hours and 200 on 1 hour: 125, not 150."""
    found = service_writer_summary(told(order("a", 3, "300", "3"), order("b", 3, "200")), [day_of(day(3))])
    assert found["s", "-1", "day", day(3)]["elr"] == found["ALL", None, "day", day(3)]["elr"] == 125


def test_two_orders_of_a_first_visit_are_two_new_orders_of_one_customer() -> None:
    visits = [order("a1", 3, customer_id="A"), order("a2", 3, customer_id="A")]
    visits += [order(f"b{number}", number, customer_id="B") for number in (1, 2, 3)]
    found = new_vs_repeat(told(*visits), [day_of(day(3))])
    said = {key[1]: (row["ros"], row["customers"]) for key, row in found.items() if key[0] == "s"}
    assert said == {None: (3, 2), "new": (2, 1), "repeat": (1, 1)}


def test_what_stands_in_the_shop_is_what_stood_there_and_what_came_less_what_went() -> None:
    steps = [(1, None, "estimate"), (1, "estimate", "open"), (2, "open", "finished"), (3, "finished", "closed"),
             (4, "closed", "open"), (5, "open", "void")]  # fmt: skip
    story = [
        saved("ro_status_event", str(n), event_id=str(n), ro_id="a", from_status=before, to_status=after, at=at(when, n))
        for n, (when, before, after) in enumerate(steps)
    ]
    void = order("a", 3, status="void", closed_date=None, opened_at=at(1))
    found = ro_summary(told(void, *story), [day_of(day(number)) for number in range(1, 6)])
    days = [found["s", "day", day(number)] for number in range(1, 6)]
    assert [row["closing_open"] for row in days] == [1, 1, 0, 1, 0]
    assert [(row["opened"], row["closed_events"], row["reopened"], row["voided"]) for row in days] == [
        (1, 0, 0, 0), (0, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)
    ]  # fmt: skip


def test_money_that_is_left_on_a_void_order_is_said_with_it() -> None:
    steps = [("1", "open", "closed", at(2)), ("2", "closed", "void", at(3, 18))]
    story = [
        saved("ro_status_event", n, event_id=n, ro_id="v", from_status=before, to_status=after, at=when)
        for n, before, after, when in steps
    ]
    void = order("v", 2, status="void", closed_date=None, opened_at=at(2, 6), voided_date=day(3),
                 header_total=Decimal("108.25"))  # fmt: skip
    money = saved("tender", "t", tender_id="t", ro_id="v", kind="final", method="cash", amount=Decimal(40),
                  business_date=day(2))  # fmt: skip
    row = ro_void_summary(told(void, order("a", 3), money, *story), [day_of(day(3))])["s", None, "day", day(3)]
    assert (row["voided_ros"], row["voided_amount"], row["void_rate"]) == (1, Decimal("108.25"), Decimal("0.5"))
    assert (row["voided_after_close"], row["with_payments"], row["payments_net"]) == (1, 1, 40)
    assert (row["avg_hours_open_to_void"], row["reason_mix"]) == (36, "(none): 1")


def job(job_id: str, title: str, decision: str, amount: str) -> Row:
    sold = Decimal(amount) if decision == "sold" else None
    return Row(job_id=job_id, title=title, category=title, decision=decision, presented_at=at(1),
               presented_labor=Decimal(amount), sold_amount=sold)  # fmt: skip


def test_a_recommendation_that_is_repeated_is_one_and_what_was_bought_later_came_back() -> None:
    visits = [
        order("1", 1, vehicle_id="V", jobs=[job("1a", "Brakes", "declined", "300"), job("1b", "Tires", "deferred", "500")]),
        order("2", 3, vehicle_id="V", jobs=[job("2a", "brakes ", "deferred", "320")]),
        order("3", 5, vehicle_id="V", jobs=[job("3a", "Tires", "sold", "480")]),
    ]
    found = deferred_services(told(*visits))
    assert {key: row["times_presented"] for key, row in found.items()} == {"1b": 1, "2a": 2}
    assert (found["1b"]["recovered_ro"], found["1b"]["recovered_amount"]) == ("3", 480)
    whole = deferred_services_ro(told(*visits), [day_of(day(1))])["s", "day", day(1)]
    assert (whole["deferred_jobs"], whole["deferred_total"], whole["recovery_rate"]) == (2, 800, Decimal("0.5"))

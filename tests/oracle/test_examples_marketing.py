"""Edges of REPORTS 3B and 3C that the catalogue states in words: last touch, early arrivals, bots, home shops, matches."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from oracle.appointments import no_show
from oracle.by_hand import at, day, order, saved, told
from oracle.campaigns import campaign_performance
from oracle.customers import cross_over, first_time_customers
from oracle.deliveries import Event
from oracle.links import short_url
from oracle.periods import day_of
from oracle.transactions import transaction_detail

CAMPAIGN = saved("campaign", "c", campaign_id="c", channel="sms")


def touch(key: str, number: int, **data: Any) -> Event:
    own: dict[str, Any] = {"sent_at": at(number), "delivered_at": at(number), "customer_id": "A", "cost": Decimal("0.50")} | data
    return saved("campaign_touch", key, campaign_id="c", touch_id=key, **own)


def test_an_order_is_credited_to_the_last_touch_before_it_and_its_refund_takes_the_money_back() -> None:
    events = [order("z", 1), CAMPAIGN, touch("1", 1), touch("2", 2), touch("3", 4)]
    events += [order("a", 5, opened_at=at(3), customer_id="A"), order("r", 6, "-30", refund_of_ro_id="a")]
    found = campaign_performance(told(*events), [day_of(day(number)) for number in (1, 2, 4)])
    assert [found["s", "c", "day", day(number)]["attributed_ros"] for number in (1, 2, 4)] == [0, 1, 0]
    won = found["s", "c", "day", day(2)]
    assert (won["attributed_sales"], won["roi"], won["cost_per_ro"]) == (70, 139, Decimal("0.5"))


def test_who_had_a_car_in_the_shop_when_it_was_sent_is_not_won() -> None:
    events = [CAMPAIGN, touch("1", 2), order("a", 3, opened_at=at(1), closed_at=at(3), customer_id="A")]
    events.append(order("b", 5, opened_at=at(4), customer_id="A"))
    assert campaign_performance(told(*events), [day_of(day(2))])["s", "c", "day", day(2)]["attributed_ros"] == 0


def due(key: str, **data: Any) -> Event:
    own: dict[str, Any] = {"scheduled_at": at(5), "created_at": at(1), "status": "booked", "customer_id": "A"} | data
    return saved("appointment", key, appointment_id=key, **own)


def test_who_came_the_day_before_has_come_and_who_put_it_off_is_one_appointment() -> None:
    came = order("a", 6, opened_at=at(4), customer_id="A")
    put_off = [due("x", customer_id="B"), due("y", customer_id="B", reschedule_of_id="x", scheduled_at=at(7))]
    found = no_show(told(came, due("early"), *put_off, due("late", customer_id="C", status="no_show")))
    assert {key: row["no_show_reason_rule"] for key, row in found.items()} == {"y": "no_order", "late": "status"}


def test_previews_are_no_clicks() -> None:
    link = saved("link", "l", link_id="l", campaign_id="c")
    clicks = [
        saved("link_click", name, link_id="l", click_id=name, at=when, recipient="+1", user_agent=agent)
        for name, when, agent in [
            ("bot", at(2, 13), "facebookexternalhit/1.1"),
            ("fast", at(2), "Mozilla"),
            ("one", at(2, 12, 30), "Mozilla"),
            ("two", at(2, 13), "Mozilla"),
        ]
    ]
    events = [CAMPAIGN, touch("1", 2, recipient="+1"), touch("2", 2, recipient="+2"), link, *clicks, order("a", 2)]
    row = short_url(told(*events), [day_of(day(2))])["s", "l", "sms", "day", day(2)]
    assert (row["clicks"], row["bot_clicks"], row["unique_clickers"], row["ctr"]) == (2, 2, 1, Decimal("0.5"))
    assert row["median_minutes_to_click"] == 45


def test_home_is_where_somebody_went_most_and_of_two_where_they_went_first() -> None:
    visits = [order("1", 1, site="a", customer_id="A"), order("2", 2, site="b", customer_id="A")]
    found = cross_over(told(*visits, sites="ab"))
    assert {key: row["is_home"] for key, row in found.items()} == {("A", "a"): True, ("A", "b"): False}
    again = told(*visits, order("3", 3, site="b", customer_id="A"), sites="ab")
    assert cross_over(again)["A", "a"]["home_site"] == "b"
    first = first_time_customers(again)
    assert set(first) == {("company", "A", "a"), ("site", "A", "a"), ("site", "A", "b")}
    assert first["company", "A", "a"]["second_visit_date"] == day(2)


def paid(key: str, amount: str, number: int = 3, **data: Any) -> Event:
    own: dict[str, Any] = {"ro_id": "a", "kind": "final", "method": "card", "business_date": day(number)}
    own["amount"] = Decimal(amount)
    return saved("tender", key, tender_id=key, recorded_at=at(number), **(own | data))


def charged(key: str, gross: str, number: int = 3, **data: Any) -> Event:
    own: dict[str, Any] = {"type": "payment", "gross": Decimal(gross), "processed_at": at(number)} | data
    return saved("processor_txn", key, txn_id=key, fee=Decimal("0.30"), **own)


def test_each_transaction_says_how_the_shop_wrote_it_down() -> None:
    events = [
        order("a", 3),
        charged("same", "10", auth_code="1"), paid("t1", "10", auth_code="1"),
        charged("other", "20", auth_code="2"), paid("t2", "25", auth_code="2"),
        charged("later", "30", 4, auth_code="3"), paid("t3", "30", auth_code="3"),
        charged("by_order", "40", reference="a"), paid("t4", "40"),
        charged("alone", "50", auth_code="5"), paid("t6", "60"),
        charged("back", "-10", type="refund", auth_code="1"), charged("lost", "-10", type="dispute", auth_code="1"),
    ]  # fmt: skip
    found = transaction_detail(told(*events))
    assert {key: row["match_status"] for key, row in found.items()} == {
        "same": "matched", "other": "amount_diff", "later": "timing", "by_order": "matched", "alone": "missing_in_dms",
        "tender:t6": "missing_in_processor", "back": "missing_in_dms", "lost": None,
    }  # fmt: skip
    assert (found["other"]["variance"], found["same"]["net"]) == (-5, Decimal("9.70"))

"""The worked examples of REPORTS 3A, and edges that its texts name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from oracle import deliveries
from oracle.advisor_iq import advisor_iq
from oracle.after_hours_calls import after_hours_calls
from oracle.busy_hour_calls import busy_hour_calls
from oracle.call_flow_edge import call_flow_edge
from oracle.conversion import existing_call_conversion, first_call_conversion, first_call_conversion_metrics
from oracle.customer_phone_site import customer_phone_site
from oracle.deliveries import Company, Event, Row, Site
from oracle.extension_summary import extension_summary
from oracle.figures import ALL
from oracle.oracle import Oracle
from oracle.periods import Period, day_of, month_of
from oracle.told import Told

MONDAY = date(2026, 6, 1)
JUNE = month_of(MONDAY)


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def saved(entity: str, key: str, **data: Any) -> Event:
    return Event(deliveries.BEGIN, "S", entity, "saved", key, Row(data))


def call(key: str, start: datetime, **more: Any) -> Event:
    """Answered after ten seconds, and a minute long, unless said otherwise."""
    own: dict[str, Any] = {
        "direction": "in",
        "from_number": "+13125550100",
        "to_number": "+13125550001",
        "status": "answered",
    }
    own |= {
        "call_id": key,
        "started_at": start,
        "ended_at": start + timedelta(seconds=70),
        "entry_point": "open",
    } | more
    own.setdefault("answered_at", start + timedelta(seconds=10) if own["status"] == "answered" else None)
    own["legs"] = [Row(leg) for leg in own.get("legs", [])]
    own["steps"] = [Row(step) for step in own.get("steps", [])]
    return saved("call", key, **own)


def leg(extension: str, start: datetime, *, answered: bool = False, **more: Any) -> dict[str, Any]:
    result = "answered" if answered else "no_answer"
    picked = start + timedelta(seconds=10) if answered else None
    own = {"extension": extension, "employee_id": f"e{extension}", "leg_id": extension, "result": result}
    return own | {"started_at": start, "answered_at": picked, "ended_at": start + timedelta(seconds=70), **more}


def hours(*holidays: date) -> list[Event]:
    days = [
        saved("site_hours", day, weekday=day, opens="08:00", closes="18:00")
        for day in ("mon", "tue", "wed", "thu", "fri")
    ]
    return days + [saved("site_hours", str(day), date=day, weekday="mon", is_holiday=True) for day in holidays]


def told(
    events: Sequence[Event], last: date, *, holidays: tuple[date, ...] = (), as_of: datetime | None = None
) -> Told:
    company = Company((Site("S", "UTC"),), last)
    return Oracle(company, [*hours(*holidays), *events], as_of or at(last, 23)).told


def step(seq: int, kind: str, label: str, start: datetime) -> dict[str, Any]:
    return {
        "seq": seq,
        "node_type": kind,
        "label": label,
        "entered_at": start,
        "exited_at": start + timedelta(seconds=8),
    }


def test_the_flow_has_the_edges_of_the_example() -> None:
    """10 calls: 6 through the ring group to a person, 3 to the mailbox, 1 left in the menu."""
    ways = [("answered", "ring_group", "Ring group")] * 6 + [("voicemail", "ring_group", "Ring group")] * 3
    ways.append(("abandoned", "ivr", "IVR"))
    events = [call(str(n), at(MONDAY, 9, n), status=status, steps=[step(1, kind, label, at(MONDAY, 9, n))])
              for n, (status, kind, label) in enumerate(ways)]  # fmt: skip
    rows = call_flow_edge(told(events, MONDAY), [JUNE])
    edge = rows["S", 1, "Ring group", "VOICEMAIL", *JUNE.key]
    assert (edge["calls"], edge["pct_of_parent"], edge["pct_of_all"]) == (3, Decimal("0.333333"), Decimal("0.3"))
    assert (edge["median_seconds_at_from"], edge["unique_callers"], edge["entry_point"]) == (8, 1, "open")
    assert rows["S", 1, "IVR", "ABANDONED", *JUNE.key]["abandoned_here"] == 1
    assert rows[ALL, None, None, None, *JUNE.key]["calls"] == 10


def test_a_mailbox_at_the_end_is_where_the_call_ends() -> None:
    steps = [step(1, "ivr", "menu", at(MONDAY)), step(2, "voicemail", "100", at(MONDAY))]
    events = [call("a", at(MONDAY), status="voicemail", steps=steps), call("b", at(MONDAY), steps=[])]
    edges = {key[1:4] for key in call_flow_edge(told(events, MONDAY), [JUNE]) if key[1] is not None}
    assert edges == {(0, "START", "menu"), (1, "menu", "VOICEMAIL"), (0, "START", "(no path data)")}


def test_thirty_monday_calls_over_four_open_mondays_are_seven_and_a_half() -> None:
    """June 2026 has five Mondays; the 8th is a holiday."""
    events = [call(str(n), at(MONDAY + timedelta(days=7 * (n % 5)), 10, n)) for n in range(30)]
    known = told(events, date(2026, 6, 30), holidays=(date(2026, 6, 8),))
    rows = busy_hour_calls(known, [JUNE])
    row = rows["S", "mon", 10, *JUNE.key]
    assert (row["calls"], row["open_days"], row["avg_calls_per_open_day"], row["peak_rank"]) == (
        30,
        4,
        Decimal("7.5"),
        1,
    )
    assert rows["S", "mon", 20, *JUNE.key]["avg_calls_per_open_day"] is None
    assert sum(row["calls"] for key, row in rows.items() if key[1] is None and key[2] is not None) == 30
    assert (rows[ALL, None, None, *JUNE.key]["calls"], rows[ALL, None, None, *JUNE.key]["open_days"]) == (30, 21)
    assert len([key for key in rows if key[2] is not None]) == 8 * 24


def test_a_ring_group_rings_every_phone_and_one_call() -> None:
    start = at(MONDAY)
    legs = [leg(name, start, answered=name == "102") for name in ("101", "102", "103", "104")]
    transfer = leg("105", start + timedelta(seconds=70), answered=True, result="transferred", transfer_from="102")
    lost = call("b", at(MONDAY, 11), status="voicemail", legs=[leg("101", at(MONDAY, 11))])
    rows = extension_summary(told([call("a", start, legs=[*legs, transfer]), lost], MONDAY), [JUNE])
    ring = {key[1]: row["inbound_rung"] for key, row in rows.items() if key[0] == "S"}
    assert ring == {"101": 2, "102": 1, "103": 1, "104": 1, "105": 1, None: 2}
    first, total = rows["S", "101", *JUNE.key], rows[ALL, None, *JUNE.key]
    assert (first["inbound_missed"], first["missed_but_answered_elsewhere"], first["voicemails"]) == (2, 1, 1)
    assert (total["inbound_answered"], total["inbound_missed"], total["pct_answered"]) == (1, 1, Decimal("0.5"))
    assert (rows["S", "102", *JUNE.key]["transfers_out"], rows["S", "105", *JUNE.key]["transfers_in"]) == (1, 1)
    assert (total["inbound_min"], total["avg_talk_s"], total["avg_answer_s"]) == (2, 60, 10)


def customer(key: str, number: str, created: datetime, **more: Any) -> Event:
    return saved(
        "customer", key, customer_id=key, phones=number, created_at=created, first_name=key, last_name="Lee", **more
    )


def order(key: str, customer_id: str, opened: datetime, total: int = 100, **more: Any) -> Event:
    line = Row(ro_id=key, line_id="1", line_type="labor", gross_amount=Decimal(total), net_amount=Decimal(total))
    own = {"ro_id": key, "ro_number": key, "customer_id": customer_id, "opened_at": opened, "lines": [line]}
    return saved(
        "repair_order", key, **{"status": "closed", "closed_date": opened.date(), "closed_at": opened} | own | more
    )


def forty_callers() -> list[Event]:
    """40 first callers, the last ten within thirty days of the end; 12 came, one of them of the last ten."""
    events: list[Event] = []
    for n in range(40):
        start = at(date(2026, 3, 1) + timedelta(days=n % 30)) if n < 30 else at(date(2026, 5, 20))
        events.append(call(f"c{n:02d}", start + timedelta(minutes=n), from_number=f"+1312555{n:04d}"))
        if n < 11 or n == 30:
            events.append(customer(f"k{n}", f"+1312555{n:04d}", start + timedelta(days=2)))
            events.append(order(f"r{n}", f"k{n}", start + timedelta(days=3)))
    return events


def test_the_conversion_rate_is_thirty_percent_and_of_mature_callers_more() -> None:
    known = told(forty_callers(), date(2026, 6, 1))
    spring = Period("custom", date(2026, 3, 1), date(2026, 6, 1))
    row = first_call_conversion_metrics(known, [spring])["S", *spring.key]
    assert (row["first_time_callers"], row["converted"], row["conversion_rate"]) == (40, 12, Decimal("0.3"))
    assert row["mature_conversion_rate"] == Decimal("0.366667")
    assert (row["converted_sales"], row["revenue_per_first_call"], row["median_days_to_convert"]) == (1200, 30, 3)


def test_who_has_a_card_or_called_before_is_no_first_caller() -> None:
    events = [
        customer("old", "+13125550100", at(MONDAY, 8)),
        call("known", at(MONDAY, 9)),
        call("new", at(MONDAY, 10), from_number="+13125550200"),
        call("again", at(MONDAY, 11), from_number="+13125550200"),
        call("hidden", at(MONDAY, 12), from_number=None),
    ]
    assert set(first_call_conversion(told(events, MONDAY))) == {"new"}


def test_an_order_is_credited_to_one_call_and_a_refund_to_none() -> None:
    """Two numbers of one customer, both new; and a number whose only order is a refund."""
    later = at(MONDAY + timedelta(days=1))
    events = [
        call("a", at(MONDAY, 9), from_number="+13125550200"),
        call("b", at(MONDAY, 10), from_number="+13125550300"),
        call("c", at(MONDAY, 11), from_number="+13125550400"),
        customer("k", "+13125550200;+13125550300", at(MONDAY, 12)),
        customer("m", "+13125550400", at(MONDAY, 12)),
        order("r", "k", later),
        order("minus", "m", later, total=-100),
    ]
    rows = first_call_conversion(told(events, later.date()))
    assert {key: row["converted_ro_no"] for key, row in rows.items()} == {"a": None, "b": "r", "c": None}
    assert (rows["b"]["days_to_convert"], rows["b"]["ro_total_ex_tax"], rows["b"]["window_complete"]) == (1, 100, False)


def test_a_call_about_a_car_in_the_shop_is_not_asked_to_convert() -> None:
    second, third = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    events = [
        customer("in", "+13125550100", at(MONDAY, 8)),
        customer("out", "+13125550200", at(MONDAY, 8)),
        order("r1", "in", at(MONDAY, 9), status="open", closed_date=None, closed_at=None),
        order("r2", "out", at(MONDAY, 9)),
        call("a", at(second, 9)),
        call("b", at(second, 9), from_number="+13125550200"),
        call("c", at(second, 12), from_number="+13125550200"),
        order("r3", "out", at(third, 9)),
    ]
    rows = existing_call_conversion(told(events, third), [JUNE])
    total, own = rows["S", None, *JUNE.key], rows["S", "out", *JUNE.key]
    assert (total["unique_known_callers"], total["excluding_open_ro"], total["converted"]) == (2, 1, 1)
    assert total["conversion_rate"] == 1
    assert (own["call_ts"], own["ro_no"], own["days_to_convert"], own["days_since_last_visit"]) == (
        at(second, 9),
        "r3",
        1,
        1,
    )
    assert rows["S", "in", *JUNE.key]["open_ro_at_call"] is True


def test_a_caller_after_hours_is_called_back_by_the_close_of_the_next_open_day() -> None:
    friday, monday = date(2026, 6, 5), date(2026, 6, 8)
    events = [
        call("a", at(friday, 19), status="voicemail", entry_point="closed", from_number="+13125550200"),
        call("b", at(friday, 20), status="voicemail", entry_point="closed", from_number="+13125550300"),
        call("c", at(friday, 20), entry_point="direct", from_number=None),
        call("d", at(friday, 12), status="voicemail", entry_point="closed", from_number=None),
        call("x", at(monday, 17), direction="out", to_number="+13125550200"),
        call("y", at(monday, 19), direction="out", to_number="+13125550300"),
    ]
    row = after_hours_calls(told(events, monday), [day_of(friday)])["S", None, "day", friday]
    assert (row["after_hours_calls"], row["unique_callers"], row["voicemails"]) == (3, 2, 3)
    assert (row["callback_within_1_business_day"], row["first_time_calls"]) == (1, 2)
    assert (row["computed_after_hours"], row["entry_point_mismatch"]) == (3, 1)


def test_scores_are_weighed_by_what_could_be_reached() -> None:
    """8/10 and 30/50 are 38/60, not the mean of 80 % and 60 %."""
    events = [
        call(key, at(MONDAY, 9 + n), legs=[leg("101", at(MONDAY, 9 + n), answered=True)]) for n, key in enumerate("ab")
    ]
    for key, points, most in (("a", 8, 10), ("b", 30, 50)):
        row = {"call_id": key, "rubric": "v1", "criterion": "greeting", "passed": points > 25}
        events.append(saved("call_score", key, **row, score=Decimal(points), max_score=Decimal(most)))
    rows = advisor_iq(told(events, MONDAY), [JUNE])
    row = rows["S", "e101", None, None, *JUNE.key]
    assert (row["avg_score"], row["coverage"], row["greeting_rate"]) == (Decimal("0.633333"), 1, Decimal("0.5"))
    assert (row["best_call"], row["worst_call"], row["rubric_mixed_flag"]) == ("a", "b", False)
    assert rows["S", "e101", "v1", "greeting", *JUNE.key]["pass_rate"] == Decimal("0.5")


def test_a_number_of_two_customers_says_so() -> None:
    events = [
        customer("ann", "+13125550100;n/a", at(MONDAY)),
        customer("bob", "(312) 555-0100", at(MONDAY)),
        order("r", "ann", at(MONDAY)),
    ]
    rows = customer_phone_site(told([*events, call("c", at(MONDAY, 12))], MONDAY))
    assert {key: row["duplicate_phone_customers"] for key, row in rows.items()} == {
        ("ann", "+13125550100", "S"): 2, ("ann", "n/a", "S"): 0, ("bob", "+13125550100", "S"): 2}  # fmt: skip
    ann, bob = rows["ann", "+13125550100", "S"], rows["bob", "+13125550100", "S"]
    assert (ann["ro_count"], bob["ro_count"], bob["last_call_ts"]) == (1, 0, at(MONDAY, 12))
    assert (rows["ann", "n/a", "S"]["invalid_phone"], bob["phone_raw"]) == (True, "(312) 555-0100")

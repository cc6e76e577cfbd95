"""What the systems beside the DMS hold: whole stories about people, orders and calls that exist.

Keep out: the repair orders and payments themselves (test_company.py)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.simulator.columns import ENTITIES
from connectors.simulator.company import World, make_company
from connectors.simulator.events import Event, State, read_events, state_at
from connectors.simulator.protocols import NEEDS_PROCESSOR, shows

ARGUMENTS: dict[str, Any] = {"seed": 3, "shops": 2, "days": 30, "end": date(2026, 3, 21), "ros_per_day": 8, "calls_per_day": 10}
PLAIN = ("customer", "vehicle", "employee", "repair_order", "ro_status_event", "tender", "call", "phone_number",
         "site_hours", "control_total")  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return make_company(**ARGUMENTS, beside=True)


@pytest.fixture(scope="module")
def state(world: World) -> State:
    return state_at(world.events)


def test_the_log_without_them_is_as_it_was(world: World) -> None:
    """No shop here can show what a bank takes back, which a processor alone tells of."""
    before = make_company(**ARGUMENTS)
    kept = {(event.entity, event.key, event.at) for event in before.events}
    own = [event for event in world.events if (event.entity, event.key, event.at) in kept]
    assert [_unnumbered(event) for event in own] == [_unnumbered(event) for event in before.events]
    assert world.breaks == before.breaks


def test_what_the_bank_takes_back_is_a_dispute_of_the_processor_and_a_payment_back() -> None:
    world = make_company(3, 4, 24, ros_per_day=10, calls_per_day=2, beside=True)
    state = state_at(world.events)
    shops = {site.id for site in world.company.sites if shows(NEEDS_PROCESSOR, site.dms)}
    taken_back = [one for one in world.breaks if one.cause == NEEDS_PROCESSOR]
    assert shops
    assert {one.site for one in taken_back} == shops
    for one in taken_back:
        row, order = state["tender"][one.tender_id or ""], state["repair_order"][one.ro_id or ""]
        (paid,) = [each for each in state["tender"].values() if each["ro_id"] == one.ro_id and each["amount"] > 0]
        assert row["amount"] == one.amount == -paid["amount"] == -order["header_total"]
        assert order["closed_date"] < row["business_date"] == one.business_date
        (dispute,) = [
            each for each in state["processor_txn"].values()
            if each["type"] == "dispute" and each["gross"] == one.amount and each["reference"] == order["ro_number"]
        ]  # fmt: skip
        assert dispute["processed_at"] < row["recorded_at"]


def _unnumbered(event: Event) -> Event:
    return replace(event, seq=0)


def test_every_entity_of_the_canonical_files_has_rows(state: State) -> None:
    assert [entity for entity, rows in state.items() if not rows and entity != "control_total"] == []


def test_they_are_read_back_exactly_as_they_were_written(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("beside")
    world.save(folder)
    assert list(read_events(folder / "events.jsonl")) == world.events


def test_whatever_they_point_at_exists(state: State) -> None:
    keys = {"ro_id": "repair_order", "customer_id": "customer", "vehicle_id": "vehicle", "call_id": "call",
            "task_id": "task", "media_id": "media", "estimate_id": "estimate", "appointment_id": "appointment",
            "reschedule_of_id": "appointment", "link_id": "link", "message_id": "message",
            "payout_id": "payout", "processor_txn_id": "processor_txn"}  # fmt: skip
    orders = {row["ro_id"] for row in state["repair_order"].values()}
    pointed = Counter()
    for entity in set(ENTITIES) - set(PLAIN):
        for row in state[entity].values():
            pointed.update(name for name in keys if row.get(name) is not None)
            for name, to in keys.items():
                known = orders if to == "repair_order" else state[to]
                assert row.get(name) is None or row[name] in known, (entity, name, row)
            for name, person in row.items():
                if name in ("employee_id", "technician_id", "advisor_id", "by_id", "created_by_id", "assigned_to_id"):
                    assert person is None or person in state["employee"], (entity, name)
    assert pointed.keys() == keys.keys()


def test_the_events_of_a_task_lead_to_its_state(state: State) -> None:
    events = defaultdict(list)
    for row in state["task_event"].values():
        events[row["task_id"]].append(row)
    assert {task["status"] for task in state["task"].values()} >= {"completed", "cancelled"}
    for key, task in state["task"].items():
        own = sorted(events[key], key=lambda row: (row["at"], int(row["event_id"])))
        assert own[0]["type"] == "created"
        ended = own[-1]["type"] in ("completed", "cancelled")
        assert (task["status"] in ("completed", "cancelled")) == ended, key
        assert not ended or task["status"] == own[-1]["type"]
        assert (task["closed_at"] is not None) == ended
        holder = next((row["to_id"] for row in reversed(own) if row["to_id"]), None)
        assert task["assigned_to_id"] == holder


def test_a_days_card_payments_are_paid_out_less_their_fees(state: State) -> None:
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for row in state["processor_txn"].values():
        assert row["net"] == row["gross"] - row["fee"]
        if row["payout_id"]:
            paid[row["payout_id"]] += row["net"]
    assert {key: row["amount"] for key, row in state["payout"].items()} == paid


def test_drawers_are_counted_near_what_was_taken_in_cash(state: State) -> None:
    taken: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for row in state["tender"].values():
        if row["method"] == "cash" and not row["is_void"]:
            taken[row["site"], row["business_date"]] += row["amount"]
    off = {
        key: row["counted_cash"] - taken[row["site"], row["business_date"]] for key, row in state["cash_count"].items()
    }
    assert 0 < sum(1 for value in off.values() if value) < len(off) / 4
    assert all(abs(value) <= 5 for value in off.values())


def test_appointments_become_orders_or_are_not_kept(state: State) -> None:
    seen = {row["status"] for row in state["appointment"].values()}
    assert seen >= {"booked", "arrived", "cancelled", "no_show", "rescheduled"}
    for row in state["appointment"].values():
        assert (row["ro_id"] is not None) == (row["status"] == "arrived")
        assert row["created_at"] <= row["scheduled_at"]


def test_a_clocked_span_is_as_long_as_its_hours(state: State) -> None:
    ended = [row for row in state["time_card"].values() if row["out_at"]]
    assert len(ended) > 50
    for row in ended:
        minutes = (row["out_at"] - row["in_at"]).total_seconds() / 60
        assert abs(row["hours"] * 60 - Decimal(minutes)) < 1


def test_some_people_come_to_two_shops(world: World, state: State) -> None:
    sites = defaultdict(set)
    for row in state["customer"].values():
        if row["email"]:
            sites[row["email"]].add(row["site"])
    assert sum(1 for shops in sites.values() if len(shops) > 1) >= 2

"""What was planted is exactly what I-1 shows, to the repair order and the cent, and nothing else."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

from connectors.simulator.company import World
from connectors.simulator.events import state_at
from connectors.simulator.marks import Break
from connectors.simulator.protocols import NEEDS_PROCESSOR, PROTOCOLS, TABLE, shows
from tests.simulator.tieout import ZERO, deltas, sides_of

Line = tuple[str, date, str]


def _of(world: World, cause: str) -> list[Break]:
    found = [one for one in world.breaks if one.cause == cause]
    assert found
    return found


def test_the_delta_of_each_shop_day_is_the_sum_of_what_was_planted_there(world: World) -> None:
    expected: dict[tuple[str, date], Decimal] = defaultdict(lambda: ZERO)
    for one in world.breaks:
        expected[one.site, one.business_date] += one.amount
        if one.pair_amount is not None and one.pair_date is not None:
            expected[one.pair_site or one.site, one.pair_date] += one.pair_amount
    assert deltas(world.company, world.events) == {
        cell: amount for cell, amount in expected.items() if amount
    }


def test_each_break_sits_on_its_own_repair_order_or_payment(world: World) -> None:
    expected: dict[Line, Decimal] = {}
    for one in world.breaks:
        name = one.ro_id or f"payment:{one.tender_id}"
        if one.amount:
            expected[one.site, one.business_date, name] = one.amount
        if one.pair_amount is not None and one.pair_date is not None:
            expected[one.pair_site or one.site, one.pair_date, one.pair_ro_id or name] = one.pair_amount
    shown = {
        (site, day, name): delta
        for (site, day), parts in sides_of(world.company, world.events).items()
        for name, delta in parts.items()
        if delta
    }
    assert shown == expected


def test_every_cause_is_planted_wherever_its_system_can_show_it(world: World) -> None:
    planted = Counter((one.cause, one.site) for one in world.breaks)
    for site in world.company.sites:
        for cause in set(TABLE) - {NEEDS_PROCESSOR}:  # this company has none; see test_beside.py
            assert planted[cause, site.id] == (2 if shows(cause, site.dms) else 0), (cause, site.id)


def test_every_no_of_the_table_has_its_reason() -> None:
    assert list(TABLE) == [f"R{number:02d}" for number in range(1, 26)]
    assert all(len(row) == len(PROTOCOLS) for row in TABLE.values())
    assert all(cell == "yes" or cell.startswith("no: ") for row in TABLE.values() for cell in row)


def test_a_repair_order_has_one_break_or_one_decoy_at_most(world: World) -> None:
    used = [one.ro_id for one in world.breaks if one.ro_id] + [one.ro_id for one in world.decoys]
    assert len(used) == len(set(used))


def test_a_decoy_moves_nothing(world: World) -> None:
    moved = {
        name
        for parts in sides_of(world.company, world.events).values()
        for name, delta in parts.items()
        if delta
    }
    assert world.decoys
    assert not moved & {one.ro_id for one in world.decoys}


def test_r01_the_twin_has_the_same_authorization_within_minutes(world: World) -> None:
    state = state_at(world.events)["tender"]
    for one in _of(world, "R01"):
        pair = [row for row in state.values() if row["ro_id"] == one.ro_id]
        assert len(pair) == 2
        assert (
            len({(row["amount"], row["auth_code"], row["method"], row["business_date"]) for row in pair}) == 1
        )
        first, second = sorted(row["recorded_at"] for row in pair)
        assert timedelta(0) < second - first <= timedelta(minutes=10)


def test_r02_the_second_header_has_the_same_number(world: World) -> None:
    orders = state_at(world.events)["repair_order"]
    for one in _of(world, "R02"):
        assert one.ro_id
        assert one.pair_ro_id
        first, second = orders[one.pair_ro_id], orders[one.ro_id]
        assert first["ro_number"] == second["ro_number"]
        assert {line["ro_id"] for line in second["lines"]} == {one.ro_id}


def test_r03_the_printed_total_of_the_method_is_higher_than_what_was_delivered(world: World) -> None:
    short = _printed_less_delivered(world)
    for one in _of(world, "R03"):
        days = [cell for cell, gap in short.items() if cell[:2] == (one.site, one.business_date) and gap]
        assert sum(short[cell] for cell in days) >= -one.amount
        assert any(short[cell] >= -one.amount for cell in days)


def _printed_less_delivered(world: World) -> dict[tuple[str, date, str], Decimal]:
    lines = {
        "cash": "cash",
        "check": "check_amt",
        "card": "cards",
        "financing": "cards",
        "ach": "cards",
        "other": "cards",
    }
    state = state_at(world.events)
    gap: dict[tuple[str, date, str], Decimal] = defaultdict(lambda: ZERO)
    for row in state["control_total"].values():
        if row["name"] != "ro_count":
            gap[row["site"], row["business_date"], row["name"]] += row["value"]
    for row in state["tender"].values():
        if row["kind"] != "ar_charge" and row["method"] in lines and not row["is_void"]:
            gap[row["site"], row["business_date"], lines[row["method"]]] -= row["amount"]
    return gap


def test_printed_totals_differ_from_the_delivery_only_where_it_lost_or_doubled_a_payment(
    world: World,
) -> None:
    shops = {site.id for site in world.company.sites if site.dms == "files"}
    gaps = {cell[:2] for cell, gap in _printed_less_delivered(world).items() if gap and cell[0] in shops}
    causes = {(one.site, one.business_date) for one in world.breaks if one.cause in ("R01", "R03")}
    assert gaps
    assert gaps <= causes


def test_r04_and_r05_are_void_with_money_left(world: World) -> None:
    state = state_at(world.events)
    for one in _of(world, "R04") + _of(world, "R05"):
        assert state["repair_order"][one.ro_id or ""]["status"] == "void"
        kept = state["tender"][one.tender_id or ""]
        assert kept["amount"] > 0
        assert kept["kind"] == ("final" if one.cause == "R04" else "advance")


def test_what_needs_an_earlier_state_was_seen_by_the_first_pull(world: World) -> None:
    early = state_at(world.events, world.first_pull)
    for one in world.breaks:
        if one.before is None:
            continue
        assert one.before > world.first_pull
        assert early["repair_order"][one.ro_id or ""]["status"] == "closed"
        if one.cause == "R07":
            assert one.tender_id in early["tender"]
            assert one.tender_id not in state_at(world.events)["tender"]
    assert {one.cause for one in world.breaks if one.before} == {"R06", "R07", "R08", "R09", "R14"}


def test_r08_has_two_charges_on_one_repair_order(world: World) -> None:
    tenders = state_at(world.events)["tender"].values()
    for one in _of(world, "R08"):
        assert sum(row["ro_id"] == one.ro_id and row["kind"] == "ar_charge" for row in tenders) == 2


def test_r10_is_near_midnight_under_a_date_that_is_not_the_shops(world: World) -> None:
    state = state_at(world.events)
    for one in _of(world, "R10"):
        row, site = state["tender"][one.tender_id or ""], world.company.site(one.site)
        local = row["recorded_at"].astimezone(site.zone)
        assert local.hour == 23
        assert local.date() == one.business_date == row["business_date"] - timedelta(1)
        assert state["repair_order"][one.ro_id or ""]["closed_date"] == local.date()


def test_r21_has_a_method_that_is_in_no_vocabulary(world: World) -> None:
    tenders = state_at(world.events)["tender"]
    unknown = {key for key, row in tenders.items() if row["method"] == "scanpay"}
    assert unknown == {one.tender_id for one in _of(world, "R21")}


def test_r22_was_paid_after_the_last_change_of_any_repair_order(world: World) -> None:
    state = state_at(world.events)
    for one in _of(world, "R22"):
        orders = [row for row in state["repair_order"].values() if row["site"] == one.site]
        assert state["tender"][one.tender_id or ""]["recorded_at"] > max(row["updated_at"] for row in orders)
        assert state["repair_order"][one.ro_id or ""]["status"] == "finished"


def test_r25_is_money_at_another_shop(world: World) -> None:
    for one in _of(world, "R25"):
        row = state_at(world.events)["tender"][one.tender_id or ""]
        assert row["site"] == one.pair_site != one.site

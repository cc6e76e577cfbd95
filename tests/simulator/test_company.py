"""The made-up company before anything is planted: it is whole, it ties, and it is the same every time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from connectors.simulator.company import World, make_company
from connectors.simulator.events import Company, read_events, state_at
from tests.simulator.tieout import ZERO, deltas, total

REPO = Path(__file__).resolve().parents[2]
SCRIPT = """
import hashlib, pathlib, sys
from datetime import date
from connectors.simulator.company import make_company
folder = pathlib.Path(sys.argv[1])
make_company(5, 4, 12, date(2026, 3, 14), ros_per_day=8, calls_per_day=6).save(folder)
print(*(hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())))
"""


def test_without_breaks_every_shop_day_ties_at_nothing(clean: World) -> None:
    assert any(event.data["status"] == "closed" for event in clean.events if event.entity == "repair_order")
    assert deltas(clean.company, clean.events) == {}
    assert not clean.breaks
    assert not clean.decoys


def test_the_same_seed_makes_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    seen = set()
    for number in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": number, "PYTHONPATH": str(REPO)}
        run = [sys.executable, "-c", SCRIPT, str(tmp_path / number)]
        seen.add(subprocess.run(run, env=env, check=True, capture_output=True, text=True).stdout)
    assert len(seen) == 1
    assert len(seen.pop().split()) == 4


def test_another_seed_makes_another_company() -> None:
    one, other = (make_company(seed, 1, 5, calls_per_day=0, breaks=0).events for seed in (1, 2))
    assert [event.data for event in one] != [event.data for event in other]


def test_the_log_is_read_back_exactly_as_it_was_written(world: World, tmp_path: Path) -> None:
    world.save(tmp_path)
    assert list(read_events(tmp_path / "events.jsonl")) == world.events
    assert Company.load(tmp_path / "company.json") == world.company


def test_events_stand_in_time_order_and_are_numbered_from_one(world: World) -> None:
    assert [event.seq for event in world.events] == list(range(1, len(world.events) + 1))
    assert all(a.at <= b.at for a, b in zip(world.events, world.events[1:], strict=False))
    assert world.events[-1].at <= world.as_of


def test_every_header_is_the_sum_of_its_lines_and_tax_is_rounded_half_away(clean: World) -> None:
    cent = Decimal("0.01")
    orders = [event.data for event in clean.events if event.entity == "repair_order"]
    live = [row for row in orders if row["status"] != "void"]
    assert sum(len(row["taxes"]) for row in live) > 50
    for row in live:
        taxes = [line["net_amount"] for line in row["lines"] if line["line_type"] == "tax"]
        assert row["header_total"] == total(row)
        assert row["header_tax"] == sum(taxes, ZERO) == sum((tax["tax_amount"] for tax in row["taxes"]), ZERO)
        for tax in row["taxes"]:
            assert tax["tax_amount"] == (tax["taxable_base"] * tax["rate"]).quantize(cent, ROUND_HALF_UP)
        for line in row["lines"]:
            assert line["net_amount"] == line["gross_amount"] - line["discount_amount"]


def test_nothing_closes_on_sundays_and_dates_are_the_shops_own(clean: World) -> None:
    closed = [event.data for event in clean.events if event.data.get("status") == "closed"]
    assert {row["closed_date"].weekday() for row in closed} == {0, 1, 2, 3, 4, 5}
    for event in clean.events:
        site = clean.company.site(event.site)
        if event.entity == "tender" and event.data["business_date"] != site.business_date(event.at):
            assert event.data["business_date"] <= site.business_date(
                event.at
            )  # saved again at a reopen or close


def test_the_company_has_all_that_a_repair_shop_has(world: World) -> None:
    state = state_at(world.events)
    orders, tenders = state["repair_order"].values(), state["tender"].values()
    assert {row["status"] for row in orders} >= {"estimate", "open", "closed", "void", "on_hold"}
    assert {row["kind"] for row in tenders} == {"final", "advance", "ar_charge", "ar_payment", None}
    kinds = Counter(line["line_type"] for row in orders for line in row["lines"])
    assert set(kinds) == {"part", "labor", "sublet", "supply", "fee", "upcharge", "tax", "discount", "coupon",
                          "package_discount", "package_add", "other"}  # fmt: skip
    assert any(row["header_total"] < 0 and row["refund_of_ro_id"] for row in orders)
    assert any(row["tax_exempt"] and not row["taxes"] for row in orders)
    assert any(";" in (line["technician_ids"] or "") for row in orders for line in row["lines"])
    assert {job["decision"] for row in orders for job in row["jobs"]} == {
        "sold",
        "declined",
        "deferred",
        "open",
    }
    assert {pay for row in orders for pay in row["pay_types"].split(";")} == {
        "customer",
        "warranty",
        "internal",
    }
    assert any(event.action == "deleted" for event in world.events if event.entity == "repair_order")


def test_systems_that_do_not_label_payments_hold_no_kind_and_no_charge(world: World) -> None:
    unlabelled = {site.id for site in world.company.sites if site.dms in ("shopware", "dealertrack")}
    tenders = state_at(world.events)["tender"].values()
    assert {row["site"] in unlabelled for row in tenders} == {True, False}
    for row in tenders:
        assert (row["kind"] is None) == (row["site"] in unlabelled)
        assert row["kind"] is not None or row["method"] != "ar"


def test_calls_come_in_every_direction_and_outcome(world: World) -> None:
    calls = list(state_at(world.events)["call"].values())
    assert {row["direction"] for row in calls} == {"in", "out", "internal"}
    assert {row["status"] for row in calls} >= {"answered", "missed", "voicemail", "abandoned", "busy"}
    assert any(row["direction"] == "in" and row["from_number"] is None for row in calls)
    known = state_at(world.events)["phone_number"]
    assert any(row["direction"] == "in" and row["to_number"] not in known for row in calls)
    assert any(leg["result"] == "transferred" for row in calls for leg in row["legs"])
    assert all(
        row["started_at"] <= (row["answered_at"] or row["ended_at"]) <= row["ended_at"] for row in calls
    )


def test_vehicle_numbers_have_right_check_digits(clean: World) -> None:
    numbers = map(int, "12345678123457923456789")
    values = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", numbers, strict=True))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    vehicles = state_at(clean.events)["vehicle"].values()
    assert len(vehicles) > 50
    for row in vehicles:
        digits = [
            values[char] if char.isalpha() else int(char) for char in row["vin"][:8] + "0" + row["vin"][9:]
        ]
        assert "0123456789X"[sum(a * b for a, b in zip(digits, weights, strict=True)) % 11] == row["vin"][8]


def test_a_company_is_as_long_as_it_was_asked_to_be() -> None:
    company = make_company(1, 2, 10, date(2026, 1, 10), ros_per_day=2, calls_per_day=0, breaks=0).company
    assert (company.start, company.end, len(company.sites)) == (date(2026, 1, 1), date(2026, 1, 10), 2)

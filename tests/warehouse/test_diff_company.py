"""`tieout diff` over a made-up company that went on for six days: every document that the event log says has moved a
figure, no other, and figures that are the sum of what their documents did.

Keep out: changes by hand (test_books.py)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from warehouse.homes import deliver, files_world, home_of_world

from connectors.simulator.company import World
from connectors.simulator.events import state_at
from orchestration import publish
from reporting.diff import Diff, diff

MONEY = ("gross_amount", "discount_amount", "net_amount", "cost_amount", "taxable")
PAID = ("kind", "method", "method_name", "amount", "business_date", "applied_to_ro_id", "ro_id")
Named = tuple[str, str, str]  # shop, what it is, its number


@pytest.fixture(scope="module")
def world() -> World:
    return files_world(3, 2, 20, ros_per_day=6, calls_per_day=2, breaks=1)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, world: World) -> Diff:
    home = home_of_world(tmp_path_factory.mktemp("going_on"), world)
    versions, since = [], None
    for as_of in (world.first_pull, world.as_of):
        deliver(home, world, since, as_of)
        home.pull(as_of)
        home.build()
        versions.append(publish.publish(home.folder).version)
        since = as_of
    published = home.folder / "published"
    earlier, later = (published / version for version in versions)
    return diff(published / "current.duckdb", earlier, later)


def counted(world: World, as_of: datetime) -> dict[Named, tuple[date, Any]]:
    """What each order sold and each payment says that a figure is made of, and the day that it counts on."""
    told: dict[Named, tuple[date, Any]] = {}
    for site in world.company.sites:
        state = state_at(world.events, as_of, site.id)
        for order in state["repair_order"].values():
            if order["status"] == "closed":
                lines = sorted((line["line_type"], *(str(line[name]) for name in MONEY)) for line in order["lines"])
                told[site.id, "repair order", order["ro_number"]] = order["closed_date"], lines
        for key, tender in state["tender"].items():
            if not tender["is_void"]:
                told[site.id, "payment", key] = tender["business_date"], [tender[name] for name in PAID]
    return told


@pytest.mark.slow
def test_the_documents_of_a_difference_are_those_that_the_event_log_changed(world: World, found: Diff) -> None:
    before, after = counted(world, world.first_pull), counted(world, world.as_of)
    new = {(site, day) for site, day, _ in found.of_one}
    moved = {
        name
        for name in {*before, *after}
        if before.get(name) != after.get(name)
        and any((name[0], told[0]) not in new for told in (before.get(name), after.get(name)) if told)
    }
    shown = {(site, one.kind, one.number) for one in found.documents for site, _ in one.effects}
    assert len(moved) > 20
    assert shown == moved
    assert [one.name for one in found.documents if not one.effects] == []


@pytest.mark.slow
def test_figures_differ_by_the_sum_of_what_their_documents_did(found: Diff) -> None:
    effects: dict[tuple[str, date, str], Decimal | int] = defaultdict(int)
    for document in found.documents:
        for (site, day), moved in document.effects.items():
            for name, amount in moved.items():
                effects[site, day, name] += amount
    summed = {(one.site, one.day, one.name): one.difference for one in found.figures if one.by_documents is not None}
    assert len(summed) > 100
    assert summed == {place: amount for place, amount in effects.items() if amount}
    assert {side for _, _, side in found.of_one} == {"later"}


@pytest.mark.slow
def test_who_wrote_a_changed_order_is_called_by_name(found: Diff) -> None:
    writers = [one.by for one in found.documents if one.kind == "repair order" and one.change == "changed"]
    assert writers
    assert [by for by in writers if by is None or by.isdigit()] == []

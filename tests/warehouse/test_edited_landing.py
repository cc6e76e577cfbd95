"""Breaks that no simulator planted: landed rows of a company that ties are edited by hand, and each edit must be found
with its cause, its order and its cents.

Keep out: the edits (landed_edits.py, landed_decoys.py), breaks that the simulator plants (test_causes.py)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from warehouse.edits import changed, closed_orders, tenders_of
from warehouse.homes import Home, deliver, drop_texts, files_world, home_of_world
from warehouse.landed import Break, Landing
from warehouse.landed_decoys import DECOYS
from warehouse.landed_edits import EDITS

from connectors.simulator.company import World
from connectors.simulator.events import Event

DISPUTES = """txn_id,site,type,gross,fee,net,processed_at
dispute-1,{code},dispute,-1.00,15.00,-16.00,2026-03-12T12:00:00Z
dispute-2,{code},dispute,-1.00,15.00,-16.00,2026-03-12T12:00:00Z
"""

pytestmark = pytest.mark.slow  # one home for all


def paid_by_barter(world: World) -> tuple[World, Event]:
    """R21 happens on the way in, so that it is in the delivery: a payment by a method that is in no map."""
    days = [world.company.end - timedelta(days=back) for back in range(3, 9)]
    orders = [order for day in days for order in closed_orders(world, "chi", day)]
    (paid,) = next(
        tenders for order in orders if len(tenders := tenders_of(world, order)) == 1
        and tenders[0].data["amount"] == order.data["header_total"] and tenders[0].data["method"] == "check"
    )  # fmt: skip
    by_barter = changed(paid, paid.at, method="barter", method_name="Barter", reference=None)
    return replace(world, events=[by_barter if event is paid else event for event in world.events]), paid


def edited_home(folder: Path) -> tuple[Home, Counter[Break]]:
    """Landed, not built."""
    world, barter = paid_by_barter(files_world(7, 2, 20, ros_per_day=12, calls_per_day=2, breaks=0))
    shop, other = world.company.sites
    home = home_of_world(folder, world)
    deliver(home, world, None, world.as_of)
    drop_texts(folder / "drop" / shop.id, "20990101T120000Z", processor_txn=DISPUTES.format(code=shop.source_code))
    home.pull(world.as_of)
    landing = Landing(home, f"{shop.id}_files", other.source_code)
    landing.used.add(barter.data["ro_id"])
    wanted = Counter([(barter.data["business_date"], "R21", barter.data["ro_id"], -barter.data["amount"])])
    for edit in [*EDITS, *DECOYS]:
        wanted.update(edit(landing))
    landing.write()
    return home, wanted


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Counter[Break]]:
    home, wanted = edited_home(tmp_path_factory.mktemp("edited"))
    home.build()
    return home, wanted


def found(home: Home) -> Counter[Break]:
    with home.connect() as connection:
        return Counter(
            connection.execute(
                """select breaks.business_date, breaks.cause_code,
                    coalesce(orders.source_entity_id, tenders.source_entity_id), breaks.delta
                from finance.recon_break as breaks
                left join core.fct_repair_order as orders on breaks.tie_key = orders.ro_key
                left join core.fct_tender as tenders on breaks.tie_key = tenders.tender_key"""
            ).fetchall()
        )


def test_edits_of_landed_rows_are_found_with_cause_order_and_cents_and_nothing_else_is(
    edited: tuple[Home, Counter[Break]],
) -> None:
    home, wanted = edited
    assert {cause for _, cause, *_ in wanted} == {f"R{number:02d}" for number in range(1, 26)}
    actual = found(home)
    assert (wanted - actual, actual - wanted) == (Counter(), Counter())


def test_every_day_without_an_edit_ties_at_zero(edited: tuple[Home, Counter[Break]]) -> None:
    home, wanted = edited
    days = home.rows("select site_key, business_date, delta from finance.recon_sales_payments", 2)
    touched = {day for day, *_ in wanted}
    assert {day for (_, day), delta in days.items() if delta} <= touched
    assert len(days) > len(touched)

"""What is planted, control by control: one fault each, on a shop-day of its own, and what must be said of it.

Belongs here: the table, and what an expectation is. Keep out: how each fault is made (faults_money.py,
faults_orders.py, faults_beside.py), faults of the warehouse itself (faults_stored.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from warehouse import faults_beside as beside
from warehouse import faults_money as money
from warehouse import faults_orders as orders
from warehouse.fault_expected import Expected
from warehouse.fault_log import Log

from connectors.simulator.company import World

Plant = Callable[[Log], list[Expected]]
PLANTED: dict[str, Plant] = {
    "C-14": orders.number_missing,
    "C-13": orders.refund_of_nothing,
    "C-28": beside.part_for_a_void_order,
    "C-30": orders.discount_without_reason,
    "C-10": money.ledger_says_more,
    "C-07": money.payout_too_small,
    "C-01": money.paid_a_day_late,
    "C-02": orders.header_says_more,
    "C-04": orders.technicians_share_too_little,
    "C-05": orders.tax_at_another_rate,
    "C-05 B": orders.tax_far_from_its_rate,
    "C-06": money.processor_says_more,
    "C-08": money.drawer_short,
    "C-09": money.advance_of_no_order,
    "C-11": money.void_with_money,
    "C-12": money.paid_too_little,
    "C-15": orders.one_order_more_printed,
    "C-16": beside.after_hours_at_noon,
    "C-17": beside.one_call_more_printed,
    "C-18": beside.answered_by_no_leg,
    "C-19": beside.a_step_is_missing,
    "C-20": beside.task_done_without_event,
    "C-21": orders.close_without_event,
    "C-26": money.more_cards_printed,
    "C-27": orders.part_without_cost,
    "C-29": beside.core_credited_for_nothing,
    "C-34": beside.nobody_clocked_out,
    "C-35": money.recorded_a_day_late,
    "C-06 twice": money.card_twice,
}


@dataclass(frozen=True)
class Spoiled:
    """The company with every fault in it, and what must be said of each (the first of its list is its own control)."""

    world: World
    said: dict[str, list[Expected]]

    @property
    def days(self) -> set[tuple[str, str, date]]:
        """(control, shop, day) that may object, because a fault stands there."""
        return {(one.control, one.site, one.day) for found in self.said.values() for one in found}


def spoil(world: World) -> Spoiled:
    """Rare documents are taken first, so that no fault is left without one."""
    log = Log(world)
    said = {name: plant(log) for name, plant in PLANTED.items()}
    return Spoiled(log.told(), said)

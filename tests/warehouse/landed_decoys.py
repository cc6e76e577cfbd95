"""Edits of landed rows that look like a cause and are none: the day still ties.

Keep out: breaks (landed_edits.py)."""

from __future__ import annotations

from collections.abc import Callable

from warehouse.landed import FINAL, Break, Landing


def two_cards_both_due(landing: Landing) -> list[Break]:
    """A decoy: the bill was split over two cards of the same amount, with an authorization each."""
    row = landing.orders(f"{FINAL} and tenders.method = 'card' and (tenders.amount * 100) % 2 = 0")
    half = row["amount"] / 2
    landing.connection.execute("update tender set amount = ? where tender_id = ?", [half, row["tender_id"]])
    landing.copy(row["tender_id"], "edit-4", "'777777' as auth_code, recorded_at + interval '1' minute as recorded_at")
    return []


def late_and_unpaid_estimate(landing: Landing) -> list[Break]:
    """A decoy: an advance on an order that is still open breaks nothing."""
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.copy(row["tender_id"], "edit-5", "'advance' as kind, 'nowhere' as ro_id, null as auth_code")
    return []


def disputed_and_not_booked(landing: Landing) -> list[Break]:
    """A decoy: the bank disputes a payment, and the shop has not given it back."""
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.run(
        "update processor_txn set reference = ?, gross = ? where txn_id = 'dispute-2'", row["ro_number"], -row["amount"]
    )
    return []


def dearer_and_paid_so(landing: Landing) -> list[Break]:
    """A decoy: the order was closed at less before, and what was paid is what it comes to now."""
    landing.was_closed(landing.orders(f"{FINAL} and tenders.method = 'card'"), dearer="-1.00")
    return []


def void_and_given_back(landing: Landing) -> list[Break]:
    """A decoy: void on the day of its close, and the payment was given back that day."""
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.run("update repair_order set status = 'void', voided_date = closed_date where ro_id = ?", row["ro_id"])
    landing.copy(row["tender_id"], "edit-10", "-amount as amount, recorded_at + interval '1' hour as recorded_at")
    return []


def late_in_the_evening(landing: Landing) -> list[Break]:
    """A decoy: taken near midnight, and dated rightly."""
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.run(
        """update tender set
        recorded_at = cast(business_date + 1 as timestamp) at time zone 'UTC' + interval '270' minute
        where tender_id = ?""",
        row["tender_id"],
    )
    return []


def terms_and_paid_at_once(landing: Landing) -> list[Break]:
    """A decoy: a customer who may pay later has paid by check."""
    row = landing.orders("tenders.kind = 'ar_charge' and tenders.method_name = 'Charge'")
    landing.run(
        "update tender set kind = 'final', method = 'check', method_name = 'Check' where tender_id = ?", row["tender_id"]
    )
    return []


DECOYS: list[Callable[[Landing], list[Break]]] = [
    two_cards_both_due,
    late_and_unpaid_estimate,
    disputed_and_not_booked,
    dearer_and_paid_so,
    void_and_given_back,
    late_in_the_evening,
    terms_and_paid_at_once,
]

"""What comes after a close: accounts are paid, details corrected, orders opened again, money given back.

Belongs here: later events that still tie. Keep out: the visit itself (stories), breaks (causes_*)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from connectors.simulator import tenders
from connectors.simulator.days import instant
from connectors.simulator.desk import Desk
from connectors.simulator.entries import number, pay, save
from connectors.simulator.people import shift
from connectors.simulator.pricing import priced
from connectors.simulator.repair_orders import header

Row = dict[str, Any]


def afterwards(desk: Desk, ro: Row, collected: list[Row], day: date, end: datetime) -> None:
    """What may come after a close: an account is paid, a detail is corrected, the order is opened again."""
    dms, rng = desk.site.dms, desk.rng
    charged = [row for row in collected if row["kind"] == "ar_charge" and row["method_name"] == "Charge"]
    derived = dms == "shopware" and not collected and ro["header_total"] > 0
    if charged or derived:
        paid = sum(row["amount"] for row in desk.closed[-1][1])
        _account(desk, ro, charged[0]["amount"] if charged else ro["header_total"] - paid, day)
        return
    dice = rng.random()
    later = desk.later_day(day, rng.randrange(1, 5))
    if dice < 0.02 and later:
        save(
            desk,
            ro,
            _hour(desk, later),
            odometer_in=ro["odometer_in"] + 10,
            updated_by=desk.advisor()["employee_id"],
        )
    elif dice < 0.035 and collected and all(row["kind"] != "ar_charge" for row in collected):
        _reopened(desk, ro, collected, day, end)
    elif dice < 0.045 and dms == "shopware" and later and collected:
        back = tenders.tender(
            desk, ro, _hour(desk, later), Decimal("-20.00"), "final", method=("cash", "Cash")
        )
        pay(desk, back)  # dated after the close: by REPORTS.md 6.7 an entry of the account, not of the day


def _hour(desk: Desk, day: date) -> datetime:
    return instant(desk.site, day, desk.rng.randrange(9 * 60, 13 * 60), desk.rng.randrange(60))


def _account(desk: Desk, ro: Row, charged: Decimal, day: date) -> None:
    """Accounts are paid after one to four weeks, if they are."""
    later = desk.later_day(day, desk.rng.randrange(5, 24))
    if later and desk.rng.random() < 0.8:
        pay(desk, tenders.pay_account(desk, ro, charged, _hour(desk, later)))


def _reopened(desk: Desk, ro: Row, collected: list[Row], day: date, end: datetime) -> None:
    """Opened again and closed again, and the day still ties.

    R.O. Writer loses what was not paid electronically, so it is entered again, the same day; files keep the
    payments and the posted date; Shop-Ware closes on the next day, and what was paid is then paid before."""
    dms, site = desk.site.dms, desk.site
    if dms == "shopware" and sum(row["amount"] for row in collected) != ro["header_total"]:
        return
    later = desk.later_day(day, 1)
    start = shift(end, 3) if dms == "rowriter" else _hour(desk, later) if later else None
    if start is None or later is None:
        return
    opened = save(desk, ro, start, status="open", closed_at=None, closed_date=None)
    again = shift(start, desk.rng.uniform(4, 10))
    if dms == "rowriter":
        for row in collected:
            if row["method"] in ("cash", "check"):
                desk.emit(start, "tender", row["tender_id"], row, "deleted")
                pay(
                    desk,
                    {
                        **row,
                        "tender_id": str(desk.next_id("tender")),
                        "recorded_at": again,
                        "updated_at": again,
                    },
                )
    posted = later if dms == "shopware" else day
    assert site.business_date(again) == posted or dms == "files"
    save(desk, opened, again, status="closed", closed_at=again, closed_date=posted)


def refund(desk: Desk, day: date, at: datetime) -> None:
    """A refund is a repair order with negative amounts, paid out on the spot."""
    original, _ = desk.rng.choice(desk.closed[-60:])
    sold = [
        row
        for row in original["lines"]
        if row["line_type"] in ("part", "labor") and row["pay_type"] == "customer"
    ]
    sold = [row for row in sold if row["net_amount"] > 0]
    if not sold:
        return
    taken = desk.rng.choice(sold)
    ro = {**header(desk, number(desk), at), "refund_of_ro_id": original["ro_id"], "pay_types": "customer"}
    ro.update({key: original[key] for key in ("customer_id", "vehicle_id", "tax_exempt")})
    ro = priced(desk.site, ro, [_mirrored(ro, taken)], [])
    end = shift(at, desk.rng.uniform(2, 9))
    save(desk, ro, at, came_from=None)
    row = pay(
        desk,
        tenders.tender(
            desk, ro, end, ro["header_total"], "final", method=tenders.pick(desk, "cash", "card", "check")
        ),
    )
    ro = save(desk, ro, end, status="closed", closed_at=end, closed_date=day, came_from="open")
    desk.closed.append((ro, [row]))


def _mirrored(ro: Row, taken: Row) -> Row:
    signed = (
        "quantity",
        "gross_amount",
        "discount_amount",
        "net_amount",
        "cost_amount",
        "core_charge",
        "hours_billed",
    )
    flipped = {key: -taken[key] for key in signed if taken[key] is not None}
    return {**taken, **flipped, "ro_id": ro["ro_id"], "line_id": f"{ro['ro_id']}01", "job_id": None,
            "hours_actual": None, "is_return": taken["line_type"] == "part"}  # fmt: skip

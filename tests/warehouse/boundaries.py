"""Rows of a made-up company that fall on a boundary to the second or the day: the last instant of a window, the minute of
opening. Each has a customer of its own, of whom nothing else is told. Keep out: what is merely rare (rarities.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from warehouse.desk import FIRST, HOUR, NOTHING, SECOND, SHOP, Desk, phone

from connectors.simulator.company import World

OTHER = "den"
WINDOW = timedelta(days=30)  # conversion_window_days, campaign_window_days
TUESDAY = 13  # a day on which the shop works as ever, counted from the first
OPENS, CLOSES = timedelta(hours=14), timedelta(hours=24)  # of the shop's winter, from midnight UTC


def with_boundaries(world: World) -> World:
    desk = Desk(world)
    for write in (_windows, _known, _hours, _appointments, _links, _campaigns, _tasks, _returns, _homes):
        write(desk)
    return replace(world, events=sorted([*world.events, *desk.made], key=lambda event: event.at))


def _windows(desk: Desk) -> None:
    """Who calls for the first time, and books or comes at that very second, or at the last one that counts."""
    for day, wait in ((1, timedelta()), (2, WINDOW)):
        for minutes in (0, 30):
            called = desk.at(day) + timedelta(minutes=minutes)
            guest = desk.person(called + SECOND)
            desk.call(phone(guest), called)
            if minutes:
                desk.order(guest, called + wait)
            else:
                desk.book(guest, called + wait, called + wait + timedelta(days=2))
    late = desk.world.as_of - WINDOW
    guest = desk.person(late + SECOND)
    desk.call(phone(guest), late)
    desk.order(guest, late + timedelta(days=2))


def _known(desk: Desk) -> None:
    """Whose card is written as he calls; who calls as his car comes in; a call back after just a day."""
    guest = desk.person(desk.at(5))
    desk.call(phone(guest), desk.at(5))
    regular = desk.person(desk.at(2))
    desk.order(regular, desk.at(3))
    desk.call(phone(regular), desk.at(3))
    undated = desk.person(desk.at(2))  # nobody wrote down when his car came and went: that day he has been there yet
    desk.order(undated, desk.at(8), opened_at=None, closed_at=None)
    for day in (8, 9):
        desk.call(phone(undated), desk.at(day))
    own = desk.patterns["call"].data["to_number"]
    missed = desk.person(desk.at(4))
    desk.call(phone(missed), desk.at(12))
    desk.call(own, desk.at(13), direction="out", to_number=phone(missed), status="answered", answered_at=desk.at(13))


def _hours(desk: Desk) -> None:
    """Calls, bookings and changes at the minute of opening and of closing; one is called back as the shop closes."""
    own = desk.patterns["call"].data["to_number"]
    for since in (OPENS, CLOSES):
        guest = desk.person(desk.at(1))
        desk.call(phone(guest), desk.at(TUESDAY, since), entry_point="closed")
        desk.book(guest, desk.at(TUESDAY, since), desk.at(TUESDAY + 2))
        key = str(FIRST + len(desk.made))
        desk.write("audit_event", desk.at(TUESDAY, since), key, event_id=key, at=desk.at(TUESDAY, since))
    guest = desk.person(desk.at(1))
    desk.call(phone(guest), desk.at(TUESDAY, CLOSES + HOUR), entry_point="closed")
    desk.call(own, desk.at(TUESDAY + 1, CLOSES), direction="out", to_number=phone(guest), status="missed")


def _appointments(desk: Desk) -> None:
    """Who comes the day before, or as late as is allowed, or books on the day on which he came first; who is looked
    after at the very second at which he should have come."""
    for day in (-1, 1):
        guest = desk.person(desk.at(15))
        desk.book(guest, desk.at(16), desk.at(20))
        desk.order(guest, desk.at(20 + day))
    guest = desk.person(desk.at(20))
    desk.book(guest, desk.at(20), desk.at(22))
    desk.order(guest, desk.at(20) + HOUR)
    moved = desk.person(desk.at(10))  # whose first appointment nobody has marked as put off
    first = desk.book(moved, desk.at(10), desk.at(12))
    desk.book(moved, desk.at(11), desk.at(38), reschedule_of_id=first)
    missing = desk.person(desk.at(10))
    due = desk.at(15)
    desk.book(missing, desk.at(11), due, status="no_show")
    desk.book(missing, due, desk.at(25))
    desk.order(missing, due)
    desk.task(missing, due, None)


def _links(desk: Desk) -> None:
    """Clicks as fast as a person can be, as the second message goes out, and as late as they count."""
    for waits in ((SECOND,), (2 * SECOND,)):
        guest = desk.person(desk.at(1))
        desk.touch(guest, desk.at(10))
        for wait in waits:
            desk.click(guest, desk.at(10) + wait)
    guest = desk.person(desk.at(1))
    desk.touch(guest, desk.at(10))
    desk.touch(guest, desk.at(12))
    desk.click(guest, desk.at(12))
    for wait in (timedelta(), WINDOW):
        guest = desk.person(desk.at(1))
        desk.touch(guest, desk.at(3))
        desk.click(guest, desk.at(3) + HOUR)
        desk.book(guest, desk.at(3) + HOUR + wait, desk.at(38))
    _paid_as_he_clicks(desk)


def _paid_as_he_clicks(desk: Desk) -> None:
    guest = desk.person(desk.at(1))
    order, sent, paid = desk.order(guest, desk.at(5)), desk.at(5) + HOUR, desk.at(5) + 2 * HOUR
    text = str(FIRST + len(desk.made))
    desk.write("message", sent, text, message_id=text, customer_id=guest, ro_id=order, conversation_id=f"c{guest}",
               direction="out", channel="sms", sent_at=sent, delivered_at=sent, failed_at=None)  # fmt: skip
    asked = {"request_id": text, "ro_id": order, "amount": Decimal("20.00"), "sent_at": sent, "status": "paid"}
    asked |= {"paid_at": paid, "paid_amount": Decimal("20.00"), "refunded_amount": NOTHING, "processor_txn_id": None}
    desk.write("payment_request", paid, text, **asked, updated_at=paid)
    desk.write("link", sent, f"pay{text}", link_id=f"pay{text}", campaign_id=None, message_id=text)
    desk.click(guest, paid, f"pay{text}")


def _campaigns(desk: Desk) -> None:
    """Who gets a letter as his car comes in; who books as he gets it, or on the last day that it is credited with."""
    here = desk.person(desk.at(1))
    desk.order(here, desk.at(6), days=1)
    desk.touch(here, desk.at(6))
    desk.book(here, desk.at(9), desk.at(30))
    for wait in (timedelta(), WINDOW):
        guest = desk.person(desk.at(1))
        desk.touch(guest, desk.at(4))
        desk.book(guest, desk.at(4) + wait, desk.at(38))


def _tasks(desk: Desk) -> None:
    """Made as the car comes in, or 30 days before; done when due, or again and again; made at the instant of the last look."""
    for wait in (timedelta(), WINDOW):
        guest = desk.person(desk.at(1))
        desk.task(guest, desk.at(4), desk.at(5))
        desk.order(guest, desk.at(4) + wait)
    desk.task(None, desk.at(6), desk.at(7), desk.at(7))
    desk.task(None, desk.at(6), desk.at(12), desk.at(7), desk.at(8), desk.at(9))
    desk.task(None, desk.world.as_of, None)


def _returns(desk: Desk) -> None:
    """A car that is back after just thirty days."""
    guest = desk.person(desk.at(1))
    for day in (2, 32):
        desk.order(guest, desk.at(day))


def _homes(desk: Desk) -> None:
    """Somebody who comes to two shops as often, to one of them first and to it last."""
    for desk.site, days in ((SHOP, (3, 20)), (OTHER, (5, 6))):
        guest = desk.person(desk.at(2), email="two.homes@example.com")
        for day in days:
            desk.order(guest, desk.at(day), advisor_id=None, open_advisor_id=None)
    desk.site = SHOP

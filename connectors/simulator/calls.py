"""The telephone of one shop: its numbers, who calls when, who picks up.

Belongs here: calls, their legs and the way they took. Keep out: how a telephone system tells them (asterisk, ...)."""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from typing import Any

from connectors.simulator.days import CLOSES, OPENS, closes, instant, is_holiday, is_open
from connectors.simulator.desk import Desk
from connectors.simulator.events import blank
from connectors.simulator.people import shift

Row = dict[str, Any]
Span = tuple[datetime, datetime | None, datetime]  # rung, picked up, ended
HOURS = (7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)
SHAPE = (2, 14, 13, 11, 10, 7, 8, 9, 9, 9, 8, 3, 1)  # mornings are busy, lunch is quiet
OUTCOMES = ("answered", "voicemail", "missed", "abandoned", "busy")
ODDS = (74, 10, 8, 6, 2)
GROUP, MENU, MAILBOX = "service", "menu", "100"  # as the telephone system names them


def numbers(desk: Desk) -> tuple[str, str, str]:
    """Main line, tracking number of an advertisement, and a line that nobody has registered."""
    area, shop = desk.site.area_code, desk.base // 1_000_000
    main, tracking, unregistered = (f"+1{area}55{kind}{shop:04d}" for kind in (6, 7, 8))
    return main, tracking, unregistered


def register_numbers(desk: Desk, at: datetime) -> None:
    main, tracking, _ = numbers(desk)
    for number, text, campaign in ((main, "Main line", None), (tracking, "Direct mail", "mail")):
        row = blank("phone_number")
        row.update(number=number, site=desk.site.id, description=text, campaign_id=campaign)
        row.update(is_tracking=campaign is not None, valid_from=desk.company.start)
        desk.emit(at, "phone_number", number, row)


def call_day(desk: Desk, day: date, per_day: int, rng: Random) -> None:
    """The calls of a day; a closed day has a few, and they reach the machine."""
    share = 4 if not is_open(day) else 55 if closes(day) != CLOSES else 100
    count = per_day * share // 100
    minutes = [hour * 60 + rng.randrange(60) for hour in rng.choices(HOURS, SHAPE, k=count)]
    for minute in sorted(minutes):
        _call(desk, day, minute, instant(desk.site, day, minute, rng.randrange(60)), rng)


def _call(desk: Desk, day: date, minute: int, at: datetime, rng: Random) -> None:
    row = blank("call")
    row.update(
        call_id=str(desk.next_id("call")), site=desk.site.id, started_at=at, is_spam=rng.random() < 0.02
    )
    kind = rng.choices(("in", "out", "internal"), (64, 28, 8))[0]
    shut = not is_open(day) or not OPENS <= minute < closes(day)
    if shut:
        kind = "in"
    row["direction"] = kind
    if kind == "in":
        _incoming(desk, row, day, shut, rng)
    elif kind == "out":
        _outgoing(desk, row, rng)
    else:
        _internal(desk, row, rng)
    row["steps"] = _way(row) if kind == "in" else []
    row["updated_at"] = row["ended_at"]
    desk.emit(row["ended_at"], "call", row["call_id"], row)


def _caller(desk: Desk, rng: Random) -> str | None:
    dice = rng.random()
    if dice < 0.05:
        return None  # withheld
    if dice < 0.65:
        customer, _ = rng.choice(desk.retail + desk.fleet)
        return str(customer["phones"]).split(";", maxsplit=1)[0]
    return f"+1{rng.randrange(201, 990)}555{rng.randrange(10000):04d}"


def _incoming(desk: Desk, row: Row, day: date, shut: bool, rng: Random) -> None:
    """A ring group of three phones; after hours the machine."""
    to_number = rng.choices(numbers(desk), (70, 26, 4))[0]
    row.update(from_number=_caller(desk, rng), to_number=to_number)
    row["entry_point"] = ("holiday" if is_holiday(day) else "closed") if shut else "open"
    status = rng.choice(("voicemail", "voicemail", "abandoned")) if shut else rng.choices(OUTCOMES, ODDS)[0]
    ring = rng.randrange(4, 31)
    row.update(status=status, legs=[] if shut or status == "busy" else _ring(desk, row, status, ring, rng))
    if status == "answered":
        answered = next(leg for leg in row["legs"] if leg["result"] == "answered")
        row.update({key: answered[key] for key in ("answered_at", "extension", "employee_id")})
        row["ended_at"] = max(leg["ended_at"] for leg in row["legs"])  # handed on, the caller talks on
        return
    if status == "voicemail":
        row["recording_id"] = f"vm-{row['call_id']}"
        ring += rng.randrange(10, 60)
    row["ended_at"] = shift(row["started_at"], 0.05 if status == "busy" else ring / 60)


def _ring(desk: Desk, row: Row, status: str, ring: int, rng: Random) -> list[Row]:
    """All advisors' phones ring at once; one is picked up, sometimes handed on to another."""
    group = desk.staff["advisor"]
    winner = rng.choice(group) if status == "answered" else None
    start, picked = row["started_at"], shift(row["started_at"], ring / 60)
    legs: list[Row] = []
    for number, person in enumerate(group, start=1):
        if person is winner:
            span, result = (start, picked, shift(picked, rng.uniform(0.5, 9))), "answered"
            legs.append(_leg(row, number, person, span=span, result=result))
        else:
            result = "busy" if rng.random() < 0.1 else "no_answer"
            legs.append(_leg(row, number, person, span=(start, None, picked), result=result))
    if winner is not None and rng.random() < 0.06:
        legs.append(_transfer(desk, row, winner, legs, rng))
    return legs


def _way(row: Row) -> list[Row]:
    """Through the ring group by day; by night a menu, whose key 1 is the mailbox."""
    start, end, status = row["started_at"], row["ended_at"], row["status"]
    rung = max((leg["ended_at"] for leg in row["legs"] if not leg["answered_at"]), default=end)
    if status == "busy":
        return _steps(row, ("hangup", "busy", start, end, "busy"))
    if row["entry_point"] == "open":
        until, why = (row["answered_at"], "answered") if status == "answered" else (rung, "no_answer")
        if status == "abandoned":
            until, why = end, "abandoned"
        way = [("ring_group", GROUP, start, until, why)]
    elif status == "voicemail":
        pressed = (start + (end - start) / 4).replace(microsecond=0)
        way = [("ivr", MENU, start, pressed, "key"), ("menu_key", "1", pressed, pressed, "key")]
        rung = pressed
    else:
        way = [("ivr", MENU, start, end, "hangup")]
    if status == "voicemail":
        way.append(("voicemail", MAILBOX, rung, end, "hangup"))
    if status == "abandoned":
        way.append(("hangup", "caller", end, end, "hangup"))
    return _steps(row, *way)


def _steps(row: Row, *way: tuple[str, str, datetime, datetime, str]) -> list[Row]:
    names = ("node_type", "label", "entered_at", "exited_at", "exit_reason")
    return [
        {"call_id": row["call_id"], "seq": seq, **dict(zip(names, step, strict=True))}
        for seq, step in enumerate(way, start=1)
    ]


def _transfer(desk: Desk, row: Row, winner: Row, legs: list[Row], rng: Random) -> Row:
    manager = desk.staff["manager"][0]
    start: datetime = next(leg["ended_at"] for leg in legs if leg["result"] == "answered")
    answered = shift(start, 0.2)
    span = (start, answered, shift(answered, rng.uniform(0.5, 4)))
    leg = _leg(row, len(legs) + 1, manager, span=span, result="transferred")
    leg["transfer_from"] = winner["extension"]
    return leg


def _leg(row: Row, number: int, person: Row, *, span: Span, result: str) -> Row:
    leg = blank("legs")
    leg.update(
        call_id=row["call_id"],
        leg_id=str(number),
        extension=person["extension"],
        employee_id=person["employee_id"],
    )
    leg.update(started_at=span[0], answered_at=span[1], ended_at=span[2], result=result)
    return leg


def _outgoing(desk: Desk, row: Row, rng: Random) -> None:
    person = rng.choice(desk.staff["advisor"] + desk.staff["manager"])
    customer, _ = rng.choice(desk.retail)
    row.update(from_number=numbers(desk)[0], to_number=str(customer["phones"]).split(";", maxsplit=1)[0])
    row.update(extension=person["extension"], employee_id=person["employee_id"], entry_point="direct")
    _talk(row, person, rng.choices(("answered", "missed", "busy", "failed"), (76, 17, 5, 2))[0], rng)


def _internal(desk: Desk, row: Row, rng: Random) -> None:
    caller, called = rng.sample(desk.staff["advisor"] + desk.staff["manager"], 2)
    row.update(from_number=caller["extension"], to_number=called["extension"], extension=called["extension"])
    row.update(employee_id=called["employee_id"], entry_point="direct")
    _talk(row, called, rng.choice(("answered", "answered", "missed")), rng)


def _talk(row: Row, person: Row, status: str, rng: Random) -> None:
    answered = shift(row["started_at"], rng.uniform(0.05, 0.5)) if status == "answered" else None
    row.update(status=status, answered_at=answered)
    row["ended_at"] = shift(answered or row["started_at"], rng.uniform(0.4, 6) if answered else 0.4)
    result = {"answered": "answered", "busy": "busy"}.get(status, "no_answer")
    row["legs"] = [_leg(row, 1, person, span=(row["started_at"], answered, row["ended_at"]), result=result)]

"""Far end `freeswitch`: a shop's switch, one record per leg of a call, as mod_json_cdr or mod_cdr_csv writes it.

Belongs here: legs of a call, and both forms. Keep out: what happened (events).

What the protocol cannot carry: employees (only extensions), spam, a voice mail's id, keys pressed in a menu; and in
lines of mod_cdr_csv any way through menus and groups."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import md5
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from connectors.simulator.asterisk import Call, as_dialed, calls, rung
from connectors.simulator.asterisk_file import grow
from connectors.simulator.events import Company, Event, Site

Leg = dict[str, Any]
CONTEXTS = {"open": "public", "closed": "public-closed", "holiday": "public-holiday"}
CAUSES = {
    "missed": "NO_ANSWER",
    "abandoned": "ORIGINATOR_CANCEL",
    "busy": "USER_BUSY",
    "failed": "NORMAL_TEMPORARY_FAILURE",
}
APPS = {
    "ivr": ("ivr", "menu"),
    "voicemail": ("voicemail", "default chi.example 100"),
    "hangup": ("hangup", "USER_BUSY"),
}
OWN_TEMPLATE = (  # a switch that logs both legs, and joins them
    "caller_id_name", "caller_id_number", "destination_number", "context", "start_stamp", "answer_stamp", "end_stamp",
    "duration", "billsec", "hangup_cause", "uuid", "bleg_uuid", "accountcode", "call_uuid", "last_app",
)  # fmt: skip


def entry_points() -> dict[str, list[str]]:
    return {point: [context] for point, context in CONTEXTS.items()} | {"direct": ["default"]}


def documents(company: Company, events: Iterable[Event], site: Site, folder: Path, *, as_of: datetime) -> int:
    """A file for every leg that ended up to `as_of`, as old as its leg's end; the number of new ones."""
    folder.mkdir(parents=True, exist_ok=True)
    new = 0
    for at, leg in _legs(site, events):
        file = folder / f"{leg['uuid']}.cdr.json"
        if at <= as_of and not file.exists():
            file.write_text(json.dumps(_document(leg)), encoding="utf-8")
            os.utime(file, (at.timestamp(), at.timestamp()))
            new += 1
    return new


def append(
    company: Company,
    events: Iterable[Event],
    site: Site,
    path: Path,
    *,
    as_of: datetime,
    template: tuple[str, ...] = OWN_TEMPLATE,
    half_line: bool = False,
) -> int:
    """Lines of mod_cdr_csv. Only a template of one's own logs b legs: nothing in the others joins them."""
    both = "call_uuid" in template
    told = ((at, _line(leg, template, site)) for at, leg in _legs(site, events) if both or leg["a"])
    return grow(path, told, as_of, half_line)


def _legs(site: Site, events: Iterable[Event]) -> Iterator[tuple[datetime, Leg]]:
    """The phones' legs end before their caller's, and are written first."""
    for at, call, serial in calls(site, events):
        first = _uuid(call, 0)
        behind = [_b_leg(call, leg, number, first) for number, leg in enumerate(rung(call), start=1)]
        yield from ((at, leg) for leg in behind)
        taken = next((leg for leg in behind if leg["answered_at"]), None)
        yield at, _a_leg(call, serial, first, taken)


def _a_leg(call: Call, serial: int, uuid: str, taken: Leg | None) -> Leg:
    inbound = call["direction"] == "in"
    src = (call["from_number"] or "anonymous").removeprefix("+1") if inbound else call["extension"]
    src = call["from_number"] if call["direction"] == "internal" else src
    dst = call["to_number"].removeprefix("+1") if inbound else as_dialed(call["to_number"])
    apps = _applications(call)
    answered = taken["answered_at"] if taken else next((at for at, app, _ in apps if app in ("ivr", "voicemail")), None)
    return {
        "a": True, "uuid": uuid, "call_uuid": uuid, "src": src, "dst": dst, "started_at": call["started_at"],
        "context": CONTEXTS[call["entry_point"]] if inbound else "default", "answered_at": answered,
        "ended_at": call["ended_at"], "cause": CAUSES.get(call["status"], "NORMAL_CLEARING"), "apps": apps,
        "bleg_uuid": taken["uuid"] if taken else None, "bridged_at": taken["answered_at"] if taken else None,
        "channel": f"sofia/external/{serial}",
    }  # fmt: skip


def _applications(call: Call) -> list[tuple[datetime, str, str]]:
    """What the dialplan did with the caller; `set` and `answer` are among it, as in life."""
    if call["direction"] != "in":
        return [(call["started_at"], "bridge", "sofia/gateway/trunk")]
    apps: list[tuple[datetime, str, str]] = [(call["started_at"], "set", "hangup_after_bridge=true")]
    for step in call["steps"]:
        kind, at = step["node_type"], step["entered_at"]
        if kind == "ring_group":
            queued = step["exit_reason"] == "abandoned"
            apps.append(
                (at, "callcenter", "service@default") if queued else (at, "bridge", "user/101,user/102,user/103")
            )
        elif kind != "menu_key" and step["label"] != "caller":
            apps.append((at, *APPS[kind]))
    return apps


def _b_leg(call: Call, leg: Call, number: int, call_uuid: str) -> Leg:
    out, answered = call["direction"] == "out", leg["answered_at"]
    lost = "LOSE_RACE" if call["status"] == "answered" else "NO_ANSWER"
    cause = "NORMAL_CLEARING" if answered else "USER_BUSY" if leg["result"] == "busy" else lost
    return {
        "a": False, "uuid": _uuid(call, number), "call_uuid": call_uuid, "bleg_uuid": None, "bridged_at": None,
        "src": (call["from_number"] or "anonymous").removeprefix("+1"), "context": "default",
        "dst": call["to_number"] if out else leg["extension"], "started_at": leg["started_at"], "answered_at": answered,
        "ended_at": leg["ended_at"], "apps": [], "channel": f"sofia/internal/{leg['extension']}",
        "cause": CAUSES["failed"] if call["status"] == "failed" else cause,
    }  # fmt: skip


def _document(leg: Leg) -> dict[str, Any]:
    """Values of variables are URL-encoded, all times are texts of microseconds, 0 where there is none."""
    times = {"start": "started_at", "answer": "answered_at", "bridge": "bridged_at", "end": "ended_at"}
    variables: dict[str, Any] = {f"{name}_uepoch": _micros(leg[key]) for name, key in times.items()}
    variables |= {
        "uuid": leg["uuid"],
        "call_uuid": leg["call_uuid"],
        "hangup_cause": leg["cause"],
        "duration": _seconds(leg),
    }
    variables |= {
        "start_stamp": f"{leg['started_at']:%Y-%m-%d %H:%M:%S}",
        "direction": "inbound" if leg["a"] else "outbound",
    }
    variables |= {"bleg_uuid": leg["bleg_uuid"]} if leg["bleg_uuid"] else {}
    variables |= {"last_app": leg["apps"][-1][1], "last_arg": leg["apps"][-1][2]} if leg["apps"] else {}
    profile = {"caller_id_name": "Jörg & Co", "caller_id_number": leg["src"], "destination_number": leg["dst"]}
    profile |= {"context": leg["context"], "chan_name": leg["channel"], "uuid": leg["uuid"]}
    ran = [{"app_name": app, "app_data": quote(data), "app_stamp": _micros(at)} for at, app, data in leg["apps"]]
    return {
        "core-uuid": "3b1f5a52-0000-4000-8000-000000000000",
        "channel_data": {"state": "CS_REPORTING"},
        "variables": {name: quote(str(value)) for name, value in variables.items()},
        "app_log": {"applications": ran} if ran else {},
        "callflow": [{"dialplan": "XML", "profile_index": "1", "caller_profile": profile, "times": {}}],
    }


def _line(leg: Leg, template: tuple[str, ...], site: Site) -> bytes:
    times = {
        f"{name}_stamp": leg[key]
        for name, key in (("start", "started_at"), ("answer", "answered_at"), ("end", "ended_at"))
    }
    stamps = {name: f"{at.astimezone(site.zone):%Y-%m-%d %H:%M:%S}" if at else "" for name, at in times.items()}
    talked = int((leg["ended_at"] - leg["answered_at"]).total_seconds()) if leg["answered_at"] else 0
    row = {**leg, **stamps, "caller_id_name": 'O"Hara, Sinéad', "caller_id_number": leg["src"], "billsec": talked}
    row |= {"destination_number": leg["dst"], "hangup_cause": leg["cause"], "duration": _seconds(leg)}
    row |= {"last_app": leg["apps"][-1][1]} if leg["apps"] else {}
    out = io.StringIO()
    values = ["" if row.get(name) is None else row[name] for name in template]
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(values)
    return out.getvalue().encode()


def _uuid(call: Call, number: int) -> str:
    return str(UUID(md5(f"{call['site']}:{call['call_id']}:{number}".encode(), usedforsecurity=False).hexdigest()))


def _micros(at: datetime | None) -> str:
    return str((at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)) if at else "0"


def _seconds(leg: Leg) -> int:
    return (leg["ended_at"] - leg["started_at"]) // timedelta(seconds=1)

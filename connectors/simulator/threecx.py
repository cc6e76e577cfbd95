"""Far end `threecx`: a shop's 3CX, whose CDR service appends a record for each part of a call to cdr.log.

Belongs here: records, in the order of fields that the administrator chose. Keep out: what happened (events).

What the protocol cannot carry: employees, spam, recordings, phones of a group that rang in vain, the number that an
outbound call shows, keys pressed at a receptionist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.simulator.asterisk import Call, as_dialed, calls
from connectors.simulator.asterisk_file import grow
from connectors.simulator.events import Company, Event, Site

# as this shop's administrator set them
FIELDS = (
    "time-start", "time-answered", "time-end", "historyid", "callid", "duration", "from-type", "from-no", "from-dn",
    "to-type", "to-no", "to-dn", "to-dispname", "dial-no", "final-type", "final-number", "final-dn",
    "reason-terminated", "reason-changed", "chain", "bill-cost",
)  # fmt: skip
DESKS = {"open": ("RingGroup", "800", "service"), "night": ("IVR", "802", "menu"), "queue": ("Queue", "801", "service")}
REASONS = {"busy": "Busy", "failed": "FailedError", "missed": "NoAnswer"}
ENTRY_POINTS = {"open": ["800", "801"], "closed": ["802"]}
Record = dict[str, Any]


def append(
    company: Company, events: Iterable[Event], site: Site, path: Path, *, as_of: datetime, half_line: bool = False
) -> int:
    told = ((at, _line(row, site)) for at, call, serial in calls(site, events) for row in _records(call, serial))
    return grow(path, told, as_of, half_line)


def _records(call: Call, serial: int) -> Iterator[Record]:
    """One, and one more for who was handed the caller."""
    row = _inbound(call) if call["direction"] == "in" else _outbound(call)
    row |= {"historyid": f"0000{serial:08X}_{serial}", "callid": f"{serial}", "bill-cost": "0.00"}
    handed = [leg for leg in call["legs"] if leg["transfer_from"]]
    if handed:
        first = next(leg for leg in call["legs"] if leg["result"] == "answered")
        row |= {"time-end": first["ended_at"], "reason-changed": "ReplacedDst"}
    yield row
    for leg in handed:
        onward = {"final-dn": leg["extension"], "final-number": f"Ext.{leg['extension']}", "callid": f"{serial + 1}"}
        times = {"time-start": leg["started_at"], "time-answered": leg["answered_at"], "time-end": leg["ended_at"]}
        yield {**row, **onward, **times, "to-type": "Extension", "to-dn": leg["extension"], "reason-changed": ""}


def _inbound(call: Call) -> Record:
    status, night = call["status"], call["entry_point"] != "open"
    kind, dn, name = DESKS["night" if night else "queue" if status == "abandoned" else "open"]
    src = (call["from_number"] or "anonymous").removeprefix("+1")
    row: Record = {
        "from-type": "Line", "from-no": src, "from-dn": "10001", "dial-no": call["to_number"].removeprefix("+1"),
        "to-type": kind, "to-no": f"Ext.{dn}", "to-dn": dn, "to-dispname": name, "final-type": kind, "final-dn": dn,
        "time-start": call["started_at"], "time-answered": call["answered_at"], "time-end": call["ended_at"],
        "reason-terminated": REASONS.get(status, "TerminatedBySrc"), "chain": f"Chain: {src};Ext.{dn};",
    }  # fmt: skip
    if status == "busy":
        row |= {"to-type": "Line", "final-type": "Line", "to-dispname": "", "to-dn": "10001", "final-dn": "10001"}
    if status == "answered":
        row |= {"final-type": "Extension", "final-dn": call["extension"], "final-number": f"Ext.{call['extension']}"}
    if status == "voicemail":
        (mailbox,) = (step for step in call["steps"] if step["node_type"] == "voicemail")
        row |= {"final-type": "VoiceMail", "final-dn": mailbox["label"], "time-answered": mailbox["entered_at"]}
    return row


def _outbound(call: Call) -> Record:
    outside, caller = call["direction"] == "out", call["extension"]
    caller = caller if outside else call["from_number"]
    dialed, kind = as_dialed(call["to_number"]), "ExternalLine" if outside else "Extension"
    called = "10001" if outside else call["to_number"]
    return {
        "from-type": "Extension", "from-no": f"Ext.{caller}", "from-dn": caller, "dial-no": dialed, "to-type": kind,
        "to-no": dialed if outside else f"Ext.{called}", "to-dn": called, "final-type": kind, "final-dn": called,
        "time-start": call["started_at"], "time-answered": call["answered_at"], "time-end": call["ended_at"],
        "reason-terminated": REASONS.get(call["status"], "TerminatedByDst"), "chain": f"Chain: Ext.{caller};{dialed};",
    }  # fmt: skip


def _line(row: Record, site: Site) -> bytes:
    talked = row["time-end"] - row["time-answered"] if row["time-answered"] else None
    told = {**row, "duration": str(talked // timedelta(seconds=1) * timedelta(seconds=1)) if talked else ""}
    values = [told.get(name) for name in FIELDS]
    texts = [
        f"{value.astimezone(site.zone):%Y/%m/%d %H:%M:%S}" if isinstance(value, datetime) else value or ""
        for value in values
    ]
    return ("Call " + ",".join(texts) + "\r\n").encode()

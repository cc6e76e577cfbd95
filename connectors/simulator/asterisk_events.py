"""What the same PBX logs of a call on its way: channel events as cel_custom writes them, and queue_log.

Belongs here: those two files. Keep out: call detail records (asterisk.py), how a file grows (asterisk_file.py)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.simulator.asterisk import CONTEXTS, MAILBOX, Call, as_dialed, calls, channel_name, linked_id
from connectors.simulator.asterisk_file import grow
from connectors.simulator.events import Company, Event, Site

# Order of cel_custom's sample: type, time, name, num, ani, rdnis, dnid, exten, context, channel, app, data, ama flags,
# account, uniqueid, linkedid, peer, userfield, name of a user's event, extra
APPS = {"ivr": ("BackGround", "welcome"), "voicemail": ("VoiceMail", MAILBOX), "hangup": ("Busy", "")}
CEL, QUEUE_LOG = "cel/Master.csv", "queue_log"
Told = Iterator[tuple[datetime, bytes]]


def append(company: Company, events: Iterable[Event], site: Site, folder: Path, *, as_of: datetime) -> None:
    """Both logs up to an instant."""
    told = list(calls(site, events))
    grow(folder / CEL, (line for _, call, serial in told for line in _channels(call, serial)), as_of)
    grow(folder / QUEUE_LOG, (line for _, call, serial in told for line in _queued(call, serial)), as_of)


def _channels(call: Call, serial: int) -> Told:
    """Of the caller's channel, and of each phone that rang, as a call goes on. Written when the call is over: the
    order of a log over all calls is not promised."""
    over, number = call["ended_at"], linked_id(call, serial)
    caller = _Channel(call, serial, number)
    for leg_number, leg in enumerate(call["legs"], start=1):
        phone = channel_name(leg["extension"], serial + leg_number)
        own = f"{number}{leg_number}"
        yield over, caller.line("CHAN_START", leg["started_at"], channel=phone, uniqueid=own, exten="s")
        yield over, caller.line("HANGUP", leg["ended_at"], channel=phone, uniqueid=own, exten="s")
    yield over, caller.line("CHAN_START", call["started_at"])
    yield from ((over, line) for line in (_way(call, caller) if call["direction"] == "in" else _dial(call, caller)))
    for kind in ("HANGUP", "CHAN_END", "LINKEDID_END"):
        yield over, caller.line(kind, call["ended_at"])


def _way(call: Call, caller: _Channel) -> Iterator[bytes]:
    exten = caller.exten
    for step in call["steps"]:
        at, kind = step["entered_at"], step["node_type"]
        if kind == "menu_key":
            exten = step["label"]
        elif kind == "ring_group":
            queued = step["exit_reason"] == "abandoned"
            app = ("Queue", f"{step['label']},t") if queued else ("Dial", "PJSIP/101&PJSIP/102&PJSIP/103,30")
            yield caller.line("APP_START", at, app=app)
            if step["exit_reason"] == "answered":
                yield caller.line("BRIDGE_ENTER", step["exited_at"], app=app)
        elif step["label"] != "caller":
            place = {"context": step["label"], "exten": "s"} if kind == "ivr" else {"exten": exten}
            yield caller.line("APP_START", at, app=APPS[kind], **place)
            if kind == "ivr":
                yield caller.line("APP_START", at, app=("WaitExten", "10"), **place)


def _dial(call: Call, caller: _Channel) -> Iterator[bytes]:
    app = ("Dial", "PJSIP/trunk,60")
    yield caller.line("APP_START", call["started_at"], app=app)
    if call["answered_at"]:
        yield caller.line("BRIDGE_ENTER", call["answered_at"], app=app)


class _Channel:
    """The caller's channel: what all its events say."""

    def __init__(self, call: Call, serial: int, number: str) -> None:
        inbound = call["direction"] == "in"
        self.number, self.src = number, (call["from_number"] or "anonymous").removeprefix("+1")
        self.exten = call["to_number"].removeprefix("+1") if inbound else as_dialed(call["to_number"])
        self.context = CONTEXTS[call["entry_point"]] if inbound else "from-internal"
        self.channel = channel_name("trunk" if inbound else call["extension"], serial)

    def line(self, kind: str, at: datetime, app: tuple[str, str] = ("", ""), **own: Any) -> bytes:
        values = [kind, f"{at.timestamp():.6f}", "Caller", self.src, self.src, "", self.exten]
        values += [own.get("exten", self.exten), own.get("context", self.context), own.get("channel", self.channel)]
        values += [*app, "DOCUMENTATION", "", own.get("uniqueid", self.number), self.number, "", "", "", ""]
        out = io.StringIO()
        csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(values)
        return out.getvalue().encode()


def _queued(call: Call, serial: int) -> Told:
    """The queue in which callers give up; whole seconds."""
    for step in call["steps"] if call["direction"] == "in" else ():
        if step["exit_reason"] == "abandoned":
            entered, left = (int(step[name].timestamp()) for name in ("entered_at", "exited_at"))
            head = f"{linked_id(call, serial)}|{step['label']}|NONE"
            src = (call["from_number"] or "").removeprefix("+1")
            yield call["ended_at"], f"{entered}|{head}|ENTERQUEUE||{src}|1\n".encode()
            yield call["ended_at"], f"{left}|{head}|ABANDON|1|1|{left - entered}\n".encode()

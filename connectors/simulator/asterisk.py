"""Far end `asterisk`: a shop's PBX, a row for every phone that rang, written as calls end.

Belongs here: the dialplan's rows of a call. Keep out: the file and its accidents (asterisk_file.py).

What the protocol cannot carry: employees (only extensions), spam, a voice mail's id, the numbers of legs, and
a missed call all of whose phones were busy (one rings out). Local channels are written with 21 columns only:
without linkedid they would be calls of their own. With 16 columns every row is a call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors.simulator.events import Event, Site

Call = Mapping[str, Any]
Row = dict[str, Any]
# dialplan contexts by entry point; a site's tieout.yml names them (see `entry_points`)
CONTEXTS = {"open": "from-trunk-day", "closed": "from-trunk-after-hours", "holiday": "from-trunk-holiday"}
DISPOSITIONS = {"busy": "BUSY", "failed": "FAILED"}
MAILBOX = "100@default,u"


def entry_points() -> dict[str, list[str]]:
    """The setting `entry_points` of a connection to this PBX."""
    return {point: [context] for point, context in CONTEXTS.items()} | {"direct": ["from-internal"]}


@dataclass(frozen=True)
class Party:
    """What all rows of a call share."""

    channel: str
    src: str
    dst: str
    context: str
    linkedid: str

    def row(self, start: datetime, end: datetime, **fields: Any) -> Row:
        row: Row = {"src": self.src, "dst": self.dst, "dcontext": self.context, "channel": self.channel}
        row |= {"uniqueid": self.linkedid, "linkedid": self.linkedid, "start": start, "end": end}
        return row | {"answer": None, "disposition": "NO ANSWER", "dstchannel": "", "lastdata": ""} | fields


def rows(site: Site, events: Iterable[Event], *, local: bool) -> Iterator[tuple[datetime, list[Row]]]:
    """(when it was written, rows) of each call, in the order of the log."""
    for at, call, serial in calls(site, events):
        yield at, _call(call, serial, local)


def calls(site: Site, events: Iterable[Event]) -> Iterator[tuple[datetime, Call, int]]:
    """(when it ended, call, the first of its channels' numbers); a call is told once."""
    serial, written = 0, set()
    for event in events:
        if event.site == site.id and event.entity == "call" and event.key not in written:
            written.add(event.key)
            serial += 10
            yield event.at, event.data, serial


def _call(call: Call, serial: int, local: bool) -> list[Row]:
    if call["direction"] == "in":
        return _inbound(call, serial, local)
    trunk = call["direction"] == "out"
    own = channel_name(call["extension"] if trunk else call["from_number"], serial)
    src = call["from_number"].removeprefix("+1")  # outside, the shop shows its main number
    party = Party(own, src, as_dialed(call["to_number"]), "from-internal", linked_id(call, serial))
    (leg,) = call["legs"]
    device = channel_name("trunk" if trunk else leg["extension"], serial + 1)
    result = call["status"] if call["status"] in DISPOSITIONS else leg["result"]
    return [_ring(party, {**leg, "result": result}, device, "Dial")]


def _inbound(call: Call, serial: int, local: bool) -> list[Row]:
    src = call["from_number"].removeprefix("+1") if call["from_number"] else "anonymous"
    dialed, context = call["to_number"].removeprefix("+1"), CONTEXTS[call["entry_point"]]
    party = Party(channel_name("trunk", serial), src, dialed, context, linked_id(call, serial))
    application = "Queue" if call["status"] == "abandoned" else "Dial"
    made: list[Row] = []
    for number, leg in enumerate(rung(call), start=1):
        device = channel_name(leg["extension"], serial + number)
        if local and application == "Queue":
            made += _through_local(party, leg, device, serial + number)
        else:
            made.append(_ring(party, leg, device, application))
    return made + _ending(party, call)


def rung(call: Call) -> list[Row]:
    """When all phones are busy the PBX says busy; a missed call has one that rang."""
    legs = [dict(leg) for leg in call["legs"]]
    if call["status"] == "missed" and all(leg["result"] == "busy" for leg in legs):
        legs[-1:] = [{**leg, "result": "no_answer"} for leg in legs[-1:]]
    return legs


def _ring(party: Party, leg: Call, device: str, application: str) -> Row:
    answered = leg["answered_at"]
    return party.row(
        leg["started_at"],
        leg["ended_at"],
        answer=answered,
        disposition="ANSWERED" if answered else DISPOSITIONS.get(leg["result"], "NO ANSWER"),
        dstchannel=device,
        lastapp=application,
        lastdata="service" if application == "Queue" else f"{device.rsplit('-', 1)[0]},30",
    )


def _through_local(party: Party, leg: Call, device: str, number: int) -> list[Row]:
    """A queue rings a phone through a pipe: the caller's row ends in ;1, the phone's begins at ;2."""
    pipe = f"Local/{leg['extension']}@queue-{number:08x}"
    behind = _ring(party, leg, device, "Dial")
    behind |= {"channel": f"{pipe};2", "dcontext": "queue", "dst": leg["extension"]}
    behind["uniqueid"] = linked_id({"started_at": leg["started_at"]}, number)
    return [_ring(party, leg, f"{pipe};1", "Queue"), behind]


def _ending(party: Party, call: Call) -> list[Row]:
    """Where a call went that no phone took."""
    start, end = call["started_at"], call["ended_at"]
    if call["status"] == "voicemail":
        rung = max((leg["ended_at"] for leg in call["legs"]), default=start)
        return [
            party.row(rung, end, answer=rung, disposition="ANSWERED", lastapp="VoiceMail", lastdata=MAILBOX)
        ]
    if call["status"] == "abandoned" and not call["legs"]:
        return [
            party.row(start, end, answer=start, disposition="ANSWERED", lastapp="BackGround", lastdata="menu")
        ]
    if call["status"] == "busy":
        return [party.row(start, end, disposition="BUSY", lastapp="Busy")]
    return []


def channel_name(name: str, serial: int) -> str:
    return f"PJSIP/{name}-{serial:08x}"


def linked_id(call: Call, serial: int) -> str:
    return f"{int(call['started_at'].timestamp())}.{serial}"


def as_dialed(number: str) -> str:
    """People dial 9 for an outside line."""
    return number.replace("+1", "91") if number.startswith("+1") else number


def seconds(start: datetime, end: datetime) -> int:
    return (end - start) // timedelta(seconds=1)

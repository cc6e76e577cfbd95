"""Records of Asterisk's logs under their names: call detail records, channel events, lines of queue_log.

Belongs here: layouts, and what joins rows to a call. Keep out: files and tables that hold them, meanings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from connectors.reading.records import Row, are_times, decoded, fields, is_time, row_id

BASE = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata",
    "start", "answer", "end", "duration", "billsec", "disposition", "amaflags",
)  # fmt: skip
LAYOUTS = {
    16: BASE,
    17: (*BASE, "uniqueid"),
    18: (*BASE, "uniqueid", "userfield"),
    21: (*BASE, "uniqueid", "userfield", "peeraccount", "linkedid", "sequence"),
}
NEEDED = frozenset(BASE) - {"accountcode", "clid", "lastdata", "billsec", "amaflags"}
CDR_OWN = ("row_id", "call_id", "site_code", "timezone", "line", "line_hex")
CEL = (  # as the sample configuration of cel_custom has them
    "eventtype", "eventtime", "cidname", "cidnum", "cidani", "cidrdnis", "ciddnid", "exten", "context", "channame",
    "appname", "appdata", "amaflags", "accountcode", "uniqueid", "linkedid", "peer", "userfield", "userdeftype",
    "eventextra",
)  # fmt: skip
NEEDED_OF_EVENTS = frozenset(
    {"eventtype", "eventtime", "exten", "context", "appname", "appdata", "uniqueid", "linkedid"}
)
QUEUE = ("eventtype", "eventtime", "uniqueid", "queue", "member", "data1", "data2", "data3", "data4", "data5")
EVENT_OWN = ("row_id", "call_id", "log", "at", "timezone", "line", "line_hex")
NO_CALL = frozenset({"NONE", "REALTIME", "CLI", "MANAGER"})  # what queue_log has for what is no call


def cdr(record: bytes, encoding: str, zone: str, layouts: Mapping[int, tuple[str, ...]], by_account: bool) -> Row:
    """A row of Master.csv. What fits no layout keeps its text in `line`, to be refused."""
    text, own = _opened(record, encoding, zone)
    values = fields(text)
    names = layouts.get(len(values), ())
    if not names:
        return own | {"call_id": own["row_id"], "site_code": "*", "line": text}
    return call_row(own, dict(zip(names, (value or None for value in values), strict=True)), text, by_account)


def call_row(own: Row, row: Row, text: str, by_account: bool) -> Row:
    """The fields of a record with what joins it to a call, wherever it was kept."""
    if not are_times(row, "start", "answer", "end"):
        return own | {"call_id": own["row_id"], "site_code": "*", "line": text}
    site = row.get("accountcode") if by_account else "*"
    return own | row | {"call_id": row.get("linkedid") or row.get("uniqueid") or own["row_id"], "site_code": site}


def event(record: bytes, encoding: str, zone: str, columns: Sequence[str]) -> Row:
    """A row of cel_custom."""
    text, own = _opened(record, encoding, zone)
    values = fields(text)
    if len(values) != len(columns):
        return own | {"call_id": own["row_id"], "log": "cel", "line": text}
    return event_row(own, dict(zip(columns, (value or None for value in values), strict=True)), text)


def event_row(own: Row, row: Row, text: str) -> Row:
    """The fields of an event; its time is an epoch with a fraction, or the PBX's wall clock."""
    at, call = _clock(row.get("eventtime"), own), row.get("linkedid") or row.get("uniqueid")
    if at is None or call is None:
        return own | {"call_id": own["row_id"], "log": "cel", "line": text}
    return own | row | at | {"call_id": call, "log": "cel"}


def queue(record: bytes, encoding: str, zone: str) -> Row:
    """A line of queue_log: when, which call, which queue, who, what, and up to five particulars."""
    text, own = _opened(record, encoding, zone)
    at, call, name, member, kind, *data = [*text.split("|"), *[""] * 10][:10]
    moment = _clock(at, own)
    if moment is None or not kind:
        return own | {"call_id": own["row_id"], "log": "queue_log", "line": text}
    told = dict(zip(QUEUE[5:], (value or None for value in data), strict=True))
    joins = own["row_id"] if call in NO_CALL else call
    row: Row = {"eventtype": kind, "eventtime": at, "uniqueid": call, "queue": name, "member": member, **told}
    return own | row | moment | {"call_id": joins, "log": "queue_log"}


def _opened(record: bytes, encoding: str, zone: str) -> tuple[str, Row]:
    text, raw = decoded(record, encoding)
    return text, {"row_id": row_id(record), "line_hex": raw, "timezone": zone}


def _clock(value: str | None, own: Row) -> Row | None:
    """The time and whose clock it is of: an epoch is of UTC."""
    if value is None or is_time(value):
        return {"at": value, "timezone": own["timezone"]} if value else None
    seconds, _, fraction = value.partition(".")
    if not seconds.isdigit() or len(seconds) > 10 or not (fraction or "0").isdigit():
        return None
    whole = datetime.fromtimestamp(int(seconds), UTC)
    return {"at": f"{whole:%Y-%m-%d %H:%M:%S}.{fraction[:6].ljust(6, '0')}", "timezone": "UTC"}

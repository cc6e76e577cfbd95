"""One document of mod_json_cdr: a leg of a call, and the applications that it ran.

Belongs here: where a document keeps things. Keep out: files, and what an application means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from connectors.reading.records import Row, row_id

OWN = ("row_id", "call_id", "site_code", "timezone", "line", "line_hex")
STEP = ("row_id", "call_id", "uuid", "nth", "context", "exten", "app_name", "app_data", "at", "bridged_at", "ended_at")
VARIABLES = (
    "uuid", "call_uuid", "bleg_uuid", "hangup_cause", "last_app", "last_arg", "duration", "billsec", "accountcode",
    "recording_file",
)  # fmt: skip
TIMES = {"start_stamp": "start_uepoch", "answer_stamp": "answer_uepoch", "end_stamp": "end_uepoch"}
Document = dict[str, Any]


def document(content: bytes) -> Document | None:
    """None where it is not whole, or is no call detail record."""
    try:
        told = json.loads(content, parse_float=str)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(told, dict) and isinstance(told.get("variables"), dict) and told["variables"].get("uuid")
    return told if whole else None


def leg_row(told: Document | None, content: bytes) -> Row:
    """The leg. What is no document keeps its text in `line`, to be refused."""
    own: Row = {"row_id": row_id(content), "timezone": "UTC", "site_code": "*"}
    if told is None:
        return own | {"call_id": own["row_id"], "line": content.decode(errors="backslashreplace")}
    told_as = {name: _variable(told, name) for name in VARIABLES}
    profile = _profile(told)
    row: Row = {**told_as, **{name: _instant(_variable(told, micros)) for name, micros in TIMES.items()}}
    row |= {name: profile.get(name) for name in ("caller_id_name", "caller_id_number", "destination_number", "context")}
    return own | row | {"call_id": call_id(told), "channel_name": profile.get("chan_name")}


def application_rows(told: Document | None) -> Iterator[Row]:
    """The applications in their order, with the time of each; the leg's end ends the last."""
    log = (told or {}).get("app_log") or {}
    if told is None or not isinstance(log, dict):
        return
    profile, uuid = _profile(told), _variable(told, "uuid")
    for nth, app in enumerate(log.get("applications") or (), start=1):
        yield {
            "row_id": f"{uuid}:{nth}", "call_id": call_id(told), "uuid": uuid, "nth": str(nth),
            "context": profile.get("context"), "exten": profile.get("destination_number"),
            "app_name": app.get("app_name"), "app_data": unquote(app.get("app_data") or "") or None,
            "at": _instant(app.get("app_stamp")), "bridged_at": _instant(_variable(told, "bridge_uepoch")),
            "ended_at": _instant(_variable(told, "end_uepoch")),
        }  # fmt: skip


def call_id(told: Document) -> str | None:
    """What the legs of a call share: its id, else the leg that rang this one, else its own."""
    names = ("call_uuid", "originating_leg_uuid", "uuid")
    return next(found for name in names if (found := _variable(told, name)))


def _variable(told: Document, name: str) -> str | None:
    """Values come URL-encoded, as the module does unless it is told not to."""
    value = told["variables"].get(name)
    return unquote(str(value)) or None if value is not None else None


def _profile(told: Document) -> dict[str, str | None]:
    """Who called what at first: a transfer puts a further profile before or after it."""
    flow = [part for part in told.get("callflow") or () if isinstance(part, dict)]
    first = min(flow, key=lambda part: int(part.get("profile_index") or 0), default={})
    profile = first.get("caller_profile") or {}
    return {name: unquote(str(value)) or None for name, value in profile.items() if not isinstance(value, (dict, list))}


def _instant(micros: str | None) -> str | None:
    """A count of microseconds since 1970 as a time in UTC; 0 is none."""
    if micros is None or not str(micros).isdigit() or int(micros) == 0:
        return None
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros))
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"

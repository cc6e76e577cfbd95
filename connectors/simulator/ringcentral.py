"""Far end `ringcentral`: the call log of one company, listed by time or synchronized by token.

Belongs here: records, tokens, pages. Keep out: what happened (events), HTTP (httpserver.py).

What the protocol cannot carry: employees, spam, entry points, menus on the way, how long a phone rang that was
answered (its leg begins when it is)."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.simulator.asterisk import Call, rung
from connectors.simulator.events import Company, Event, Site
from connectors.simulator.httpserver import FarEnd, Reply, Request, shown

Row = dict[str, Any]
RECORDED = timedelta(minutes=15)  # a recording is there so long after the call
MOST = 250
RESULTS = {"answered": "Accepted", "missed": "Missed", "abandoned": "Hang Up", "voicemail": "Voicemail", "busy": "Busy",
           "failed": "Call Failed"}  # fmt: skip
OUTBOUND = {"answered": "Call connected", "missed": "No Answer"}
LEG = {"direction": "Inbound", "type": "Voice", "action": "Phone Call", "master": False}
LEG_RESULTS = {"busy": "Busy", "no_answer": "Missed", "answered": "Accepted", "transferred": "Accepted"}


class RingCentralServer(FarEnd):
    """Serves one site on a free loopback port; `advance` moves the clock, `removed` says when a call was deleted."""

    def __init__(self, company: Company, events: Iterable[Event], site: Site, as_of: datetime) -> None:
        super().__init__()
        self.client_id, self.secret, self.jwt, self.tokens = "app", "a-secret", "a.jwt.text", ["token-0"]
        self.as_of, self.removed = as_of, dict[str, datetime]()
        self.forgotten = datetime(2000, 1, 1, tzinfo=UTC)  # tokens of before then are of no use
        self.calls = [event.data for event in events if event.entity == "call" and event.site == site.id]

    def advance(self, to: datetime) -> None:
        self.as_of = to

    def allowed(self, request: Request) -> bool:
        if request.path == "/restapi/oauth/token":
            basic = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
            return request.header("Authorization") == f"Basic {basic}" and request.form.get("assertion") == self.jwt
        return request.header("Authorization") == f"Bearer {self.tokens[-1]}"

    def refusal(self, status: int) -> Reply:
        return Reply(status, {"errorCode": "CMN-301", "message": "Request rate exceeded", "errors": []})

    def extra(self, fault: str) -> dict[str, str]:
        limits = {"Group": "heavy", "Limit": "10", "Remaining": "9", "Window": "60"}
        return {f"X-Rate-Limit-{name}": value for name, value in limits.items()}

    def answer(self, request: Request, fault: str) -> Reply:
        match request.path.removeprefix("/restapi"):
            case "/oauth/token":
                return Reply(200, {"access_token": self.tokens[-1], "token_type": "bearer", "expires_in": 3600})
            case "/v1.0/account/~":
                return Reply(200, {"id": "400151", "status": "Confirmed"})
            case "/v1.0/account/~/call-log":
                return self._list(request, fault)
            case "/v1.0/account/~/call-log-sync":
                return self._sync(dict(request.query))
            case _:
                return self.refusal(404)

    def records(self) -> list[Row]:
        """Newest first, deleted ones too."""
        told = [self._record(call) for call in self.calls if call["ended_at"] <= self.as_of]
        return sorted(told, key=_started, reverse=True)

    def _list(self, request: Request, fault: str) -> Reply:
        asked = dict(request.query)
        since, until = asked.get("dateFrom", ""), asked.get("dateTo", "9999")
        rows = [row for row in self.records() if since <= row["startTime"] <= until and "deleted" not in row]
        size, number = int(asked.get("perPage", 100)), int(asked.get("page", 1))
        start = (number - 1) * size
        paging = {"page": number, "perPage": size, "pageStart": start, "pageEnd": min(start + size, len(rows)) - 1}
        links = {"firstPage": {"uri": f"{self.url}{request.path}?{_query(asked, 1)}"}}
        if start + size < len(rows):
            links["nextPage"] = {"uri": f"{self.url}{request.path}?{_query(asked, number + 1)}"}
        return Reply(200, {"records": shown(rows, start, size, fault), "paging": paging, "navigation": links})

    def _sync(self, asked: dict[str, str]) -> Reply:
        token = base64.urlsafe_b64encode(self.as_of.isoformat().encode()).decode()
        info = {"syncType": asked["syncType"], "syncToken": token, "syncTime": _instant(self.as_of)}
        if asked["syncType"] == "FSync":
            rows = [row for row in self.records() if "deleted" not in row][: int(asked["recordCount"])]
            return Reply(200, {"records": rows, "syncInfo": info})
        since = datetime.fromisoformat(base64.urlsafe_b64decode(asked["syncToken"]).decode())
        if since < self.forgotten:
            return Reply(400, {"errorCode": "CMN-101", "message": "Parameter [syncToken] is invalid"})
        changed = [row for row in self.records() if row["lastModifiedTime"] > _instant(since)]
        if len(changed) > MOST:
            return Reply(400, {"errorCode": "CLG-102", "message": "max sync record number limit"})
        kept = [row for row in changed if asked.get("showDeleted") == "true" or "deleted" not in row]
        return Reply(200, {"records": kept, "syncInfo": info})

    def _record(self, call: Call) -> Row:
        inbound, answered = call["direction"] == "in", call["status"] == "answered"
        recorded = answered and call["ended_at"] + RECORDED <= self.as_of
        result = RESULTS[call["status"]] if inbound else {**RESULTS, **OUTBOUND}[call["status"]]
        row: Row = {
            "id": f"ID{call['call_id']}", "sessionId": f"1{call['call_id']}",
            **_span(call["started_at"], call["ended_at"]),
            "type": "Voice", "direction": "Inbound" if inbound else "Outbound",
            "action": "Phone Call" if inbound else "VoIP Call", "result": result, **_parties(call),
            "transport": "PSTN", "telephonySessionId": f"s-{call['call_id']}",
            "lastModifiedTime": _instant(call["ended_at"] + (RECORDED if recorded else timedelta())),
            "billing": {"costIncluded": Decimal("0.137"), "costPurchased": 0},
        }  # fmt: skip
        of_call = {name: row[name] for name in row if name not in ("id", "sessionId", "lastModifiedTime")}
        row["legs"] = [{**of_call, "master": True, "legType": "PstnToSip"}, *_legs(call)]
        if recorded:
            row["recording"] = {
                "id": f"R{call['call_id']}",
                "type": "Automatic",
                "contentUri": "https://media.ringcentral.com/...",
            }
        if call["call_id"] in self.removed and self.removed[call["call_id"]] <= self.as_of:
            row |= {"deleted": True, "lastModifiedTime": _instant(self.removed[call["call_id"]])}
        return row


def _legs(call: Call) -> list[Row]:
    """Of an inbound call the phones that rang and the mailbox; others are their own leg."""
    if call["direction"] != "in":
        return []
    legs = []
    for leg in rung(call):
        span = _span(leg["answered_at"] or leg["started_at"], leg["ended_at"])
        to = {"extensionNumber": leg["extension"], "name": "Advisor"}
        legs.append({"legType": "SipForking", **LEG, **span, "result": LEG_RESULTS[leg["result"]], "to": to})
    for step in call["steps"]:
        if step["node_type"] == "voicemail":
            span = _span(step["entered_at"], step["exited_at"])
            to = {"extensionNumber": step["label"]}
            legs.append({"legType": "Accept", **LEG, **span, "result": "Voicemail", "to": to})
    return legs


def _parties(call: Call) -> Row:
    if call["direction"] == "in":
        known = call["from_number"]
        caller = {"phoneNumber": known, "name": "WIRELESS CALLER"} if known else {"name": "Anonymous"}
        return {"from": caller, "to": {"phoneNumber": call["to_number"], "name": "service"}}
    if call["direction"] == "out":
        caller = {"phoneNumber": call["from_number"], "extensionNumber": call["extension"]}
        return {"from": caller, "to": {"phoneNumber": call["to_number"].removeprefix("+")}}
    return {"from": {"extensionNumber": call["from_number"]}, "to": {"extensionNumber": call["to_number"]}}


def _span(start: datetime, end: datetime) -> Row:
    taken = (end - start) // timedelta(milliseconds=1)
    return {"startTime": _instant(start), "duration": taken // 1000, "durationMs": taken}


def _started(row: Row) -> tuple[str, str]:
    return row["startTime"], row["id"]


def _query(asked: dict[str, str], page: int) -> str:
    return "&".join(f"{name}={value}" for name, value in {**asked, "page": page}.items())


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"

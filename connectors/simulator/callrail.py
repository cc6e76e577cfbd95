"""Far end `callrail`: the calls of one company's tracking numbers, as API v3 lists them.

Belongs here: calls, fields that must be asked for, pages. Keep out: what happened (events), HTTP (httpserver.py).

What the protocol cannot carry: calls between the shop's own phones, employees, extensions, legs, ways, spam, and how
long a phone rang; a busy or failed call is a missed one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from connectors.simulator.asterisk import Call
from connectors.simulator.events import Company, Event, Site
from connectors.simulator.httpserver import FarEnd, Reply, Request, counted, shown

Row = dict[str, Any]
TAGGED = timedelta(days=2)  # somebody looks through the calls so long after them
OPTIONAL = frozenset({
    "first_call", "prior_calls", "keypad_entries", "company_id", "company_name", "company_time_zone", "source_name",
    "call_type", "lead_status", "tags", "value", "created_at", "note",
})  # fmt: skip
TYPES = {"answered": "answered_call", "voicemail": "voicemail", "abandoned": "abandoned"}


class CallRailServer(FarEnd):
    """Serves one site on a free loopback port; `advance` moves the clock, `removed` holds ids of deleted calls."""

    def __init__(self, company: Company, events: Iterable[Event], site: Site, as_of: datetime) -> None:
        super().__init__()
        self.account_id, self.secret, self.site, self.as_of = "ACC1", "a-key", site, as_of
        self.company_id, self.removed = f"COM{site.id}", set[str]()
        told = [event.data for event in events if event.entity == "call" and event.site == site.id]
        self.calls = [call for call in told if call["direction"] != "internal"]

    def advance(self, to: datetime) -> None:
        self.as_of = to

    def allowed(self, request: Request) -> bool:
        return request.header("Authorization") == f'Token token="{self.secret}"'

    def refusal(self, status: int) -> Reply:
        return Reply(status, {"error": "Rate limit exceeded" if status == 429 else "no"})

    def answer(self, request: Request, fault: str) -> Reply:
        match request.path.removeprefix(f"/v3/a/{self.account_id}/"):
            case "companies.json":
                zone = {"time_zone": self.site.timezone}
                return Reply(200, {"companies": [{"id": self.company_id, "name": self.site.name, **zone}]})
            case "calls.json":
                return self._list(request, dict(request.query), fault)
            case _:
                return self.refusal(404)

    def rows(self) -> list[Row]:
        """Oldest first; a call is listed while it goes on, without a duration."""
        told = [self._call(call) for call in self.calls if call["started_at"] <= self.as_of]
        return sorted((row for row in told if row["id"] not in self.removed), key=lambda row: (row["at"], row["id"]))

    def _list(self, request: Request, asked: dict[str, str], fault: str) -> Reply:
        rows = [row for row in self.rows() if asked["start_date"] <= row["start_time"][:10] <= asked["end_date"]]
        size, number = min(int(asked.get("per_page", 100)), 250), int(asked.get("page", 1))
        start, pages = (number - 1) * size, -(-len(rows) // size) or 1
        kept = OPTIONAL - set(asked.get("fields", "").split(","))
        told = [
            {name: value for name, value in row.items() if name not in kept and name != "at"}
            for row in shown(rows, start, size, fault)
        ]
        body = {"page": number, "per_page": size, "total_pages": pages, "total_records": counted(rows, fault)}
        link = f'<{self.url}{request.path}?{urlencode({**asked, "page": number + 1})}>; rel="next"'
        return Reply(200, {**body, "calls": told}, {"Link": link} if number < pages else {})

    def _call(self, call: Call) -> Row:
        inbound, over, status = call["direction"] == "in", call["ended_at"] <= self.as_of, call["status"]
        looked_at = call["ended_at"] + TAGGED <= self.as_of and int(call["call_id"]) % 3 == 0
        start, taken = call["started_at"].astimezone(self.site.zone), call["ended_at"] - call["started_at"]
        keys = [step["label"] for step in call["steps"] if step["node_type"] == "menu_key"]
        return {
            "at": call["started_at"], "id": f"CAL{call['call_id']}", "direction": "inbound" if inbound else "outbound",
            "answered": status == "answered" and over, "voicemail": status == "voicemail" and over,
            "start_time": start.isoformat(timespec="milliseconds"),
            "duration": taken // timedelta(seconds=1) if over else None,
            "customer_phone_number": call["from_number"] if inbound else call["to_number"],
            "tracking_phone_number": call["to_number"] if inbound else call["from_number"],
            "business_phone_number": call["to_number"] if inbound else call["from_number"], "customer_name": None,
            "recording": f"{self.site.id}/{call['call_id']}/recording.json" if status == "answered" and over else None,
            "company_id": self.company_id, "company_name": self.site.name, "company_time_zone": self.site.timezone,
            "first_call": False, "prior_calls": 3, "keypad_entries": keys, "source_name": "Direct mail",
            "call_type": TYPES.get(status, "missed_call"), "value": "250.00" if looked_at else None, "note": "",
            "lead_status": "good_lead" if looked_at else None, "created_at": start.isoformat(timespec="milliseconds"),
            "tags": [{"name": name, "tag_level": "company"} for name in ("Tires", "Quoted")] if looked_at else [],
        }  # fmt: skip

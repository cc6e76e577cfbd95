"""Far end `twilio`: the calls and recordings of one account, as its REST API of 2010-04-01 lists them.

Belongs here: resources of a call, lists, pages. Keep out: what happened (events), HTTP (httpserver.py).

What the protocol cannot carry: employees, spam, entry points, menus and groups on the way, legs' transfers by name."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import md5
from typing import Any
from urllib.parse import urlencode

from connectors.simulator.asterisk import Call, rung
from connectors.simulator.events import Company, Event, Site
from connectors.simulator.httpserver import FarEnd, Reply, Request, shown

Row = dict[str, Any]
ANONYMOUS = "+266696687"
PRICED = timedelta(minutes=30)  # a price stands there so long after the call
STATUSES = {"busy": "busy", "no_answer": "no-answer", "answered": "completed", "transferred": "completed"}
LISTS = {"Calls": ("calls", "StartTime"), "Recordings": ("recordings", "DateCreated")}


class TwilioServer(FarEnd):
    """Serves one site's calls on a free loopback port; `advance` moves the clock, `removed` holds deleted sids."""

    def __init__(self, company: Company, events: Iterable[Event], site: Site, as_of: datetime) -> None:
        super().__init__()
        self.account_sid, self.secret = "AC" + "0" * 31 + "1", "a-token"
        self.site, self.as_of, self.removed = site, as_of, set[str]()
        self._told: tuple[datetime | None, list[Row]] = (None, [])
        self.calls = [event.data for event in events if event.entity == "call" and event.site == site.id]

    def advance(self, to: datetime) -> None:
        self.as_of = to

    def allowed(self, request: Request) -> bool:
        given = base64.b64decode(request.header("Authorization").removeprefix("Basic ") + "==").decode()
        return given == f"{self.account_sid}:{self.secret}"

    def refusal(self, status: int) -> Reply:
        return Reply(status, {"code": 20003 if status == 401 else 20500, "message": "no", "status": status})

    def answer(self, request: Request, fault: str) -> Reply:
        base = f"/2010-04-01/Accounts/{self.account_sid}"
        name = request.path.removeprefix(f"{base}/").removesuffix(".json")
        if request.path == f"{base}.json":
            return Reply(200, {"sid": self.account_sid, "friendly_name": "Shop", "status": "active"})
        if name == "IncomingPhoneNumbers":
            numbers = sorted({call["to_number"] for call in self.calls if call["direction"] == "in"})
            return Reply(200, {"incoming_phone_numbers": [{"phone_number": number} for number in numbers]})
        return self._page(name, request, fault) if name in LISTS else self.refusal(404)

    def rows(self, name: str) -> list[Row]:
        """Newest first."""
        kind = "CA" if name == "Calls" else "RE"
        if self._told[0] != self.as_of:
            self._told = self.as_of, [row for call in self.calls for row in self._resources(call)]
        told = [row for row in self._told[1] if row["sid"].startswith(kind)]
        return sorted((row for row in told if row["sid"] not in self.removed), key=lambda row: row["at"], reverse=True)

    def _page(self, name: str, request: Request, fault: str) -> Reply:
        key, filtered = LISTS[name]
        asked, rows = dict(request.query), self.rows(name)
        since, until = asked.get(f"{filtered}>", ""), asked.get(f"{filtered}<", "9999")
        rows = [row for row in rows if since <= f"{row['at']:%Y-%m-%d}" <= until]
        size, number = int(asked["PageSize"]), int(asked.get("Page", 0))
        sids = [row["sid"] for row in rows]
        start = sids.index(asked["PageToken"].removeprefix("P")) + 1 if "PageToken" in asked else 0
        page, following = rows[start : start + size], None
        if start + size < len(rows):
            kept = {name: value for name, value in asked.items() if name.startswith(filtered)}
            paging = {"PageSize": size, "Page": number + 1, "PageToken": f"P{page[-1]['sid']}"}
            following = f"{request.path}?{urlencode({**paging, **kept})}"
        told = [{part: row[part] for part in row if part != "at"} for row in shown(rows, start, size, fault)]
        body = {key: told, "page": number, "page_size": size, "next_page_uri": following, "start": start}
        return Reply(200, {**body, "end": start + len(page) - 1, "uri": request.target})

    def _resources(self, call: Call) -> Iterator[Row]:
        """A parent, its children, its message; of a call that goes on, a parent without an end."""
        if call["started_at"] > self.as_of:
            return
        parent = self._parent(call)
        yield parent
        if call["ended_at"] > self.as_of:
            return
        for number, leg in enumerate(rung(call), start=1):
            yield self._child(call, leg, number, parent)
        for step in call["steps"]:
            if step["node_type"] == "voicemail":
                yield {
                    "at": step["entered_at"], "sid": _sid("RE", call, 0), "call_sid": parent["sid"],
                    "source": "RecordVerb",
                    "date_created": _date(step["entered_at"]), "date_updated": _date(step["exited_at"]),
                    "start_time": _date(step["entered_at"]), "status": "completed", "channels": 1, "price": None,
                    "duration": _seconds(step["entered_at"], step["exited_at"]),
                }  # fmt: skip

    def _parent(self, call: Call) -> Row:
        inbound, over = call["direction"] == "in", call["ended_at"] <= self.as_of
        caller = call["from_number"] or ANONYMOUS if inbound else _address(call["extension"])
        if call["direction"] == "internal":
            caller = _address(call["from_number"])
        refused = call["status"] if inbound and call["status"] == "busy" else "completed"
        row = {
            "from": caller,
            "to": call["to_number"] if inbound else _address(call["to_number"]),
            "direction": "inbound",
        }
        row |= {"parent_call_sid": None}
        row |= self._resource(call, 0, call["started_at"], call["started_at"], call["ended_at"])
        return row | ({"status": refused} if over else {"status": "in-progress", "end_time": None, "duration": None})

    def _child(self, call: Call, leg: Call, number: int, parent: Row) -> Row:
        outside, answered = call["direction"] == "out", leg["answered_at"]
        status = STATUSES[leg["result"]]
        if call["status"] == "abandoned" or (call["status"] == "answered" and status == "no-answer"):
            status = "canceled"
        row = {"from": call["from_number"] if outside else parent["from"], "direction": "outbound-dial"}
        row |= {"to": call["to_number"] if outside else _address(leg["extension"]), "parent_call_sid": parent["sid"]}
        row |= self._resource(call, number, leg["started_at"], answered or leg["ended_at"], leg["ended_at"])
        row["status"] = "failed" if call["status"] == "failed" else status
        return row if answered else {**row, "duration": None, "price": None}

    def _resource(self, call: Call, number: int, made: datetime, connected: datetime, ended: datetime) -> Row:
        priced = ended + PRICED <= self.as_of
        return {
            "at": made, "sid": _sid("CA", call, number), "account_sid": self.account_sid,
            "date_created": _date(made), "start_time": _date(connected), "end_time": _date(ended),
            "date_updated": _date(ended), "duration": _seconds(connected, ended), "price_unit": "USD",
            "price": "-0.00850" if priced else None, "api_version": "2010-04-01", "annotation": None,
            "subresource_uris": {"recordings": "/2010-04-01/..."},
        }  # fmt: skip


def _sid(kind: str, call: Call, number: int) -> str:
    return kind + md5(f"{call['call_id']}:{number}".encode(), usedforsecurity=False).hexdigest()


def _address(name: str) -> str:
    return f"sip:{name}@shop.sip.us1.twilio.com"


def _date(at: datetime) -> str:
    return format_datetime(at.replace(microsecond=0))


def _seconds(start: datetime, end: datetime) -> str:
    return str((end - start) // timedelta(seconds=1))

"""Far end `tekmetric`: one shop's API, and the webhooks that it sent.

Belongs here: tokens, Spring pages, filters and their quirks, what exists when. Keep out: a record's content
(tekmetric_payload.py, whose docstring says what the protocol cannot carry)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.simulator import tekmetric_payload as payload
from connectors.simulator import tekmetric_people as people
from connectors.simulator.events import Company, Event, Site, iso
from connectors.simulator.httpserver import FarEnd, Reply, Request, counted, json_text, shown
from connectors.simulator.operations import of_site
from connectors.simulator.whole import shop_id

Row = dict[str, Any]
LISTS = {"customer": "customers", "vehicle": "vehicles", "employee": "employees"}
MAKERS: dict[str, Callable[..., Row]] = {
    "customer": people.customer, "vehicle": people.vehicle, "employee": people.employee,
}  # fmt: skip
LARGEST_PAGE = 100  # what asks for more gets this, without a word
DATES = {"updatedDate": "updatedDate", "deletedDate": "deletedDate", "postedDate": "postedDate", "": "createdDate"}


class TekmetricServer(FarEnd):
    """Serves one shop on a free loopback port. `drift`: orders that are saved, one after each page of orders."""

    def __init__(self, company: Company, events: Iterable[Event], site: Site, as_of: datetime) -> None:
        super().__init__()
        self.company, self.site, self.events = company, site, list(events)
        self.client_id, self.secret, self.tokens = "client-1", "a-secret", 0
        self.expires_in: int | None = None  # tokens live until they are revoked
        self.token_requests = 0
        self.scope = str(shop_id(site))
        self.drift: list[str] = []
        self.advance(as_of)

    def advance(self, to: datetime) -> None:
        """Time goes on: everything that happened until then has happened."""
        with self.lock:
            self.as_of = to
            mine = of_site(self.events, self.site, to)
            self.records = {name: _records(self.site, mine, entity) for entity, name in LISTS.items()}
            self.records["repair-orders"] = _orders(self.site, mine)

    def revoke(self) -> None:
        """Every token that was handed out is dead."""
        self.tokens += 1

    def allowed(self, request: Request) -> bool:
        given = request.header("Authorization")
        if request.path == "/api/v1/oauth/token":
            own = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
            return given == f"Basic {own}" and request.form == {"grant_type": "client_credentials"}
        return given == f"Bearer token-{self.tokens}"

    def refusal(self, status: int) -> Reply:
        """A refused token has no body at all."""
        if status == 401:
            return Reply(401, b"")
        return Reply(status, {"type": "ERROR", "message": "Access Denied", "data": None, "details": {}})

    def answer(self, request: Request, fault: str) -> Reply:
        if request.path == "/api/v1/oauth/token":
            return self._token()
        match = re.fullmatch(r"/api/v1/([a-z-]+)(?:/(\d+))?", request.path)
        name, one = match.groups() if match else ("", None)
        with self.lock:
            if name == "shops":
                return Reply(200, [self._shop()])
            if name not in self.records:
                return self.refusal(404)
            if one:
                row = self.records[name].get(one)
                return Reply(200, row) if row else self.refusal(404)
            reply = Reply(200, self._page(name, dict(request.query), fault))
            if name == "repair-orders" and self.drift:
                self._save(self.drift.pop(0))
            return reply

    def _token(self) -> Reply:
        self.tokens, self.token_requests = self.tokens + 1, self.token_requests + 1
        life = {"expires_in": self.expires_in} if self.expires_in else {}
        said = {"access_token": f"token-{self.tokens}", "token_type": "bearer", "scope": self.scope}
        return Reply(200, {**said, **life})

    def _shop(self) -> Row:
        site = self.site
        address = {"city": site.city, "state": site.state, "zip": site.postal_code}
        return {"id": shop_id(site), "name": site.name, "nickname": site.id, "address": address}

    def _page(self, name: str, asked: dict[str, str], fault: str) -> Row:
        rows = [row for row in self.records[name].values() if _wanted(row, asked)]
        if asked.get("shop") != str(shop_id(self.site)):
            rows = []
        rows.sort(key=lambda row: (row["createdDate"], row["id"]))
        size = min(int(asked.get("size", 20)), LARGEST_PAGE)
        number = int(asked.get("page", 0))
        content = shown(rows, number * size, size, fault)
        pages = -(-counted(rows, fault) // size)
        return {
            "content": content, "totalPages": pages, "totalElements": counted(rows, fault),
            "last": number + 1 >= pages, "first": number == 0, "size": size, "number": number,
            "numberOfElements": len(content), "empty": not content, "sort": {"sorted": True},
            "pageable": {"offset": number * size, "pageNumber": number, "pageSize": size},
        }  # fmt: skip

    def _save(self, key: str) -> None:
        row = self.records["repair-orders"][key]
        newest = max(row["updatedDate"] for row in self.records["repair-orders"].values())
        at = max(datetime.fromisoformat(newest), self.as_of) + timedelta(seconds=1)
        self.records["repair-orders"][key] = {**row, "updatedDate": iso(at)}

    def send_webhooks(self, inbox: Path, since: datetime | None, until: datetime) -> int:
        """The bodies as a receiver puts them down; every fifth comes twice, as vendors do."""
        mine = of_site(self.events, self.site, until)
        sent = [event for event in mine if _told(event) and (since is None or event.at > since)]
        inbox.mkdir(parents=True, exist_ok=True)
        for nth, event in enumerate(sent):
            text = json_text(payload.payment(self.site, event.data, "Somebody"))
            for copy in range(2 if nth % 5 == 0 else 1):
                (inbox / f"{event.at:%Y%m%dT%H%M%S}.{event.seq:06d}-{copy}.json").write_text(text)
        return len(sent)

    def send(self, inbox: Path, body: Row) -> None:
        (inbox / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.json").write_text(json.dumps(body))


def _told(event: Event) -> bool:
    return event.entity == "tender" and event.action == "saved" and _is_payment(event.data)


def _is_payment(row: Row) -> bool:
    return row["ro_id"] is not None and row["method"] != "ar" and row["kind"] != "ar_adjust"


def _counts(row: Row) -> bool:
    return _is_payment(row) and not row["is_void"] and not row["deleted"]


def _wanted(row: Row, asked: dict[str, str]) -> bool:
    """With a filter on deletions only what was deleted, whatever else is asked; without one nothing deleted."""
    deleted = any(name.startswith("deletedDate") for name in asked)
    if bool(row.get("deletedDate")) != deleted:
        return False
    for name, column in DATES.items():
        first, last = (asked.get(f"{name}{end}" if name else end.lower()) for end in ("Start", "End"))
        value = row.get(column) or ""
        if (first and not value >= first) or (last and not ("" < value <= last)):
            return False
    return True


def _stamps(first: datetime, last: datetime, gone: bool) -> Row:
    created, updated = iso(first.replace(microsecond=0)), iso(last.replace(microsecond=0))
    return {"createdDate": created, "updatedDate": updated, "deletedDate": updated if gone else None}


def _records(site: Site, events: list[Event], entity: str) -> dict[str, Row]:
    first: dict[str, datetime] = {}
    rows = {}
    for event in events:
        if event.entity == entity:
            first.setdefault(event.key, event.at)
            gone = event.action == "deleted" or bool(event.data.get("deleted"))
            stamps = _stamps(first[event.key], event.at, gone)
            rows[str(int(event.key))] = MAKERS[entity](site, event.data, stamps)
    return rows


def _orders(site: Site, events: list[Event]) -> dict[str, Row]:
    """An order is touched by what is saved of it, and by every payment: it holds the sum."""
    last: dict[str, Event] = {}
    first: dict[str, datetime] = {}
    touched: dict[str, datetime] = {}
    paid: dict[str, dict[str, Row]] = {}
    for event in events:
        if event.entity == "repair_order":
            first.setdefault(event.key, event.at)
            last[event.key], touched[event.key] = event, event.at
        elif event.entity == "tender" and event.data["ro_id"] is not None:
            own = paid.setdefault(event.data["ro_id"], {})
            own.pop(event.key, None)
            if event.action == "saved" and _counts(event.data):
                own[event.key] = event.data
            touched[event.data["ro_id"]] = event.at
    rows = {}
    for key, event in last.items():
        gone = event.action == "deleted" or event.data["status"] == "void" or bool(event.data["deleted"])
        stamps = _stamps(first[key], max(touched[key], event.at), gone)
        rows[str(int(key))] = payload.repair_order(site, event.data, paid.get(key, {}).values(), stamps)
    return rows

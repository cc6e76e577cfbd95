"""The far end of kind `shopware`: answers as the vendor's OpenAPI documents say, with drift and faults.

Belongs here: lists, paging, refusals. Keep out: the records (shopware_tenant.py) and their content
(shopware_payload.py, whose docstring says what the protocol cannot carry)."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from connectors.simulator.events import Company, Event
from connectors.simulator.httpserver import FarEnd, Reply, Request, counted, shown
from connectors.simulator.shopware_tenant import LISTS, Tenant, position

Row = dict[str, Any]


class ShopWareServer(FarEnd):
    """Serves one tenant on a free loopback port. `faults` and `drift` are switched while it runs."""

    def __init__(self, company: Company, events: Iterable[Event], as_of: datetime, **account: Any) -> None:
        super().__init__()
        self.tenant_id, self.partner_id, self.secret = 1, "partner-1", "a-secret"
        self.tenant = Tenant(company, list(events), account.pop("touch_on_payment", True))
        self.__dict__.update(account)
        self.drift: dict[str, list[str]] = {}  # endpoint -> keys, one of which is touched after each page
        self.tenant.advance(as_of)

    def advance(self, to: datetime) -> None:
        with self.lock:
            self.tenant.advance(to)

    def allowed(self, request: Request) -> bool:
        given = request.header("X-Api-Partner-Id"), request.header("X-Api-Secret")
        return given == (self.partner_id, self.secret)

    def refusal(self, status: int) -> Reply:
        said = {200: "please slow down", 401: "unauthorized", 404: "not found", 429: "Too Many Requests"}
        return Reply(status, {"error": said.get(status, "server error")})

    def extra(self, fault: str) -> dict[str, str]:
        """The limits, which come with every answer but a 429 that says nothing of them."""
        limits = {"X-RateLimit-Limit": "600", "X-RateLimit-Remaining": "599", "X-Ratelimit-Matchkey": "partner"}
        return limits if fault == "429" else {**limits, "X-RateLimit-Reset": str(int(time.time()) + 60)}

    def answer(self, request: Request, fault: str) -> Reply:
        shifts = re.fullmatch(rf"/api/v1/tenants/{self.tenant_id}/staffs/(\d+)/time_clocks", request.path)
        if shifts:
            return Reply(200, self._shifts(int(shifts[1]), request.query, fault))
        match = re.fullmatch(rf"/api/(v1|v2)/tenants/{self.tenant_id}/([a-z_/]+?)(?:/(\d+))?", request.path)
        if not match:
            return self.refusal(404)
        version, name, one = match.groups()
        with self.lock:
            if name == "payments/customer_payment_types":
                return Reply(200, ["Synchrony"])
            if name not in LISTS or (version == "v2" and name != "repair_orders"):
                return self.refusal(404)
            query = request.query
            body = self._one(name, one, query) if one else self._page(version, name, query, fault)
            if not one:
                self._drift(name)
        return self.refusal(404) if body is None else Reply(200, body)

    def _one(self, name: str, one: str, query: list[tuple[str, str]]) -> Row | None:
        rows = [row for row in self.tenant.rows(name) if str(row["id"]) == one]
        return _nested(rows[0], query) if rows else None

    def _page(self, version: str, name: str, query: list[tuple[str, str]], fault: str) -> Row:
        asked = dict(query)
        rows = [row for row in self.tenant.rows(name) if _wanted(row, asked)]
        size = min(int(asked.get("per_page", 30)), 100)
        start = (int(asked.get("page", 1)) - 1) * size
        if version == "v2":
            start = _after_cursor(rows, asked.get("cursor", ""))
        elif name == "categories":
            start, size = 0, max(len(rows), 1)
        own = rows[start : start + size]
        paged = _cursor_page if version == "v2" else _number_page
        body = paged(rows, own, start, size)
        body["results"] = [_nested(row, query) for row in shown(rows, start, size, fault)]
        if fault == "total":
            body["total_count"] = counted(rows, fault)
        return body

    def _shifts(self, staff_id: int, query: list[tuple[str, str]], fault: str) -> Row:
        asked = dict(query)
        since = datetime.fromisoformat(asked.get("start_after", "0001-01-02T00:00:00+00:00"))
        with self.lock:
            own = [row for row in self.tenant.shifts(staff_id) if datetime.fromisoformat(row["clock_in_at"]) > since]
        size = min(int(asked.get("per_page", 30)), 100)
        start = (int(asked.get("page", 1)) - 1) * size
        return _number_page(own, [], start, size) | {"results": shown(own, start, size, fault)}

    def _drift(self, name: str) -> None:
        """Somebody saves a record while the list is read: it jumps to the top of it."""
        keys = self.drift.get(name, [])
        if keys:
            newest = max(row["updated_at"] for row in self.tenant.records[name].values())
            at = datetime.fromisoformat(newest.replace("Z", "+00:00")) + timedelta(seconds=1)
            self.tenant.touch(name, keys.pop(0), at)


def _wanted(row: Row, asked: dict[str, str]) -> bool:
    same = {"status": "state", "shop_id": "shop_id", "number": "number", "customer_id": "customer_id",
            "vehicle_id": "vehicle_id"}  # fmt: skip
    if any(name in asked and str(row.get(column)) != asked[name] for name, column in same.items()):
        return False
    later = {"updated_after": "updated_at", "closed_after": "closed_at"}
    return all(row.get(column) and row[column] > asked[name] for name, column in later.items() if name in asked)


def _after_cursor(rows: list[Row], cursor: str) -> int:
    if not cursor:
        return 0
    updated, _, number = base64.urlsafe_b64decode(cursor).decode().partition("|")
    return sum(position(row) >= (updated, int(number)) for row in rows)


def _cursor_page(rows: list[Row], shown: list[Row], start: int, size: int) -> Row:
    more = start + size < len(rows)
    updated, number = position(shown[-1]) if shown else ("", 0)
    cursor = base64.urlsafe_b64encode(f"{updated}|{number}".encode()).decode() if more else None
    return {"results": [], "cursor": cursor, "limit": size, "has_next_page": more}


def _number_page(rows: list[Row], shown: list[Row], start: int, size: int) -> Row:
    pages = -(-len(rows) // size) or 1
    return {"results": [], "limit": size, "limited": False, "total_count": len(rows), "total_pages": pages,
            "current_page": start // size + 1}  # fmt: skip


def _nested(row: Row, query: list[tuple[str, str]]) -> Row:
    """Only the associations that were asked for; all of them when none was named."""
    asked = {value for name, value in query if name == "associations[]"}
    if not asked or "services" not in row:
        return row
    shown = {
        name: value for name, value in row.items() if name not in ("services", "payments", "label", "integrator_tags")
    }
    shown |= {name: row[name] for name in ("payments", "label", "integrator_tags") if name in asked}
    items = {name.partition(".")[2] for name in asked if name.startswith("services.")}
    if items or "services" in asked:
        arrays = {"labors", "parts", "hazmats", "sublets", "inspections"}
        hidden = arrays - items if items else set[str]()
        shown["services"] = [
            {name: value for name, value in service.items() if name not in hidden} for service in row["services"]
        ]
    return shown

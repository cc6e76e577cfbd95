"""The far end of kind `shopware`: answers as the vendor's OpenAPI documents say, with drift and faults.

Belongs here: lists, paging, refusals. Keep out: the records (shopware_tenant.py) and their content
(shopware_payload.py, whose docstring says what the protocol cannot carry)."""

from __future__ import annotations

import base64
import gzip
import json
import re
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors.simulator.events import Company, Event
from connectors.simulator.shopware_tenant import LISTS, Tenant, position

Row = dict[str, Any]


@dataclass
class Fault:
    """What goes wrong with the next `times` answers whose path and query match: one of KINDS."""

    kind: str
    match: str = ""
    times: int = 1


class ShopWareServer:
    """Serves one tenant on a free loopback port. `faults` and `drift` are switched while it runs."""

    def __init__(self, company: Company, events: Iterable[Event], as_of: datetime, **account: Any) -> None:
        self.tenant_id, self.partner_id, self.secret = 1, "partner-1", "a-secret"
        self.tenant = Tenant(company, list(events), account.pop("touch_on_payment", True))
        self.__dict__.update(account)
        self.faults: list[Fault] = []
        self.drift: dict[str, list[str]] = {}  # endpoint -> keys, one of which is touched after each page
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.answers: list[tuple[str, Any]] = []
        self.lock = threading.Lock()
        self.tenant.advance(as_of)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    @contextmanager
    def running(self) -> Iterator[ShopWareServer]:
        handler = type("Handler", (_Handler,), {"far_end": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            self._http.shutdown()
            self._http.server_close()
            thread.join()

    def advance(self, to: datetime) -> None:
        with self.lock:
            self.tenant.advance(to)

    def fault(self, target: str) -> str:
        with self.lock:
            for fault in self.faults:
                if fault.times and fault.match in target:
                    fault.times -= 1
                    return fault.kind
        return ""

    def answer(self, path: str, query: list[tuple[str, str]], fault: str) -> tuple[int, Any]:
        """Status and body of a request that is in order so far."""
        match = re.fullmatch(rf"/api/(v1|v2)/tenants/{self.tenant_id}/([a-z_/]+?)(?:/(\d+))?", path)
        if not match:
            return 404, {"error": "not found"}
        version, name, one = match.groups()
        with self.lock:
            if name == "payments/customer_payment_types":
                return 200, ["Synchrony"]
            if name not in LISTS or (version == "v2" and name != "repair_orders"):
                return 404, {"error": "not found"}
            body = self._one(name, one, query) if one else self._page(version, name, query, fault)
            if not one:
                self._drift(name)
        return (200, body) if body is not None else (404, {"error": "not found"})

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
        shown = rows[start : start + size]
        body = (
            _cursor_page(rows, shown, start, size)
            if version == "v2"
            else _number_page(rows, shown, start, size)
        )
        shifted = {
            "empty": [],
            "repeat": rows[max(start - size, 0) : start] or shown,
            "shift": rows[start + 1 : start + size + 1],
        }.get(fault, shown)
        body["results"] = [_nested(row, query) for row in shifted]
        if fault == "total":
            body["total_count"] = len(rows) + 3
        return body

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
    return all(
        row.get(column) and row[column] > asked[name] for name, column in later.items() if name in asked
    )


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
        name: value
        for name, value in row.items()
        if name not in ("services", "payments", "label", "integrator_tags")
    }
    shown |= {name: row[name] for name in ("payments", "label", "integrator_tags") if name in asked}
    items = {name.partition(".")[2] for name in asked if name.startswith("services.")}
    if items or "services" in asked:
        arrays = {"labors", "parts", "hazmats", "sublets", "inspections"}
        hidden = arrays - items if items else set[str]()
        shown["services"] = [
            {name: value for name, value in service.items() if name not in hidden}
            for service in row["services"]
        ]
    return shown


def text(value: Any) -> str:
    """JSON with Decimals as numbers."""
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain if "." in plain else plain + ".0"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


class _Handler(BaseHTTPRequestHandler):
    far_end: ShopWareServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: a test's output is its own."""

    def do_GET(self) -> None:
        parts, end = urlsplit(self.path), self.far_end
        query = parse_qsl(parts.query, keep_blank_values=True)
        end.requests.append((self.path, dict(self.headers)))
        fault = end.fault(self.path)
        if (
            self.headers.get("X-Api-Partner-Id") != end.partner_id
            or self.headers.get("X-Api-Secret") != end.secret
        ):
            fault = "secret"
        if fault == "timeout":
            time.sleep(1.0)
        status, body = _refusal(fault) or end.answer(parts.path, query, fault)
        if status == 200 and not fault:
            end.answers.append((self.path, body))
        self._send(status, text(body).encode(), fault)

    def _send(self, status: int, body: bytes, fault: str) -> None:
        now = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "X-RateLimit-Limit": "600",
            "X-RateLimit-Remaining": "599",
            "X-Ratelimit-Matchkey": "partner",
        }
        headers["X-RateLimit-Reset"] = str(now + (1 if fault == "429-reset" else 60))
        if fault == "429":
            del headers["X-RateLimit-Reset"]
        if fault == "429-after":
            headers["Retry-After"] = "0"
        if fault == "429-long":
            headers["Retry-After"] = "3600"
        if fault == "bad-gzip":
            headers["Content-Encoding"], body = "gzip", gzip.compress(body)[:-12] + b"no gzip here"
        if fault == "truncated":
            body = body[: len(body) // 2]
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if fault == "reset" else body)
        except (BrokenPipeError, ConnectionResetError):
            fault = "reset"  # the reader gave up waiting
        if fault == "reset":
            self.close_connection = True


def _refusal(fault: str) -> tuple[int, Any] | None:
    if fault.startswith("429"):
        return 429, {"error": "Too Many Requests"}
    if fault in ("500", "502", "503"):
        return int(fault), {"error": "server error"}
    if fault == "secret":
        return 401, {"error": "unauthorized"}
    if fault == "error-body":
        return 200, {"error": "please slow down"}
    return None

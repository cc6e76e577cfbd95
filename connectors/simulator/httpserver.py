"""The server that every simulated API stands on: a loopback port, who may ask, a log of requests, and faults.

Belongs here: HTTP, and what can go wrong with any vendor's answer. Keep out: any vendor's paths and bodies."""

from __future__ import annotations

import gzip
import json
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, TypeVar
from urllib.parse import parse_qsl, urlsplit

T = TypeVar("T")
LIMITED = ("429", "429-after", "429-date", "429-reset", "429-long")
REFUSED = (*LIMITED, "500", "502", "503", "secret", "error-body", "html")
BROKEN = ("timeout", "closed", "reset", "truncated", "bad-gzip", "bomb", "encoding", "bom")  # done to an answer
MOVED = ("empty", "repeat", "shift", "total")  # done to one page of a list, by `shown` and the far end itself
FAULTS = (*REFUSED, *BROKEN, *MOVED)
SILENCE = 1.0  # seconds that "timeout" lasts
BOMB = gzip.compress(b" " * 2**25, 1)  # 32 MB in 150 kB


@dataclass
class Fault:
    """What goes wrong with the next `times` answers whose path and query hold `match`, each of its parts where it
    has some (`orders*page=2`): one of FAULTS."""

    kind: str
    match: str = ""
    times: int = 1


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]  # names as http.server reads them; `header` finds one in any case
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body, parse_float=Decimal)

    def header(self, name: str) -> str:
        found = (value for key, value in self.headers.items() if key.lower() == name.lower())
        return next(found, "")


@dataclass(frozen=True)
class Reply:
    """`body` is sent as it is when it is bytes, else as JSON."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)
    type: str = "application/json"

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json_text(self.body).encode()


class FarEnd(ABC):
    """A vendor's API: subclasses say who may ask (`allowed`), what they get (`answer`), how they are refused
    (`refusal`) and what headers come with every answer (`extra`). `faults` are switched while it runs."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.answers: list[tuple[str, Any]] = []  # of requests in order: target, body
        self.lock = threading.RLock()
        self.most_at_once, self.latency = 0, 0.0  # seconds that an answer takes
        self._at_once = 0
        self._closing = threading.Event()

    @abstractmethod
    def allowed(self, request: Request) -> bool:
        """Do the credentials of this request hold?"""

    @abstractmethod
    def answer(self, request: Request, fault: str) -> Reply:
        """To a request that is in order; `fault` is one of MOVED, for a page to show, or nothing."""

    def refusal(self, status: int) -> Reply:
        """What the vendor's error looks like; 200 is an error that comes with success."""
        return Reply(status, {"error": "refused"})

    def extra(self, fault: str) -> dict[str, str]:
        return {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    @contextmanager
    def running(self) -> Iterator[Self]:
        handler = type("Handler", (_Handler,), {"far_end": self})
        self._http = _Server(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._closing.set()
            self._http.shutdown()
            self._http.server_close()
            thread.join()

    def reply(self, request: Request) -> tuple[Reply, str]:
        """What is sent, and the fault that is done to it on the way."""
        with self.lock:
            self.requests.append(request)
            fault = self._fault(request.target)
        self._count(1)
        try:
            self._closing.wait(SILENCE if fault == "timeout" else self.latency)
            return self._reply(request, fault), fault
        finally:
            self._count(-1)

    def _reply(self, request: Request, fault: str) -> Reply:
        if fault == "secret" or not self.allowed(request):
            return self.refusal(401)
        if fault == "html":
            return Reply(200, b"<html><body>We will be back soon</body></html>", type="text/html")
        if fault in REFUSED:
            return self.refusal(200 if fault == "error-body" else int(fault[:3]))
        reply = self.answer(request, fault if fault in MOVED else "")
        if reply.status == 200 and not fault:
            self.answers.append((request.target, reply.body))
        return reply

    def _fault(self, target: str) -> str:
        for fault in self.faults:
            if fault.times and all(part in target for part in fault.match.split("*")):
                fault.times -= 1
                return fault.kind
        return ""

    def _count(self, step: int) -> None:
        with self.lock:
            self._at_once += step
            self.most_at_once = max(self.most_at_once, self._at_once)


def shown(rows: Sequence[T], start: int, size: int, fault: str) -> list[T]:
    """The page of a list from `start`; a fault shows none of it, the page before, or one that moved by a row."""
    page = list(rows[start : start + size])
    match fault:
        case "empty":
            return []
        case "repeat":
            return list(rows[max(start - size, 0) : start]) or page
        case "shift":
            return list(rows[start + 1 : start + size + 1])
        case _:
            return page


def counted(rows: Sequence[Any], fault: str) -> int:
    """How long a list says it is."""
    return len(rows) + 3 * (fault == "total")


def json_text(value: Any) -> str:
    """JSON with Decimals as numbers."""
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain if "." in plain else plain + ".0"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{json_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _waits(fault: str) -> dict[str, str]:
    now = datetime.now(UTC)
    if fault == "429-reset":
        return {"X-RateLimit-Reset": str(int(now.timestamp()))}
    after = {"429-after": "0", "429-long": "3600", "429-date": format_datetime(now, usegmt=True)}
    return {"Retry-After": after[fault]} if fault in after else {}


def _damaged(body: bytes, fault: str) -> tuple[bytes, dict[str, str]]:
    half = len(body) // 2
    match fault:
        case "bad-gzip":
            return gzip.compress(body)[:-12] + b"no gzip here", {"Content-Encoding": "gzip"}
        case "bomb":
            return BOMB, {"Content-Encoding": "gzip"}
        case "truncated":
            return body[:half], {}
        case "encoding":
            return body[:half] + b"\xff" + body[half:], {}
        case "bom":
            return b"\xef\xbb\xbf" + body, {}
        case _:
            return body, {}


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader that hung up is no error of the source; any other is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    far_end: FarEnd
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: a test's output is its own."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        reply, fault = self.far_end.reply(Request(self.command, self.path, dict(self.headers), body))
        if fault == "closed":
            self.close_connection = True
            return
        content, damage = _damaged(reply.content, fault)
        headers = {**self.far_end.extra(fault), **_waits(fault), **reply.headers, **damage}
        self._send(reply, content, headers, fault)

    do_POST = do_GET

    def _send(self, reply: Reply, content: bytes, headers: dict[str, str], fault: str) -> None:
        try:
            self.send_response(reply.status)
            for name, value in {"Content-Type": reply.type, **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if fault == "reset" else content)
        except (BrokenPipeError, ConnectionResetError):
            fault = "reset"  # the reader gave up waiting
        if fault == "reset":
            self.close_connection = True

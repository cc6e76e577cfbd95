"""One answer of an HTTP source: what its status says, how long it asks us to wait, and its JSON without floats.

Belongs here: reading an answer that is there. Keep out: asking for it (http.py), paging, vendors."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from connectors.base import SourceError

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Answer:
    """`links` are those of a Link header, by their `rel`."""

    status: int
    headers: httpx.Headers
    content: bytes
    links: Mapping[str | None, Mapping[str, str]] = field(default_factory=dict)


class Again(SourceError):
    """A fault that may pass; `wait` is how many seconds the source asked for."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class Gone(SourceError):
    """HTTP 404: there is no such thing, or not for this account."""


class Rejected(SourceError):
    """HTTP 400: the source does not take this question, and says why."""


def judge(answer: Answer, longest_wait: float) -> None:
    """Returns when the answer is one; raises Again where it may become one."""
    status = answer.status
    if status in PASSING:
        raise Again(f"HTTP {status}", bearable(_wait_asked(answer), longest_wait, f"HTTP {status}"))
    if status in (401, 403):
        raise SourceError(f"HTTP {status}: the credentials are refused; renew them")
    if status != 200:
        refusal = {400: Rejected, 404: Gone}.get(status, SourceError)
        raise refusal(f"HTTP {status} ({said(answer.content)}); check the address and the account")


def bearable(wait: float | None, longest: float, what: str) -> float | None:
    """The wait, unless it is longer than a pull waits."""
    if wait is not None and wait > longest:
        raise SourceError(
            f"{what}, to be tried again in {wait:.0f} s: longer than the {longest:.0f} s that a pull waits; "
            "pull again later"
        )
    return wait


def json_of(answer: Answer, holds: str = "") -> Any:
    """Numbers with a point as Decimal; an object without the key `holds` (a path with dots) is no answer."""
    try:
        body = json.loads(answer.content, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Again("a body that is not whole JSON") from None
    if holds and part(body, holds) is MISSING:
        raise Again(f"a 200 without {holds} ({said(answer.content)})")
    return body


MISSING = object()


def part(body: Any, path: str) -> Any:
    """What stands in nested objects under names joined by dots, or MISSING."""
    for name in path.split("."):
        if not isinstance(body, dict) or name not in body:
            return MISSING
        body = body[name]
    return body


def said(content: bytes) -> str:
    """The first words of a body, for an error message."""
    return " ".join(content[:200].decode(errors="replace").split())


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _wait_asked(answer: Answer) -> float | None:
    """Seconds by Retry-After (a number or a date), else by X-RateLimit-Reset (a Unix second there).
    Vendors send the latter with every answer: it means a wait only with 429."""
    headers = answer.headers
    after = headers.get("Retry-After", "")
    reset = headers.get("X-RateLimit-Reset", "") if answer.status == 429 else ""
    if after.isdigit():
        return float(after)
    at = _http_date(after) or (float(reset) if reset.isdigit() else None)
    return None if at is None else max(0.0, at - (_http_date(headers.get("Date", "")) or time.time()))


def _http_date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None

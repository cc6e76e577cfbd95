"""The one HTTP client: tries again what may pass, keeps to rate limits, and reads JSON without floats.

Belongs here: what every HTTP source kind needs. Keep out: paging (paging.py), any vendor's endpoints."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import stamina

from connectors.base import SourceError

Params = Sequence[tuple[str, str]]
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
CONNECTIONS = 4  # at a time, per source


@dataclass(frozen=True)
class Patience:
    """How often a request is tried, and the longest wait in seconds that a source may ask for."""

    attempts: int = 8
    first_wait: float = 0.5
    longest_wait: float = 300.0
    timeout: float = 30.0


PATIENCE = Patience()


class _Again(SourceError):
    """A fault that may pass; `wait` is how many seconds the source asked for."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class Gone(SourceError):
    """HTTP 404: there is no such thing, or not for this account."""


@dataclass(frozen=True)
class Api:
    """An open client. `label` opens every error message: which system, which account."""

    label: str
    client: httpx.Client
    patience: Patience

    def get(self, path: str, params: Params = (), page: str = "", holds: str = "") -> Any:
        """The JSON of one answer, numbers with a point as Decimal; without the key `holds` it is none."""
        where, tries = f"{self.label}: {path}{page}", 0
        limits = self.patience
        try:
            for attempt in stamina.retry_context(
                on=_backoff,
                attempts=limits.attempts,
                timeout=None,
                wait_initial=limits.first_wait,
                wait_jitter=limits.first_wait,
                wait_max=limits.longest_wait,
            ):
                with attempt:
                    tries = attempt.num
                    return self._once(path, params, holds)
        except _Again as error:
            raise SourceError(f"{where}: {error}, {tries} times; pull again when it is well") from None
        except SourceError as error:
            raise type(error)(f"{where}: {error}") from None
        raise AssertionError("stamina ends by a return or an exception")

    def _once(self, path: str, params: Params, holds: str) -> Any:
        try:
            answer = self.client.get(path, params=httpx.QueryParams(list(params)))
        except httpx.TimeoutException:
            raise _Again(f"no answer within {self.patience.timeout:g} s") from None
        except httpx.DecodingError:
            raise _Again("a body that does not unpack") from None
        except httpx.TransportError as error:
            raise _Again(f"the connection broke ({type(error).__name__})") from None
        if answer.status_code in PASSING:
            raise _Again(f"HTTP {answer.status_code}", self._asked(answer))
        if answer.status_code in (401, 403):
            raise SourceError(f"HTTP {answer.status_code}: the credentials are refused; renew them")
        if answer.status_code != 200:
            said = " ".join(answer.text[:200].split())
            refusal = Gone if answer.status_code == 404 else SourceError
            raise refusal(f"HTTP {answer.status_code} ({said}); check the address and the account")
        return _body(answer.content, holds)

    def _asked(self, answer: httpx.Response) -> float | None:
        wait = _wait_asked(answer)
        if wait is not None and wait > self.patience.longest_wait:
            raise SourceError(
                f"HTTP {answer.status_code}, to be tried again in {wait:.0f} s: longer than the "
                f"{self.patience.longest_wait:.0f} s that a pull waits; pull again later"
            )
        return wait


@contextmanager
def connect(label: str, url: str, headers: dict[str, str], auth: httpx.Auth | None = None) -> Iterator[Api]:
    """A client for one pull. A kind with tokens passes an httpx.Auth, whose flow may renew one on a 401."""
    limits = httpx.Limits(max_connections=CONNECTIONS)
    wait = PATIENCE.timeout
    with httpx.Client(base_url=url, headers=headers, auth=auth, timeout=wait, limits=limits) as client:
        yield Api(label, client, PATIENCE)


def _body(content: bytes, holds: str) -> Any:
    try:
        body = json.loads(content, parse_float=Decimal, parse_constant=_refuse_constant)
    except ValueError:
        raise _Again("a body that is not whole JSON") from None
    if holds and not (isinstance(body, dict) and holds in body):
        said = " ".join(content[:120].decode(errors="replace").split())
        raise _Again(f"a 200 without {holds} ({said})")
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _wait_asked(answer: httpx.Response) -> float | None:
    """Seconds by Retry-After (a number or a date), else by X-RateLimit-Reset (a Unix second there).
    Vendors send the latter with every answer: it means a wait only with 429."""
    headers = answer.headers
    after = headers.get("Retry-After", "")
    reset = headers.get("X-RateLimit-Reset", "") if answer.status_code == 429 else ""
    if after.isdigit():
        return float(after)
    at = _http_date(after) or (float(reset) if reset.isdigit() else None)
    return None if at is None else max(0.0, at - (_http_date(headers.get("Date", "")) or time.time()))


def _http_date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None


def _backoff(error: Exception) -> bool | float:
    if not isinstance(error, _Again):
        return False
    return True if error.wait is None else max(error.wait, 0.001)

"""The one HTTP client: tries again what may pass, keeps to rate limits, and never reads more than it bears.

Belongs here: what every HTTP source kind needs. Keep out: reading an answer (answers.py), paging (paging.py),
tokens (oauth.py), any vendor's endpoints."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import httpx
import stamina

from connectors.base import SourceError
from connectors.reading.answers import Again, Answer, bearable, json_of, judge
from connectors.reading.pace import Limits, Pace

T = TypeVar("T")
Params = Sequence[tuple[str, str]]
Throttled = Callable[[Answer], float | None]


@dataclass(frozen=True)
class Patience:
    """How often a request is tried, the longest wait in seconds that a source may ask for, the longest silence
    and the longest answer in seconds, and the most bytes of one answer."""

    attempts: int = 8
    first_wait: float = 0.5
    longest_wait: float = 300.0
    timeout: float = 30.0
    whole: float = 600.0
    largest: int = 256 * 2**20


PATIENCE = Patience()


@dataclass(frozen=True)
class Api:
    """An open client. `label` opens every error message: which system, which account.

    `throttled` knows a vendor's way to say "too fast" in an answer that looks like any other: seconds to wait,
    or None. Every request only reads, so that any may be tried again."""

    label: str
    client: httpx.Client
    patience: Patience = PATIENCE
    pace: Pace = field(default_factory=lambda: Pace(Limits()))
    throttled: Throttled | None = None

    @property
    def in_flight(self) -> int:
        return self.pace.limits.in_flight

    def get(self, path: str, params: Params = (), page: str = "", holds: str = "") -> Any:
        """The JSON of one answer, numbers with a point as Decimal; without the key `holds` it is none."""
        return self.read("GET", path, lambda answer: json_of(answer, holds), params, page)

    def post(
        self,
        path: str,
        params: Params = (),
        page: str = "",
        holds: str = "",
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Any:
        """The same of a question that is asked by a body of JSON or of form fields."""
        return self.read("POST", path, lambda answer: json_of(answer, holds), params, page, json=json, data=form)

    def read(
        self,
        method: str,
        path: str,
        read: Callable[[Answer], T],
        params: Params = (),
        page: str = "",
        **sent: Any,
    ) -> T:
        """What `read` makes of the answer (of XML, say); when it raises Again, the request is tried again.
        `sent` goes to httpx: json, data, content, headers."""
        where, tries = f"{self.label}: {httpx.URL(path).path}{page}", 0
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
                    return read(self._once(method, path, params, sent))
        except Again as error:
            raise SourceError(f"{where}: {error}, {tries} times; pull again when it is well") from None
        except SourceError as error:
            raise type(error)(f"{where}: {error}") from None
        raise AssertionError("stamina ends by a return or an exception")

    def _once(self, method: str, path: str, params: Params, sent: Mapping[str, Any]) -> Answer:
        self._refuse_strangers(path)
        self.pace.take()
        asked = httpx.QueryParams(list(params)) if params else None
        answer = self._answer(method, path, {**sent, "params": asked})
        wait = self.throttled(answer) if self.throttled else None
        if wait is not None:
            what = f"HTTP {answer.status} that says throttled"
            raise Again(what, bearable(wait, self.patience.longest_wait, what))
        judge(answer, self.patience.longest_wait)
        return answer

    def _answer(self, method: str, path: str, sent: Mapping[str, Any]) -> Answer:
        try:
            with self.client.stream(method, path, **sent) as answer:
                return Answer(answer.status_code, answer.headers, self._content(answer), answer.links)
        except httpx.TimeoutException:
            raise Again(f"no answer within {self.patience.timeout:g} s") from None
        except httpx.DecodingError:
            raise Again("a body that does not unpack") from None
        except httpx.TransportError as error:
            raise Again(f"the connection broke ({type(error).__name__})") from None

    def _content(self, answer: httpx.Response) -> bytes:
        """A body that unpacks without end, or drips without end, is left."""
        content, ends = bytearray(), time.monotonic() + self.patience.whole
        for chunk in answer.iter_bytes():
            content += chunk
            if len(content) > self.patience.largest:
                raise SourceError(f"an answer of more than {self.patience.largest >> 20} MB; ask for smaller pages")
            if time.monotonic() > ends:
                raise Again(f"not whole within {self.patience.whole:g} s")
        return bytes(content)

    def _refuse_strangers(self, path: str) -> None:
        """A link to the next page leads nowhere else: the credentials travel with every request."""
        url, own = httpx.URL(path), self.client.base_url
        if url.is_absolute_url and (url.scheme, url.host, url.port) != (own.scheme, own.host, own.port):
            raise SourceError(f"sends the reader to {url.host}, which is not {own.host}; ask the vendor why")


@contextmanager
def connect(
    label: str,
    url: str,
    headers: Mapping[str, str],
    auth: httpx.Auth | None = None,
    *,
    limits: Limits,
    throttled: Throttled | None = None,
) -> Iterator[Api]:
    """A client for one pull. A kind with tokens passes an httpx.Auth (oauth.py)."""
    pool, wait = httpx.Limits(max_connections=limits.in_flight), PATIENCE.timeout
    with httpx.Client(
        base_url=url, headers=headers, auth=auth, timeout=wait, limits=pool, verify=_certificates()
    ) as client:
        yield Api(label, client, PATIENCE, Pace(limits), throttled)


@cache
def _certificates() -> ssl.SSLContext:
    """Reading the list of certificate authorities takes as long as a small pull: once a process."""
    return httpx.create_ssl_context()


def _backoff(error: Exception) -> bool | float:
    if not isinstance(error, Again):
        return False
    return True if error.wait is None else max(error.wait, 0.001)

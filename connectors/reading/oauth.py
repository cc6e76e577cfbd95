"""Bearer tokens by OAuth 2: fetched when needed, renewed before they expire and when a source refuses one.

Belongs here: the token endpoint. Keep out: whose credentials they are, and the requests that carry the token."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from threading import Lock
from typing import Any

import httpx

from connectors.base import SourceError
from connectors.reading import answers
from connectors.reading.answers import Again, Answer

CLIENT_CREDENTIALS = {"grant_type": "client_credentials"}
BEFORE = 60.0  # seconds before its end that a token is renewed; never more than half its life
LONGEST_WAIT = 300.0


class Bearer(httpx.Auth):
    """`form` is what the grant takes (a JWT grant adds its assertion); the client's id and secret go by HTTP
    Basic. Many threads share one token, and one of them renews it."""

    def __init__(self, url: str, client: str, secret: str, form: Mapping[str, str] = CLIENT_CREDENTIALS) -> None:
        self.url, self.form = url, dict(form)
        self._basic = httpx.BasicAuth(client, secret)
        self._token, self._ends, self._lock = "", 0.0, Lock()
        self.granted: Mapping[str, Any] = {}  # what the token's answer said beside the token

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        used = yield from self._valid(request, "")
        request.headers["Authorization"] = f"Bearer {used}"
        answer = yield request
        if answer.status_code == 401:
            request.headers["Authorization"] = f"Bearer {(yield from self._valid(request, used))}"
            yield request

    def _valid(self, request: httpx.Request, refused: str) -> Generator[httpx.Request, httpx.Response, str]:
        """A token other than the refused one, with some time left."""
        with self._lock:
            if self._token in ("", refused) or time.monotonic() > self._ends:
                asked = httpx.Request("POST", self.url, data=self.form, extensions=request.extensions)
                response = yield next(self._basic.sync_auth_flow(asked))
                response.read()
                self._take(Answer(response.status_code, response.headers, response.content))
            return self._token

    def _take(self, answer: Answer) -> None:
        if answer.status in (400, 401, 403):
            raise SourceError(f"HTTP {answer.status} for a token: the credentials are refused; renew them")
        answers.judge(answer, LONGEST_WAIT)
        said = answers.json_of(answer, "access_token")
        if not said["access_token"]:
            raise Again("a token that is empty")
        self.granted = {name: value for name, value in said.items() if "token" not in name}
        self._token, self._ends = str(said["access_token"]), time.monotonic() + _usable(said.get("expires_in"))


def _usable(life: Any) -> float:
    """Seconds that a token is used for; one of unknown life until it is refused."""
    try:
        seconds = float(life)
    except (TypeError, ValueError):
        return float("inf")
    return seconds - min(BEFORE, seconds / 2)

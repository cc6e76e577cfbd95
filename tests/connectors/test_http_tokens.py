"""Tokens, throttles in a body, request rates and budgets: against answers written down here."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from connectors.base import SourceError
from connectors.reading import oauth, pace
from connectors.reading.answers import Answer, json_of
from connectors.reading.http import Api, Patience
from connectors.reading.oauth import Bearer
from connectors.reading.pace import Limits, Pace

QUICK = Patience(attempts=3, first_wait=0.001, longest_wait=5, largest=1000)


class Vendor:
    """Hands out tokens t1, t2, ... of which only the newest holds."""

    def __init__(self, **grant: Any) -> None:
        self.grant, self.tokens, self.asked = {"expires_in": 3600, "scope": "7 8", **grant}, 0, 0
        self.status: list[int] = []  # of the next token answers
        self.form = ""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            return self.token(request)
        self.asked += 1
        holds = request.headers["Authorization"] == f"Bearer t{self.tokens}"
        return httpx.Response(200, json={"rows": []}) if holds else httpx.Response(401)

    def token(self, request: httpx.Request) -> httpx.Response:
        self.form = request.content.decode()
        assert request.headers["Authorization"] == "Basic aWQ6c2VjcmV0"  # id:secret
        assert request.extensions["timeout"]["read"] == 3
        if self.status:
            return httpx.Response(self.status.pop(0))
        self.tokens += 1
        return httpx.Response(200, json={"access_token": f"t{self.tokens}", "token_type": "bearer", **self.grant})


def api(answer: Callable[[httpx.Request], httpx.Response], auth: httpx.Auth | None = None, **rest: Any) -> Api:
    transport = httpx.MockTransport(answer)
    return Api("s", httpx.Client(base_url="http://s", transport=transport, auth=auth, timeout=3), QUICK, **rest)


def bearer(**form: str) -> Bearer:
    return Bearer("http://s/token", "id", "secret", **({"form": form} if form else {}))


def test_one_token_serves_many_requests_and_what_was_granted_is_known() -> None:
    vendor, auth = Vendor(), bearer()
    source = api(vendor, auth)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: source.get("/x", holds="rows"), range(20)))
    assert (vendor.tokens, vendor.asked, vendor.form) == (1, 20, "grant_type=client_credentials")
    assert auth.granted["scope"] == "7 8"
    assert "t1" not in str(auth.granted)


def test_a_token_that_is_refused_in_the_middle_of_a_run_is_renewed_once() -> None:
    vendor = Vendor()
    source = api(vendor, bearer())
    source.get("/x")
    vendor.tokens += 1  # somebody else was given a token: ours is dead
    source.get("/x")
    source.get("/x")
    assert (vendor.tokens, vendor.asked) == (3, 4)


def test_a_token_is_renewed_before_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    vendor, now = Vendor(expires_in=100), 1000.0
    monkeypatch.setattr(oauth.time, "monotonic", lambda: now)
    source = api(vendor, bearer())
    source.get("/x")
    now += 49
    source.get("/x")
    assert vendor.tokens == 1
    now += 2  # past half of its life
    source.get("/x")
    assert (vendor.tokens, vendor.asked) == (2, 3)


def test_a_token_of_unknown_life_is_used_until_it_is_refused() -> None:
    vendor = Vendor(expires_in=None)
    source = api(vendor, bearer())
    source.get("/x")
    source.get("/x")
    assert vendor.tokens == 1


def test_a_credential_that_is_refused_is_named_and_not_asked_again() -> None:
    vendor = Vendor()
    vendor.status = [401]
    with pytest.raises(SourceError, match="s: /x: HTTP 401 for a token: the credentials are refused"):
        api(vendor, bearer()).get("/x")
    assert vendor.asked == 0


def test_a_source_that_refuses_even_a_new_token_is_named() -> None:
    def refuses(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"access_token": "t"}) if request.url.path == "/token" else httpx.Response(403)

    with pytest.raises(SourceError, match="s: /x: HTTP 403: the credentials are refused"):
        api(refuses, bearer()).get("/x")


def test_a_token_endpoint_that_is_down_for_a_moment_is_asked_again() -> None:
    vendor = Vendor()
    vendor.status = [503, 429]
    api(vendor, bearer()).get("/x")
    assert vendor.asked == 1


def test_a_grant_of_another_kind_brings_its_own_form() -> None:
    vendor = Vendor()
    api(vendor, bearer(grant_type="urn:jwt", assertion="signed")).get("/x")
    assert vendor.form == "grant_type=urn%3Ajwt&assertion=signed"


def test_a_question_may_be_asked_by_json_or_by_form() -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"type": request.headers["Content-Type"], "sent": request.content.decode()})

    source = api(echo)
    assert source.post("/x", json={"a": 1}) == {"type": "application/json", "sent": '{"a":1}'}
    assert source.post("/x", form={"a": "1"}, holds="sent")["sent"] == "a=1"


def test_bytes_are_read_as_they_are_sent() -> None:
    source = api(lambda _: httpx.Response(200, content=b"<a/>"))
    assert source.read("GET", "/x", lambda answer: answer.content) == b"<a/>"


def throttled(answer: Answer) -> float | None:
    wait = json_of(answer).get("wait")
    return None if wait is None else float(wait)


def test_a_throttle_that_comes_with_success_is_waited_for() -> None:
    replies = iter([{"wait": 0.01}, {"wait": 0}, {"rows": [1]}])
    source = api(lambda _: httpx.Response(200, json=next(replies)), throttled=throttled)
    assert source.get("/x", holds="rows") == {"rows": [1]}


def test_a_throttle_that_is_longer_than_a_pull_waits_is_named() -> None:
    source = api(lambda _: httpx.Response(200, json={"wait": 3600}), throttled=throttled)
    with pytest.raises(SourceError, match="HTTP 200 that says throttled, to be tried again in 3600 s"):
        source.get("/x", holds="rows")


def test_an_answer_that_is_larger_than_any_page_is_left() -> None:
    with pytest.raises(SourceError, match="an answer of more than 0 MB"):
        api(lambda _: httpx.Response(200, content=json.dumps("x" * 2000))).get("/x")


def test_requests_keep_to_the_rate_in_any_span(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three in any two seconds: on a clock that stands still, each waits for the third before it."""
    waits: list[float] = []
    monkeypatch.setattr(pace.time, "monotonic", lambda: 100.0)
    monkeypatch.setattr(pace.time, "sleep", waits.append)
    limited = Pace(Limits(requests=3, seconds=2))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: limited.take(), range(9)))
    assert sorted(waits) == [2, 2, 2, 4, 4, 4]  # the first three wait for nothing


def test_a_budget_that_is_spent_stops_the_pull_by_name() -> None:
    source = api(lambda _: httpx.Response(200, json=1), pace=Pace(Limits(budget=2)))
    assert [source.get("/x"), source.get("/x")] == [1, 1]
    with pytest.raises(SourceError, match="s: /x: the 2 requests of this pull are used up; raise requests_per_pull"):
        source.get("/x")

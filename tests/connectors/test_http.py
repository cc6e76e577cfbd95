"""The HTTP client and its judgement of lists, against answers written down here."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from connectors.base import SourceError
from connectors.reading.http import Api, Patience
from connectors.reading.pages import Moved
from connectors.reading.paging import by_cursor, numbered
from connectors.reading.settling import settle

Answer = Callable[[httpx.Request], httpx.Response]
NOW = "Tue, 10 Mar 2026 12:00:00 GMT"


def api(answer: Answer, **patience: Any) -> Api:
    client = httpx.Client(base_url="http://source", transport=httpx.MockTransport(answer))
    return Api(
        "source", client, Patience(**{"attempts": 3, "first_wait": 0.001, "longest_wait": 5, **patience})
    )


def script(*answers: httpx.Response) -> Answer:
    left = iter(answers)
    return lambda _: next(left)


def page(number: int, ids: list[int], total: int, pages: int) -> httpx.Response:
    rows = [{"id": id_} for id_ in ids]
    said = {"results": rows, "limit": 2, "current_page": number, "total_pages": pages, "total_count": total}
    return httpx.Response(200, json=said)


def by_number(*pages: httpx.Response) -> Answer:
    return lambda request: pages[int(request.url.params["page"]) - 1]


def test_numbers_with_a_point_are_exact_and_none_is_a_float() -> None:
    body = api(script(httpx.Response(200, text='{"a": 0.10, "b": 12345678901234567.89, "c": 3}'))).get("/x")
    assert body == {"a": Decimal("0.10"), "b": Decimal("12345678901234567.89"), "c": 3}
    assert [type(value) for value in body.values()] == [Decimal, Decimal, int]


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": 1', "<html>", ""])
def test_what_is_not_whole_json_is_asked_for_again_and_then_named(text: str) -> None:
    with pytest.raises(SourceError, match=r"source: /x: a body that is not whole JSON, 3 times"):
        api(lambda _: httpx.Response(200, text=text)).get("/x")


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"Retry-After": "3600"}, "3600 s"),
        (503, {"Retry-After": "Tue, 10 Mar 2026 12:01:30 GMT", "Date": NOW}, "90 s"),
        (429, {"X-RateLimit-Reset": "1773144060", "Date": NOW}, "60 s"),
    ],
)
def test_a_wait_by_number_date_or_reset_is_read_on_the_clock_of_the_source(
    status: int, headers: dict[str, str], wait: str
) -> None:
    with pytest.raises(SourceError, match=f"HTTP {status}, to be tried again in {wait}"):
        api(lambda _: httpx.Response(status, headers=headers)).get("/x")


def test_the_reset_that_comes_with_every_answer_means_no_wait_for_a_server_error() -> None:
    answers = script(
        httpx.Response(500, headers={"X-RateLimit-Reset": "1773999999"}), httpx.Response(200, json=1)
    )
    assert api(answers).get("/x") == 1


def test_a_refusal_is_not_asked_again() -> None:
    with pytest.raises(SourceError, match="HTTP 401: the credentials are refused"):
        api(script(httpx.Response(401))).get("/x")


def test_pages_are_read_to_the_end_and_one_that_arrives_meanwhile_too() -> None:
    answers = by_number(page(1, [1, 2], 4, 2), page(2, [3, 4], 5, 3), page(3, [5], 5, 3))
    assert [one.ids for one in numbered(api(answers), "/x", [], 2)] == [["1", "2"], ["3", "4"], ["5"]]


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (page(2, [1, 2], 5, 3), "page 2: repeats page 1"),
        (page(2, [], 5, 3), "page 2: stops short at 0 of 2 rows"),
        (page(2, [3], 5, 3), "page 2: stops short at 1 of 2 rows"),
        (page(2, [3, 4], 3, 2), "page 2: the list shrank from 5 rows to 3"),
        (page(1, [3, 4], 5, 3), "page 2: answered as page 1"),
    ],
)
def test_a_page_that_cannot_be_part_of_a_whole_is_named(second: httpx.Response, said: str) -> None:
    answers = by_number(page(1, [1, 2], 5, 3), second, page(3, [5], 5, 3))
    with pytest.raises(Moved, match=f"source: /x {said}"):
        list(numbered(api(answers), "/x", [], 2))


def test_a_total_that_disagrees_with_the_rows_is_an_error_after_three_readings() -> None:
    with pytest.raises(
        SourceError, match=r"/x page 1: 3 rows announced, 2 sent; pull again \(begun 3 times\)"
    ):
        settle(
            lambda params: numbered(api(by_number(page(1, [1, 2], 3, 1))), "/x", params, 2),
            [[]],
            [],
            lambda one: one,
        )


def test_a_cursor_that_comes_again_does_not_turn_in_a_circle() -> None:
    body = {"results": [{"id": 1}], "limit": 1, "cursor": "again", "has_next_page": True}
    other = {**body, "results": [{"id": 2}]}
    answers = script(httpx.Response(200, json=body), httpx.Response(200, json=other))
    with pytest.raises(Moved, match="page 2: more pages, but no new cursor"):
        list(by_cursor(api(answers), "/x", [], 1))

"""Each paging style over a made list, whole and with each thing that makes it less than whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from connectors.base import SourceError
from connectors.reading.pace import Limits, Pace
from connectors.reading.pages import Moved, Page
from connectors.reading.paging import (
    PLAIN,
    SPRING,
    after_last,
    by_cursor,
    by_link,
    next_in,
    next_in_header,
    numbered,
    skipped,
)
from connectors.reading.settling import settle
from tests.connectors.test_http import Answer, api

ROWS = [{"id": number} for number in range(1, 6)]  # of which a page holds two
STRIPE = replace(PLAIN, rows="data", more="has_more", ask_cursor="starting_after", ask_size="limit", limit="", total="")
SQUARE = replace(PLAIN, rows="payments", more="", ask_size="limit", limit="", total="", full=False)
TWILIO = replace(PLAIN, rows="calls", limit="page_size", total="")
TAKE = replace(PLAIN, rows="ItemCollection", ask_page="skip", ask_size="take", limit="", total="")
Ids = list[list[str]]


def ids(pages: Iterator[Page]) -> Ids:
    return [page.ids for page in pages]


def spring(request: httpx.Request) -> httpx.Response:
    page, size = int(request.url.params["page"]), int(request.url.params["size"])
    rows = ROWS[page * size : (page + 1) * size]
    return httpx.Response(
        200, json={"content": rows, "totalElements": 5, "totalPages": 3, "number": page, "size": size}
    )


def stripe(request: httpx.Request) -> httpx.Response:
    after, size = int(request.url.params.get("starting_after", 0)), int(request.url.params["limit"])
    return httpx.Response(200, json={"data": ROWS[after : after + size], "has_more": after + size < 5})


def square(request: httpx.Request) -> httpx.Response:
    start, size = int(request.url.params.get("cursor", 0)), int(request.url.params["limit"])
    cursor = {"cursor": str(start + size)} if start + size < 5 else {}
    return httpx.Response(200, json={"payments": ROWS[start : start + size], **cursor})


def twilio(request: httpx.Request) -> httpx.Response:
    page = int(request.url.params.get("Page", 0))
    link = f"/calls.json?PageSize=2&Page={page + 1}" if page < 2 else None
    rows = ROWS[page * 2 : page * 2 + 2]
    return httpx.Response(200, json={"calls": rows, "page_size": 2, "next_page_uri": link})


def header(request: httpx.Request) -> httpx.Response:
    page = int(request.url.params.get("page", 0))
    link = {"Link": f'<http://source/x?page={page + 1}>; rel="next", <http://source/x>; rel="first"'}
    rows = ROWS[page * 2 : page * 2 + 2]
    return httpx.Response(200, json={"calls": rows}, headers=link if page < 2 else {})


def take(request: httpx.Request) -> httpx.Response:
    start, size = int(request.url.params["skip"]), int(request.url.params["take"])
    return httpx.Response(200, json={"ItemCollection": ROWS[start : start + size]})


STYLES: dict[str, tuple[Answer, Callable[..., Iterator[Page]]]] = {
    "spring": (spring, lambda api: numbered(api, "/x", [], 2, SPRING)),
    "has_more": (stripe, lambda api: after_last(api, "/x", [], 2, STRIPE)),
    "cursor": (square, lambda api: by_cursor(api, "/x", [], 2, SQUARE)),
    "link in body": (twilio, lambda api: by_link(api, "/x", [], next_in("next_page_uri"), TWILIO)),
    "link in header": (header, lambda api: by_link(api, "/x", [], next_in_header, TWILIO)),
}


@pytest.mark.parametrize("style", STYLES)
def test_a_list_is_read_to_its_end_in_its_order(style: str) -> None:
    answer, pages = STYLES[style]
    assert ids(pages(api(answer))) == [["1", "2"], ["3", "4"], ["5"]]


def test_a_list_by_skip_and_take_ends_where_a_second_look_finds_nothing() -> None:
    assert ids(skipped(api(take), "/x", [], 2, TAKE)) == [["1", "2"], ["3", "4"], ["5"]]
    assert ids(skipped(api(take), "/x", [], 5, TAKE)) == [["1", "2", "3", "4", "5"], []]


def test_a_page_of_a_list_by_skip_that_is_always_empty_is_no_end() -> None:
    def holed(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"ItemCollection": []}) if request.url.params["skip"] == "2" else take(request)

    with pytest.raises(Moved, match="page 4: rows after the end of the list"):
        ids(skipped(api(holed), "/x", [], 2, TAKE))


def changed(answer: Answer, nth: int, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Answer:
    """The same list, with the nth answer changed."""
    seen = iter(range(1, 99))

    def changing(request: httpx.Request) -> httpx.Response:
        reply = answer(request)
        body = change(reply.json()) if next(seen) == nth else reply.json()
        return httpx.Response(200, json=body, headers={"Link": reply.headers.get("Link", "")})

    return changing


def rows(name: str, held: list[dict[str, int]]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda body: {**body, name: held}


NAMES = {"spring": "content", "has_more": "data", "link in body": "calls", "link in header": "calls"}


@pytest.mark.parametrize("style", NAMES)
@pytest.mark.parametrize(
    ("held", "said"),
    [
        ([], "page {}: stops short at 0 of 2 rows"),
        (ROWS[2:3], "page {}: stops short at 1 of 2 rows"),
        (ROWS[:2], "page {}: repeats page {}"),
    ],
)
def test_an_empty_short_or_repeated_page_in_the_middle_is_named(
    style: str, held: list[dict[str, int]], said: str
) -> None:
    answer, pages = STYLES[style]
    faulty = changed(answer, 2, rows(NAMES[style], held))
    second = 1 if style == "spring" else 2  # pages are named as the vendor numbers them
    with pytest.raises(Moved, match=f"source: /x {said.format(second, second - 1)}"):
        ids(pages(replace(api(faulty), pace=Pace(Limits(in_flight=1)))))


def test_a_page_that_is_no_list_of_objects_is_the_vendors_fault() -> None:
    answer, pages = STYLES["has_more"]
    with pytest.raises(SourceError, match="page 2: rows that are no list of objects"):
        ids(pages(api(changed(answer, 2, lambda body: {**body, "data": "none"}))))


@pytest.mark.parametrize("held", [[], ROWS[2:3]])
def test_an_empty_or_short_page_before_the_end_does_not_end_a_list_by_skip(held: list[dict[str, int]]) -> None:
    with pytest.raises(Moved, match="page 3: rows after the end of the list"):
        ids(skipped(api(changed(take, 2, rows("ItemCollection", held))), "/x", [], 2, TAKE))


def test_a_row_that_stands_on_two_pages_tells_that_a_list_by_skip_has_moved() -> None:
    with pytest.raises(Moved, match="page 3: holds a row of an earlier page"):
        ids(skipped(api(changed(take, 2, rows("ItemCollection", ROWS[3:]))), "/x", [], 2, TAKE))


def test_short_pages_are_no_fault_where_the_vendor_says_so() -> None:
    answer, pages = STYLES["cursor"]
    assert ids(pages(api(changed(answer, 2, rows("payments", ROWS[2:3]))))) == [["1", "2"], ["3"], ["5"]]


def test_a_link_to_another_host_is_not_followed_for_it_would_be_given_the_credentials() -> None:
    def stray(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"calls": ROWS[:2], "next_page_uri": "https://elsewhere.example/x"})

    with pytest.raises(SourceError, match=r"sends the reader to elsewhere\.example, which is not source"):
        ids(by_link(api(stray), "/x", [], next_in("next_page_uri"), TWILIO))


def test_a_link_to_a_page_that_was_read_does_not_turn_in_a_circle() -> None:
    answer, pages = STYLES["link in body"]
    again = changed(answer, 2, lambda body: {**body, "next_page_uri": "/calls.json?PageSize=2&Page=1"})
    with pytest.raises(Moved, match="page 2: links to a page that was read"):
        ids(pages(api(again)))


def test_totals_and_numbers_may_lie_in_objects() -> None:
    names = replace(PLAIN, rows="records", total="paging.totalElements", pages="paging.totalPages",
                    number="paging.page", limit="paging.perPage", ask_size="perPage")  # fmt: skip

    def nested(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        paging = {"page": page, "perPage": 2, "totalPages": 3, "totalElements": 5}
        return httpx.Response(200, json={"records": ROWS[page * 2 - 2 : page * 2], "paging": paging})

    assert ids(numbered(api(nested), "/x", [], 2, names)) == [["1", "2"], ["3", "4"], ["5"]]


def test_a_list_that_stands_still_holds_just_what_it_announces() -> None:
    def read(_: Any) -> Iterator[Page]:
        return numbered(api(spring), "/x", [], 2, SPRING)

    assert settle(read, [[]], None, lambda page: page.ids) == [["1", "2"], ["3", "4"], ["5"]]

    def short(request: httpx.Request) -> httpx.Response:
        last = request.url.params["page"] == "2"
        return changed(spring, 1, rows("content", ROWS[:1]))(request) if last else spring(request)

    with pytest.raises(SourceError, match="5 rows announced, 4 sent"):
        settle(lambda _: numbered(api(short), "/x", [], 2, SPRING), [[]], None, lambda page: page)

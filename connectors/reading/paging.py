"""Lists that come in pages: the paging styles of HTTP sources, and the names that each vendor gives its fields.

Belongs here: how the next page is asked for. Keep out: whether a page can be part of a whole (pages.py), lists
that move while they are read (settling.py), requests, vendors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any

from connectors.reading.answers import MISSING, Answer, json_of, part
from connectors.reading.http import Api, Params
from connectors.reading.pages import Judge, Moved, Page

AHEAD = 4  # rounds of requests that may wait for the reader


@dataclass(frozen=True)
class Names:
    """Fields of an answer (`total`, `pages`, ... may lie in objects: names joined by dots) and parameters of a
    request. A field that the vendor does not send is named "". `first` is the number of the first page;
    `full` says that every page but the last is full;
    `sparse` that an empty object is an empty list."""

    rows: str = "results"
    key: str = "id"
    total: str = "total_count"
    pages: str = "total_pages"
    number: str = "current_page"
    limit: str = "limit"
    more: str = "has_next_page"
    cursor: str = "cursor"
    ask_page: str = "page"
    ask_size: str = "per_page"
    ask_cursor: str = "cursor"
    first: int = 1
    full: bool = True
    sparse: bool = False


PLAIN = Names()
SPRING = Names(  # pages of Spring Data, as Java back ends send them
    rows="content", total="totalElements", pages="totalPages", number="number", limit="size", ask_size="size",
    first=0,
)  # fmt: skip


def numbered(api: Api, path: str, params: Params, size: int | None, names: Names = PLAIN) -> Iterator[Page]:
    """A list by the number of its page, that says how many pages and rows there are; pages are fetched side by
    side. Without `size` the endpoint takes no paging parameters, and one page is what it has."""

    def body(number: int) -> dict[str, Any]:
        paging = [(names.ask_page, str(number))] if size or number > names.first else []
        paging += [(names.ask_size, str(size))] if size else []
        return _asked(api, path, [*params, *paging], number, names)

    judge, done = Judge(f"{api.label}: {path}", names.full), names.first
    yield _numbered(judge, body(done), done, names)
    with ThreadPoolExecutor(api.in_flight) as pool:
        while done < judge.last:  # rows that arrive meanwhile add pages at the end
            numbers = range(done + 1, min(judge.last, done + AHEAD * api.in_flight) + 1)
            for number, answer in zip(numbers, pool.map(body, numbers), strict=True):
                yield _numbered(judge, answer, number, names)
            done = numbers[-1]


def _numbered(judge: Judge, body: dict[str, Any], number: int, names: Names) -> Page:
    total, pages, answered = _whole(body, names.total), _whole(body, names.pages), _whole(body, names.number)
    if total is None or pages is None:
        raise judge.strange(number, f"no {names.total} or no {names.pages}")
    if answered not in (None, number):
        raise Moved(f"{judge.where} page {number}: answered as page {answered}; pull again")
    judge.last = max(judge.last, pages + names.first - 1, names.first)
    return _judged(judge, body, number, number >= judge.last, names)


def by_cursor(api: Api, path: str, params: Params, size: int | None, names: Names = PLAIN) -> Iterator[Page]:
    """A list that hands out a cursor with every page but the last."""
    judge, number, cursor, given, more = Judge(f"{api.label}: {path}", names.full), 0, "", {""}, True
    while more:
        number += 1
        paging = [(names.ask_size, str(size))] * bool(size) + [(names.ask_cursor, cursor)] * bool(cursor)
        body = _asked(api, path, [*params, *paging], number, names)
        cursor = _text(part(body, names.cursor))
        more = part(body, names.more) is True if names.more else bool(cursor)
        if more and cursor in given:
            raise Moved(f"{judge.where} page {number}: more pages, but no new cursor; pull again")
        given.add(cursor)
        yield _judged(judge, body, number, not more, names)


def after_last(api: Api, path: str, params: Params, size: int, names: Names) -> Iterator[Page]:
    """A list that says whether there is more, and goes on after the key of its last row (`starting_after`)."""
    judge, number, after, more = Judge(f"{api.label}: {path}", names.full), 0, "", True
    while more:
        number += 1
        paging = [(names.ask_size, str(size))] + [(names.ask_cursor, after)] * bool(after)
        body = _asked(api, path, [*params, *paging], number, names)
        more = part(body, names.more) is True
        page = _judged(judge, body, number, not more, names)
        yield page
        after = page.ids[-1] if page.ids else ""


Next = Callable[[dict[str, Any], Answer], str | None]


def by_link(api: Api, path: str, params: Params, following: Next, names: Names) -> Iterator[Page]:
    """A list whose pages link to the next: `next_in(field)` in the body, `next_in_header` by RFC 8288."""

    def read(answer: Answer) -> tuple[dict[str, Any], str | None]:
        body = json_of(answer, names.rows)
        return body, following(body, answer)

    judge, number, link, followed = Judge(f"{api.label}: {path}", names.full), 0, path, set[str]()
    while link:
        number += 1
        asked = params if number == 1 else ()
        body, after = api.read("GET", link, read, asked, page=f" page {number}")
        link = str(api.client.base_url.join(after)) if after else ""
        if link in followed:
            raise Moved(f"{judge.where} page {number}: links to a page that was read; pull again")
        followed.add(link)
        yield _judged(judge, body, number, not link, names)


def next_in(field: str) -> Next:
    return lambda body, _: _text(part(body, field)) or None


def next_in_header(_: dict[str, Any], answer: Answer) -> str | None:
    return answer.links.get("next", {}).get("url")


def skipped(api: Api, path: str, params: Params, size: int, names: Names) -> Iterator[Page]:
    """A list by `skip` and `take`, that need not say how long it is: one empty or short page may be the source's
    fault, so it ends where nothing stands at its end, and nothing after a page that is empty."""

    def page(skip: int) -> Page:
        paging, number = [(names.ask_page, str(skip)), (names.ask_size, str(size))], next(numbers)
        return _judged(judge, _asked(api, path, [*params, *paging], number, names), number, False, names)

    judge, numbers = Judge(f"{api.label}: {path}", full=False, apart=True), count(1)
    skip, rows = 0, size
    while rows == size:
        listed = page(skip)
        rows = len(listed.rows)
        skip += rows
        yield listed
    for look in (skip, skip + size)[: 1 if rows else 2]:
        beyond = page(look)
        if beyond.rows:
            raise Moved(f"{beyond.where}: rows after the end of the list; pull again")


def _asked(api: Api, path: str, params: Params, number: int, names: Names) -> dict[str, Any]:
    def read(answer: Answer) -> Any:
        empty = names.sparse and json_of(answer) == {}
        return {names.rows: []} if empty else json_of(answer, names.rows)

    return dict(api.read("GET", path, read, params, page=f" page {number}"))


def _judged(judge: Judge, body: dict[str, Any], number: int, last: bool, names: Names) -> Page:
    limit, total = _whole(body, names.limit), _whole(body, names.total)
    return judge.page(part(body, names.rows), number, last, names.key, limit, total)


def _whole(body: dict[str, Any], field: str) -> int | None:
    """A count, which some vendors write as text."""
    value = part(body, field) if field else MISSING
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdigit()) else None


def _text(value: Any) -> str:
    return "" if value is MISSING or value is None else str(value)

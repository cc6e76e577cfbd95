"""Lists that come in pages: the paging styles, and the judgement whether a list came whole.

Belongs here: page numbers, cursors, lists that move while they are read. Keep out: requests, vendors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from connectors.base import SourceError
from connectors.http import CONNECTIONS, Api, Params

T = TypeVar("T")
Read = Callable[[Params], Iterable["Page"]]
LISTINGS = 3  # a list that moves under the reader is begun this often
CLOSING_PASSES = 5
PAGES_AHEAD = 4 * CONNECTIONS


class Moved(SourceError):
    """The list changed while it was read, or is not whole: it is read again from the start."""


@dataclass(frozen=True)
class Page:
    """`total` is how many rows the source says that the whole list has, where it does."""

    where: str
    rows: list[dict[str, Any]]
    total: int | None = None

    @property
    def ids(self) -> list[str]:
        return [str(row.get("id")) for row in self.rows]


def numbered(api: Api, path: str, params: Params, size: int | None) -> Iterator[Page]:
    """A list by `page` and `per_page` that says total_pages and total_count; pages are fetched side by side.
    Without `size` the endpoint takes no paging parameters, and one page is what it has."""

    def body(number: int) -> dict[str, Any]:
        paging = [("page", str(number))] if size or number > 1 else []
        paging += [("per_page", str(size))] if size else []
        return dict(api.get(path, [*params, *paging], page=f" page {number}", holds="results"))

    judge, first = _Judge(f"{api.label}: {path}"), body(1)
    yield judge.numbered(first, 1)
    done = 1
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        while done < judge.pages:  # rows that arrive meanwhile add pages at the end
            numbers = range(done + 1, min(judge.pages, done + PAGES_AHEAD) + 1)
            for number, answer in zip(numbers, pool.map(body, numbers), strict=True):
                yield judge.numbered(answer, number)
            done = numbers[-1]


def by_cursor(api: Api, path: str, params: Params, size: int) -> Iterator[Page]:
    """A list that hands out a cursor with every page but the last."""
    judge, number = _Judge(f"{api.label}: {path}"), 0
    cursor, given, more = "", {""}, True
    while more:
        number += 1
        paging = [("per_page", str(size))] + [("cursor", cursor)] * bool(cursor)
        body = api.get(path, [*params, *paging], page=f" page {number}", holds="results")
        more, cursor = bool(body.get("has_next_page")), str(body.get("cursor") or "")
        if more and cursor in given:
            raise Moved(f"{judge.where} page {number}: more pages, but no new cursor; pull again")
        given.add(cursor)
        yield judge.page(body, number, last=not more)


def settle(read: Read, lists: Sequence[Params], closing: Params, take: Callable[[Page], T]) -> list[T]:
    """Every page of lists that move while they are read: newest first, so a touched row jumps over the
    reader. The lists, then what changed meanwhile, until a pass shows no new id. `take`: what is kept."""
    for attempt in range(1, LISTINGS + 1):
        try:
            return _Listing(read, take).settled(lists, closing)
        except Moved as error:
            if attempt == LISTINGS:
                raise SourceError(f"{error} (begun {LISTINGS} times)") from None
    raise AssertionError("the last attempt returns or raises")


class _Listing:
    def __init__(self, read: Read, take: Callable[[Page], Any]) -> None:
        self.read, self.take = read, take
        self.taken: list[Any] = []

    def settled(self, lists: Sequence[Params], closing: Params) -> list[Any]:
        listed = [self._through(params) for params in lists]
        seen = set[str]().union(*(ids for ids, _ in listed))
        late: set[str] = set()
        for _ in range(CLOSING_PASSES):
            fresh, last = self._through(closing)
            late |= fresh
            if fresh <= seen:
                break
            seen |= fresh
        else:
            raise Moved(f"{last.where}: new rows in each of {CLOSING_PASSES} closing passes; pull later")
        for ids, last in listed:
            if last.total is not None and not len(ids) <= last.total <= len(ids | late):
                raise Moved(f"{last.where}: {last.total} rows announced, {len(ids | late)} sent; pull again")
        return self.taken

    def _through(self, params: Params) -> tuple[set[str], Page]:
        ids: set[str] = set()
        page = Page("", [])
        for page in self.read(params):
            ids.update(page.ids)
            self.taken.append(self.take(page))
        return ids, page


class _Judge:
    """Says of each page of one list whether it can be part of a whole."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.before: dict[tuple[str, ...], int] = {}
        self.pages, self.limit, self.total = 1, 0, 0

    def page(self, body: dict[str, Any], number: int, last: bool, total: int | None = None) -> Page:
        where, rows = f"{self.where} page {number}", body["results"]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise SourceError(f"{where}: results is no list of objects; ask the vendor why")
        self.limit = self.limit or int(body.get("limit") or len(rows))
        page = Page(where, rows, total)
        repeated = self.before.setdefault(tuple(page.ids), number)
        if rows and repeated != number:
            raise Moved(f"{where}: repeats page {repeated}; pull again")
        if not last and (not rows or len(rows) < self.limit):
            raise Moved(f"{where}: stops short at {len(rows)} of {self.limit} rows; pull again")
        return page

    def numbered(self, body: dict[str, Any], number: int) -> Page:
        where = f"{self.where} page {number}"
        if not {"total_count", "total_pages"} <= body.keys():
            raise SourceError(f"{where}: no total_count or no total_pages; ask the vendor why")
        total, answered = int(body["total_count"]), int(body.get("current_page", number))
        self.pages = max(self.pages, int(body["total_pages"]))
        if answered != number:
            raise Moved(f"{where}: answered as page {answered}; pull again")
        if total < self.total:
            raise Moved(f"{where}: the list shrank from {self.total} rows to {total}; pull again")
        self.total = self.total or total
        return self.page(body, number, last=number >= self.pages, total=total)

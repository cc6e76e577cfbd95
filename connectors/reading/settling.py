"""Lists that move while they are read: begun again when they are not whole, then read again past the bound.

Belongs here: when a list is whole. Keep out: paging styles (paging.py), one page (pages.py), vendors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from connectors.base import SourceError
from connectors.reading.http import Params
from connectors.reading.pages import Moved, Page

T = TypeVar("T")
Read = Callable[[Params], Iterable[Page]]
LISTINGS = 3  # a list that moves under the reader is begun this often
CLOSING_PASSES = 5


def settle(read: Read, lists: Sequence[Params], closing: Params | None, take: Callable[[Page], T]) -> list[T]:
    """What `take` keeps of every page of these lists, which together are whole.

    A row that is touched meanwhile moves: what changed since the bound (`closing`) is read afterwards, until a
    pass shows no new id. Without `closing` the lists stand still, and hold just what they announce."""
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

    def settled(self, lists: Sequence[Params], closing: Params | None) -> list[Any]:
        listed = [self._through(params) for params in lists]
        seen = set[str]().union(*(ids for ids, _ in listed))
        late = set[str]() if closing is None else self._late(closing, seen)
        for ids, last in listed:
            if last.total is not None and not len(ids) <= last.total <= len(ids | late):
                raise Moved(f"{last.where}: {last.total} rows announced, {len(ids | late)} sent; pull again")
        return self.taken

    def _late(self, closing: Params, seen: set[str]) -> set[str]:
        late: set[str] = set()
        for _ in range(CLOSING_PASSES):
            fresh, last = self._through(closing)
            late |= fresh
            if fresh <= seen:
                return late
            seen |= fresh
        raise Moved(f"{last.where}: new rows in each of {CLOSING_PASSES} closing passes; pull later")

    def _through(self, params: Params) -> tuple[set[str], Page]:
        ids: set[str] = set()
        page = Page("", [])
        for page in self.read(params):
            ids.update(page.ids)
            self.taken.append(self.take(page))
        return ids, page

"""One page of a list, and the judgement whether it can be part of a whole.

Belongs here: repeated, shrinking, short and empty pages. Keep out: asking for pages (paging.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from connectors.base import SourceError


class Moved(SourceError):
    """The list changed while it was read, or is not whole: it is read again from the start."""


@dataclass(frozen=True)
class Page:
    """`total` is how many rows the source says that the whole list has, where it does."""

    where: str
    rows: list[dict[str, Any]]
    total: int | None = None
    key: str = "id"

    @property
    def ids(self) -> list[str]:
        return [str(row.get(self.key)) for row in self.rows]


class Judge:
    """Says of each page of one list whether it can be part of a whole. `last`: the last page's number, as far
    as it is known; `full`: every page but the last has as many rows as the first; `apart`: no row stands on two
    pages, which is all that tells of a shift where no total is stated."""

    def __init__(self, where: str, full: bool = True, apart: bool = False) -> None:
        self.where, self.full, self.apart = where, full, apart
        self.seen = set[str]()
        self.before: dict[tuple[str, ...], int] = {}
        self.last, self.limit, self.total = 0, 0, 0

    def page(
        self, rows: Any, number: int, last: bool, key: str = "id", limit: int | None = None, total: int | None = None
    ) -> Page:
        where = f"{self.where} page {number}"
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.strange(number, "rows that are no list of objects")
        if total is not None and total < self.total:
            raise Moved(f"{where}: the list shrank from {self.total} rows to {total}; pull again")
        self.limit, self.total = self.limit or limit or len(rows), max(self.total, total or 0)
        page = Page(where, rows, total, key)
        repeated = self.before.setdefault(tuple(page.ids), number)
        if rows and repeated != number:
            raise Moved(f"{where}: repeats page {repeated}; pull again")
        if self.apart and not self.seen.isdisjoint(page.ids):
            raise Moved(f"{where}: holds a row of an earlier page; pull again")
        self.seen.update(page.ids if self.apart else ())
        if self.full and not last and len(rows) < max(self.limit, 1):
            raise Moved(f"{where}: stops short at {len(rows)} of {self.limit} rows; pull again")
        return page

    def strange(self, number: int, what: str) -> SourceError:
        return SourceError(f"{self.where} page {number}: {what}; ask the vendor why")


def each_once(pages: Iterable[Page]) -> Iterator[Page]:
    """The pages of a list that says nothing of its length: a row that comes twice tells that another was missed."""
    seen: set[str] = set()
    for page in pages:
        twice = seen.intersection(page.ids)
        if twice:
            raise Moved(f"{page.where}: {min(twice)} stood on an earlier page; pull again")
        seen.update(page.ids)
        yield page

"""One tenant's API: where its lists are, and how instants are asked for.

Belongs here: addresses and parameters that orders and lists share. Keep out: which lists, what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.reading.http import Api, Params
from connectors.reading.pages import Page
from connectors.reading.paging import PLAIN, Names, by_cursor, numbered

OVERLAP = timedelta(minutes=10)  # clocks that differ, and changes committed late
NOTHING_NESTED = ("associations[]", "none")


@dataclass(frozen=True)
class Account:
    """An open client of one tenant."""

    api: Api
    tenant_id: int | str
    page_size: int

    def one(self, path: str, params: Params = (), holds: str = "") -> Any:
        return self.api.get(self._v1(path), params, holds=holds)

    def listed(self, name: str, params: Params, *, paged: bool = True, names: Names = PLAIN) -> Iterator[Page]:
        """A V1 list; `paged` says whether its endpoint takes paging parameters."""
        return numbered(self.api, self._v1(name), params, self.page_size if paged else None, names)

    def rows(self, name: str, *, paged: bool = True) -> Iterator[dict[str, Any]]:
        return (row for page in self.listed(name, [], paged=paged) for row in page.rows)

    def orders(self, params: Params) -> Iterator[Page]:
        """The V2 list. It states no total, so V1 is asked for it: a list that stops short must not pass."""
        path = f"/api/v2/tenants/{self.tenant_id}/repair_orders"
        *pages, last = by_cursor(self.api, path, params, self.page_size)
        yield from pages
        bare = [(name, value) for name, value in params if name != NOTHING_NESTED[0]]
        one = numbered(self.api, self._v1("repair_orders"), [*bare, NOTHING_NESTED], 1)
        yield Page(last.where, last.rows, next(one).total)

    def _v1(self, name: str) -> str:
        return f"/api/v1/tenants/{self.tenant_id}/{name}"


def after(name: str, at: datetime, overlap: timedelta = OVERLAP) -> Params:
    return [(name, f"{at.astimezone(UTC) - overlap:%Y-%m-%dT%H:%M:%SZ}")]

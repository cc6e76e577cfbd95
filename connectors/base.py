"""The interface between a source kind and landing, and the errors that people read.

Belongs here: what every connector imports. Keep out: any one vendor's protocol, files on disk, contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Protocol, runtime_checkable

import polars as pl


class TieoutError(Exception):
    """An error whose message names the thing, the value and the fix; it is shown without a stack trace."""


class SourceError(TieoutError):
    """A source is unreachable, refuses, or answers something that cannot be a whole answer."""


@dataclass(frozen=True)
class Window:
    """What one pull may look at. Times are UTC; `until` is frozen when the pull starts."""

    since: datetime | None
    until: datetime
    cursor: Mapping[str, Any] = field(default_factory=dict)
    sweep: bool = False
    dates: tuple[date, date] | None = None


@dataclass(frozen=True)
class Rows:
    """Rows as the source sent them, under the contract's column names; unknown columns are kept in `_extra`.

    All tables of one document (a repair order and its lines) come together, before the next page. `file` orders
    versions where the source's time does not; a source whose files may come late yields those after a late one again,
    for rows of theirs that were nothing new have left no version."""

    table: str
    frame: pl.DataFrame
    file: str = ""


@dataclass(frozen=True)
class Keys:
    """The complete key set of a table at the source (within `scope`): a known key that is absent was deleted."""

    table: str
    frame: pl.DataFrame
    scope: pl.Expr | None = None


@dataclass(frozen=True)
class Failed:
    """One table stops here; the other tables of the pull go on."""

    table: str
    error: SourceError


@dataclass(frozen=True)
class Cursor:
    """Where the next pull continues, in the kind's own JSON; the last one yielded is committed with the manifest."""

    value: Mapping[str, Any]


@dataclass(frozen=True)
class Warned:
    """What landed and somebody should look at, in words for people; it stands with the pull's warnings."""

    text: str


Item = Rows | Keys | Failed | Cursor | Warned


@runtime_checkable
class Source(Protocol):
    """One connection of one kind: a frozen dataclass built from its settings in tieout.yml."""

    kind: ClassVar[str]

    def tables(self) -> tuple[str, ...]:
        """Names of the contracts' tables that this connection delivers."""

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        """(table, column) -> raw value -> canonical value, for columns whose vocabulary the site decides."""

    def check(self) -> list[str]:
        """Connect and say what is offered, one line each. Raises SourceError."""

    def pull(self, window: Window) -> Iterator[Item]:
        """Everything that changed in the window. Raises SourceError when nothing can be had."""

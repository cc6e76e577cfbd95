"""Which rows of a table a pull reads: the modes of a mapping's `incremental`, as conditions.

Belongs here: bounds in the words of the source's columns. Keep out: running them (pulling)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from operator import ge, le, lt
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from connectors.base import Window
from connectors.sql.mapping import Incremental, Member
from connectors.sql.statements import Origin, among, condition, word

Moment = date | datetime
Compare = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Known:
    """What the last pull left for one member: its bound (None: nothing was pulled), the keys that were open
    then, and the highest number, where numbers are dense."""

    bound: datetime | None
    open: pl.DataFrame
    number: str = ""
    highest: int | None = None


def scope(member: Member, source: Origin, known: Known, window: Window, zone: str) -> list[ColumnElement[bool]] | None:
    """Conditions of the rows to read: an empty list means all of them, None that none are wanted."""
    increment = member.incremental
    assert increment
    if window.dates:
        return _dates(increment, source, window.dates, zone)
    if increment.mode == "snapshot":
        return []
    if known.bound is None:
        return [*_begun(increment, source, window, zone), *_until(increment, source, window, zone)]
    if increment.mode == "updated_at":
        return _updated(increment, source, known.bound, window, zone)
    return [_window(member, source, known, window, zone)]


def _begun(increment: Incremental, source: Origin, window: Window, zone: str) -> list[ColumnElement[bool]]:
    """A first pull that begins at an instant: business of that day and later, and what is open. Where a row has no
    business date (customers, say), all of them: later rows may name any."""
    name = increment.date or (increment.column if increment.mode == "window_on" else None)
    if window.since is None or name is None:
        return []
    column, first = _column(name, source), window.since.astimezone(ZoneInfo(zone)).date()
    return [_or_open(increment, source, [column.is_(None), _bounded(ge, column, first, increment, zone)])]


def _until(increment: Incremental, source: Origin, window: Window, zone: str) -> list[ColumnElement[bool]]:
    """All rows; what changes after the frozen bound is left to the next pull, where the source can tell."""
    if increment.mode != "updated_at":
        return []
    column = _column(increment.column, source)
    return [sa.or_(column.is_(None), _bounded(le, column, window.until, increment, zone))]


def _updated(
    increment: Incremental, source: Origin, bound: datetime, window: Window, zone: str
) -> list[ColumnElement[bool]]:
    """Changed since the last bound, and again what changed shortly before: clocks differ, commits come late,
    and in autumn a local clock tells the same hour twice."""
    column = _column(increment.column, source)
    since = _bounded(ge, column, bound - timedelta(minutes=increment.overlap_minutes), increment, zone)
    until = _bounded(le, column, window.until, increment, zone)
    return [_or_open(increment, source, [column.is_(None), sa.and_(since, until)])]


def _window(member: Member, source: Origin, known: Known, window: Window, zone: str) -> ColumnElement[bool]:
    """Closed in the last days, open now, open at the last pull (since closed on any day, or gone), or new."""
    increment = member.incremental
    assert increment
    assert known.bound
    column = _column(increment.column, source)
    days = max(increment.reread_days, increment.sweep_days) if window.sweep else increment.reread_days
    since = known.bound.astimezone(ZoneInfo(zone)).date() - timedelta(days=days)
    wanted = [column.is_(None), _bounded(ge, column, since, increment, zone)]
    if not known.open.is_empty():
        wanted.append(among([source.columns[ref] for ref in member.key], known.open.select(member.key)))
    if known.highest is not None:
        wanted.append(source.columns[known.number] > sa.literal_column(str(known.highest)))
    return _or_open(increment, source, wanted)


def _or_open(increment: Incremental, source: Origin, wanted: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    if increment.open:
        wanted.append(sa.and_(*(condition(node, source.columns) for node in increment.open)))
    return sa.or_(*wanted)


def _dates(
    increment: Incremental, source: Origin, dates: tuple[date, date], zone: str
) -> list[ColumnElement[bool]] | None:
    """Business dates that a person asks for again."""
    name = increment.date or increment.column
    if name is None:
        return None
    column, after = _column(name, source), dates[1] + timedelta(days=1)
    return [_bounded(ge, column, dates[0], increment, zone), _bounded(lt, column, after, increment, zone)]


def _column(name: str | None, source: Origin) -> ColumnElement[object]:
    assert name
    return source.columns[name]


def _bounded(
    compare: Compare, column: ColumnElement[object], moment: Moment, increment: Incremental, zone: str
) -> ColumnElement[bool]:
    """A comparison that leaves the column bare, so that its index is used."""
    bound = word(written(column, moment, increment, zone))
    return compare(sa.type_coerce(column, sa.String()), bound)


def written(column: ColumnElement[object], moment: Moment, increment: Incremental, zone: str) -> str:
    """A bound as the column writes it: by the mapping's format, else by its type, else ISO in local time."""
    there, kind = ZoneInfo(zone), column.type
    whole_day = not isinstance(moment, datetime)
    local = moment.astimezone(there) if isinstance(moment, datetime) else datetime.combine(moment, time(), there)
    if increment.format:
        return local.strftime(increment.format)
    if isinstance(kind, sa.DateTime):
        aware = local.astimezone(UTC).isoformat(" ", "microseconds")
        return aware if kind.timezone else local.strftime("%Y-%m-%d %H:%M:%S")
    return local.strftime("%Y-%m-%d" if whole_day or isinstance(kind, sa.Date) else "%Y-%m-%d %H:%M:%S")


def bounds(cursor: Mapping[str, object]) -> datetime | None:
    """The bound of a cursor, which JSON keeps as text."""
    text = cursor.get("bound")
    return datetime.fromisoformat(text) if isinstance(text, str) else None

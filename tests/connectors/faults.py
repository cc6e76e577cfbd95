"""What an HTTP source can do wrong, and the two ways a pull may end: the exact truth, or a failure by name.

Belongs here: the judgement, and the server it is made with, that every HTTP kind's tests share. Keep out: any one kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, TypeVar

import polars as pl
import pytest

from connectors.base import Failed, Item, Keys, Rows, Source, SourceError, Window
from connectors.reading import http
from connectors.reading.http import Patience
from connectors.simulator.company import World
from connectors.simulator.events import Site
from connectors.simulator.httpserver import BROKEN, FAULTS, LIMITED, MOVED, FarEnd, Fault

QUICK = Patience(attempts=4, first_wait=0.01, longest_wait=5, timeout=0.7, whole=5, largest=8 * 2**20)
HOPELESS = ("429-long", "bomb")  # tried again, they would only cost time: a failure at once
STAYING = (
    "429",
    "429-long",
    "503",
    "error-body",
    "html",
    "truncated",
    "bomb",
    "encoding",
    "secret",
)  # one of each sort
PASSING = tuple(kind for kind in FAULTS if kind not in (*HOPELESS, *MOVED, "secret"))
Tables = dict[str, pl.DataFrame]
End = TypeVar("End", bound=FarEnd)

__all__ = ["BROKEN", "FAULTS", "HOPELESS", "LIMITED", "MOVED", "PASSING", "QUICK", "STAYING", "Fault"]


@contextmanager
def served(
    patch: pytest.MonkeyPatch, server: Callable[..., End], world: World, *site: Site, patience: Patience = QUICK
) -> Iterator[Callable[..., End]]:
    """Far ends as of the last morning, or of an earlier instant, running until the end; who asks them has little patience."""
    patch.setattr(http, "PATIENCE", patience)
    with ExitStack() as stack:

        def running(as_of: datetime | None = None, **account: Any) -> End:
            made = server(world.company, world.events, *site, as_of or world.as_of, **account)
            return stack.enter_context(made.running())

        yield running


def tables(items: Iterable[Item]) -> Tables:
    """Rows by table, and keys by `keys of <table>`, in an order of their own."""
    pages: dict[str, list[pl.DataFrame]] = {}
    for item in items:
        if isinstance(item, Rows):
            pages.setdefault(item.table, []).append(item.frame)
        elif isinstance(item, Keys):
            pages.setdefault(f"keys of {item.table}", []).append(item.frame)
    joined = {table: pl.concat(frames, how="diagonal") for table, frames in pages.items()}
    return {table: frame.select(sorted(frame.columns)).sort(pl.all()) for table, frame in joined.items()}


def failures(items: Iterable[Item]) -> dict[str, str]:
    return {item.table: str(item.error) for item in items if isinstance(item, Failed)}


def same(found: Tables, expected: Tables) -> bool:
    return found.keys() == expected.keys() and all(found[name].equals(expected[name]) for name in found)


def pulled(source: Source, window: Window) -> tuple[Tables, dict[str, str]]:
    """Tables and failures by table; a pull that fails as a whole fails every table."""
    try:
        items = list(source.pull(window))
    except SourceError as error:
        return {}, dict.fromkeys(source.tables(), str(error))
    return tables(items), failures(items)


def ends_well(far_end: FarEnd, source: Source, window: Window, fault: Fault, truth: Tables) -> None:
    """After a fault that does not stay: every table is exactly the truth, or failed by name and absent. What
    passes must have passed, and the fault must have been met."""
    far_end.faults.append(fault)
    found, failed = pulled(source, window)
    assert not fault.times, f"no request met {fault}"
    assert failed or fault.kind not in HOPELESS, "nothing says that the source refused"
    assert not failed or fault.kind not in PASSING, f"this passes: {failed}"
    _truth_or_absent(found, failed, truth)


def ends_by_name(
    far_end: FarEnd, source: Source, window: Window, fault: Fault, truth: Tables, label: str, secret: str
) -> None:
    """After a fault that stays: what failed names the place and shows no secret; the rest is the truth."""
    far_end.faults.append(Fault(fault.kind, fault.match, 10_000))
    found, failed = pulled(source, window)
    assert failed, f"{fault.kind} went by unnoticed"
    for message in failed.values():
        assert label in message
        assert secret not in message
    _truth_or_absent(found, failed, truth)


def _truth_or_absent(found: Tables, failed: dict[str, str], truth: Tables) -> None:
    keys = {f"keys of {table}" for table in failed}
    left = {name: frame for name, frame in truth.items() if name not in failed and name not in keys}
    partial = found.keys() & (failed.keys() | keys)
    assert not partial, f"part of {sorted(partial)} was delivered, and then failed"
    assert same(found, left), f"differs from the truth: {sorted(found)} and {sorted(left)}"

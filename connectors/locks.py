"""One operating-system lock per name, released by the system when its process ends, however it ends.

Belongs here: taking a lock and naming its holder. Keep out: what is done under it."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from connectors.base import TieoutError

BACKFILL, NEXT = ".backfill", ".next"
PATIENCE = 3600.0  # seconds that a pull waits for a backfill's chunk: what a slow API takes for a month
LOOK = 0.1  # seconds between two looks at a lock that somebody holds


class Held(TieoutError):
    """Another process holds the lock; the message names it."""


def hold(home: Path, name: str) -> AbstractContextManager[None]:
    """Holds `<home>/locks/<name>.lock` or raises Held at once."""
    return locked(home / "locks" / f"{name}.lock", name)


@contextmanager
def turn(home: Path, name: str) -> Iterator[None]:
    """Holds the name like `hold`; while a backfill is at it, waits for the end of its chunk.

    Who waits has `<name>.next`: no backfill begins its next chunk before that one has had its turn."""
    with ExitStack() as held:
        try:
            held.enter_context(hold(home, name))
        except Held:
            if not is_held(home, f"{name}{BACKFILL}"):
                raise
            with hold(home, f"{name}{NEXT}"):
                _enter_within(held, home, name, PATIENCE)
        yield


def _enter_within(held: ExitStack, home: Path, name: str, patience: float) -> None:
    """Takes the lock as soon as it is free; the last refusal is told."""
    until = time.monotonic() + patience
    while True:
        try:
            held.enter_context(hold(home, name))
            return
        except Held:
            if time.monotonic() > until:
                raise
        time.sleep(LOOK)


@contextmanager
def waited(home: Path, name: str, patience: float) -> Iterator[None]:
    """Holds the name like `hold`, as soon as it is free; after `patience` seconds the refusal is told."""
    with ExitStack() as held:
        _enter_within(held, home, name, patience)
        yield


@contextmanager
def backfilling(home: Path, name: str) -> Iterator[Callable[[], None]]:
    """Says for its whole time that a backfill is at the name; what it gives lets those who wait go first."""

    def after_others() -> None:
        while is_held(home, f"{name}{NEXT}"):
            time.sleep(LOOK)

    with hold(home, f"{name}{BACKFILL}"):
        yield after_others


def is_held(home: Path, name: str) -> bool:
    """Whether some process holds the name."""
    path = home / "locks" / f"{name}.lock"
    if not path.exists():
        return False
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def shared(home: Path, name: str) -> Iterator[None]:
    """Many may hold the name together; waits while one holds it alone."""
    path = home / "locks" / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextmanager
def locked(path: Path, what: str) -> Iterator[None]:
    """Holds the lock file or raises Held at once, saying that `what` is in use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Held(f"{what} is in use by {_holder(file)}: wait for it to end, or end it") from None
        _sign(file)
        yield


def _holder(file: TextIO) -> str:
    file.seek(0)
    return file.read().strip() or "another process"


def _sign(file: TextIO) -> None:
    now = datetime.now(UTC)
    file.seek(0)
    file.truncate()
    file.write(f"process {os.getpid()} on {socket.gethostname()} since {now:%Y-%m-%d %H:%M:%S} UTC")
    file.flush()

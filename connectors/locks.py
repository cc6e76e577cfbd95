"""One operating-system lock per name, released by the system when its process ends, however it ends.

Belongs here: taking a lock and naming its holder. Keep out: what is done under it."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from connectors.base import TieoutError


class Held(TieoutError):
    """Another process holds the lock; the message names it."""


def hold(home: Path, name: str) -> AbstractContextManager[None]:
    """Holds `<home>/locks/<name>.lock` or raises Held at once."""
    return locked(home / "locks" / f"{name}.lock", name)


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

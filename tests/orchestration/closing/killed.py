"""Signings that die at a chosen step, in children of a process that holds no threads.

Keep out: what must be true afterwards (test_signing_at_once.py)."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import copytree
from typing import Any
from unittest import mock

from shops import Shops

from orchestration import config as settings

DURABLE = ("fsync", "rename", "replace", "mkdir", "truncate")


def sweep(template: Path, folder: Path) -> list[tuple[Path, str]]:
    """One home for each step of a signing, which was killed before that step was taken (a write: in its middle)."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_all, args=(template, folder, theirs))
    process.start()
    found: list[tuple[Path, str]] = ours.recv()
    process.join()
    return found


def _all(template: Path, folder: Path, pipe: Connection) -> None:
    found = []
    settings.load(None, template)  # imports the source kinds, which no child has to then
    for nth in range(1, 60):
        home = folder / str(nth)
        copytree(template, home)
        child = os.fork()
        if not child:
            _die(home, nth)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        step = (home / "step.txt").read_text(encoding="utf-8") if (home / "step.txt").exists() else ""
        found.append((home, step))
        if status != -signal.SIGKILL:
            break
    pipe.send(found)


def _die(home: Path, nth: int) -> None:
    """Signs a day; the `nth` step is its last. The exit code 0 says that there was no such step."""
    code = 1
    try:
        shops = Shops(home)
        with _counted(home, nth):
            code = 0 if shops.sign().done else 2
    finally:
        os._exit(code)


@contextmanager
def _counted(home: Path, nth: int) -> Iterator[None]:
    seen, note = 0, os.open(home / "step.txt", os.O_WRONLY | os.O_CREAT)
    write = os.write

    def step(name: str) -> None:
        nonlocal seen
        seen += 1
        if seen == nth:
            write(note, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    with ExitStack() as patches:
        for name in DURABLE:
            patches.enter_context(mock.patch.object(os, name, _told(name, step)))
        patches.enter_context(mock.patch.object(os, "write", _half(step)))
        yield
    os.unlink(home / "step.txt")


def _told(name: str, step: Any) -> Any:
    plain = getattr(os, name)

    def told(*arguments: Any, **named: Any) -> Any:
        step(name)
        return plain(*arguments, **named)

    return told


def _half(step: Any) -> Any:
    """Half of what is written gets there first."""
    plain, begun = os.write, False

    def half(handle: int, data: bytes) -> int:
        nonlocal begun
        written = plain(handle, data if begun else data[: len(data) // 2])
        begun = True
        step("write")
        return written

    return half

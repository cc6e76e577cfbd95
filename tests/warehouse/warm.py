"""A warm parent: a process that has everything imported and dbt's project parsed, and forks a child for each job.

Keep out: what the jobs do (kills.py, mutations.py)."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol
from unittest import mock

from warehouse.homes import Home

from orchestration import dbt_run, pipeline, warehouse


class Job(Protocol):
    @property
    def folder(self) -> Path: ...
    def __call__(self, manifest: Any) -> int: ...


class Warm:
    """It never opens a warehouse nor reads a frame itself: their threads would not survive a fork."""

    def __init__(self, home: Home) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._parent = context.Process(target=_serve, args=(theirs, home.folder), daemon=True)
        self._parent.start()
        assert self._pipe.recv() == "warm"

    def run(self, job: Job, seconds: float | None = None) -> int:
        """The child's exit code: what the job said, or negative when it was killed, as it is after `seconds`."""
        self._pipe.send((job, seconds))
        return int(self._pipe.recv())

    def said(self, job: Job) -> str:
        return (job.folder / "child.log").read_text(encoding="utf-8")[-3000:]

    def close(self) -> None:
        self._pipe.send(None)
        self._parent.join()


def home_in(folder: Path) -> Home:
    return Home(folder, (folder / "tieout.yml").read_text(encoding="utf-8"))


def _serve(pipe: Connection, folder: Path) -> None:
    assert pipeline  # imported here, so that no child has to
    manifest = _parsed(home_in(folder))
    pipe.send("warm")
    while message := pipe.recv():
        job, seconds = message
        child = os.fork()
        if not child:
            _child(job, manifest)
        pipe.send(_wait(child, seconds))


def _parsed(home: Home) -> Any:
    from dbt.cli.main import dbtRunner

    with dbt_run.environment(home.config):
        found = dbtRunner().invoke(["parse", *dbt_run.options(home.config)])
    assert found.success, found.exception
    return found.result


def _wait(child: int, seconds: float | None) -> int:
    end = time.monotonic() + seconds if seconds is not None else None
    while True:
        done, status = os.waitpid(child, os.WNOHANG if end else 0)
        if done:
            return os.waitstatus_to_exitcode(status)
        if end and time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            end = None
        else:
            time.sleep(0.005)


def _child(job: Job, manifest: Any) -> None:
    output = os.open(job.folder / "child.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    code = 1
    try:
        code = job(manifest)
    finally:
        traceback.print_exc()
        os._exit(code)


@contextmanager
def parsed_already(manifest: Any, checks: bool = False) -> Iterator[None]:
    """Builds take the parsed project as it is. Data tests are left out unless asked for: they write nothing."""
    from dbt.cli.main import dbtRunner

    plain = dbtRunner.invoke

    def invoke(runner: Any, arguments: list[str], **named: Any) -> Any:
        runner.manifest = manifest
        return plain(runner, arguments, **named)

    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(dbtRunner, "invoke", invoke))
        if not checks:
            patches.enter_context(mock.patch.object(warehouse, "_check", return_value=[]))
        yield

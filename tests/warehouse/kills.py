"""Nightly runs that die at a chosen step, in children forked from a warm parent (all imported, dbt's project parsed).

Belongs here: what a durable step is, and dying at one. Keep out: which steps, comparing (homes.py), expectations."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest import mock

from warehouse.homes import Home

from connectors import store
from orchestration import build_input, landing, pipeline, warehouse

Step = Callable[[str], None]


@dataclass(frozen=True)
class Night:
    """One run: the instant of its pulls, and its end: the `nth` step whose name matches `at`, or after `seconds`."""

    folder: Path
    now: datetime
    at: str = ""
    nth: int = 1
    seconds: float | None = None


@dataclass(frozen=True)
class Ended:
    killed: bool
    steps: list[str]


class Warm:
    """The warm parent. It never opens a warehouse nor reads a frame itself: their threads would not survive a fork."""

    def __init__(self, home: Home, project: Path = warehouse.PROJECT) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._parent = context.Process(target=_serve, args=(theirs, home.folder, project), daemon=True)
        self._parent.start()
        assert self._pipe.recv() == "warm"

    def run(self, night: Night) -> Ended:
        """Runs to the end or to the kill. An error of the run is one here too."""
        log, output = night.folder / "steps.log", night.folder / "child.log"
        log.unlink(missing_ok=True)
        self._pipe.send(night)
        status = self._pipe.recv()
        steps = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        assert status in (0, -signal.SIGKILL), output.read_text(encoding="utf-8")[-3000:]
        return Ended(status != 0, steps)

    def close(self) -> None:
        self._pipe.send(None)
        self._parent.join()


def _serve(pipe: Connection, folder: Path, project: Path) -> None:
    warehouse.PROJECT = project
    manifest = _parsed(Home(folder, (folder / "tieout.yml").read_text(encoding="utf-8")))
    pipe.send("warm")
    while night := pipe.recv():
        child = os.fork()
        if not child:
            _child(night, manifest)
        pipe.send(_wait(child, night.seconds))


def _parsed(home: Home) -> Any:
    """The project as every child sees it: a second's work of each run that writes nothing of ours."""
    from dbt.cli.main import dbtRunner

    with warehouse._dbt_environment(home.config):
        found = dbtRunner().invoke(["parse", *warehouse.dbt_options(home.config)])
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


def _child(night: Night, manifest: Any) -> None:
    output = os.open(night.folder / "child.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    code = 1
    try:
        home = Home(night.folder, (night.folder / "tieout.yml").read_text(encoding="utf-8"))
        with _watched(night, manifest):
            ran = pipeline.build_and_publish(home.config, landing.pull_all(home.config, now=night.now))
        print(ran.refused, [pulled.error for pulled in ran.pulled])
        code = 0 if ran.ok else 1
    finally:
        os._exit(code)


@contextmanager
def _watched(night: Night, manifest: Any) -> Iterator[None]:
    """Every durable step says its name before it is taken."""
    seen = 0
    with (night.folder / "steps.log").open("a", buffering=1, encoding="utf-8") as log, ExitStack() as patches:

        def step(name: str) -> None:
            nonlocal seen
            log.write(name + "\n")
            seen += bool(night.at and re.search(night.at, name))
            if night.at and seen == night.nth:
                os.kill(os.getpid(), signal.SIGKILL)

        for name in ("replace", "rename", "link", "symlink", "fsync"):
            patches.enter_context(_told(os, name, step))
        for module, name in ((store, "remove"), (build_input, "open_build"), (build_input, "close_build")):
            patches.enter_context(_told(module, name, step))
        patches.enter_context(mock.patch.object(warehouse, "_opened", _committing(step)))
        patches.enter_context(_dbt(step, manifest))
        patches.enter_context(mock.patch.object(warehouse, "_check", return_value=[]))  # data tests write nothing
        yield


def _told(module: Any, name: str, step: Step) -> Any:
    plain = getattr(module, name)

    def told(*arguments: Any, **named: Any) -> Any:
        step(" ".join([name, *map(_place, arguments[:2])]))
        return plain(*arguments, **named)

    return mock.patch.object(module, name, told)


def _place(value: Any) -> str:
    """Where in a home: a path's last parts, or those of an open file."""
    if isinstance(value, int):
        value = os.readlink(f"/proc/self/fd/{value}")
    return "/".join(Path(value).parts[-3:]) if isinstance(value, str | Path) else ""


class _Committing:
    """A connection to the warehouse whose commits are steps."""

    def __init__(self, connection: Any, step: Step) -> None:
        self._connection, self._step = connection, step

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: str, *arguments: Any) -> Any:
        if sql == "commit":
            self._step("commit the record")
        return self._connection.execute(sql, *arguments)


def _committing(step: Step) -> Callable[[Any], Any]:
    plain = warehouse._opened

    @contextmanager
    def opened(config: Any) -> Iterator[Any]:
        with plain(config) as connection:
            yield _Committing(connection, step)

    return opened


def _dbt(step: Step, manifest: Any) -> Any:
    """dbt tells of each model's start, commit and end; the project is not parsed again."""
    from dbt.cli.main import dbtRunner

    plain = dbtRunner.invoke

    def heard(event: Any) -> None:
        if event.info.name in ("NodeStart", "NodeFinished"):
            verb = "start" if event.info.name == "NodeStart" else "end"
            node = event.data.node_info
            step(f"{verb} {node.node_relation.schema}.{node.node_name}")
        elif event.info.name == "SQLCommit" and event.data.conn_name.startswith("model."):
            step("commit " + event.data.conn_name.removeprefix("model.tieout."))

    def invoke(runner: Any, arguments: list[str], **named: Any) -> Any:
        runner.manifest = manifest
        runner.callbacks.append(heard)
        return plain(runner, [*arguments, "--no-write-json"], **named)

    return mock.patch.object(dbtRunner, "invoke", invoke)
